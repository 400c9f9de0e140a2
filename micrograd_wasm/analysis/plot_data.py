"""Plain rows for charts and tables: lists of dicts, from data sets, runs and models.

The rows are made anew at each call, hold only numbers and texts, and know of no plotting library.
"""

from __future__ import annotations

import math
from typing import Any, Final

from ..base import checks
from ..learning import losses
from ..learning.datasets import Dataset
from ..training.run import Run
from . import forward

PlotRow = dict[str, Any]

LARGEST_GRID: Final = 1_000_000


def dataset_points(dataset: Dataset) -> list[PlotRow]:
    """A row {"x", "y", "label", "label_value"} for each example; label is a class name."""
    _check_dataset(dataset)
    return [
        {"x": p["x"], "y": p["y"], "label": class_name(p["label"]), "label_value": p["label"]}
        for p in dataset.points
    ]


def training_history(run: Run) -> list[PlotRow]:
    """The run's history rows, each with "accuracy_percent" (0 to 100) added."""
    _check_run(run)
    return [{**row, "accuracy_percent": row["accuracy"] * 100.0} for row in run.history]


def loss_history(run: Run) -> list[PlotRow]:
    """Three rows {"step", "metric", "value"} for each step: total, data and regularization loss."""
    _check_run(run)
    metrics = {
        "total loss": "loss",
        "data loss": "data_loss",
        "regularization loss": "reg_loss",
    }
    return [
        {"step": row["step"], "metric": metric, "value": row[name]}
        for row in run.history
        for metric, name in metrics.items()
    ]


def accuracy_history(run: Run) -> list[PlotRow]:
    """A row {"step", "metric", "value"} for each step; value is in percent, 0 to 100."""
    _check_run(run)
    return [
        {"step": row["step"], "metric": "accuracy", "value": row["accuracy"] * 100.0}
        for row in run.history
    ]


def decision_boundary(
    model: losses.Model, dataset: Dataset, *, h: float = 0.25, padding: float = 1.0
) -> list[PlotRow]:
    """The model's prediction on a grid around the data.

    Args:
        model: gives one score for (x, y).
        dataset: says how far the grid reaches.
        h: the distance between grid points, positive, in the data's units.
        padding: how far the grid goes beyond the outermost examples, 0 or more.

    Returns:
        A row {"x", "y", "predicted", "predicted_value", "score"} for each grid point, x by x,
        then y by y. A score of exactly 0 predicts "class -1".

    Raises:
        TypeError, ValueError: an argument is not as above, or the grid is over a million points.
    """
    losses.check_model(model)
    _check_dataset(dataset)
    if not len(dataset):
        checks.refuse("dataset", "at least one example", dataset)
    h = checks.real("h", h, "a positive number", above=0.0)
    padding = checks.real("padding", padding, "a non-negative number", minimum=0.0)
    xs, ys = zip(*((p["x"], p["y"]) for p in dataset.points), strict=True)
    x_range = (min(xs) - padding, max(xs) + padding)
    y_range = (min(ys) - padding, max(ys) + padding)
    points = _grid_count(x_range, h) * _grid_count(y_range, h)
    if points > LARGEST_GRID:
        expected = f"a spacing that with this padding gives at most {LARGEST_GRID} grid points"
        checks.refuse("h", expected, h)
    grid = [(x, y) for x in _grid_line(x_range, h) for y in _grid_line(y_range, h)]
    rows = []
    for (x, y), score in zip(grid, _scores(model, grid), strict=True):
        predicted = 1.0 if score > 0.0 else -1.0
        rows.append(
            {
                "x": x,
                "y": y,
                "predicted": class_name(predicted),
                "predicted_value": predicted,
                "score": score,
            }
        )
    return rows


def _scores(model: losses.Model, points: list[tuple[float, float]]) -> list[float]:
    losses.lone_score(model(points[0]))
    return forward.scores(model, points)


def class_name(label: float) -> str:
    """ "class -1" for a negative label, "class 1" otherwise."""
    return "class -1" if label < 0.0 else "class 1"


def _grid_count(bounds: tuple[float, float], h: float) -> int:
    low, high = bounds
    steps = (high - low) / h
    return LARGEST_GRID + 1 if steps > LARGEST_GRID else math.floor(steps) + 1


def _grid_line(bounds: tuple[float, float], h: float) -> list[float]:
    """Both ends included where they fall on the grid: low + i*h, not a running sum."""
    return [bounds[0] + i * h for i in range(_grid_count(bounds, h))]


def _check_dataset(dataset: Any) -> None:
    if not isinstance(dataset, Dataset):
        checks.refuse("dataset", "a Dataset", dataset, kind=TypeError)


def _check_run(run: Any) -> None:
    if not isinstance(run, Run):
        checks.refuse("run", "the Run that train() returns", run, kind=TypeError)
