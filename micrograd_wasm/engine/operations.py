"""The operations: what each gives, its derivatives, how it is compiled, how it is written.

A new function of one Value is a row of this table, and the method below that applies it. All else
asks here: Value and its classic sibling, the reverse pass and the lowering of compiled programs,
expressions, pictures, the figures of lessons.

In a row, x (a and b) are the operands, y is the result, n the number that a power carries. `f` has
the functions: `elementary` where the engine computes with floats, the compiler's own where it
writes down what is done. So a derivative is written once, in + - * / and functions of `f`, each of
them a function of elementary.py; it neither compares numbers nor looks at them.
"""

# ruff: noqa: ARG005 - what is in a column takes the same in every row, used or not

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias

from ..numerics import elementary

Numbers: TypeAlias = Callable[..., Any]
"""Of floats to floats; a derivative is also computed with what stands for them in the compiler."""


@dataclass(frozen=True)
class Operation:
    """What can be done with one Value or two.

    Attributes:
        name: what `Value.op` says; of a function, its method's name, too.
        value: the result: of the operands and, behind them, the number that it carries.
        slopes: d(result)/d(operand) for each operand: of `f`, the operands, the result and the
            number that it carries.
        python: what Python has for it, done to Values.
        arity: how many operands.
        instruction: of WebAssembly, that computes it from the operands alone; "" where `function`
            is called.
        function: of elementary.py, which `value` is; "" where there is an instruction.
        steep: a slope may be too large for a float64, or undefined, where the result is not; so
            it is looked at.
        text: how it is written in a picture, with "{}" for the number that it carries.
        number_first: the number that it carries is the function's first argument, not its last.
    """

    name: str
    value: Numbers
    slopes: Numbers
    python: Callable[..., Any]
    arity: int = 1
    instruction: str = ""
    function: str = ""
    steep: bool = False
    text: str = ""
    number_first: bool = False

    @property
    def carries(self) -> bool:
        """Whether it carries a plain number."""
        return bool(self.text)


def _arithmetic(
    name: str, python: Numbers, slopes: Numbers, instruction: str, arity: int = 2
) -> Operation:
    """What Python and WebAssembly have themselves, with the same bits."""
    return Operation(name, python, slopes, python, arity, instruction)


def _function(number: Callable[[float], float], slopes: Numbers, steep: bool = False) -> Operation:
    """A function of elementary.py that is a method of the same name, see `Functions`."""
    name = number.__name__
    return Operation(name, number, slopes, operator.methodcaller(name), function=name, steep=steep)


ADD: Final = _arithmetic("+", operator.add, lambda f, a, b, y: (1.0, 1.0), "add")
SUBTRACT: Final = _arithmetic("-", operator.sub, lambda f, a, b, y: (1.0, -1.0), "sub")
MULTIPLY: Final = _arithmetic("*", operator.mul, lambda f, a, b, y: (b, a), "mul")
NEGATE: Final = _arithmetic("neg", operator.neg, lambda f, x, y: (-1.0,), "neg", 1)

POWER: Final = Operation(  # x ** n
    "**",
    elementary.pow,
    lambda f, x, y, n: (n * f.pow(x, n - 1.0),),
    operator.pow,
    function="pow",
    steep=True,
    text="**{}",
)
EXPONENTIAL: Final = Operation(  # n ** x
    "rpow",
    lambda x, n: elementary.pow(n, x),
    lambda f, x, y, n: (y * f.log(n),),
    lambda x, n: n**x,
    function="pow",
    steep=True,
    text="{}**",
    number_first=True,
)

RELU: Final = _function(elementary.relu, lambda f, x, y: (f.step(x),))
EXP: Final = _function(elementary.exp, lambda f, x, y: (y,))
LOG: Final = _function(elementary.log, lambda f, x, y: (1.0 / x,), steep=True)
TANH: Final = _function(elementary.tanh, lambda f, x, y: (1.0 - y * y,))
SIGMOID: Final = _function(elementary.sigmoid, lambda f, x, y: (y * (1.0 - y),))


class Functions:
    """The functions of one Value, as methods of whatever applies an operation to itself."""

    __slots__ = ()

    def _applied(self, operation: Operation) -> Self:
        raise NotImplementedError

    def relu(self) -> Self:
        """max(0, x); the derivative at 0 is 0."""
        return self._applied(RELU)

    def exp(self) -> Self:
        """e**x; d/dx = e**x."""
        return self._applied(EXP)

    def log(self) -> Self:
        """The natural logarithm of x > 0; d/dx = 1/x."""
        return self._applied(LOG)

    def tanh(self) -> Self:
        """The hyperbolic tangent; d/dx = 1 - tanh(x)**2."""
        return self._applied(TANH)

    def sigmoid(self) -> Self:
        """1 / (1 + e**-x); d/dx = s * (1 - s)."""
        return self._applied(SIGMOID)


OPERATIONS: Final[dict[str, Operation]] = {
    row.name: row for row in list(globals().values()) if isinstance(row, Operation)
}
"""All of them, by name."""

FUNCTIONS: Final = tuple(name for name in OPERATIONS if hasattr(Functions, name))
"""The names of those that are methods."""
