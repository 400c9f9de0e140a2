"""Several classes, compiled: scores, predictions and skipped examples are the eager engine's."""

import pytest

from micrograd_wasm import MLP, Layer
from tests.compiler.runs import SEED, divergence, moons, same

THREE = ([[0.5, 1.0], [1.0, -1.0], [-1.0, 0.25], [0.0, 0.0], [2.0, 1.5]], [0, 1, 2, 2, 1])


def test_ties_and_zeros_of_several_scores():
    """All scores equal, of either sign of zero: the first class is predicted, by both engines."""
    model = MLP(2, [2, 3], seed=SEED)
    for numbers_ in ([0.0] * 15, [-0.0] * 15, [0.0] * 14 + [-0.0], [-0.0] * 14 + [0.0]):
        start = model.replace_parameters(numbers_)
        for alpha in (0.0, 1e-4):
            run = same(
                model=start, dataset=THREE, loss="one_vs_rest_margin", alpha=alpha, learning_rate=0
            )
            assert run.final_accuracy == 0.2  # one of five is of class 0


@pytest.mark.parametrize("biases", [[1, 1, 2], [2, 1, 2], [1, 2, 2], [-1, -1, -2], [0, -0.0, -1]])
def test_of_several_highest_scores_the_first_counts(biases):
    model = Layer(2, 3, nonlin=False, seed=SEED)
    start = model.replace_parameters([x for bias in biases for x in (0.0, 0.0, float(bias))])
    run = same(model=start, dataset=THREE, loss="one_vs_rest_margin", learning_rate=0.0)
    assert run.final_accuracy == THREE[1].count(biases.index(max(biases))) / 5


@pytest.mark.parametrize("alpha", [0.0, 1e-2])
def test_classes_beyond_all_margins_are_skipped_without_a_trace(alpha):
    """Gradients of examples that are right by far are zeros: of either sign, in every step."""
    confident = Layer(1, 2, nonlin=False, seed=SEED).replace_parameters([-90.0, -0.0, 90.0, 0.0])
    data = ([[-1.0], [1.0], [0.5]], [0, 1, 1])
    for optimizer in ("sgd", "adam"):
        run = same(
            model=confident,
            dataset=data,
            loss="one_vs_rest_margin",
            alpha=alpha,
            optimizer=optimizer,
        )
        assert run.history[0]["data_loss"] == 0.0


@pytest.mark.parametrize("classes", [2, 3, 10, 40])
def test_any_number_of_classes(classes):
    model = MLP(2, [5, classes], seed=SEED)
    data = (moons(60).xs, [i * i % classes for i in range(60)])
    same(model=model, dataset=data, loss="one_vs_rest_margin", batch_size=17)


def test_several_classes_diverge_as_the_eager_ones():
    options = {"dataset": THREE, "model": MLP(2, [4, 3], seed=SEED), "loss": "one_vs_rest_margin"}
    for rate in (1e200, [0.1, 0.1, 1e300, 0.1, 0.1, 0.1]):
        for optimizer in ("sgd", "momentum"):
            more = options | {"learning_rate": rate, "optimizer": optimizer}
            assert divergence("compiled", **more) == divergence("eager", **more)
