"""Value as in the original micrograd: `.data` and `.grad` can be changed.

Each operation is done by the engine's immutable Value; a box around the result keeps the boxes it
was made from, and its gradient. `backward()` takes the engine's Gradients table and adds it to the
boxes.

An operation of your own is written as in the original and in the video:

    def tanh(x):
        t = math.tanh(x.data)
        out = Value(t, (x,), "tanh")

        def _backward():
            x.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

`backward()` calls it once with an `out.grad` of 1 to learn the local gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Self, TypeAlias

from ..base import checks
from ..base.chained import Chained
from ..engine import value as core
from ..engine.operations import RELU, Functions, Operation
from ..views import graph
from ..views.graph.drawing import Drawing

_NONE: Final[tuple[()]] = ()
_new = object.__new__


class Value(Functions, Chained):
    """A scalar whose number and gradient can be changed. Compared and hashed by identity.

    Args:
        data: the number.
        _children: for an operation of your own, the Values that it was made from.
        _op: what made it, in a word.
        label: a name for pictures and tables.

    Attributes:
        grad: the sum of the derivatives that `backward()` has added; 0 at the start.

    Raises:
        TypeError: `data` is not a number, `label` or `_op` is not a text, or `_children` are not
            Values.
        ArithmeticError: `data` is not finite.
    """

    __slots__ = ("_core", "_own", "_parents", "grad")
    __array_ufunc__ = None  # NumPy scalars leave `number * value` to __rmul__ below

    _core: core.Value
    _parents: tuple[Value, ...]
    _own: Callable[[], object]  # the reverse step of an operation of the reader's
    grad: float

    def __init__(
        self, data: float, _children: Iterable[Value] = (), _op: str = "", label: str = ""
    ) -> None:
        self._core = core.Value(data, label)
        self._parents = _NONE
        self.grad = 0
        if _children is not _NONE or _op.__class__ is not str or _op:
            self._make_of(_children, _op)

    def _make_of(self, children: Iterable[Value], op: str) -> None:
        """Tie a Value of the reader's making to what it was made from; its slopes come later."""
        op = checks.text("_op", op, "a text")
        expected = "a tuple of Values, such as (self, other)"
        kept: tuple[Value, ...] = ()
        for k, child in enumerate(checks.iterator("_children", children, expected)):
            if not isinstance(child, Value):
                checks.refuse(f"_children[{k}]", "a Value", child, kind=TypeError)
            kept = (*kept, child)
        if not kept:
            return
        self._parents, self._own = kept, _nothing
        core.made_by_hand(op or "own", tuple(child._core for child in kept), self._core)

    @property
    def data(self) -> float:
        """The number. What was made from it before it is changed stays as it is."""
        return self._core.data

    @data.setter
    def data(self, number: float) -> None:
        # A result that is moved by hand still depends on what it was made from.
        old = self._core
        self._core = core.made_alike(old, core.Value(number, old.label))

    @property
    def label(self) -> str:
        """Its name, or an empty text. It may be changed."""
        return self._core.label

    @label.setter
    def label(self, label: str) -> None:
        self._core = self._core.with_label(label)

    @property
    def immutable(self) -> core.Value:
        """The engine's Value with this number: what `graph`, `gradients` and the others take."""
        return self._core

    @property
    def _prev(self) -> set[Value]:
        """The Values it was made from, for code that walks the graph."""
        return set(self._parents)

    @property
    def _op(self) -> str:
        """What made it, as the original writes it: "+", "*", "**2", "ReLU", "tanh", "exp" ..."""
        op = self._core.op
        if op == "leaf":
            return ""
        return "ReLU" if op == RELU.name else core.describe(self._core)

    def __repr__(self) -> str:
        return f"Value(data={self.data}, grad={self.grad})"

    # -- arithmetic: what is made of what is as in the original, so its pictures are the same -----

    def __add__(self, other: Operand) -> Value:
        other = other if isinstance(other, Value) else _leaf(other)
        return _made(core.add(self._core, other._core), (self, other))

    def __mul__(self, other: Operand) -> Value:
        other = other if isinstance(other, Value) else _leaf(other)
        return _made(core.multiply(self._core, other._core), (self, other))

    def __pow__(self, exponent: float) -> Value:
        """`x ** n` for a plain number n."""
        return _made(self._core**exponent, (self,))

    def __rpow__(self, base: float) -> Value:
        """`b ** x` for a plain number b > 0."""
        return _made(self._core.__rpow__(base), (self,))

    def _applied(self, operation: Operation) -> Self:
        """A function of this Value: relu, exp and the others of operations.py."""
        return _made(operation.python(self._core), (self,))  # type: ignore[return-value]

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Operand) -> Value:
        return self + (-_operand(other))

    def __truediv__(self, other: Operand) -> Value:
        return self * (other if isinstance(other, Value) else _leaf(other)) ** -1

    def __radd__(self, other: Operand) -> Value:
        return self + other

    def __rsub__(self, other: Operand) -> Value:
        return _operand(other) + (-self)

    def __rmul__(self, other: Operand) -> Value:
        return self * other

    def __rtruediv__(self, other: Operand) -> Value:
        return _operand(other) * self**-1

    # -- the reverse pass -------------------------------------------------------------------------

    def backward(self) -> None:
        """Add d(this)/d(value) to the `.grad` of every Value this was made from; its own is 1.

        Raises:
            ArithmeticError: a gradient is too large for a float64. No `.grad` was changed.
        """
        for node, box in _behind(self):
            if hasattr(box, "_own"):
                core.learn_slopes(node, _slopes(box))
        table = core.backward(self._core)
        for node, box in _behind(self):
            box.grad += table[node]
        self.grad = 1.0

    @property
    def _backward(self) -> Callable[[], object]:
        """One step of the reverse pass by hand: add to each child's `.grad` its share of this one.

        The share is the local gradient, d(this)/d(child), times `self.grad`. Of an operation of
        your own it is what you have set it to.
        """
        return self._own if hasattr(self, "_own") else self._step

    @_backward.setter
    def _backward(self, step: Callable[[], object]) -> None:
        if not callable(step):
            checks.refuse("_backward", "a function without arguments", step, kind=TypeError)
        self._own = step

    def _step(self) -> None:
        for child, slope in zip(self._parents, self._core.local_gradients, strict=True):
            child.grad += slope * self.grad


Operand: TypeAlias = Value | float


def _made(result: core.Value, children: tuple[Value, ...]) -> Value:
    """A box around what the engine calculated."""
    box = _new(Value)
    box._core = result
    box._parents = children
    box.grad = 0
    return box


def _operand(operand: Operand) -> Operand:
    """A Value or a plain number as it is, another number as a float; what is neither is refused."""
    if isinstance(operand, Value) or operand.__class__ is int:
        return operand
    return _leaf(operand).data


def _leaf(number: float) -> Value:
    """A box around a plain number."""
    if isinstance(number, core.Value):  # which knows nothing of boxes
        checks.refuse("operand", "a Value or a number", number, kind=TypeError)
    return _made(core.as_value(number), _NONE)


def _nothing() -> None:
    """What the original does on the way back through a Value that nobody has told how."""


def _slopes(box: Value) -> tuple[float, ...]:
    """The local gradients of an operation of the reader's: what its step adds for a `.grad` of 1.

    A child that is there twice has its whole slope at the first place.
    """
    children = dict.fromkeys(box._parents)
    before = {one: one.grad for one in (box, *children)}
    try:
        for child in children:
            child.grad = 0.0
        box.grad = 1.0
        box._own()
        found = {child: float(child.grad) for child in children}
    finally:
        for one, gradient in before.items():
            one.grad = gradient
    return tuple(found.pop(child, 0.0) for child in box._parents)


def _behind(root: Value) -> Iterator[tuple[core.Value, Value]]:
    """Every engine's Value that `root` was made from, and the box it is in or was in.

    A box whose number was changed holds another Value than the one that went into the result: so
    the engine's graph is walked, and the boxes beside it.
    """
    yield root._core, root
    seen = {root._core}
    waiting = [(root._core, root)]
    while waiting:
        node, box = waiting.pop()
        for parent, child in zip(node.parents, box._parents, strict=True):
            if parent not in seen:
                seen.add(parent)
                yield parent, child
                if child._parents:
                    waiting.append((parent, child))


def draw_dot(root: Value, **options: Any) -> Drawing:
    """The graph behind a Value as a picture: labels, numbers and what is in `.grad` now.

    It stands in for the function of this name that the original's notebooks define with graphviz,
    and needs nothing but this package.

    Args:
        root: the Value at the end of the graph.
        **options: `depth`, `max_nodes`, as for `micrograd_wasm.graph.draw`.
    """
    if not isinstance(root, Value):
        checks.refuse("root", "a Value", root, kind=TypeError)
    table = {node: float(box.grad) for node, box in _behind(root)}
    return graph.draw(root._core, core.Gradients(root._core, table), **options)
