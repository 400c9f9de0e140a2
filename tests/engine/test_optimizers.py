"""Optimizers: what a step does to numbers, that nothing is changed in place, what is refused."""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

import math
import re
from fractions import Fraction

import mpmath
import pytest

from micrograd_wasm import MLP, datasets, losses, optimizers, train

PARAMETERS = (0.5, -1.25, 3.0, 0.0, 1e-3)
GRADIENTS = [
    (0.25, -0.5, 1e-9, 0.0, 16.0),
    (0.5, 0.75, -3e-9, 0.0, -15.9),
    (-0.125, -2.0, 1e-7, 0.0, 1.0),
    (0.0, 0.0, 0.0, 0.0, 0.0),
    (1.5, -0.5, 2e-9, 0.0, 3.0),
]
RATES = [0.1, 0.1, 0.05, 0.025, 0.3]


def steps(optimizer):
    """The parameters after each of five steps."""
    parameters, state, after = PARAMETERS, optimizer.initial_state(5), []
    for gradients, rate in zip(GRADIENTS, RATES, strict=True):
        parameters, state = optimizer.step(parameters, gradients, state, rate)
        after.append(parameters)
    return after


# -- the rules -------------------------------------------------------------------------------------


def test_sgd_is_what_apply_gradients_does():
    model = MLP(2, [3, 1], seed=1)
    data = datasets.moons(10)
    gradients = losses.max_margin(model, data.xs, data.ys).total_loss.backward()
    sgd, values = optimizers.sgd(), model.parameters()
    moved, state = sgd.step(
        [p.data for p in values], [gradients[p] for p in values], sgd.initial_state(13), 0.3
    )
    assert moved == tuple(p.data for p in model.apply_gradients(gradients, 0.3).parameters())
    assert state == sgd.initial_state(13)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_against_exact_fractions(beta):
    """As PyTorch's SGD(momentum=beta): velocity = beta*velocity + g; p -= rate*velocity."""
    exact, velocity = [Fraction(p) for p in PARAMETERS], [Fraction(0)] * 5
    for after, gradients, rate in zip(
        steps(optimizers.momentum(beta=beta)), GRADIENTS, RATES, strict=True
    ):
        velocity = [
            Fraction(beta) * v + Fraction(g) for v, g in zip(velocity, gradients, strict=True)
        ]
        exact = [p - Fraction(rate) * v for p, v in zip(exact, velocity, strict=True)]
        assert after == pytest.approx([float(p) for p in exact], rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("beta1", "beta2", "epsilon"), [(0.9, 0.999, 1e-8), (0.0, 0.5, 0.1), (0.5, 0.0, 1e-3)]
)
def test_adam_against_fifty_digits(beta1, beta2, epsilon):
    """Algorithm 1 of the paper with powers of beta, written out in another arithmetic."""
    optimizer = optimizers.adam(beta1=beta1, beta2=beta2, epsilon=epsilon)
    with mpmath.workdps(50):
        b1, b2 = mpmath.mpf(beta1), mpmath.mpf(beta2)
        for i, start in enumerate(PARAMETERS):
            p, m, v = mpmath.mpf(start), mpmath.mpf(0), mpmath.mpf(0)
            for t, after in enumerate(steps(optimizer), 1):
                g = mpmath.mpf(GRADIENTS[t - 1][i])
                m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
                p -= RATES[t - 1] * (m / (1 - b1**t)) / (mpmath.sqrt(v / (1 - b2**t)) + epsilon)
                assert after[i] == pytest.approx(float(p), rel=1e-12, abs=1e-15)


def test_adams_first_step_is_the_rate_whatever_the_size_of_the_gradient():
    first = steps(optimizers.adam())[0]
    for start, after, gradient in zip(PARAMETERS, first, GRADIENTS[0], strict=True):
        expected = 0.1 * gradient / (abs(gradient) + 1e-8)
        assert start - after == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_momentum_without_beta_is_plain_gradient_descent():
    assert steps(optimizers.momentum(beta=0)) == steps(optimizers.sgd())


def test_a_rule_of_ones_own():
    def update(p, gradient, rate, mean):
        mean = 0.9 * mean + 0.1 * (gradient * gradient)
        return p - rate * gradient / (optimizers.sqrt(mean) + 1e-8), mean

    rmsprop = optimizers.Optimizer("rmsprop", update, slots=("mean",))
    first = rmsprop.step((1.0,), (2.0,), rmsprop.initial_state(1), 0.5)
    assert first[0] == (1.0 - 0.5 * 2.0 / (math.sqrt(0.1 * 4.0) + 1e-8),)
    assert first[1].slots == ((0.1 * 4.0,),)
    model, data = MLP(2, [4, 1], seed=1), datasets.moons(20, seed=1)
    run = train(model, data, optimizer=rmsprop, steps=20, learning_rate=0.02, engine="eager")
    assert run.options["optimizer"] == "rmsprop"
    assert run.final_loss < run.history[0]["loss"]


# -- purity ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", optimizers.OPTIMIZERS.values())
def test_a_step_changes_nothing_in_place(make):
    optimizer = make()
    parameters, gradients = [1.0, 2.0], [0.5, -0.5]
    _, state = optimizer.step(parameters, gradients, optimizer.initial_state(2), 0.1)
    kept = (state.running, state.slots)
    once, again = (optimizer.step(parameters, gradients, state, 0.1) for _ in range(2))
    assert once == again
    assert (parameters, gradients) == ([1.0, 2.0], [0.5, -0.5])
    assert (state.running, state.slots) == kept
    assert type(once[0]) is tuple
    assert all(type(slot) is tuple for slot in once[1].slots)
    for name in ("slots", "running", "anything"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(state, name, ())
        with pytest.raises((AttributeError, TypeError)):
            setattr(optimizer, name, ())
    with pytest.raises(TypeError):
        optimizer.settings["beta"] = 0.1


@pytest.mark.parametrize("make", optimizers.OPTIMIZERS.values())
def test_no_parameters_are_moved_too(make):
    optimizer = make()
    moved, state = optimizer.step((), (), optimizer.initial_state(0), 0.1)
    assert moved == ()
    assert state.slots == ((),) * len(optimizer.slots)


@pytest.mark.parametrize("make", optimizers.OPTIMIZERS.values())
def test_the_loop_of_the_documentation_is_what_train_does(make):
    model, data, optimizer = MLP(2, [4, 1], seed=1), datasets.moons(20, seed=1), make()
    run = train(model, data, optimizer=optimizer, steps=5, learning_rate=0.05, engine="eager")
    state = optimizer.initial_state(model.parameter_count)
    for _ in range(5):
        gradients = losses.max_margin(model, data.xs, data.ys).total_loss.backward()
        values = model.parameters()
        numbers, state = optimizer.step(
            [p.data for p in values], [gradients[p] for p in values], state, rate=0.05
        )
        model = model.replace_parameters(numbers)
    assert [p.data for p in run.final_model.parameters()] == list(numbers)


def test_text_forms_say_the_settings():
    assert str(optimizers.sgd()) == "sgd"
    assert str(optimizers.momentum(beta=0.5)) == "momentum(beta=0.5)"
    assert str(optimizers.adam()) == "adam(beta1=0.9, beta2=0.999, epsilon=1e-08)"


def test_a_name_in_train_is_the_optimizer_with_its_usual_settings():
    model, data = MLP(2, [4, 1], seed=1), datasets.moons(12, seed=1)
    for name, make in optimizers.OPTIMIZERS.items():
        options = {"steps": 4, "learning_rate": 0.1, "engine": "eager"}
        named, made = (train(model, data, optimizer=o, **options) for o in (name, make()))
        assert named.fingerprint == made.fingerprint
        assert named.options["optimizer"] == name
        assert made.options["optimizer"] == str(make())
    assert train(model, data, **options).options["optimizer"] == "sgd"


# -- refusals --------------------------------------------------------------------------------------

DATA = ([[1.0, 2.0]], [1])


def rule(update, **options):
    return optimizers.check_optimizer(optimizers.Optimizer("mine", update, **options))


def trained(optimizer):
    return train(MLP(2, [1], seed=1), DATA, optimizer=optimizer, engine="eager")


WRONG = {
    "beta: expected a number from 0 to below 1, got 1": lambda: optimizers.momentum(beta=1),
    "beta: expected a number from 0 to below 1, got -0.1": lambda: optimizers.momentum(beta=-0.1),
    "beta: expected a number from 0 to below 1, got '0.9'": lambda: optimizers.momentum(beta="0.9"),
    "beta1: expected a number from 0 to below 1, got 1.5": lambda: optimizers.adam(beta1=1.5),
    "beta2: expected a number from 0 to below 1, got nan": lambda: optimizers.adam(beta2=math.nan),
    "epsilon: expected a positive number, got 0": lambda: optimizers.adam(epsilon=0),
    'optimizer: expected "sgd" or "momentum" or "adam" or an Optimizer, got \'Adam\'': (
        lambda: trained("Adam")
    ),
    'optimizer: expected "sgd" or "momentum" or "adam" or an Optimizer, got None': (
        lambda: trained(None)
    ),
    'optimizer: expected "sgd" or "momentum" or "adam" or an Optimizer; call it: optimizers.a': (
        lambda: trained(optimizers.adam)
    ),
    "name: expected a text, got 5": lambda: optimizers.Optimizer(5, lambda p, g, r: p),
    "update: expected a function, got None": lambda: optimizers.Optimizer("mine", None),
    "advance: expected None or a function, got 1": (
        lambda: optimizers.Optimizer("mine", lambda p, g, r: p, advance=1)
    ),
    "slots: expected a list of names": (
        lambda: optimizers.Optimizer("mine", lambda p, g, r: p, slots="velocity")
    ),
    "running[0]: expected a finite number, got inf": (
        lambda: optimizers.Optimizer("mine", lambda p, g, r: p, running=(math.inf,))
    ),
    "optimizer: mine cannot be called: ": lambda: rule(lambda p, g: p),
    "optimizer: expected an update that returns the new parameter, a number as floats, got 'x'": (
        lambda: rule(lambda p, g, r: "x")
    ),
    "optimizer: expected an update that returns the new parameter and 1 slots, got 0.5": (
        lambda: rule(lambda p, g, r, s: p, slots=("s",))
    ),
    "optimizer: expected an update that returns the new parameter and 1 slots, got (0.5,": (
        lambda: rule(lambda p, g, r, s: (p, s, s), slots=("s",))
    ),
    "optimizer: expected as many running numbers at each step": (
        lambda: rule(lambda p, g, r: p, running=(1.0,), advance=lambda r, x: ((r,), ()))
    ),
    "count: expected an integer, 0 or more, got -1": lambda: optimizers.sgd().initial_state(-1),
    "state: expected what initial_state or step gave, got None": (
        lambda: optimizers.sgd().step((1.0,), (1.0,), None, 0.1)
    ),
    "state: expected one of adam for 1 parameters": (
        lambda: optimizers.adam().step((1.0,), (1.0,), optimizers.sgd().initial_state(1), 0.1)
    ),
    "state: expected one of momentum for 2 parameters": (
        lambda: optimizers.momentum().step(
            (1.0, 1.0), (1.0, 1.0), optimizers.momentum().initial_state(1), 0.1
        )
    ),
    "gradients: expected 2 of them, got 1": (
        lambda: optimizers.sgd().step((1.0, 1.0), (1.0,), optimizers.sgd().initial_state(2), 0.1)
    ),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_does_not_fit_is_refused(message):
    with pytest.raises((TypeError, ValueError), match="^" + re.escape(message)):
        WRONG[message]()


@pytest.mark.parametrize(
    ("optimizer", "rate", "what"),
    [
        (optimizers.sgd(), 1e10, "a new parameter"),
        (optimizers.momentum(), 1e10, "a new parameter"),
        (optimizers.adam(), 0.1, "square"),
    ],
    ids=str,
)
def test_a_step_beyond_the_floats_is_an_arithmetic_error(optimizer, rate, what):
    state = optimizer.initial_state(1)
    with pytest.raises(ArithmeticError, match=rf"^{optimizer.name}.*: {what} is too large"):
        optimizer.step((1.0,), (1e300,), state, rate)


def test_a_rule_that_leaves_the_floats_says_so_in_our_words():
    for update, words in [
        (lambda p, g, r: p / (g * 0.0), "mine: division by zero"),
        (lambda p, g, r: math.exp(p + 1e3), "mine: a number is too large for a float64"),
    ]:
        mine = optimizers.Optimizer("mine", update)
        with pytest.raises(ArithmeticError, match=f"^{words}$"):
            mine.step((1.0,), (1.0,), mine.initial_state(1), 0.1)


def test_the_root_of_a_negative_number_is_an_arithmetic_error():
    assert optimizers.sqrt(2.25) == 1.5
    with pytest.raises(ArithmeticError, match=r"^sqrt of -1\.0"):
        optimizers.sqrt(-1.0)
