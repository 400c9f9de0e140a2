"""The names that notebooks and lessons use, and that the package is as light as it says."""

import subprocess
import sys
from pathlib import Path

import micrograd_wasm

WHERE = Path(micrograd_wasm.__file__).parents[1]  # this checkout, or where the wheel is installed

CLASSES = ["Value", "Gradients", "Neuron", "Layer", "MLP", "Dataset", "Run", "TrainingDiverged"]
MODULES = ["datasets", "losses", "trainer", "plot_data", "graph", "charts", "rng"]


def test_every_name_of_the_contract_is_there():
    for name in (*CLASSES, *MODULES, "train"):
        assert name in micrograd_wasm.__all__
        assert hasattr(micrograd_wasm, name)


def test_every_public_name_has_a_docstring():
    for name in (*CLASSES, *MODULES, "train"):
        assert getattr(micrograd_wasm, name).__doc__, name


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
