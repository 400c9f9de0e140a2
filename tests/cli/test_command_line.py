"""`python -m micrograd_wasm`: results, exit codes, and errors in one line on standard error."""

import csv
import io
import json
import os
import random
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from micrograd_wasm import MLP, __version__, datasets, graph, live, train
from micrograd_wasm.cli import commands
from micrograd_wasm.cli.main import _parser, main

ROOT = Path(__file__).parents[2]


def run(*arguments, text=True, **how):
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "micrograd_wasm", *arguments],
        cwd=ROOT, capture_output=True, text=text, timeout=120, check=False, **how,
    )  # fmt: skip


def here(capsys, *arguments):
    """The command in this process, which is quicker: exit code, output, errors."""
    try:
        code = main(arguments)
    except SystemExit as left:
        code = left.code
    out, err = capsys.readouterr()
    return code, out, err


def subparsers():
    """Each command's own options."""
    (several,) = [action for action in _parser()._actions if action.dest == "command"]
    return {name: parser._option_string_actions for name, parser in several.choices.items()}


def refuse_nan(name):
    raise AssertionError(f"{name} is no JSON")


def valid(text):
    return json.loads(text, parse_constant=refuse_nan)


def official(steps=100):
    return train(MLP(2, [16, 16, 1], seed=(1337, 1337, 1337)), datasets.moons(100), steps=steps)


def test_train_as_json_is_the_official_run():
    done = run("train", "--dataset", "moons", "--steps", "100", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told, ours = valid(done.stdout), official()
    assert told["fingerprint"] == ours.fingerprint
    assert told["final_loss"] == ours.final_loss
    assert [tuple(row.values()) for row in told["history"]] == [
        tuple(row.values()) for row in ours.history
    ]
    assert told["model"]["parameter_count"] == 337


def test_train_says_how_it_went(capsys):
    code, out, err = here(capsys, "train", "--steps", "5")
    assert (code, err) == (0, "")
    assert "Dataset moons: 100 examples" in out
    assert "48 + 272 + 17 = 337" in out
    assert official(5).fingerprint in out


def test_plot_draws_loss_and_boundary(capsys):
    code, out, _ = here(capsys, "train", "--steps", "60", "--plot", "--samples", "40")
    assert code == 0
    plane = out.split("where the model says class 1\n")[1]
    assert len(plane.splitlines()) == 20
    assert max(map(len, out.splitlines())) <= 80
    assert plane.count("o") > 10
    assert plane.count("x") > 10
    assert "·" in plane
    assert "│" in out.split("loss\n")[-1]


@pytest.mark.parametrize(
    ("options", "dataset", "model", "how"),
    [
        (["--dataset", "spiral", "--samples", "30", "--noise", "0.2", "--data-seed", "7"],
         lambda: datasets.spiral(30, noise=0.2, seed=7), ([16, 16, 1], {}), {}),
        (["--layers", "4", "--activation", "tanh", "--model-seed", "1,2,3", "--batch-size", "8",
          "--seed", "5", "--loss", "logistic", "--optimizer", "adam", "--learning-rate", "0.05",
          "--alpha", "0", "--engine", "eager"],
         lambda: datasets.moons(100), ([4, 1], {"activation": "tanh", "seed": (1, 2, 3)}),
         {"batch_size": 8, "seed": 5, "loss": "logistic", "optimizer": "adam",
          "learning_rate": 0.05, "alpha": 0.0}),
        (["--layers", ""], lambda: datasets.moons(100), ([1], {}), {}),
    ],
)  # fmt: skip
def test_every_option_reaches_the_run(capsys, options, dataset, model, how):
    code, out, err = here(capsys, "train", "--steps", "4", "--json", *options)
    assert (code, err) == (0, "")
    sizes, of_model = model
    ours = train(
        MLP(2, sizes, **{"seed": (1337, 1337, 1337), **of_model}), dataset(), steps=4, **how
    )
    assert valid(out)["fingerprint"] == ours.fingerprint


def test_digits_are_measured_on_images_never_seen(capsys):
    code, out, _ = here(capsys, "train", "--dataset", "digits", "--steps", "2", "--layers", "4",
                        "--learning-rate", "0.01", "--batch-size", "16", "--json")  # fmt: skip
    assert code == 0
    told = valid(out)
    assert told["options"]["loss"] == "one_vs_rest_margin"
    assert 0.0 <= told["held_out_accuracy"] <= 1.0


def test_own_rows_come_from_a_file_or_standard_input(tmp_path):
    rows = "x,y,label\n1,1,1\n-1,-1,-1\n0.5,1,1\n-1,-0.5,0\n"
    path = tmp_path / "mine.csv"
    path.write_text(rows)
    told = run("train", "--csv", str(path), "--steps", "2", "--json")
    assert told.returncode == 0, told.stderr
    assert valid(told.stdout)["dataset"] == {"name": "mine", "n_samples": 4}
    piped = run("train", "--csv", "-", "--steps", "2", "--json", input=rows)
    assert valid(piped.stdout)["fingerprint"] == valid(told.stdout)["fingerprint"]
    path.write_text("x,y,label\n1,1,1\n1,oops,1\n")
    bad = run("train", "--csv", str(path))
    assert bad.returncode == 2
    assert "line 3: expected numbers, got '1,oops,1'" in bad.stderr


def test_exports_are_what_they_say(capsys, tmp_path):
    ours = official(3)
    common = ["export", "--steps", "3"]
    told = valid(here(capsys, *common)[1])
    assert told["fingerprint"] == ours.fingerprint
    named = {name: value.data for name, value in ours.final_model.named_parameters().items()}
    assert told["parameters"] == named
    assert valid(here(capsys, *common, "--what", "parameters")[1]) == named
    rows = list(csv.DictReader(io.StringIO(here(capsys, *common, "--what", "history")[1])))
    assert [{key: float(x) for key, x in row.items()} for row in rows] == list(ours.history)
    target = tmp_path / "kernel.wasm"
    assert here(capsys, *common, "--what", "wasm", "--output", str(target))[:2] == (0, "")
    assert target.read_bytes()[:8] == b"\0asm\1\0\0\0"
    assert here(capsys, *common, "--what", "wat")[1].startswith("(module\n")
    assert valid(here(capsys, *common, "--what", "layout")[1])["parameters"] > 0


def test_the_exported_kernel_trains_the_run(tmp_path):
    """By hand, with nothing but the layout: as somebody would who embeds it elsewhere."""
    wasmtime = pytest.importorskip("wasmtime")
    import struct

    binary = run("export", "--what", "wasm", "--steps", "3", text=False).stdout
    layout = valid(run("export", "--what", "layout", "--steps", "3").stdout)
    store = wasmtime.Store()
    exports = wasmtime.Instance(store, wasmtime.Module(store.engine, binary), []).exports(store)
    memory, data, ours = exports["memory"], datasets.moons(100), official(3)

    def write(name, numbers):
        memory.write(store, struct.pack(f"<{len(numbers)}d", *numbers), layout[name])

    write("alpha", [1e-4])
    write("parameters", [p.data for p in ours.initial_model.parameters()])
    write("xs", [x for row in data.xs for x in row])
    write("ys", data.ys)
    write("rates", [row["learning_rate"] for row in ours.history])
    assert exports["train"](store, 3) == 3
    at = layout["parameters"]
    trained = struct.unpack("<337d", memory.read(store, at, at + 337 * 8))
    assert list(trained) == [p.data for p in ours.final_model.parameters()]


def test_an_expression_is_drawn_in_every_format(capsys):
    command = ["graph", "(a*b + c).tanh()", "a=2", "b=-3", "c=10"]
    _, out, err = here(capsys, *command)
    assert err == ""
    assert "a  data=2.0000  grad=-0.0040" in out
    assert "grad" not in here(capsys, *command, "--no-gradients")[1]
    assert here(capsys, *command, "--format", "dot")[1].startswith("digraph")
    assert here(capsys, *command, "--format", "mermaid")[1].startswith("flowchart LR")
    root = ET.fromstring(here(capsys, *command, "--format", "svg")[1])
    assert root.tag.endswith("svg")
    assert "… 2 more" in here(capsys, *command, "--depth", "2")[1]
    assert here(capsys, *command, "--depth", "1", "--format", "dot")[0] == 2


def test_an_examples_loss_is_drawn(capsys):
    _, out, _ = here(capsys, "graph", "--example", "3", "--max-nodes", "100")
    assert out.startswith("loss  data=")
    for name in ("x", "y", "w_0_0_0", "b_1_0", "score"):
        assert f"{name}  data=" in out
    around = here(capsys, "graph", "--around", "score", "--depth", "1")[1]
    assert "score" in around
    assert len(around.splitlines()) < len(out.splitlines())


def test_bench_gives_a_ratio(capsys):
    pytest.importorskip("wasmtime")
    code, out, _ = here(capsys, "bench", "--json")
    told = valid(out)
    assert code == 0
    assert told["ratio"] == told["eager_seconds"] / told["compiled_seconds"] > 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "arguments are required"),
        (["trian"], 2, "invalid choice"),
        (["train", "--steps", "0"], 2, "error: --steps: expected a positive integer, got 0"),
        (["train", "--layers", "4,0"], 2, "error: --layers: expected a positive integer, got 0"),
        (["train", "--samples", "1"], 2, "error: --samples: expected an integer, 2 or more"),
        (["train", "--learning-rate", "-1"], 2, "error: --learning-rate at step 0: expected"),
        (["train", "--steps", "x"], 2, "argument --steps: expected an integer, got 'x'"),
        (["train", "--layers", "a,b"], 2, "expected integers such as 16,16, got 'a,b'"),
        (["train", "--seed", "1,2"], 2, "expected one integer or three"),
        (["train", "--noise", "-1"], 2, "noise: expected a non-negative number"),
        (["train", "--learning-rate", "fast"], 2, "--learning-rate: expected a number or official"),
        (["train", "--steps", "113"], 2, "falls below 0 at step 112"),
        (["train", "--json", "--plot"], 2, "not allowed with"),
        (["train", "--learning-rate", "1e300"], 1, "training diverged at step 1"),
        (["train", "--csv", "nowhere.csv"], 1, "error: nowhere.csv: No such file"),
        (["train", "--csv", sys.executable], 2, "expected UTF-8 text, got the byte 0x"),
        (["train", "--dataset", "digits", "--loss", "max_margin"], 2, "error"),
        (["export", "--output", "no/such/folder/run.json", "--steps", "1"], 1, "no/such/folder"),
        (["graph", "a*b", "a=1"], 2, "there is no 'b'"),
        (["graph", "1/a", "a=0"], 2, "division by zero: 0.0 ** -1.0"),
        (["graph", "a*b", "a=1", "b"], 2, "names: expected name=number, got 'b'"),
        (["graph", "__import__('os')"], 2, "are understood here"),
        (["graph", "--example", "100"], 2, "example: expected"),
        (["graph", "a", "a=1", "--around", "z"], 2, "around: expected a label of the graph"),
        (["graph", "a", "a=nan"], 2, "error: a: expected a finite number, got nan"),
        (["graph", "a", "a=1", "a=2"], 2, "expected each name once, got 'a=2'"),
        (["graph", ""], 2, "expected at least one line"),
        (["graph", "--dataset", "digits"], 2, "--dataset: expected one of two classes"),
        (["train", "--loss", "one_vs_rest_margin"], 2, "--loss: expected one for the labels -1"),
        (["train", "--data-seed", "4294967296"], 2, "--data-seed: expected an integer from 0 to"),
        (["train", "--model-seed", "-1"], 2, "argument --model-seed: expected None, an integer >="),
        (["train", "--csv", ""], 2, "--csv: expected a file's name"),
        (["train", "--csv", "tests"], 1, "error: tests: Is a directory"),
        (["train", "--csv", "/dev/null"], 2, "/dev/null: expected rows of numbers, x,y,label"),
        (["train", "--csv", "/dev/zero"], 2, "/dev/zero, line 1: expected at most 1,048,576"),
        (["train", "--dataset", "a\n\x1b[2Jb"], 2, r"invalid choice: 'a\n\x1b[2Jb'"),
        (["train", "a\n\x1b[2Jb"], 2, r"unrecognized arguments: a \x1b[2Jb"),
        (["train", "--steps", "1" * 9999], 2, "--steps: expected an integer, got '1111"),
        (["train", "--dataset", "x" * 9999], 2, "--dataset: invalid choice: 'xxx"),
        (["train", "--output", "x"], 2, "unrecognized arguments: --output x"),
        (["export", "--output", ""], 2, "--output: expected a file's name"),
        (["train", "--steps", "9" * 12, "--learning-rate", "1"], 2, "--steps: expected what fits"),
        (["train", "--samples", "9" * 14], 2, "--samples: expected what fits"),
        (["train", "--layers", "999999,999999"], 2, "--layers: expected what fits"),
        (["train", "--noise", "1e308"], 2, "--noise: expected no more than 1e+300"),
        (["export", "--what", "wasm", "--layers", "9" * 9], 2, "--layers: expected what fits"),
        (["graph", "--layers", "9" * 20], 2, "--layers: expected what fits"),
        (["export", "--output", "/dev/full", "--steps", "1"], 1, "/dev/full: No space left"),
        (["graph", "a", "a=1", "--output", "tests"], 1, "error: tests: Is a directory"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(capsys, arguments, code, words):
    left, out, err = here(capsys, *arguments)
    assert (left, out) == (code, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert len(err) < 1100
    assert err[:-1].isprintable()
    assert "error: " in err


def data_file(folder, content):
    path = folder / "mine.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("1,1,1\n-1,-1,-1\n", 2),
        ("\ufeff1,1,1\n-1,-1,-1\n", 2),  # what spreadsheets put first
        ("a,b,c\n1,1,1\n\n-1,-1,-1\n", 2),
        ("\ufeffa,b,c\n1,1,1\n", 1),
        ("x,y,label\r1,1,1\r-1,-1,0\r", 2),
        ('"1","1","1"\r\n1e0, -1 ,+1', 2),
    ],
)
def test_every_row_of_numbers_is_data(tmp_path, capsys, monkeypatch, content, count):
    command = ["train", "--steps", "1", "--json", "--csv"]
    told = [here(capsys, *command, data_file(tmp_path, content))]
    piped = io.TextIOWrapper(io.BytesIO(content.encode()), encoding="latin-1")  # a terminal's
    monkeypatch.setattr(sys, "stdin", piped)
    told.append(here(capsys, *command, "-"))
    for code, out, err in told:
        assert (code, err) == (0, "")
        assert valid(out)["dataset"]["n_samples"] == count
    assert len({valid(out)["fingerprint"] for _, out, _ in told}) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1,1,yes\n-1,-1,-1\n", "line 1: expected numbers, or names of the columns, got '1,1,yes'"),
        ("x,y,1\n-1,-1,-1\n", "line 1: expected numbers, or names of the columns, got 'x,y,1'"),
        ("x,y,z\na,b,c\n1,1,1\n", "line 2: expected numbers, got 'a,b,c'"),
        ("1;1;1\n-1;-1;-1\n", "line 2: expected numbers, got '-1;-1;-1'"),
        ("x,y,z\n\n1,1,1\n1,1,2\n", "line 4: expected a label that is -1 or 1"),
        ("1,1,1\n1,1\n", "line 2: expected three numbers: x, y, label"),
        ("1,1,1\nnan,1,1\n", "line 2: expected three numbers: x, y, label"),
        ("1" * 200_000 + ",1,1\n", "line 1: field larger than field limit"),
        ("1,1,1\n" + "1" * 4000 + ",1,1\n", "line 2: expected three numbers: x, y, label"),
        ("1," * (1 << 19) + "1\n", "line 1: expected at most 1,048,576 characters"),
        ("x,y,label\n", "expected rows of numbers, x,y,label, got none"),
        (b"1,1,\xff\n", "expected UTF-8 text, got the byte 0xff"),
        ("1,1,1\n".encode("utf-16"), "expected UTF-8 text, got the byte 0xff"),
    ],
)
def test_a_row_that_is_no_data_is_named_by_its_line(tmp_path, capsys, content, words):
    path = data_file(tmp_path, content)
    code, out, err = here(capsys, "train", "--csv", path)
    assert (code, out) == (2, "")
    assert words in err
    assert err.startswith(f"micrograd_wasm train: error: {path}")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("what", ["wasm", "wat", "layout"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--alpha", "nan"], "--alpha: expected a non-negative number, got nan"),
        (["--alpha", "-1"], "--alpha: expected a non-negative number, got -1"),
        (["--steps", "0"], "--steps: expected a positive integer, got 0"),
        (["--batch-size", "0"], "--batch-size: expected None or a positive integer"),
        (["--learning-rate", "nan"], "--learning-rate at step 0: expected a finite number"),
        (["--steps", "113"], "falls below 0 at step 112"),
        (["--dataset", "digits", "--loss", "mse"], "--loss: expected one for the classes 0 to 9"),
        (["--loss", "one_vs_rest_margin"], "--loss: expected one for the labels -1 and 1"),
    ],
)
def test_a_program_is_refused_for_what_its_training_is(capsys, what, options, words):
    for command in (["export", "--what", what], ["train"]):
        code, out, err = here(capsys, *command, *options)
        assert (code, out) == (2, "")
        assert words in err


def nothing_is_to_run(*arguments, **options):
    raise AssertionError("work was done before the output was known to be writable")


@pytest.mark.parametrize(
    "command", [["export"], ["export", "--what", "wasm"], ["graph"], ["graph", "a", "a=1"]]
)
@pytest.mark.parametrize("target", ["{}", "{}/no/folder/x", "{}/file/x", "{}/" + "x" * 300, ""])
def test_an_output_is_tried_before_the_work(tmp_path, capsys, monkeypatch, command, target):
    for work in ("_trained", "_data", "_kernel", "_expression", "_example"):
        monkeypatch.setattr(commands, work, nothing_is_to_run)
    (tmp_path / "file").write_text("")
    code, out, err = here(capsys, *command, "--output", target.format(tmp_path))
    assert code in (1, 2)
    assert out == ""
    assert "error: " in err
    assert len(err.splitlines()) == 1


def test_what_fails_leaves_the_output_as_it_was(tmp_path, capsys):
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text("long before" * 10_000)
    for path in (old, new):
        command = ["export", "--output", str(path), "--learning-rate", "1e300"]
        assert here(capsys, *command)[0] == 1
    assert old.read_text() == "long before" * 10_000
    assert not new.exists()
    assert here(capsys, "export", "--output", str(old), "--steps", "1")[0] == 0
    assert valid(old.read_text())["steps"] == 1  # and nothing of the old one behind it


@pytest.mark.parametrize(
    ("command", "code", "err"),
    [
        ("train --csv - <&-", 1, "micrograd_wasm train: error: standard input is closed\n"),
        ("train --steps 1 >&-", 1, "micrograd_wasm train: error: standard output is closed\n"),
        ("bench >&-", 1, "micrograd_wasm bench: error: standard output is closed\n"),
        ("export >&-", 1, "micrograd_wasm export: error: standard output is closed\n"),
        ("graph a a=1 > /dev/full", 1,
         "micrograd_wasm graph: error: standard output: No space left on device\n"),
        ("--help > /dev/full", 1,
         "micrograd_wasm: error: standard output: No space left on device\n"),
        ("graph a a=1 -o /dev/null >&-", 0, ""),
        ("graph 2>&-", 0, ""),
        ("graph a 2>&-", 2, ""),
        ("graph a 2>/dev/full", 2, ""),
        ("--help | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("graph a a=1 | true; exit ${PIPESTATUS[0]}", 0, ""),
    ],
)  # fmt: skip
def test_closed_and_full_streams(command, code, err):
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m micrograd_wasm {command}'],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        env={name: x for name, x in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, err)
    assert code == 0 or done.stdout == ""


@pytest.mark.parametrize("xs", [("1e300", "1e300"), ("1e17", "1e17"), ("-1e308", "1e308")])
def test_a_plane_that_cannot_be_drawn_is_no_failure(tmp_path, capsys, xs):
    path = data_file(tmp_path, f"{xs[0]},1,1\n{xs[1]},2,-1\n")
    command = ["train", "--csv", path, "--plot", "--steps", "1", "--layers", ""]
    code, out, err = here(capsys, *command, "--learning-rate", "0")
    assert (code, err) == (0, "")
    assert "fingerprint" in out
    assert "(it cannot be drawn: " in out


def test_odd_command_lines_end_in_one_line(tmp_path, capsys, monkeypatch):
    """Any command with any options: an exit code, and one line where it is not 0."""
    monkeypatch.chdir(tmp_path)  # an odd text may well be a file's name
    draw = random.Random(14)
    odd = ["", "0", "-1", "nan", "inf", "1e999", "9" * 5000, "x", "1,2,3", "a\nb", "\udcff", "-"]
    rows = data_file(tmp_path, "1,1,1\n-1,-1,0\n")
    fit = {
        "--steps": ["1", "2", "113"], "--samples": ["2", "5"], "--noise": ["0", "1e300"],
        "--alpha": ["0", "1e300"], "--learning-rate": ["official", "0", "1e308"],
        "--batch-size": ["1", "9" * 30], "--layers": ["", "1", "2,3", ","],
        "--activation": ["relu", "tanh", "sigmoid", "linear"], "--seed": ["1", "1,2,3"],
        "--data-seed": ["1"], "--model-seed": ["1"], "--loss": ["mse", "one_vs_rest_margin"],
        "--optimizer": ["adam"], "--dataset": ["xor", "circles"],
        "--engine": ["eager", "compiled"], "--csv": [rows, str(tmp_path), "nowhere"],
        "--example": ["1", "5"], "--depth": ["0", "1"], "--around": ["score", "x"],
        "--max-nodes": ["1"], "--format": ["svg", "dot"], "--what": ["wasm", "history"],
        "--output": [str(tmp_path), str(tmp_path / "made")],
    }  # fmt: skip
    flags = ["--plot", "--json", "--quiet", "--no-gradients", "--nonsense", "a*b", "a=1", "b=nan"]
    ended = []
    for _ in range(150):
        line = [draw.choice(["train", "export", "graph"])]
        # As a user may have it: most of what is there fits the command.
        spoken = subparsers()[line[0]]
        names = [name for name in fit if name in spoken or draw.random() < 0.02]
        for name in draw.sample(names, draw.randrange(5)):
            line += [name, draw.choice(odd if draw.random() < 0.4 else fit[name])]
        line += draw.sample(flags, draw.choice([0, 0, 1, 2]))
        if line[0] != "graph" and "--steps" not in line:
            line += ["--steps", "1"]
        if "-" in line and "--csv" in line:
            continue  # pytest has no standard input
        code, out, err = here(capsys, *line)
        ended.append(code)
        assert code in (0, 1, 2), line
        assert len(err.splitlines()) == (code != 0), (line, err)
        assert code == 0 or out == "", line
    assert {ended.count(code) > 5 for code in (0, 1, 2)} == {True}


def test_errors_go_to_standard_error_without_a_traceback():
    done = run("train", "--learning-rate", "1e300")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("micrograd_wasm train: error: training diverged at step 1")
    assert "Traceback" not in done.stderr


def test_help_and_version(capsys):
    code, out, _ = here(capsys, "--help")
    assert code == 0
    assert "examples:" in out
    assert "exit codes:" in out
    for command in ("train", "export", "graph", "bench"):
        code, told, _ = here(capsys, command, "--help")
        assert code == 0
        assert command in out
        assert len(told) > 100
    assert here(capsys, "--version")[1] == f"micrograd_wasm {__version__}\n"


def test_a_reader_that_has_seen_enough_is_no_error():
    command = f'"{sys.executable}" -m micrograd_wasm export --steps 100 | head -c 10; echo'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""


def test_without_an_output_nothing_is_drawn():
    command = f'"{sys.executable}" -m micrograd_wasm graph "a*b" a=1 b=2 >&-'
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "micrograd_wasm graph: error: standard output is closed\n"


@pytest.mark.parametrize("command", ["train", "export"])
def test_interrupting_writes_what_is_done(command, capsys, monkeypatch):
    """As Ctrl-C does it: Python raises KeyboardInterrupt somewhere in the run."""

    class Impatient(live.Progress):
        def __call__(self, step, row):
            if step == 4:
                raise KeyboardInterrupt
            return super().__call__(step, row)

    monkeypatch.setattr(live, "Progress", Impatient)
    options = ["--json"] if command == "train" else []
    code, out, err = here(capsys, command, "--steps", "50", *options)
    assert (code, err) == (130, "")
    told = valid(out)
    assert (told["stopped"], told["options"]["steps"]) == ("interrupted", 50)
    assert told["fingerprint"] == official(told["steps"]).fingerprint
    assert told["steps"] >= 4


def test_without_a_runtime_the_command_says_what_to_do(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "wasmtime", None)  # importing it fails
    for command in (["bench"], ["train", "--engine", "compiled"]):
        code, out, err = here(capsys, *command)
        assert (code, out) == (1, "")
        assert "pip install" in err
        assert "or use --engine eager" in err
    assert here(capsys, "train", "--steps", "2")[0] == 0


def test_a_terminal_without_our_characters_gets_others():
    done = run("train", "--steps", "2", "--plot", env={"PYTHONIOENCODING": "ascii"}, text=False)
    assert done.returncode == 0, done.stderr
    done.stdout.decode("ascii")


def test_the_graph_command_draws_what_graph_draws(capsys):
    from micrograd_wasm import Value

    a = Value(3.0, "a")
    out = here(capsys, "graph", "a**2", "a=3", "--no-gradients")[1]
    assert out == repr(graph.draw(a**2)) + "\n"
