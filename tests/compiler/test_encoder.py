"""The encoder: each instruction means what its name says, and no invalid module is built."""

import base64
import json
import math
import random
import struct

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from micrograd_wasm import MLP, Value, jit, losses
from micrograd_wasm.compiler import Evaluation, Job, host, to_wat, training_kernel, wasm
from micrograd_wasm.compiler.encoding import signed, unsigned
from micrograd_wasm.compiler.opcodes import CONSTANTS, LANES, LOCALS, MEMORY, PLAIN, VECTORS
from micrograd_wasm.compiler.wasm import Module
from tests.compiler import node
from tests.compiler.programs import SPECIAL, program


def function(results="", params=(("a", "d"), ("n", "i")), name="f"):
    """A new function of a new module with one page of memory, exported."""
    module = Module(memory_bytes=65536)
    return module, module.function(name, params, results, export=True)


def built(instructions, results="", params=(("a", "d"), ("n", "i"))):
    """An instance of a module with one function of these instructions."""
    module, f = function(results, params)
    for op, *immediate in instructions:
        f.emit(op, *immediate)
    return host.instantiate(module.encode())


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


# ---- Mistakes are found where they are made ------------------------------------------------------


@pytest.mark.parametrize(
    "mistake",
    [
        lambda f: f.emit("f64.add"),
        lambda f: (f.emit("local.get", 0), f.emit("f64.add")),
        lambda f: (f.emit("local.get", 1), f.emit("f64.neg")),
        lambda f: (f.emit("local.get", 0), f.emit("i32.eqz")),
        lambda f: (f.emit("local.get", 0), f.emit("local.set", 1)),
        lambda f: (f.emit("local.get", 0), f.emit("f64.load", 0)),
        lambda f: (f.emit("i32.const", 0), f.emit("i32.const", 0), f.emit("f64.store", 0)),
        lambda f: f.emit("drop"),
        lambda f: f.emit("select"),
        lambda f: [f.emit("local.get", i) for i in (0, 1, 1)] + [f.emit("select")],
        lambda f: f.emit("return"),
        lambda f: f.emit("no.such"),
        lambda f: f.emit("local.get"),
        lambda f: f.emit("f64.const"),
        lambda f: f.emit("f64.load"),
        lambda f: f.emit("local.get", 2),
        lambda f: f.emit("local.get", -1),
        lambda f: f.begin("if"),
        lambda f: (f.emit("local.get", 0), f.begin("if")),
        lambda f: f.begin("block", "dd"),
        lambda f: (f.begin("block"), f.emit("local.get", 0), f.end()),
        lambda f: (f.begin("block", "d"), f.end()),
        lambda f: (f.begin("block", "d"), f.emit("local.get", 1), f.end()),
        lambda f: (f.emit("local.get", 0), f.begin("block"), f.emit("drop")),
        lambda f: f.otherwise(),
        lambda f: (f.begin("block"), f.otherwise()),
        lambda f: (f.emit("local.get", 1), f.begin("if", "d"), f.otherwise()),
        lambda f: (f.emit("local.get", 1), f.begin("if"), f.otherwise(), f.otherwise()),
        lambda f: (f.emit("local.get", 1), f.begin("if", "d"), f.emit("local.get", 0), f.end()),
        lambda f: f.end(),
        lambda f: f.branch(0),
        lambda f: f.branch(1),
        lambda f: f.branch(-1),
        lambda f: (f.begin("block", "d"), f.branch(0)),
        lambda f: (f.begin("block"), f.branch(0, conditional=True)),
        lambda f: (f.begin("block"), f.branch(0), f.emit("i32.const", 1)),
        lambda f: (f.begin("loop"), f.branch(0), f.begin("block")),
        lambda f: (f.emit("local.get", 0), f.emit("return"), f.emit("local.get", 0)),
        lambda f: f.call(f),
        lambda f: (f.emit("local.get", 0), f.emit("f64x2.neg")),
        lambda f: (f.emit("local.get", 0), f.emit("f64x2.splat"), f.emit("f64.neg")),
        lambda f: (f.emit("local.get", 0), f.emit("f64x2.splat"), f.emit("f64x2.extract_lane")),
    ],
)
def test_a_mistake_is_an_error_at_the_line_that_makes_it(mistake):
    _, f = function("d")
    with pytest.raises(TypeError, match=r"in function f, instruction [0-9]+: "):
        mistake(f)


@pytest.mark.parametrize(
    "unfinished",
    [
        bool,  # nothing is emitted
        lambda f: f.emit("local.get", 1),
        lambda f: (f.emit("local.get", 0), f.emit("local.get", 0)),
        lambda f: (f.emit("local.get", 0), f.begin("block")),
    ],
)
def test_an_unfinished_function_is_not_encoded(unfinished):
    module, f = function("d")
    unfinished(f)
    with pytest.raises(TypeError, match=r"end in function f, instruction [0-9]+: "):
        module.encode()


@pytest.mark.parametrize(
    ("op", "number"),
    [
        ("i32.const", 2**31),
        ("i32.const", -(2**31) - 1),
        ("i64.const", 2**63),
        ("i64.const", -(2**63) - 1),
    ],
)
def test_a_constant_beyond_its_type_is_refused(op, number):
    _, f = function()
    with pytest.raises(ValueError, match=f"{number} is no signed number of {op[1:3]} bits"):
        f.emit(op, number)


def test_a_lane_that_a_vector_does_not_have_is_refused():
    _, f = function("d")
    f.emit("local.get", 0)
    f.emit("f64x2.splat")
    with pytest.raises(ValueError, match="2 is no lane of a vector of two"):
        f.emit("f64x2.extract_lane", 2)


@pytest.mark.parametrize("offset", [-8, 2**32])
def test_an_offset_beyond_32_bits_is_refused(offset):
    _, f = function()
    f.emit("i32.const", 0)
    with pytest.raises(ValueError, match="is no unsigned number of 32 bits"):
        f.emit("f64.load", offset)


def test_two_functions_of_one_name_are_refused():
    module, _ = function()
    with pytest.raises(ValueError, match="there is a function f already"):
        module.function("f", [], "")


def test_more_memory_than_can_be_addressed_is_refused():
    module, _ = function()
    module.memory_bytes = 2**31 + 1
    with pytest.raises(ValueError, match="2,147,483,649 bytes of memory; 2,147,483,648 fit"):
        module.encode()


def test_a_function_too_large_for_engines_is_refused_with_the_limits():
    module, f = function()
    for _ in range(wasm.MOST_LOCALS - 2):
        f.local("x", "d")
    wasmtime.Module.validate(wasmtime.Engine(), module.encode())  # as many as there may be
    f.local("x", "d")
    with pytest.raises(
        ValueError, match=r"50,001 locals; engines take at most 7,654,321 and 50,000"
    ):
        module.encode()


def test_a_function_of_too_many_bytes_is_refused_with_the_limits(monkeypatch):
    monkeypatch.setattr(wasm, "LARGEST_FUNCTION", 1000)
    module, f = function()
    for _ in range(99):
        f.emit("f64.const", 1.0)
        f.emit("drop")
    length = len(f.encode()) - 2
    monkeypatch.setattr(wasm, "LARGEST_FUNCTION", length)
    module.encode()
    monkeypatch.setattr(wasm, "LARGEST_FUNCTION", length - 1)
    with pytest.raises(ValueError, match=f"function f: {length:,} bytes and 2 locals"):
        module.encode()


def test_a_program_that_needs_too_much_stack_is_refused_with_the_way_out():
    module, f = function(params=())
    f.call(f)
    with pytest.raises(ValueError, match=r'needs more stack than wasmtime has.*engine="eager"'):
        host.instantiate(module.encode()).call("f")


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


# ---- Modules as others see them ------------------------------------------------------------------


def modules():
    """A handful of modules and their texts: of every builder, with odd names and numbers."""
    model = MLP(2, [16, 16, 1], seed=1)
    job = Job(model, 2, losses.hinge, 1e-4, 100, 100, call_steps=10)
    batched = Job(model, 2, losses.hinge, 0.0, 100, 16, call_steps=10, record_parameters=True)
    logistic = Job(model, 2, lambda s, y: (1.0 + (-y * s).exp()).log(), -0.0, 9, 9, call_steps=1)
    kernels = [training_kernel(one).module for one in (job, batched, logistic)]
    evaluation = Evaluation(MLP(3, [4, 2], seed=1), 3).module
    made = [(module.encode(), to_wat(module)) for module in (*kernels, evaluation)]

    def odd(α, é):  # noqa: PLC2401 - odd
        square = (α * é).with_label('a label; "quoted" (and more)')
        return (square + square * 1e300 - -0.0).relu() * 5e-324 + 0.1

    functions = [
        (odd, 2),
        (lambda: Value(-0.0) * 1e-300, 0),
        (lambda a: [a, a**2, a * 1e-5], 1),
        (lambda x: x**1.5 + x.log() + x.exp() + x.tanh() + x.sigmoid() + 2.0**x, 1),
        *(
            (drawn, drawn.inputs)
            for seed in range(40)
            for drawn, _ in [program(random.Random(seed))]
        ),
    ]
    for function, arity in functions:
        compiled = jit(function, arity=arity)
        try:
            made.append((compiled.wasm, compiled.wat()))
        except ArithmeticError:  # a program that is not defined where it is traced
            continue
    everything = Module(memory_bytes=8)
    f = everything.function("everything", [("n", "i")], "d", export=True)
    for number in (math.inf, -math.inf, math.nan, 1e-7, 1.5e300, -0.0, 123456789.0):
        f.emit("f64.const", number)
        f.emit("drop")
    for number in (0, -1, 2**31 - 1, -(2**31)):
        f.emit("i32.const", number)
        f.emit("drop")
    for number in (2**63 - 1, -(2**63)):
        f.emit("i64.const", number)
        f.emit("drop")
    f.emit("local.get", 0)
    f.begin("if", "d")
    f.emit("f64.const", 1.0)
    f.otherwise()
    f.begin("block")
    f.begin("loop")
    f.branch(1)
    f.end()
    f.end()
    f.emit("f64.const", 2.0)
    f.end()
    everything.data.append((0, bytes(range(8))))
    return [*made, (everything.encode(), to_wat(everything))]


def test_the_text_assembles_to_the_bytes_and_every_engine_takes_them(tmp_path):
    made = modules()
    assert len(made) >= 35
    file = tmp_path / "modules.json"
    entries = [{"wasm": base64.b64encode(wasm_).decode(), "wat": wat} for wasm_, wat in made]
    file.write_text(json.dumps(entries))
    answers = node.run("check_modules.mjs", str(file), needs="wabt")
    assert all(answer["valid"] for answer in answers)
    different = [
        wat
        for (wasm_, wat), answer in zip(made, answers, strict=True)
        if base64.b64decode(answer["assembled"]) != wasm_
    ]
    assert different == []


def test_the_text_of_a_kernel_has_the_networks_names():
    module = training_kernel(Job(MLP(2, [3, 1], seed=1), 2, losses.hinge, 0.0, 9, 9, 1)).module
    text = to_wat(module)
    for name in ("$sum_0_2", "$relu_0_1", "$score", "$loss", "$train", "$two_examples"):
        assert name in text
