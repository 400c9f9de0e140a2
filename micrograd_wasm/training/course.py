"""What a run needs to go on where it stopped: `train(run, steps=50)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from ..learning.batches import StreamState
from ..learning.optimizers import Optimizer, State


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands for a function of the user's that did not travel with its run: its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Course:
    """What was trained on and how, and what the steps so far have left behind.

    Attributes:
        rows, labels, classes: the examples, checked.
        learning_rate, loss, optimizer: as `train` takes them; or Absent.
        engine: what was asked for.
        state: what the optimizer remembers.
        stream: where the stream of the mini-batches is, if the seed and the step do not say it.
    """

    rows: Sequence[tuple[float, ...]]
    labels: Sequence[float]
    classes: int
    learning_rate: Any
    loss: Any
    optimizer: Optimizer | Absent
    engine: str
    state: State
    stream: StreamState | None

    def __copy__(self) -> Course:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Course:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # A lambda does not go through a pipe, and the run is not to be lost for it: whoever goes on
        # with it elsewhere gives the function again.
        there = self.without(lambda thing: not _travels(thing))
        return Course, tuple(getattr(there, field.name) for field in fields(there))

    def without(self, stays: Any) -> Course:
        """The same with Absent in place of the functions that stay behind."""
        rate, loss, optimizer = (
            Absent(name_of(thing)) if stays(thing) else thing
            for thing in (self.learning_rate, self.loss, self.optimizer)
        )
        return replace(self, learning_rate=rate, loss=loss, optimizer=optimizer)


def name_of(thing: Any) -> str:
    """What `run.options` calls a function or an optimizer."""
    if isinstance(thing, Optimizer | Absent):
        return thing.name
    return str(getattr(thing, "__name__", type(thing).__name__))


def _travels(thing: object) -> bool:
    import pickle  # noqa: PLC0415 - loaded when something travels

    try:
        pickle.dumps(thing)
    except Exception:  # whatever an object of the user raises: it cannot be pickled
        return False
    return True
