"""What stands for any number tells when it is looked at; nothing else notices that it is there."""

import inspect
import threading

import pytest

from micrograd_wasm import Value, jit
from micrograd_wasm.compiler.watch import Traced, TracedFloat, TracedInput, new_leaf, watching
from micrograd_wasm.engine import value
from tests.compiler.programs import OPERATIONS
from tests.parity.recordings import bits


def done(operation, operands, leaf):
    return operation([leaf(0.5 + 0.25 * k) for k in range(operands)], 2.0)


@pytest.mark.parametrize("name", [name for name, (count, _) in OPERATIONS.items() if count])
def test_all_that_is_made_of_a_traced_value_is_traced(name):
    count, operation = OPERATIONS[name]
    plain = done(operation, count, Value)
    with watching() as watch:
        made = done(operation, count, lambda x: new_leaf(x, "x"))
    assert type(made) is Traced
    assert watch.looks == []
    assert made in watch.made
    assert (made.op, bits(made.data)) == (plain.op, bits(plain.data))
    assert bits(list(made.local_gradients)) == bits(list(plain.local_gradients))


def test_every_method_that_makes_a_value_makes_a_traced_one():
    """A new operation is in no list of this test."""
    made = 0
    for name, method in inspect.getmembers(Value, inspect.isfunction):
        if name == "__copy__":
            continue
        signature = inspect.signature(method)
        if signature.return_annotation in {"Value", "Self"} and len(signature.parameters) == 1:
            with watching():
                assert type(getattr(new_leaf(0.5, "x"), name)()) is Traced, name
            made += 1
    assert made >= 6


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (lambda v: v.data, "reads .data"),
        (lambda v: v.local_gradients, "reads derivatives"),
        (lambda v: v.backward(), "reads derivatives"),
        (lambda v: v == 1.0, "compares numbers"),
        (lambda v: v != v * 1.0, "compares numbers"),
        (lambda v: 1.0 in [v, v], "compares numbers"),
        (bool, "asks whether a number is true"),
        (float, "turns a Value into a plain number"),
        (int, "turns a Value into a plain number"),
        (round, "turns a Value into a plain number"),
    ],
)
def test_a_look_is_noted(look, words):
    leaf = new_leaf(1.0, "x")
    with watching() as watch:
        made = leaf + 1.0
        assert watch.looks == []
        look(made)
    assert words in watch.looks
    look(made)  # afterwards nobody minds
    assert len(watch.looks) == watch.looks.count(words)


def test_what_stands_for_a_float_is_equal_to_it_while_it_is_watched():
    label = new_leaf(-1.0, "y", TracedFloat)
    with watching() as watch:
        assert label == -1.0
        assert label < 0.0
        assert (label + 1.0) == 0.0
        assert not label + 1.0
        assert {-1.0: "found"}[label] == "found"
        assert float(label) == -1.0
    assert len(watch.looks) == 7  # the table compares what it finds
    assert {label, new_leaf(-1.0, "y", TracedFloat)} != {label}  # by itself it is what it is


def test_of_inputs_alone_only_sums_and_products_are_the_same_of_floats():
    x, y = (new_leaf(number, "x", TracedInput) for number in (0.5, 3.0))
    with watching() as watch:
        made = x * y - x + -y
        assert type(made) is TracedInput
        assert type(made * new_leaf(2.0, "w")) is Traced
        assert watch.looks == []
        x / y
    assert watch.looks == ["computes more of the inputs alone than sums and products"]


def test_outside_nothing_notices():
    plain, made = Value(2.0), value._made
    with watching() as watch:
        assert plain * 3.0 == plain * 3.0 or plain.data == 2.0
        assert type(plain * 3.0) is Value
        assert jit(lambda x: x * 2.0)(3.0) == 6.0  # a traced function may compile another one
        made_here = new_leaf(1.0, "x") + 1.0
    assert watch.looks == []
    assert watch.made == [made_here]
    assert value._made is made
    with pytest.raises(ZeroDivisionError), watching():
        1 / 0  # noqa: B018
    assert value._made is made


def test_what_other_threads_do_is_not_noted():
    begun, looked, results = threading.Event(), threading.Event(), []
    shared = new_leaf(2.0, "x")

    def look():
        begun.wait()
        results.append((shared * 3.0).data if shared == shared * 1.0 else 6.0)
        results.append(type(shared * 3.0) is Value)
        looked.set()

    other = threading.Thread(target=look)
    other.start()
    with watching() as watch:
        begun.set()
        assert looked.wait(60)
    other.join()
    assert results == [6.0, True]
    assert (watch.looks, watch.made) == ([], [])
