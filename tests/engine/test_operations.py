"""The table of operations, and that all who ask it agree with it."""

import inspect

import pytest

from micrograd_wasm import Value, classic
from micrograd_wasm.engine import expressions
from micrograd_wasm.engine.graph_rows import op_text
from micrograd_wasm.engine.operations import FUNCTIONS, OPERATIONS, Functions
from micrograd_wasm.engine.value import again, describe
from micrograd_wasm.numerics import elementary
from tests.engine.strategies import BINARY, UNARY
from tests.parity.recordings import bits

NUMBERS = (2.5, 0.75, -0.75, 0.0, -0.0, 1e-5, 30.0)
EXPONENT = 3.0


def operands_of(row):
    """Numbers that an operation is defined at."""
    seconds = NUMBERS if row.arity == 2 else (None,)
    for x in NUMBERS:
        for second in seconds:
            operands = [x] if second is None else [x, second]
            try:
                row.value(*operands, *[EXPONENT] * row.carries)
            except ArithmeticError:
                continue
            yield operands


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_value_has_the_result_and_the_derivatives_of_its_row(name):
    """Some are written out in value.py, for speed: to the last bit they are the row's."""
    row, tried = OPERATIONS[name], 0
    carried = [EXPONENT] * row.carries
    for operands in operands_of(row):
        parents = tuple(map(Value, operands))
        made = row.python(*parents, *carried)
        y = row.value(*operands, *carried)
        assert (made.op, made.parents) == (name, parents)
        assert bits(made.data) == bits(y)
        assert bits(made.local_gradients) == bits(row.slopes(elementary, *operands, y, *carried))
        tried += 1
    assert tried >= 4


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_done_again_on_other_values(name):
    row = OPERATIONS[name]
    carried = [EXPONENT] * row.carries
    made = row.python(*map(Value, (0.5, 2.0)[: row.arity]), *carried)
    others = tuple(map(Value, (1.5, 0.25)[: row.arity]))
    twin = again(made, others)
    assert (twin.op, twin.parents, twin.constant) == (name, others, made.constant)
    assert bits(twin.data) == bits(row.value(*(x.data for x in others), *carried))
    assert describe(twin) == op_text(twin).replace("3.0000", "3.0")
    assert describe(twin) == {"**": "**3.0", "rpow": "3.0**"}.get(name, name)


def test_a_leaf_or_an_operation_of_the_readers_cannot_be_done_again():
    own = classic.Value(4.0, (classic.Value(2.0),), "square").immutable
    for value in (Value(2.0), own):
        with pytest.raises(ValueError, match=f"{value.op} is no operation that can be done again"):
            again(value, value.parents)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_a_method_wherever_there_are_values(name):
    row, method = OPERATIONS[name], getattr(Functions, name)
    assert row.value is getattr(elementary, row.function)
    assert method.__doc__
    assert inspect.signature(method).parameters.keys() == {"self"}
    y = row.value(0.5)
    for kind in (Value, classic.Value):
        assert bits(getattr(kind(0.5), name)().data) == bits(y)
    assert bits(expressions.evaluate(f"x.{name}()", {"x": 0.5}).data) == bits(y)
    assert f'"{name}"' not in inspect.getsource(expressions)
    with pytest.raises(ValueError, match=rf"methods .*\b{name}\b"):
        expressions.evaluate("x.nothing()", {"x": 0.5})


def test_every_operation_is_among_the_random_expressions():
    """What test_gradient_check.py draws from, to be compared with true derivatives."""
    assert OPERATIONS.keys() <= {*BINARY, *UNARY}
