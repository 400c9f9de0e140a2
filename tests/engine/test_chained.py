"""Values and their graphs copied and pickled: what is new, what stays one, and in which order.

That all of it works at any depth is shown in test_large_graphs.py.
"""

import copy
import io
import itertools
import pickle

import pytest

from micrograd_wasm import MLP, Value, classic, datasets, losses
from micrograd_wasm.base.chained import Chained


def graph():
    x = Value(2.0, label="x")
    return x, (x * 3.0 + x**2).relu().with_label("y")


def again(thing):
    return pickle.loads(pickle.dumps(thing))


WAYS = [pytest.param(copy.deepcopy, id="deepcopy")] + [
    pytest.param(
        lambda thing, protocol=protocol: pickle.loads(pickle.dumps(thing, protocol)),
        id=f"pickle {protocol}",
    )
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
]


@pytest.mark.parametrize("way", WAYS)
def test_a_graph_comes_back_as_it_was_with_new_numbers(way):
    x, y = graph()
    x2, y2 = way([x, y])
    assert (x2.label, y2.label, y2.data, y2.op) == ("x", "y", 10.0, "relu")
    square = y2.parents[0].parents[1]
    assert (square.op, square.constant, square.parents) == ("**", 2, (x2,))
    assert y2.backward()[x2] == y.backward()[x] == 7.0
    before, after = y.backward(), y2.backward()
    assert not set(before) & set(after)
    assert not {value.id for value in before} & {value.id for value in after}
    assert all(value.id > parent.id for value in after for parent in value.parents)


@pytest.mark.parametrize("way", WAYS)
def test_what_several_results_share_stays_shared(way):
    model, data = MLP(2, [3, 1], seed=1), datasets.moons(5, seed=1)
    loss = losses.max_margin(model, data.xs, data.ys, alpha=0.1)
    model2, scores, total, table = way(
        (model, loss.scores, loss.total_loss, loss.total_loss.backward())
    )
    assert table.output is total
    expected = loss.total_loss.backward()
    assert [table[p] for p in model2.parameters()] == [expected[p] for p in model.parameters()]
    assert [table[score] for score in scores] == [expected[score] for score in loss.scores]


def test_a_copy_is_another_value_of_the_same_parents():
    x, y = graph()
    twin = copy.copy(y)
    assert twin is not y
    assert twin.parents[0] is y.parents[0]
    assert twin.id > y.id
    assert (twin.data, twin.label, twin.local_gradients) == (y.data, "y", y.local_gradients)
    assert twin.backward()[x] == 7.0


class Named(Value):
    """A class of a reader's own, with attributes."""


@pytest.mark.parametrize("way", WAYS)
def test_attributes_of_a_readers_class_are_kept(way):
    value = Named(1.0)
    value.note = ["a", value]
    twin = way(value)
    assert type(twin) is Named
    assert twin.note == ["a", twin]
    assert twin.note is not value.note


def test_a_list_of_all_nodes_asks_for_each_just_once(monkeypatch):
    value = Value(1.0)
    nodes = [value]
    for _ in range(3000):
        value = -value
        nodes.append(value)
    asked = []
    original = Chained.__reduce_ex__
    monkeypatch.setattr(
        Chained,
        "__reduce_ex__",
        lambda self, protocol: asked.append(self) or original(self, protocol),
    )
    twins = again(nodes)
    assert asked == nodes
    assert all(b.parents == (a,) for a, b in itertools.pairwise(twins))


@pytest.mark.slow
def test_picklers_side_by_side_do_not_take_each_others_memory_for_theirs():
    value = Value(1.0)
    for _ in range(50_000):
        value = -value
    first = pickle.Pickler(io.BytesIO())
    first.dump(value)
    more = value * 2.0
    assert again(more).parents[0].data == value.data  # 50,000 deep, and saved by the other one
    first.dump(more)
    assert again(value).data == value.data


def test_a_pickling_that_fails_leaves_nothing_behind():
    value = Value(1.0)
    for _ in range(50_000):
        value = -value
    broken = Named(1.0)
    broken.note = lambda: None
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(value * broken)
    assert again(value).data == value.data


@pytest.mark.parametrize("way", WAYS)
def test_boxes_of_the_classic_api_keep_gradients_and_changed_numbers(way):
    a = classic.Value(2.0, label="a")
    y = (a * a + 1.0).relu()
    y.backward()
    a.data = 5.0
    a2, y2 = way([a, y])
    assert (a2.data, a2.grad, a2.label, y2.data) == (5.0, 4.0, "a", 5.0)
    y2.backward()
    assert a2.grad == 8.0
    assert a.grad == 4.0
