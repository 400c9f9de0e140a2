"""Losses: their parts, their batches, their accuracy, and what they refuse."""

import math
import re

import pytest

from micrograd_wasm import MLP, Layer, Neuron, Value, datasets, graph, losses

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


# -- mean squared error ----------------------------------------------------------------------------


def test_mse_is_the_mean_of_squared_differences_plus_the_penalty():
    loss = losses.mse(neuron(), ROWS, LABELS, alpha=0.5)
    assert loss.data_loss.data == pytest.approx((0.375**2 + 0.625**2 + 1.125**2) / 3, rel=1e-15)
    assert loss.reg_loss.data == 0.5 * (0.25 + 0.0625 + 0.015625)
    assert loss.total_loss.data == loss.data_loss.data + loss.reg_loss.data
    assert loss.accuracy == 2 / 3


@pytest.mark.parametrize(("score", "label"), [(3.0, 1.0), (0.25, -1.0), (1.0, 1.0), (-2.0, 1)])
def test_a_squared_error_grows_to_both_sides_of_the_label(score, label):
    x = Value(score)
    error = losses.squared_error(x, label)
    assert error.data == (score - label) ** 2
    assert error.backward()[x] == 2.0 * (score - label)


def test_mse_takes_the_arguments_of_max_margin():
    for message, error in [("ys[0]: expected a label", [0, 1, 1]), ("xs and ys: expected", [1])]:
        with pytest.raises(ValueError, match="^" + re.escape(message)):
            losses.mse(neuron(), ROWS, error)
    with pytest.raises(ValueError, match=r"^model: expected one output"):
        losses.mse(MLP(2, [2]), ROWS, LABELS)
    batch = losses.mse(neuron(), ROWS, LABELS, batch_size=2, seed=5)
    assert len(batch.scores) == 2


# -- several classes -------------------------------------------------------------------------------

CLASSES = [2, 0, 1]


def three(biases=(0.5, -0.25, 0.0)):
    weights = [(1.0, 0.0), (0.0, 1.0), (-0.5, 0.25)]
    start = Layer(2, 3, nonlin=False, seed=1)
    return start.replace_parameters(
        [x for w, b in zip(weights, biases, strict=True) for x in (*w, b)]
    )


def test_one_vs_rest_adds_up_every_classes_hinge():
    """Each class by itself is a max-margin loss with 1 for its own examples, -1 for the others."""
    model = three()
    loss = losses.one_vs_rest_margin(model, ROWS, CLASSES, alpha=0.5)
    data = 0.0
    for k, only in enumerate(model.neurons):
        signs = [1 if label == k else -1 for label in CLASSES]
        data += losses.max_margin(only, ROWS, signs).data_loss.data
    assert loss.data_loss.data == pytest.approx(data, rel=1e-15)
    numbers = [p.data for p in model.parameters()]
    assert loss.reg_loss.data == pytest.approx(0.5 * sum(x * x for x in numbers), rel=1e-15)
    assert loss.total_loss.data == loss.data_loss.data + loss.reg_loss.data


def test_one_vs_rest_has_a_tuple_of_scores_for_each_example():
    scores = [
        [s.data for s in row] for row in losses.one_vs_rest_margin(three(), ROWS, CLASSES).scores
    ]
    assert scores == [[1.5, -0.25, -0.5], [0.5, 1.75, 0.5], [-0.5, -1.25, 0.25]]


def test_the_class_with_the_highest_score_is_predicted():
    accuracy = {
        tuple(labels): losses.one_vs_rest_margin(three(), ROWS, labels).accuracy
        for labels in ([0, 1, 2], [0, 1, 1], [1, 2, 0])
    }
    assert list(accuracy.values()) == [1.0, 2 / 3, 0.0]


@pytest.mark.parametrize(("biases", "first"), [((1, 1, 1), 0), ((0, 1, 1), 1), ((-0.0, 0, 0), 0)])
def test_of_several_highest_scores_the_first_class_is_predicted(biases, first):
    model, origin = three(biases), [[0.0, 0.0]]
    for label in range(3):
        loss = losses.one_vs_rest_margin(model, origin, [label])
        assert loss.accuracy == (label == first)


def test_the_gradient_of_one_vs_rest_is_that_of_its_parts():
    model = three()
    gradients = losses.one_vs_rest_margin(model, ROWS, CLASSES, alpha=0.0).total_loss.backward()
    for k, only in enumerate(model.neurons):
        signs = [1 if label == k else -1 for label in CLASSES]
        alone = losses.max_margin(only, ROWS, signs, alpha=0.0).total_loss.backward()
        for parameter in only.parameters():
            assert gradients[parameter] == pytest.approx(alone[parameter], rel=1e-15, abs=1e-15)


def test_a_batch_of_classes_keeps_rows_and_labels_together():
    xs = [[float(i), float(-i)] for i in range(10)]
    model = Layer(2, 10, nonlin=False, seed=1)
    rows = {model(row)[0].data: i for i, row in enumerate(xs)}
    batch = losses.one_vs_rest_margin(model, xs, range(10), batch_size=4, seed=(1, 2, 3))
    chosen = [rows[scores[0].data] for scores in batch.scores]
    whole = losses.one_vs_rest_margin(model, [xs[i] for i in chosen], chosen)
    assert batch.total_loss.data == whole.total_loss.data
    assert len(set(chosen)) == 4


def classes(model=None, ys=CLASSES, **options):
    return losses.one_vs_rest_margin(model or three(), ROWS, ys, **options)


WRONG_CLASSES = {
    "ys[0]: expected a class, an integer from 0 to 2, got -1": lambda: classes(ys=[-1, 1, 1]),
    "ys[1]: expected a class, an integer from 0 to 2, got 3": lambda: classes(ys=[0, 3, 1]),
    "ys[2]: expected a class, an integer from 0 to 2, got 0.5": lambda: classes(ys=[0, 1, 0.5]),
    "ys[0]: expected a class, an integer from 0 to 2, got nan": lambda: classes(
        ys=[math.nan, 1, 1]
    ),
    "ys[0]: expected a class, an integer from 0 to 2, got '1'": lambda: classes(ys=["1", 1, 1]),
    "ys[0]: expected a class, an integer from 0 to 2, got True": lambda: classes(ys=[True, 1, 1]),
    "xs and ys: expected as many rows as labels": lambda: classes(ys=[1]),
    "model: expected two outputs or more, a score for each class": lambda: classes(neuron()),
    "inputs: expected 2 of them": lambda: losses.one_vs_rest_margin(three(), [[1.0]], [1]),
    "alpha: expected a non-negative number, got -1": lambda: classes(alpha=-1),
    "batch_size: expected None or a positive integer, got 0": lambda: classes(batch_size=0),
}


@pytest.mark.parametrize("message", WRONG_CLASSES)
def test_what_is_no_class_is_refused(message):
    with pytest.raises((TypeError, ValueError), match="^" + re.escape(message)):
        WRONG_CLASSES[message]()


# -- refusals --------------------------------------------------------------------------------------


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
