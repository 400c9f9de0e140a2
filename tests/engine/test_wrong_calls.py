"""Wrong arguments end in an error that begins with the name of the argument."""

import math
import re
from types import MappingProxyType

import pytest

from micrograd_wasm import (
    MLP,
    Dataset,
    Neuron,
    Value,
    datasets,
    gradients,
    losses,
    optimizers,
    plot_data,
    predictions,
    rng,
    train,
    trainer,
)
from tests.engine.test_trainer import dataset, model, small

ONE = Value(1.0)


class Unsized:
    """Like an array without dimensions: it has a length only by its looks."""

    def __len__(self):
        raise TypeError("len() of unsized object")

    def __getitem__(self, index):
        raise IndexError(index)


def stepped(parameters, slopes, rate=0.1):
    rule = optimizers.adam()
    return rule.step(parameters, slopes, rule.initial_state(len(slopes)), rate)


def wrong_rule(made):
    return optimizers.Optimizer("wrong", lambda *_: made).step(
        [1.0], [1.0], optimizers.sgd().initial_state(1), 0.1
    )


WRONG_KIND = {
    # losses
    "score: expected a Value, got 2.0": lambda: losses.hinge(2.0, 1),
    "score: expected a Value, got None": lambda: losses.log_loss(None, 1),
    "score: expected a Value, got 'a'": lambda: losses.squared_error("a", 1),
    "label: expected a Value or a finite number, got 'a'": lambda: losses.hinge(ONE, "a"),
    "label: expected a Value or a finite number, got None": lambda: losses.squared_error(ONE, None),
    "scores: expected a list of Values, got 5": lambda: losses.one_vs_rest_hinge(5, [1]),
    "targets: expected one for each of 1 scores, got 5": lambda: losses.one_vs_rest_hinge([ONE], 5),
    "model: expected an MLP, Layer or Neuron, got 5": lambda: losses.max_margin(5, [[1]], [1]),
    "model: expected an MLP, Layer or Neuron, got <class": lambda: losses.mse(MLP, [[1]], [1]),
    "model: expected an MLP, Layer or Neuron, got None": lambda: losses.one_vs_rest_margin(
        None, [[1]], [1]
    ),
    "xs: expected a list of rows": lambda: predictions.predict(model(), Unsized()),
    "xs: expected a list of rows, got mappingproxy": lambda: predictions.predict(
        model(), MappingProxyType({0: [1, 2]})
    ),
    "model: expected an MLP, Layer or Neuron": lambda: plot_data.decision_boundary(5, dataset()),
    # data sets
    "xs: expected a list of rows, got 5": lambda: Dataset(5, [1]),
    "ys: expected a list of labels, got 'ab'": lambda: Dataset([[1.0], [2.0]], "ab"),
    "metadata: expected a dict, got None": lambda: Dataset(5, "ab", None),
    "xs[1]: expected a list of numbers, got None": lambda: Dataset([[1.0], None], [1, 1]),
    "xs[0]: expected finite numbers, got 'a'": lambda: Dataset([["a"]], [1]),
    "ys[0]: expected a finite number, got 'a'": lambda: Dataset([[1.0]], ["a"]),
    'metadata["classes"]: expected an integer, 0 or more, got 2.5': lambda: Dataset(
        [[1.0]], [1], {"classes": 2.5}
    ),
    "name: expected a text, got 5": lambda: datasets.from_rows([(1, 2, 1)], name=5),
    # optimizers
    "parameters[1]: expected a finite number, got 'a'": lambda: stepped([1.0, "a"], [1.0, 1.0]),
    "gradients[0]: expected a finite number, got [1.0]": lambda: stepped([1.0], [[1.0]]),
    "parameters: expected a list of numbers, got 5": lambda: stepped(5, [1.0]),
    "rate: expected a finite number, got None": lambda: stepped([1.0], [1.0], None),
    "x: expected a number, got 'a'": lambda: optimizers.sqrt("a"),
    "update: expected a function that returns the new parameter and 0 slots": lambda: wrong_rule(
        (1.0, 2.0)
    ),
    "update: expected a function that returns the new parameter and 0": lambda: wrong_rule("a"),
    "slots: expected a list of names": lambda: optimizers.Optimizer("a", print, slots=(1,)),
    "settings: expected a dict": lambda: optimizers.Optimizer("a", print, settings=5),
    # training
    "progress: expected None or a function of (step, row), got": lambda: small(
        progress=lambda: None
    ),
    "learning_rate: expected a function of the step, got": lambda: small(learning_rate=lambda: 0.1),
    "loss: expected a function of (score, label) that returns a Value; calling it: ": lambda: small(
        loss=lambda score, label: score.cosh(label)
    ),
    "steps: expected an integer, 0 or more, got 'a'": lambda: trainer.learning_rates(0.1, "a"),
    "batch_size: expected None or a positive integer, got 1.5": lambda: trainer.batch_indices(
        5, 1.5, 1
    ),
    # gradients
    "f: expected a function of 2 Values, got": lambda: gradients.check(abs_of_one, [1.0, 2.0]),
    # streams
    "seed: expected three integers": lambda: rng.Exsss(5),
    "seed: expected an integer from 0 to 4294967295, got None": lambda: rng.LegacyNumpy(None),
    "count: expected an integer, 0 or more, got 1.5": lambda: rng.Exsss((1, 2, 3)).permutation(1.5),
    "count: expected an integer, 0 or more, got None": lambda: rng.LegacyNumpy(1).permutation(None),
    "limit: expected an integer from 1 to 2**58, got 'a'": lambda: rng.Exsss((1, 2, 3)).integer(
        "a"
    ),
}


def abs_of_one(a):
    return (a * a) ** 0.5


WRONG_VALUE = {
    "label: expected a Value or a finite number, got nan": lambda: losses.hinge(ONE, math.nan),
    "targets: expected one for each of 2 scores, got 1": lambda: losses.one_vs_rest_hinge(
        [ONE, ONE], [1]
    ),
    "noise: expected no more than 1e+300, got 1e+308": lambda: datasets.moons(4, noise=1e308),
    "noise: expected no more than 1e+300, got 1.7e+308": lambda: datasets.xor(4, noise=1.7e308),
    "turns: expected no more than 1e+300, got 1e+308": lambda: datasets.spiral(4, turns=1e308),
    "centers[1]: expected no more than 1e+300, got -1e+308": lambda: datasets.blobs(
        4, centers=[(0, 0), (0, -1e308)]
    ),
    "xs and ys: expected as many rows as labels, got 1 and 2": lambda: Dataset([[1.0]], [1, 1]),
    "xs[1]: expected 1 numbers as in xs[0], got (1.0, 2.0)": lambda: Dataset(
        [[1.0], [1.0, 2.0]], [1, 1]
    ),
    "xs[0]: expected finite numbers, got nan": lambda: Dataset([[math.nan]], [1]),
    "ys[0]: expected a finite number, got inf": lambda: Dataset([[1.0]], [math.inf]),
    "ys[1]: expected a class, an integer from 0 to 1, got 2": lambda: Dataset(
        [[1.0], [2.0]], [1, 2], {"classes": 2}
    ),
    "gradients: expected a number for each of 17 parameters": lambda: model().apply_gradients(
        {}, 0.1
    ),
    "step: expected a number from 1e-12 to 1, got 1e-320": lambda: gradients.check(
        abs_of_one, [1.0], step=1e-320
    ),
    "step: expected a number from 1e-12 to 1, got 1e+308": lambda: gradients.check(
        abs_of_one, [1.0], step=1e308
    ),
    "step: expected an integer that a float64 can hold, got 1000000": lambda: (
        trainer.official_learning_rate(10**400)
    ),
    "dataset: expected at least one example": lambda: plot_data.decision_boundary(
        model(), Dataset((), ())
    ),
    "dataset: expected points of the plane": lambda: plot_data.decision_boundary(
        Neuron(3), Dataset([[1.0, 2.0, 3.0]], [1])
    ),
    "xs: expected at least one example": lambda: train(model(), Dataset((), ())),
}


@pytest.mark.parametrize("message", WRONG_KIND)
def test_the_wrong_kind_of_thing_is_named(message):
    with pytest.raises(TypeError, match="^" + re.escape(message)):
        WRONG_KIND[message]()


@pytest.mark.parametrize("message", WRONG_VALUE)
def test_a_wrong_value_is_named(message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        WRONG_VALUE[message]()


def test_a_parameter_that_grows_too_large_is_the_learning_rates():
    net = Neuron(1, weights=[1.0])
    slopes = net([1.0]).backward()
    with pytest.raises(ArithmeticError, match=r"^learning_rate: a new parameter is too large"):
        net.apply_gradients(dict.fromkeys(slopes, 1.7e308), 1.7e308)


@pytest.mark.parametrize("step", [1e-12, 1e-9, 1.0])
def test_the_smallest_and_the_largest_step_still_move_the_input(step):
    for at in (1.0, 1.9999999, 1e15, -3.0, 0.0):
        gradients.check(lambda a: a * 2.0, [at], step=step, tolerance=1.0)


def test_arrays_are_numbers_to_an_optimizer():
    """NumPy's floats are no floats of Python's own class."""

    class Float(float):
        __slots__ = ()

    expected = stepped([1.0, 2.0], [0.5, -0.25], 0.1)
    got = stepped([Float(1.0), Float(2.0)], (Float(0.5), Float(-0.25)), Float(0.1))
    assert got == expected
    assert all(type(x) is float for x in got[0])
