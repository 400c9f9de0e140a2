"""Where the numbers of a training kernel lie in its memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .wasm import LARGEST_MEMORY

HISTORY: Final = ("loss", "data_loss", "reg_loss", "accuracy")
"""The float64s that a kernel writes for each step."""


@dataclass(frozen=True)
class Layout:
    """Addresses in bytes. All are arrays of float64s, but for `batches`, which is of int32s.

    Attributes:
        alpha: one number, the strength of the regularization.
        parameters, gradients: one number for each parameter.
        xs, ys: the rows of inputs, one after the other; the labels.
        losses, scores: one number for each example of a step.
        rates: the learning rate of each step of a call.
        history: `HISTORY` for each step of a call.
        records: the parameters after each step of a call, where they are recorded.
        batches: the examples of each step of a call, where there are mini-batches.
        size: of all of it.
    """

    alpha: int
    parameters: int
    gradients: int
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
        raise ValueError(
            f"{at:,} bytes of data, parameters and records; a kernel has room for "
            f"{LARGEST_MEMORY:,}: use fewer examples, or fewer steps in one call"
        )
    return Layout(**addresses, size=at)
