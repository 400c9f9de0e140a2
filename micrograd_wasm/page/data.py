"""A configuration's data set, quickly: what a moving control asks for again and again is kept.

Whoever moves the noise gets the bits of `datasets`, without its draws being made anew: a point is a
place without noise plus the noise times a draw.
"""

from __future__ import annotations

from array import array
from functools import lru_cache
from typing import Final

from ..learning import datasets
from ..learning.datasets import Dataset
from .configuration import Configuration, Seed

# Noise added to a coordinate: so little that it is rounded away, and so much that the coordinate
# is. (A coordinate is a few units at most, and no draw is larger than 9 or, but for 0 itself,
# smaller than 2**-60 or so.) With one the draws are made and leave the points as they are, with the
# other they are all there is: between them, they give a data set's two halves.
_LITTLE: Final = 2.0**-1074
_MUCH: Final = 2.0**200
# Noise that swallows what _LITTLE leaves of a coordinate that is 0.
_LEAST: Final = 1e-200

_asked: dict[tuple[str, int, Seed], float] = {}


def examples(config: Configuration) -> tuple[array[float], array[float]]:
    """The data set of a configuration: inputs one after the other, and labels."""
    if config.dataset == "own":
        return _flat(datasets.from_rows(config.points))
    name, samples, noise, seed = config.dataset, config.samples, config.noise, config.data_seed
    before = _asked.get((name, samples, seed))
    _asked.clear()
    _asked[name, samples, seed] = noise
    # Somebody moves the noise: from the second position on, the draws are kept and only scaled.
    if before is None or before == noise or noise < _LEAST:
        return _made(name, samples, noise, seed)
    xs, draws, ys = _halves(name, samples, seed)
    return array("d", [x + noise * draw for x, draw in zip(xs, draws, strict=True)]), ys


@lru_cache(maxsize=16)
def _made(name: str, samples: int, noise: float, seed: Seed) -> tuple[array[float], array[float]]:
    return _flat(datasets.IN_THE_PLANE[name](samples, noise=noise, seed=seed))


@lru_cache(maxsize=16)
def _halves(name: str, samples: int, seed: Seed) -> tuple[array[float], array[float], array[float]]:
    """The coordinates without noise, the draws that noise is made of, and the labels."""
    xs, ys = _made(name, samples, _LITTLE, seed)
    much, _ = _made(name, samples, _MUCH, seed)
    return xs, array("d", [number / _MUCH for number in much]), ys


def _flat(dataset: Dataset) -> tuple[array[float], array[float]]:
    return array("d", [x for row in dataset.xs for x in row]), array("d", dataset.ys)
