"""What is known of a run before its first step: every learning rate, and every mini-batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from . import checks, rng

Schedule: TypeAlias = float | Sequence[float] | Callable[[int], float]


def official_learning_rate(step: int) -> float:
    """The original demo's schedule: 1.0 - 0.9*step/100, from 1.0 down to 0.1 at step 100.

    Args:
        step: the step's number, 0 or more. From step 112 on the rate is negative.
    """
    step = checks.integer("step", step, "an integer, 0 or more", minimum=0)
    # As a float: in a browser, Python's first product of a float and an int takes 4 ms.
    return 1.0 - 0.9 * float(step) / 100.0


def learning_rates(schedule: Any, steps: int) -> tuple[float, ...]:
    """The learning rate of each step, all of them checked.

    Raises:
        TypeError: not a number, a function or a list; or a step's rate is not a number.
        ValueError: a rate that is negative or not finite (the step is named), or a list that is
            too short.
    """
    expected = "a non-negative number, a function of the step, or a list of numbers"
    rates: Sequence[Any]
    if checks.is_real(schedule):
        rates = [schedule] * steps
    elif callable(schedule):
        rates = [schedule(step) for step in range(steps)]
    else:
        rates = checks.sequence("learning_rate", schedule, expected)
        if len(rates) < steps:
            checks.refuse_count("learning_rate", f"a number for each of {steps} steps", rates)
    return tuple(
        checks.real(
            f"learning_rate at step {step}",
            rates[step],
            "a finite number, 0 or more",
            minimum=0.0,
        )
        for step in range(steps)
    )


def batch_indices(
    count: int, batch_size: int | None, seed: int | tuple[int, int, int]
) -> Iterator[Sequence[int]]:
    """For step 0, 1, 2, ... without end: which of `count` examples the step uses, in order."""
    if batch_size is None or batch_size >= count:
        while True:
            yield range(count)
    if isinstance(seed, int):
        stream = rng.stream(seed)
        while True:
            yield stream.permutation(count)[:batch_size]
    a, b, c = seed
    step = 0
    while True:
        yield rng.Exsss((a + step, b + 31 * step, c + 131 * step)).permutation(count)[:batch_size]
        step += 1
