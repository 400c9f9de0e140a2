"""The random streams against Erlang's `rand`, NumPy's legacy generator and Python's `random`."""

import pytest

from micrograd_wasm import Neuron, rng
from tests.parity.recordings import bits, cases, differing, recording

STREAMS = cases("exsss")


@pytest.mark.parametrize("case", STREAMS, ids=lambda case: str(case["seed"]))
def test_exsss_draws_erlangs_floats(case):
    stream = rng.Exsss(tuple(case["seed"]))
    # The state words are compared too: two uniforms could agree by the 5 bits they leave out.
    assert [stream._head, stream._tail] == case["state"]
    drawn = [stream.uniform() for _ in range(1000)]
    assert bits(drawn[:20]) == bits(case["uniform"])
    assert bits(drawn[999]) == bits(case["uniform_1000th"])
    assert [stream._head, stream._tail] == case["state_after_1000"]


@pytest.mark.parametrize("case", STREAMS, ids=lambda case: str(case["seed"]))
def test_exsss_draws_erlangs_integers(case):
    stream = rng.Exsss(tuple(case["seed"]))
    assert [stream.integer(1_000_000) for _ in range(20)] == case["integers_to_1000000"]


def test_a_stream_starts_anew_for_each_seed():
    one, two = rng.Exsss((1, 2, 3)), rng.Exsss((1, 2, 3))
    one.uniform()
    assert two.uniform() == rng.Exsss((1, 2, 3)).uniform()


LEGACY = recording("legacy_moons")["rng"]


@pytest.mark.parametrize("case", LEGACY, ids=lambda case: str(case["seed"]))
def test_legacy_stream_draws_numpys_random_sample(case):
    stream = rng.LegacyNumpy(case["seed"])
    assert bits([stream.uniform() for _ in case["random_sample"]]) == bits(case["random_sample"])


@pytest.mark.parametrize("case", LEGACY, ids=lambda case: str(case["seed"]))
def test_legacy_stream_draws_numpys_randn(case):
    stream = rng.LegacyNumpy(case["seed"])
    drawn = [stream.normal() for _ in case["randn"]]
    # None of these 33 draws met a logarithm that glibc rounds wrongly, so there is no ulp to allow.
    assert differing([drawn], [case["randn"]]) == []


@pytest.mark.parametrize("case", LEGACY, ids=lambda case: str(case["seed"]))
def test_legacy_stream_shuffles_as_numpy(case):
    assert rng.LegacyNumpy(case["seed"]).permutation(20) == case["permutation20"]


def test_an_int_seeded_model_draws_from_pythons_random():
    recorded = recording("legacy_moons")["python_random_1337_uniform"]
    weights = Neuron(len(recorded), seed=1337).weights
    assert bits([weight.data for weight in weights]) == bits(recorded)
