"""Where the numbers of a training kernel lie in its memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..refusal import CannotCompile
from ..wasm.module import LARGEST_MEMORY

HISTORY: Final = ("loss", "data_loss", "reg_loss", "accuracy")
"""The float64s that a kernel writes for each step."""


@dataclass(frozen=True)
class Layout:
    """Addresses in bytes. All are arrays of float64s, but for `batches`, which is of int32s.

    Attributes:
        alpha: one number, the strength of the regularization.
        parameters, gradients: one number for each parameter.
        slots: what the optimizer remembers: for each of its slots, one number for each parameter.
        next_slots: the same, of the step that is not yet finished.
        xs, ys: the rows of inputs, one after the other; the labels. With K classes K targets for
            each row: 1 for the true class, -1 for the others.
        losses, scores: one number for each example of a step; with K classes K scores.
        rates: the learning rate of each step of a call, and what else an optimizer has for a step.
        history: `HISTORY` for each step of a call.
        records: the parameters after each step of a call, where they are recorded.
        batches: the examples of each step of a call, where there are mini-batches.
        size: of all of it.
    """

    alpha: int
    parameters: int
    gradients: int
    slots: int
    next_slots: int
    xs: int
    ys: int
    losses: int
    scores: int
    rates: int
    history: int
    records: int
    batches: int
    size: int


def lay_out(start: int, counts: dict[str, int]) -> Layout:
    """Arrays of so many numbers one after the other, from `start` on, each on a multiple of 8."""
    addresses, at = {}, -(-start // 8) * 8
    for name, count in counts.items():
        addresses[name] = at
        size = 4 if name == "batches" else 8
        at += -(-count * size // 8) * 8
    if at > LARGEST_MEMORY:
        raise CannotCompile(
            f"{at:,} bytes of data, parameters and records; a kernel has room for "
            f"{LARGEST_MEMORY:,}: use fewer examples, or fewer steps in one call"
        )
    return Layout(**addresses, size=at)
