"""The original's API: its uses run with the import changed; where it goes wrong, ours does not."""

import importlib
import math
import random
import re

import pytest

import micrograd_wasm
from micrograd_wasm import classic, datasets, train
from micrograd_wasm.classic import MLP, Layer, Module, Neuron, Value
from tests.parity.recordings import bits, cases


class Log:
    """A run of the original's demo: losses and accuracies."""

    def __init__(self, steps, batch=None):
        random.seed(1337)
        dataset = datasets.moons(100, noise=0.1, seed=1337)
        self.model, self.losses, self.accuracies = MLP(2, [16, 16, 1]), [], []
        self.first = [p.data for p in self.model.parameters()]
        rows, labels = dataset.xs[:batch], [int(label) for label in dataset.ys[:batch]]
        for k in range(steps):
            total = self.total_loss(rows, labels)
            self.model.zero_grad()
            total.backward()
            for p in self.model.parameters():
                p.data -= (1.0 - 0.9 * k / 100) * p.grad
            self.losses.append(total.data)

    def total_loss(self, rows, labels):
        inputs = [list(map(Value, row)) for row in rows]
        scores = list(map(self.model, inputs))
        hinges = [(1 + -y * s).relu() for y, s in zip(labels, scores, strict=True)]
        right = [(y > 0) == (s.data > 0) for y, s in zip(labels, scores, strict=True)]
        self.accuracies.append(sum(right) / len(right))
        return sum(hinges) * (1.0 / len(hinges)) + 1e-4 * sum(
            p * p for p in self.model.parameters()
        )


# -- the import -----------------------------------------------------------------------------------


def test_the_originals_module_names_are_there():
    engine = importlib.import_module("micrograd_wasm.classic.engine")
    nn = importlib.import_module("micrograd_wasm.classic.nn")
    assert engine.Value is classic.engine.Value is Value
    assert (nn.Module, nn.Neuron, nn.Layer, nn.MLP) == (Module, Neuron, Layer, MLP)


def test_it_is_the_engine_inside():
    x = Value(3.0, label="x")
    assert isinstance(x.immutable, micrograd_wasm.Value)
    assert x.immutable.label == "x"
    assert (x * x).immutable.parents == (x.immutable, x.immutable)


# -- the uses of the original's tests and front page ----------------------------------------------


def sanity(x, relu):
    z = 2 * x + 2 + x
    q = relu(z) + z * x
    h = relu(z * z)
    return h + q + q * x


def more_ops(a, b, relu):
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c + (-a))
    d = d + (d * 2 + relu(b + a))
    d = d + (3 * d + relu(b - a))
    e = c - d
    f = e**2
    g = f / 2.0
    return g + 10.0 / f


def test_a_graph_of_sums_products_and_relus():
    x = Value(-4.0)
    y = sanity(x, Value.relu)
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_all_operations_in_one_graph():
    a, b = Value(-4.0), Value(2.0)
    g = more_ops(a, b, Value.relu)
    g.backward()
    assert f"{g.data:.4f} {a.grad:.4f} {b.grad:.4f}" == "24.7041 138.8338 645.5773"


def test_the_same_as_pytorch():
    torch = pytest.importorskip("torch", reason="optional: see test_torch.py", exc_type=ImportError)
    for function, numbers in ((sanity, [-4.0]), (more_ops, [-4.0, 2.0])):
        ours = [Value(number) for number in numbers]
        theirs = [torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in numbers]
        result, expected = function(*ours, Value.relu), function(*theirs, torch.relu)
        result.backward()
        expected.backward()
        assert result.data == pytest.approx(expected.item(), rel=1e-12)
        for x, tensor in zip(ours, theirs, strict=True):
            assert x.grad == pytest.approx(tensor.grad.item(), rel=1e-12)


def test_augmented_assignment_makes_new_values():
    c = before = Value(1.0)
    c += c + 1
    c -= 0.5
    c *= 2
    c /= 4
    assert c.data == 1.25
    c.backward()
    assert (before.data, before.grad) == (1.0, 1.0)


# -- the uses of the video ------------------------------------------------------------------------


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


# -- the demo notebook ----------------------------------------------------------------------------


def test_the_demos_first_steps_are_those_of_the_recorded_log():
    log, recorded = Log(3), cases("karpathy")
    assert log.losses == pytest.approx(recorded["log"]["losses"][:3], rel=1e-12, abs=0.0)
    percents = [accuracy * 100 for accuracy in log.accuracies]
    assert percents == recorded["log"]["accuracy_percent"][:3]
    assert bits(log.losses) == bits([row[1] for row in recorded["left_to_right"]["history"][:3]])


def test_many_small_steps_have_the_compiled_runs_bits():
    log, dataset = Log(40, batch=8), datasets.moons(100, noise=0.1, seed=1337)
    model = micrograd_wasm.MLP(2, [16, 16, 1], seed=1337)
    assert bits(log.first) == bits([p.data for p in model.parameters()])
    run = train(model, (dataset.xs[:8], dataset.ys[:8]), steps=40)
    assert bits(log.losses) == bits([row["loss"] for row in run.history])
    ours, theirs = log.model.parameters(), run.final_model.parameters()
    assert bits([p.data for p in ours]) == bits([p.data for p in theirs])


def test_the_model_prints_as_in_the_original():
    model = MLP(2, [3, 1])
    neurons = ", ".join(["ReLUNeuron(2)"] * 3)
    assert repr(model) == f"MLP of [Layer of [{neurons}], Layer of [LinearNeuron(3)]]"
    assert repr(Value(1.5)) == "Value(data=1.5, grad=0)"
    assert repr(MLP(2, [1, 1], activation="tanh").layers[0]) == "Layer of [TanhNeuron(2)]"
    assert Module().parameters() == []


def test_zero_grad_sets_all_parameters_gradients_to_0():
    model = MLP(2, [2, 1])
    (model([1.0, 2.0]) * 3).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0] * 9


# -- where the original goes wrong ----------------------------------------------------------------


def test_a_graph_of_any_depth():
    x = y = Value(1.0)
    for _ in range(30_000):
        y = y + 0.0
    y.backward()
    assert x.grad == 1.0


def test_a_second_pass_adds_the_same_again():
    x = Value(2.0)
    y = x * x
    z = y * y * 0.375
    z.backward()
    assert (x.grad, y.grad, z.grad) == (12.0, 3.0, 1.0)
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24.0, 6.0, 1.0)  # the original's x.grad: 36


@pytest.mark.parametrize("row", [[1.0], [1.0, 2.0, 3.0], []])
def test_a_row_of_the_wrong_length_is_refused(row):
    for thing in (Neuron(2), Layer(2, 3), MLP(2, [3, 1])):
        with pytest.raises(ValueError, match=f"x: expected 2 of them, got {len(row)}"):
            thing(row)


def test_a_hidden_layer_of_one_neuron_works():
    assert isinstance(MLP(1, [1, 1])([0.5]), Value)
    assert isinstance(MLP(1, [1, 1, 2])(0.5)[1], Value)
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: MLP(2, []), ValueError, "nouts: expected a list of positive integers"),
        (lambda: MLP(2, [0]), ValueError, "nout: expected a positive integer, got 0"),
        (lambda: MLP(2, 3), TypeError, "nouts: expected a list of positive integers"),
        (lambda: Neuron(-1), ValueError, "nin: expected an integer, 0 or more, got -1"),
        (lambda: Neuron(1, activation="cosine"), ValueError, "activation: expected"),
        (lambda: Neuron(2)("ab"), TypeError, "x: expected a list of 2 numbers or Values"),
        (lambda: Neuron(2)(1.0), TypeError, "x: expected a list of 2 numbers or Values"),
        (lambda: Value("a"), TypeError, "data: expected a number"),
        (lambda: Value(1.0) + "a", TypeError, "data: expected a number"),
        (lambda: Value(2) ** Value(2), TypeError, "exponent: expected a plain number"),
        (lambda: Value(1.0) / 0, ArithmeticError, "division by zero"),
        (lambda: 1 / Value(0.0), ArithmeticError, "division by zero"),
        (lambda: Value(1e308) * 10, ArithmeticError, "too large"),
        (lambda: Value(-8.0) ** (1 / 3), ArithmeticError, "-8.0"),
        (lambda: Value(math.nan), ArithmeticError, "data: expected a finite number"),
        (lambda: Value(1.0) < Value(2.0), TypeError, "not supported"),
    ],
)
def test_what_leaves_the_real_numbers_or_fits_nowhere_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_data_stays_a_finite_number():
    x = Value(1.0)
    for wrong, error in ((math.inf, ArithmeticError), ("1", TypeError)):
        with pytest.raises(error, match="data: expected"):
            x.data = wrong
    assert x.data == 1.0


def test_a_gradient_that_overflows_changes_nothing():
    x = Value(0.0)
    y = x * 1e200 * 1e200
    x.grad = 5.0
    with pytest.raises(ArithmeticError, match="too large for a float64"):
        y.backward()
    assert (x.grad, y.grad) == (5.0, 0)


@pytest.mark.parametrize(
    ("make", "slope"),
    [
        (lambda x: 2**x, 4.0 * math.log(2.0)),
        (lambda x: x.log(), 0.5),
        (lambda x: x.sigmoid(), math.exp(-2.0) / (1.0 + math.exp(-2.0)) ** 2),
        (lambda x: 3 - x, -1.0),
        (lambda x: x**-1, -0.25),
    ],
)
def test_each_operation_has_its_derivative(make, slope):
    x = Value(2.0)
    make(x).backward()
    assert x.grad == pytest.approx(slope, rel=1e-12)
