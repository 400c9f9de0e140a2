"""An optimizer's rule as tape: how a training kernel moves one parameter."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ...learning.optimizers import Optimizer, parameter_names, sqrt
from ..recorded import Recorded
from ..refusal import CannotCompile
from ..tape import CONSTANT, INPUT, Tape

_GRADIENT: Final = 1  # among the tape's inputs
# A parameter, its gradient and what is remembered: where a rule is compared with itself.
_SAMPLES: Final = ((0.5, 0.25, 0.125), (-1.5, -3.0, 2.0), (0.25, 1e3, 1e-3), (1.0, 0.0, 0.0))
_PYTHON: Final[dict[str, Callable[..., float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "neg": operator.neg,
    "sqrt": sqrt,
}


@dataclass(frozen=True)
class UpdateTape:
    """One parameter's update.

    The tape's inputs are the parameter, its gradient, the numbers of the step, the slots.

    Attributes:
        tape: the operations.
        numbers: what the numbers of the step are called: "rate", ...
        slots: what is remembered of each parameter.
        moved: the nodes of the new parameter and the new slots.
        looked_at: nodes that have to be real numbers, though what they are of may be where they
            are not: what something is divided by, results that are not used, and the gradient where
            the new numbers are not made of it.
    """

    tape: Tape
    numbers: tuple[str, ...]
    slots: tuple[str, ...]
    moved: tuple[int, ...]
    looked_at: tuple[int, ...]


def trace_update(optimizer: Optimizer) -> UpdateTape:
    """Trace an optimizer's rule.

    Raises:
        CannotCompile: it is not plain arithmetic that always does the same.
    """
    numbers, _ = optimizer.numbers(0.125, optimizer.running)
    count = len(numbers)
    names = parameter_names(optimizer)[2 : 2 + count]
    names += [f"number_{i}" for i in range(len(names), count)]
    try:
        tape, moved = _traced(optimizer, names)
        again, _ = _traced(optimizer, names)
        if (again.ops, again.args, again.numbers) != (tape.ops, tape.args, tape.numbers):
            raise ValueError("it does not always do the same")
        _compare_with_floats(optimizer, tape, moved, numbers)
    except (TypeError, AttributeError, ValueError) as error:
        raise CannotCompile(
            f"optimizer: {optimizer.name} cannot be compiled: {error}. Write its update in + - * / "
            'and optimizers.sqrt, without looking at the numbers; or use engine="eager"'
        ) from error
    for name, node in zip(optimizer.slots, moved[1:], strict=True):
        tape.names.setdefault(node, f"next_{name}")
    return UpdateTape(tape, tuple(names), optimizer.slots, moved, _looked_at(tape, moved))


def _traced(optimizer: Optimizer, names: Sequence[str]) -> tuple[Tape, tuple[int, ...]]:
    tape = Tape()
    inputs = [
        Recorded(tape, tape.add(INPUT, name=name))
        for name in ("p", "d_p", *names, *optimizer.slots)
    ]
    made = optimizer.update(*inputs)
    row = made if optimizer.slots else (made,)
    return tape, tuple(inputs[0].node_of(number) for number in row)


def _compare_with_floats(
    optimizer: Optimizer, tape: Tape, moved: Sequence[int], numbers: Sequence[float]
) -> None:
    """Refuse a rule that does something else with floats than with what it was traced with.

    Such as one that asks isinstance(gradient, float). Where it is not defined it says nothing.
    """
    for p, gradient, slot in _SAMPLES:
        given = (p, gradient, *numbers, *[slot] * len(optimizer.slots))
        try:
            made = optimizer.update(*given)
            expected = made if optimizer.slots else (made,)
            got = [_run(tape, given)[node] for node in moved]
        except ArithmeticError:
            continue
        if [float(x).hex() for x in expected] != [x.hex() for x in got]:
            raise ValueError("it does something else with plain numbers than with traced ones")


def _run(tape: Tape, given: Sequence[float]) -> list[float]:
    """The number of each node of an update's tape, as Python computes it."""
    done: list[float] = [*given]
    for op, args, number in [*zip(tape.ops, tape.args, tape.numbers, strict=True)][len(given) :]:
        operands = [done[arg] for arg in args]
        done.append(float(number or 0.0) if op == CONSTANT else _PYTHON[op](*operands))
    return done


def _looked_at(tape: Tape, moved: Sequence[int]) -> tuple[int, ...]:
    divisors = dict.fromkeys(
        args[1] for op, args in zip(tape.ops, tape.args, strict=True) if op == "/"
    )
    used = {*moved, *(arg for args in tape.args for arg in args)}
    # Of what is not used, a division by zero or a root of a negative number is an error, too.
    left = (node for node, args in enumerate(tape.args) if args and node not in used)
    looked_at = [*(node for node in divisors if tape.args[node]), *left]
    if not _reaches(tape, _GRADIENT, [*moved, *looked_at]):
        looked_at.append(_GRADIENT)
    return tuple(dict.fromkeys(looked_at))


def _reaches(tape: Tape, node: int, roots: Sequence[int]) -> bool:
    """Whether one of `roots` is no real number wherever `node` is none.

    An infinity or NaN goes through + - * and the numerator of a quotient, not through a divisor.
    """
    carries = [False] * len(tape)
    carries[node] = True
    for i, (op, args) in enumerate(zip(tape.ops, tape.args, strict=True)):
        through = args[:1] if op == "/" else args
        carries[i] = carries[i] or any(carries[arg] for arg in through)
    return any(carries[root] for root in roots)
