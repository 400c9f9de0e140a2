"""relu, exp, log, tanh, sigmoid, pow, sin and cos with the same float64 bits in every runtime.

A C library's functions differ in the last bit from platform to platform; + - * / and sqrt do not:
IEEE 754 rounds them exactly. So everything here is made of those, in one fixed order, and of exact
helpers (frexp, ldexp, conversions to and from int). sin and cos come from trigonometry.py.

The others carry a number as an unevaluated sum of two floats ("double-double", about 106 bits)
through a table look-up, a short series and one final rounding. The error before that rounding is
below 2**-75 (log: 2**-95), so the result is the correctly rounded one unless the true value lies
that close to the middle between two floats. They are straight-line code: the compiler emits the
same steps and the same constants.

T. J. Dekker, "A floating-point technique for extending the available precision" (1971).
D. E. Knuth, "The Art of Computer Programming", vol. 2, section 4.2.2.
J. R. Shewchuk, "Adaptive precision floating-point arithmetic" (1997).
Y. Hida, X. S. Li, D. H. Bailey, "Algorithms for quad-double precision arithmetic" (2001).
P. T. P. Tang, "Table-driven implementation of the exponential function" (1989).
"""

import math

from .trigonometry import cos, sin

__all__ = ["cos", "exp", "log", "pow", "relu", "sigmoid", "sin", "step", "tanh"]

Pair = tuple[float, float]  # a number as high + low, where high is the float nearest to the sum


def _table(text: str) -> tuple[Pair, ...]:
    numbers = [float.fromhex(word) for word in text.split()]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


# ---- Constants. As a pair: the float nearest to the number, then the float nearest to the rest.

# ln 2 in three parts: a multiple of 2**-36, one of 2**-72, and the float nearest to the rest.
# The product of each of the first two with a number of up to 17 bits is exact.
LN2_A = float.fromhex("0x1.62e42fefa0000p-1")
LN2_B = float.fromhex("0x1.cf79abca00000p-40")
LN2_C = float.fromhex("-0x1.c4c67fc0d0951p-76")

STEPS_PER_UNIT = float.fromhex("0x1.71547652b82fep+5")  # 32 / ln 2
EXP_OVERFLOW = float.fromhex("0x1.62e42fefa39efp+9")  # the last one with a finite exp, 709.78...
EXP_LIMIT = 800.0  # exp overflows above it, gives 0.0 below its negative (from -745.13... on)
SQRT_HALF = float.fromhex("0x1.6a09e667f3bcdp-1")
TINY = float.fromhex("0x1p-27")  # below it x - x**3 / 3, and so tanh(x), rounds to x
MAX_EXPONENT = float.fromhex("0x1p+64")  # any float but 1 to a power beyond it is over or under
TIE_GRID = float.fromhex("0x1p-24")
SPLITTER = 134217729.0  # 2**27 + 1

# exp(r) = 1 + r + r**2 (1/2 + r (1/6 + r tail(r))). 1/6 as a pair; the tail: 1/9!, 1/8!, ... 1/4!
SIXTH = (float.fromhex("0x1.5555555555555p-3"), float.fromhex("0x1.5555555555555p-57"))
EXP_TAIL = (1 / 362880, 1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24)

# 2 artanh(s) = 2 s + s u (2/3 + u (2/5 + u tail(u))) with u = s**2. 2/3 and 2/5 as pairs.
TWO_THIRDS = (float.fromhex("0x1.5555555555555p-1"), float.fromhex("0x1.5555555555555p-55"))
TWO_FIFTHS = (float.fromhex("0x1.999999999999ap-2"), float.fromhex("-0x1.999999999999ap-56"))
LOG_TAIL = (2 / 13, 2 / 11, 2 / 9, 2 / 7)

# 2**(j/32) for j = 0 ... 31, as pairs.
EXP_TABLE = _table("""
    0x1.0000000000000p+0 0x0.0p+0  0x1.059b0d3158574p+0 0x1.d73e2a475b465p-55
    0x1.0b5586cf9890fp+0 0x1.8a62e4adc610bp-54  0x1.11301d0125b51p+0 -0x1.6c51039449b3ap-54
    0x1.172b83c7d517bp+0 -0x1.19041b9d78a76p-55  0x1.1d4873168b9aap+0 0x1.e016e00a2643cp-54
    0x1.2387a6e756238p+0 0x1.9b07eb6c70573p-54  0x1.29e9df51fdee1p+0 0x1.612e8afad1255p-55
    0x1.306fe0a31b715p+0 0x1.6f46ad23182e4p-55  0x1.371a7373aa9cbp+0 -0x1.63aeabf42eae2p-54
    0x1.3dea64c123422p+0 0x1.ada0911f09ebcp-55  0x1.44e086061892dp+0 0x1.89b7a04ef80d0p-59
    0x1.4bfdad5362a27p+0 0x1.d4397afec42e2p-56  0x1.5342b569d4f82p+0 -0x1.07abe1db13cadp-55
    0x1.5ab07dd485429p+0 0x1.6324c054647adp-54  0x1.6247eb03a5585p+0 -0x1.383c17e40b497p-54
    0x1.6a09e667f3bcdp+0 -0x1.bdd3413b26456p-54  0x1.71f75e8ec5f74p+0 -0x1.16e4786887a99p-55
    0x1.7a11473eb0187p+0 -0x1.41577ee04992fp-55  0x1.82589994cce13p+0 -0x1.d4c1dd41532d8p-54
    0x1.8ace5422aa0dbp+0 0x1.6e9f156864b27p-54  0x1.93737b0cdc5e5p+0 -0x1.75fc781b57ebcp-57
    0x1.9c49182a3f090p+0 0x1.c7c46b071f2bep-56  0x1.a5503b23e255dp+0 -0x1.d2f6edb8d41e1p-54
    0x1.ae89f995ad3adp+0 0x1.7a1cd345dcc81p-54  0x1.b7f76f2fb5e47p+0 -0x1.5584f7e54ac3bp-56
    0x1.c199bdd85529cp+0 0x1.11065895048ddp-55  0x1.cb720dcef9069p+0 0x1.503cbd1e949dbp-56
    0x1.d5818dcfba487p+0 0x1.2ed02d75b3707p-55  0x1.dfc97337b9b5fp+0 -0x1.1a5cd4f184b5cp-54
    0x1.ea4afa2a490dap+0 -0x1.e9c23179c2893p-54  0x1.f50765b6e4540p+0 0x1.9d3e12dd8a18bp-54
""")

# ln(j/64) for j = 45 ... 91, as pairs.
LOG_TABLE = _table("""
    -0x1.68ac83e9c6a14p-2 -0x1.a64eadd740178p-58  -0x1.522ae0738a3d8p-2 0x1.8f7e9b38a6979p-57
    -0x1.3c25277333184p-2 0x1.2ad27e50a8ec6p-56  -0x1.269621134db92p-2 -0x1.e0efadd9db02bp-56
    -0x1.1178e8227e47cp-2 0x1.0e63a5f01c691p-57  -0x1.f991c6cb3b379p-3 -0x1.f665066f980a2p-57
    -0x1.d1037f2655e7bp-3 -0x1.60629242471a2p-57  -0x1.a93ed3c8ad9e3p-3 -0x1.bcafa9de97203p-57
    -0x1.823c16551a3c2p-3 0x1.1232ce70be781p-57  -0x1.5bf406b543db2p-3 0x1.1f5b44c0df7e7p-61
    -0x1.365fcb0159016p-3 -0x1.7d411a5b944adp-58  -0x1.1178e8227e47cp-3 0x1.0e63a5f01c691p-58
    -0x1.da727638446a2p-4 -0x1.401fa71733019p-58  -0x1.9335e5d594989p-4 0x1.478a85704ccb7p-58
    -0x1.4d3115d207eacp-4 -0x1.769f42c7842ccp-58  -0x1.08598b59e3a07p-4 0x1.dd7009902bf32p-58
    -0x1.894aa149fb343p-5 -0x1.a8be97660a23dp-60  -0x1.0415d89e74444p-5 -0x1.c05cf1d753622p-59
    -0x1.0205658935847p-6 -0x1.27c8e8416e71fp-60  0x0.0p+0 0x0.0p+0
    0x1.fc0a8b0fc03e4p-7 -0x1.83092c59642a1p-62  0x1.f829b0e783300p-6 0x1.33e3f04f1ef23p-60
    0x1.77458f632dcfcp-5 0x1.18d3ca87b9296p-59  0x1.f0a30c01162a6p-5 0x1.85f325c5bbacdp-59
    0x1.341d7961bd1d1p-4 -0x1.b599f227becbbp-58  0x1.6f0d28ae56b4cp-4 -0x1.906d99184b992p-58
    0x1.a926d3a4ad563p-4 0x1.942f48aa70ea9p-58  0x1.e27076e2af2e6p-4 -0x1.61578001e0162p-60
    0x1.0d77e7cd08e59p-3 0x1.9a5dc5e9030acp-57  0x1.29552f81ff523p-3 0x1.301771c407dbfp-57
    0x1.44d2b6ccb7d1ep-3 0x1.9f4f6543e1f88p-57  0x1.5ff3070a793d4p-3 -0x1.bc60efafc6f6ep-58
    0x1.7ab890210d909p-3 0x1.be36b2d6a0608p-59  0x1.9525a9cf456b4p-3 0x1.d904c1d4e2e26p-57
    0x1.af3c94e80bff3p-3 -0x1.398cff3641985p-58  0x1.c8ff7c79a9a22p-3 -0x1.4f689f8434012p-57
    0x1.e27076e2af2e6p-3 -0x1.61578001e0162p-59  0x1.fb9186d5e3e2bp-3 -0x1.caaae64f21acbp-57
    0x1.0a324e27390e3p-2 0x1.7dcfde8061c03p-56  0x1.1675cababa60ep-2 0x1.ce63eab883717p-61
    0x1.22941fbcf7966p-2 -0x1.76f5eb09628afp-56  0x1.2e8e2bae11d31p-2 -0x1.8f4cdb95ebdf9p-56
    0x1.3a64c556945eap-2 -0x1.c68651945f97cp-57  0x1.4618bc21c5ec2p-2 0x1.f42decdeccf1dp-56
    0x1.51aad872df82dp-2 0x1.3927ac19f55e3p-59  0x1.5d1bdbf5809cap-2 0x1.4236383dc7fe1p-56
    0x1.686c81e9b14afp-2 -0x1.ddea0f7f58e3dp-57
""")


# ---- Arithmetic on pairs. Relative errors: a few times 2**-106; a sum that cancels loses as much.


def two_sum(a: float, b: float) -> Pair:
    """a + b exactly, as a pair (Knuth; Shewchuk, theorem 7)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def quick_two_sum(a: float, b: float) -> Pair:
    """a + b exactly, as a pair, where abs(a) >= abs(b) or a == 0 (Dekker; Shewchuk, theorem 6)."""
    s = a + b
    return s, b - (s - a)


def two_product(a: float, b: float) -> Pair:
    """a * b exactly, as a pair, by Veltkamp's splitting (Dekker; Shewchuk, theorem 18).

    Exact while abs(a), abs(b) < 2**996 and abs(a * b) is 0 or above 2**-960. Smaller products
    occur below only where a part lost, about 2**-1074, is nothing to what it is added to.
    """
    p = a * b
    t = SPLITTER * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = SPLITTER * b
    b_high = t - (t - b)
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


def dd_add(a: float, a_low: float, b: float, b_low: float) -> Pair:
    """Sum of two pairs (Dekker's add2; Hida, Li, Bailey's sloppy addition)."""
    s, e = two_sum(a, b)
    return quick_two_sum(s, e + (a_low + b_low))


def dd_mul(a: float, a_low: float, b: float, b_low: float) -> Pair:
    """Product of two pairs (Dekker's mul2)."""
    p, e = two_product(a, b)
    return quick_two_sum(p, e + (a * b_low + a_low * b))


def dd_div(a: float, a_low: float, b: float, b_low: float) -> Pair:
    """Quotient of two pairs (Dekker's div2): the rounded quotient, then its remainder divided."""
    q = a / b
    p, e = two_product(q, b)
    return quick_two_sum(q, ((((a - p) - e) + a_low) - q * b_low) / b)


def scale(a: float, a_low: float, n: int) -> float:
    """The float nearest to (a + a_low) * 2**n, abs(n) <= 1200; inf or nan where that overflows.

    Two factors, since 2**n may be out of range. The result is a * 2**n, unless it is subnormal and
    the second factor cuts something off; that is known exactly and, with `a_low`, corrects it.
    """
    half = n >> 1
    f = math.ldexp(1.0, half)
    g = math.ldexp(1.0, n - half)
    s = a * f * g
    cut = a - s / g / f
    return s if cut == 0.0 else s + (cut + a_low) * f * g


# ---- The two kernels.


def exp_parts(x: float, x_low: float) -> tuple[int, float, float, float, float]:
    """(n, t, t_low, p, p_low): exp(x + x_low) = 2**n * t * (1 + p), for abs(x) <= EXP_LIMIT.

    Tang's method: k = the integer nearest to x / (ln 2 / 32), written 32 n + j; t = 2**(j/32) from
    the table; p = exp(r) - 1 for the rest r = x - k ln 2 / 32, with abs(r) < 0.011. The error of p
    is below 2**-81, and below 2**-75 relative to p.
    """
    k = round(x * STEPS_PER_UNIT)  # half to even
    f = k * 0.03125
    r, r_low = two_sum(x - f * LN2_A, -(f * LN2_B))  # the two products and the difference are exact
    r, r_low = quick_two_sum(r, r_low + (x_low - f * LN2_C))
    tail = 0.0
    for coefficient in EXP_TAIL:
        tail = tail * r + coefficient
    w, w_low = quick_two_sum(SIXTH[0], SIXTH[1] + r * tail)
    w, w_low = dd_mul(w, w_low, r, r_low)
    w, w_low = dd_add(0.5, 0.0, w, w_low)
    w, w_low = dd_mul(w, w_low, r, r_low)
    w, w_low = dd_mul(w, w_low, r, r_low)
    p, p_low = dd_add(r, r_low, w, w_low)
    t, t_low = EXP_TABLE[k & 31]
    return k >> 5, t, t_low, p, p_low


def log_pair(x: float) -> Pair:
    """ln(x) as a pair, with a relative error below 2**-95, for finite x > 0.

    x = 2**n m with sqrt(1/2) <= m < sqrt(2), c = the multiple of 1/64 nearest to m:
    ln(x) = n ln 2 + ln(c) + 2 artanh((m - c) / (m + c)), with ln(c) from the table. m - c is exact,
    and for x near 1 the first two terms are 0, so nothing that matters cancels.
    """
    m, n = math.frexp(x)
    if m < SQRT_HALF:
        m = m + m
        n = n - 1
    j = int(m * 64.0 + 0.5)
    c = j * 0.015625
    d, d_low = two_sum(m, c)
    s, s_low = dd_div(m - c, 0.0, d, d_low)
    u, u_low = dd_mul(s, s_low, s, s_low)
    tail = 0.0
    for coefficient in LOG_TAIL:
        tail = tail * u + coefficient
    w, w_low = quick_two_sum(TWO_FIFTHS[0], TWO_FIFTHS[1] + u * tail)
    w, w_low = dd_mul(w, w_low, u, u_low)
    w, w_low = dd_add(TWO_THIRDS[0], TWO_THIRDS[1], w, w_low)
    w, w_low = dd_mul(w, w_low, u, u_low)
    w, w_low = dd_mul(w, w_low, s, s_low)
    w, w_low = dd_add(2.0 * s, 2.0 * s_low, w, w_low)
    a, a_low = quick_two_sum(n * LN2_A, n * LN2_B)  # both products are exact
    t, t_low = LOG_TABLE[j - 45]
    a, a_low = dd_add(a, a_low + n * LN2_C, t, t_low)
    return dd_add(a, a_low, w, w_low)


# ---- The functions. "Rounded" means: the float nearest to the true value in all but rare cases,
# ---- never off by more than 1 ulp, subnormal results included.


def relu(x: float) -> float:
    """0 for x < 0, else x; exact."""
    return 0.0 if x < 0.0 else x


def step(x: float) -> float:
    """1 for x > 0, else 0: the derivative of relu."""
    return 1.0 if x > 0.0 else 0.0


def exp(x: float) -> float:
    """e**x for finite x, rounded. ArithmeticError on overflow; underflow gives 0.0."""
    if not -math.inf < x <= EXP_OVERFLOW:
        raise ArithmeticError(f"exp({x!r}) is not a finite number")
    n, t, t_low, p, p_low = exp_parts(max(-EXP_LIMIT, x), 0.0)
    p, p_low = dd_mul(t, t_low, p, p_low)
    y, y_low = dd_add(t, t_low, p, p_low)
    return scale(y, y_low, n)


def log(x: float) -> float:
    """The natural logarithm of finite x > 0, rounded (rare: 1 in 2**40). Else ArithmeticError."""
    if not 0.0 < x < math.inf:
        raise ArithmeticError(f"log({x!r}) is not a finite real number")
    return log_pair(x)[0]


def tanh(x: float) -> float:
    """The hyperbolic tangent of finite x, rounded.

    (e - 1) / (e + 1) with e = exp(2 abs(x)) = 2**n t (1 + p), where e - 1, taken as
    (2**n t - 1) + 2**n t p, keeps its relative accuracy however small x is.
    """
    _refuse_non_finite("tanh", x)
    a = abs(x)
    if a < TINY:
        return float(x)
    if a >= 20.0:  # from 19.06... on the float nearest to the result is 1
        return math.copysign(1.0, x)
    n, t, t_low, p, p_low = exp_parts(a + a, 0.0)
    f = math.ldexp(1.0, n)
    t, t_low = t * f, t_low * f
    p, p_low = dd_mul(t, t_low, p, p_low)
    t, t_low = dd_add(t, t_low, -1.0, 0.0)
    y, y_low = dd_add(t, t_low, p, p_low)
    d, d_low = dd_add(2.0, 0.0, y, y_low)
    return math.copysign(dd_div(y, y_low, d, d_low)[0], x)


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)) for finite x, rounded.

    With e = exp(-abs(x)): 1 / (1 + e), and for x < 0 e / (1 + e) with the power of two last.
    """
    _refuse_non_finite("sigmoid", x)
    a = -abs(x)
    n, t, t_low, p, p_low = exp_parts(max(-EXP_LIMIT, a), 0.0)
    p, p_low = dd_mul(t, t_low, p, p_low)
    y, y_low = dd_add(t, t_low, p, p_low)
    f = math.ldexp(1.0, max(-200, n))  # 1 + e does not feel an e below 2**-200
    d, d_low = dd_add(1.0, 0.0, y * f, y_low * f)
    if not x < 0.0:
        n, y, y_low = 0, 1.0, 0.0
    y, y_low = dd_div(y, y_low, d, d_low)
    return scale(y, y_low, n)


def pow(x: float, y: float) -> float:  # noqa: A001
    """x**y for finite x and y as C's pow defines it, rounded; exact ties go to the even float.

    ArithmeticError where the result is not a finite real number: overflow, 0 to a negative power,
    a negative number to a power that is not an integer. The exponents 1, 2, -1 and 1/2 take a
    single exactly rounded operation.
    """
    x, y = float(x), float(y)
    parity = abs(y) % 2.0  # exact: 1 for an odd integer, 0 for an even one, else neither
    undefined = (x == 0.0 and y < 0.0) or (x < 0.0 and parity not in (0.0, 1.0))
    if undefined or (x - x) + (y - y) != 0.0:
        z = math.nan
    elif x == 0.0:
        z = 1.0 if y == 0.0 else x if parity == 1.0 else 0.0
    elif y == 1.0:
        z = x
    elif y == 2.0:
        z = x * x
    elif y == -1.0:
        z = 1.0 / x
    elif y == 0.5:
        z = math.sqrt(x)
    else:
        z = _power(abs(x), y)
        z = -z if x < 0.0 and parity == 1.0 else z
    if z - z != 0.0:
        raise ArithmeticError(f"pow({x!r}, {y!r}) is not a finite real number")
    return z


def _power(x: float, y: float) -> float:
    """exp(y ln(x)) for finite x > 0, rounded; inf or nan where it overflows."""
    y = max(-MAX_EXPONENT, min(y, MAX_EXPONENT))
    a, a_low = log_pair(x)
    a, a_low = dd_mul(a, a_low, y, 0.0)
    if abs(a) > EXP_LIMIT:
        a, a_low = math.copysign(EXP_LIMIT, a), 0.0
    n, t, t_low, p, p_low = exp_parts(a, a_low)
    p, p_low = dd_mul(t, t_low, p, p_low)
    z, z_low = dd_add(t, t_low, p, p_low)
    # A power can be a number of 54 bits, halfway between two floats. Rounding z_low to a multiple
    # of about 2**-77 (the error is below 2**-80) makes such a tie exact again.
    grid = z * TIE_GRID
    z, z_low = quick_two_sum(z, (z_low + grid) - grid)
    return scale(z, z_low, n)


def _refuse_non_finite(name: str, x: float) -> None:
    if x - x != 0.0:
        raise ArithmeticError(f"{name}({x!r}) is not a finite number")
