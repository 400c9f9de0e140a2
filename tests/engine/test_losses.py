"""The max-margin loss: its parts, its batches, its accuracy, and what it refuses."""

import math
import re

import pytest

from micrograd_wasm import MLP, Neuron, Value, datasets, graph, losses

ROWS = [[1.0, 0.0], [0.0, 2.0], [-1.0, -1.0]]
LABELS = [1, -1, 1]


def neuron():
    return Neuron(2, nonlin=False, weights=[0.5, -0.25], bias=0.125)


def test_total_is_mean_hinge_plus_alpha_times_squares():
    loss = losses.max_margin(neuron(), ROWS, LABELS, alpha=0.5)
    assert [score.data for score in loss.scores] == [0.625, -0.375, -0.125]
    assert loss.data_loss.data == pytest.approx((0.375 + 0.625 + 1.125) / 3)
    assert loss.reg_loss.data == 0.5 * (0.25 + 0.0625 + 0.015625)
    assert loss.total_loss.data == loss.data_loss.data + loss.reg_loss.data
    assert loss.accuracy == 2 / 3


def test_hinge_is_zero_beyond_the_margin_and_so_is_its_slope():
    for score, label, expected in [(1.0, 1.0, 0.0), (2.0, 1.0, 0.0), (0.5, 1.0, 0.5)]:
        x = Value(score)
        hinge = losses.hinge(x, label)
        assert hinge.data == expected
        assert hinge.backward()[x] == (-label if expected else 0.0)
    assert losses.hinge(Value(0.5), -1.0).data == 1.5


def test_a_hinges_graph_has_the_shape_of_the_references():
    """Written as 1 - y*s it would have the same bits, and be another picture in the lessons."""
    operations = [row["op"] for row in graph.nodes(losses.hinge(Value(0.5), 1.0))]
    assert operations == ["leaf", "leaf", "*", "leaf", "+", "relu"]


def test_the_gradient_of_the_total_reaches_every_parameter():
    model = neuron()
    loss = losses.max_margin(model, ROWS, LABELS, alpha=0.5)
    gradients = loss.total_loss.backward()
    w1, w2, b = model.parameters()
    # All three examples are inside the margin: the mean of -y*x, and 2*alpha*p.
    assert gradients[w1] == pytest.approx(-(1.0 + 0.0 - 1.0) / 3 + 0.5)
    assert gradients[w2] == pytest.approx(-(0.0 - 2.0 - 1.0) / 3 - 0.25)
    assert gradients[b] == pytest.approx(-(1.0 - 1.0 + 1.0) / 3 + 0.125)


def test_no_alpha_no_penalty():
    loss = losses.max_margin(neuron(), ROWS, LABELS, alpha=0)
    assert loss.reg_loss.data == 0.0
    assert loss.total_loss.data == loss.data_loss.data


def test_labels_may_be_integers_or_floats():
    ints = losses.max_margin(neuron(), ROWS, [1, -1, 1])
    floats = losses.max_margin(neuron(), tuple(map(tuple, ROWS)), (1.0, -1.0, 1.0))
    assert ints.total_loss.data == floats.total_loss.data


@pytest.mark.parametrize("seed", [(1, 2, 3), 5, None])
def test_a_batch_is_a_sample_without_repetition(seed):
    dataset = datasets.moons(20, noise=0)
    model = MLP(2, [4, 1], seed=1)
    everything = {model(row).data for row in dataset.xs}
    loss = losses.max_margin(model, dataset.xs, dataset.ys, batch_size=8, seed=seed)
    scores = [score.data for score in loss.scores]
    assert len(scores) == 8
    assert set(scores) <= everything


def test_a_batch_as_large_as_the_data_keeps_their_order():
    model = neuron()
    plain = [score.data for score in losses.max_margin(model, ROWS, LABELS).scores]
    for size in (3, 4, 1000):
        loss = losses.max_margin(model, ROWS, LABELS, batch_size=size)
        assert [score.data for score in loss.scores] == plain


def test_a_score_of_exactly_zero_predicts_minus_one():
    silent = Neuron(1, nonlin=False, weights=[0.0])
    assert losses.max_margin(silent, [[1.0]], [-1]).accuracy == 1.0
    assert losses.max_margin(silent, [[1.0]], [1]).accuracy == 0.0


def call(**changed):
    arguments = {"model": neuron(), "xs": ROWS, "ys": LABELS, **changed}
    return losses.max_margin(
        arguments.pop("model"), arguments.pop("xs"), arguments.pop("ys"), **arguments
    )


WRONG_KIND = {
    "xs: expected a list of rows, got 5": lambda: call(xs=5),
    "xs: expected a list of rows, got 'abc'": lambda: call(xs="abc"),
    "ys: expected a list of labels, got 1": lambda: call(ys=1),
    "xs[1]: expected a list of numbers, got 2.0": lambda: call(xs=[[1, 2], 2.0, [1, 2]]),
    "xs[2]: expected finite numbers, got 'a'": lambda: call(xs=[[1, 2], [1, 2], [1, "a"]]),
    "xs[0]: expected finite numbers, got True": lambda: call(xs=[[1, True], [1, 2], [1, 2]]),
    "ys[0]: expected a label, -1 or 1, got '1'": lambda: call(ys=["1", 1, 1]),
    "ys[0]: expected a label, -1 or 1, got True": lambda: call(ys=[True, 1, 1]),
    "alpha: expected a non-negative number, got None": lambda: call(alpha=None),
    "batch_size: expected None or a positive integer, got 2.0": lambda: call(batch_size=2.0),
    "seed: expected": lambda: call(seed="x"),
}

WRONG_VALUE = {
    "xs and ys: expected as many rows as labels, got 3 and 1": lambda: call(ys=[1]),
    "xs: expected at least one example": lambda: call(xs=[], ys=[]),
    "xs[0]: expected at least one number": lambda: call(xs=[[], [1, 2], [1, 2]]),
    "xs[1]: expected finite numbers, got nan": lambda: call(xs=[[1, 2], [math.nan, 2], [1, 2]]),
    "xs[2]: expected 2 numbers as in xs[0], got (1.0,)": (lambda: call(xs=[[1, 2], [1, 2], [1]])),
    "ys[2]: expected a label, -1 or 1, got 0": lambda: call(ys=[1, -1, 0]),
    "ys[2]: expected a label, -1 or 1, got 0.5": lambda: call(ys=[1, -1, 0.5]),
    "alpha: expected a non-negative number, got -1": lambda: call(alpha=-1),
    "batch_size: expected None or a positive integer, got 0": lambda: call(batch_size=0),
    "inputs: expected 2 of them": lambda: call(xs=[[1.0]], ys=[1]),
    "model: expected one output, a score": lambda: call(model=MLP(2, [2])),
}


@pytest.mark.parametrize("message", WRONG_KIND)
def test_the_wrong_kind_of_argument_is_named(message):
    with pytest.raises(TypeError, match="^" + re.escape(message)):
        WRONG_KIND[message]()


@pytest.mark.parametrize("message", WRONG_VALUE)
def test_a_wrong_value_is_named(message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        WRONG_VALUE[message]()


def test_unknown_arguments_are_refused():
    with pytest.raises(TypeError, match="margin"):
        call(margin=2)


def test_data_too_large_for_the_model_is_an_arithmetic_error():
    with pytest.raises(ArithmeticError):
        losses.max_margin(Neuron(1, weights=[10.0]), [[1e308]], [1])
