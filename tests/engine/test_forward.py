"""Many rows through a model: the same bits each way, no graph kept, no program built in vain."""

import gc
import random

import pytest

from micrograd_wasm import MLP, Dataset, Layer, Neuron, Value, diagnose, plot_data, predictions
from micrograd_wasm.analysis import forward
from micrograd_wasm.compiler.evaluation import CALL_POINTS
from tests.engine.test_memory import values_alive
from tests.parity.recordings import bits

ROWS = [(x / 4.0, y / 4.0) for x in range(-4, 5) for y in (-3.0, -0.0, 0.0, 1.0)]
MODELS = [
    Neuron(2, seed=1),
    Neuron(2, nonlin=False, weights=[0.0, -0.0], bias=-0.0),
    Neuron(2, activation="tanh", seed=1),
    Layer(2, 3, seed=1),
    MLP(2, [1], seed=1),
    MLP(2, [4, 3, 2], activation=["tanh", "relu"], seed=1),
    MLP(2, [16, 16, 1], seed=1337),
    MLP(2, [3, 1], bias=Value(0.5) * 2.0, seed=1),
]


class Watched(MLP):
    """A network that might do anything, and what it sees of memory and collector when asked."""

    __slots__ = ()
    seen = []  # noqa: RUF012 - cleared by the test that uses it

    def activations(self, inputs):
        Watched.seen.append((values_alive(), gc.isenabled()))
        return super().activations(inputs)


@pytest.fixture
def without_compiler(monkeypatch):
    monkeypatch.setattr(forward, "scorer", lambda *_: pytest.fail("a program was built"))


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("pays", [1, 10_000], ids=["compiled", "one by one"])
def test_each_way_has_the_bits_of_the_values(model, pays, monkeypatch):
    monkeypatch.setattr(forward, "PAYS", pays)
    each = [[[v.data for v in layer] for layer in model.activations(row)] for row in ROWS]
    last = [number for layers in each for number in layers[-1]]
    assert bits(forward.scores(model, ROWS * 2)) == bits(last * 2)
    every = [number for layers in each for layer in layers for number in layer]
    assert bits(forward.activations(model, ROWS * 2)) == bits(every * 2)


@pytest.mark.parametrize("model", [*MODELS[:6], Watched(2, [2, 1], seed=1)], ids=repr)
@pytest.mark.parametrize("big", [(1e308, 1e308), (-1.7e308, 1.7e308), (5e307, 2.0)])
def test_a_number_that_is_too_large_is_the_error_of_the_values(model, big, without_compiler):
    large = model.replace_parameters([3.0 * p.data for p in model.parameters()])
    expected = told(lambda: [value.data for value in forward._outputs(large, big)])
    assert told(lambda: forward.scores(large, [big])) == expected
    assert told(lambda: forward.scores(large, [ROWS[0], big])[-len(expected) :]) == expected


def told(compute):
    try:
        return compute()
    except ArithmeticError as error:
        return str(error)


def test_a_few_rows_of_a_large_network_build_neither_program_nor_graph(without_compiler):
    """It was 86 seconds, 4 GB, and then a failure."""
    model = MLP(784, [128, 10], seed=1)
    pixels = random.Random(1)
    rows = [[pixels.random() for _ in range(784)] for _ in range(64)]
    before = values_alive()
    predicted = predictions.predict(model, rows)
    assert values_alive() == before
    outputs = [value.data for value in model(rows[5])]
    assert (len(predicted), predicted[5]) == (64, outputs.index(max(outputs)))
    assert diagnose.dead_relus(model, (rows, [0] * 64)).example_count == 64


@pytest.mark.slow
def test_another_models_graphs_go_one_by_one_with_the_collector_paused(without_compiler):
    model = Watched(2, [8, 1], seed=1)
    rows = [[k / 16.0, 1.0] for k in range(16)]
    for ask in (
        lambda: predictions.predict(model, rows),
        lambda: diagnose.dead_relus(model, (rows, [0] * 16)),
        lambda: plot_data.decision_boundary(model, Dataset(((0.0, 0.0),), (1.0,)), h=0.5),
    ):
        Watched.seen = []
        ask()
        assert len(Watched.seen) >= 16
        alive, collecting = zip(*Watched.seen[1:], strict=True)
        assert max(alive) == min(alive)
        assert not any(collecting)
    assert gc.isenabled()


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_around_what_one_call_takes_no_row_is_lost(more):
    model = MLP(2, [2], seed=1)
    rows = [(k / 512.0, 1.0) for k in range(CALL_POINTS + more)]
    found = forward.scores(model, rows)
    assert len(found) == 2 * len(rows)
    for k in (0, 1, len(rows) - 2, len(rows) - 1):
        assert found[2 * k : 2 * k + 2] == [value.data for value in model(rows[k])]


def test_rows_of_the_wrong_width_are_refused():
    for model in (MODELS[0], MODELS[-1], Watched(2, [1])):
        with pytest.raises(ValueError, match=r"^inputs: expected 2 of them, got 3"):
            predictions.predict(model, [[1.0, 2.0, 3.0]])
