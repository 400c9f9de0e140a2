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
from micrograd_wasm import TrainingDiverged, exercises
from micrograd_wasm.compiler import host
from tests.engine.test_trainer import small

ROOT = Path(__file__).parents[2]

WAYS = {
    "copied": copy.copy,
    "deep-copied": copy.deepcopy,
    "pickled": lambda thing: pickle.loads(pickle.dumps(thing)),
}
each_way = pytest.mark.parametrize("travel", WAYS.values(), ids=WAYS)


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
