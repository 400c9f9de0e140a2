"""Compiled training: every number of a run is the eager engine's."""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_wasm import (
    MLP,
    Layer,
    Neuron,
    Value,
    datasets,
    losses,
    train,
)
from micrograd_wasm.compiler.kernel import running as training_module
from micrograd_wasm.compiler.kernel.running import CompiledTraining
from tests.compiler.programs import configuration
from tests.compiler.runs import OFFICIAL, SEED, everything, same, small
from tests.compiler.strategies import CONFIGURATIONS
from tests.parity import recordings
from tests.parity.recordings import bits, numbers, rows

# ---- Any run -----------------------------------------------------------------------------------


@settings(max_examples=50)
@given(CONFIGURATIONS)
def test_a_random_run_has_the_eager_bits_or_diverges_as_the_eager_one(configuration):
    assert configuration.outcome("compiled") == configuration.outcome("eager")


@settings(max_examples=25)
@given(CONFIGURATIONS, st.integers(0, 11))
def test_progress_may_stop_a_random_run_at_any_step(configuration, last):
    def outcome(engine):
        seen = []

        def progress(step, row):
            seen.append((step, bits(row)))
            return step != last

        return configuration.outcome(engine, progress=progress), seen

    assert outcome("compiled") == outcome("eager")


@settings(max_examples=25)
@given(CONFIGURATIONS, st.integers(1, 4))
def test_a_run_in_several_calls_has_the_same_bits(configuration, call_steps):
    whole = configuration.outcome("compiled")
    with pytest.MonkeyPatch.context() as patch:
        init = CompiledTraining.__init__

        def in_small_calls(self, *args, **options):
            patch.setattr(training_module, "CALL_WORK", 0)  # one step at a time
            if call_steps > 1:
                work = options["batch_size"] * max(1, args[0].parameter_count)
                patch.setattr(training_module, "CALL_WORK", call_steps * work)
            init(self, *args, **options)
            assert self.call_steps == call_steps

        patch.setattr(CompiledTraining, "__init__", in_small_calls)
        assert configuration.outcome("compiled") == whole


def test_the_drawn_runs_are_of_every_kind():
    """A control: runs that end, that diverge at once and later, dense ones, mini-batches."""
    drawn = [configuration(random.Random(seed)) for seed in range(50)]
    ends = [one.outcome("compiled") for one in drawn]
    diverged = [end for end in ends if end[0] == "diverged"]
    assert len(diverged) >= 5
    assert any(step > 0 for _, _, step, _, _ in diverged)
    assert any(step == 0 for _, _, step, _, _ in diverged)
    options = [dict(one.options) for one in drawn]
    batched = [o for o, one in zip(options, drawn, strict=True)
               if o["batch_size"] and o["batch_size"] < len(one.xs)]  # fmt: skip
    assert {type(o["seed"]) for o in batched} == {int, tuple}
    assert sum(o["alpha"] == 0.0 for o in options) >= 5
    finished = [o for o, end in zip(options, ends, strict=True) if end[0] != "diverged"]
    assert {str(o["optimizer"]).split("(", maxsplit=1)[0] for o in finished} >= {
        "sgd", "momentum", "adam", "nesterov", "rmsprop", "odd"
    }  # fmt: skip
    assert {o["loss"] for o in finished if isinstance(o["loss"], str)} == {
        *losses.EXAMPLE_LOSSES, *losses.CLASS_LOSSES
    }  # fmt: skip
    assert any(callable(o["loss"]) for o in finished)


# ---- Known runs --------------------------------------------------------------------------------


def test_the_official_run_has_its_fingerprint():
    model = MLP(2, [16, 16, 1], seed=(1337, 1337, 1337))
    dataset = datasets.moons(100, noise=0.1, seed=(1337, 1337, 1337))
    run = train(model, dataset, engine="compiled")
    assert run.fingerprint == OFFICIAL
    assert run.final_loss == 0.010498643924133641
    assert run.final_accuracy == 1.0


def test_the_recorded_runs_are_compared_compiled_too():
    """tests/parity/test_runs.py does that, for these engines."""
    assert recordings.ENGINES == ("eager", "compiled")


# ---- Mini-batches, progress, interruptions -----------------------------------------------------


@pytest.mark.parametrize("seed", [7, (7, 8, 9)])
@pytest.mark.parametrize("batch_size", [1, 5, 11, 12, 13])
def test_mini_batches_are_the_eager_ones(seed, batch_size):
    same(batch_size=batch_size, seed=seed, steps=9)


def test_a_batch_drawn_from_nowhere_is_noted_and_can_be_run_again():
    run = small("compiled", batch_size=5, seed=None)
    again = small("eager", batch_size=5, seed=run.options["seed"])
    assert everything(run) == everything(again)


@pytest.mark.parametrize("last", [0, 3, 5])
@pytest.mark.parametrize("batch_size", [None, 5])
def test_progress_ends_a_run_at_the_step_that_it_saw(last, batch_size):
    run = same(batch_size=batch_size, progress=lambda step, row: step != last)
    assert run.step_count == last + 1
    assert run.stopped == (None if last == 5 else "progress")


@pytest.mark.parametrize("last", [0, 2, 5])
def test_an_interruption_returns_finished_steps(last):
    def interrupt(step, row):
        if step == last:
            raise KeyboardInterrupt

    whole, run = small("eager"), small("compiled", progress=interrupt)
    # The kernel may be ahead of what was shown; what it finished is kept.
    assert run.step_count >= last + 1
    assert run.stopped == "interrupted"
    assert bits(rows(run.history)) == bits(rows(whole.history))[: run.step_count]
    steps = run.step_count
    assert bits(numbers(run.final_model)) == bits(numbers(small("eager", steps=steps).final_model))


def test_an_interruption_in_a_later_call_keeps_the_earlier_ones(monkeypatch):
    monkeypatch.setattr(training_module, "CALL_WORK", 2 * 12 * 17)  # two steps in a call
    run_call, calls = CompiledTraining.run, []

    def interrupted(self, rates, batches):
        calls.append(len(rates))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return run_call(self, rates, batches)

    monkeypatch.setattr(CompiledTraining, "run", interrupted)
    run = small("compiled")
    assert calls == [2, 2, 2]
    assert (run.step_count, run.stopped) == (4, "interrupted")
    assert bits(numbers(run.final_model)) == bits(numbers(small("eager", steps=4).final_model))


def test_an_interruption_before_the_first_step_is_an_interruption(monkeypatch):
    def interrupted(self, rates, batches):
        raise KeyboardInterrupt

    monkeypatch.setattr(CompiledTraining, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small("compiled")


def test_an_error_in_progress_is_the_callers():
    def fail(step, row):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        small("compiled", progress=fail)


# ---- Zeros -------------------------------------------------------------------------------------


def with_signs(model, alpha):
    """Without regularization a negative weight's gradient begins as -0.0, a positive one's as 0."""
    return [(alpha * p + alpha * p).hex() for p in numbers(model)]


@pytest.mark.parametrize("alpha", [0.0, -0.0, 5e-324])
def test_gradients_that_begin_as_minus_zero_keep_their_sign(alpha):
    model = MLP(2, [4, 1], seed=SEED)
    assert "-0x0.0p+0" in with_signs(model, alpha)
    # A large margin: every example's own gradient is zero, so that the signs are all there is.
    confident = Neuron(1, nonlin=False, weights=[-1e6], bias=-0.0)
    data = ([[1.0], [2.0], [-1.0]], [-1, -1, 1])
    for engine in ("eager", "compiled"):
        run = train(confident, data, steps=3, alpha=alpha, learning_rate=0.5, engine=engine)
        assert rows(run.history)[0][2] == 0.0
    same(alpha=alpha)
    same(model=confident, dataset=data, alpha=alpha, learning_rate=0.0)
    same(model=confident, dataset=data, alpha=alpha, learning_rate=0.5)


def test_the_sign_of_a_zero_gradient_reaches_the_parameters():
    """p - rate*g: 0.0 - rate*0.0 is 0.0, -0.0 - rate*0.0 is -0.0, -0.0 - rate*-0.0 is 0.0."""
    for weights in ([0.0, -0.0], [-0.0, 0.0], [-0.0, -0.0]):
        model = Neuron(2, nonlin=False, weights=weights, bias=5.0)
        data = ([[0.0, -0.0], [-0.0, 0.0], [-1.0, -1.0]], [1, 1, 1])
        for alpha in (0.0, 1e-4):
            same(model=model, dataset=data, alpha=alpha)


def test_rates_and_rows_of_zeros():
    same(learning_rate=0.0)
    same(learning_rate=[0.0, -0.0, 0.1, 0.0, 0.2, 0.0])
    same(dataset=([[0.0, 0.0]] * 4 + [[-0.0, 0.0]] * 2, [1, -1] * 3))
    same(model=MLP(2, [4, 1], seed=SEED).replace_parameters([0.0] * 17))
    same(model=MLP(2, [4, 1], seed=SEED).replace_parameters([-0.0] * 17), alpha=0.0)


# ---- Kinds of models ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        Neuron(2, seed=1),
        Neuron(2, nonlin=False, seed=1),
        Layer(2, 1, seed=1),
        Layer(2, 1, nonlin=False, seed=1),
        MLP(2, [1], seed=1),
        MLP(2, [1, 1, 1, 1], seed=1),
        MLP(2, [3] * 12 + [1], seed=1),
        MLP(2, [4, 4, 1], activation="tanh", seed=1),
        MLP(2, [4, 4, 1], activation=["tanh", "relu"], seed=1),
    ],
    ids=repr,
)
@pytest.mark.parametrize("loss", losses.EXAMPLE_LOSSES)
def test_any_model_with_one_output_trains(model, loss):
    same(model=model, loss=loss)


def test_labels_of_parameters_are_kept():
    model = Neuron(2, weights=[Value(0.5, "left"), Value(-0.5, "right; (right)")], bias=1.0)
    run = same(model=model)
    assert [p.label for p in run.final_model.parameters()] == ["left", "right; (right)", ""]


class Squared(Neuron):
    """Uses each weight three times for one example: its own output is an input again."""

    def __call__(self, inputs):
        once = super().__call__(inputs)
        left, right = self.weights
        return once * left + right * once + left * right


@pytest.mark.parametrize("batch_size", [None, 5, 12])
def test_a_parameter_that_one_example_uses_several_times_gets_its_shares_in_order(batch_size):
    for seed in range(5):
        same(model=Squared(2, activation="tanh", seed=seed), batch_size=batch_size, seed=1)


def test_one_example_is_a_data_set():
    same(dataset=([[0.5, -0.5]], [-1]))
