"""sin and cos, correctly rounded for every float, hence the same bits in every runtime.

Only data sets use them, a few thousand times at most, so they may take their time: the argument is
an integer times a power of two, pi is as long as needed, the Taylor series is summed in integers,
and where the result is too close to the middle between two floats to tell how it rounds, all is
done again with twice the bits: A. Ziv, "Fast evaluation of elementary mathematical functions with
correctly rounded last bit" (1991).
"""

import math
from functools import cache

TINY = float.fromhex("0x1p-27")  # below it x - x**3 / 6 rounds to x and 1 - x**2 / 2 to 1


def sin(x: float) -> float:
    """The sine of finite x, correctly rounded."""
    if x - x != 0.0:
        raise ArithmeticError(f"sin({x!r}) is not a number")
    return float(x) if abs(x) < TINY else math.copysign(1.0, x) * _sin_shifted(abs(x), 0)


def cos(x: float) -> float:
    """The cosine of finite x, correctly rounded."""
    if x - x != 0.0:
        raise ArithmeticError(f"cos({x!r}) is not a number")
    return 1.0 if abs(x) < TINY else _sin_shifted(abs(x), 1)


def sin_cos_pairs(x: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """sin(x) and cos(x), x = 0 or 2**-20 < x < 1, each to some 106 bits: float + rest as float."""
    bits = 200
    numerator, denominator = x.as_integer_ratio()
    angle = (numerator << bits) // denominator
    pairs = []
    for value in (_sin_series(angle, bits), _cos_series(angle, bits)):
        high = value / (1 << bits)
        rest = value - int(math.ldexp(high, bits))  # exact: the last bit of high is above 2**-bits
        pairs.append((high, rest / (1 << bits)))
    return pairs[0], pairs[1]


def _sin_shifted(x: float, quadrants: int) -> float:
    """sin(x + quadrants * pi/2) for x >= TINY, correctly rounded.

    An integer n stands for n / 2**bits. `value` is wrong by less than `slack`; if both ends of that
    interval round to the same float, that is the answer, else the bits are doubled. This ends: the
    sine or cosine of a float other than 0 is transcendental, so never halfway between two floats.
    """
    m, exponent = math.frexp(x)
    mantissa = int(math.ldexp(m, 53))
    bits, slack = 128, 1 << 12
    while True:
        # The reduction needs as many more bits as x has before the point.
        wide = (bits + max(exponent, 0) + 8 | 255) + 1
        angle = mantissa << (wide + exponent - 53)  # exact, as x >= 2**-27
        quarter = _half_pi(wide)
        q = (2 * angle + quarter) // (2 * quarter)
        rest = (angle - q * quarter) >> (wide - bits)  # between -pi/4 and pi/4
        q += quadrants
        value = _cos_series(rest, bits) if q & 1 else _sin_series(rest, bits)
        if q & 2:
            value = -value
        one = 1 << bits
        low, high = (value - slack) / one, (value + slack) / one  # int / int rounds correctly
        if low == high:
            return low
        bits *= 2


def _sin_series(x: int, bits: int) -> int:
    return _alternating(x, 1, (x * x) >> bits, bits)


def _cos_series(x: int, bits: int) -> int:
    return _alternating(1 << bits, 0, (x * x) >> bits, bits)


def _alternating(term: int, power: int, square: int, bits: int) -> int:
    """The Taylor series that begins with `term`, x**power / power!; off by < 3 per term used."""
    total = term
    while term:
        power += 2
        term = -((term * square) >> bits) // (power * (power - 1))
        total += term
    return total


@cache
def _half_pi(bits: int) -> int:
    """pi/2 to within 2 units, by Machin's pi/4 = 4 arctan(1/5) - arctan(1/239)."""
    one = 1 << (bits + 32)
    return (8 * _arctan_inverse(5, one) - 2 * _arctan_inverse(239, one)) >> 32


def _arctan_inverse(n: int, one: int) -> int:
    """arctan(1/n), where `one` stands for 1."""
    power = one // n
    total, k = power, 1
    while power:
        power //= -n * n
        k += 2
        total += power // k
    return total
