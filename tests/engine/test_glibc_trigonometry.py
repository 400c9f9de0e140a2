"""glibc_trigonometry.py against recorded bits of glibc 2.36, and against correct rounding.

Nothing here calls math.sin or math.cos: the machine that runs the tests may have another libm.
"""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from micrograd_wasm.numerics import elementary, glibc_trigonometry, trigonometry

LINES = (Path(__file__).parent / "glibc_trigonometry.txt").read_text(encoding="utf-8").splitlines()
RECORDED = [tuple(float.fromhex(word) for word in line.split()) for line in LINES if line[0] != "#"]
COLUMNS = {"sin": 1, "cos": 2}

both = pytest.mark.parametrize("name", COLUMNS)


@both
def test_every_recorded_call_has_the_bits_of_glibc(name):
    function = getattr(glibc_trigonometry, name)
    results = [(row[0], function(row[0]), row[COLUMNS[name]]) for row in RECORDED]
    different = [
        (x.hex(), ours, theirs) for x, ours, theirs in results if ours.hex() != theirs.hex()
    ]
    assert different == []


@both
def test_the_recordings_hold_calls_that_glibc_misrounds_by_one_ulp(name):
    """Else agreeing with them would say no more than that the rounding is correct."""
    right = getattr(elementary, name)
    pairs = [(row[COLUMNS[name]], right(row[0])) for row in RECORDED]
    wrong = [(a, b) for a, b in pairs if a != b]
    assert len(pairs) > 250
    assert len(wrong) >= 30
    assert all(abs(a - b) == math.ulp(min(abs(a), abs(b))) for a, b in wrong)


@both
@given(x=st.floats(0.0, math.pi))
def test_a_result_is_the_nearest_float_or_a_neighbour_of_it(name, x):
    got = getattr(glibc_trigonometry, name)(x)
    right = getattr(elementary, name)(x)
    assert math.nextafter(right, -2.0) <= got <= math.nextafter(right, 2.0)


@both
@pytest.mark.parametrize("x", [-5e-324, -1.0, math.nextafter(math.pi, 4.0), math.inf, math.nan])
def test_an_argument_outside_of_0_to_pi_is_refused(name, x):
    with pytest.raises(ValueError, match=rf"{name}\(x\) needs 0 <= x <= pi, got {x!r}"):
        getattr(glibc_trigonometry, name)(x)


def test_zero_keeps_its_sign():
    assert glibc_trigonometry.sin(-0.0).hex() == "-0x0.0p+0"
    assert glibc_trigonometry.cos(-0.0).hex() == "0x1.0000000000000p+0"


@pytest.mark.parametrize("k", range(110))
def test_the_table_is_exact_to_106_bits(k):
    sine, cosine = trigonometry.sin_cos_pairs(k / 128)
    assert (sine[0], cosine[0]) == (elementary.sin(k / 128), elementary.cos(k / 128))
    with mp.workprec(300):
        x = mpf(k) / 128
        for (high, low), true in ((sine, mp.sin(x)), (cosine, mp.cos(x))):
            assert abs(mpf(high) + mpf(low) - true) <= mpf(2) ** -107 * abs(true)
