"""The encoder: each instruction means what its name says, and numbers and names are read back."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from micrograd_wasm.compiler import host
from micrograd_wasm.compiler.wasm.encoding import signed, unsigned
from micrograd_wasm.compiler.wasm.module import Module
from micrograd_wasm.compiler.wasm.opcodes import CONSTANTS, LANES, LOCALS, MEMORY, PLAIN, VECTORS
from tests.compiler.functions import built, function
from tests.compiler.programs import SPECIAL

# ---- What each instruction means ----------------------------------------------------------------


def wrap(bits):
    return lambda n: (n + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)


i32, i64 = wrap(32), wrap(64)


def least(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.nan
    return min(a, b) if a != b else (a if math.copysign(1.0, a) < 0.0 else b)


def divided(a, b):
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def rounded(how):
    return lambda x: math.copysign(float(how(x)), x) if math.isfinite(x) else x


def saturated(x):
    if math.isnan(x):
        return 0
    return int(max(-(2.0**31), min(x, 2.0**31 - 1.0)))


def to_float(n):
    return struct.unpack("<d", struct.pack("<q", n))[0]


def to_int(x):
    return struct.unpack("<q", struct.pack("<d", x))[0]


MEANING = {
    "f64.eq": lambda a, b: int(a == b),
    "f64.ne": lambda a, b: int(a != b),
    "f64.lt": lambda a, b: int(a < b),
    "f64.gt": lambda a, b: int(a > b),
    "f64.le": lambda a, b: int(a <= b),
    "f64.ge": lambda a, b: int(a >= b),
    "f64.abs": abs,
    "f64.neg": lambda a: -a,
    "f64.floor": rounded(math.floor),
    "f64.nearest": rounded(round),
    "f64.sqrt": lambda a: math.sqrt(a) if a >= 0.0 else math.nan,
    "f64.add": lambda a, b: a + b,
    "f64.sub": lambda a, b: a - b,
    "f64.mul": lambda a, b: a * b,
    "f64.div": divided,
    "f64.min": least,
    "f64.max": lambda a, b: -least(-a, -b),
    "f64.copysign": math.copysign,
    "i32.eqz": lambda a: int(a == 0),
    "i32.eq": lambda a, b: int(a == b),
    "i32.gt_s": lambda a, b: int(a > b),
    "i32.ge_s": lambda a, b: int(a >= b),
    "i32.add": lambda a, b: i32(a + b),
    "i32.sub": lambda a, b: i32(a - b),
    "i32.mul": lambda a, b: i32(a * b),
    "i32.and": lambda a, b: a & b,
    "i32.or": lambda a, b: a | b,
    "i32.shl": lambda a, b: i32(a << b % 32),
    "i32.shr_s": lambda a, b: a >> b % 32,
    "i64.eq": lambda a, b: int(a == b),
    "i64.add": lambda a, b: i64(a + b),
    "i64.and": lambda a, b: a & b,
    "i64.or": lambda a, b: a | b,
    "i64.shl": lambda a, b: i64(a << b % 64),
    "i64.shr_u": lambda a, b: i64(a % (1 << 64) >> b % 64),
    "i32.wrap_i64": i32,
    "i32.trunc_sat_f64_s": saturated,
    "i64.extend_i32_s": lambda a: a,
    "f64.convert_i32_s": float,
    "i64.reinterpret_f64": to_int,
    "f64.reinterpret_i64": to_float,
}


def mask(yes):
    return to_float(-1 if yes else 0)


# What each instruction on vectors makes of one lane; a mask is looked at as the f64 of its bits.
LANE_MEANING = {
    "f64x2.splat": lambda a: a,
    "f64x2.ne": lambda a, b: mask(a != b),
    "f64x2.lt": lambda a, b: mask(a < b),
    "f64x2.gt": lambda a, b: mask(a > b),
    "f64x2.neg": lambda a: -a,
    "f64x2.add": lambda a, b: a + b,
    "f64x2.sub": lambda a, b: a - b,
    "f64x2.mul": lambda a, b: a * b,
    "f64x2.div": divided,
    "v128.and": lambda a, b: to_float(to_int(a) & to_int(b)),
    "v128.andnot": lambda a, b: to_float(to_int(a) & ~to_int(b)),
    "v128.any_true": lambda a: int(to_int(a) != 0),
}
NUMBERS = {
    "d": [*SPECIAL, math.inf, -math.inf, math.nan, 2.5, 3.5, -2.5, -0.7, 2.0**31, -(2.0**31) - 1.0],
    "i": [0, 1, -1, 2, 31, 32, 33, 7, 0x55555555, 2**31 - 1, -(2**31), -(2**31) + 1],
    "l": [0, 1, -1, 2, 52, 63, 64, 65, 2**31, -(2**31) - 1, 2**63 - 1, -(2**63), to_int(-0.0)],
}


def bits(x):
    """A number as its bits; all NaNs alike, as their payload is not specified."""
    return "nan" if x != x else x.hex() if isinstance(x, float) else x  # noqa: PLR0124


@pytest.fixture(scope="module")
def instructions():
    """One exported function for each instruction without an immediate."""
    module = Module(memory_bytes=8)
    for op, (_, takes, gives) in PLAIN.items():
        f = module.function(op, [(f"x{i}", kind) for i, kind in enumerate(takes)], gives)
        for i in range(len(takes)):
            f.emit("local.get", i)
        f.emit(op)
        module.exports.append(f)
    return host.instantiate(module.encode())


@pytest.mark.parametrize("op", PLAIN)
def test_each_instruction_does_what_its_name_says(instructions, op):
    takes = PLAIN[op][1]
    rows = [[x] for x in NUMBERS[takes[0]]]
    if len(takes) == 2:
        rows = [[*row, y] for row in rows for y in NUMBERS[takes[1]]]
    wrong = [
        (row, got, MEANING[op](*row))
        for row in rows
        if bits(got := instructions.call(op, *row)) != bits(MEANING[op](*row))
    ]
    assert wrong == []


def vector(f, first):
    """Put two of a function's parameters on the stack, as the lanes of a vector."""
    f.emit("local.get", first)
    f.emit("f64x2.splat")
    f.emit("local.get", first + 1)
    f.emit("f64x2.replace_lane", 1)


@pytest.fixture(scope="module")
def on_vectors():
    """One exported function for each instruction on vectors, which come and go lane by lane."""
    module = Module(memory_bytes=8)
    for op, (_, takes, gives) in VECTORS.items():
        params = [(f"x{i}", "d") for i in range(2 * len(takes))]
        f = module.function(op, params, "dd" if gives == "v" else gives, export=True)
        result = f.local("result", gives)
        for i, kind in enumerate(takes):
            if kind == "v":
                vector(f, 2 * i)
            else:
                f.emit("local.get", 2 * i)
        f.emit(op)
        f.emit("local.set", result)
        for lane in range(len(f.results)):
            f.emit("local.get", result)
            if gives == "v":
                f.emit("f64x2.extract_lane", lane)
    return host.instantiate(module.encode())


@pytest.mark.parametrize("op", VECTORS)
def test_each_instruction_on_vectors_does_it_to_each_lane(on_vectors, op):
    takes, meaning = VECTORS[op][1], LANE_MEANING[op]
    lanes = [(x,) for x in NUMBERS["d"]]
    if len(takes) == 2:
        lanes = [(x, y) for (x,) in lanes for y in NUMBERS["d"]]
    wrong = []
    for first, second in zip(lanes, lanes[7:] + lanes[:7], strict=True):
        row = [number for both in zip(first, second, strict=True) for number in both]
        got = on_vectors.call(op, *row)
        expected = [meaning(*first), meaning(*second)]
        if op == "f64x2.splat":
            expected[1] = expected[0]
        if op == "v128.any_true":
            got, expected = [got], [max(expected)]
        if [*map(bits, got)] != [*map(bits, expected)]:
            wrong.append((row, got, expected))
    assert wrong == []


@pytest.mark.parametrize("lane", [0, 1])
def test_a_lane_is_taken_out_and_replaced(lane):
    module, f = function("d", [("a", "d"), ("b", "d"), ("c", "d")])
    vector(f, 0)
    f.emit("f64x2.extract_lane", lane)
    g = module.function("g", [("a", "d"), ("b", "d"), ("c", "d")], "d", export=True)
    vector(g, 0)
    g.emit("local.get", 2)
    g.emit("f64x2.replace_lane", lane)
    g.emit("f64x2.extract_lane", 1)
    instance = host.instantiate(module.encode())
    assert instance.call("f", -0.0, 2.0, 3.0) == (-0.0, 2.0)[lane]
    assert instance.call("g", -0.0, 2.0, 3.0) == (2.0, 3.0)[lane]


def test_every_instruction_of_the_table_is_tried():
    assert list(MEANING) == list(PLAIN)
    assert list(LANE_MEANING) == list(VECTORS)
    assert list(LANES) == ["f64x2.extract_lane", "f64x2.replace_lane"]
    assert list(MEMORY) == ["i32.load", "f64.load", "i32.store", "f64.store", "v128.load64_splat"]
    assert list(CONSTANTS) == ["i32.const", "i64.const", "f64.const"]
    assert list(LOCALS) == ["local.get", "local.set", "local.tee"]


@pytest.mark.parametrize("op", CONSTANTS)
def test_constants_are_the_numbers_they_were(op):
    kind = CONSTANTS[op][2]
    for number in NUMBERS[kind]:
        assert bits(built([(op, number)], kind).call("f", 0.0, 0)) == bits(number)


@pytest.mark.parametrize("offset", [0, 8, 1000, 65528])
def test_loads_and_stores_move_numbers_of_their_size(offset):
    f64 = [("i32.const", 0), ("local.get", 0), ("f64.store", offset)]
    back = [("i32.const", 0), ("f64.load", offset)]
    instance = built(f64 + back, "d")
    for number in NUMBERS["d"]:
        assert bits(instance.call("f", number, 0)) == bits(number)
    int32 = [("i32.const", 4), ("local.get", 1), ("i32.store", offset)]
    instance = built([*int32, ("i32.const", 4), ("i32.load", offset)], "i")
    for number in NUMBERS["i"]:
        assert instance.call("f", 0.0, number) == number
    low = built([*f64, ("i32.const", 0), ("i32.load", offset)], "i")
    assert low.call("f", 2.0**52 + 5.0, 0) == 5  # little-endian: the low half comes first
    for lane in (0, 1):
        splat = [("v128.load64_splat", offset), ("f64x2.extract_lane", lane)]
        assert built([*f64, ("i32.const", 0), *splat], "d").call("f", -2.5, 0) == -2.5


def test_locals_are_set_and_kept():
    assert built([("f64.const", 2.5), ("local.tee", 0)], "d").call("f", 1.0, 0) == 2.5
    swap = [("local.get", 0), ("f64.const", 3.0), ("local.set", 0), ("local.get", 0), ("f64.sub",)]
    assert built(swap, "d").call("f", 10.0, 0) == 7.0


@pytest.mark.parametrize(("kind", "numbers"), [("d", (1.5, -2.5)), ("i", (3, 4)), ("l", (5, 6))])
def test_select_takes_the_first_where_the_condition_holds(kind, numbers):
    module, f = function(kind, [("a", kind), ("b", kind), ("n", "i")])
    for i in range(3):
        f.emit("local.get", i)
    f.emit("select")
    instance = host.instantiate(module.encode())
    assert [instance.call("f", *numbers, n) for n in (1, 0, -1)] == [numbers[k] for k in (0, 1, 0)]


def test_drop_and_return():
    early = [("local.get", 1), ("drop",), ("local.get", 0), ("return",)]
    assert built(early, "d").call("f", 4.0, 1) == 4.0


def test_blocks_loops_and_branches():
    """Factorials: out of the loop at 0, else round again."""
    module, f = function("d", [("n", "i")])
    result = f.local("result", "d")
    f.emit("f64.const", 1.0)
    f.emit("local.set", result)
    f.begin("block")
    f.begin("loop")
    f.emit("local.get", 0)
    f.emit("i32.eqz")
    f.branch(1, conditional=True)
    f.emit("local.get", result)
    f.emit("local.get", 0)
    f.emit("f64.convert_i32_s")
    f.emit("f64.mul")
    f.emit("local.set", result)
    f.emit("local.get", 0)
    f.emit("i32.const", -1)
    f.emit("i32.add")
    f.emit("local.set", 0)
    f.branch(0)
    f.end()
    f.end()
    f.emit("local.get", result)
    instance = host.instantiate(module.encode())
    assert [instance.call("f", n) for n in (0, 1, 5, 20)] == [
        1.0,
        1.0,
        120.0,
        2432902008176640000.0,
    ]


def test_an_if_with_and_without_else():
    module, f = function("d")
    f.emit("local.get", 1)
    f.begin("if", "d")
    f.emit("local.get", 0)
    f.otherwise()
    f.emit("f64.const", 0.5)
    f.end()
    f.emit("local.get", 1)
    f.begin("if")
    f.emit("f64.const", 9.0)
    f.emit("return")
    f.end()
    instance = host.instantiate(module.encode())
    assert [instance.call("f", 2.0, n) for n in (1, 0)] == [9.0, 0.5]


def test_a_call_takes_and_gives_several_values():
    module = Module(memory_bytes=8)
    swap = module.function("swap", [("a", "d"), ("n", "i")], "id")
    swap.emit("local.get", 1)
    swap.emit("local.get", 0)
    f = module.function("f", [], "id", export=True)
    f.emit("f64.const", 1.5)
    f.emit("i32.const", -3)
    f.call(swap)
    assert host.instantiate(module.encode()).call("f") == [-3, 1.5]


def test_data_and_memory_are_as_declared():
    module, f = function("d")
    module.data.append((16, struct.pack("<2d", 1.5, -0.0)))
    f.emit("i32.const", 0)
    f.emit("f64.load", 16)
    instance = host.instantiate(module.encode())
    assert instance.call("f", 0.0, 0) == 1.5
    assert bits(*instance.read(24, 1)) == bits(-0.0)
    assert (module.pages, Module(memory_bytes=65537).pages, Module().pages) == (1, 2, 0)


# ---- Numbers and names ---------------------------------------------------------------------------


def leb128(encoded, *, negative):
    """The number that bytes stand for, by the specification's definition (5.2.2)."""
    value = 0
    for i, byte in enumerate(encoded):
        value |= (byte & 127) << 7 * i
        assert (byte & 128 != 0) == (i < len(encoded) - 1)
    return value - (1 << 7 * len(encoded)) if negative and encoded[-1] & 64 else value


@given(st.integers(0, 2**32 - 1))
def test_unsigned_numbers_are_read_back(number):
    encoded = unsigned(number)
    assert leb128(encoded, negative=False) == number
    assert len(encoded) == max(1, -(-number.bit_length() // 7))


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers_are_read_back(number):
    encoded = signed(number)
    assert leb128(encoded, negative=True) == number
    assert len(encoded) == max(1, -(-((number if number >= 0 else ~number).bit_length() + 1) // 7))


@pytest.mark.parametrize(
    ("number", "encoded"),
    [(0, "00"), (63, "3f"), (64, "c000"), (-1, "7f"), (-64, "40"), (-65, "bf7f"), (128, "8001")],
)
def test_signed_numbers_at_the_edges(number, encoded):
    assert signed(number).hex() == encoded


def test_names_are_kept_as_far_as_the_text_format_can_write_them():
    _, f = function(params=[("a b", "d"), ("a_b", "i"), ("é", "d"), ("", "i"), ("x.y", "d")])
    assert [name for name, _ in f.params] == ["a_b", "a_b_2", "_", "__2", "x.y"]
    assert f.local("a b", "d") == 5
    assert f.locals[5] == ("a_b_3", "d")
