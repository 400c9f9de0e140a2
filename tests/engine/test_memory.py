"""Memory: a graph has no reference cycles, so a step's graph is gone when the step is."""

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from micrograd_wasm import MLP, Value, datasets, losses, train

ROOT = Path(__file__).parents[2]


@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def values_alive():
    return sum(type(thing) is Value for thing in gc.get_objects())


@pytest.mark.usefixtures("no_collector")
def test_a_graph_is_gone_with_its_last_name():
    data, model = datasets.moons(20), MLP(2, [8, 1], seed=1)
    before = values_alive()
    loss = losses.max_margin(model, data.xs, data.ys)
    gradients = loss.total_loss.backward()
    assert values_alive() > before + 1000
    del loss, gradients
    assert values_alive() == before
    assert gc.collect() == 0


@pytest.mark.usefixtures("no_collector")
def test_training_leaves_nothing_for_the_collector():
    data, model = datasets.moons(20), MLP(2, [4, 1], seed=1)
    before = values_alive()
    run = train(model, data, steps=3, engine="eager")
    # The final model's parameters, and nothing of any step's graph.
    assert values_alive() == before + model.parameter_count
    del run
    assert values_alive() == before
    assert gc.collect() == 0


def test_training_leaves_the_collector_as_it_was():
    data, model = datasets.moons(4), MLP(2, [1], seed=1)
    assert gc.isenabled()
    seen = []
    train(model, data, steps=2, engine="eager", progress=lambda *_: seen.append(gc.isenabled()))
    assert seen == [True, True]
    assert gc.isenabled()
    gc.disable()
    try:
        train(model, data, steps=1, engine="eager")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_failed_step_leaves_the_collector_on():
    data, model = datasets.moons(4), MLP(2, [1], seed=1)
    with pytest.raises(ArithmeticError):
        train(model, data, steps=5, learning_rate=1e200, alpha=1.0, engine="eager")
    assert gc.isenabled()


@pytest.mark.usefixtures("no_collector")
def test_a_values_life_is_not_prolonged_by_its_gradients():
    class Watched(Value):  # a Value itself has no room for weak references
        __slots__ = ("__weakref__",)

    x = Watched(2.0)
    gone = weakref.ref(x)
    y = x * x
    gradients = y.backward()
    del y, gradients, x
    assert gone() is None


PROGRAM = """
import resource
from micrograd_wasm import MLP, datasets, train
peaks = []
train(
    MLP(2, [8, 8, 1], seed=1), datasets.moons(60, seed=1), steps=100, engine="eager",
    progress=lambda *_: peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss),
)
print(peaks[0], peaks[-1])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in kB on Linux only")
def test_a_hundred_steps_need_no_more_memory_than_one():
    """In a process of its own, whose peak is this run's. A leaking graph would add 4 MB a step."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    after_one, after_hundred = map(int, done.stdout.split())
    assert after_hundred - after_one < 20 * 1024
