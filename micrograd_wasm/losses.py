"""Losses: what a model is asked to make small.

A loss here is the mean of one number per example (how badly the example is classified) plus a
penalty on the size of the parameters (L2 regularization):

    total = (l1 + l2 + ... + ln) * (1/n)  +  alpha * (p1**2 + p2**2 + ...)

The sums run in this order, which fixes their last bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from . import checks, rng
from .value import Operand, Value

Row: TypeAlias = Sequence[float]
# One example's score and label to its loss. The label is a number, or (where the compiler traces
# the loss) a Value: do arithmetic with it, never compare it.
ExampleLoss: TypeAlias = Callable[[Value, Any], Value]


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
        accuracy: the share of examples on the right side, 0.0 to 1.0.
        scores: the model's output for each example.
    """

    total_loss: Value
    data_loss: Value
    reg_loss: Value
    accuracy: float
    scores: tuple[Value, ...]


def hinge(score: Value, label: Operand) -> Value:
    """max(0, 1 - label*score): zero once the score is on the label's side by a margin of 1.

    Source: the soft-margin support vector machine (Cortes and Vapnik, 1995).
    """
    return (score * -label + 1.0).relu()


def log_loss(score: Value, label: Operand) -> Value:
    """-log(sigmoid(label*score)): how surprising the label is if sigmoid(score) is its chance.

    Source: logistic regression (Cox, 1958), for labels -1 and 1.
    """
    return -(score * label).sigmoid().log()


EXAMPLE_LOSSES: Final[dict[str, ExampleLoss]] = {"max_margin": hinge, "logistic": log_loss}
"""The losses `train` knows by name: one example's score and label to that example's loss."""


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
    rows, labels = check_examples(xs, ys)
    alpha = check_alpha(alpha)
    size = check_batch_size(batch_size)
    seed = rng.drawn_seed(seed)
    if size is not None and size < len(rows):
        batch = rng.stream(seed).permutation(len(rows))[:size]
        rows, labels = [rows[i] for i in batch], [labels[i] for i in batch]
    return mean_loss(model, rows, labels, example_loss, alpha)


def mean_loss(
    model: Model,
    rows: Sequence[Row],
    labels: Sequence[float],
    example_loss: ExampleLoss,
    alpha: float,
) -> Loss:
    """The mean of `example_loss` over checked examples plus alpha * sum of squared parameters."""
    scores = tuple(lone_score(model(row)) for row in rows)
    losses = [example_loss(score, y) for score, y in zip(scores, labels, strict=True)]
    data_loss = Value.sum(losses) * (1.0 / len(losses))
    reg_loss = Value.sum(p * p for p in model.parameters()) * alpha
    return Loss(data_loss + reg_loss, data_loss, reg_loss, accuracy(scores, labels), scores)


def accuracy(scores: Sequence[Value], labels: Sequence[float]) -> float:
    """The share of scores on their label's side; a score of exactly 0 predicts -1."""
    right = sum((y > 0.0) == (score.data > 0.0) for score, y in zip(scores, labels, strict=True))
    return right / len(labels)


def lone_score(output: Value | list[Value]) -> Value:
    """A model's output if it is one Value."""
    if not isinstance(output, Value):
        checks.refuse_count("model", "one output, a score", output)
    return output


def check_examples(xs: Any, ys: Any) -> tuple[list[tuple[float, ...]], list[float]]:
    """The examples as rows of floats and labels -1.0 or 1.0; refused where they are not."""
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
    return rows, [_check_label(f"ys[{i}]", label) for i, label in enumerate(ys)]


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
    if not checks.is_real(label):
        checks.refuse(name, "a label, -1 or 1", label, kind=TypeError)
    if label not in (-1, 1):
        checks.refuse(name, "a label, -1 or 1", label)
    return float(label)
