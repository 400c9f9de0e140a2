"""sin and cos from 0 to pi as the GNU C library computes them, mis-roundings included.

`datasets.moons` with one integer as its seed promises scikit-learn's numbers, and those were made
with glibc, whose sine and cosine take the wrong one of the two nearest floats about once in 700 of
the moons' angles. elementary.py always takes the right one, and so is a bit off there. This module
goes glibc's way step by step: glibc 2.36 on x86-64 with FMA (fused multiply-add), which most such
processors have since 2013. It is made of + - * and integers, so its bits are those in every
runtime. A call takes 10 to 25 microseconds; a data set needs a few hundred.

The method is IBM's: bring the argument to within 0.86 of zero by subtracting pi/2 or pi, split it
into the nearest k/128 and a rest, look up sin and cos of k/128 in a table, each as a float and a
small correction, use short polynomials for the rest, add up from small to large. Whether the last
rounding is right is not checked; the error stays below 0.55 ulp.

glibc's constants and its order of steps are kept. The table is made here: sin and cos of k/128 to
some 106 bits. In 17 of the 110 rows glibc's corrections are less exact, off by at most 2**-108;
one result in 2**50 may show it, and of 1,400,000 compared with glibc's none did.

S. Gal, B. Bachelis, "An accurate elementary mathematical library for the IEEE floating point
standard" (1991). glibc 2.36, sysdeps/ieee754/dbl-64/s_sin.c and usncs.h; which operations are fused
is the compiler's choice, read off Debian 12's libm.so.6.
"""

import math
from functools import cache

from .trigonometry import sin_cos_pairs

_from_hex = float.fromhex

QUARTER = _from_hex("0x1.b6p-1")  # below 0.855...: the argument as it is
THREE_QUARTERS = _from_hex("0x1.368fdp+1")  # below 2.426...: pi/2 - x, above: x - pi
TAYLOR_LIMIT = 0.126  # below it a sine needs no table

# pi/2 as a float and the rest; pi/2 in four parts.
HALF_PI, HALF_PI_LOW = _from_hex("0x1.921fb54442d18p+0"), _from_hex("0x1.1a62633145c07p-54")
HALF_PI_A, HALF_PI_B = _from_hex("0x1.921fb58p+0"), _from_hex("-0x1.dde973cp-27")
HALF_PI_C, HALF_PI_D = _from_hex("-0x1.cb3b398p-55"), _from_hex("-0x1.d747f23e32ed7p-83")

# sin(x) = x + x**3 p(x**2) up to TAYLOR_LIMIT. Here and below: the highest power first.
SIN_TAYLOR = (
    _from_hex("-0x1.addffc2fcdf59p-26"),
    _from_hex("0x1.71de27b9a7ed9p-19"),
    _from_hex("-0x1.a01a019db08b8p-13"),
    _from_hex("0x1.1111111110ecep-7"),
    _from_hex("-0x1.5555555555555p-3"),
)
# For a rest up to 1/256: sin(x) = x + x**3 p(x**2) and cos(x) = 1 - x**2 q(x**2).
SIN_REST = (_from_hex("0x1.11110e829872fp-7"), _from_hex("-0x1.5555555555515p-3"))
COS_REST = (_from_hex("0x1.6c16bedd9e239p-10"), _from_hex("-0x1.5555555555535p-5"), 0.5)


def sin(x: float) -> float:
    """The sine of x, 0 <= x <= pi, with glibc's bits. ValueError beyond."""
    _refuse_outside("sin", x)
    if x < QUARTER:
        return _sine(x, 0.0)
    if x < THREE_QUARTERS:
        return _cosine(HALF_PI - x, HALF_PI_LOW)
    return -_sine(*_minus_pi(x))


def cos(x: float) -> float:
    """The cosine of x, 0 <= x <= pi, with glibc's bits. ValueError beyond."""
    _refuse_outside("cos", x)
    if x < QUARTER:
        return _cosine(x, 0.0)
    if x < THREE_QUARTERS:
        y = HALF_PI - x
        a = y + HALF_PI_LOW
        return _sine(a, (y - a) + HALF_PI_LOW)
    return -_cosine(*_minus_pi(x))


def _refuse_outside(name: str, x: float) -> None:
    if not 0.0 <= x <= math.pi:
        raise ValueError(f"{name}(x) needs 0 <= x <= pi, got {x!r}")


def _minus_pi(x: float) -> tuple[float, float]:
    """x - pi as a float and a small correction. (Fused or not: doubling is exact.)"""
    y = (x - 2.0 * HALF_PI_A) - 2.0 * HALF_PI_B
    c, d = 2.0 * HALF_PI_C, 2.0 * HALF_PI_D
    z = y - c
    a = z - d
    return a, ((y - z) - c) + ((z - a) - d)


def _sine(a: float, low: float) -> float:
    """sin(a + low) for abs(a) < 0.86."""
    x = abs(a)
    if x < TAYLOR_LIMIT:
        square = a * a
        t = _fma(_polynomial(SIN_TAYLOR, square), a, -0.5 * low)
        return math.copysign(a + _fma(square, t, low), a)
    if a < 0.0:
        low = -low
    k = round(x * 128.0)  # half to even
    (sine, sine_low), (cosine, cosine_low) = _table(k)
    x -= k / 128.0
    square = x * x
    s = x + _fma(x * square, _polynomial(SIN_REST, square), low)
    c = _fma(x, low, square * _polynomial(COS_REST, square))  # 1 - cos of the rest
    t = _fma(s, cosine_low, sine_low)
    t = _fma(-c, sine, t)
    return math.copysign(sine + _fma(s, cosine, t), a)


def _cosine(a: float, low: float) -> float:
    """cos(a + low) for abs(a) < 0.86."""
    k = round(abs(a) * 128.0)
    (sine, sine_low), (cosine, cosine_low) = _table(k)
    x = (abs(a) - k / 128.0) + (-low if a < 0.0 else low)
    square = x * x
    s = _fma(x * square, _polynomial(SIN_REST, square), x)
    c = square * _polynomial(COS_REST, square)
    t = _fma(-s, sine_low, cosine_low)
    t = _fma(-c, cosine, t)
    return cosine + _fma(-s, sine, t)


@cache
def _table(k: int) -> tuple[tuple[float, float], tuple[float, float]]:
    return sin_cos_pairs(k / 128.0)


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = _fma(total, x, coefficient)
    return total


def _fma(a: float, b: float, c: float) -> float:
    """a * b + c, rounded once: the fraction is exact, and int / int rounds correctly."""
    (i, j), (k, m), (n, d) = a.as_integer_ratio(), b.as_integer_ratio(), c.as_integer_ratio()
    return (i * k * d + n * j * m) / (j * m * d)
