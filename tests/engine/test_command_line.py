"""`python -m micrograd_wasm`: results, exit codes, and errors in one line on standard error."""

import csv
import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from micrograd_wasm import MLP, __version__, datasets, graph, live, train
from micrograd_wasm.__main__ import main

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
    assert "line 3: expected numbers, got 1,oops,1" in bad.stderr


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
        (["train", "--steps", "x"], 2, "invalid int value"),
        (["train", "--layers", "a,b"], 2, "expected integers such as 16,16, got a,b"),
        (["train", "--seed", "1,2"], 2, "expected one integer or three"),
        (["train", "--noise", "-1"], 2, "noise: expected a non-negative number"),
        (["train", "--learning-rate", "fast"], 2, "--learning-rate: expected a number or official"),
        (["train", "--steps", "113"], 2, "falls below 0 at step 112"),
        (["train", "--json", "--plot"], 2, "not allowed with"),
        (["train", "--learning-rate", "1e300"], 1, "training diverged at step 1"),
        (["train", "--csv", "nowhere.csv"], 1, "error: nowhere.csv: No such file"),
        (["train", "--csv", sys.executable], 2, "codec can't decode"),
        (["train", "--dataset", "digits", "--loss", "max_margin"], 2, "error"),
        (["export", "--output", "no/such/folder/run.json", "--steps", "1"], 1, "no/such/folder"),
        (["graph", "a*b", "a=1"], 2, "there is no 'b'"),
        (["graph", "1/a", "a=0"], 2, "division by zero: 0.0 ** -1.0"),
        (["graph", "a*b", "a=1", "b"], 2, "expected name=number, got b"),
        (["graph", "__import__('os')"], 2, "are understood here"),
        (["graph", "--example", "100"], 2, "example: expected"),
        (["graph", "a", "a=1", "--around", "z"], 2, "around: expected a label of the graph"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(capsys, arguments, code, words):
    left, out, err = here(capsys, *arguments)
    assert (left, out) == (code, "")
    assert words in err
    assert len(err.splitlines()) == 1
    assert "error: " in err


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
