"""The names that notebooks and lessons use, and that the package is as light as it says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import micrograd_wasm

WHERE = Path(micrograd_wasm.__file__).parents[1]  # this checkout, or where the wheel is installed

CLASSES = ["Value", "Gradients", "Neuron", "Layer", "MLP", "Dataset", "Run", "TrainingDiverged"]
FUNCTIONS = ["jit", "train"]
# Modules, each with a name that is imported from it.
MODULES = {
    "charts": "decision_boundary",
    "compiler": "jit",
    "datasets": "moons",
    "diagnose": "dead_relus",
    "display": "show",
    "gradients": "check",
    "graph": "draw",
    "live": "Progress",
    "losses": "max_margin",
    "optimizers": "adam",
    "plot_data": "decision_boundary",
    "predictions": "accuracy",
    "rng": "stream",
    "trainer": "official_learning_rate",
}
# Public, but not among the names of the package itself.
BESIDE = {"classic": "Value", "module": "Module"}


def test_the_public_names_are_these_and_no_others():
    assert sorted(micrograd_wasm.__all__) == sorted([*CLASSES, *FUNCTIONS, *MODULES])
    assert set(micrograd_wasm.__all__) <= set(dir(micrograd_wasm))


def test_every_public_name_has_a_docstring():
    for name in micrograd_wasm.__all__:
        assert getattr(micrograd_wasm, name).__doc__, name


IMPORTS = """
import contextlib, io, json, pickle, pydoc, sys
sys.path.insert(0, sys.argv[1])

def fresh(statement):
    for name in [name for name in sys.modules if name.partition(".")[0] == "micrograd_wasm"]:
        del sys.modules[name]
    space = {}
    exec(statement, space)
    return space

for name in json.loads(sys.argv[2]):  # classes and functions
    space = fresh(f"from micrograd_wasm import {name}; import micrograd_wasm as m")
    assert space[name] is getattr(space["m"], name)
    assert space[name].__name__ == name
for name, inside in json.loads(sys.argv[3]).items():
    whole = f"micrograd_wasm.{name}"
    first = fresh(
        f"from {whole} import {inside}; import {whole} as m; from micrograd_wasm import {name}"
    )
    assert first[name] is first["m"] is sys.modules[whole], name
    assert getattr(first["m"], inside) is first[inside], name
    second = fresh(
        f"from micrograd_wasm import {name} as m; from {whole} import {inside}; import {whole}"
    )
    assert second["m"] is sys.modules[whole] is getattr(second["micrograd_wasm"], name), name
    assert getattr(second["m"], inside) is second[inside], name
    assert pickle.loads(pickle.dumps(second[inside])) is second[inside], name
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        pydoc.Helper(output=said).help(whole)
    assert inside in said.getvalue(), name
space = fresh("from micrograd_wasm import *")
assert {*json.loads(sys.argv[2])} < {*space}
print("well")
"""


def test_every_form_of_import_gives_the_same_thing():
    names, modules = json.dumps([*CLASSES, *FUNCTIONS]), json.dumps(MODULES | BESIDE)
    command = [sys.executable, "-I", "-c", IMPORTS, str(WHERE), names, modules]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("well\n", "")


USER = """
from micrograd_wasm import MLP, Gradients, Value, datasets, graph, losses, train
from micrograd_wasm.classic import draw_dot
from micrograd_wasm.gradients import check
from micrograd_wasm.graph import draw
from micrograd_wasm.live import Progress
from micrograd_wasm.losses import max_margin
from micrograd_wasm.module import Module
import micrograd_wasm.rng

x = Value(1.0)
table: Gradients = (x * x).backward()
reveal_type([value.data for value in table])
reveal_type(losses.max_margin)
reveal_type(max_margin)
reveal_type(train(MLP(2, [1]), datasets.moons(4)).final_loss)
reveal_type(draw(x).svg)
reveal_type(graph.draw)
reveal_type(micrograd_wasm.rng.stream)
x.nothing
"""


@pytest.mark.slow  # mypy reads the whole package anew
def test_a_users_strict_type_checker_understands_every_form(tmp_path):
    (tmp_path / "user.py").write_text(USER)
    environment = {**os.environ, "MYPYPATH": str(WHERE)}
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run(
        [*command, "user.py"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(told) == 1, done.stdout
    assert '"Value" has no attribute "nothing"' in told[0]
    types = [line for line in done.stdout.splitlines() if "Revealed type" in line]
    assert len(types) == 7
    assert '"list[float]"' in types[0].replace("builtins.", "")
    assert types[1].partition("note:")[2] == types[2].partition("note:")[2]
    assert not any("Any]" in line or '"Any"' in line for line in types[3:5])


def test_importing_needs_nothing_but_the_standard_library():
    program = f"""
import sys
sys.path.insert(0, {str(WHERE)!r})
import micrograd_wasm
outside = {{name.split(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
print(*sorted(name for name in outside if not name.startswith("__")))
"""
    # -I -S: without site-packages, so that nothing else can be imported by chance.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["micrograd_wasm"]


def test_the_readme_program_of_the_design_runs():
    from micrograd_wasm import MLP, Value, datasets, graph, losses, plot_data, train, trainer

    x = Value(-4.0, label="x")
    y = (x * x).relu()
    gradients = y.backward()
    assert (gradients[x], y.data) == (-8.0, 16.0)
    model = MLP(2, [16, 16, 1], seed=(1337, 1337, 1337))
    assert model.parameter_count == len(model.parameters()) == 337
    assert isinstance(model([0.2, -0.3]), Value)
    dataset = datasets.moons(30, noise=0.1, seed=(1337, 1337, 1337), shuffle=True)
    loss = losses.max_margin(model, dataset.xs, dataset.ys, alpha=1e-4, batch_size=None)
    assert loss.total_loss.data == loss.data_loss.data + loss.reg_loss.data
    assert len(loss.scores) == 30
    run = train(
        model,
        dataset,
        steps=2,
        alpha=1e-4,
        learning_rate=trainer.official_learning_rate,
        batch_size=None,
        seed=(1337, 1337, 1337),
        log_every=1,
        loss="max_margin",
        engine="auto",
        progress=None,
    )
    assert list(run.history[0]) == [
        "step",
        "loss",
        "data_loss",
        "reg_loss",
        "accuracy",
        "learning_rate",
    ]
    assert len(run.fingerprint) == 64
    assert plot_data.decision_boundary(run.final_model, dataset, h=1.0, padding=1.0)
    assert graph.nodes(y, gradients)
    assert graph.edges(y)
    assert graph.to_dot(y, gradients)
    assert graph.to_mermaid(y, gradients)
