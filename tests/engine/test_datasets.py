"""Data sets: shape, labels, noise, shuffle, seeds, and what is refused."""

import json
import math
import re
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest

from micrograd_wasm import Dataset, datasets, rng

MAKERS = [datasets.moons, datasets.spiral, datasets.blobs]
SEEDS = [(1, 2, 3), 7]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS, ids=str)
@pytest.mark.parametrize("n", [2, 3, 10, 11])
def test_half_the_points_rounded_down_are_class_minus_one(make, seed, n):
    dataset = make(n, seed=seed)
    assert len(dataset) == len(dataset.xs) == len(dataset.ys) == n
    assert dataset.ys.count(-1.0) == n // 2
    assert dataset.ys.count(1.0) == n - n // 2
    assert all(type(x) is float and math.isfinite(x) for row in dataset.xs for x in row)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_without_shuffle_class_minus_one_comes_first(make, seed):
    assert make(5, seed=seed, shuffle=False).ys == (-1.0, -1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_a_shuffle_moves_points_and_labels_together(make, seed):
    plain = make(20, noise=0, seed=seed, shuffle=False)
    mixed = make(20, noise=0, seed=seed, shuffle=True)
    assert mixed.ys != plain.ys
    assert sorted(zip(mixed.xs, mixed.ys, strict=True)) == sorted(
        zip(plain.xs, plain.ys, strict=True)
    )


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_the_same_seed_gives_the_same_points(make, seed):
    assert make(20, seed=seed) == make(20, seed=seed)
    assert make(20, seed=seed).xs != make(20, seed=(9, 9, 9)).xs


@pytest.mark.parametrize("make", MAKERS)
def test_no_seed_gives_fresh_points_that_can_be_had_again(make):
    first, second = make(20, seed=None), make(20, seed=None)
    assert first.xs != second.xs
    assert make(20, seed=first.metadata["seed"]) == first


@pytest.mark.parametrize("make", MAKERS)
def test_the_default_seed_is_the_official_one(make):
    assert make(10) == make(10, seed=(1337, 1337, 1337))


def test_without_noise_moons_lie_on_two_half_circles():
    for seed in SEEDS:
        dataset = datasets.moons(30, noise=0.0, seed=seed)
        for (x, y), label in zip(dataset.xs, dataset.ys, strict=True):
            center = (0.0, 0.0) if label < 0.0 else (1.0, 0.5)
            assert math.dist((x, y), center) == pytest.approx(1.0, rel=1e-15)
            assert (y - center[1]) * label <= 1e-15  # the upper half, the lower half


def test_without_noise_spirals_grow_from_the_origin_to_radius_one():
    dataset = datasets.spiral(40, noise=0.0, shuffle=False)
    radii = [math.hypot(*row) for row in dataset.xs]
    assert radii[:20] == pytest.approx([i / 19 for i in range(20)])
    assert radii[20:] == pytest.approx(radii[:20])
    # Half a turn apart: each point of one arm is opposite to one of the other.
    for (a, b), (c, d) in zip(dataset.xs[:20], dataset.xs[20:], strict=True):
        assert (a, b) == pytest.approx((-c, -d), abs=1e-15)


def test_without_noise_blobs_are_their_centers():
    dataset = datasets.blobs(4, noise=0, centers=[(1, 2), [-3.5, 4]], shuffle=False)
    assert dataset.xs == ((1.0, 2.0), (1.0, 2.0), (-3.5, 4.0), (-3.5, 4.0))


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_noise_has_the_standard_deviation_asked_for(seed):
    dataset = datasets.blobs(2000, noise=0.25, centers=[(0, 0), (0, 0)], seed=seed)
    coordinates = [x for row in dataset.xs for x in row]
    mean = sum(coordinates) / 4000
    deviation = math.sqrt(sum((x - mean) ** 2 for x in coordinates) / 4000)
    assert mean == pytest.approx(0.0, abs=0.02)
    assert deviation == pytest.approx(0.25, rel=0.05)


def test_no_noise_can_be_said_in_three_ways():
    for seed in SEEDS:
        plain = datasets.moons(10, noise=0.0, seed=seed).xs
        assert datasets.moons(10, noise=0, seed=seed).xs == plain
        assert datasets.moons(10, noise=-0.0, seed=seed).xs == plain
        assert datasets.moons(10, noise=None, seed=seed).xs == plain


def test_metadata_says_what_it_was_made_from():
    assert datasets.spiral(10, noise=0, turns=2, seed=5, shuffle=False).metadata == {
        "name": "spiral",
        "n_samples": 10,
        "noise": 0.0,
        "seed": 5,
        "shuffle": False,
        "turns": 2.0,
    }
    assert datasets.blobs(10, seed=[1, 2, 3]).metadata["centers"] == ((-1.0, 0.0), (1.0, 0.0))
    assert datasets.blobs(10, seed=[1, 2, 3]).metadata["seed"] == (1, 2, 3)


def test_points_are_rows_of_x_y_and_label_made_anew():
    dataset = datasets.moons(4)
    assert dataset.points[0] == {
        "x": dataset.xs[0][0],
        "y": dataset.xs[0][1],
        "label": dataset.ys[0],
    }
    dataset.points.clear()
    dataset.points[0]["x"] = 99.0
    assert len(dataset.points) == 4
    assert dataset.points[0]["x"] == dataset.xs[0][0]


def test_a_dataset_cannot_be_written_on():
    dataset = datasets.moons(4)
    with pytest.raises(FrozenInstanceError):
        dataset.xs = ()
    with pytest.raises(TypeError):
        dataset.xs[0][0] = 1.0
    with pytest.raises(TypeError):
        dataset.ys[0] = 1.0


def test_repr_is_short_however_many_points_there_are():
    assert len(repr(datasets.moons(500))) < 120
    assert repr(datasets.moons(10)).startswith("Dataset(name='moons', n_samples=10, noise=0.1")


def test_own_points_make_a_dataset():
    dataset = Dataset(((0.0, 1.0),), (1.0,))
    assert len(dataset) == 1
    assert dataset.points == [{"x": 0.0, "y": 1.0, "label": 1.0}]


def test_classes_are_counted_where_the_metadata_has_them():
    assert datasets.moons(4).classes == 0
    assert Dataset(((0.0,), (1.0,), (2.0,)), (0, 1, 2), {"classes": 3}).classes == 3


def test_points_are_refused_where_there_are_not_two_coordinates():
    for row in ((1.0,), (1.0, 2.0, 3.0)):
        with pytest.raises(
            ValueError, match=r"^dataset: expected points of the plane, .* got rows"
        ):
            _ = Dataset((row,), (1.0,)).points
    assert Dataset((), ()).points == []


WRONG_KIND = {
    "n_samples: expected an integer, 2 or more, got 10.0": lambda: datasets.moons(10.0),
    "n_samples: expected an integer, 2 or more, got True": lambda: datasets.blobs(True),
    "noise: expected a non-negative number, got '0.1'": lambda: datasets.moons(10, noise="0.1"),
    "noise: expected a non-negative number, got True": lambda: datasets.moons(10, noise=True),
    "shuffle: expected True or False, got 1": lambda: datasets.moons(10, shuffle=1),
    "seed: expected None, an integer >= 0, or three integers such as (1, 2, 3), got 1.5": (
        lambda: datasets.moons(10, seed=1.5)
    ),
    "seed: expected None, an integer >= 0, or three integers such as (1, 2, 3), got True": (
        lambda: datasets.moons(10, seed=True)
    ),
    "seed: expected None, an integer >= 0, or three integers such as (1, 2, 3), got (1, 2, True)": (
        lambda: datasets.moons(10, seed=(1, 2, True))
    ),
    "turns: expected a positive number, got None": lambda: datasets.spiral(10, turns=None),
    "centers: expected two points such as [(-1, 0), (1, 0)], got 3": (
        lambda: datasets.blobs(10, centers=3)
    ),
    "centers[1]: expected a point (x, y), got 4": lambda: datasets.blobs(10, centers=[(1, 2), 4]),
    "centers[0]: expected two finite numbers, got 'a'": (
        lambda: datasets.blobs(10, centers=[("a", 2), (1, 2)])
    ),
}

WRONG_VALUE = {
    "n_samples: expected an integer, 2 or more, got 1": lambda: datasets.moons(1),
    "n_samples: expected an integer, 1 or more, got 0": lambda: datasets.moons(0, seed=1),
    "n_samples: expected an integer, 2 or more, got -5": lambda: datasets.spiral(-5),
    "noise: expected a non-negative number, got -0.1": lambda: datasets.moons(10, noise=-0.1),
    "noise: expected a non-negative number, got nan": lambda: datasets.moons(10, noise=math.nan),
    "noise: expected a non-negative number, got inf": lambda: datasets.moons(10, noise=math.inf),
    "seed: expected None, an integer >= 0, or three integers such as (1, 2, 3), got (1, 2)": (
        lambda: datasets.moons(10, seed=(1, 2))
    ),
    "seed: expected": lambda: datasets.moons(10, seed=-1),
    "seed: expected an integer from 0 to 4294967295, got 4294967296": (
        lambda: datasets.moons(10, seed=2**32)
    ),
    "turns: expected a positive number, got 0": lambda: datasets.spiral(10, turns=0),
    "centers: expected two points such as [(-1, 0), (1, 0)], got [(0, 0)]": (
        lambda: datasets.blobs(10, centers=[(0, 0)])
    ),
    "centers[0]: expected a point (x, y), got (1, 2, 3)": (
        lambda: datasets.blobs(10, centers=[(1, 2, 3), (1, 2)])
    ),
    "centers[1]: expected two finite numbers, got inf": (
        lambda: datasets.blobs(10, centers=[(1, 2), (1, math.inf)])
    ),
}


@pytest.mark.parametrize("message", WRONG_KIND)
def test_the_wrong_kind_of_argument_is_named(message):
    with pytest.raises(TypeError, match="^" + re.escape(message)):
        WRONG_KIND[message]()


@pytest.mark.parametrize("message", WRONG_VALUE)
def test_a_wrong_value_is_named(message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        WRONG_VALUE[message]()


@pytest.mark.parametrize("make", MAKERS)
def test_unknown_arguments_are_refused(make):
    with pytest.raises(TypeError, match="colour"):
        make(10, colour="red")
    with pytest.raises(TypeError):
        make(10, 0.1)  # options are given by name


def test_erlangs_seeds_may_be_any_integers():
    for seed in [(0, 0, 0), (-1, -(2**70), 2**64), (2**200, 1, -1)]:
        assert len(datasets.moons(4, seed=seed)) == 4


# -- what a data set holds stays -------------------------------------------------------------------


def test_metadata_cannot_be_written_on():
    """It says how many classes there are, which changes what is trained."""
    made = datasets.digits(held_out=0.99)[0]
    for way in (
        lambda: made.metadata.update(classes=0),
        lambda: made.metadata.pop("classes"),
        lambda: made.metadata.__setitem__("classes", 0),
        made.metadata.clear,
    ):
        with pytest.raises(TypeError, match="read-only"):
            way()
    assert made.classes == 10
    given = {"name": "mine"}
    own = Dataset([[1.0]], [1], given)
    given["classes"] = 3
    assert (own.classes, own.metadata) == (0, {"name": "mine"})
    assert json.loads(json.dumps(made.metadata)) == {**made.metadata, "seed": [1337] * 3}


def test_lists_become_tuples_of_floats():
    rows, labels = [[1, 2], [3, Fraction(1, 2)]], [-1, Fraction(1)]
    made = Dataset(rows, labels)
    rows[0][0], labels[0] = 9, 9
    assert made == Dataset(((1.0, 2.0), (3.0, 0.5)), (-1, 1.0))
    assert [type(x) for row in made.xs for x in row] == [float] * 4
    assert [type(y) for y in made.ys] == [int, float]


@pytest.mark.parametrize("noise", [0.0, 1e300])
@pytest.mark.parametrize(
    "make", [datasets.moons, datasets.spiral, datasets.blobs, datasets.circles, datasets.xor]
)
@pytest.mark.parametrize("seed", [(1, 2, 3), 5])
def test_the_largest_noise_leaves_finite_numbers(make, noise, seed):
    made = make(50, noise=noise, seed=seed)
    assert all(math.isfinite(x) for row in made.xs for x in row)
    assert Dataset(made.xs, made.ys, made.metadata) == made


# -- where the points lie --------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3, 10, 101])
def test_circles_begin_on_the_right_and_go_round_evenly_counterclockwise(count):
    made = datasets.circles(count, noise=None, factor=0.25, shuffle=False)
    first = count // 2
    for points, radius in ((made.xs[:first], 1.0), (made.xs[first:], 0.25)):
        for i, (x, y) in enumerate(points):
            angle = 2.0 * math.pi * i / len(points)
            assert (x, y) == pytest.approx((radius * math.cos(angle), radius * math.sin(angle)))


@pytest.mark.parametrize("seed", [(1, 2, 3), 5])
def test_xor_fills_all_four_quadrants_in_turn(seed):
    made = datasets.xor(40, noise=None, seed=seed, shuffle=False)
    signs = [(math.copysign(1.0, x), math.copysign(1.0, y)) for x, y in made.xs]
    assert signs == [(1.0, 1.0), (-1.0, -1.0)] * 10 + [(1.0, -1.0), (-1.0, 1.0)] * 10
    assert made.ys == (-1.0,) * 20 + (1.0,) * 20
    stream = rng.stream(seed)
    drawn = [stream.uniform() for _ in range(80)]
    assert [abs(number) for row in made.xs for number in row] == drawn
