"""Losses: what a model is asked to make small.

A loss here is the mean of one number per example (how badly the example is classified) plus a
penalty on the size of the parameters (L2 regularization):

    total = (l1 + l2 + ... + ln) * (1/n)  +  alpha * (p1**2 + p2**2 + ...)

The sums run in this order, which fixes their last bits. `max_margin`, `logistic` and `mse` are for
two classes, -1 and 1, and a model with one output; `one_vs_rest_margin` is for the classes
0 ... K-1 and a model with K outputs:

    model = MLP(64, [32, 10], seed=1)
    training, held_out = datasets.digits(held_out=0.2)
    losses.one_vs_rest_margin(model, training.xs[:32], training.ys[:32]).accuracy
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Protocol, TypeAlias

from ..base import checks
from ..engine.value import Operand, Value
from ..numerics import rng

Row: TypeAlias = Sequence[float]
# One example's score and label to its loss. The label is a number, or (where the compiler traces
# the loss) a Value: do arithmetic with it, never compare it.
ExampleLoss: TypeAlias = Callable[[Value, Any], Value]
# The same for K classes: K scores, and K targets that are 1 for the true class, -1 for the others.
ClassLoss: TypeAlias = Callable[[Sequence[Value], Sequence[Any]], Value]
AnyLoss: TypeAlias = ExampleLoss | ClassLoss


class Model(Protocol):
    """What a loss and the trainer ask of a model; MLP, Layer and Neuron all have it."""

    def __call__(self, inputs: Sequence[Operand], /) -> Value | list[Value]: ...

    def parameters(self) -> list[Value]: ...


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss at one point of the training.

    Attributes:
        total_loss: data_loss + reg_loss, the Value to differentiate.
        data_loss: the mean over the examples.
        reg_loss: alpha times the sum of squared parameters.
        accuracy: the share of examples that are classified rightly, 0.0 to 1.0.
        scores: the model's output for each example: a Value, or a tuple of K of them for K classes.
    """

    total_loss: Value
    data_loss: Value
    reg_loss: Value
    accuracy: float
    scores: tuple[Any, ...]


def hinge(score: Value, label: Operand) -> Value:
    """max(0, 1 - label*score): zero once the score is on the label's side by a margin of 1.

    Source: the soft-margin support vector machine (Cortes and Vapnik, 1995).
    """
    _check_pair(score, label)
    return (score * -label + 1.0).relu()


def log_loss(score: Value, label: Operand) -> Value:
    """-log(sigmoid(label*score)): how surprising the label is if sigmoid(score) is its chance.

    Source: logistic regression (Cox, 1958), for labels -1 and 1.
    """
    _check_pair(score, label)
    return -(score * label).sigmoid().log()


def squared_error(score: Value, label: Operand) -> Value:
    """(score - label)**2: zero only where the score is the label itself.

    Source: the method of least squares (Legendre, 1805), here for labels -1 and 1. A score far on
    its label's side costs as much as one as far on the other side of the label.
    """
    _check_pair(score, label)
    difference = score - label
    return difference * difference


def one_vs_rest_hinge(scores: Sequence[Value], targets: Sequence[Operand]) -> Value:
    """The sum of every class's hinge: each score is to tell its class from all the others.

    Source: one-vs-all classification with support vector machines, as in Rifkin and Klautau, "In
    Defense of One-Vs-All Classification" (2004). K classifiers trained side by side have the sum of
    their losses, so it is a sum and no mean over the classes.

    Args:
        scores: one for each class.
        targets: 1 for the true class, -1 for each other one.
    """
    scores = checks.sequence("scores", scores, "a list of Values")
    expected = f"one for each of {len(scores)} scores"
    targets = checks.sequence("targets", targets, expected)
    if len(targets) != len(scores):
        checks.refuse_count("targets", expected, targets)
    return Value.sum(hinge(s, target) for s, target in zip(scores, targets, strict=True))


def _check_pair(score: object, label: object) -> None:
    # Once for each example and step, so it has to be quick; what is neither says so by its name.
    if not isinstance(score, Value):
        checks.refuse("score", "a Value", score, kind=TypeError)
    if label.__class__ is float and isfinite(label):
        return
    if not isinstance(label, Value):
        checks.real("label", label, "a Value or a finite number")


EXAMPLE_LOSSES: Final[dict[str, ExampleLoss]] = {
    "max_margin": hinge,
    "logistic": log_loss,
    "mse": squared_error,
}
"""The two-class losses `train` knows by name: an example's score and label to its loss."""

CLASS_LOSSES: Final[dict[str, ClassLoss]] = {"one_vs_rest_margin": one_vs_rest_hinge}
"""The losses for K classes `train` knows by name: an example's scores and targets to its loss."""


def max_margin(
    model: Model,
    xs: Sequence[Row],
    ys: Sequence[float],
    *,
    alpha: float = 1e-4,
    batch_size: int | None = None,
    seed: rng.Seed = rng.DEFAULT_SEED,
) -> Loss:
    """The max-margin loss: the mean hinge plus L2 regularization.

    Args:
        model: gives one score for a row of inputs.
        xs: the rows, each a non-empty list of numbers.
        ys: the labels, -1 or 1.
        alpha: the strength of the regularization, 0 or more.
        batch_size: use a random batch of this size; None, or as many as there are, takes all in
            their order.
        seed: which batch (see `rng`).

    Raises:
        TypeError, ValueError: an argument is not as above, or the model has several outputs.
        ArithmeticError: a number grew too large for a float64.
    """
    return _batch_loss(model, xs, ys, hinge, alpha=alpha, batch_size=batch_size, seed=seed)


def logistic(
    model: Model,
    xs: Sequence[Row],
    ys: Sequence[float],
    *,
    alpha: float = 1e-4,
    batch_size: int | None = None,
    seed: rng.Seed = rng.DEFAULT_SEED,
) -> Loss:
    """The logistic loss: the mean of -log(sigmoid(label*score)) plus L2 regularization.

    Arguments, result and errors are those of `max_margin`.
    """
    return _batch_loss(model, xs, ys, log_loss, alpha=alpha, batch_size=batch_size, seed=seed)


def mse(
    model: Model,
    xs: Sequence[Row],
    ys: Sequence[float],
    *,
    alpha: float = 1e-4,
    batch_size: int | None = None,
    seed: rng.Seed = rng.DEFAULT_SEED,
) -> Loss:
    """The mean squared error: the mean of (score - label)**2 plus L2 regularization.

        train(model, dataset, loss="mse", learning_rate=0.1)

    It is steeper than the other losses far from the labels, so it wants a smaller learning rate.
    Arguments, result and errors are those of `max_margin`.
    """
    return _batch_loss(model, xs, ys, squared_error, alpha=alpha, batch_size=batch_size, seed=seed)


def one_vs_rest_margin(
    model: Model,
    xs: Sequence[Row],
    ys: Sequence[int],
    *,
    alpha: float = 1e-4,
    batch_size: int | None = None,
    seed: rng.Seed = rng.DEFAULT_SEED,
) -> Loss:
    """The max-margin loss for K classes: the mean of `one_vs_rest_hinge` plus L2 regularization.

    The prediction is the class with the highest score; of several highest, the first one.

    Args:
        model: gives K scores for a row of inputs, K at least 2.
        xs: the rows, each a non-empty list of numbers.
        ys: the classes, integers from 0 to K-1.
        alpha, batch_size, seed: as for `max_margin`.

    Raises:
        TypeError, ValueError: an argument is not as above.
        ArithmeticError: a number grew too large for a float64.
    """
    check_model(model)
    rows = check_rows(xs, ys)
    classes = len(class_scores(model(rows[0])))
    checked = (rows, check_classes(ys, classes), one_vs_rest_hinge, classes)
    return _of_batch(model, checked, alpha=alpha, batch_size=batch_size, seed=seed)


def _batch_loss(
    model: Model,
    xs: Sequence[Row],
    ys: Sequence[float],
    example_loss: ExampleLoss,
    *,
    alpha: float,
    batch_size: int | None,
    seed: rng.Seed,
) -> Loss:
    check_model(model)
    rows, labels = check_examples(xs, ys)
    checked = (rows, labels, example_loss, 0)
    return _of_batch(model, checked, alpha=alpha, batch_size=batch_size, seed=seed)


def _of_batch(
    model: Model,
    checked: tuple[Sequence[Row], Sequence[float], AnyLoss, int],
    *,
    alpha: float,
    batch_size: int | None,
    seed: rng.Seed,
) -> Loss:
    rows, labels, example_loss, classes = checked
    alpha = check_alpha(alpha)
    size = check_batch_size(batch_size)
    seed = rng.drawn_seed(seed)
    if size is not None and size < len(rows):
        batch = rng.stream(seed).permutation(len(rows))[:size]
        rows, labels = [rows[i] for i in batch], [labels[i] for i in batch]
    return mean_loss(model, rows, labels, example_loss, alpha, classes=classes)


def mean_loss(
    model: Model,
    rows: Sequence[Row],
    labels: Sequence[float],
    example_loss: AnyLoss,
    alpha: float,
    *,
    classes: int = 0,
) -> Loss:
    """The mean of `example_loss` over checked examples plus alpha * sum of squared parameters.

    Args:
        classes: 0 for a loss of one score and labels -1 and 1; K for one of K scores, with
            labels 0 ... K-1.
    """
    given: Sequence[Any]
    if classes:
        scores: tuple[Any, ...] = tuple(class_scores(model(row), classes) for row in rows)
        given = [targets(int(label), classes) for label in labels]
        right = sum(argmax(s) == y for s, y in zip(scores, labels, strict=True)) / len(labels)
    else:
        scores, given = tuple(lone_score(model(row)) for row in rows), labels
        right = accuracy(scores, labels)
    losses = [example_loss(score, y) for score, y in zip(scores, given, strict=True)]
    data_loss = Value.sum(losses) * (1.0 / len(losses))
    reg_loss = Value.sum(p * p for p in model.parameters()) * alpha
    return Loss(data_loss + reg_loss, data_loss, reg_loss, right, scores)


def targets(label: int, classes: int) -> tuple[float, ...]:
    """1.0 for the class `label`, -1.0 for every other one of `classes`."""
    return tuple(1.0 if k == label else -1.0 for k in range(classes))


def argmax(scores: Sequence[Value]) -> int:
    """The class with the highest score; of several highest, the first one."""
    numbers = [score.data for score in scores]
    return numbers.index(max(numbers))


def accuracy(scores: Sequence[Value], labels: Sequence[float]) -> float:
    """The share of scores on their label's side; a score of exactly 0 predicts -1."""
    right = sum((y > 0.0) == (score.data > 0.0) for score, y in zip(scores, labels, strict=True))
    return right / len(labels)


def lone_score(output: Value | list[Value]) -> Value:
    """A model's output if it is one Value."""
    if not isinstance(output, Value):
        if not isinstance(output, list | tuple):
            checks.refuse("model", "one that gives Values", output, kind=TypeError)
        checks.refuse_count("model", "one output, a score", output)
    return output


def class_scores(output: Value | list[Value], classes: int | None = None) -> tuple[Value, ...]:
    """A model's outputs if there is one for each class, and more than one."""
    scores = (output,) if isinstance(output, Value) else tuple(output)
    if len(scores) < 2 or len(scores) != (classes or len(scores)):
        wanted = f"{classes} outputs" if classes else "two outputs or more"
        checks.refuse_count("model", f"{wanted}, a score for each class", scores)
    return scores


def check_model(model: Any) -> None:
    """Refuse what is no model: it gives scores for a row and has parameters."""
    is_one = callable(model) and callable(getattr(model, "parameters", None))
    if not is_one or isinstance(model, type):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)


def check_examples(xs: Any, ys: Any) -> tuple[list[tuple[float, ...]], list[float]]:
    """The examples as rows of floats and labels -1.0 or 1.0; refused where they are not."""
    rows = check_rows(xs, ys)
    return rows, check_signs(ys)


def check_signs(ys: Sequence[Any]) -> list[float]:
    """The labels as floats -1.0 or 1.0; refused where they are not."""
    listed = checks.sequence("ys", ys, "a list of labels")
    return [_check_label(f"ys[{i}]", label) for i, label in enumerate(listed)]


def check_classes(ys: Sequence[Any], classes: int) -> list[float]:
    """The labels as integers 0 ... classes-1 in floats; refused where they are not."""
    expected = f"a class, an integer from 0 to {classes - 1}"
    labels = []
    for i, given in enumerate(checks.sequence("ys", ys, "a list of classes")):
        label = checks.real(f"ys[{i}]", given, expected)
        if not (0 <= label < classes and label == int(label)):
            checks.refuse(f"ys[{i}]", expected, given)
        labels.append(label)
    return labels


def check_labels(ys: Sequence[Any]) -> list[float]:
    """The labels as they are, if they are finite numbers."""
    labels = []
    for i, y in enumerate(checks.sequence("ys", ys, "a list of labels")):
        number = y if y.__class__ is float and isfinite(y) else checks.real(f"ys[{i}]", y)
        labels.append(y if y.__class__ is int else number)
    return labels


def check_rows(xs: Any, ys: Any) -> list[tuple[float, ...]]:
    """The rows as floats, as many as there are labels; refused where they are not."""
    xs = checks.sequence("xs", xs, "a list of rows")
    ys = checks.sequence("ys", ys, "a list of labels")
    if len(xs) != len(ys):
        raise ValueError(f"xs and ys: expected as many rows as labels, got {len(xs)} and {len(ys)}")
    if len(xs) == 0:
        raise ValueError("xs: expected at least one example, got none")
    rows = [_check_row(f"xs[{i}]", row) for i, row in enumerate(xs)]
    width = len(rows[0])
    for i, row in enumerate(rows):
        if len(row) != width:
            checks.refuse(f"xs[{i}]", f"{width} numbers as in xs[0]", row)
    return rows


def check_alpha(alpha: Any) -> float:
    """`alpha` as a float, 0 or more."""
    return checks.real("alpha", alpha, "a non-negative number", minimum=0.0)


def check_batch_size(batch_size: Any) -> int | None:
    """`batch_size` as a positive int, or None."""
    if batch_size is None:
        return None
    return checks.integer("batch_size", batch_size, "None or a positive integer", minimum=1)


def _check_row(name: str, row: Any) -> tuple[float, ...]:
    numbers = checks.sequence(name, row, "a list of numbers")
    if len(numbers) == 0:
        checks.refuse(name, "at least one number", row)
    return tuple(checks.real(name, number, "finite numbers") for number in numbers)


def _check_label(name: str, label: Any) -> float:
    number = checks.real(name, label, "a label, -1 or 1")
    if number not in (-1.0, 1.0):
        checks.refuse(name, "a label, -1 or 1", label)
    return number
