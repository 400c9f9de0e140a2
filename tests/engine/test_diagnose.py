"""Where the gradient goes, and which relus are dead, worked out by hand or by brute force."""

import itertools
import math

import pytest

from micrograd_wasm import MLP, Layer, Neuron, Value, datasets, diagnose, losses, train

DATA = datasets.moons(20)


def relu_layer():
    """Neuron 0 is on where x > 0, neuron 1 never, neuron 2 where x > 1."""
    layer = Layer(1, 3)
    return layer.replace_parameters([1.0, 0.0, 1.0, -100.0, 1.0, -1.0])


def test_the_largest_gradients_come_first():
    x, y, z = Value(1.0, "x"), Value(1.0, "y"), Value(1.0, "z")
    gradients = (x * 5.0 + y * -7.0 + z * 2.0).backward()
    found = diagnose.largest(gradients, among=[x, y, z])
    assert [(row["name"], row["grad"]) for row in found.rows] == [
        ("y", -7.0),
        ("x", 5.0),
        ("z", 2.0),
    ]
    assert diagnose.largest(gradients, 1, among=[x, z]).rows[0]["value"] is x
    assert diagnose.largest(gradients).count == len(gradients)
    assert repr(found).splitlines()[2].split() == ["y", "leaf", "1.0000", "-7.0000"]


def test_a_models_parameters_have_names():
    model = MLP(2, [3, 1], seed=1)
    gradients = losses.max_margin(model, DATA.xs, DATA.ys).total_loss.backward()
    found = diagnose.largest(gradients, 20, among=model)
    assert found.count == len(found.rows) == model.parameter_count == 13
    named = model.named_parameters()
    for row in found.rows:
        assert named[row["name"]] is row["value"]
        assert row["grad"] == gradients[row["value"]]
    sizes = [abs(row["grad"]) for row in found.rows]
    assert sizes == sorted(sizes, reverse=True)


def all_paths(value):
    if not value.parents:
        return [((value,), 1.0)]
    return [
        ((value, *path), slope * share)
        for parent, slope in zip(value.parents, value.local_gradients, strict=True)
        for path, share in all_paths(parent)
    ]


def test_the_steepest_path_is_the_best_of_all_paths():
    model = MLP(2, [2, 1], seed=3)
    total = losses.max_margin(model, DATA.xs[:2], DATA.ys[:2]).total_loss
    gradients = total.backward()
    found = diagnose.steepest_path(gradients)
    paths = all_paths(total)
    assert abs(found.shares[-1]) == pytest.approx(max(abs(share) for _, share in paths))
    parameters = set(model.parameters())
    found = diagnose.steepest_path(gradients, to=model)
    best = max(abs(share) for path, share in paths if path[-1] in parameters)
    assert abs(found.shares[-1]) == pytest.approx(best)
    assert found.leaf in parameters
    assert found.values[0] is total
    for value, parent in itertools.pairwise(found.values):
        assert parent in value.parents


def test_a_path_says_what_comes_down_on_it():
    x = Value(2.0, "x")
    y = x * 3.0 + x * 10.0
    found = diagnose.steepest_path(y.backward(), to=[x])
    assert found.shares == (1.0, 1.0, 10.0)
    assert found.gradients[found.leaf] == 13.0
    assert "2 operations" in repr(found)
    assert repr(found).splitlines()[-1].split() == ["x", "leaf", "2.0000", "13.0000", "10.0000"]
    assert "<table" in found._repr_html_()


def test_a_deep_path_is_no_trouble_and_long_sums_are_cut_short():
    total = Value.sum([1.0] * 4999, start=Value(1.0, "first") * 2.0)
    found = diagnose.steepest_path(total.backward())
    assert found.leaf.label == "first"
    assert len(repr(found).splitlines()) < 10
    assert "more  +" in repr(found)


def test_dead_relus_of_a_layer_that_was_worked_out_by_hand():
    found = diagnose.dead_relus(relu_layer(), ([[-1.0], [0.0], [0.5], [2.0]], [1, 1, -1, 1]))
    assert found.units == ((0, 1),)
    assert found.active == ((0.5, 0.0, 0.25),)
    assert found.examples == {0: (0, 1)}
    assert found.example_count == 4
    assert "1 of 3 relus are dead on 4 examples" in repr(found)
    assert "Dead in layer 0: neuron 1." in repr(found)
    assert "Layer 0 gives only 0 for examples 0 and 1." in found._repr_html_()


@pytest.mark.parametrize("count", [20, 200])  # eagerly, and compiled where that is possible
def test_dead_relus_are_those_that_never_fire(count):
    data = datasets.moons(count)
    model = train(MLP(2, [6, 6, 1], seed=1), data, steps=15, learning_rate=5.0, alpha=0.0,
                  engine="eager").final_model  # fmt: skip
    found = diagnose.dead_relus(model, data)
    layers = [[[v.data for v in layer] for layer in model.activations(x)] for x in data.xs]
    for k in (0, 1):
        fires = [sum(row[k][j] > 0 for row in layers) for j in range(6)]
        assert [unit for layer, unit in found.units if layer == k] == [
            j for j in range(6) if not fires[j]
        ]
        assert found.active[k] == tuple(n / count for n in fires)
        assert found.examples[k] == tuple(i for i in range(count) if not any(layers[i][k]))
    assert found.units, "the rate is chosen so that some die"
    assert found.active[2] == (None,)
    assert 2 not in found.examples


def test_dead_neurons_get_no_gradient():
    model = MLP(2, [8, 1], seed=1)
    numbers = [p.data for p in model.parameters()]
    numbers[2] = -100.0  # the bias of neuron 0
    model = model.replace_parameters(numbers)
    assert (0, 0) in diagnose.dead_relus(model, DATA).units
    total = losses.max_margin(model, DATA.xs, DATA.ys, alpha=0.0).total_loss
    gradients = total.backward()
    assert [gradients[p] for p in model.layers[0].neurons[0].parameters()] == [0.0, 0.0, 0.0]


def test_without_relus_nothing_is_dead():
    found = diagnose.dead_relus(MLP(2, [3, 1], activation="tanh"), DATA)
    assert (found.units, found.examples) == ((), {})
    assert "0 of 0 relus" in repr(found)
    assert diagnose.dead_relus(Neuron(2, nonlin=False), DATA).active == ((None,),)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diagnose.largest({}), "gradients: expected the table"),
        (lambda: diagnose.largest(Value(1.0).backward(), 0), "count: expected"),
        (lambda: diagnose.largest(Value(1.0).backward(), among=5), "among: expected None, a model"),
        (lambda: diagnose.largest(Value(1.0).backward(), among=[5]), r"among\[0\]: expected a Val"),
        (lambda: diagnose.steepest_path(None), "gradients: expected the table"),
        (lambda: diagnose.steepest_path(Value(1.0).backward(), to=[Value(2.0)]), "to: expected"),
        (lambda: diagnose.dead_relus(5, DATA), "model: expected"),
        (lambda: diagnose.dead_relus(MLP(2, [1]), 5), "dataset: expected"),
        (lambda: diagnose.dead_relus(MLP(3, [1]), DATA), "inputs: expected 3"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_gradients_near_the_largest_float_have_a_path():
    x = Value(1e150)
    found = diagnose.steepest_path((x * x * 1e-100).backward(), to=[x])
    assert math.isfinite(found.shares[-1])
