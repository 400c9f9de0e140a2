"""The encoder: a mistake is found where it is made, and no invalid module is built."""

import pytest
import wasmtime

from micrograd_wasm.compiler import host
from micrograd_wasm.compiler.wasm import module as wasm
from tests.compiler.functions import function


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
