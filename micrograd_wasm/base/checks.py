"""Argument checks shared by every public call.

Each check takes the argument's name and what came, and returns it in the form the code works
with. What does not fit is refused at once: `TypeError` for the wrong kind of thing, `ValueError`
for the right kind with a wrong value. The message names the argument, says what was expected and
shows what came, cut to one short line.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterator, Mapping, Sequence, Sized
from inspect import signature
from itertools import islice
from numbers import Integral, Real
from typing import Any, Final, NoReturn, overload

MOST_ITEMS: Final = 1 << 28
"""Of a list that is not yet one, such as a range: with 32 bytes for each number, what a browser's
memory of 4 GB cannot hold twice."""


class _ShortRepr(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write an int of more than some thousand digits.
        if x.bit_length() > 2000:
            return f"an integer of {x.bit_length()} bits"
        return super().repr_int(x, level)


_repr = _ShortRepr()
_repr.maxstring = _repr.maxother = 60
_repr.maxlist = _repr.maxtuple = _repr.maxdict = 4


def shown(value: object) -> str:
    """`repr(value)`, cut to one short line; never fails and never walks a large structure."""
    text = _repr.repr(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def refuse(
    name: str, expected: str, value: object, *, kind: type[Exception] = ValueError
) -> NoReturn:
    """Raise `kind` with the one form all our messages have."""
    raise kind(f"{name}: expected {expected}, got {shown(value)}")


def refuse_count(name: str, expected: str, values: Sized) -> NoReturn:
    """Refuse a list for its length."""
    raise ValueError(f"{name}: expected {expected}, got {len(values)}: {shown(values)}")


def is_real(value: object) -> bool:
    """True for int, float and their relatives (NumPy scalars too), False for bool and the rest."""
    # Most are floats, and asking an abstract class takes several times longer.
    return value.__class__ is float or (isinstance(value, Real) and not isinstance(value, bool))


def real(
    name: str,
    value: Any,
    expected: str = "a finite number",
    *,
    minimum: float = -math.inf,
    above: float = -math.inf,
) -> float:
    """`value` as a finite float, at least `minimum` and greater than `above`."""
    if not is_real(value):
        refuse(name, expected, value, kind=TypeError)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    except Exception:
        refuse(name, expected, value, kind=TypeError)
    if not (math.isfinite(number) and number >= minimum and number > above):
        refuse(name, expected, value)
    return number


def integer(name: str, value: Any, expected: str, *, minimum: int | None) -> int:
    """`value` as an int, at least `minimum`. A float is refused even where it is whole."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        refuse(name, expected, value, kind=TypeError)
    try:
        number = int(value)
    except Exception:
        refuse(name, expected, value, kind=TypeError)
    if minimum is not None and number < minimum:
        refuse(name, expected, value)
    return number


def boolean(name: str, value: Any) -> bool:
    """`value` if it is True or False."""
    if not isinstance(value, bool):
        refuse(name, "True or False", value, kind=TypeError)
    return value


def takes(name: str, function: Any, expected: str, *arguments: object) -> None:
    """Refuse a function that cannot be called with so many arguments."""
    try:
        signature(function).bind(*arguments)
    except TypeError as error:
        raise TypeError(f"{name}: expected {expected}, got {shown(function)}: {error}") from error
    except ValueError:  # some that are written in C do not say what they take
        return


def text(name: str, value: Any, expected: str) -> str:
    """`value` as a plain text; an enum's and another subclass's text as what it holds."""
    if not isinstance(value, str):
        refuse(name, expected, value, kind=TypeError)
    return str.__str__(value)


def choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """`value` if it is one of these texts."""
    expected = " or ".join(f'"{choice}"' for choice in choices)
    plain = text(name, value, expected)
    if plain not in choices:
        refuse(name, expected, value)
    return plain


def mapping(name: str, value: Any, expected: str) -> dict[Any, Any]:
    """A dict's entries in a fresh dict."""
    if not isinstance(value, Mapping):
        refuse(name, expected, value, kind=TypeError)
    try:
        return dict(value)
    except Exception:
        refuse(name, expected, value, kind=TypeError)


def iterator(name: str, value: Any, expected: str) -> Iterator[Any]:
    """What gives one thing after the other, as many as its length says if it has one; no text."""
    if isinstance(value, str | bytes):
        refuse(name, expected, value, kind=TypeError)
    try:
        length = len(value) if hasattr(type(value), "__len__") else None
        items: Iterator[Any] = iter(value)
    except Exception:
        refuse(name, expected, value, kind=TypeError)
    if length is None:
        return items
    if length > MOST_ITEMS:
        refuse(name, f"at most {MOST_ITEMS:,} items", value)
    return islice(items, length)


def sequence(name: str, value: Any, expected: str) -> Sequence[Any]:
    """`value` if it has a length and an order: a list, a tuple, an array; not a text.

    What is of somebody else's class is read once, when its items are asked for, and refused where
    it cannot be read or says that it has another length than it has.
    """
    kind = type(value)
    if kind is list or kind is tuple:
        return value  # type: ignore[no-any-return]
    if isinstance(value, str | bytes | bytearray | Mapping) or not (
        hasattr(kind, "__len__") and hasattr(kind, "__getitem__")
    ):
        refuse(name, expected, value, kind=TypeError)
    return _Items(name, value, expected)


class _Items(Sequence[Any]):
    """The items of a thing of somebody else's class."""

    def __init__(self, name: str, value: Any, expected: str) -> None:
        self._said = name, expected, value
        self._items: list[Any] | None = None
        try:
            self._length = len(value)
        except Exception:
            refuse(name, expected, value, kind=TypeError)
        if self._length > MOST_ITEMS:
            refuse(name, f"at most {MOST_ITEMS:,} items", value)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self._read()[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read())

    def __repr__(self) -> str:
        return shown(self._said[2])

    def _read(self) -> list[Any]:
        if self._items is None:
            name, expected, value = self._said
            try:
                self._items = list(islice(value, self._length))
            except Exception:
                refuse(name, expected, value, kind=TypeError)
            if len(self._items) < self._length:
                refuse(name, f"as many items as its length says, {self._length}", value)
        return self._items
