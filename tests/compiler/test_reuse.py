"""A training program is built once for all runs that it fits, and never taken for another."""

import pickle
from dataclasses import replace

import pytest

from micrograd_wasm import MLP, datasets, losses, optimizers, train
from micrograd_wasm.compiler.kernel import reuse
from micrograd_wasm.compiler.kernel.program import Job


def job(layers=(3, 1), activation="relu", **changes):
    settings = {
        "model": MLP(2, layers, activation=activation, seed=1),
        "input_count": 2,
        "example_loss": losses.EXAMPLE_LOSSES["max_margin"],
        "alpha": 0.1,
        "example_count": 8,
        "batch_size": 8,
        "call_steps": 5,
    }
    return Job(**settings | changes)


class Other(MLP):
    """It may do anything."""


def test_the_program_is_the_same_object():
    first = reuse.training_program(job())
    assert reuse.training_program(job(alpha=0.5)) is first
    assert reuse.training_program(job(model=MLP(2, [3, 1], seed=9))) is first
    assert reuse.training_program(job(optimizer=optimizers.sgd())) is first


@pytest.mark.parametrize("name", optimizers.OPTIMIZERS)
def test_a_rule_is_known_by_its_name_and_settings(name):
    """Two that were made apart are the same one, with the same hash; none is told by its code."""
    one, other = optimizers.OPTIMIZERS[name](), optimizers.named(name, {})
    assert one is not other
    assert (one, hash(one)) == (other, hash(other))
    assert optimizers.is_known(one)
    assert pickle.loads(pickle.dumps((one.update, one.advance))) == (other.update, other.advance)
    assert not optimizers.is_known(replace(one, update=lambda *numbers: numbers[0]))


def test_adams_numbers_are_part_of_what_it_is():
    first = reuse.training_program(job(optimizer=optimizers.adam()))
    assert reuse.training_program(job(optimizer=optimizers.adam())) is first
    other = reuse.training_program(job(optimizer=optimizers.adam(beta1=0.5)))
    assert other.binary != first.binary


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": (4, 1)},
        {"layers": (3, 1, 1)},
        {"activation": "tanh"},
        {"example_loss": losses.EXAMPLE_LOSSES["logistic"]},
        {"example_count": 9},
        {"batch_size": 4},
        {"call_steps": 6},
        {"record_parameters": True},
        {"optimizer": optimizers.momentum()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_job_has_another_program(changes):
    first, other = reuse.training_program(job()), reuse.training_program(job(**changes))
    assert other.binary != first.binary
    assert reuse.training_program(job(**changes)) is other


@pytest.mark.parametrize(
    "changes",
    [
        {"example_loss": lambda score, label: (1.0 - label * score).relu()},
        {"model": Other(2, [3, 1], seed=1)},
        {"optimizer": optimizers.Optimizer("own", lambda p, gradient, rate: p - rate * gradient)},
        {"optimizer": replace(optimizers.momentum(beta=0.5), settings={"beta": 0.9})},
        {"optimizer": replace(optimizers.momentum(), name="mine")},
    ],
    ids=["example_loss", "model", "own rule", "settings of another", "renamed"],
)
def test_what_may_do_something_else_next_time_is_built_anew(changes):
    assert reuse.training_program(job(**changes)) is not reuse.training_program(job(**changes))
    assert reuse._kept == {}


def test_a_model_that_no_kernel_fits_is_still_refused():
    reuse.training_program(job())
    model = MLP(2, [3, 1], seed=1)
    made = model._rebuilt(iter([p * 1.0 for p in model.parameters()]))
    with pytest.raises(ValueError, match="a parameter is made from other Values"):
        reuse.training_program(job(model=made))


def test_only_the_last_few_are_kept():
    for count in range(1, reuse.MOST + 3):
        reuse.training_program(job(call_steps=count))
        reuse.training_program(job())
    assert len(reuse._kept) == reuse.MOST
    kept = reuse.training_program(job())
    assert reuse.training_program(job()) is kept


def test_runs_one_after_the_other_have_the_eager_engines_bits():
    """Nothing of a run is left for the next one: parameters, slots, alpha, data."""
    runs = [
        (alpha, seed, rule) for alpha in (0.0, 0.3) for seed in (1, 2) for rule in ("sgd", "adam")
    ]
    for alpha, seed, rule in runs:
        model, data = MLP(2, [3, 1], seed=seed), datasets.moons(8, noise=0.1 * seed, seed=seed)
        settings = {"steps": 4, "alpha": alpha, "learning_rate": 0.1 * seed, "optimizer": rule}
        eager, compiled = (train(model, data, engine=e, **settings) for e in ("eager", "compiled"))
        assert compiled.fingerprint == eager.fingerprint
    assert len(reuse._kept) == 2
