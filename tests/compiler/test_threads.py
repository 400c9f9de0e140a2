"""Threads share what is compiled: the same bits, and a process that lives.

A store of wasmtime's that two threads are in at once ends the process or gives errors at random, so
each test is a process of its own.
"""

import subprocess
import sys
from pathlib import Path

import pytest

SET_UP = """
import sys, threading
from micrograd_wasm import MLP, datasets, jit, optimizers, predictions, train
from micrograd_wasm.compiler import Evaluation
from micrograd_wasm.compiler.kernel import reuse

sys.setswitchinterval(1e-6)


def together(work, count=6):
    # All at once; returns what they return.
    ready, results = threading.Barrier(count), {}

    def run(k):
        ready.wait()
        results[k] = work(k)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count, "a thread ended in an error"
    return [results[k] for k in range(count)]

"""

PROGRAMS = {
    "a function": """
def function(a, b):
    return (a * b + a).tanh() / (b * b + 1.0)

shared = jit(function)  # its first call, too, is of all threads at once
expected = [jit(function).value_and_gradients(0.5, k) for k in range(6)]
def work(k):
    for _ in range(1000):
        value, gradients = shared.value_and_gradients(0.5, k)
        assert (value, gradients) == expected[k] and shared(0.5, k) == value
    return True
assert all(together(work))
""",
    "functions that call each other": """
def inner(x):
    return x * 2.0
for _ in range(50):
    # Each thread traces the one while the other thread traces the other.
    f = jit(inner)
    g = jit(lambda x: x * f(3.0))
    def work(k):
        return (f, g)[k % 2](1.0)
    assert together(work) == [2.0, 6.0] * 3
""",
    "scores": """
models = [MLP(2, [8, 1], seed=k) for k in range(6)]
shared = Evaluation(models[0], 2)
def work(k):
    # Each thread has points of its own, and as many results of every other one's are about.
    points = [[0.1 * i, float(k)] for i in range(10 + k)]
    expected = [models[0](point).data for point in points]
    for _ in range(300):
        assert shared.scores(points) == expected
        assert shared.activations(points)[8::9] == expected
    return True
assert all(together(work))
""",
    "predictions": """
model, data = MLP(2, [8, 1], seed=1), datasets.moons(200, noise=0.2, seed=1)
expected = [1 if model(x).data > 0.0 else -1 for x in data.xs]
def work(k):
    return all(predictions.predict(model, data.xs) == expected for _ in range(5))
assert all(together(work))
""",
    "training": """
data = datasets.moons(20, noise=0.1, seed=1)
def options(k):  # of the same program, and of others
    return {"model": MLP(2, [4 + k % 2, 1], seed=k), "dataset": data, "steps": 20,
            "optimizer": ("sgd", "adam")[k % 2], "batch_size": (None, 7)[k // 3]}
def own_loss(score, label):
    return (score - label) ** 2
def work(k):
    runs = [train(**options(k), engine="compiled") for _ in range(3)]
    runs += [train(**options(k), loss=own_loss, engine="compiled")]
    return [run.fingerprint for run in runs]
reuse.MOST = 2  # programs come and go
got = together(work)
for k in range(6):
    eager = train(**options(k), engine="eager").fingerprint
    own = train(**options(k), loss=own_loss, engine="eager").fingerprint
    assert got[k] == [eager] * 3 + [own]
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_threads_share(name):
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SET_UP + PROGRAMS[name]],
        capture_output=True,
        text=True,
        cwd=root,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
