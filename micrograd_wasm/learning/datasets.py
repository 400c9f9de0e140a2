"""Small data sets: moons, spirals, blobs, circles, xor or your own rows; and handwritten digits.

The first are points of the plane in two classes, -1 and 1. The digits are images in ten classes.

A seed says whose numbers they are. Three integers: MicrogradEx's data set, drawn from Erlang's
exsss, noise first, then the shuffle. One integer: scikit-learn's `make_moons` after
`numpy.random.seed(seed)`, shuffled first, then the noise; the others follow the same order
on the same stream. The two also compute the moons' angles differently in the last bit, and
scikit-learn's moons take their sines and cosines as the GNU C library rounds them.
None draws fresh numbers and notes the seed it drew in `metadata`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ..base import checks, memory
from ..base.read_only import ReadOnly
from ..base.shown import Shown
from ..numerics import elementary, glibc_trigonometry, rng
from . import digits_data, losses

Point: TypeAlias = tuple[float, float]
Row: TypeAlias = tuple[float, ...]

_AXES: Final = ("x", "y")
LARGEST: Final = 1e300  # of noise and other measures: what is made of it is finite
SAMPLE: Final = 320  # bytes of an example while a data set is made


@dataclass(frozen=True, slots=True)
class Dataset(Shown):
    """Labelled points.

    It cannot be changed, so it can be a key of a dict. Two are equal if all their fields are.

    Attributes:
        xs: one row of coordinates for each example, all of them as long.
        ys: one label for each example: -1.0 or 1.0, or 0, 1, 2, ... where there are classes.
        metadata: what it was made from: name, n_samples, noise, seed, shuffle, ..., and `classes`,
            the number of classes, where the labels are 0 ... classes-1. Read-only.

    Raises:
        TypeError, ValueError: the rows are not lists of as many finite numbers each, the labels are
            not as many finite numbers, or `classes` is not the number of their classes.
    """

    xs: tuple[Row, ...]
    ys: tuple[float, ...]
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        metadata = checks.mapping("metadata", self.metadata, "a dict")
        xs = checks.sequence("xs", self.xs, "a list of rows")
        ys = checks.sequence("ys", self.ys, "a list of labels")
        if len(xs) or len(ys):
            xs = tuple(losses.check_rows(xs, ys))
        metadata = dict(self.metadata)
        classes = checks.integer(
            'metadata["classes"]', metadata.get("classes", 0), "an integer, 0 or more", minimum=0
        )
        labels = losses.check_classes(ys, classes) if classes else losses.check_labels(ys)
        self._set(xs, labels, metadata)

    def _set(self, xs: Sequence[Row], ys: Sequence[float], metadata: Mapping[str, Any]) -> None:
        object.__setattr__(self, "xs", tuple(xs))
        object.__setattr__(self, "ys", tuple(ys))
        object.__setattr__(self, "metadata", ReadOnly(metadata))

    @classmethod
    def of(cls, xs: Sequence[Row], ys: Sequence[float], metadata: Mapping[str, Any]) -> Dataset:
        """One of numbers that are known to be right: not a look at any of them."""
        made = object.__new__(cls)
        made._set(xs, ys, metadata)
        return made

    def __hash__(self) -> int:
        return hash((self.xs, self.ys))  # metadata may hold what has no hash

    def __copy__(self) -> Dataset:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Dataset:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Dataset.of, (self.xs, self.ys, dict(self.metadata))

    @property
    def classes(self) -> int:
        """How many classes the labels 0, 1, 2, ... name; 0 where the labels are -1 and 1."""
        return int(self.metadata.get("classes", 0))

    @property
    def points(self) -> list[dict[str, float]]:
        """The examples as rows {"x", "y", "label"}, made anew at each call.

        Raises:
            ValueError: the examples are no points of the plane.
        """
        if self.xs and len(self.xs[0]) != len(_AXES):
            numbers = f"rows of {len(self.xs[0])} numbers"
            raise ValueError(
                f"dataset: expected points of the plane, two numbers each, got {numbers}"
            )
        return [
            {**dict(zip(_AXES, x, strict=True)), "label": label}
            for x, label in zip(self.xs, self.ys, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.xs)

    def __repr__(self) -> str:
        shown = checks.shown
        details = ", ".join(f"{key}={shown(value)}" for key, value in self.metadata.items())
        return f"Dataset({details})"


def moons(
    n_samples: int,
    *,
    noise: float | None = 0.1,
    seed: rng.Seed = rng.DEFAULT_SEED,
    shuffle: bool = True,
) -> Dataset:
    """Two interleaving half circles.

    Args:
        n_samples: how many points, 2 or more; half of them (rounded down) are class -1.
        noise: standard deviation of the Gaussian noise on each coordinate; 0 or None for none.
        seed: whose stream (see the module's text).
        shuffle: mix the classes; otherwise class -1 comes first.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    options = _Options(n_samples, noise, seed, shuffle, fewest=1 if _is_int(seed) else 2)
    if options.legacy:
        angles, sin, cos = _numpy_angles, glibc_trigonometry.sin, glibc_trigonometry.cos
    else:
        angles, sin, cos = _erlang_angles, elementary.sin, elementary.cos
    outer = [(cos(t), sin(t)) for t in angles(options.first)]
    inner = [(1.0 - cos(t), 1.0 - sin(t) - 0.5) for t in angles(options.second)]
    return options.build("moons", outer, inner)


def spiral(
    n_samples: int,
    *,
    noise: float | None = 0.1,
    turns: float = 1.5,
    seed: rng.Seed = rng.DEFAULT_SEED,
    shuffle: bool = True,
) -> Dataset:
    """Two spirals, half a turn apart, that grow from the origin to radius 1.

    Args:
        turns: how often each winds around the origin, a positive number.
        n_samples, noise, seed, shuffle: as for `moons`.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    options = _Options(n_samples, noise, seed, shuffle)
    turns = checks.real("turns", turns, "a positive number", above=0.0)
    _check_size("turns", turns)

    def arm(count: int, phase: float) -> list[Point]:
        radii = [1.0] if count == 1 else [i / (count - 1) for i in range(count)]
        angles = [turns * 2.0 * math.pi * radius + phase for radius in radii]
        return [
            (radius * elementary.cos(angle), radius * elementary.sin(angle))
            for radius, angle in zip(radii, angles, strict=True)
        ]

    first, second = arm(options.first, 0.0), arm(options.second, math.pi)
    return options.build("spiral", first, second, turns=turns)


def blobs(
    n_samples: int,
    *,
    noise: float | None = 0.1,
    centers: Sequence[Sequence[float]] = ((-1.0, 0.0), (1.0, 0.0)),
    seed: rng.Seed = rng.DEFAULT_SEED,
    shuffle: bool = True,
) -> Dataset:
    """Two clouds around two centres.

    Args:
        centers: (x, y) of class -1 and of class 1.
        n_samples, noise, seed, shuffle: as for `moons`.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    options = _Options(n_samples, noise, seed, shuffle)
    first, second = _check_centers(centers)
    return options.build(
        "blobs", [first] * options.first, [second] * options.second, centers=(first, second)
    )


def circles(
    n_samples: int,
    *,
    noise: float | None = 0.1,
    factor: float = 0.5,
    seed: rng.Seed = rng.DEFAULT_SEED,
    shuffle: bool = True,
) -> Dataset:
    """Two circles around the origin: class -1 with radius 1, class 1 inside it.

    Args:
        factor: the inner radius, between 0 and 1.
        n_samples, noise, seed, shuffle: as for `moons`.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    options = _Options(n_samples, noise, seed, shuffle)
    factor = checks.real("factor", factor, "a number between 0 and 1", above=0.0)
    if factor >= 1.0:
        checks.refuse("factor", "a number between 0 and 1", factor)

    def ring(count: int, radius: float) -> list[Point]:
        angles = [2.0 * math.pi * i / count for i in range(count)]
        return [(radius * elementary.cos(t), radius * elementary.sin(t)) for t in angles]

    first, second = ring(options.first, 1.0), ring(options.second, factor)
    return options.build("circles", first, second, factor=factor)


def xor(
    n_samples: int,
    *,
    noise: float | None = 0.1,
    seed: rng.Seed = rng.DEFAULT_SEED,
    shuffle: bool = True,
) -> Dataset:
    """Points drawn evenly from a square: class 1 where x and y have different signs.

    Args:
        n_samples, noise, seed, shuffle: as for `moons`. The classes are equally large; noise moves
            points across the axes, and they keep their class.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    options = _Options(n_samples, noise, seed, shuffle)

    def quadrants(count: int, sign: float) -> list[Point]:
        points = []
        for i in range(count):
            x, y = options.stream.uniform(), options.stream.uniform()
            side = 1.0 if i % 2 == 0 else -1.0
            points.append((side * x, side * sign * y))
        return points

    first, second = quadrants(options.first, 1.0), quadrants(options.second, -1.0)
    return options.build("xor", first, second)


IN_THE_PLANE: Final[dict[str, Callable[..., Dataset]]] = {
    "moons": moons,
    "spiral": spiral,
    "blobs": blobs,
    "circles": circles,
    "xor": xor,
}
"""Two classes of points, drawn from `n_samples`, `noise` and `seed`, by name."""


def from_rows(rows: Sequence[Sequence[float]], *, name: str = "own") -> Dataset:
    """A data set of your own points.

    Args:
        rows: (x, y, label) for each point; the label is -1 or 1 (or 0 for -1).
        name: for the metadata.

    Raises:
        TypeError, ValueError: a row is not as above; the row's number is named, counted from 0.
    """
    listed = checks.sequence("rows", rows, "a list of (x, y, label)")
    if len(listed) == 0:
        checks.refuse("rows", "at least one row", rows)
    name = checks.text("name", name, "a text")
    points: list[Point] = []
    labels: list[float] = []
    for i, row in enumerate(listed):
        expected = "three numbers: x, y, label"
        numbers = checks.sequence(f"rows[{i}]", row, expected)
        if len(numbers) != 3:
            checks.refuse(f"rows[{i}]", expected, row)
        x, y, label = (checks.real(f"rows[{i}]", number, expected) for number in numbers)
        if label not in (-1.0, 0.0, 1.0):
            checks.refuse(f"rows[{i}]", "a label that is -1 or 1 (or 0 for -1)", row)
        points.append((x, y))
        labels.append(1.0 if label > 0.0 else -1.0)
    return Dataset.of(points, labels, {"name": name, "n_samples": len(points)})


def digits(*, held_out: float = 0.2, seed: rng.Seed = rng.DEFAULT_SEED) -> tuple[Dataset, Dataset]:
    """1,797 handwritten digits: images to train on, and others to see how well that went.

        training, held_out = datasets.digits()
        run = train(MLP(64, [32, 10], seed=1), training, loss="one_vs_rest_margin",
                    optimizer="adam", learning_rate=0.01, alpha=1e-3, batch_size=128, steps=500,
                    seed=1337)
        predictions.accuracy(run.final_model, held_out)

    A row is an image of 8x8 pixels, from the top left row by row, each from 0.0 (paper) to 1.0
    (ink) in sixteenths. The labels are the digits, integers from 0 to 9.

    Args:
        held_out: the share of the images in the second data set, from 0 to below 1. 359 images
            (rounded down) are a fifth. With 0 the first data set holds all of them.
        seed: whose stream (see the module's text) shuffles the images before they are divided.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits" (1998), UCI
    Machine Learning Repository, https://doi.org/10.24432/C50P49, the test set; CC BY 4.0.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    expected = "a number from 0 to below 1"
    share = checks.real("held_out", held_out, expected, minimum=0.0)
    if share >= 1.0:
        checks.refuse("held_out", expected, held_out)
    drawn = rng.drawn_seed(seed)
    pixels, labels = digits_data.images()
    brightness = [k / digits_data.BRIGHTEST for k in range(digits_data.BRIGHTEST + 1)]
    order = rng.stream(drawn).permutation(len(labels))
    first = len(order) - int(share * len(order))
    made = []
    for part, chosen in (("training", order[:first]), ("held out", order[first:])):
        rows = tuple(tuple([brightness[k] for k in pixels[i]]) for i in chosen)
        metadata = {
            "name": "digits",
            "n_samples": len(chosen),
            "part": part,
            "held_out": share,
            "seed": drawn,
            "classes": 10,
        }
        made.append(Dataset.of(rows, [labels[i] for i in chosen], metadata))
    return made[0], made[1]


class _Options:
    """The arguments all data sets share, checked, and what is done with them."""

    def __init__(
        self, n_samples: Any, noise: Any, seed: Any, shuffle: Any, *, fewest: int = 2
    ) -> None:
        expected = f"an integer, {fewest} or more"
        self.n_samples = checks.integer("n_samples", n_samples, expected, minimum=fewest)
        memory.check("n_samples", self.n_samples, SAMPLE * self.n_samples)
        self.noise = 0.0
        if noise is not None:
            self.noise = checks.real("noise", noise, "a non-negative number", minimum=0.0)
            _check_size("noise", self.noise)
        self.shuffle = checks.boolean("shuffle", shuffle)
        self.seed = rng.drawn_seed(seed)
        self.legacy = isinstance(self.seed, int)
        self.stream = rng.stream(self.seed)
        self.first = self.n_samples // 2
        self.second = self.n_samples - self.first

    def build(self, name: str, first: list[Point], second: list[Point], **details: Any) -> Dataset:
        """Noise and shuffle in the order of the seed's source, then the data set."""
        points = first + second
        labels = [-1.0] * len(first) + [1.0] * len(second)
        if not self.legacy:
            points = self._noisy(points)
        if self.shuffle:
            order = self.stream.permutation(self.n_samples)
            points = [points[i] for i in order]
            labels = [labels[i] for i in order]
        if self.legacy:
            points = self._noisy(points)
        metadata = {
            "name": name,
            "n_samples": self.n_samples,
            "noise": self.noise,
            "seed": self.seed,
            "shuffle": self.shuffle,
            **details,
        }
        return Dataset.of(points, labels, metadata)

    def _noisy(self, points: list[Point]) -> list[Point]:
        if self.noise == 0.0:
            return points
        stream = self.stream
        # x draws before y: a tuple is evaluated left to right.
        return [
            (x + self.noise * stream.normal(), y + self.noise * stream.normal()) for x, y in points
        ]


def _erlang_angles(count: int) -> list[float]:
    """MicrogradEx: pi*i / (count-1); a lone point sits at the top of its arc."""
    if count == 1:
        return [math.pi / 2.0]
    return [math.pi * i / (count - 1) for i in range(count)]


def _numpy_angles(count: int) -> list[float]:
    """`numpy.linspace(0, pi, count)`: i times a rounded step, the last one exactly pi."""
    if count < 2:
        return [0.0] * count
    step = math.pi / (count - 1)
    return [i * step for i in range(count - 1)] + [math.pi]


def _is_int(seed: Any) -> bool:
    return isinstance(seed, int) and not isinstance(seed, bool)


def _check_size(name: str, number: float) -> None:
    if abs(number) > LARGEST:
        checks.refuse(name, f"no more than {LARGEST:g}", number)


def _check_centers(centers: Any) -> tuple[Point, Point]:
    expected = "two points such as [(-1, 0), (1, 0)]"
    pair = checks.sequence("centers", centers, expected)
    if len(pair) != 2:
        checks.refuse("centers", expected, centers)
    points: list[Point] = []
    for i, center in enumerate(pair):
        row = checks.sequence(f"centers[{i}]", center, "a point (x, y)")
        if len(row) != 2:
            checks.refuse(f"centers[{i}]", "a point (x, y)", center)
        x, y = (checks.real(f"centers[{i}]", number, "two finite numbers") for number in row)
        _check_size(f"centers[{i}]", x)
        _check_size(f"centers[{i}]", y)
        points.append((x, y))
    return points[0], points[1]
