"""exp, log, tanh, sigmoid and pow in WebAssembly: the bits of elementary.py, from its source."""

import ast
import math
import random
import struct

import pytest

from micrograd_wasm.compiler import host
from micrograd_wasm.compiler.adjoint import functions_of
from micrograd_wasm.compiler.library import Library
from micrograd_wasm.compiler.wasm.module import Module
from micrograd_wasm.engine.operations import OPERATIONS
from micrograd_wasm.numerics import elementary
from tests.compiler.programs import EXPONENTS, SPECIAL

COUNT = 5000
FUNCTIONS = sorted(set().union(*map(functions_of, OPERATIONS)))  # all that a kernel may call


@pytest.fixture(scope="module")
def compiled():
    """An instance of a module that exports every elementary function."""
    module = Module()
    library = Library(module, tables_at=8)
    module.exports += [library.function(name) for name in FUNCTIONS]
    return host.instantiate(module.encode())


def any_bits(stream):
    """Any finite float64: every exponent is as likely as every other."""
    while True:
        (x,) = struct.unpack("<d", struct.pack("<Q", stream.getrandbits(64)))
        if math.isfinite(x):
            return x


def argument(stream):
    kind = stream.randint(0, 9)
    if kind < 4:
        return stream.uniform(-40.0, 40.0)
    if kind < 6:
        return stream.uniform(-800.0, 800.0)
    if kind == 6:
        return stream.uniform(-1.0, 1.0) * 2.0 ** -stream.randint(0, 60)
    if kind == 7:
        return 1.0 + stream.uniform(-1.0, 1.0) * 2.0 ** -stream.randint(1, 52)
    return any_bits(stream)


def ties(factor):
    """Arguments for which factor*x is exactly in the middle between two steps of exp's table."""
    found = []
    for k in range(-300, 300):
        x = (k + 0.5) / elementary.STEPS_PER_UNIT / factor
        near = (x, math.nextafter(x, 9.0), math.nextafter(x, -9.0))
        found += [x for x in near if factor * x * elementary.STEPS_PER_UNIT == k + 0.5]
    return found


def arguments(name):
    """5,000 arguments of a function, special values first."""
    stream = random.Random(name)
    edges = {
        "exp": (709.782712893384, math.nextafter(709.782712893384, 800), -745.2, -708.5, -745.1),
        "log": (math.sqrt(0.5), math.nextafter(1.0, 0.0), math.nextafter(1.0, 2.0)),
        "tanh": (2.0**-27, math.nextafter(2.0**-27, 0), 20.0, math.nextafter(20.0, 0), 19.07),
        "sigmoid": (-745.2, -800.0, -1e4, 36.8, 800.0, -708.5),
        "pow": (),
    }.get(name, ())
    if name != "pow":
        xs = [*SPECIAL, *edges, *ties({"tanh": 2.0, "sigmoid": -1.0}.get(name, 1.0))]
        xs += [argument(stream) for _ in range(COUNT - len(xs))]
        return [(abs(x) if name == "log" and i % 10 else x,) for i, x in enumerate(xs)]
    pairs = [(x, y) for x in SPECIAL for y in (*SPECIAL, *map(float, EXPONENTS))]
    while len(pairs) < COUNT:
        x, y = argument(stream), stream.choice((*EXPONENTS, stream.uniform(-5.0, 5.0)))
        pairs.append((x if stream.randint(0, 3) == 0 else abs(x), float(y)))
    return pairs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_compiled_function_has_the_python_functions_bits(compiled, name):
    function, finite, wrong = getattr(elementary, name), 0, []
    sampled = arguments(name)
    for row in sampled:
        got = compiled.call(name, *row)
        try:
            expected = function(*row)
        except ArithmeticError:
            if math.isfinite(got):  # where Python raises, what comes out must show it
                wrong.append((row, "an error", got))
            continue
        finite += 1
        if got.hex() != expected.hex():
            wrong.append((row, expected, got))
    assert wrong[:5] == []
    assert len(sampled) >= COUNT
    assert finite >= COUNT // 3  # a control: most samples have results to compare


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_what_is_no_real_number_is_no_secret(compiled, name, bad):
    """Callers note infinities and NaNs themselves; only NaN must not become a number."""
    rows = [(bad,)] if name != "pow" else [(bad, 2.5), (2.5, bad), (bad, bad)]
    for row in rows:
        result = compiled.call(name, *row)
        if any(math.isnan(x) for x in row):
            assert not math.isfinite(result), (row, result)


def test_each_function_is_in_a_module_once_and_only_where_needed():
    module = Module()
    library = Library(module)
    assert library.function("log") is library.function("log")
    names = [f.name for f in module.functions]
    assert len(names) == len(set(names))
    assert "log" in names
    assert "exp" not in names


def test_tables_lie_where_they_are_told_one_after_the_other():
    module = Module()
    library = Library(module, tables_at=64)
    library.function("pow")
    spans = [(at, at + len(content)) for at, content in module.data]
    assert spans == [(64, spans[0][1]), (spans[0][1], library.end)]
    assert {spans[0][1] - 64, library.end - spans[0][1]} == {16 * 32, 16 * 47}
    assert module.memory_bytes == library.end


# ---- The subset of Python ----------------------------------------------------------------------


def translated(source):
    """An instance of a module with the functions of `source`; the last one is exported."""
    module = Module(memory_bytes=8)
    library = Library(module)
    definitions = {node.name: node for node in ast.parse(source).body}
    library.__dict__["definitions"] = definitions  # in place of elementary.py's
    module.exports.append(library.function(list(definitions)[-1]))
    return host.instantiate(module.encode())


def test_a_small_function_of_the_subset():
    instance = translated("""
def half(x: float, n: int) -> tuple[int, float]:
    "Any docstring."
    if n > 2:
        x = x * 0.5
    elif n == 2:
        raise ArithmeticError("two")
    else:
        x = -x if 0.0 < x < 9.0 else abs(x)
    return n - 1, x

def twice(x: float, n: int) -> float:
    m, y = half(x, n)
    return float(m) + (y if m not in (4.0, 5.0) else 100.0)
""")
    assert instance.call("twice", 3.0, 3) == 2 + 1.5
    assert instance.call("twice", 3.0, 1) == 0 - 3.0
    assert instance.call("twice", -3.0, 1) == 0 + 3.0
    assert instance.call("twice", 3.0, 6) == 5 + 100.0
    assert math.isnan(instance.call("twice", 3.0, 2))


@pytest.mark.parametrize(
    "body",
    [
        "while x < 1.0:\n        x = x + 1.0\n    return x",
        "x += 1.0\n    return x",
        "y: float = x\n    return y",
        "return x ** 2.0",
        "return x // 2.0",
        "return x + 1.0 if x in (1.0, 2.0) else x",
        "return math.floor(x)",
        "return math.fma(x, x, x)",
        "return unknown(x)",
        "return [x][0]",
        "return (lambda y: y)(x)",
        "return (y := x)",
        "return +x",
        "return ~n + x",
        "return float(-n)",
        "return x if x else 1.0",
        "for i in range(3):\n        x = x + 1.0\n    return x",
        "try:\n        return x\n    finally:\n        pass",
        "if x > 0.0:\n        return x",
        "if x > 0.0:\n        return x\n    else:\n        return -x",
        "y = n\n    y = x\n    return y",
        "a, b = x\n    return a",
        "return 'x'",
        "a.b = x\n    return x",
        "import math\n    return x",
    ],
)
def test_what_is_outside_the_subset_is_refused_by_name(body):
    with pytest.raises(NotImplementedError, match="fancy"):
        translated(f"def fancy(x: float, n: int) -> float:\n    {body}\n")
