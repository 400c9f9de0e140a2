"""A row of the table of operations is all that the compiler needs."""

# ruff: noqa: ARG005 - what is in a column takes the same in every row, used or not

import pytest

from micrograd_wasm import MLP, datasets, jit, train
from micrograd_wasm.compiler.adjoint import functions_of
from micrograd_wasm.engine.nn import Module
from micrograd_wasm.engine.operations import OPERATIONS, Operation
from micrograd_wasm.numerics import elementary
from tests.compiler.programs import eager_gradients, eager_value, outcome

SAMPLES = (-3.0, -0.5, -0.0, 0.0, 1e-5, 0.75, 2.5, 40.0, 700.0, 1e300)

# Derivatives that call what the results do not: another function, a power with a number and with
# a number that is computed, a function of a plain number, of the result, of something that may
# be too large.
ROWS = {
    "another": ("tanh", lambda f, x, y: (f.sigmoid(x),), False),
    "powers": ("exp", lambda f, x, y: (f.pow(y, 1.5) * f.pow(f.exp(x), f.tanh(x)),), True),
    "of a number": ("sigmoid", lambda f, x, y: (y * f.log(2.0) - f.exp(1.0),), False),
    "of the result": ("exp", lambda f, x, y: (f.step(y - 2.0) * f.relu(x) + 0.5,), False),
    "too large": ("tanh", lambda f, x, y: (f.exp(-(x * x * 1e10)) + f.tanh(x * 1e300),), True),
    "constant": ("tanh", lambda f, x, y: (0.25,), False),
}


@pytest.fixture(params=ROWS)
def row(request, monkeypatch):
    """A row that the table did not have; the name is new, for what is kept by name."""
    function, slopes, steep = ROWS[request.param]
    name = f"{request.param} {function}"
    made = Operation(
        name,
        getattr(elementary, function),
        slopes,
        lambda x: x._applied(made),
        function=function,
        steep=steep,
    )
    monkeypatch.setitem(OPERATIONS, name, made)
    return made


def test_a_derivative_may_call_any_function(row):
    def function(x):
        return x * 2.0 + row.python(x - 0.25) * row.python(x)

    compiled = jit(function)
    finite = 0
    for x in SAMPLES:
        expected = outcome(lambda x=x: eager_gradients(function, [x]))
        assert outcome(lambda x=x: compiled.value_and_gradients(x)) == expected, x
        finite += expected[0] != "ArithmeticError"
        expected = outcome(lambda x=x: eager_value(function, [x]))
        assert outcome(lambda x=x: compiled(x)) == expected, x
    assert finite >= 3
    assert functions_of(row.name) >= {row.function}


class Own(Module):
    """An MLP whose output goes through the new operation."""

    def __init__(self, row, model):
        self.row, self.model = row, model

    def parameters(self):
        return self.model.parameters()

    def named_parameters(self):
        return self.model.named_parameters()

    def activations(self, inputs):
        return [[self(inputs)]]

    def __call__(self, inputs):
        return self.row.python(self.model(inputs) * 0.125)

    def _rebuilt(self, parameters):
        return Own(self.row, self.model._rebuilt(parameters))


@pytest.mark.parametrize("batch_size", [1, 4, 5])
def test_it_trains_by_one_example_or_by_two_at_once(row, batch_size):
    data = datasets.moons(10, noise=0.1, seed=1)
    runs = [
        train(
            Own(row, MLP(2, [3, 1], seed=3)),
            data,
            steps=3,
            learning_rate=0.01,
            batch_size=batch_size,
            engine=engine,
        )
        for engine in ("eager", "compiled")
    ]
    assert runs[0].fingerprint == runs[1].fingerprint
    assert runs[0].history[0]["loss"] != runs[0].history[-1]["loss"]
