"""Optimizers and losses of a user's own, compiled: every number is the eager engine's."""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

import math
import random

import pytest

from micrograd_wasm import MLP, Value, losses, optimizers
from micrograd_wasm.compiler import to_wat, training_kernel
from micrograd_wasm.compiler.kernel import running as training_module
from micrograd_wasm.compiler.kernel.running import CompiledTraining
from micrograd_wasm.compiler.refusal import CannotCompile
from micrograd_wasm.training import loops
from tests.compiler.programs import OPTIMIZERS
from tests.compiler.runs import SEED, divergence, everything, job, moons, outcome, same, small
from tests.parity.recordings import bits, numbers

# ---- Optimizers --------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [*losses.EXAMPLE_LOSSES, *losses.CLASS_LOSSES])
@pytest.mark.parametrize("activation", ["relu", "tanh", ["tanh", "relu"]])
@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("optimizer", ["sgd", *OPTIMIZERS], ids=str)
def test_any_optimizer_with_any_loss_has_the_eager_bits(optimizer, batch_size, activation, loss):
    classes = loss in losses.CLASS_LOSSES
    data, model = moons(), MLP(2, [4, 3, 3 if classes else 1], activation=activation, seed=SEED)
    if classes:
        data = (data.xs, [int(x > 0.0) + int(x > 1.0) for x, _ in data.xs])
    options = {"model": model, "dataset": data, "learning_rate": 0.02}
    options |= {"optimizer": optimizer, "batch_size": batch_size, "loss": loss}
    assert outcome("compiled", **options) == outcome("eager", **options)


@pytest.mark.parametrize("last", range(7))
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_a_run_that_was_stopped_goes_on_from_its_state(monkeypatch, optimizer, last):
    """Three steps in a call: what progress takes back is taken back of the optimizer's state."""
    monkeypatch.setattr(training_module, "CALL_WORK", 3 * 12 * 17)
    states, finish, rewind = [], loops.Training.finish, loops.Training.rewind
    monkeypatch.setattr(
        loops.Training, "finish", lambda self, *a: (finish(self, *a), states.append(self.state))[0]
    )
    monkeypatch.setattr(
        loops.Training, "rewind", lambda self, *a: (rewind(self, *a), states.append(self.state))[0]
    )

    def state(engine):
        states.clear()
        small(engine, optimizer=optimizer, steps=7, progress=lambda step, row: step != last)
        assert len(states) >= (last + 1 if engine == "eager" else last // 3 + 1)
        return bits([*states[-1].running, *(x for slot in states[-1].slots for x in slot)])

    assert state("compiled") == state("eager")


def test_steps_that_a_kernel_cannot_finish_leave_the_running_numbers_alone(monkeypatch):
    """The kernel finds an input's gradient too large that the eager engine never adds up."""
    w = 1e308 ** (1 / 3)
    model = MLP(1, [2, 1, 1], seed=1)
    model = model.replace_parameters([w, 0.0, w, 0.0, w, w, 0.0, w, 0.0])
    counting = optimizers.Optimizer(
        "counting",
        lambda p, gradient, rate, power: p - rate * power * gradient,
        running=(1.0,),
        advance=lambda rate, power: ((rate, power), (0.5 * power,)),
    )
    states, finish = [], loops.Training.finish
    monkeypatch.setattr(
        loops.Training, "finish", lambda self, *a: (finish(self, *a), states.append(self.state))[0]
    )
    options = {"alpha": 0.0, "learning_rate": 0.0, "steps": 3, "optimizer": counting}
    for engine in ("eager", "compiled"):
        states.clear()
        small(engine, model, ([[1e-308]], [-1]), **options)
        assert states[-1].running == (0.125,)


def test_what_is_remembered_may_be_what_grows_too_large():
    def update(p, gradient, rate, large):
        return p - rate * gradient, large * 1e200 + 1e200

    growing = optimizers.Optimizer("growing", update, slots=("large",))
    message, step, *rest = divergence("compiled", optimizer=growing)
    assert (message, step, *rest) == divergence("eager", optimizer=growing)
    assert step == 1
    assert "growing: large is too large for a float64" in message


def test_a_rule_that_looks_at_numbers_is_not_compiled():
    def update(p, gradient, rate):
        return p - rate * (gradient if gradient < 1.0 else 1.0)

    clipped = optimizers.Optimizer("clipped", update)
    assert small("eager", optimizer=clipped).step_count == 6
    with pytest.raises(CannotCompile, match=r"^optimizer: clipped cannot be compiled: .*eager"):
        small("compiled", optimizer=clipped)
    run = small("auto", optimizer=clipped)
    assert run.options["engine"] == "eager"
    assert everything(run) == everything(small("eager", optimizer=clipped))


@pytest.mark.parametrize(
    "update",
    [
        lambda p, g, rate: p - rate * max(g, 0.0),
        lambda p, g, rate: p - rate * g if g == 0.0 else p,
        lambda p, g, rate: p - rate * g if g else p,
        lambda p, g, rate: p - rate * g**2,
        lambda p, g, rate: p - rate * math.sqrt(g * g),
        lambda p, g, rate: p - rate * abs(g),
        lambda p, g, rate: (p - rate * g).hex() and 1.0,
    ],
)
def test_what_is_no_arithmetic_is_not_compiled(update):
    rule = optimizers.Optimizer("mine", update)
    assert small("auto", optimizer=rule).options["engine"] == "eager"
    with pytest.raises(ValueError, match=r"^optimizer: mine cannot be compiled: "):
        small("compiled", optimizer=rule)
    assert small("eager", optimizer=rule).step_count == 6


def test_a_kernels_text_names_what_is_remembered():
    kernel = training_kernel(job(MLP(2, [4, 1], seed=SEED), optimizer=optimizers.adam()))
    text = to_wat(kernel.module)
    for words in (
        *("local.get $part1", "local.get $next_mean", "f64.sqrt"),
        *("(; square ;)", "(; next square ;)", "(; part2 ;)"),
    ):
        assert words in text


@pytest.mark.parametrize("batch_size", [None, 5])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_steps_taken_eagerly_in_between_are_remembered_by_the_optimizer(
    monkeypatch, optimizer, batch_size
):
    """A kernel that gives up after two steps, as if the third one left the real numbers."""
    options = {"optimizer": optimizer, "batch_size": batch_size, "steps": 9}
    expected = everything(small("eager", **options))
    run_call, taken, step = CompiledTraining.run, [], loops.eager_step
    monkeypatch.setattr(loops, "eager_step", lambda *a: (taken.append(1), step(*a))[1])
    monkeypatch.setattr(
        CompiledTraining, "run", lambda self, rates, batches: run_call(self, rates[:2], batches[:2])
    )
    assert everything(small("compiled", **options)) == expected
    assert len(taken) == 3


# ---- The parameters of every step --------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("call_steps", [1, 4, 100])
def test_recorded_parameters_are_those_of_shorter_runs(monkeypatch, optimizer, call_steps):
    monkeypatch.setattr(training_module, "CALL_WORK", call_steps * 12 * 17)
    run = same(record_parameters=True, optimizer=optimizer)
    plain = small("compiled", optimizer=optimizer)
    assert everything(run) == everything(plain)
    for step in range(7):
        shorter = small("eager", steps=max(1, step), optimizer=optimizer)
        expected = shorter.final_model if step else shorter.initial_model
        assert bits(run.parameters_at(step)) == bits(tuple(numbers(expected)))
        assert bits(numbers(run.model_at(step))) == bits(numbers(expected))


@pytest.mark.parametrize("last", range(6))
def test_a_stopped_run_has_the_records_of_its_steps(last):
    compiled, eager = (
        small(engine, record_parameters=True, progress=lambda step, row: step != last)
        for engine in ("compiled", "eager")
    )
    assert compiled.step_count == last + 1
    for step in range(last + 2):
        assert bits(compiled.parameters_at(step)) == bits(eager.parameters_at(step))
    with pytest.raises(ValueError, match=f"^step: expected an integer from 0 to {last + 1}, got"):
        compiled.parameters_at(last + 2)


# ---- A user's loss -----------------------------------------------------------------------------


def squared_hinge(score, label):
    return (1.0 - label * score).relu() ** 2


def cross_entropy(score, label):
    """For labels -1 and 1, as 0 and 1."""
    truth = (1.0 + label) * 0.5
    return -(truth * score.sigmoid().log() + (1.0 - truth) * (-score).sigmoid().log())


@pytest.mark.parametrize("loss", [squared_hinge, cross_entropy, lambda s, y: (s - y).tanh() ** 2])
def test_a_loss_of_ones_own_is_compiled(loss):
    assert same(loss=loss).options["loss"] == loss.__name__
    same(loss=loss, optimizer="adam", batch_size=5)


def by_label(score, label):
    return score.exp() if label == -1 else (-score).exp()


def by_score(score, label):
    return (score * -label).relu() if score.data > 0.25 else (1.0 - score * label).relu()


def by_kind(score, label):
    return score * -label if isinstance(label, float) else score * label


def by_table(score, label):
    return score * {-1.0: 1.0, 1.0: -1.0}[label]


def by_label_where_it_is_zero(score, label):
    """Wherever it is tried on numbers, both branches give the same."""
    return (score - 50.0).relu() * (2.0 if label == 1.0 else 3.0) + (score - label) ** 2


def by_far_score(score, label):
    return (score - label) ** 2 * (1.0 if abs(score.data) < 20 else 2.0)


def by_truth(score, label):
    return (score - label) ** 2 if label + 1.0 else score * score


def by_sign(score, label):
    return (1.0 - score).relu() if label > 0.0 else (score + 1.0).relu()


def by_index(score, label):
    return score * [1.0, 0.0, -1.0][int(label) + 1]


def by_math(score, label):
    return score * -math.copysign(1.0, label)


def by_chance(score, label):
    return (score - label) ** 2 * random.Random().random()


def by_count(score, label, calls=[0]):  # noqa: B006 - which is the point
    calls[0] += 1
    return (score - label) ** 2 * float(calls[0])


def by_error(score, label):
    try:
        return (score * label + 0.25).log() * -1.0
    except ArithmeticError:
        return (score - label) ** 2


def by_failing(score, label):
    try:
        return (score * label - 0.25).log() * -1.0
    except ArithmeticError:
        return (score - label) ** 2


def by_gradient(score, label):
    loss = (score - label) ** 2
    return loss * loss.backward()[score]


def by_class(score, label):
    return (score - label) ** 2 if type(score) is Value else score


def by_class_alone(score, label):
    return (score if type(score) is Value else Value(score)) * -label


LOOKING = [by_label, by_label_where_it_is_zero, by_score, by_far_score, by_kind, by_table]
LOOKING += [by_truth, by_sign, by_index, by_math, by_failing, by_gradient]
LOOKING += [by_class, by_class_alone]


@pytest.mark.parametrize("loss", LOOKING, ids=lambda loss: loss.__name__)
def test_a_loss_that_a_trace_cannot_hold_is_not_compiled(loss):
    with pytest.raises(CannotCompile, match=r"^loss: it cannot be compiled: .*engine=\"eager\""):
        small("compiled", loss=loss)
    run = small("auto", loss=loss)
    assert run.options["engine"] == "eager"
    assert everything(run) == everything(small("eager", loss=loss))


def test_an_error_that_is_caught_only_elsewhere_is_caught_by_the_eager_engine(monkeypatch):
    """It is compiled without its other branch, and each step that takes that is an eager one."""
    taken, step = [], loops.eager_step
    monkeypatch.setattr(loops, "eager_step", lambda *a: (taken.append(1), step(*a))[1])
    compiled = outcome("compiled", loss=by_error)
    assert taken
    assert compiled == outcome("eager", loss=by_error)


@pytest.mark.parametrize("loss", [by_chance, by_count], ids=lambda loss: loss.__name__)
def test_a_loss_that_is_another_one_each_time_is_not_compiled(loss):
    with pytest.raises(CannotCompile, match=r"^loss: it cannot be compiled: .*always do the same"):
        small("compiled", loss=loss)
    assert small("auto", loss=loss).options["engine"] == "eager"


def test_a_loss_of_a_parameter_is_not_compiled():
    """The parameter is the model's at the first step only; then it is a constant."""
    model = MLP(2, [4, 1], seed=SEED)
    weight = model.parameters()[0]
    reason = r"^loss: .* it uses a parameter that the model has"
    for penalty in (weight * weight, weight):

        def loss(score, label, penalty=penalty):
            return (score - label) ** 2 + penalty * 0.5

        with pytest.raises(CannotCompile, match=reason):
            small("compiled", model, loss=loss)
        run = small("auto", model, loss=loss)
        assert everything(run) == everything(small("eager", model, loss=loss))
        # Another Value from outside is a constant to both engines.
        other = Value(0.75)
        same(model=model, loss=lambda s, y, other=other: (s - y) ** 2 + other * 0.5)


@pytest.mark.parametrize(
    "loss",
    [
        lambda s, y: (s + 30.0).log() * y * y,
        lambda s, y: ((s + 3.0) ** 0.5 - y) ** 2,
        lambda s, y: (1.0 / (s + 4.0)) * -y,
        lambda s, y: (s - y).log(),  # it diverges at once
        lambda s, y: (s**0.5 - y) ** 2,
        lambda s, y: (1.0 / s) * y,
    ],
)
def test_a_loss_that_is_not_defined_at_a_score_of_zero_is_compiled(loss):
    model = MLP(2, [4, 1], activation="tanh", seed=SEED)
    for rate in (0.01, 0.1):
        options = {"model": model, "loss": loss, "learning_rate": rate}
        assert outcome("compiled", **options) == outcome("eager", **options)


def test_what_a_loss_does_not_use_may_leave_the_reals_all_the_same():
    def loss(score, label):
        (score * 1e3).exp()
        (score * 1e200 * 1e200).relu()
        return (score - label) ** 2

    assert divergence("compiled", loss=loss) == divergence("eager", loss=loss)


@pytest.mark.parametrize("name", ["max_margin", "logistic", "mse", "one_vs_rest_margin"])
def test_a_loss_that_is_called_like_one_of_ours_is_itself(name):
    def loss(score, label):
        return (score - label) ** 2 * 0.25

    expected = same(loss=loss)
    loss.__name__ = name
    run = same(loss=loss)
    assert everything(run) == everything(expected)

    # Nor is one taken for it that only says that it is the same.
    class Equal:
        def __init__(self, like):
            self.like = like

        def __eq__(self, other):
            return other is self.like

        def __hash__(self):
            return hash(self.like)

        def __call__(self, score, label):
            return loss(score, label)

    assert everything(same(loss=Equal(losses.hinge))) == everything(expected)


# ---- What an optimizer does with the gradient ---------------------------------------------------


STEEP = MLP(1, [1, 1], seed=1).replace_parameters([1e-305, 0.0, 1e10, 0.0])


@pytest.mark.parametrize(
    "update",
    [
        lambda p, g, rate: p * 0.5,
        lambda p, g, rate: p,
        lambda p, g, rate: p - rate / g * 0.0,
        lambda p, g, rate: p + 1.0 / g,
        lambda p, g, rate: p - rate / (1.0 + g * g),
    ],
)
def test_a_gradient_that_is_too_large_is_an_error_whatever_becomes_of_it(update):
    rule = optimizers.Optimizer("mine", update)
    options = {"model": STEEP, "dataset": ([[1e300]], [-1]), "optimizer": rule}
    assert "gradient with respect to" in divergence("compiled", **options)[0]
    assert divergence("compiled", **options) == divergence("eager", **options)


def test_an_optimizer_that_drops_the_gradient_has_the_eager_bits():
    rule = optimizers.Optimizer("decay", lambda p, g, rate: p - rate * p)
    same(optimizer=rule)
    same(optimizer=rule, batch_size=1)


@pytest.mark.parametrize(
    "unused",
    [lambda p, g: 1.0 / (p - p), lambda p, g: optimizers.sqrt(-1.0 - g * g), lambda p, g: p / g],
)
def test_what_an_update_does_not_use_may_leave_the_reals_all_the_same(unused):
    def update(p, g, rate):
        unused(p, g)
        return p - rate * g

    rule = optimizers.Optimizer("mine", update)
    idle = MLP(2, [4, 1], seed=SEED).replace_parameters([-1.0] * 17)  # gradients of zero
    data = ([[1.0, 1.0]] * 2, [1, 1])
    options = {"model": idle, "optimizer": rule, "alpha": 0.0, "dataset": data}
    assert divergence("compiled", **options) == divergence("eager", **options)


def test_an_optimizer_that_knows_what_it_is_given_is_not_compiled():
    def by_kind(p, g, rate):
        return p - rate * (g if isinstance(g, float) else g * 2.0)

    def by_count(p, g, rate, calls=[0]):  # noqa: B006 - which is the point
        calls[0] += 1
        return p - rate * g * float(calls[0])

    for update, reason in ((by_kind, "with plain numbers"), (by_count, "always do the same")):
        rule = optimizers.Optimizer("mine", update)
        with pytest.raises(CannotCompile, match=f"^optimizer: mine cannot be compiled: .*{reason}"):
            small("compiled", optimizer=rule)
        assert small("auto", optimizer=rule).options["engine"] == "eager"
