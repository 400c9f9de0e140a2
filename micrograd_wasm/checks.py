"""Argument checks shared by every public call.

Each check takes the argument's name and what came, and returns it in the form the code works
with. What does not fit is refused at once: `TypeError` for the wrong kind of thing, `ValueError`
for the right kind with a wrong value. The message names the argument, says what was expected and
shows what came, cut to one short line.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping, Sequence, Sized
from inspect import signature
from numbers import Integral, Real
from typing import Any, NoReturn


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
    return _repr.repr(value).replace("\n", " ")


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
    if not (math.isfinite(number) and number >= minimum and number > above):
        refuse(name, expected, value)
    return number


def integer(name: str, value: Any, expected: str, *, minimum: int) -> int:
    """`value` as an int, at least `minimum`. A float is refused even where it is whole."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        refuse(name, expected, value, kind=TypeError)
    number = int(value)
    if number < minimum:
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


def sequence(name: str, value: Any, expected: str) -> Sequence[Any]:
    """`value` if it has a length and an order: a list, a tuple, an array; not a text."""
    if (
        isinstance(value, str | bytes)
        or not (
            isinstance(value, Sequence)
            or (hasattr(value, "__len__") and hasattr(value, "__getitem__"))
        )
        or isinstance(value, Mapping)
    ):
        refuse(name, expected, value, kind=TypeError)
    try:
        len(value)
    except TypeError:  # an array without dimensions
        refuse(name, expected, value, kind=TypeError)
    return value  # type: ignore[no-any-return]
