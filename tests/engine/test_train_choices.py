"""Training with another loss, another optimizer, or every step's parameters kept: both engines."""

import pytest

from micrograd_wasm import MLP, losses, optimizers
from tests.engine.test_trainer import dataset, for_each_engine, numbers, small


@for_each_engine
def test_a_loss_may_be_a_function_of_score_and_label(engine):
    def hinge(score, label):
        return (score * -label + 1.0).relu()

    run = small(engine, loss=hinge)
    assert run.fingerprint == small(engine).fingerprint
    assert run.options["loss"] == "hinge"

    class Scaled:
        def __call__(self, score, label):
            return hinge(score, label) * 2.0

    assert small(engine, loss=Scaled()).options["loss"] == "Scaled"


@for_each_engine
@pytest.mark.parametrize("loss", losses.EXAMPLE_LOSSES)
@pytest.mark.parametrize("optimizer", optimizers.OPTIMIZERS)
def test_every_loss_falls_under_every_optimizer(engine, loss, optimizer):
    rate = {"sgd": 0.1, "momentum": 0.02, "adam": 0.05}[optimizer]
    for batch_size in (None, 6):
        more = {"batch_size": batch_size, "learning_rate": rate, "steps": 40}
        run = small(engine, loss=loss, optimizer=optimizer, **more)
        assert run.final_loss < 0.8 * run.history[0]["loss"]


@for_each_engine
def test_the_parameters_of_every_step_can_be_kept(engine):
    run = small(engine, record_parameters=True)
    assert run.parameters_at(0) == tuple(numbers(run.initial_model))
    assert run.parameters_at(5) == tuple(numbers(run.final_model))
    for step in range(1, 5):
        shorter = small(engine, steps=step)
        assert run.parameters_at(step) == tuple(numbers(shorter.final_model))
        loss = losses.max_margin(run.model_at(step), dataset().xs, dataset().ys)
        assert loss.total_loss.data == run.history[step]["loss"]
    assert isinstance(run.model_at(3), MLP)
    assert run.fingerprint == small(engine).fingerprint


def test_without_being_kept_only_the_first_and_the_last_parameters_are_there():
    run = small()
    assert run.parameters_at(0) == tuple(numbers(run.initial_model))
    assert numbers(run.model_at(5)) == numbers(run.final_model)
    with pytest.raises(ValueError, match=r"^step: .*train\(record_parameters=True\)"):
        run.parameters_at(2)
    for step in (-1, 6):
        with pytest.raises(
            ValueError, match=rf"^step: expected an integer from 0 to 5, got {step}"
        ):
            run.model_at(step)
    with pytest.raises(TypeError, match=r"^step: expected an integer from 0 to 5, got 1\.0"):
        run.parameters_at(1.0)
