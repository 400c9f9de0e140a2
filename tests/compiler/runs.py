"""Small training runs, and everything that two of them are compared by."""

import pytest

from micrograd_wasm import MLP, datasets, losses, train
from micrograd_wasm.compiler import Job
from micrograd_wasm.training.run import TrainingDiverged
from tests.parity.recordings import bits, numbers, rows

OFFICIAL = "fc813168499655afa4a27705f40c3114b91aedf0adbc1882e7a2a03dc1e9d91c"
SEED = (1, 2, 3)


def moons(count=12):
    return datasets.moons(count, noise=0.05, seed=SEED)


def small(engine, model=None, dataset=None, **options):
    """A short run of a small model."""
    options = {"steps": 6, "learning_rate": 0.1, "engine": engine} | options
    return train(model or MLP(2, [4, 1], seed=SEED), dataset or moons(), **options)


def everything(run):
    """All that a run holds, as bits."""
    return bits(rows(run.history)), bits(numbers(run.final_model)), run.fingerprint, run.stopped


def same(**options):
    """Compare a small run of both engines; returns the compiled one."""
    compiled = small("compiled", **options)
    assert everything(compiled) == everything(small("eager", **options))
    return compiled


def outcome(engine, **options):
    """All that a small run holds, or all that its divergence says."""
    try:
        return everything(small(engine, **options))
    except TrainingDiverged:
        return divergence(engine, **options)


def divergence(engine, **options):
    with pytest.raises(TrainingDiverged) as caught:
        small(engine, **options)
    error = caught.value
    return str(error), error.step, bits(error.last_loss), bits(rows(error.history))


def job(model, **more):
    """A kernel for the small data set."""
    options = {
        "input_count": 2,
        "example_loss": losses.hinge,
        "alpha": 1e-3,
        "example_count": 12,
        "batch_size": 12,
        "call_steps": 8,
    }
    return Job(model=model, **(options | more))
