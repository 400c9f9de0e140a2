"""The reverse pass: a fresh, read-only table with every derivative in it, in a fixed order."""

from collections.abc import Mapping, MutableMapping

import pytest

from micrograd_wasm import Gradients, Value
from micrograd_wasm.gradients import topological_order


def test_the_table_holds_every_value_the_output_depends_on():
    x, y = Value(2.0), Value(3.0)
    product = x * y
    output = product + x
    gradients = output.backward()
    assert isinstance(gradients, Gradients)
    assert dict(gradients) == {output: 1.0, product: 1.0, x: 4.0, y: 2.0}
    assert len(gradients) == 4
    assert gradients.output is output


def test_a_leaf_is_its_own_gradient():
    x = Value(3.0)
    assert dict(x.backward()) == {x: 1.0}


def test_an_unrelated_value_has_gradient_zero_and_is_not_in_the_table():
    x, other = Value(1.0), Value(1.0)
    gradients = (x * 2).backward()
    assert gradients[other] == 0.0
    assert other not in gradients
    assert x in gradients
    assert gradients.get(other, "absent") == 0.0
    assert len(gradients) == 3  # asking added nothing


@pytest.mark.parametrize("key", [0, "x", None, 1.0])
def test_only_values_are_keys(key):
    gradients = Value(1.0).backward()
    with pytest.raises(TypeError, match=r"gradients\[\.\.\.\]: expected a Value, got"):
        gradients[key]
    assert key not in gradients


def test_an_unhashable_key_is_a_type_error():
    with pytest.raises(TypeError, match="expected a Value"):
        Value(1.0).backward()[[1]]


def test_the_table_is_read_only():
    x = Value(1.0)
    gradients = x.backward()
    assert isinstance(gradients, Mapping)
    assert not isinstance(gradients, MutableMapping)
    with pytest.raises(TypeError):
        gradients[x] = 5.0
    with pytest.raises(TypeError):
        del gradients[x]
    with pytest.raises(AttributeError):
        gradients.output = x
    with pytest.raises(AttributeError):
        gradients.clear()


def test_each_pass_gives_a_fresh_table():
    x = Value(3.0)
    y = x * x
    first, second = y.backward(), y.backward()
    assert first is not second
    assert first == second
    assert first[x] == 6.0


def test_two_outputs_of_one_graph_do_not_disturb_each_other():
    x = Value(3.0)
    y = x * x
    cube = y * x
    assert cube.backward()[x] == 27.0
    assert y.backward()[x] == 6.0
    assert cube.backward()[y] == 3.0


@pytest.mark.parametrize("thing", [5, None, "x", [Value(1.0)]])
def test_only_a_value_can_be_differentiated(thing):
    with pytest.raises(TypeError, match="output: expected a Value, got"):
        Value.backward(thing)


def test_a_gradient_that_overflows_is_an_arithmetic_error():
    x = Value(1e-300, label="x")
    steep = x * 1e200 * 1e200
    assert steep.data == pytest.approx(1e100)
    with pytest.raises(ArithmeticError, match=r"gradient with respect to Value\(1e-300, label='x'"):
        steep.backward()


def test_gradients_that_cancel_to_nan_are_an_arithmetic_error():
    x = Value(1e-300)
    up, down = x * 1e200 * 1e200, x * 1e200 * -1e200
    with pytest.raises(ArithmeticError):
        (up + down).backward()


def test_repr_names_the_output_and_counts_the_values():
    x = Value(2.0)
    assert repr((x * x).backward()) == ("Gradients of Value(4.0, op='*') with respect to 2 values")


def test_the_order_is_depth_first_with_parents_from_left_to_right():
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    left, right = a * b, b * c
    output = left + right
    assert topological_order(output) == [a, b, left, c, right, output]
    assert topological_order(output, leaves=False) == [left, right, output]


def test_the_sum_of_a_gradient_follows_that_order():
    """Three parts of one gradient whose sum depends on the order: the last consumer's comes first.

    The reverse pass meets the rightmost term first: (1 + 1e16) - 1e16 = 0, where the other
    direction would give (-1e16 + 1e16) + 1 = 1.
    """
    x = Value(1.0)
    output = (x * -1e16 + x * 1e16) + x * 1.0
    assert output.backward()[x] == 0.0


def test_a_values_parents_come_before_it_in_any_graph():
    x = Value(0.5)
    y = x
    for _ in range(50):
        y = (y * x + y.tanh()) * 0.5
    order = topological_order(y)
    position = {node: i for i, node in enumerate(order)}
    assert len(position) == len(order)
    assert all(position[p] < position[node] for node in order for p in node.parents)
