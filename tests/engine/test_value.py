"""Value: each operation's result and slopes, what is refused, and that nothing ever changes."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from micrograd_wasm import Value
from micrograd_wasm.numerics import elementary

A, B = 3.0, -0.5

# name: (operation, its op, its result, its local gradients), of Value(3.0, "a"), Value(-0.5, "b")
TWO_VALUES = {
    "a + b": (lambda a, b: a + b, "+", A + B, (1.0, 1.0)),
    "a - b": (lambda a, b: a - b, "-", A - B, (1.0, -1.0)),
    "a * b": (lambda a, b: a * b, "*", A * B, (B, A)),
}

ONE_VALUE = {
    "-a": (lambda a: -a, "neg", -A, -1.0),
    "a ** 2": (lambda a: a**2, "**", 9.0, 6.0),
    "a ** -1.0": (lambda a: a**-1.0, "**", 1.0 / 3.0, -1.0 * elementary.pow(A, -2.0)),
    "a ** 0.5": (lambda a: a**0.5, "**", math.sqrt(A), 0.5 * elementary.pow(A, -0.5)),
    "2 ** a": (lambda a: 2**a, "rpow", 8.0, 8.0 * elementary.log(2.0)),
    "relu": (lambda a: a.relu(), "relu", A, 1.0),
    "exp": (lambda a: a.exp(), "exp", elementary.exp(A), elementary.exp(A)),
    "log": (lambda a: a.log(), "log", elementary.log(A), 1.0 / A),
    "tanh": (
        lambda a: a.tanh(),
        "tanh",
        elementary.tanh(A),
        1.0 - elementary.tanh(A) * elementary.tanh(A),
    ),
    "sigmoid": (
        lambda a: a.sigmoid(),
        "sigmoid",
        elementary.sigmoid(A),
        elementary.sigmoid(A) * (1.0 - elementary.sigmoid(A)),
    ),
}


@pytest.mark.parametrize("name", TWO_VALUES)
def test_an_operation_on_two_values_holds_result_and_slopes(name):
    operation, op, result, slopes = TWO_VALUES[name]
    a, b = Value(A, label="a"), Value(B, label="b")
    made = operation(a, b)
    assert (made.op, made.data, made.local_gradients) == (op, result, slopes)
    assert made.parents == (a, b)
    assert made.label == ""


@pytest.mark.parametrize("name", ONE_VALUE)
def test_an_operation_on_one_value_holds_result_and_slope(name):
    operation, op, result, slope = ONE_VALUE[name]
    a = Value(A, label="a")
    made = operation(a)
    assert (made.op, made.data, made.local_gradients) == (op, result, (slope,))
    assert made.parents == (a,)


def test_the_elementary_functions_are_right_to_a_dozen_digits():
    """Of the table above, that the numbers mean what the names say."""
    a = Value(A)
    assert a.exp().data == pytest.approx(math.exp(A), rel=1e-14)
    assert a.log().data == pytest.approx(math.log(A), rel=1e-14)
    assert a.tanh().data == pytest.approx(math.tanh(A), rel=1e-14)
    assert a.sigmoid().data == pytest.approx(1.0 / (1.0 + math.exp(-A)), rel=1e-14)
    assert (a**2.5).data == pytest.approx(A**2.5, rel=1e-14)


REFLECTED = {
    "5 + a": (lambda a: 5 + a, 8.0, 1.0),
    "a + 5": (lambda a: a + 5, 8.0, 1.0),
    "5 - a": (lambda a: 5 - a, 2.0, -1.0),
    "a - 5": (lambda a: a - 5, -2.0, 1.0),
    "5 * a": (lambda a: 5 * a, 15.0, 5.0),
    "a * 5": (lambda a: a * 5, 15.0, 5.0),
    "6 / a": (lambda a: 6 / a, 2.0, -6.0 / 9.0),
    "a / 2": (lambda a: a / 2, 1.5, 0.5),
    "a ** 3": (lambda a: a**3, 27.0, 27.0),
    "2 ** a": (lambda a: 2**a, 8.0, 8.0 * math.log(2.0)),
    "sum builtin": (lambda a: sum([a, a, 1]), 7.0, 2.0),
}


@pytest.mark.parametrize("name", REFLECTED)
def test_plain_numbers_stand_on_either_side(name):
    operation, result, gradient = REFLECTED[name]
    a = Value(A)
    made = operation(a)
    assert made.data == pytest.approx(result, rel=1e-15)
    assert made.backward()[a] == pytest.approx(gradient, rel=1e-15)


@pytest.mark.parametrize(
    ("operation", "order"),
    [
        (lambda a: 5 - a, (5.0, A)),
        (lambda a: 5 + a, (5.0, A)),
        (lambda a: 5 * a, (5.0, A)),
        (lambda a: a - 5, (A, 5.0)),
    ],
)
def test_a_plain_number_becomes_a_leaf_on_its_own_side(operation, order):
    """The order of the parents is the order of the reverse pass: it must be the written one."""
    assert tuple(parent.data for parent in operation(Value(A)).parents) == order


def test_a_division_shows_the_reciprocal_and_the_product():
    a, b = Value(6.0), Value(4.0)
    quotient = a / b
    reciprocal = quotient.parents[1]
    assert (quotient.op, quotient.data, quotient.parents[0]) == ("*", 1.5, a)
    assert (reciprocal.op, reciprocal.constant, reciprocal.parents) == ("**", -1.0, (b,))


@pytest.mark.parametrize(
    ("x", "result", "slope"),
    [(2.0, 2.0, 1.0), (-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (5e-324, 5e-324, 1.0)],
)
def test_relu_is_flat_up_to_and_at_zero(x, result, slope):
    made = Value(x).relu()
    assert (made.data, made.local_gradients) == (result, (slope,))


def test_sum_adds_from_left_to_right():
    """(1e16 + 1) + 1 loses both ones; any other order would keep them."""
    assert Value.sum([1e16, 1.0, 1.0]).data == 1e16
    assert Value.sum([1.0, 1.0, 1e16]).data == 1e16 + 2.0
    assert Value.sum(Value(x) for x in (1, 2)).data == 3.0
    assert Value.sum([], 2.5).data == 2.5


LEAVES_THE_REALS = {
    "division by zero": lambda: Value(1.0) / 0,
    "division of a number by zero": lambda: 1 / Value(0.0),
    "addition overflows": lambda: Value(1.7e308) + 1.7e308,
    "subtraction overflows": lambda: Value(-1.7e308) - 1.7e308,
    "multiplication overflows": lambda: Value(1e200) * Value(-1e200),
    "power overflows": lambda: Value(1e200) ** 2,
    "zero to a negative power": lambda: Value(0.0) ** -2,
    "root of a negative number": lambda: Value(-8.0) ** (1 / 3),
    "slope of a power is infinite": lambda: Value(0.0) ** 0.5,
    "slope of a power overflows": lambda: Value(1e-200) ** -1,
    "exp overflows": lambda: Value(710.0).exp(),
    "log of zero": lambda: Value(0.0).log(),
    "log of a negative number": lambda: Value(-1.0).log(),
    "slope of log overflows": lambda: Value(5e-324).log(),
    "number to a power overflows": lambda: 10.0 ** Value(400.0),
    "infinity": lambda: Value(math.inf),
    "nan": lambda: Value(math.nan),
    "an int too large": lambda: Value(10**400),
    "infinity as an operand": lambda: Value(1.0) * math.inf,
}


@pytest.mark.parametrize("name", LEAVES_THE_REALS)
def test_leaving_the_real_numbers_raises_at_the_operation(name):
    with pytest.raises(ArithmeticError):
        LEAVES_THE_REALS[name]()


def test_underflow_is_no_error():
    assert Value(-800.0).exp().data == 0.0
    assert (Value(1e-200) * 1e-200).data == 0.0
    assert Value(-800.0).sigmoid().data == 0.0
    assert Value(800.0).sigmoid().data == 1.0
    assert Value(1e300).tanh().data == 1.0


WRONG_KIND = {
    "text as data": (lambda: Value("3"), "data: expected a number, got '3'"),
    "None as data": (lambda: Value(None), "data: expected a number, got None"),
    "bool as data": (lambda: Value(True), "data: expected a number, got True"),
    "complex as data": (lambda: Value(1j), "data: expected a number, got 1j"),
    "Decimal as data": (lambda: Value(Decimal(1)), "data: expected a number"),
    "Value as data": (lambda: Value(Value(1.0)), "data: expected a number, got Value(1.0)"),
    "number as label": (lambda: Value(1.0, label=7), "label: expected a text, got 7"),
    "adding a text": (lambda: Value(1.0) + "x", "operand: expected a Value or a number, got 'x'"),
    "adding a bool": (lambda: Value(1.0) + True, "operand: expected a Value or a number, got True"),
    "list times": (lambda: [1] * Value(1.0), "operand: expected a Value or a number, got [1]"),
    "minus None": (lambda: Value(1.0) - None, "operand: expected a Value or a number, got None"),
    "over a text": (lambda: Value(1.0) / "x", "operand: expected a Value or a number, got 'x'"),
    "Value as exponent": (
        lambda: Value(2.0) ** Value(3.0),
        "exponent: expected a plain number (not a Value), got Value(3.0)",
    ),
    "text as base": (lambda: "x" ** Value(1.0), "base: expected a positive number, got 'x'"),
    "sum of a number": (
        lambda: Value.sum(3),
        "values: expected a list of Values or numbers, got 3",
    ),
    "sum of a Value": (lambda: Value.sum(Value(1.0)), "values: expected a list of Values"),
    "sum of a text": (lambda: Value.sum("12"), "values: expected a list of Values or numbers"),
}


@pytest.mark.parametrize("name", WRONG_KIND)
def test_a_wrong_argument_is_named_with_what_was_expected_and_what_came(name):
    call, message = WRONG_KIND[name]
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("base", [0, -2.0])
def test_a_base_that_is_not_positive_is_refused(base):
    with pytest.raises(ValueError, match="base: expected a positive number, got"):
        base ** Value(2.0)


@pytest.mark.parametrize("exponent", [math.inf, math.nan])
def test_an_exponent_that_is_not_finite_is_refused(exponent):
    with pytest.raises(ValueError, match="exponent: expected a finite number"):
        Value(2.0) ** exponent


def test_an_overflow_names_the_operation_and_its_operands():
    with pytest.raises(ArithmeticError, match=r"^\* of 1e\+200, -1e\+200: the result is too large"):
        Value(1e200) * Value(-1e200)


@pytest.mark.parametrize("number", [3, 3.0, Fraction(3)])
def test_any_real_number_makes_a_value_with_a_float(number):
    assert Value(number).data == 3.0
    assert type(Value(number).data) is float
    assert (Value(1.0) + number).data == 4.0


ATTRIBUTES = ("data", "op", "parents", "local_gradients", "label", "constant", "id")


@pytest.mark.parametrize("name", [*ATTRIBUTES, "grad", "anything"])
def test_a_value_cannot_be_written_on(name):
    value = Value(1.0) * 2
    before = [getattr(value, attribute) for attribute in ATTRIBUTES]
    with pytest.raises(AttributeError):
        setattr(value, name, 5.0)
    assert [getattr(value, attribute) for attribute in ATTRIBUTES] == before


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_cannot_be_deleted(name):
    with pytest.raises(AttributeError):
        delattr(Value(1.0) * 2, name)


@pytest.mark.parametrize("name", ["zero_grad", "_backward", "grad", "__dict__"])
def test_there_is_nothing_to_reset(name):
    assert not hasattr(Value(1.0), name)


def test_operations_leave_their_operands_as_they_were():
    a, b = Value(A, label="a"), Value(B)
    states = [[getattr(v, name) for name in ATTRIBUTES] for v in (a, b)]
    for operation, *_ in TWO_VALUES.values():
        operation(a, b).backward()
    for operation, *_ in ONE_VALUE.values():
        operation(a).backward()
    in_place = a
    in_place += 1  # a new Value under the same name
    assert in_place is not a
    assert [[getattr(v, name) for name in ATTRIBUTES] for v in (a, b)] == states


def test_values_compare_and_hash_by_identity():
    a, twin = Value(1.0), Value(1.0)
    assert a != twin
    assert len({a, twin, a}) == 2


def test_ids_grow_with_creation():
    a, b = Value(1.0), Value(2.0)
    assert a.id < b.id < (a + b).id


def test_a_label_can_be_given_later_on_a_new_value():
    a = Value(2.0)
    square = a**2
    named = square.with_label("square")
    assert (named.label, named.data, named.op, named.constant) == ("square", 4.0, "**", 2)
    assert named.parents == (a,)
    assert square.label == ""
    assert named.backward()[a] == 4.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (lambda: Value(-4.0, label="x"), "Value(-4.0, label='x')"),
        (lambda: Value(1), "Value(1.0)"),
        (lambda: Value(1) + 2, "Value(3.0, op='+')"),
        (lambda: Value(3) ** 2, "Value(9.0, op='**2')"),
        (lambda: Value(4) ** 0.5, "Value(2.0, op='**0.5')"),
        (lambda: 2 ** Value(3), "Value(8.0, op='2**')"),
    ],
)
def test_repr_says_number_label_and_operation(value, text):
    assert repr(value()) == text
