"""jit: a compiled function gives the eager engine's bits, and its errors, for any numbers."""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

import copy
import gc
import math
import numbers
import pickle
from fractions import Fraction

import pytest
from hypothesis import given, settings

from micrograd_wasm import Value, gradients, jit
from micrograd_wasm.compiler import NoHost, host
from micrograd_wasm.compiler.jit import Compiled
from tests.compiler.programs import OPERATIONS, SPECIAL, eager_gradients, eager_value, outcome
from tests.compiler.strategies import PROGRAMS
from tests.parity.recordings import bits


def same(function, *rows, arity=None):
    """Compare both calls on each row with the eager engine; returns the compiled function."""
    compiled = jit(function, arity=arity)
    for row in rows:
        expected = outcome(lambda row=row: eager_value(function, row))
        assert outcome(lambda row=row: compiled(*row)) == expected, row
        if not compiled._is_list:
            expected = outcome(lambda row=row: eager_gradients(function, row))
            assert outcome(lambda row=row: compiled.value_and_gradients(*row)) == expected, row
    return compiled


# ---- Any function ------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=1000)
@given(PROGRAMS)
def test_a_random_program_has_the_eager_bits_and_the_eager_errors(drawn):
    program, rows = drawn
    compiled = jit(program, arity=program.inputs)
    for row in rows:
        expected = outcome(lambda row=row: eager_value(program, row))
        assert outcome(lambda row=row: compiled(*row)) == expected
        if len(program.outputs) == 1:
            expected = outcome(lambda row=row: eager_gradients(program, row))
            assert outcome(lambda row=row: compiled.value_and_gradients(*row)) == expected


@settings(max_examples=100)
@given(PROGRAMS)
def test_wasm_gives_every_number_that_the_eager_engine_has(drawn):
    """The eager engine steps in for errors only: no compiled result is quietly an eager one."""
    program, rows = drawn
    compiled = jit(program, arity=program.inputs)
    for row in rows:
        expected = outcome(lambda row=row: eager_value(program, row))
        if not isinstance(expected, tuple):
            listed = expected if isinstance(expected, list) else [expected]
            assert bits(compiled._run("value", list(row))) == listed


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_the_eager_bits_on_special_numbers(name):
    operands, operation = OPERATIONS[name]
    for c in (2, 3.0, -1, 0.5, -0.0, 5e-324, 1e300):
        if name == "c ** v" and c <= 0:
            continue
        rows = [[SPECIAL[(i * k + i) % len(SPECIAL)] for k in range(operands)] for i in range(25)]
        same(lambda *v, c=c: operation(v, c), *rows, arity=operands)


def test_a_chain_of_5000_operations():
    def chain(x):
        for i in range(2500):
            x = (x * 0.999).relu() if i % 100 == 0 else x * 0.999 + 0.001
        return x

    same(chain, [1.5], [-0.0], [1e300])


def test_a_sum_of_5000_values():
    same(lambda x, y: Value.sum([x, y] * 2500), [0.1, 1e-17], [1e300, 1e304], [1e304, 1e305])


def test_a_graph_that_is_shared_exponentially():
    def doubled(x):
        for _ in range(100):
            x = x + x
        return x

    same(doubled, [1.0], [-0.1], [1e290])


def test_a_sum_that_depends_on_its_order():
    same(lambda x: (x * -1e16 + x * 1e16) + x * 1.0, [1.0])
    same(lambda a, b, c: (a + b) + c, [1.0, 1e16, -1e16], [0.1, 0.2, 0.3])
    same(lambda a, b, c: a + (b + c), [1.0, 1e16, -1e16], [0.1, 0.2, 0.3])


def test_a_product_and_a_sum_are_rounded_one_by_one():
    """A fused multiply-add would give 2**-104 here, not 0."""
    x = 1.0 + 2.0**-52
    assert jit(lambda a, b, c: a * b + c)(x, x, -(x * x)) == 0.0
    same(lambda a, b, c: a * b + c, [x, x, -(x * x)])


# ---- The shapes of functions -------------------------------------------------------------------


def test_a_lone_value_and_a_list_come_back_as_what_they_were():
    assert jit(lambda a: a + 1.0)(2.0) == 3.0
    assert jit(lambda a: [a + 1.0])(2.0) == [3.0]
    assert jit(lambda a: (a + 1.0, a * 2.0))(2.0) == [3.0, 4.0]


def test_several_outputs_share_their_graph():
    def function(a, b):
        c = (a * b).tanh()
        return [c, c * a, a, c, b.exp() + c]

    same(function, [0.5, -0.25], [1e300, 1e-300], [0.0, 800.0])


def test_several_outputs_have_no_gradient():
    compiled = jit(lambda a: [a, a])
    with pytest.raises(TypeError, match="expected a function with one output"):
        compiled.value_and_gradients(1.0)


def test_positional_arguments_of_any_number():
    compiled = same(lambda *v: Value.sum(x * x for x in v), [1.0, 2.0, 3.0], arity=3)
    assert compiled(1.0, 2.0, 3.0) == 14.0


def test_a_function_without_arguments():
    outside = Value(3.0)
    same(lambda: outside * outside, [])
    assert jit(lambda: Value(-0.0)).value_and_gradients() == (0.0, ())


def test_as_many_arguments_as_engines_take():
    row = [float(i) for i in range(999)]
    value, gradients = jit(lambda *v: Value.sum(v), arity=999).value_and_gradients(*row)
    assert (value, set(gradients)) == (498501.0, {1.0})


def test_more_arguments_or_outputs_than_engines_take_are_refused():
    with pytest.raises(ValueError, match="arity: expected at most 999 arguments, got 1000"):
        jit(lambda *v: Value.sum(v), arity=1000)
    assert len(jit(lambda a: [a] * 1000)(1.0)) == 1000
    with pytest.raises(ValueError, match="function: expected at most 1000 outputs, got 1001"):
        jit(lambda a: [a] * 1001)(1.0)


def test_the_identity_and_the_same_input_again():
    same(lambda a: a, [3.0], [-0.0])
    same(lambda a, b: b, [3.0, 4.0])
    same(lambda a, b: [b, a, b], [3.0, -0.0])


def test_an_unused_input_has_gradient_zero():
    compiled = same(lambda a, b, c: b * 2.0, [1.0, 2.0, 3.0])
    assert bits(compiled.value_and_gradients(1.0, 2.0, 3.0)) == bits((4.0, (0.0, 2.0, 0.0)))


def test_values_from_outside_are_constants():
    weight, bias = Value(-0.5, "w"), Value(1e-300)
    made = weight * bias + 2.0  # a graph of its own
    same(lambda x: x * weight + made, [3.0], [-0.0], [1e308])
    same(lambda x: made, [1.0])
    same(lambda x: Value(7.0), [1.0])


def test_constants_of_any_kind_of_number():
    same(lambda x: x ** Fraction(1, 2) + x * Fraction(1, 3) + x**2 + 2**x, [2.0], [1e300])
    assert "f64.const 0.5" in jit(lambda x: x ** Fraction(1, 2)).wat()


def test_constants_of_numbers_that_only_say_that_they_are_real():
    """As NumPy's integers do, which are no ints."""

    class Two:
        def __float__(self):
            return 2.0

    numbers.Real.register(Two)
    two = Two()
    same(lambda x: two**x + x**two + x * two, [3.0], [-0.5])
    assert "f64.const 2.0" in jit(lambda x: two**x).wat()


def test_arguments_of_any_kind_of_number():
    assert jit(lambda x: x / 2)(Fraction(1, 3)) == 1 / 3 / 2
    assert jit(lambda x: x / 2)(3) == 1.5


# ---- Errors ------------------------------------------------------------------------------------


def test_an_error_leaves_the_function_as_it_was():
    compiled = same(lambda x: x.log() / x, [1.0], [-1.0], [0.0], [1e-310], [2.0])
    assert bits(compiled(2.0)) == bits(eager_value(lambda x: x.log() / x, [2.0]))


def test_an_error_of_the_first_call_leaves_it_ready_for_the_next():
    compiled = jit(lambda x: x.log())
    with pytest.raises(ArithmeticError, match=r"log\(-1.0\) is not a finite real number"):
        compiled(-1.0)
    assert compiled(1.0) == 0.0


def test_a_gradient_too_large_is_the_eager_error_though_the_value_is_fine():
    compiled = same(lambda x: x * 1e200 * 1e200, [1e-300])
    assert compiled(1e-300) == 1e-300 * 1e200 * 1e200
    with pytest.raises(ArithmeticError, match="the gradient with respect to"):
        compiled.value_and_gradients(1e-300)


@pytest.mark.parametrize("function", [None, 3.0, "x", [Value(1.0)]])
def test_only_a_function_is_compiled(function):
    with pytest.raises(TypeError, match="function: expected a function of Values, got"):
        jit(function)


@pytest.mark.parametrize(
    "function", [lambda *v: v[0], lambda *, a: a, lambda a, **rest: a, lambda a, *rest: a]
)
def test_a_function_whose_arguments_cannot_be_counted_is_refused(function):
    with pytest.raises(TypeError, match="say how many it takes with arity="):
        jit(function)


@pytest.mark.parametrize(("arity", "error"), [(-1, ValueError), (1.0, TypeError), ("2", TypeError)])
def test_an_arity_is_a_count(arity, error):
    with pytest.raises(error, match="arity: expected an integer, 0 or more, got"):
        jit(lambda *v: v[0], arity=arity)


@pytest.mark.parametrize("row", [(), (1.0,), (1.0, 2.0, 3.0)])
def test_the_wrong_number_of_numbers_is_refused(row):
    compiled = jit(lambda a, b: a + b)
    with pytest.raises(TypeError, match=f"expected 2 numbers, got {len(row)}"):
        compiled(*row)
    with pytest.raises(TypeError, match=f"expected 2 numbers, got {len(row)}"):
        compiled.value_and_gradients(*row)


@pytest.mark.parametrize(
    ("thing", "error"),
    [
        ("1", TypeError),
        (None, TypeError),
        (True, TypeError),
        (Value(1.0), TypeError),
        ([1.0], TypeError),
        (float("inf"), ValueError),
        (float("nan"), ValueError),
        (10**400, ValueError),
    ],
)
def test_what_is_not_a_finite_number_is_refused_by_its_name(thing, error):
    with pytest.raises(error, match="second: expected a finite number, got"):
        jit(lambda first, second: first + second)(1.0, thing)


@pytest.mark.parametrize("result", [None, 3.0, "x", [], [1.0], [Value(1.0), None], {}])
def test_a_function_that_returns_no_values_is_refused(result):
    with pytest.raises(TypeError, match="function: expected one that returns a Value or Values"):
        jit(lambda a: result)(1.0)


def failing_at_one(x):
    try:
        return (x - 1.0).log()
    except ArithmeticError:
        return x * 0.5


def failing_below_zero(x):
    try:
        return x.log()
    except ArithmeticError:
        return x * 0.5


# ---- Functions that look at their numbers ------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * 2.0 if x.data > 0.0 else x * 3.0,
        lambda x: x * x.data,
        lambda x: x + Value(x.data),
        lambda x: x.with_label("a copy") * 2.0,
        lambda x: x ** (2.0 if x.data > 0.0 else 3.0),
        lambda x: Value.sum([x] * (1 + int(abs(x.data)))),
        lambda x: {1.0: x}[x.data] * 2.0,
        lambda x: x if x.data == 1.0 else [x],
        lambda x: [x, x * 2.0] if x.data > 0.0 else [x * 2.0, x],
        # Branches far from where it is called first, which no other trace would reach.
        lambda x: x * 2.0 if x.data < 1e6 else x * 3.0,
        lambda x: x * x if abs(x.data) < 20 else x,
        lambda x: x * 2.0 if x < 1e6 else x * 3.0,
        lambda x: x * 2.0 if x != 1e6 else x * 3.0,
        lambda x: x * 2.0 if x else x * 3.0,
        lambda x: x * 2.0 if x not in (1e6, 1e7) else x * 3.0,
        lambda x: x * 2.0 if float(x) < 1e6 else x * 3.0,
        lambda x: x * 2.0 if math.sqrt(x) < 1e6 else x * 3.0,
        lambda x: x * float([1, 2, 3][int(x)]),
        lambda x: x * float([1, 2, 3][x]),
        lambda x: x * 2.0 if round(x) < 1e6 else x * 3.0,
        lambda x: x * 2.0 if math.floor(x) < 1e6 else x * 3.0,
        lambda x: x * (x * x).backward()[x],
        lambda x: x * gradients.backward(x * x)[x],
        lambda x: x * (x * x).local_gradients[0],
        lambda x: x * Value(1.0) if (x * 1e-6).with_label("small").data < 1.0 else x,
        lambda x: x * 2.0 if max(x, 1.0, key=lambda v: getattr(v, "data", v)) is x else x * 3.0,
        lambda x: x * 2.0 if type(x) is Value else x * 3.0,
        lambda x: x * (2.0 if type(x) is Value else "a text"),
        failing_at_one,
        failing_below_zero,
    ],
)
def test_a_function_whose_work_depends_on_its_numbers_is_refused(function):
    with pytest.raises(ValueError, match="its operations depend on the numbers it is given"):
        jit(function)(1.0)


def test_choosing_between_inputs_is_refused():
    """The graph is the same, empty one; only what is returned differs."""
    with pytest.raises(ValueError, match="its operations depend on the numbers it is given"):
        jit(lambda a, b: a if a.data > b.data else b)(1.0, 2.0)
    with pytest.raises(ValueError, match="its operations depend on the numbers it is given"):
        jit(lambda a, b: sorted([a, b], key=lambda v: v.data))(1.0, 2.0)


def test_a_branch_that_depends_on_what_is_outside_is_refused():
    calls = []

    def function(x):
        calls.append(1)
        return x * float(len(calls))

    with pytest.raises(ValueError, match=r"or a second time, it does something else"):
        jit(function)(1.0)


def test_numbers_of_what_is_outside_may_be_looked_at():
    weight = Value(3.0)
    same(lambda x: x * weight.data if weight.data > 1.0 and bool(weight) else x, [2.0], [-0.5])


def test_python_control_flow_that_is_always_the_same_compiles():
    def power(x, n=5):
        result = x
        for k in range(n - 1):
            result = result * x if k % 2 else x * result
        return result

    same(power, [1.1], [-3.0], arity=1)


def test_what_an_operation_is_not_used_for_is_an_error_all_the_same():
    def function(x, y):
        x.log()
        (x * 1e200 * y).relu()
        y**-0.5
        return x * y

    rows = [[1.0, 2.0], [-1.0, 2.0], [1.0, 1e200], [-1.0, -1e200], [1.0, 0.0], [1.0, 1e-320]]
    same(function, *rows)
    same(lambda x: ([x.exp() for _ in range(3)], x * 2.0)[1], [1.0], [1000.0], [2.0])


def test_what_a_label_is_put_on_is_computed_once():
    def function(x):
        y = (x * x).with_label("y")
        (y * 1e300).with_label("unused").with_label("twice")
        return y + x

    compiled = same(function, [1.0], [1e10], [-1e300])
    assert [line.split()[1:] for line in compiled.tape.text().splitlines()] == [
        ["input", "x"],
        ["*", "0", "0", "y"],
        ["+", "1", "0"],
        ["const", "1e+300"],
        ["*", "1", "3", "twice"],
    ]


def test_many_unused_operations_are_traced_in_one_walk():
    def function(x):
        y = x
        for _ in range(3000):
            y = y * 0.999 + 0.001
        return x * 2.0

    same(function, [1.0], [1e300])


# ---- The module --------------------------------------------------------------------------------


def example(a, b):
    return (a * b + a).relu() + a.tanh() ** 1.5


def test_the_same_function_gives_the_same_bytes():
    called, other = jit(example), jit(example)
    called(2.0, 3.0)
    assert other.wasm == called.wasm
    assert other.wat() == called.wat()
    assert jit(lambda a, b: (a * b + a).relu() + a.tanh() ** 1.5).wasm == called.wasm


def test_bytes_and_text_need_no_call_and_no_runtime(monkeypatch):
    def no_host(binary):
        raise NoHost

    monkeypatch.setattr(host, "instantiate", no_host)
    compiled = jit(example)
    assert compiled.wasm.startswith(b"\x00asm\x01\x00\x00\x00")
    assert "local.get $a" in compiled.wat()
    with pytest.raises(NoHost, match="pip install"):
        compiled(2.0, 3.0)


def test_a_tape_says_what_was_traced():
    text = jit(lambda a, b: a * b + a).tape.text()
    assert [line.split() for line in text.splitlines()] == [
        ["0:", "input", "a"],
        ["1:", "input", "b"],
        ["2:", "*", "0", "1"],
        ["3:", "+", "2", "0"],
    ]


def test_a_compiled_function_says_what_it_is():
    assert repr(jit(example)) == "jit of example(a, b)"
    assert isinstance(jit(example), Compiled)


def test_a_compiled_function_can_be_copied_and_pickled():
    compiled = jit(example)
    expected = compiled.value_and_gradients(2.0, 3.0)
    for make in (lambda f: pickle.loads(pickle.dumps(f)), copy.copy, copy.deepcopy):
        twin = make(compiled)
        assert twin.value_and_gradients(2.0, 3.0) == expected
        assert repr(twin) == repr(compiled)


def test_compiled_functions_are_collected():
    """No registry keeps modules alive: a page may compile as often as it likes."""
    gc.collect()
    before = sum(isinstance(thing, Compiled) for thing in gc.get_objects())
    for _ in range(3):
        jit(example)(2.0, 3.0)
    gc.collect()
    assert sum(isinstance(thing, Compiled) for thing in gc.get_objects()) <= before
