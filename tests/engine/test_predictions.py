"""Predictions: classes, accuracy, the confusion matrix, and what is refused."""

import re

import pytest

from micrograd_wasm import MLP, Layer, Neuron, datasets, losses, predictions


def split(bias):
    """Class 1 where x > -bias."""
    return Neuron(1, nonlin=False, weights=[1.0], bias=bias)


XS, YS = [[-2.0], [-1.0], [0.0], [1.0]], [-1, 1, -1, 1]


def test_one_output_predicts_by_its_sign_and_zero_is_minus_one():
    assert predictions.predict(split(0.0), XS) == [-1, -1, -1, 1]
    assert predictions.predict(split(0.5), XS) == [-1, -1, 1, 1]
    assert predictions.predict(split(0.0), []) == []


def test_several_outputs_predict_the_first_of_the_highest():
    model = Layer(1, 3, nonlin=False).replace_parameters([1.0, 0.0, 1.0, 0.0, -1.0, 0.0])
    assert predictions.predict(model, [[2.0], [0.0], [-1.0]]) == [0, 0, 2]


def test_accuracy_and_confusion_matrix():
    assert predictions.accuracy(split(0.0), (XS, YS)) == 0.75
    assert predictions.confusion_matrix(split(0.0), (XS, YS)) == [[2, 0], [1, 1]]
    model = Layer(1, 3, nonlin=False).replace_parameters([1.0, 0.0, 0.5, 0.25, -1.0, 0.0])
    assert predictions.confusion_matrix(model, (XS, [2, 2, 0, 1])) == [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 2],
    ]


@pytest.mark.parametrize("count", [10, 200])
def test_a_few_points_and_many_have_the_accuracy_of_the_loss(count):
    """Many are compiled."""
    data, model = datasets.moons(count, seed=1), MLP(2, [8, 1], seed=1)
    assert predictions.accuracy(model, data) == losses.max_margin(model, data.xs, data.ys).accuracy
    labels = [int(x > 0.0) + int(y > 0.0) for x, y in data.xs]
    several = MLP(2, [8, 3], seed=1)
    expected = losses.one_vs_rest_margin(several, data.xs, labels)
    assert predictions.accuracy(several, (data.xs, labels)) == expected.accuracy
    assert predictions.predict(several, data.xs) == [losses.argmax(s) for s in expected.scores]


WRONG = {
    "model: expected an MLP, Layer or Neuron, got 5": lambda: predictions.predict(5, XS),
    "model: expected an MLP, Layer or Neuron, got None": lambda: predictions.accuracy(
        None, (XS, YS)
    ),
    "xs: expected a list of rows, got 3": lambda: predictions.predict(split(0.0), 3),
    "xs[1]: expected 1 numbers as in xs[0]": lambda: predictions.predict(split(0.0), [[1], [1, 2]]),
    "inputs: expected 2 of them": lambda: predictions.predict(MLP(2, [1]), XS),
    "dataset: expected a Dataset or a pair (xs, ys), got 5": lambda: predictions.accuracy(
        split(0), 5
    ),
    "ys[0]: expected a label, -1 or 1, got 0": lambda: predictions.accuracy(
        split(0), (XS, [0] * 4)
    ),
    "ys[0]: expected a class, an integer from 0 to 2, got -1": lambda: predictions.accuracy(
        MLP(1, [3]), (XS, YS)
    ),
    "xs and ys: expected as many rows as labels": lambda: predictions.accuracy(split(0), (XS, [1])),
    "xs: expected at least one example": lambda: predictions.accuracy(split(0), ([], [])),
    "model: expected 10 outputs, a score for each class, got 3": lambda: predictions.accuracy(
        MLP(64, [3]), datasets.digits()[1]
    ),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_does_not_fit_is_refused(message):
    with pytest.raises((TypeError, ValueError), match="^" + re.escape(message)):
        WRONG[message]()
