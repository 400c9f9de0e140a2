"""Evaluation: a model's outputs on many points have the eager engine's bits."""

import math
from array import array

import pytest
from hypothesis import given, settings

from micrograd_wasm import MLP, Layer, Neuron, Value, plot_data
from micrograd_wasm.compiler import Evaluation, NoHost, evaluation, host
from tests.compiler.programs import outcome
from tests.compiler.strategies import CONFIGURATIONS
from tests.parity.recordings import bits

GRID = [[x / 4.0, y / 4.0] for x in range(-8, 9) for y in range(-8, 9)]
MODELS = [
    Neuron(2, seed=1),
    Neuron(2, nonlin=False, seed=1),
    Neuron(2, activation="tanh", seed=1),
    Layer(2, 3, seed=1),
    MLP(2, [1], seed=1),
    MLP(2, [4, 1], seed=1),
    MLP(2, [4, 3, 2], seed=1),
    MLP(2, [4, 3, 1], activation=["tanh", "relu"], seed=1),
    MLP(2, [16, 16, 1], seed=1337),
    MLP(2, [3, 1], bias=Value(0.5) * 2.0, seed=1),
]


def eager(model, points):
    """Every neuron's output for each point."""
    return [[v.data for layer in model.activations(p) for v in layer] for p in points]


def flat(rows):
    return [number for row in rows for number in row]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_scores_and_activations_have_the_eager_bits(model):
    made, expected = Evaluation(model, 2), eager(model, GRID)
    outputs = made.layer_sizes[-1]
    assert bits(made.activations(GRID)) == bits(flat(expected))
    assert bits(made.scores(GRID)) == bits(flat(row[-outputs:] for row in expected))
    assert made.layer_sizes == tuple(len(layer) for layer in model.activations(GRID[0]))


@settings(max_examples=50)
@given(CONFIGURATIONS)
def test_a_random_model_on_random_points(configuration):
    model, points = configuration.model(), configuration.xs
    made = Evaluation(model, len(points[0]))
    expected = outcome(lambda: flat(eager(model, points)))
    assert outcome(lambda: made.activations(points)) == expected


def test_more_points_than_one_call_takes(monkeypatch):
    model = MLP(2, [4, 2], seed=1)
    whole = Evaluation(model, 2).activations(GRID)
    monkeypatch.setattr(evaluation, "CALL_POINTS", 100)
    assert bits(Evaluation(model, 2).activations(GRID)) == bits(whole)
    assert len(GRID) > 200


def test_no_points_give_no_scores():
    assert Evaluation(MODELS[0], 2).scores([]) == []


def test_zeros_keep_their_sign():
    model = Neuron(2, nonlin=False, weights=[0.0, -0.0], bias=-0.0)
    points = [[x, y] for x in (0.0, -0.0, 1.0, -1.0) for y in (0.0, -0.0, 1.0, -1.0)]
    got = bits(Evaluation(model, 2).scores(points))
    assert got == bits(flat(eager(model, points)))
    assert {"0x0.0p+0", "-0x0.0p+0"} == set(got)


def test_other_parameters_can_be_put_in():
    made, other = Evaluation(MLP(2, [4, 1], seed=1), 2), MLP(2, [4, 1], seed=2)
    made.parameters = array("d", [p.data for p in other.parameters()])
    assert bits(made.activations(GRID)) == bits(flat(eager(other, GRID)))


def test_one_value_as_several_parameters_is_each_of_them():
    shared = Value(0.5)
    model = Neuron(2, weights=[shared, shared], bias=shared)
    assert bits(Evaluation(model, 2).scores(GRID)) == bits(flat(eager(model, GRID)))


@pytest.mark.parametrize("call", ["scores", "activations"])
def test_a_point_that_overflows_is_the_eager_error(call):
    model = MLP(2, [4, 1], seed=1)
    points = [*GRID, [1e308, -1e308], [0.0, 0.0]]
    model = model.replace_parameters([1e10 * p.data for p in model.parameters()])
    with pytest.raises(ArithmeticError) as expected:
        eager(model, points)
    with pytest.raises(ArithmeticError) as caught:
        getattr(Evaluation(model, 2), call)(points)
    assert str(caught.value) == str(expected.value)


def test_an_infinity_that_relu_would_hide_is_an_error():
    model = MLP(1, [1, 1], seed=1).replace_parameters([-1e10, 0.0, 1.0, 0.0])
    with pytest.raises(ArithmeticError, match="too large for a float64"):
        Evaluation(model, 1).scores([[1e300]])


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_a_point_that_is_no_number_is_an_error(bad):
    with pytest.raises(ArithmeticError, match=r"inputs\[0\]: expected a Value or a finite number"):
        Evaluation(MLP(2, [4, 1], seed=1), 2).scores([[0.0, 0.0], [bad, 0.0]])


@pytest.mark.parametrize("row", [[], [1.0], [1.0, 2.0, 3.0]])
def test_a_point_of_another_width_is_refused_by_its_number(row):
    with pytest.raises(ValueError, match=r"points\[1\]: expected 2 numbers, got"):
        Evaluation(MODELS[0], 2).scores([[0.0, 0.0], row])


@pytest.mark.parametrize("model", [None, "x", lambda x: x, [1.0]])
def test_only_a_model_is_evaluated(model):
    with pytest.raises(TypeError, match="model: expected an MLP, Layer or Neuron, got"):
        Evaluation(model, 2)


def test_a_model_of_another_width_is_refused():
    with pytest.raises(ValueError, match="inputs: expected 2 of them, got 3"):
        Evaluation(MODELS[0], 3)


def test_without_a_runtime_the_extra_is_named(monkeypatch):
    def no_host(binary):
        raise NoHost

    monkeypatch.setattr(host, "instantiate", no_host)
    with pytest.raises(NoHost, match=r"micrograd-wasm\[native\]"):
        Evaluation(MODELS[0], 2)


def test_a_boundary_is_the_same_with_and_without_a_runtime(monkeypatch):
    from micrograd_wasm import datasets

    model, dataset = MLP(2, [8, 8, 1], seed=1), datasets.moons(20, seed=1)
    compiled = plot_data.decision_boundary(model, dataset)
    monkeypatch.setattr(host, "available", lambda: False)
    assert bits(plot_data.decision_boundary(model, dataset)) == bits(compiled)
    assert len(compiled) > 64
