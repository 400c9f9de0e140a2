"""What travels: copied, deep-copied, pickled, and sent home by a pool of processes."""

import copy
import importlib
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import micrograd_wasm
from micrograd_wasm import (
    MLP,
    Dataset,
    Layer,
    Neuron,
    TrainingDiverged,
    charts,
    datasets,
    diagnose,
    gradients,
    losses,
    optimizers,
    train,
)
from micrograd_wasm.analysis import forward
from micrograd_wasm.compiler import host
from micrograd_wasm.lessons import exercises
from tests.engine.test_trainer import dataset, numbers, small

ROOT = Path(__file__).parents[2]

WAYS = {
    "copied": copy.copy,
    "deep-copied": copy.deepcopy,
    "pickled": lambda thing: pickle.loads(pickle.dumps(thing)),
}
each_way = pytest.mark.parametrize("travel", WAYS.values(), ids=WAYS)


# -- what the public API gives ---------------------------------------------------------------------


def named_rule(p, gradient, rate):
    return p - rate * gradient


OBJECTS = {
    "data set": lambda: datasets.moons(12, seed=(1, 2, 3)),
    "digits": lambda: datasets.digits(held_out=0.99)[0],
    "own data set": lambda: Dataset([[1, 2.5]], [-1], {"classes": 0, "source": ["a", "list"]}),
    "sgd": optimizers.sgd,
    "momentum": lambda: optimizers.momentum(beta=0.25),
    "adam": lambda: optimizers.adam(beta1=0.5, epsilon=1e-4),
    "own rule": lambda: optimizers.Optimizer("own", named_rule, settings={"a": 1.0}),
    "state": lambda: optimizers.adam().initial_state(3),
    "rows": lambda: small().history,
    "metadata": lambda: datasets.moons(12).metadata,
}


@each_way
@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_travels_and_is_equal_to_itself(name, travel):
    thing = OBJECTS[name]()
    twin = travel(thing)
    assert type(twin) is type(thing)
    assert twin == thing
    assert repr(twin) == repr(thing)
    if name not in ("rows", "metadata"):
        assert hash(twin) == hash(thing)
        assert {thing: "found"}[twin] == "found"
        assert OBJECTS[name]() == thing


def test_different_ones_are_not_equal():
    made = [optimizers.sgd(), optimizers.momentum(), optimizers.momentum(beta=0.5)]
    made += [optimizers.adam(), optimizers.Optimizer("sgd", named_rule)]
    made += [optimizers.Optimizer("sgd", lambda p, g, r: p - g * r), "sgd"]
    assert len(set(made)) == len(made)
    assert datasets.moons(12, seed=1) != datasets.moons(12, seed=2)
    assert Dataset([[1.0]], [1]) != Dataset([[1.0]], [1], {"name": "own"})


def test_a_rule_in_disguise_is_not_taken_for_ours():
    disguised = optimizers.Optimizer("adam", named_rule)
    assert pickle.loads(pickle.dumps(disguised)).update is named_rule


@each_way
@pytest.mark.parametrize(
    "made", [MLP(2, [3, 1], activation="tanh", seed=1), Layer(2, 3, seed=1), Neuron(2, seed=1)]
)
def test_a_model_travels_with_its_numbers(made, travel):
    twin = travel(made)
    assert type(twin) is type(made)
    assert repr(twin) == repr(made)
    assert numbers(twin) == numbers(made)
    assert forward.scores(twin, [(0.5, -1.0)]) == forward.scores(made, [(0.5, -1.0)])
    data = dataset()
    if made.output_count == 1:
        assert train(twin, data, steps=2).fingerprint == train(made, data, steps=2).fingerprint


def answers():
    """What the engine says of a model, by name."""
    made, data = MLP(2, [3, 1], seed=1), dataset()
    loss = losses.max_margin(made, data.xs, data.ys)
    table = loss.total_loss.backward()
    return {
        "loss": loss,
        "gradients": table,
        "largest": diagnose.largest(table, among=made),
        "path": diagnose.steepest_path(table, to=made),
        "dead relus": diagnose.dead_relus(made, data),
        "check": gradients.check(lambda a, b: a * b, [2.0, 3.0]),
        "chart": charts.dataset(data),
    }


@each_way
@pytest.mark.parametrize("name", answers())
def test_an_answer_travels(name, travel):
    thing = answers()[name]
    twin = travel(thing)
    assert type(twin) is type(thing)
    assert str(twin) == str(thing)


@each_way
def test_a_run_travels(travel):
    run = small(record_parameters=True, batch_size=5, seed=7)
    twin = travel(run)
    assert (twin.fingerprint, twin.history, twin.options, twin.stopped) == (
        run.fingerprint,
        run.history,
        run.options,
        run.stopped,
    )
    assert numbers(twin.model_at(3)) == numbers(run.model_at(3))
    assert str(twin) == str(run)


# -- exceptions ------------------------------------------------------------------------------------


def diverged():
    with pytest.raises(TrainingDiverged) as caught:
        small(learning_rate=[0.1, 0.1, 1e200, 0.1, 0.1])
    caught.value.add_note("seen in a sweep")
    return caught.value


def exceptions():
    """Every exception class of the package."""
    found = set()
    for module in pkgutil.walk_packages(micrograd_wasm.__path__, "micrograd_wasm."):
        if not module.name.endswith("__main__"):
            names = vars(importlib.import_module(module.name)).values()
            found |= {thing for thing in names if isinstance(thing, type)}
    ours = {thing for thing in found if thing.__module__.startswith("micrograd_wasm")}
    kinds = [thing for thing in ours if issubclass(thing, BaseException)]
    return sorted(kinds, key=lambda kind: kind.__name__)


MADE = {
    TrainingDiverged: diverged,
    host.NoHost: host.NoHost,
    exercises.Wrong: lambda: exercises.Wrong("not yet", hint="look at the sign"),
}


@each_way
@pytest.mark.parametrize("kind", exceptions(), ids=lambda kind: kind.__name__)
def test_an_exception_travels_with_all_it_says(kind, travel):
    error = MADE[kind]() if kind in MADE else kind("what is wrong")
    twin = travel(error)
    assert type(twin) is kind
    assert (str(twin), twin.args, vars(twin)) == (str(error), error.args, vars(error))


POOL = """
from concurrent.futures import ProcessPoolExecutor
from micrograd_wasm import MLP, TrainingDiverged, datasets, train

def trained(rate):
    data = datasets.moons(12, noise=0.05, seed=(1, 2, 3))
    return train(MLP(2, [4, 1], seed=(1, 2, 3)), data, steps=5, learning_rate=lambda step: rate)

if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        try:
            pool.submit(trained, 1e200).result()
        except TrainingDiverged as error:
            print(error.step, len(error.history))
        print(pool.submit(trained, 0.1).result().fingerprint)
"""


def test_a_pool_of_processes_gets_the_divergence_and_the_run(tmp_path):
    script = tmp_path / "pool.py"  # the pool's processes import it
    script.write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{POOL}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["1", "1", small().fingerprint]
