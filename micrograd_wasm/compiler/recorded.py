"""Stand-ins for numbers: what is done to them is written down on a tape.

    x = Recorded(tape, node)
    y = 1.0 - x * x              two operations more on the tape; y.node is the last one

So arithmetic that is written once, in Python, is run on floats by the eager engine and on these by
the compiler: an operation's derivatives (operations.py), an optimizer's rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from ..numerics import elementary
from .tape import CONSTANT, Tape


class Recorded:
    """Stands for a float."""

    __slots__ = ("node", "tape")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tape: Tape, node: int) -> None:
        self.tape = tape
        self.node = node

    def node_of(self, number: Any) -> int:
        """The node of a stand-in; a plain number as a constant."""
        if isinstance(number, Recorded):
            return number.node
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise TypeError(f"{type(number).__name__} is not a number")
        return self.tape.add(CONSTANT, number=float(number))

    def _made(self, op: str, *operands: Any) -> Recorded:
        return Recorded(self.tape, self.tape.add(op, *map(self.node_of, operands)))

    def __add__(self, other: Any) -> Recorded:
        return self._made("+", self, other)

    def __radd__(self, other: Any) -> Recorded:
        return self._made("+", other, self)

    def __sub__(self, other: Any) -> Recorded:
        return self._made("-", self, other)

    def __rsub__(self, other: Any) -> Recorded:
        return self._made("-", other, self)

    def __mul__(self, other: Any) -> Recorded:
        return self._made("*", self, other)

    def __rmul__(self, other: Any) -> Recorded:
        return self._made("*", other, self)

    def __truediv__(self, other: Any) -> Recorded:
        return self._made("/", self, other)

    def __rtruediv__(self, other: Any) -> Recorded:
        return self._made("/", other, self)

    def __neg__(self) -> Recorded:
        return self._made("neg", self)

    def sqrt(self) -> Recorded:
        """The exactly rounded square root."""
        return self._made("sqrt", self)

    def __bool__(self) -> NoReturn:
        raise TypeError("it looks at a number")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("it compares numbers")


class RecordedFunctions:
    """The functions of elementary.py, done to stand-ins; to floats alone they are done at once."""

    __slots__ = ("_tape",)

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def pow(self, x: Any, exponent: Any) -> Any:
        """x**exponent; a plain exponent is carried by the operation."""
        if isinstance(x, Recorded) and not isinstance(exponent, Recorded):
            return Recorded(self._tape, self._tape.add("**", x.node, number=exponent))
        return self._function("pow")(x, exponent)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self._function(name)

    def _function(self, name: str) -> Callable[..., Any]:
        of_floats: Callable[..., float] = getattr(elementary, name)

        def function(*operands: Any) -> Any:
            found = next((x for x in operands if isinstance(x, Recorded)), None)
            if found is None:
                return of_floats(*operands)
            nodes = [found.node_of(x) for x in operands]
            return Recorded(self._tape, self._tape.add(name, *nodes))

        return function
