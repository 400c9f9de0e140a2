"""What a trained model says about examples, and how often it is right.

    training, held_out = datasets.digits()
    run = train(MLP(64, [32, 10], seed=1), training, loss="one_vs_rest_margin",
                optimizer="adam", learning_rate=0.01, alpha=1e-3, batch_size=128, steps=500,
                seed=1337)
    predictions.accuracy(run.final_model, held_out)           # of 359 images it has never seen
    predictions.confusion_matrix(run.final_model, held_out)   # which digits it takes for which

Many examples are run compiled where there is a runtime for it, with the same bits; a few, and what
a program cannot hold, one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from ..base import checks
from ..engine.nn import Module
from ..learning import losses
from ..learning.datasets import Dataset
from . import forward

Examples: TypeAlias = Dataset | tuple[Sequence[Sequence[float]], Sequence[float]]


def predict(model: Module, xs: Sequence[Sequence[float]]) -> list[int]:
    """The class that a model gives each row.

    Args:
        model: with one output, whose sign is the class; or with K outputs, of which the highest is
            (of several highest the first one).
        xs: the rows, each a list of as many numbers as the model has inputs.

    Returns:
        For each row -1 or 1 (a score of exactly 0 is -1), or an integer from 0 to K-1.

    Raises:
        TypeError, ValueError: an argument is not as above.
        ArithmeticError: a number grew too large for a float64.
    """
    if not isinstance(model, Module):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
    count = len(checks.sequence("xs", xs, "a list of rows"))
    if count == 0:
        return []
    rows = losses.check_rows(xs, range(count))
    width = model.output_count
    scores = forward.scores(model, rows)
    if width == 1:
        return [1 if score > 0.0 else -1 for score in scores]
    each = (scores[width * i : width * (i + 1)] for i in range(count))
    return [of_row.index(max(of_row)) for of_row in each]


def accuracy(model: Module, dataset: Examples) -> float:
    """The share of examples whose class the model gives rightly, 0.0 to 1.0.

    Args:
        model: as for `predict`.
        dataset: a Dataset, or a pair (xs, ys), with labels -1 and 1 for a model with one output
            and 0 to K-1 for one with K outputs; at least one example.

    Raises:
        TypeError, ValueError: an argument is not as above.
        ArithmeticError: a number grew too large for a float64.
    """
    predicted, labels = _compared(model, dataset)
    return sum(p == y for p, y in zip(predicted, labels, strict=True)) / len(labels)


def confusion_matrix(model: Module, dataset: Examples) -> list[list[int]]:
    """How many examples of each class the model takes for which.

    Args and errors are those of `accuracy`.

    Returns:
        A row for each true class, a column for each predicted one, in the order of the classes: -1
        and 1, or 0 to K-1. Right predictions are on the diagonal.
    """
    predicted, labels = _compared(model, dataset)
    classes = [-1, 1] if model.output_count == 1 else [*range(model.output_count)]
    counts = [[0] * len(classes) for _ in classes]
    for p, y in zip(predicted, labels, strict=True):
        counts[classes.index(int(y))][classes.index(p)] += 1
    return counts


def _compared(model: Any, dataset: Any) -> tuple[list[int], list[float]]:
    if isinstance(dataset, Dataset):
        xs, ys, declared = dataset.xs, dataset.ys, dataset.classes
    elif isinstance(dataset, tuple) and len(dataset) == 2:
        xs, ys, declared = *dataset, 0
    else:
        checks.refuse("dataset", "a Dataset or a pair (xs, ys)", dataset, kind=TypeError)
    if not isinstance(model, Module):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
    width = model.output_count
    if declared and width != declared:
        checks.refuse("model", f"{declared} outputs, a score for each class", width)
    rows = losses.check_rows(xs, ys)
    labels = losses.check_examples(xs, ys)[1] if width == 1 else losses.check_classes(ys, width)
    return predict(model, rows), labels
