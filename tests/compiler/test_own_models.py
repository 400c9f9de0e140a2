"""Models of the user's: compiled with the eager engine's bits, or left to it; never different."""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

import functools
import random

import pytest

from micrograd_wasm import MLP, Neuron, Value, predictions
from micrograd_wasm.compiler.evaluation import scorer
from micrograd_wasm.compiler.refusal import CannotCompile
from micrograd_wasm.module import Module
from tests.compiler.runs import SEED, divergence, everything, moons, outcome, same, small

XS = moons().xs


class Own(Module):
    """Three parameters; what is done with them is `score`, of any row."""

    def __init__(self, numbers=(0.5, -0.25, 0.125)):
        self._values = [Value(number) for number in numbers]
        self._ready()

    def _ready(self):
        """Where some keep what they will need."""

    def parameters(self):
        return list(self._values)

    def _rebuilt(self, parameters):
        twin = object.__new__(type(self))
        twin._values = [next(parameters) for _ in self._values]
        twin._ready()
        return twin

    def __call__(self, inputs):
        return self.score(inputs, *self._values)

    def activations(self, inputs):
        return [[self(inputs)]]

    def named_parameters(self):
        return {f"p_{k}": value for k, value in enumerate(self._values)}

    def __repr__(self):
        return "Own"


def own(score, **more):
    """A model of a class of its own."""
    return type("Of", (Own,), {"score": staticmethod(score), **more})()


def compiled_or_eager(model, **options):
    """A run by "auto", whatever ran it, is the eager one; returns which engine ran."""
    run = small("auto", model, **options)
    assert everything(run) == everything(small("eager", model, **options))
    return run.options["engine"]


# ---- What is compiled --------------------------------------------------------------------------


PLAIN = {
    "a line": lambda x, a, b, c: a * x[0] + b * x[1] + c,
    "with products of inputs": lambda x, a, b, c: a * (x[0] * x[1] - 0.5) + b * x[0] + c,
    "with a parameter below": lambda x, a, b, c: a * x[0] / b + c * x[1],
    "with a power and a logarithm": lambda x, a, b, c: (a * a + 1.0).log() * x[0] + b**2 * x[1] + c,
    "with what it does not use": lambda x, a, b, c: ((a * x[0]).exp(), b * x[1] + c)[1],
}


@pytest.mark.parametrize("options", [{}, {"loss": "logistic"}, {"loss": lambda s, y: (s - y) ** 2}])
@pytest.mark.parametrize("name", PLAIN)
def test_a_model_of_ones_own_is_compiled(name, options):
    assert same(model=own(PLAIN[name]), **options).options["engine"] == "compiled"
    same(model=own(PLAIN[name]), batch_size=5, optimizer="adam", **options)


def test_a_model_that_divides_by_a_parameter_is_traced_at_its_own():
    """Where all of them are zero, as they once were, this is not defined."""
    model = own(lambda x, a, b, c: x[0] * (1.0 / a) + x[1] * b.log() + c**0.5)
    model = model.replace_parameters([0.5, 2.0, 1.5])
    options = {"learning_rate": 0.01, "dataset": moons(6)}
    same(model=model, **options)
    points = [[0.01 * i, 0.5] for i in range(100)]
    assert scorer(model, 2, 100).scores(points) == [model(point).data for point in points]


def test_a_model_that_is_not_defined_diverges_at_once():
    model = own(lambda x, a, b, c: a.log() * x[0] + b + c).replace_parameters([-1.0, 0.0, 0.0])
    assert outcome("auto", model=model) == divergence("eager", model=model)
    with pytest.raises(CannotCompile, match=r"model: .* not defined wherever it was tried: log"):
        small("compiled", model)


def test_an_unused_operation_that_leaves_the_reals_is_an_error_all_the_same():
    def score(x, a, b, c):
        (a * 1e5 - 5e4).exp()
        (5e4 - a * 1e5).exp()
        return a * x[0] + b * x[1] + c

    model = own(score)
    message, step, *rest = divergence("compiled", model=model, learning_rate=1.0)
    assert (message, step, *rest) == divergence("eager", model=model, learning_rate=1.0)
    assert "exp" in message


# ---- What is left to the eager engine ----------------------------------------------------------


def cached(model):
    model.kept = model._values[0] * 2.0


def stale(model):
    if not hasattr(type(model), "first"):
        type(model).first = model._values[0] * 2.0


def by_row():
    @functools.cache
    def remembered(a, *row):
        return a * row[0] + row[1]

    return lambda x, a, b, c: remembered(a, *x) * b + c


def drawn(x, a, b, c):
    return a * x[0] + b * random.Random().random() + c


def counted():
    count = [0]

    def score(x, a, b, c):
        count[0] += 1
        return a * x[0] * float(count[0]) + b + c

    return score


LOOKS = {
    "it reads a parameter": (lambda x, a, b, c: a * x[0] + a.data * b + c, "reads .data"),
    "a far branch": (lambda x, a, b, c: a * x[0] + (b if abs(c.data) < 20 else a), "reads .data"),
    "an input compared": (lambda x, a, b, c: a if x[0] > 5.0 else a * x[1] + b + c, "compares num"),
    "an input that is zero": (lambda x, a, b, c: a * x[1] + (b if x[0] == 0 else c), "compares nu"),
    "an input that is true": (lambda x, a, b, c: a * x[1] + (b if x[0] else c), "is true"),
    "an input as a key": (lambda x, a, b, c: a * {0.5: 2.0}.get(x[0], 1.0) + b + c, "looks a numb"),
    "an input as a text": (
        lambda x, a, b, c: a * x[1] + (b if f"{x[0]:.1f}" == "9.0" else c),
        "writes a number down",
    ),
    "an input's quotient": (lambda x, a, b, c: a * (x[0] / (x[1] + 9.0)) + b + c, "inputs alone"),
    "an input's power": (lambda x, a, b, c: a * x[0] ** 2 + b * x[1] + c, "inputs alone"),
    "an input as a float": (lambda x, a, b, c: a * float(x[0]) + b * x[1] + c, "plain number"),
    "a kind of input": (
        lambda x, a, b, c: a * x[0] + (b if isinstance(x[0], float) else c),
        "something else with Values",
    ),
    "a method of floats": (lambda x, a, b, c: a * x[0].conjugate() + b * x[1] + c, "conjugate"),
    "gradients": (lambda x, a, b, c: a * x[0] * (b * b).backward()[b] + b + c, "derivatives"),
    "a class": (
        lambda x, a, b, c: a * x[0] + (b if type(a) is Value else c),
        "something else with Values",
    ),
    "a class alone": (
        lambda x, a, b, c: a * x[0] + (b if type(b) is Value else Value(b)) + c,
        "expected a number",
    ),
    "a caught error": (lambda x, a, b, c: tried(a) * x[0] + b + c, "catches an error"),
}


def tried(a):
    try:
        return (a - 1.0).log()
    except ArithmeticError:
        return a


@pytest.mark.parametrize("name", LOOKS)
def test_a_model_that_looks_at_its_numbers_trains_eagerly(name):
    score, reason = LOOKS[name]
    with pytest.raises(CannotCompile, match=rf"^model: .*{reason}.*engine=\"eager\""):
        small("compiled", own(score))
    assert compiled_or_eager(own(score)) == "eager"
    # Of a scorer, too, nothing comes but the eager engine's numbers.
    assert scorer(own(score), 2, 100) is None


def test_a_value_that_examples_share_is_not_compiled():
    """Its gradient is the sum over all examples before it goes on: other bits than theirs."""
    model = own(lambda x, a, b, c: None, _ready=cached)
    type(model).__call__ = lambda self, x: self.kept * x[0] + self._values[1] * x[1]
    with pytest.raises(CannotCompile, match=r"^model: .* a Value that several examples share"):
        small("compiled", model)
    assert compiled_or_eager(model) == "eager"


def test_nor_one_that_was_made_of_earlier_parameters():
    model = own(lambda x, a, b, c: None, _ready=stale)
    type(model).__call__ = lambda self, x: type(self).first * x[0] + self._values[1] * x[1]
    with pytest.raises(CannotCompile, match=r"^model: .* parameters it had before"):
        small("compiled", model)
    assert compiled_or_eager(model) == "eager"


def test_nor_one_that_is_kept_for_a_row():
    with pytest.raises(CannotCompile, match=r"^model: .* looks a number up"):
        small("compiled", own(by_row()))
    twice = ([[0.5, 0.25]] * 6, [1, -1] * 3)
    assert compiled_or_eager(own(by_row()), dataset=twice) == "eager"


@pytest.mark.parametrize("make", [lambda: drawn, counted])
def test_a_model_that_does_not_always_do_the_same_is_not_compiled(make):
    with pytest.raises(CannotCompile, match=r"^model: it cannot be compiled: it does"):
        small("compiled", own(make()))
    assert small("auto", own(make())).options["engine"] == "eager"


def test_a_parameter_that_is_the_score_is_not_compiled():
    model = own(lambda x, a, b, c: a)
    with pytest.raises(CannotCompile, match=r"^model: .* a parameter or an input is an output"):
        small("compiled", model)
    assert compiled_or_eager(model) == "eager"
    assert compiled_or_eager(model, loss="logistic", optimizer="adam") == "eager"


def test_parameters_that_are_made_anew_are_not_compiled():
    model = own(PLAIN["a line"], parameters=lambda self: [Value(v.data) for v in self._values])
    with pytest.raises(CannotCompile, match=r"^model: .* its parameters\(\) are not those"):
        small("compiled", model)
    assert small("auto", model).options["engine"] == "eager"


def test_a_call_of_ones_own_is_what_is_trained_and_asked():
    class Doubled(MLP):
        def __call__(self, inputs):
            return super().__call__(inputs) * 2.0 + 0.25

    model = Doubled(2, [4, 1], seed=SEED)
    run = same(model=model)
    assert run.options["engine"] == "compiled"
    points = [[0.1 * i, 0.5 - 0.01 * i] for i in range(100)]
    made = scorer(model, 2, 100)
    assert made.scores(points) == [model(point).data for point in points]
    layers = [[v.data for layer in model.activations(point) for v in layer] for point in points]
    assert made.activations(points) == [number for row in layers for number in row]
    expected = [1 if model(point).data > 0.0 else -1 for point in points]
    assert predictions.predict(model, points) == expected


@pytest.mark.parametrize("method", ["activations", "named_parameters"])
def test_what_the_eager_engine_does_not_ask_for_need_not_be_there(method):
    def missing(*arguments):
        raise NotImplementedError(method)

    model = own(PLAIN["a line"], **{method: missing})
    points = [[0.1 * i, 0.5] for i in range(100)]
    assert scorer(model, 2, 100) is None
    expected = [1 if model(point).data > 0.0 else -1 for point in points]
    assert predictions.predict(model, points) == expected
    assert compiled_or_eager(model) == ("eager" if method == "named_parameters" else "compiled")


def test_a_scorer_notes_the_slopes_that_are_too_large():
    """The eager engine raises on the way forward, where the derivative of a power is infinite."""
    model = own(lambda x, a, b, c: (a * x[0]) ** 0.5 + b * x[1] + c).replace_parameters([1.0, 0, 0])
    points = [[1.0, 0.0]] * 99 + [[0.0, 0.0]]
    made = scorer(model, 2, 100)
    assert made.scores(points[:99]) == [1.0] * 99
    with pytest.raises(ArithmeticError, match="no finite derivative"):
        made.scores(points)


# ---- Tied weights ------------------------------------------------------------------------------


def test_one_value_as_several_parameters_stays_one():
    shared = Value(0.5, "shared")
    model = Neuron(2, weights=[shared, shared], bias=0.25, nonlin=False)
    gradients = (model([1.0, 2.0]) * 3.0).backward()
    moved = model.apply_gradients(gradients, 0.1)
    assert moved.weights[0] is moved.weights[1]
    assert moved.weights[0].data == 0.5 - 0.1 * 9.0
    assert moved.weights[0].label == "shared"
    replaced = model.replace_parameters([2.0, 2.0, 3.0])
    assert replaced.weights[0] is replaced.weights[1]
    assert replaced.bias.data == 3.0


def test_two_numbers_for_one_value_are_refused():
    shared = Value(0.5)
    model = Neuron(2, weights=[shared, 1.0], bias=shared)
    expected = r"numbers\[2\]: expected 2.0 as in numbers\[0\], for both are one Value, got 3.0"
    with pytest.raises(ValueError, match=expected):
        model.replace_parameters([2.0, 1.0, 3.0])


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_tied_weights_are_trained_as_one(optimizer):
    """As a model that has the weight once, but for the penalty, which counts it twice."""
    shared = Value(0.5)
    model = Neuron(2, weights=[shared, shared], bias=0.25, nonlin=False)
    once = own(lambda x, a, b, c: b + a * x[0] + a * x[1]).replace_parameters([0.5, 0.25, 0.0])
    options = {"alpha": 0.0, "optimizer": optimizer}
    run = small("auto", model, **options)
    assert run.options["engine"] == "eager"
    weights = run.final_model.weights
    assert weights[0] is weights[1]
    assert weights[0].data == small("eager", once, **options).final_model.parameters()[0].data
