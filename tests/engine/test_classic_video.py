"""The original's API as its video uses it: values drawn, nudged, and operations of one's own."""

import math
import random
import re

import pytest

from micrograd_wasm import classic
from micrograd_wasm.classic import MLP, Value


def video_neuron(how):
    """The video's neuron: its inputs and weights, and its output through `how`."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    return (x1, x2, w1, w2), how(x1 * w1 + x2 * w2 + b)


def by_exp(n):
    e = (2 * n).exp()
    return (e - 1) / (e + 1)


@pytest.mark.parametrize("how", [Value.tanh, by_exp], ids=["tanh", "exp"])
def test_a_neuron_with_tanh_whole_or_taken_apart(how):
    leaves, o = video_neuron(how)
    o.backward()
    assert o.data == pytest.approx(math.sqrt(0.5), rel=1e-12)
    assert [v.grad for v in leaves] == pytest.approx([-1.5, 0.5, 1.0, 0.0], rel=1e-12)


def test_the_reverse_pass_by_hand_is_backwards():
    leaves, o = video_neuron(Value.tanh)
    topo, visited = [], set()

    def build_topo(v):
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build_topo(child)
            topo.append(v)

    build_topo(o)
    o.grad = 1.0
    for node in reversed(topo):
        node._backward()
    again, same = video_neuron(Value.tanh)
    same.grad = 1.0  # as the video leaves it
    same.backward()
    assert [v.grad for v in leaves] == [v.grad for v in again]
    assert o.grad == same.grad == 1.0


def test_a_value_used_twice_gets_both_gradients():
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0
    a, b = Value(-2.0), Value(3.0)
    d, e = a * b, a + b
    (d * e).backward()
    assert (a.grad, b.grad) == (-3.0, -8.0)


def test_what_is_made_after_a_nudge_has_the_new_number():
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    before = a * b + c
    a.data += 0.001
    assert (a * b + c).data == pytest.approx(3.997)
    e = a * b
    e.data += 0.5
    assert (e + c).data == pytest.approx(4.497)
    assert before.data == 4.0


def test_a_result_that_was_moved_still_leads_back():
    a, b = Value(2.0), Value(-3.0)
    for e in (a * b, (a * b) ** 2, (a * b).tanh()):
        op, children = e._op, e._prev
        e.data += 1.0
        assert (e._op, e._prev) == (op, children)
        assert e._prev
    e = a * b
    e.data = 7.0
    (e * e).backward()
    assert (e.grad, a.grad) == (14.0, -42.0)


def test_a_change_between_result_and_backward_is_no_part_of_it():
    """The original multiplies by the new number, which never went into the result."""
    x, w = Value(2.0), Value(5.0)
    y = x * w
    w.data = 100.0
    y.backward()
    assert (x.grad, w.grad) == (5.0, 2.0)
    # In two places, with two numbers: each place has its share.
    a = Value(2.0)
    first = a * a
    a.data = 3.0
    (first + a * 10).backward()
    assert a.grad == 14.0


def test_the_graph_is_walked_as_a_drawing_does():
    leaves, o = video_neuron(Value.tanh)
    o.label = "o"
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(o)
    assert (len(nodes), len(edges)) == (10, 9)
    assert sorted(v._op for v in nodes) == ["", "", "", "", "", "*", "*", "+", "+", "tanh"]
    assert {v.label for v in nodes} == {"", "x1", "x2", "w1", "w2", "b", "o"}
    assert leaves[0]._prev == set()


def test_a_label_may_be_given_later():
    a, b = Value(2.0, label="a"), Value(-3.0)
    e = a * b
    b.label, e.label = "b", "e"
    d = e + 1
    d.backward()
    assert (a.label, b.label, e.label, d.label) == ("a", "b", "e", "")
    assert (a.grad, b.grad, e.grad) == (-3.0, 2.0, 1.0)
    e.data = b.data = 7.0
    assert (e.label, e._op, b.label) == ("e", "*", "b")
    with pytest.raises(TypeError, match="label: expected a text"):
        e.label = 5


def test_the_graph_is_drawn_with_labels_numbers_and_gradients():
    _, o = video_neuron(Value.tanh)
    o.label = "o"
    o.backward()
    drawing = classic.draw_dot(o)
    text = re.sub("<[^>]*>", " ", drawing.svg)
    assert drawing.total == 10
    for shown in ("x1", "w2", "tanh", "0.7071", "-1.5"):
        assert shown in text, shown
    assert classic.draw_dot(o, depth=1).shown < 10
    with pytest.raises(TypeError, match="root: expected a Value"):
        classic.draw_dot(1.0)


@pytest.mark.parametrize(
    ("make", "ops"),
    [
        (lambda x: -x, ["*"]),
        (lambda x: x - 1, ["+"]),
        (lambda x: 1 - x, ["*", "+"]),
        (lambda x: x / 2, ["**-1", "*"]),
        (lambda x: 1 / x, ["**-1", "*"]),
        (lambda x: x**2, ["**2"]),
        (lambda x: x.relu(), ["ReLU"]),
        (lambda x: x.exp(), ["exp"]),
    ],
)
def test_what_is_made_of_what_is_as_in_the_original(make, ops):
    waiting, found = [make(Value(3.0))], []
    while waiting:
        node = waiting.pop()
        found.append(node._op)
        waiting += node._prev
    assert sorted(filter(None, found)) == sorted(ops)


class TestTheFourExamples:
    xs = ([2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0])
    ys = (1.0, -1.0, -1.0, 1.0)

    def train(self, model, steps, zero=True):
        losses = []
        for _ in range(steps):
            ypred = [model(x) for x in self.xs]
            loss = sum((out - y) ** 2 for y, out in zip(self.ys, ypred, strict=True))
            if zero:
                for p in model.parameters():
                    p.grad = 0.0
            loss.backward()
            for p in model.parameters():
                p.data += -0.05 * p.grad
            losses.append(loss.data)
        return losses

    def test_a_tanh_network_learns_them(self):
        random.seed(1)
        model = MLP(3, [4, 4, 1], activation="tanh")
        assert len(model.parameters()) == 41
        losses = self.train(model, 40)
        assert losses[-1] < 0.01 < losses[0]
        assert [model(x).data > 0.0 for x in self.xs] == [y > 0.0 for y in self.ys]

    def test_gradients_that_are_not_reset_add_up(self):
        """The video's own slip: it has to go wrong here as it does there."""
        random.seed(1)
        kept = MLP(3, [4, 4, 1], activation="tanh")
        for x, y in zip(self.xs, self.ys, strict=True):
            ((kept(x) - y) ** 2).backward()
        random.seed(1)
        summed = MLP(3, [4, 4, 1], activation="tanh")
        sum((summed(x) - y) ** 2 for x, y in zip(self.xs, self.ys, strict=True)).backward()
        ours, theirs = ([p.grad for p in m.parameters()] for m in (kept, summed))
        assert ours == pytest.approx(theirs, rel=1e-12)
        assert self.train(kept, 3, zero=False) != self.train(summed, 3)


# -- operations of one's own, written as in the original and in the video --------------------------


def own_tanh(x):
    t = math.tanh(x.data)
    out = Value(t, (x,), "tanh")

    def _backward():
        x.grad += (1 - t**2) * out.grad

    out._backward = _backward
    return out


def own_product(a, b):
    out = Value(a.data * b.data, (a, b), "*", label="product")

    def _backward():
        a.grad += b.data * out.grad
        b.grad += a.data * out.grad

    out._backward = _backward
    return out


def test_an_operation_of_ones_own_has_the_gradients_that_it_says():
    leaves, o = video_neuron(own_tanh)
    (o * 3 + o).backward()
    assert o.grad == 4.0
    assert [v.grad for v in leaves] == pytest.approx([-6.0, 2.0, 4.0, 0.0], rel=1e-12)
    assert (o._op, len(o._prev)) == ("tanh", 1)
    a = Value(3.0)
    square = own_product(a, a)
    square.backward()
    square.backward()
    assert (a.grad, square.grad, square.label) == (12.0, 1.0, "product")
    assert square._prev == {a}


def test_it_may_be_added_to_the_class():
    class Own(Value):
        def cube(self):
            out = Own(self.data**3, (self,), "cube")
            out._backward = lambda: setattr(self, "grad", self.grad + 3 * self.data**2 * out.grad)
            return out

    x = Own(2.0)
    x.cube().backward()
    assert x.grad == 12.0


def test_its_graph_is_as_deep_as_any_and_is_drawn():
    x = y = Value(1.0)
    for _ in range(3_000):
        y = own_product(y, Value(1.0))
    y.backward()
    assert x.grad == 1.0
    _, o = video_neuron(own_tanh)
    o.backward()
    assert "tanh" in re.sub("<[^>]*>", " ", classic.draw_dot(o).svg)


def test_its_step_is_taken_by_hand_too():
    x = Value(0.5)
    y = own_tanh(x)
    y.grad = 2.0
    y._backward()
    assert x.grad == pytest.approx(2 * (1 - math.tanh(0.5) ** 2))
    x.grad = 7.0
    y.backward()
    assert x.grad == pytest.approx(7.0 + (1 - math.tanh(0.5) ** 2))


def test_without_a_step_nothing_goes_back_and_wrong_parts_are_refused():
    x = Value(2.0)
    (Value(4.0, (x,)) * 2).backward()
    assert x.grad == 0.0
    assert Value(4.0, (x,))._op == "own"
    for make, message in (
        (lambda: Value(1.0, (2.0,)), r"_children\[0\]: expected a Value, got 2.0"),
        (lambda: Value(1.0, (x,), 3), "_op: expected a text"),
        (lambda: setattr(x, "_backward", 3), "_backward: expected a function"),
    ):
        with pytest.raises(TypeError, match=message):
            make()
