"""Mini-batches: which examples each step uses, drawn a few steps at a time.

A step's batch is the beginning of a permutation of all examples, in the stream that the seed names
(see `rng`). With three integers each step has a stream of its own; those of many steps are drawn
side by side, in the parts of one long integer, which takes a tenth of the time.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Final, TypeAlias

from ..numerics import rng

# The state of NumPy's stream between two steps: 624 words and a position.
StreamState: TypeAlias = tuple[int, ...]

ABREAST: Final = 64  # streams that are drawn side by side, at most
KEYS: Final = 1 << 21  # numbers that are kept for it, at most: 16 MB
DRAWS: Final = 1 << 18  # numbers drawn for one call of a kernel: some 20 milliseconds
PIECE: Final = 1 << 10  # draws, each of many streams, between two looks at what else happens


class Batches:
    """The batches of a run's steps, in order.

    Args:
        count: how many examples there are.
        batch_size: how many a step uses; None, or as many as there are, for all in their order.
        seed: whose stream, as for `train`.
        step: the first step.
        state: `state_at(step)` of a run that went so far.
    """

    def __init__(
        self,
        count: int,
        batch_size: int | None,
        seed: int | tuple[int, int, int],
        *,
        step: int = 0,
        state: StreamState | None = None,
    ) -> None:
        self._count = count
        self._size = count if batch_size is None else min(batch_size, count)
        self._seed = seed
        self._step = step  # of the first batch that is ready
        self._ready: list[Sequence[int]] = []
        self._stream: rng.LegacyNumpy | None = None
        if self.drawn and isinstance(seed, int):
            self._stream = rng.LegacyNumpy(seed)
            if state is not None:
                self._stream.state = state
            self._origin = (step, self._stream.state)

    @property
    def drawn(self) -> bool:
        """Whether there are mini-batches at all."""
        return self._size < self._count

    @property
    def at_once(self) -> int:
        """For how many steps batches are to be drawn before something else is done."""
        return max(1, DRAWS // self._count) if self.drawn else sys.maxsize

    def draw(self, steps: int, ahead: int) -> Iterator[None]:
        """See to it that the next `steps` batches are ready; yields every few milliseconds.

        Args:
            ahead: how many more steps there will be, those included; some may be drawn now.
        """
        if not self.drawn:
            self._ready += [range(self._count)] * (steps - len(self._ready))
            return
        if self._stream is not None:
            if not self._ready:
                self._origin = (self._step, self._stream.state)
            while len(self._ready) < steps:
                self._ready.append(self._stream.permutation(self._count)[: self._size])
                yield
            return
        while len(self._ready) < steps:
            most = min(ABREAST, max(1, KEYS // self._count))
            yield from self._draw_abreast(min(most, ahead - len(self._ready)))

    def _draw_abreast(self, steps: int) -> Iterator[None]:
        assert isinstance(self._seed, tuple)
        first = self._step + len(self._ready)
        seeds = [step_seed(self._seed, step) for step in range(first, first + steps)]
        streams = rng.Abreast(seeds)
        keys: array[int] = array("Q")
        while (missing := self._count - len(keys) // steps) > 0:
            keys.extend(streams.uniforms(min(PIECE, missing)))
            yield
        for k in range(steps):
            self._ready.append(_smallest(keys[k::steps].tolist(), self._size))

    def first(self, steps: int) -> list[Sequence[int]]:
        """The next `steps` batches, which are ready."""
        return self._ready[:steps]

    def drop(self, steps: int) -> None:
        """The first `steps` of them are done with."""
        del self._ready[:steps]
        self._step += steps

    def state_at(self, step: int) -> StreamState | None:
        """The stream's state before a step that is not before the first batch that is ready; None
        where the seed and the step say all."""
        if self._stream is None:
            return None
        began, state = self._origin
        stream = rng.LegacyNumpy(0)
        stream.state = state
        for _ in range(step - began):
            stream.permutation(self._count)
        return stream.state


def step_seed(seed: tuple[int, int, int], step: int) -> tuple[int, int, int]:
    """The seed of one step's stream, as MicrogradEx has it."""
    a, b, c = seed
    return a + step, b + 31 * step, c + 131 * step


def _smallest(keys: list[int], size: int) -> list[int]:
    """The indices of the `size` smallest of many 53-bit keys, in order; ties by index."""
    count = len(keys)
    # So few keys are below this limit that sorting them takes no time, and hardly ever too few.
    limit = int((size + 6.0 * sqrt(size) + 9.0) / count * 2.0**53)
    some = [i for i, key in enumerate(keys) if key < limit]
    if len(some) < size:
        some = list(range(count))
    some.sort(key=keys.__getitem__)
    return some[:size]
