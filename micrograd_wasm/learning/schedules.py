"""What is known of a run before its first step: every learning rate, and every mini-batch."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeAlias

from ..base import checks, memory
from ..numerics import rng
from .batches import ABREAST, Batches

RATE: Final = 48  # bytes of a learning rate in an array and in a tuple
PIECE: Final = 1 << 14  # rates between two looks at what else happens

Schedule: TypeAlias = float | Sequence[float] | Callable[[int], float]


OFFICIAL_STEPS: Final = 112
"""Of more steps than these the official rate falls below 0."""


def official_learning_rate(step: int) -> float:
    """The original demo's schedule: 1.0 - 0.9*step/100, from 1.0 down to 0.1 at step 100.

    Args:
        step: the step's number, 0 or more. From step 112 on the rate is negative.
    """
    step = checks.integer("step", step, "an integer, 0 or more", minimum=0)
    try:
        # As a float: in a browser, Python's first product of a float and an int takes 4 ms.
        return 1.0 - 0.9 * float(step) / 100.0
    except OverflowError:
        checks.refuse("step", "an integer that a float64 can hold", step)


def learning_rates(schedule: Any, steps: int) -> tuple[float, ...]:
    """The learning rate of each step, all of them checked.

    Raises:
        TypeError: not a number, a function or a list; or a step's rate is not a number.
        ValueError: a rate that is negative or not finite (the step is named), or a list that is
            too short.
    """
    steps = checks.integer("steps", steps, "an integer, 0 or more", minimum=0)
    memory.check("steps", steps, RATE * steps)
    rates = array("d")
    for _ in checked_rates(schedule, 0, steps, rates):
        pass
    return tuple(rates)


def kept(schedule: Any) -> Any:
    """A schedule as it is now: a list may be written on while a run waits to go on.

    Raises:
        TypeError: not a number, a function or a list.
    """
    if checks.is_real(schedule) or callable(schedule):
        return schedule
    expected = "a non-negative number, a function of the step, or a list of numbers"
    # By its order, not by its labels: a table's column may begin at any.
    return tuple(checks.sequence("learning_rate", schedule, expected))


def checked_rates(schedule: Any, first: int, steps: int, rates: array[float]) -> Iterator[None]:
    """Append the learning rates of the steps from `first` to below `steps` to `rates`.

    Each is checked as it comes, and the first wrong one refused. Yields every few milliseconds: a
    schedule of ten million steps takes seconds. Errors are those of `learning_rates`.
    """
    if checks.is_real(schedule):
        rates.extend(array("d", [_rate(first, schedule)]) * (steps - first))
        return
    given: Iterable[Any]
    if callable(schedule):
        given = map(schedule, range(first, steps))
    else:
        listed = kept(schedule)
        if len(listed) < steps:
            checks.refuse_count("learning_rate", f"a number for each of {steps} steps", listed)
        given = islice(listed, first, None)
    try:
        for step, rate in zip(range(first, steps), given, strict=False):
            rates.append(_rate(step, rate))
            if step % PIECE == 0:
                yield
    except TypeError as error:
        if not callable(schedule) or str(error).startswith("learning_rate"):
            raise
        expected = "a function of the step"
        checks.takes("learning_rate", schedule, expected, first)
        raise TypeError(f"learning_rate: expected {expected}; calling it: {error}") from error


def _rate(step: int, rate: Any) -> float:
    return checks.real(
        f"learning_rate at step {step}", rate, "a finite number, 0 or more", minimum=0.0
    )


def batch_indices(count: int, batch_size: int | None, seed: rng.Seed) -> Iterator[Sequence[int]]:
    """For step 0, 1, 2, ... without end: which of `count` examples the step uses, in order.

    Args:
        count: how many examples there are, 1 or more.
        batch_size: how many of them a step uses; None, or as many, for all in their order.
        seed: whose stream, as for `train`.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    count = checks.integer("count", count, "a positive integer", minimum=1)
    memory.check("count", count, 64 * count)
    if batch_size is not None:
        expected = "None or a positive integer"
        batch_size = checks.integer("batch_size", batch_size, expected, minimum=1)
    return _without_end(Batches(count, batch_size, rng.drawn_seed(seed)))


def _without_end(batches: Batches) -> Iterator[Sequence[int]]:
    ahead = 1
    while True:
        for _ in batches.draw(1, ahead):
            pass
        yield batches.first(1)[0]
        batches.drop(1)
        ahead = min(2 * ahead, ABREAST)  # who asks for many gets them sooner
