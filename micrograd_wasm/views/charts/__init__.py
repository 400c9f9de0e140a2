"""Vega-Lite charts over the rows of `plot_data`, which show themselves in a notebook.

    charts.dataset(dataset)                       the points
    charts.loss(run)                              total, data and regularization loss by step
    charts.accuracy(run)                          accuracy by step
    charts.decision_boundary(model, dataset)      the model's score behind the points
    charts.lines(rows, "step", "loss", "run")     curves from rows of your own
    charts.heat_map(rows, "noise", "width", "accuracy")   a shade for each pair

A chart is a Vega-Lite specification, plain JSON in `chart.spec`: no plotting package is needed to
make one, and JupyterLab, VS Code and the Vega editor can all draw it. A plot of the plane has the
same scale on both axes, and a plot narrows with the window that it is drawn in.
"""

from __future__ import annotations

from typing import Final

from ...analysis import plot_data
from ...base import checks
from ...learning import losses
from ...learning.datasets import Dataset
from ...training.run import Run
from .chart import (
    CLASS_COLORS,
    INK,
    LOSS_DASHES,
    MIME_TYPE,
    QUIET,
    SCHEMA,
    SHADES,
    Chart,
    Spec,
    narrowing,
    number,
    pixels,
)
from .row_charts import heat_map, lines

__all__ = [
    "MIME_TYPE",
    "SCHEMA",
    "Chart",
    "accuracy",
    "dataset",
    "decision_boundary",
    "heat_map",
    "lines",
    "loss",
]

Bounds = tuple[float, float]

CLASSES: Final = ("class -1", "class 1")
# Beside the colour, the shape tells the classes apart: for print and for all kinds of sight.
CLASS_SHAPES: Final = ("circle", "square")
LEVELS: Final = {0.0: "decision boundary", -1.0: "margins", 1.0: "margins"}
LOSSES: Final = ("total loss", "data loss", "regularization loss")
LOSS_COLORS: Final = ("#17456b", "#3f97d3", "#7b818b")
EDGE: Final = 0.2  # how much of the plane is shown beyond the outermost examples


def dataset(dataset: Dataset, *, width: int = 480, height: int | None = None) -> Chart:
    """The examples as points, coloured and shaped by class.

    Args:
        width, height: of the plot, in pixels; without a height, both axes have the same scale.
    """
    rows = plot_data.dataset_points(dataset)
    if not rows:
        checks.refuse("dataset", "at least one example", dataset)
    xs, ys = ([row[name] for row in rows] for name in ("x", "y"))
    x_range, y_range = ((min(each) - EDGE, max(each) + EDGE) for each in (xs, ys))
    spec = {
        **_plane(x_range, y_range, width, height),
        "layer": [_points(rows, _axis("x", x_range), _axis("y", y_range))],
    }
    return Chart(spec, f"{len(rows)} examples in two classes")


def loss(run: Run, *, width: int = 600, height: int = 260) -> Chart:
    """Total, data and regularization loss by step.

    Args:
        width, height: of the plot, in pixels.
    """
    size = {**narrowing(width), "height": pixels("height", height)}
    spec = _curves(plot_data.loss_history(run), {"title": "loss"}, LOSSES, size)
    return Chart(spec, f"loss by step, {run.final_loss:.4f} at the last of {len(run.history)}")


def accuracy(run: Run, *, width: int = 600, height: int = 180) -> Chart:
    """Accuracy in percent by step.

    Args:
        width, height: of the plot, in pixels.
    """
    size = {**narrowing(width), "height": pixels("height", height)}
    percents = {"scale": {"domain": [0, 100]}, "axis": {"values": [0, 25, 50, 75, 100]}}
    y = {"title": "accuracy (%)", **percents}
    spec = _curves(plot_data.accuracy_history(run), y, ("accuracy",), size)
    percent = run.final_accuracy * 100.0
    return Chart(spec, f"accuracy by step, {percent:.0f} % at the last of {len(run.history)}")


def decision_boundary(
    model: losses.Model,
    dataset: Dataset,
    *,
    h: float = 0.08,
    padding: float = 0.5,
    width: int = 480,
    height: int | None = None,
) -> Chart:
    """The model's score over the plane as a shade, with the examples on top.

    Orange where the model says class -1, blue where it says class 1, paper where it is undecided;
    scores beyond -2 and 2 look the same. The lines are where the score is 0 (the decision
    boundary) and -1 and 1 (the margins).

    Args:
        h, padding: the grid, as for `plot_data.decision_boundary`.
        width, height: of the plot, in pixels; without a height, both axes have the same scale.
    """
    grid = plot_data.decision_boundary(model, dataset, h=h, padding=padding)
    x_range, y_range = ((grid[0][axis], grid[-1][axis]) for axis in ("x", "y"))
    x, y = _axis("x", x_range), _axis("y", y_range)
    to: Spec = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    shade = {"domain": [-2, 0, 2], "range": SHADES, "clamp": True, "interpolate": "rgb"}
    legend = {"orient": "bottom", "gradientLength": 200, "values": [-2, -1, 0, 1, 2]}
    # A cell surrounds its grid point and reaches under the next ones: no gaps shine through.
    sides = {"x1": f"datum.x-{h / 2}", "x2": f"datum.x+{h * 0.6}"}
    sides |= {"y1": f"datum.y-{h / 2}", "y2": f"datum.y+{h * 0.6}"}
    cells = {
        "data": {"values": [{name: row[name] for name in ("x", "y", "score")} for row in grid]},
        "transform": [{"calculate": text, "as": side} for side, text in sides.items()],
        "mark": {"type": "rect", "clip": True},
        "encoding": {
            "x": {**x, "field": "x1"},
            "y": {**y, "field": "y1"},
            **to,
            "fill": {**number("score"), "scale": shade, "legend": legend},
            "tooltip": [number(name, ".3f") for name in ("score", "x", "y")],
        },
    }
    pen: Spec = {"field": "line", "type": "ordinal", "title": ""}
    pen["scale"] = {"domain": ["decision boundary", "margins"], "range": [2.4, 0.8]}
    pen["legend"] = {"symbolType": "stroke", "symbolSize": 300}
    lines = {
        "data": {"values": _contours(grid)},
        "mark": {"type": "rule", "stroke": INK, "strokeCap": "round"},
        "encoding": {"x": x, "y": y, **to, "strokeWidth": pen},
    }
    points = _points(plot_data.dataset_points(dataset), x, y)
    spec = {**_plane(x_range, y_range, width, height), "layer": [cells, lines, points]}
    return Chart(spec, f"the model's score on {len(grid)} grid points, and {len(dataset)} examples")


def _contours(grid: list[plot_data.PlotRow]) -> list[Spec]:
    """Where the score crosses LEVELS, as short straight lines.

    Each square of the grid is cut into two triangles, and the score in a triangle taken as linear.
    """
    column = sum(row["x"] == grid[0]["x"] for row in grid)
    lower_left = [k for k in range(len(grid) - column) if (k + 1) % column]
    found = []
    for k in lower_left:
        a, b, c, d = grid[k], grid[k + 1], grid[k + column], grid[k + column + 1]
        for corners in ((a, b, c), (b, c, d)):
            for level, line in LEVELS.items():
                if ends := _crossings(corners, level):
                    (x, y), (x2, y2) = ends
                    found.append({"line": line, "x": x, "y": y, "x2": x2, "y2": y2})
    return found


def _crossings(corners: tuple[Spec, Spec, Spec], level: float) -> list[tuple[float, float]]:
    """The two points where a triangle's sides cross the level, or none."""
    a, b, c = corners
    found = []
    for p, q in ((a, b), (b, c), (c, a)):
        if (p["score"] < level) != (q["score"] < level):
            t = (level - p["score"]) / (q["score"] - p["score"])
            found.append((p["x"] + t * (q["x"] - p["x"]), p["y"] + t * (q["y"] - p["y"])))
    return found


def _points(rows: list[plot_data.PlotRow], x: Spec, y: Spec) -> Spec:
    label = {"field": "label", "type": "nominal", "title": ""}
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "size": 64, "opacity": 1},
        "encoding": {
            "x": x,
            "y": y,
            "color": {**label, "scale": {"domain": CLASSES, "range": CLASS_COLORS}},
            "shape": {**label, "scale": {"domain": CLASSES, "range": CLASS_SHAPES}},
            "stroke": {"value": "white"},
            "strokeWidth": {"value": 1},
            "tooltip": [{**label, "title": "label"}, number("x", ".4f"), number("y", ".4f")],
        },
    }


def _curves(rows: list[plot_data.PlotRow], y: Spec, metrics: tuple[str, ...], size: Spec) -> Spec:
    """A line for each metric, and a bar at the step under the pointer that tells its numbers."""
    which: Spec = {"field": "metric", "type": "nominal", "title": ""}
    short = f"replace(datum.label, ' {y['title']}', '')"  # the axis says the rest
    which["legend"] = {"symbolType": "stroke", "symbolSize": 500, "labelExpr": short}
    line: Spec = {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "y": {**number("value"), **y},
            "color": {**which, "scale": {"domain": metrics, "range": LOSS_COLORS}},
            "strokeDash": {**which, "scale": {"domain": metrics, "range": LOSS_DASHES}},
        },
    }
    if len(metrics) == 1:  # a legend would repeat the axis
        line["encoding"] |= {"color": {"value": LOSS_COLORS[0]}, "strokeDash": {"value": [1, 0]}}
    select = {"type": "point", "fields": ["step"], "nearest": True, "on": "mousemove"}
    shown = {"param": "pointed", "value": 0.6, "empty": False}
    bar = {
        "transform": [{"pivot": "metric", "value": "value", "groupby": ["step"]}],
        "mark": {"type": "rule", "stroke": QUIET},
        "params": [{"name": "pointed", "select": {**select, "clear": "mouseout"}}],
        "encoding": {
            "opacity": {"condition": shown, "value": 0},
            "tooltip": [number("step", "d"), *(number(name) for name in metrics)],
        },
    }
    x = {**number("step"), "title": "step", "axis": {"tickMinStep": 1}}
    return {**size, "data": {"values": rows}, "encoding": {"x": x}, "layer": [line, bar]}


def _plane(x_range: Bounds, y_range: Bounds, width: int, height: int | None) -> Spec:
    """The size of a plot of the plane: as high as gives both axes the same scale, within reason."""
    if height is not None:
        return {**narrowing(width), "height": pixels("height", height)}
    x_span, y_span = x_range[1] - x_range[0], y_range[1] - y_range[0]
    ratio = min(max(y_span / (x_span or y_span or 1.0), 0.3), 1.5)
    size = narrowing(width)
    size["height"] = round(width * ratio)
    size["params"] = [*size["params"], {"name": "height", "expr": f"width * {ratio}"}]
    return size


def _axis(name: str, domain: Bounds) -> Spec:
    scale = {"domain": domain, "zero": False, "nice": False}
    return {"field": name, "type": "quantitative", "title": name, "scale": scale}
