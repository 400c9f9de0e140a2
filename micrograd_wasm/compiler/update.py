"""An optimizer's rule as tape: how a training kernel moves one parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from ..optimizers import Optimizer, parameter_names
from .tape import CONSTANT, INPUT, Tape


@dataclass(frozen=True)
class UpdateTape:
    """One parameter's update.

    The tape's inputs are the parameter, its gradient, the numbers of the step, the slots.

    Attributes:
        tape: the operations.
        numbers: what the numbers of the step are called: "rate", ...
        slots: what is remembered of each parameter.
        moved: the nodes of the new parameter and the new slots.
        denominators: nodes that something is divided by: where one is infinite, the quotient is
            not, so they are looked at.
    """

    tape: Tape
    numbers: tuple[str, ...]
    slots: tuple[str, ...]
    moved: tuple[int, ...]
    denominators: tuple[int, ...]


def trace_update(optimizer: Optimizer) -> UpdateTape:
    """Trace an optimizer's rule.

    Raises:
        ValueError: it is not plain arithmetic that always does the same.
    """
    numbers, _ = optimizer.numbers(0.125, optimizer.running)
    count = len(numbers)
    names = parameter_names(optimizer)[2 : 2 + count]
    names += [f"number_{i}" for i in range(len(names), count)]
    tape = Tape()
    inputs = [
        _Number(tape, tape.add(INPUT, name=name)) for name in ("p", "d_p", *names, *optimizer.slots)
    ]
    try:
        made = optimizer.update(*inputs)
        row = made if optimizer.slots else (made,)
        moved = tuple(inputs[0].node_of(number) for number in row)
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(
            f"optimizer: {optimizer.name} cannot be compiled: {error}. Write its update in + - * / "
            'and optimizers.sqrt, without looking at the numbers; or use engine="eager"'
        ) from error
    for name, node in zip(optimizer.slots, moved[1:], strict=True):
        tape.names.setdefault(node, f"next_{name}")
    divisors = dict.fromkeys(
        args[1] for op, args in zip(tape.ops, tape.args, strict=True) if op == "/"
    )
    looked_at = tuple(node for node in divisors if tape.args[node])
    return UpdateTape(tape, tuple(names), optimizer.slots, moved, looked_at)


class _Number:
    """Stands for a float while a rule is traced: what is done to it is written down."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, tape: Tape, node: int) -> None:
        self._tape = tape
        self._node = node

    def node_of(self, number: Any) -> int:
        """The node of a traced number; a plain number as a constant."""
        if isinstance(number, _Number):
            return number._node
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise TypeError(f"{type(number).__name__} is not a number")
        return self._tape.add(CONSTANT, number=float(number))

    def _made(self, op: str, *operands: Any) -> _Number:
        return _Number(self._tape, self._tape.add(op, *map(self.node_of, operands)))

    def __add__(self, other: Any) -> _Number:
        return self._made("+", self, other)

    def __radd__(self, other: Any) -> _Number:
        return self._made("+", other, self)

    def __sub__(self, other: Any) -> _Number:
        return self._made("-", self, other)

    def __rsub__(self, other: Any) -> _Number:
        return self._made("-", other, self)

    def __mul__(self, other: Any) -> _Number:
        return self._made("*", self, other)

    def __rmul__(self, other: Any) -> _Number:
        return self._made("*", other, self)

    def __truediv__(self, other: Any) -> _Number:
        return self._made("/", self, other)

    def __rtruediv__(self, other: Any) -> _Number:
        return self._made("/", other, self)

    def __neg__(self) -> _Number:
        return self._made("neg", self)

    def sqrt(self) -> _Number:
        """The exactly rounded square root."""
        return self._made("sqrt", self)

    def __bool__(self) -> NoReturn:
        raise TypeError("it looks at a number")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("it compares numbers")
