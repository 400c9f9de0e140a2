"""The original's API: its uses run with the import changed; where it goes wrong, ours does not."""

import importlib
import math
import random

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


# -- the demo notebook ----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_demos_first_steps_are_those_of_the_recorded_log():
    log, recorded = Log(3), cases("karpathy")
    assert log.losses == pytest.approx(recorded["log"]["losses"][:3], rel=1e-12, abs=0.0)
    percents = [accuracy * 100 for accuracy in log.accuracies]
    assert percents == recorded["log"]["accuracy_percent"][:3]
    assert bits(log.losses) == bits([row[1] for row in recorded["left_to_right"]["history"][:3]])


@pytest.mark.slow
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
        (lambda: MLP(2, [0]), ValueError, r"nouts\[0\]: expected a positive integer, got 0"),
        (lambda: MLP(2, 3), TypeError, "nouts: expected a list of positive integers"),
        (lambda: Neuron(-1), ValueError, "nin: expected an integer, 0 or more, got -1"),
        (lambda: Neuron(1, activation="cosine"), ValueError, "activation: expected"),
        (lambda: Neuron(2)("ab"), TypeError, "x: expected a list of 2 numbers or Values"),
        (lambda: Neuron(2)(1.0), TypeError, "x: expected a list of 2 numbers or Values"),
        (lambda: Value("a"), TypeError, "data: expected a number"),
        (lambda: Value(1.0) + "a", TypeError, "operand: expected a Value or a number"),
        (lambda: Value(1.0) - [2.0], TypeError, "operand: expected a Value or a number"),
        (lambda: Value(1.0, 5), TypeError, "_children: expected a tuple of Values"),
        (lambda: Neuron(2)([1.0, "a"]), TypeError, r"x\[1\]: expected a Value or a finite number"),
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
