"""Sees a function look at its numbers while it is traced.

What is traced once is run for any numbers, so nothing that it does may depend on them. It is
therefore run on Values that tell when they are looked at: `.data`, a comparison, `if score:`,
float(), an index, a gradient. They are of classes of their own, and so is all that is made of
them, which is arranged where Values are made (`value._made`); other Values, and the engine while
nothing is traced, know nothing of it.

    with watching() as watch:
        made = function(new_leaf(0.5, "a"))
    watch.looks      # what it did: [] where it can be compiled
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, Final

from ..engine import value as values
from ..engine.operations import OPERATIONS, Functions
from ..engine.value import Value

tracing: Final = threading.RLock()
"""One trace at a time: what notes the looks is the same for all threads."""


class Watch:
    """What was seen.

    Attributes:
        looks: how numbers were looked at, as words behind "it".
        made: every Value that was made of a traced one, in that order, used or not. One that was
            given a label is there with it, and not without.
        errors: how many errors of arithmetic there were.
        renamed: the identities of those that were given a label.
        thread: whose trace it is.
    """

    def __init__(self) -> None:
        self.looks: list[str] = []
        self.made: list[Value] = []
        self.errors = 0
        self.renamed: set[int] = set()
        self.thread = threading.get_ident()


_watches: list[Watch] = []  # the innermost last: a traced function may trace another one


def _watching() -> bool:
    return bool(_watches) and _watches[-1].thread == threading.get_ident()


def _look(what: str) -> None:
    if _watching():
        _watches[-1].looks.append(what)


def _of(number: Any) -> Any:
    return number._data if isinstance(number, Value) else number


class Traced(Value):
    """A Value that stands for any number."""

    __slots__ = ()

    @property
    def data(self) -> float:
        _look("reads .data")
        return self._data

    @property
    def _local_gradients(self) -> tuple[float, ...]:  # type: ignore[override]
        # Where derivatives are read, by the reverse pass too, it is here.
        _look("reads derivatives")
        slopes: tuple[float, ...] = Value.__dict__["_local_gradients"].__get__(self)
        return slopes

    def with_label(self, label: str) -> Value:
        if not self._parents:
            _look("copies a number")
        twin = values.made_alike(self, Value(self._data, label))
        twin.__class__ = self.__class__
        if _watching():
            _watches[-1].made.append(twin)
            _watches[-1].renamed.add(id(self))
        return twin

    def _compare(self, other: object, how: str) -> Any:  # noqa: ARG002
        _look("compares numbers")
        return NotImplemented

    def __eq__(self, other: object) -> Any:
        return self._compare(other, "__eq__")

    def __ne__(self, other: object) -> Any:
        return self._compare(other, "__ne__")

    def __lt__(self, other: object) -> Any:
        return self._compare(other, "__lt__")

    def __le__(self, other: object) -> Any:
        return self._compare(other, "__le__")

    def __gt__(self, other: object) -> Any:
        return self._compare(other, "__gt__")

    def __ge__(self, other: object) -> Any:
        return self._compare(other, "__ge__")

    __hash__ = Value.__hash__

    def __bool__(self) -> bool:
        _look("asks whether a number is true")
        return True

    def __float__(self) -> float:
        _look("turns a Value into a plain number")
        return self._data

    def __int__(self) -> int:
        return int(float(self))

    def __index__(self) -> int:
        _look("takes a number for an index")
        raise TypeError("a Value is no index")

    def __round__(self, digits: int | None = None) -> float:
        return round(float(self), digits)

    def __trunc__(self) -> int:
        return int(float(self))

    __floor__ = __ceil__ = __trunc__


class TracedFloat(Traced):
    """The same for what is a float in the eager engine, such as an example's label."""

    __slots__ = ()

    def _compare(self, other: object, how: str) -> Any:
        if not _watching():
            return NotImplemented
        _look("compares numbers")
        return getattr(self._data, how)(_of(other))

    # What is equal as a float has the same hash while it is watched; by itself it is what it is.
    def __hash__(self) -> int:
        if not _watching():
            return super().__hash__()
        _look("looks a number up")
        return hash(self._data)

    def __bool__(self) -> bool:
        super().__bool__()
        return self._data != 0.0

    def __format__(self, how: str) -> str:
        _look("writes a number down")
        return format(self._data, how)

    def __str__(self) -> str:
        return format(self, "")


class TracedInput(TracedFloat):
    """A number of a row of inputs.

    Of floats, only + - * and the negative have the bits that they have of Values, where a quotient
    is a product with a power, and a power one of `elementary`.
    """

    __slots__ = ()


_SAME_BITS: Final = frozenset(name for name, row in OPERATIONS.items() if row.instruction)


def new_leaf(number: float, label: str, kind: type[Traced] = Traced) -> Value:
    """A new leaf that tells when it is looked at."""
    leaf = Value(number, label)
    leaf.__class__ = kind
    return leaf


def _kind(parents: tuple[Value, ...]) -> type[Traced] | None:
    """What is made of these Values: a float only if all of them are."""
    kinds = [parent.__class__ for parent in parents if isinstance(parent, Traced)]
    for kind in (Traced, TracedInput, TracedFloat):
        if kind in kinds:
            return kind
    return None


_made = values._made


def _made_and_noted(
    data: float, op: str, parents: tuple[Value, ...], local_gradients: tuple[float, ...]
) -> Value:
    if not _watching():
        return _made(data, op, parents, local_gradients)
    try:
        value = _made(data, op, parents, local_gradients)
    except ArithmeticError:
        _note_error()
        raise
    kind = _kind(parents)
    if kind is not None:
        value.__class__ = kind
        if kind is TracedInput and op not in _SAME_BITS:
            _look("computes more of the inputs alone than sums and products")
        _watches[-1].made.append(value)
    return value


def _note_error() -> None:
    _watches[-1].errors += 1


def _noting(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, whose errors of arithmetic are noted: a function may catch them."""

    @functools.wraps(method)
    def noted(*args: Any, **options: Any) -> Any:
        try:
            return method(*args, **options)
        except ArithmeticError:
            if _watching():
                _note_error()
            raise

    return noted


# Not the reflected ones: Python would ask a subclass that has its own before the left operand.
# Their errors are those of the methods that they call, but for a power's.
_REFLECTED: Final = {name for name in vars(Value) if name.startswith("__r")} - {"__rpow__"}

for _name, _method in {**vars(Functions), **vars(Value)}.items():
    if isinstance(_method, FunctionType) and _name not in {
        "__init__",
        "__del__",
        *_REFLECTED,
        *vars(Traced),
    }:
        setattr(Traced, _name, _noting(_method))


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch what is done to traced Values inside."""
    with tracing:
        watch = Watch()
        _watches.append(watch)
        values._made = _made_and_noted
        try:
            yield watch
            if watch.errors:
                watch.looks.append("catches an error of arithmetic")
            watch.made = [value for value in watch.made if id(value) not in watch.renamed]
        finally:
            _watches.remove(watch)
            if not _watches:
                values._made = _made
