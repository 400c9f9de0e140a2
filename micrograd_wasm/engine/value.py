"""Value: an immutable scalar that remembers how it was made.

Arithmetic on Values gives new Values. Each holds its number (`data`), the operation that made it
(`op`), the Values it was made from (`parents`) and, for each parent, the derivative of the result
with respect to that parent (`local_gradients`). That is all the reverse pass needs: the whole
graph behind a loss is reached from the loss, and nothing is ever written on a Value.

Arithmetic stands here; relu, exp, log and the other functions stand in operations.py, each with its
derivative. Arithmetic that leaves the real numbers (division by zero, overflow, log of a negative)
raises `ArithmeticError` where it happens, so no infinity or NaN ever travels through a graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Final, NoReturn, Self, TypeAlias

from ..base import checks
from ..base.shown import Shown, views
from ..numerics import elementary
from .operations import EXPONENTIAL, OPERATIONS, POWER, Functions, Operation
from .reverse import Node, gradients_of

LARGEST: Final = 1.7976931348623157e308  # the largest float64; a result beyond it overflowed

_next_id = count().__next__
_new = object.__new__
_NONE: Final[tuple[()]] = ()
_ONE: Final = (1.0,)
_ZERO: Final = (0.0,)
_MINUS_ONE: Final = (-1.0,)
_BOTH_ONE: Final = (1.0, 1.0)
_ONE_MINUS_ONE: Final = (1.0, -1.0)


class Value(Functions, Node):
    """A scalar in a computation graph. Hashable and comparable by identity.

    Args:
        data: the number; an int becomes a float.
        label: a name for pictures and tables; it plays no part in the maths.

    Raises:
        TypeError: `data` is not a number, or `label` is not a text.
        ArithmeticError: `data` is infinite, not a number, or an int too large for a float.
    """

    # Private slots behind properties without setters: a Value cannot be written on by accident.
    # `_label` and `_constant` stay unset where an operation has none; that is two stores less for
    # each node of a graph that may have a million.
    __slots__ = ("_constant", "_data", "_id", "_label", "_local_gradients", "_op", "_parents")
    __array_ufunc__ = None  # NumPy scalars leave `number * value` to __rmul__ below

    _IMMUTABLE = frozenset(__slots__)

    _data: float
    _op: str
    _parents: tuple[Value, ...]
    _local_gradients: tuple[float, ...]
    _id: int
    _label: str
    _constant: float

    def __init__(self, data: float, label: str = "") -> None:
        if not checks.is_real(data):
            checks.refuse("data", "a number", data, kind=TypeError)
        if label.__class__ is not str:
            label = checks.text("label", label, "a text")
        try:
            number = float(data)
        except OverflowError:
            number = float("inf")
        except Exception:
            checks.refuse("data", "a number", data, kind=TypeError)
        if not -LARGEST <= number <= LARGEST:
            checks.refuse("data", "a finite number", data, kind=ArithmeticError)
        self._data = number
        self._op = "leaf"
        self._parents = _NONE
        self._local_gradients = _NONE
        self._id = _next_id()
        self._label = label

    @property
    def data(self) -> float:
        """The number: a finite float."""
        return self._data

    @property
    def op(self) -> str:
        """What made it: "leaf", "+", "-", "*", "**", "neg", "relu", "exp", "log", "tanh", ..."""
        return self._op

    @property
    def parents(self) -> tuple[Value, ...]:
        """The Values it was made from, left to right; empty for a leaf."""
        return self._parents

    @property
    def local_gradients(self) -> tuple[float, ...]:
        """d(this)/d(parent) for each parent, in the parents' order."""
        return self._local_gradients

    @property
    def label(self) -> str:
        """Its name, or an empty text."""
        return getattr(self, "_label", "")

    @property
    def constant(self) -> float | None:
        """The plain number an operation carries: the exponent of "**", the base of "rpow"."""
        return getattr(self, "_constant", None)

    @property
    def id(self) -> int:
        """A number that grows with creation: a Value's id is larger than its parents' ids."""
        return self._id

    def with_label(self, label: str) -> Value:
        """A new Value, made from the same parents in the same way, that carries `label`."""
        return made_alike(self, Value(self._data, label))

    def _fill(self, state: dict[str, Any]) -> None:
        """A copy, and what was pickled, is made now: its number says so."""
        super()._fill(state | {"_id": _next_id()})

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        op = "" if self._op == "leaf" else f", op={describe(self)!r}"
        return f"Value({self._data!r}{label}{op})"

    def _repr_html_(self) -> str | None:
        """What a notebook shows: the graph, or the surroundings of its end if it is large."""
        return views().graph_of(self)

    # -- arithmetic: the result, then its derivative with respect to each parent ------------------
    # + - * and relu are rows of operations.py like the others, written out here: a network is made
    # of hardly anything else.

    def __add__(self, other: Operand) -> Value:
        return add(self, other if other.__class__ is Value else as_value(other))

    def __radd__(self, other: Operand) -> Value:
        return add(as_value(other), self)

    def __sub__(self, other: Operand) -> Value:
        other = as_value(other)
        return _made(self._data - other._data, "-", (self, other), _ONE_MINUS_ONE)

    def __rsub__(self, other: Operand) -> Value:
        return as_value(other) - self

    def __mul__(self, other: Operand) -> Value:
        return multiply(self, other if other.__class__ is Value else as_value(other))

    def __rmul__(self, other: Operand) -> Value:
        return multiply(as_value(other), self)

    def __neg__(self) -> Value:
        return _made(-self._data, "neg", (self,), _MINUS_ONE)

    def __truediv__(self, other: Operand) -> Value:
        """`a / b` is `a * b**-1`: the graph shows the reciprocal and the product."""
        return self * as_value(other) ** -1.0

    def __rtruediv__(self, other: Operand) -> Value:
        inverse = self**-1.0
        return as_value(other) * inverse

    def __pow__(self, exponent: float) -> Value:
        """`x ** n` for a plain number n; d/dx = n * x**(n-1)."""
        if not checks.is_real(exponent):
            checks.refuse("exponent", "a plain number (not a Value)", exponent, kind=TypeError)
        x, n = self._data, checks.real("exponent", exponent)
        if x == 0.0 and n < 1.0:
            _no_power_of_zero(n)
        slopes = _finite(POWER.slopes(elementary, x, None, n), POWER, self)
        made = _made(POWER.value(x, n), "**", (self,), slopes)
        made._constant = exponent if exponent.__class__ is int else n
        return made

    def __rpow__(self, base: float) -> Value:
        """`b ** x` for a plain number b > 0; d/dx = b**x * log(b)."""
        x, b = self._data, checks.real("base", base, "a positive number", above=0.0)
        y = EXPONENTIAL.value(x, b)
        slopes = _finite(EXPONENTIAL.slopes(elementary, x, y, b), EXPONENTIAL, self)
        made = _made(y, "rpow", (self,), slopes)
        made._constant = base if base.__class__ is int else b
        return made

    def relu(self) -> Self:
        """max(0, x); the derivative at 0 is 0."""
        x = self._data
        return _made(  # type: ignore[return-value]
            0.0 if x < 0.0 else x, "relu", (self,), _ONE if x > 0.0 else _ZERO
        )

    def _applied(self, operation: Operation) -> Self:
        """A function of this Value: its result and its derivative, by the row of operations.py."""
        x = self._data
        y = operation.value(x)
        slopes = operation.slopes(elementary, x, y)
        if operation.steep:
            _finite(slopes, operation, self)
        return _made(y, operation.name, (self,), slopes)  # type: ignore[return-value]

    @staticmethod
    def sum(values: Iterable[Operand], start: Operand = 0.0) -> Value:
        """start + v1 + v2 + ..., added from left to right.

        Args:
            values: Values or numbers, none to many.
            start: what the sum begins with.
        """
        listed = checks.iterator("values", values, "a list of Values or numbers")
        total = as_value(start, "start")
        for i, value in enumerate(listed):
            term = value if value.__class__ is Value else as_value(value, f"values[{i}]")
            total = add(total, term)
        return total

    def backward(self) -> Gradients:
        """The derivative of this Value with respect to every Value it was made from.

        Returns a fresh table; nothing is written on any Value. See `gradients.backward`.
        """
        return backward(self)


class Gradients(Shown, Mapping[Value, float]):
    """d(output)/d(value) for every Value that `output` depends on. Read-only.

    `gradients[value]` is 0.0 for a Value that the output does not depend on. Iteration, `len` and
    `in` cover the Values that it does depend on, the output included.
    """

    __slots__ = ("_output", "_table")

    def __init__(self, output: Value, table: dict[Value, float]) -> None:
        self._output = output
        self._table = table

    @property
    def output(self) -> Value:
        """The Value that was differentiated."""
        return self._output

    def __getitem__(self, value: Value) -> float:
        if not isinstance(value, Value):
            checks.refuse("gradients[...]", "a Value", value, kind=TypeError)
        return self._table.get(value, 0.0)

    def __iter__(self) -> Iterator[Value]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Value) and value in self._table

    def __repr__(self) -> str:
        return f"Gradients of {self._output!r} with respect to {len(self._table)} values"


def backward(output: Value) -> Gradients:
    """Differentiate `output` with respect to every Value it was made from.

    Args:
        output: the Value at the end of the graph, usually a loss.

    Returns:
        A fresh table.

    Raises:
        TypeError: `output` is not a Value.
        ArithmeticError: a gradient is too large for a float64.

    Source: reverse accumulation as in micrograd's `Value.backward` (A. Karpathy, 2020).
    """
    return Gradients(output, gradients_of(output))


Operand: TypeAlias = Value | float


def as_value(operand: Operand, name: str = "operand") -> Value:
    """A Value as it is; a plain number as a new leaf.

    Raises:
        TypeError: neither a Value nor a number.
        ArithmeticError: a number that is not finite.
    """
    if isinstance(operand, Value):
        return operand
    if not checks.is_real(operand):
        checks.refuse(name, "a Value or a number", operand, kind=TypeError)
    try:
        return Value(operand)
    except (TypeError, ArithmeticError) as error:
        checks.refuse(name, "a Value or a finite number", operand, kind=type(error))


def add(left: Value, right: Value) -> Value:
    """left + right, both Values already; d/dleft = d/dright = 1."""
    return _made(left._data + right._data, "+", (left, right), _BOTH_ONE)


def multiply(left: Value, right: Value) -> Value:
    """left * right, both Values already; d/dleft = right, d/dright = left."""
    a, b = left._data, right._data
    return _made(a * b, "*", (left, right), (b, a))


def describe(value: Value) -> str:
    """The operation with the number it carries: "+", "relu", "**2", "**-1.0", "2**"."""
    number = value.constant
    return value._op if number is None else OPERATIONS[value._op].text.format(number)


def again(value: Value, parents: Sequence[Value]) -> Value:
    """What `value` was made by, done to other Values than its parents.

    Raises:
        ValueError: it is a leaf, or of an operation that this package does not know.
    """
    if value._op not in OPERATIONS:
        raise ValueError(f"{value._op} is no operation that can be done again")
    number = value.constant
    made: Value = OPERATIONS[value._op].python(*parents, *(() if number is None else (number,)))
    return made


# Where Values are made that no operation of this package makes. Nothing else writes their slots.


_slopes_of = Value.__dict__["_local_gradients"].__get__  # also of a subclass that is watched


def made_alike(value: Value, leaf: Value) -> Value:
    """`leaf`, new and known to nobody yet, as the result of what `value` is the result of."""
    leaf._op = value._op
    leaf._parents = value._parents
    leaf._local_gradients = _slopes_of(value)
    if value.constant is not None:
        leaf._constant = value._constant
    return leaf


def made_by_hand(op: str, parents: tuple[Value, ...], leaf: Value) -> Value:
    """`leaf`, new, as the result of an operation of the reader's, whose slopes are 0 so far."""
    leaf._op = op
    leaf._parents = parents
    leaf._local_gradients = (0.0,) * len(parents)
    return leaf


def learn_slopes(value: Value, slopes: tuple[float, ...]) -> None:
    """What the reader's own step says that the local gradients of such a result are."""
    value._local_gradients = slopes


def _made(
    data: float, op: str, parents: tuple[Value, ...], local_gradients: tuple[float, ...]
) -> Value:
    """The result of an operation as a new node. Slots are set directly: this is the hot path."""
    if not -LARGEST <= data <= LARGEST:
        _left_the_reals(op, parents)
    value = _new(Value)
    value._data = data
    value._op = op
    value._parents = parents
    value._local_gradients = local_gradients
    value._id = _next_id()
    return value


def _finite(slopes: tuple[float], operation: Operation, parent: Value) -> tuple[float]:
    """`slopes` if they are: of the operations, only powers and log have steeper ones."""
    if not -LARGEST <= slopes[0] <= LARGEST:
        _left_the_reals(f"the derivative of {operation.name}", (parent,))
    return slopes


def _no_power_of_zero(n: float) -> NoReturn:
    why = "division by zero" if n < 0.0 else "no finite derivative"
    raise ArithmeticError(f"{why}: 0.0 ** {n!r}")


def _left_the_reals(op: str, parents: tuple[Value, ...]) -> NoReturn:
    operands = ", ".join(repr(parent._data) for parent in parents)
    raise ArithmeticError(f"{op} of {operands}: the result is too large for a float64")
