"""Random streams: ranges, fairness, seeds. tests/parity compares the draws with their sources'."""

import math

import pytest

from micrograd_wasm import rng

STREAMS = {"exsss": lambda: rng.Exsss((1, 2, 3)), "legacy": lambda: rng.LegacyNumpy(1)}

for_each_stream = pytest.mark.parametrize("make", STREAMS.values(), ids=STREAMS)


@for_each_stream
def test_uniforms_are_multiples_of_two_to_the_minus_53_below_one(make):
    stream = make()
    draws = [stream.uniform() for _ in range(10_000)]
    assert all(0.0 <= draw < 1.0 for draw in draws)
    assert all((draw * 2.0**53).is_integer() for draw in draws)
    assert sum(draws) / 10_000 == pytest.approx(0.5, abs=0.02)


@for_each_stream
def test_normals_have_mean_zero_and_deviation_one(make):
    stream = make()
    draws = [stream.normal() for _ in range(10_000)]
    mean = math.fsum(draws) / 10_000
    assert mean == pytest.approx(0.0, abs=0.04)
    assert math.fsum((d - mean) ** 2 for d in draws) / 10_000 == pytest.approx(1.0, abs=0.05)


@for_each_stream
@pytest.mark.parametrize("count", [0, 1, 2, 3, 100])
def test_a_permutation_holds_every_index_once(make, count):
    assert sorted(make().permutation(count)) == list(range(count))


@for_each_stream
def test_every_order_of_three_comes_up(make):
    stream = make()
    orders = [tuple(stream.permutation(3)) for _ in range(600)]
    assert len(set(orders)) == 6
    assert min(orders.count(order) for order in set(orders)) > 60


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 2**57 + 1, 2**58])
def test_an_exsss_integer_lies_between_one_and_its_limit(limit):
    stream = rng.Exsss((1, 2, 3))
    assert all(1 <= stream.integer(limit) <= limit for _ in range(200))


def test_a_seed_names_its_stream():
    assert isinstance(rng.stream(5), rng.LegacyNumpy)
    assert isinstance(rng.stream((1, 2, 3)), rng.Exsss)


def test_a_fresh_seed_is_three_integers():
    first, second = rng.drawn_seed(None), rng.drawn_seed(None)
    assert first != second
    assert len(first) == 3
    assert rng.drawn_seed(first) == first
    assert rng.drawn_seed(7) == 7
    assert rng.drawn_seed([1, 2, 3]) == (1, 2, 3)


@pytest.mark.parametrize("seed", ["x", 1.0, True, (1, 2, "3"), (1, 2, True), {1, 2, 3}])
def test_a_seed_of_another_kind_is_refused(seed):
    with pytest.raises(TypeError, match=r"^seed: expected None, an integer >= 0, or three"):
        rng.check_seed(seed)


@pytest.mark.parametrize("seed", [-1, (), (1, 2), (1, 2, 3, 4)])
def test_a_seed_with_a_wrong_value_is_refused(seed):
    with pytest.raises(ValueError, match=r"^seed: expected None, an integer >= 0, or three"):
        rng.check_seed(seed)


def test_numpys_seeds_end_at_two_to_the_32():
    rng.LegacyNumpy(2**32 - 1)
    with pytest.raises(ValueError, match="seed: expected an integer from 0 to 4294967295"):
        rng.LegacyNumpy(2**32)
