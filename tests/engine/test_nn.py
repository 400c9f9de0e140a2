"""Neurons, layers, networks: what they compute, the order of their numbers, what is refused."""

import math
import re
from fractions import Fraction

import pytest

from micrograd_wasm import MLP, Layer, Neuron, Value, datasets, losses
from micrograd_wasm.engine.nn import initial_parameters

SEED = (1, 2, 3)


def numbers(model):
    return [parameter.data for parameter in model.parameters()]


def test_a_neuron_is_relu_of_bias_plus_weighted_sum():
    neuron = Neuron(2, weights=[2.0, -1.0], bias=0.5)
    assert neuron([3.0, 1.0]).data == 5.5
    assert neuron([0.0, 1.0]).data == 0.0
    assert Neuron(2, weights=[2.0, -1.0], bias=0.5, nonlin=False)([0.0, 1.0]).data == -0.5


def test_a_neuron_adds_the_bias_first():
    """(1e16 + 1) + 1 loses both ones: the sum starts with the bias and goes left to right."""
    assert Neuron(2, weights=[1.0, 1.0], bias=1e16)([1.0, 1.0]).data == 1e16


def test_a_lone_input_needs_no_list():
    neuron = Neuron(1, weights=[2.0], bias=1.0)
    assert neuron(3).data == neuron([3]).data == neuron(Value(3.0)).data == 7.0
    assert MLP(1, [1, 1], seed=SEED)(0.5).data == MLP(1, [1, 1], seed=SEED)([0.5]).data


def test_a_layer_of_one_gives_a_value_and_of_several_a_list():
    assert isinstance(Layer(2, 1, seed=SEED)([1.0, 2.0]), Value)
    outputs = Layer(2, 3, seed=SEED)([1.0, 2.0])
    assert isinstance(outputs, list)
    assert len(outputs) == 3
    assert len(MLP(2, [4, 2], seed=SEED)([1.0, 2.0])) == 2


def test_parameters_come_layer_by_layer_weights_then_bias():
    model = MLP(2, [2, 1], seed=SEED)
    listed = [
        parameter
        for layer in model.layers
        for neuron in layer.neurons
        for parameter in (*neuron.weights, neuron.bias)
    ]
    assert model.parameters() == listed
    assert model.parameter_count == len(listed) == 9
    assert [layer.parameter_count for layer in model.layers] == [6, 3]


def test_the_official_network_has_337_parameters():
    assert MLP(2, [16, 16, 1], seed=(1337, 1337, 1337)).parameter_count == 337


def test_the_same_parameters_are_used_by_every_call():
    """Gradients must reach the parameters themselves, not copies."""
    model = MLP(2, [3, 1], seed=SEED)
    gradients = (model([0.5, 0.5]) + model([1.0, -1.0])).backward()
    assert all(parameter in gradients for parameter in model.parameters())


def test_one_step_moves_each_parameter_against_its_gradient():
    model = MLP(2, [3, 1], seed=SEED)
    gradients = model([0.5, -1.0]).backward()
    moved = model.apply_gradients(gradients, 0.1)
    assert numbers(moved) == [p.data - 0.1 * gradients[p] for p in model.parameters()]
    assert numbers(moved) != numbers(model)


def test_a_model_is_unchanged_by_calls_gradients_and_steps():
    model = MLP(2, [3, 1], seed=SEED)
    before, values, layers = numbers(model), model.parameters(), model.layers
    loss = losses.max_margin(model, [[0.5, 1.0]], [1])
    model.apply_gradients(loss.total_loss.backward(), 1.0)
    model.replace_parameters([0.0] * 13)
    assert numbers(model) == before
    assert model.parameters() == values
    assert model.layers is layers


def test_output_count_says_how_many_numbers_come_out():
    assert Neuron(3).output_count == Layer(3, 1).output_count == MLP(3, [4, 1]).output_count == 1
    assert Layer(3, 5).output_count == len(Layer(3, 5)([1.0, 2.0, 3.0])) == 5
    assert MLP(3, [4, 10]).output_count == len(MLP(3, [4, 10])([1.0, 2.0, 3.0])) == 10


@pytest.mark.parametrize("name", ["layers", "parameter_count", "output_count", "anything"])
def test_a_model_cannot_be_written_on(name):
    with pytest.raises(AttributeError):
        setattr(MLP(2, [1]), name, 1)


@pytest.mark.parametrize("name", ["weights", "bias", "nonlin", "anything"])
def test_a_neuron_cannot_be_written_on(name):
    with pytest.raises(AttributeError):
        setattr(Neuron(2), name, 1)


def test_parameters_is_a_fresh_list():
    model = MLP(2, [1], seed=SEED)
    model.parameters().clear()
    assert model.parameter_count == 3


def test_replaced_parameters_keep_wiring_and_labels():
    neuron = Neuron(1, nonlin=False, weights=[Value(1.0, label="w")], bias=Value(2.0, label="b"))
    other = neuron.replace_parameters([Fraction(1, 2), 3])
    assert [(p.label, p.data) for p in other.parameters()] == [("w", 0.5), ("b", 3.0)]
    assert other.nonlin is False
    assert other(2.0).data == 4.0
    stepped = neuron.apply_gradients(neuron(1.0).backward(), 0.5)
    assert [p.label for p in stepped.parameters()] == ["w", "b"]


def test_a_seed_gives_the_same_model_and_none_a_fresh_one():
    assert numbers(MLP(2, [4, 1], seed=7)) == numbers(MLP(2, [4, 1], seed=7))
    assert numbers(MLP(2, [4, 1], seed=[1, 2, 3])) == numbers(MLP(2, [4, 1], seed=SEED))
    assert numbers(MLP(2, [4, 1])) != numbers(MLP(2, [4, 1]))


def test_drawn_weights_lie_between_minus_one_and_one_and_biases_are_as_asked():
    for seed in (5, SEED, None):
        model = MLP(4, [8, 8, 1], bias=0.25, seed=seed)
        for layer in model.layers:
            for neuron in layer.neurons:
                assert neuron.bias.data == 0.25
                assert all(-1.0 <= weight.data < 1.0 for weight in neuron.weights)


def test_repr_lists_the_neurons():
    assert repr(MLP(2, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )


WRONG_KIND = {
    "input_count": lambda: MLP(2.0, [1]),
    "input_count: expected an integer, 0 or more, got True": lambda: Neuron(True),
    "output_counts: expected a list of positive integers": lambda: MLP(2, 3),
    "output_counts: expected": lambda: MLP(2, {1: 2}),
    "output_counts[0]: expected a positive integer, got 1.0": lambda: MLP(2, [1.0]),
    "output_counts[1]": lambda: MLP(2, [1, "2"]),
    "output_count": lambda: Layer(2, "3"),
    "nonlin: expected True or False, got 1": lambda: Neuron(2, nonlin=1),
    "nonlin": lambda: Layer(2, 1, nonlin="yes"),
    "weights: expected a list of 2 numbers, got 'ab'": lambda: Neuron(2, weights="ab"),
    "weights[0]: expected a Value or a number, got 'a'": lambda: Neuron(1, weights=["a"]),
    "bias: expected a Value or a number, got 'x'": lambda: MLP(2, [1], bias="x"),
    "seed": lambda: MLP(2, [1], seed="x"),
    "inputs: expected a list of 2 numbers or Values, got 1.0": lambda: MLP(2, [1])(1.0),
    "inputs: expected a list of 2 numbers or Values, got 'ab'": lambda: MLP(2, [1])("ab"),
    "inputs[1]: expected a Value or a number, got None": lambda: MLP(2, [1])([1.0, None]),
    "gradients: expected the table that backward() returns": lambda: MLP(2, [1]).apply_gradients(
        [0.0] * 3, 0.1
    ),
    "learning_rate: expected a finite number, got '1'": lambda: MLP(2, [1]).apply_gradients(
        Value(1.0).backward(), "1"
    ),
    "numbers: expected a list of 3 numbers": lambda: MLP(2, [1]).replace_parameters(3),
    "numbers[1]: expected a finite number, got None": lambda: MLP(2, [1]).replace_parameters(
        [1, None, 2]
    ),
}

WRONG_VALUE = {
    "input_count: expected an integer, 0 or more, got -1": lambda: MLP(-1, [1]),
    "output_counts: expected a list of positive integers": lambda: MLP(2, []),
    "output_counts[1]: expected a positive integer, got 0": lambda: MLP(2, [1, 0]),
    "output_count: expected a positive integer, got 0": lambda: Layer(2, 0),
    "weights: expected 2 of them, got": lambda: Neuron(2, weights=[1.0]),
    "inputs: expected 2 of them, got": lambda: MLP(2, [1])([1, 2, 3]),
    "inputs: expected 2 of them": lambda: Layer(2, 1)([1.0]),
    "seed: expected": lambda: MLP(2, [1], seed=-1),
    "numbers: expected 3 of them, got 2": lambda: MLP(2, [1]).replace_parameters([1, 2]),
    "numbers[0]: expected a finite number, got inf": lambda: MLP(2, [1]).replace_parameters(
        [float("inf"), 0, 0]
    ),
    "learning_rate: expected a finite number, got nan": lambda: MLP(2, [1]).apply_gradients(
        Value(1.0).backward(), float("nan")
    ),
}


NOT_REAL = {
    "weights[1]: expected a Value or a finite number, got nan": lambda: Neuron(
        2, weights=[1.0, math.nan]
    ),
    "bias: expected a Value or a finite number, got inf": lambda: Layer(2, 1, bias=math.inf),
    "inputs[0]: expected a Value or a finite number, got nan": lambda: MLP(2, [1])([math.nan, 1]),
}


@pytest.mark.parametrize("message", NOT_REAL)
def test_a_number_that_is_not_real_is_named(message):
    with pytest.raises(ArithmeticError, match="^" + re.escape(message)):
        NOT_REAL[message]()


@pytest.mark.parametrize("message", WRONG_KIND)
def test_the_wrong_kind_of_argument_is_named(message):
    with pytest.raises(TypeError, match="^" + re.escape(message)):
        WRONG_KIND[message]()


@pytest.mark.parametrize("message", WRONG_VALUE)
def test_a_wrong_value_is_named(message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        WRONG_VALUE[message]()


def test_unknown_arguments_are_refused():
    with pytest.raises(TypeError, match="colour"):
        MLP(2, [1], colour="red")


def test_a_step_too_far_is_an_arithmetic_error():
    neuron = Neuron(1, nonlin=False, weights=[1.0])
    with pytest.raises(ArithmeticError):
        neuron.apply_gradients((neuron(1e300) * 1.0).backward(), 1e100)


def test_a_dataset_is_unchanged_by_a_loss():
    dataset = datasets.moons(10)
    before = (dataset.xs, dataset.ys, dict(dataset.metadata))
    losses.max_margin(MLP(2, [2, 1]), dataset.xs, dataset.ys).total_loss.backward()
    assert (dataset.xs, dataset.ys, dict(dataset.metadata)) == before


@pytest.mark.parametrize("seed", [1337, (1, 2, 3)])
@pytest.mark.parametrize("counts", [[1], [16, 16, 1], [3, 5, 2]])
def test_initial_parameters_are_those_of_a_new_model(counts, seed):
    model = MLP(2, counts, seed=seed)
    assert initial_parameters(2, counts, seed) == [p.data for p in model.parameters()]
