"""A run's numbers: a row of them for each step, and the fingerprint of all."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

HistoryRow: TypeAlias = dict[str, float]

FIELDS: Final = ("loss", "data_loss", "reg_loss", "accuracy", "learning_rate")
"""The numbers of one history row, in the order that the fingerprint hashes them."""


def history_row(numbers: Sequence[float], step: int) -> HistoryRow:
    """One step's row out of a run's numbers, which are `FIELDS` for each step."""
    first = step * len(FIELDS)
    return {"step": step, **dict(zip(FIELDS, numbers[first : first + len(FIELDS)], strict=True))}


def fingerprint(history: Iterable[float], parameters: Iterable[float]) -> str:
    """What `Run.fingerprint` says of these numbers: `FIELDS` for each step, final parameters."""
    numbers = [*history, *parameters]
    # Adding 0.0 turns -0.0 into 0.0 and changes nothing else.
    packed = struct.pack(f"<{len(numbers)}d", *(number + 0.0 for number in numbers))
    return hashlib.sha256(packed).hexdigest()
