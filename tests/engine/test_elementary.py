"""elementary.py and trigonometry.py against mpmath: at most 1 ulp everywhere, rounding correct."""

import math
import random
from collections.abc import Callable, Iterable
from functools import partial

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from micrograd_wasm.numerics import elementary

Function = Callable[..., float]

LAST_EXP = 709.782712893384  # the largest float with a finite exp
SMALLEST = 5e-324
SMALLEST_NORMAL = 2.0**-1022
LARGEST = math.nextafter(math.inf, 0.0)


def reference(name: str, *arguments: float) -> mpf:
    """The true value, to many more bits than any rounding decision here needs."""
    # pi's multiples next to a large float, and a tanh or sigmoid next to 1, take extra bits.
    with mp.workprec(1400 if name in ("sin", "cos") else 350):
        xs = [mpf(x) for x in arguments]
        if name == "sigmoid":
            t = mpmath.exp(-abs(xs[0]))
            return (t if xs[0] < 0 else 1) / (1 + t)
        return getattr(mpmath, {"pow": "power"}.get(name, name))(*xs)


def nearest(value: mpf) -> float:
    """The float nearest to `value`, ties to even: int / int is correctly rounded in Python."""
    if abs(value) < mpf(2) ** -1080:
        return 0.0
    sign, mantissa, exponent, _ = value._mpf_
    mantissa = -int(mantissa) if sign else int(mantissa)
    return mantissa / (1 << -exponent) if exponent < 0 else float(mantissa << exponent)


def bits(x: float) -> str:
    return x.hex()


def ulps(got: float, true: mpf) -> float:
    if true == 0:
        return 0.0 if got == 0 else math.inf
    with mp.workprec(350):
        unit = mpf(2) ** max(int(mpmath.frexp(abs(true))[1]) - 53, -1074)
        return float(abs(mpf(got) - true) / unit)


def misrounded(name: str, samples: Iterable[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """The samples whose result is not the nearest float; none may be further off than 1 ulp."""
    function: Function = getattr(elementary, name)
    wrong = []
    for arguments in samples:
        got, true = function(*arguments), reference(name, *arguments)
        if got != nearest(true):
            assert ulps(got, true) <= 1.0, (name, *map(bits, arguments))
            wrong.append(arguments)
    return wrong


def spread(rng: random.Random, low: int, high: int, *, signs: tuple[int, ...] = (-1, 1)) -> float:
    """A random mantissa under a random exponent from `low` to `high`."""
    return math.ldexp(rng.choice(signs) * (1.0 + rng.random()), rng.randint(low, high))


def power_arguments(rng: random.Random) -> tuple[float, float]:
    """Any base, near 1 or not, and an exponent that makes the result any float."""
    near = rng.random() < 0.5
    x = 1.0 + spread(rng, -52, -2) if near else spread(rng, -1022, 1023, signs=(1,))
    return x, rng.uniform(-745.0, 709.7) / math.log(x)


positive = partial(spread, signs=(1,))

# What a function's arguments are drawn from: the name of the region, and one random sample from it.
REGIONS: dict[str, dict[str, Callable[[random.Random], tuple[float, ...]]]] = {
    "sin": {
        "any exponent": lambda r: (spread(r, -1074, 1023),),
        "small": lambda r: (spread(r, -29, 1),),
        "plain": lambda r: (r.uniform(-50.0, 50.0),),
        "multiples of pi/2": lambda r: (r.randrange(1 << r.randint(1, 52)) * (math.pi / 2),),
    },
    "exp": {
        "any exponent": lambda r: (spread(r, -60, 8),),
        "plain": lambda r: (r.uniform(-5.0, 5.0),),
        "wide": lambda r: (r.uniform(-745.0, LAST_EXP),),
        "just above subnormal": lambda r: (r.uniform(-709.0, -700.0),),
        "subnormal": lambda r: (r.uniform(-745.2, -708.3),),
        "just below overflow": lambda r: (r.uniform(709.0, LAST_EXP),),
    },
    "log": {
        "any exponent": lambda r: (positive(r, -1022, 1023),),
        "plain": lambda r: (r.uniform(0.0, 10.0),),
        "near 1": lambda r: (1.0 + spread(r, -53, -2),),
        "next to 1": lambda r: (1.0 + r.randint(1, 1000) * 2.0**-52,),
        "before 1": lambda r: (1.0 - r.randint(1, 1000) * 2.0**-53,),
        "subnormal": lambda r: (r.randrange(1, 1 << r.randint(1, 52)) * SMALLEST,),
    },
    "tanh": {
        "any exponent": lambda r: (spread(r, -1074, 5),),
        "small": lambda r: (spread(r, -30, 1),),
        "first step of the table": lambda r: (r.uniform(0.004, 0.02),),
        "plain": lambda r: (r.uniform(-5.0, 5.0),),
        "near saturation": lambda r: (r.uniform(15.0, 20.5),),
    },
    "sigmoid": {
        "any exponent": lambda r: (spread(r, -45, 9),),
        "plain": lambda r: (r.uniform(-40.0, 40.0),),
        "just above subnormal": lambda r: (r.uniform(-709.0, -700.0),),
        "subnormal": lambda r: (r.uniform(-745.2, -708.3),),
    },
    "pow": {
        "anything": power_arguments,
        "small integer exponents": lambda r: (r.uniform(-30.0, 30.0), r.randint(-20, 20)),
        "ties": lambda r: (float(r.randrange(1 << 17, 1 << 18)), 3.0),
        "ties of squares": lambda r: (float(r.randrange(1, 1 << 18) ** 2), 1.5),
        "subnormal": lambda r: (
            (x := r.uniform(1.5, 9.0)),
            r.uniform(-745.0, -707.0) / math.log(x),
        ),
    },
}
REGIONS["cos"] = REGIONS["sin"]


@pytest.mark.parametrize(
    ("name", "region"), [(name, region) for name, regions in REGIONS.items() for region in regions]
)
def test_rounding(name: str, region: str) -> None:
    rng = random.Random(f"{name} in {region}")
    samples = [REGIONS[name][region](rng) for _ in range(2500)]
    wrong = misrounded(name, samples)
    assert len(wrong) <= (0 if name in ("sin", "cos", "log") else 2), wrong


BOUNDARIES = {
    "sin": [
        0.5, math.pi / 4, math.pi / 2, math.pi, 2.0**-27, math.nextafter(2.0**-27, 0.0), 2.0**-26,
        SMALLEST, 1e22, 2.0**1000, 1e308, LARGEST, 6381956970095103 * 2.0**797,
    ],
    "exp": [
        0.0, 1.0, -1.0, 2.0**-54, SMALLEST, math.log(2.0), LAST_EXP, -708.3964185322641, -744.44,
        -745.13, -745.1332191019411, -745.1332191019412, -800.0, -1e300,
    ],
    "log": [
        1.0, 2.0, 0.5, math.e, math.sqrt(0.5), math.sqrt(2.0), 45.5 / 64, 63.5 / 64, LARGEST,
        math.nextafter(1.0, 0.0), math.nextafter(1.0, 2.0), 1e-300, SMALLEST_NORMAL, SMALLEST,
    ],
    "tanh": [
        SMALLEST, 2.0**-27, math.nextafter(2.0**-27, 0.0), math.log(2.0) / 128, math.log(2.0) / 64,
        19.0, 19.06, 19.07, 20.0, math.nextafter(20.0, 0.0), 1e308,
    ],
    "sigmoid": [
        0.0, -0.0, 1.0, -1.0, 36.7, 37.0, 1e308, -1e308, -745.13, -745.14, -708.4, SMALLEST,
    ],
}  # fmt: skip
BOUNDARIES["cos"] = BOUNDARIES["sin"]


@pytest.mark.parametrize("name", BOUNDARIES)
def test_boundaries(name: str) -> None:
    assert misrounded(name, ((x,) for x in BOUNDARIES[name])) == []


def closest_to_multiples_of_half_pi(exponent: int) -> list[float]:
    """Floats m * 2**exponent, with m from convergents of 2**exponent / (pi/2)'s continued fraction.

    No other float of their size is as close to a multiple: sin or cos is as small as 2**-60 there,
    and only the retry with more bits rounds it correctly.
    """
    with mp.workprec(1400):
        a, b = 1 << (1300 + exponent), int(mp.pi / 2 * 2**1300)
    before, m, found = 1, 0, []
    while m < 1 << 53:
        found.append(math.ldexp(m, exponent))
        quotient, rest = divmod(a, b)
        a, b = b, rest
        before, m = m, quotient * m + before
    return found[-3:]


def test_sin_and_cos_where_they_are_smallest() -> None:
    found = [
        x for exponent in range(-52, 971, 3) for x in closest_to_multiples_of_half_pi(exponent)
    ]
    assert 6381956970095103 * 2.0**797 in closest_to_multiples_of_half_pi(797)
    for name in ("sin", "cos"):
        assert misrounded(name, ((x,) for x in found)) == []


POWERS = [
    (2.0, 1023.0), (2.0, -1074.0), (2.0, -1075.0), (2.0, 0.3), (1.5, 2.5), (9.0, 1.5), (7.0, -3.0),
    (10.0, 22.0), (10.0, 23.0), (-3.0, 33.0), (-3.0, 34.0), (1e154, 2.0), (1e-200, 2.0),
    (1e-200, 3.0), (1e200, -3.0), (SMALLEST, 1.0 / 3.0), (SMALLEST, -0.9), (LARGEST, 0.75),
    (LARGEST, 0.5), (LARGEST, -1.0), (LARGEST, 0.9999999999999999), (0.9999999999999999, 6e18),
    (1.0000000000000002, -3e18),
]  # fmt: skip


def test_powers_at_the_boundaries() -> None:
    assert misrounded("pow", POWERS) == []


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False))
@example(SMALLEST)
@example(2.0**-53)
def test_any_float(x: float) -> None:
    for name in ("sin", "cos"):
        assert misrounded(name, [(x,)]) == []
    for name in ("tanh", "sigmoid", *(["exp"] if x <= LAST_EXP else [])):
        misrounded(name, [(x,)])
    if x > 0.0:
        assert misrounded("log", [(x,)]) == []


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.floats(1e-300, 1e300), st.floats(-1e3, 1e3))
def test_any_power(x: float, y: float) -> None:
    if abs(y * math.log(x)) < 709.0:
        misrounded("pow", [(x, y)])


# ---- What the two-moons data sets ask for: angles and radii of the noise, with nothing misrounded.


@pytest.mark.parametrize("count", [2, 3, 20, 50, 500])
def test_the_angles_of_the_moons(count: int) -> None:
    angles = [(math.pi * i / (count - 1),) for i in range(count)]
    angles += [(i * (math.pi / (count - 1)),) for i in range(count)]
    for name in ("sin", "cos"):
        assert misrounded(name, angles) == []


def test_the_noise_of_the_moons() -> None:
    rng = random.Random("noise")
    draws = [rng.randrange(1, 1 << 53) * 2.0**-53 for _ in range(3000)]
    draws += [2.0**-53, 3.0 * 2.0**-53, 1.0 - 2.0**-53, 0.5, 0.25]
    assert misrounded("log", ((u,) for u in draws)) == []
    for name in ("sin", "cos"):
        assert misrounded(name, ((2.0 * math.pi * u,) for u in draws)) == []


# ---- Special cases.


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("sin", (0.0,), 0.0), ("sin", (-0.0,), -0.0), ("cos", (0.0,), 1.0), ("cos", (-0.0,), 1.0),
        ("exp", (0.0,), 1.0), ("exp", (-0.0,), 1.0), ("exp", (-1e9,), 0.0), ("log", (1.0,), 0.0),
        ("tanh", (0.0,), 0.0), ("tanh", (-0.0,), -0.0), ("tanh", (SMALLEST,), SMALLEST),
        ("tanh", (-1e-310,), -1e-310), ("tanh", (40.0,), 1.0), ("tanh", (-40.0,), -1.0),
        ("sigmoid", (0.0,), 0.5), ("sigmoid", (1e5,), 1.0), ("sigmoid", (-1e5,), 0.0),
        ("pow", (0.0, 0.0), 1.0), ("pow", (-3.0, 0.0), 1.0), ("pow", (-0.0, -0.0), 1.0),
        ("pow", (1.0, 1e308), 1.0), ("pow", (1.0, -0.1), 1.0), ("pow", (-1.0, 1e300), 1.0),
        ("pow", (-1.0, 9007199254740991.0), -1.0), ("pow", (-2.0, 3.0), -8.0),
        ("pow", (-2.0, -3.0), -0.125), ("pow", (-2.0, 4.0), 16.0), ("pow", (3.0, 4.0), 81.0),
        ("pow", (-0.0, 3.0), -0.0), ("pow", (-0.0, 2.0), 0.0), ("pow", (0.0, 2.0), 0.0),
        ("pow", (-0.0, 1.0), -0.0), ("pow", (-0.0, 0.5), 0.0), ("pow", (-0.0, 2.5), 0.0),
        ("pow", (0.0, 1e-300), 0.0), ("pow", (0.5, 1e308), 0.0), ("pow", (2.0, -1e308), 0.0),
        ("pow", (-0.5, 1101.0), -0.0), ("pow", (1e-300, 2.0), 0.0), ("pow", (4.0, -1.0), 0.25),
        ("pow", (2.0, 1e-320), 1.0), ("pow", (-7.5, 1.0), -7.5),
        ("pow", (2.0, 0.5), math.sqrt(2.0)),
    ],
)  # fmt: skip
def test_special_cases(name: str, arguments: tuple[float, ...], expected: float) -> None:
    assert bits(getattr(elementary, name)(*arguments)) == bits(expected)


@pytest.mark.parametrize("name", ["sin", "cos", "exp", "tanh", "sigmoid"])
@pytest.mark.parametrize("x", [0, 1, -3, True])
def test_integers_give_floats(name: str, x: int) -> None:
    got = getattr(elementary, name)(x)
    assert type(got) is float
    assert bits(got) == bits(getattr(elementary, name)(float(x)))
    assert type(elementary.pow(x, 3)) is float


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("exp", (math.nextafter(LAST_EXP, math.inf),)), ("exp", (1e300,)), ("exp", (math.inf,)),
        ("exp", (math.nan,)), ("log", (0.0,)), ("log", (-0.0,)), ("log", (-1.0,)),
        ("log", (math.inf,)), ("log", (math.nan,)), ("sin", (math.inf,)), ("cos", (math.nan,)),
        ("tanh", (math.nan,)), ("sigmoid", (-math.inf,)), ("pow", (0.0, -1.0)),
        ("pow", (-0.0, -0.5)), ("pow", (0.0, -3.0)), ("pow", (-8.0, 1.0 / 3.0)),
        ("pow", (-4.0, 0.5)), ("pow", (-1.0, -1.0 + 2.0**-53)), ("pow", (2.0, 1024.0)),
        ("pow", (-2.0, 1025.0)), ("pow", (0.5, -1e308)), ("pow", (1e200, 2.0)),
        ("pow", (1e200, 3.0)), ("pow", (SMALLEST, -1.0)),
        ("pow", (math.inf, 2.0)), ("pow", (2.0, math.nan)), ("pow", (-math.inf, 0.0)),
        ("pow", (1.0000000000000002, 1e19)), ("pow", (LARGEST, 1.0000000000000002)),
        ("pow", (math.nan, 0.0)), ("pow", (2.0, -math.inf)),
    ],
)  # fmt: skip
def test_what_is_not_a_finite_real_number_is_refused(
    name: str, arguments: tuple[float, ...]
) -> None:
    with pytest.raises(ArithmeticError) as error:
        getattr(elementary, name)(*arguments)
    call = f"{name}({', '.join(map(repr, arguments))})"
    assert str(error.value).startswith(f"{call} is not a")


def test_symmetry() -> None:
    rng = random.Random("symmetry")
    for _ in range(1000):
        x = spread(rng, -40, 60)
        assert bits(elementary.sin(-x)) == bits(-elementary.sin(x))
        assert bits(elementary.cos(-x)) == bits(elementary.cos(x))
        assert bits(elementary.tanh(-x)) == bits(-elementary.tanh(x))
        assert bits(elementary.pow(-abs(x), 3.0)) == bits(-elementary.pow(abs(x), 3.0))


# ---- What the accuracy rests on.


def test_the_constants() -> None:
    def pair(value: mpf) -> tuple[float, float]:
        return float(value), float(value - float(value))

    with mp.workprec(400):
        ln2 = mpmath.log(2)
        first = float(mpmath.nint(ln2 * 2**36) / 2**36)
        second = float(mpmath.nint((ln2 - first) * 2**72) / 2**72)
        expected = {
            "LN2_A": first,
            "LN2_B": second,
            "LN2_C": float(ln2 - first - second),
            "STEPS_PER_UNIT": float(32 / ln2),
            "EXP_OVERFLOW": LAST_EXP,
            "SQRT_HALF": math.sqrt(0.5),
            "SIXTH": pair(mpf(1) / 6),
            "TWO_THIRDS": pair(mpf(2) / 3),
            "TWO_FIFTHS": pair(mpf(2) / 5),
            "EXP_TABLE": tuple(pair(mpf(2) ** (mpf(j) / 32)) for j in range(32)),
            "LOG_TABLE": tuple(pair(mpmath.log(mpf(j) / 64)) for j in range(45, 92)),
        }
    for name, value in expected.items():
        assert getattr(elementary, name) == value, name


def test_log_pair_and_exp_parts_are_as_accurate_as_they_say() -> None:
    rng = random.Random("accuracy")
    with mp.workprec(400):
        for _ in range(2000):
            x = positive(rng, -1022, 1023) if rng.random() < 0.3 else 1.0 + spread(rng, -53, -1)
            if x not in (0.0, 1.0):
                high, low = elementary.log_pair(x)
                assert abs((mpf(high) + mpf(low)) / mpmath.log(mpf(x)) - 1) < mpf(2) ** -95
            x, low = spread(rng, -30, 8), spread(rng, -80, -50)
            n, t, t_low, p, p_low = elementary.exp_parts(x, low)
            got = mpf(2) ** n * (mpf(t) + mpf(t_low)) * (1 + mpf(p) + mpf(p_low))
            assert abs(got / mpmath.exp(mpf(x) + mpf(low)) - 1) < mpf(2) ** -80


def test_cubes_next_to_the_middle_between_two_floats_are_rounded_to_the_nearer_one():
    """What makes exact ties exact again must not make ties of what only comes near one.

    Python rounds an integer to the nearest float.
    """
    numbers, found = random.Random(3), 0
    while found < 200:
        m = numbers.randrange(1 << 52, 1 << 53)
        cube = m**3
        behind = cube.bit_length() - 53  # so many bits are rounded away
        rest = cube & ((1 << behind) - 1)
        if abs(rest - (1 << behind - 1)) >> behind - 9:
            continue  # not within 1/512 of the middle
        found += 1
        assert elementary.pow(float(m), 3.0) == float(cube), m
