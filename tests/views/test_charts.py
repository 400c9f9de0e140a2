"""Charts: plain Vega-Lite over the rows of plot_data, shown by a notebook, readable without one."""

import json
from fractions import Fraction

import pytest

from micrograd_wasm import MLP, charts, datasets, plot_data, train

MIME_TYPE = "application/vnd.vegalite.v5+json"
DATASET = datasets.moons(12, noise=0.05, seed=(1, 2, 3))
RUN = train(MLP(2, [4, 1], seed=1), DATASET, steps=5, learning_rate=0.5, engine="eager")
SWEEP = [
    {"noise": noise, "width": width, "accuracy": 90.0 + width - 10.0 * noise, "more": None}
    for width in (4, 8)
    for noise in (0.0, 0.1, 0.2)
]

CHARTS = {
    "dataset": (lambda **size: charts.dataset(DATASET, **size), "12 examples in two classes"),
    "loss": (lambda **size: charts.loss(RUN, **size), f"loss by step, {RUN.final_loss:.4f}"),
    "accuracy": (
        lambda **size: charts.accuracy(RUN, **size),
        f"accuracy by step, {RUN.final_accuracy * 100:.0f} %",
    ),
    "decision_boundary": (
        lambda **size: charts.decision_boundary(RUN.final_model, DATASET, h=0.5, **size),
        "the model's score on ",
    ),
    "lines": (
        lambda **size: charts.lines(SWEEP, "noise", "accuracy", "width", log="y", **size),
        "accuracy by noise, 2 curves",
    ),
    "heat_map": (
        lambda **size: charts.heat_map(SWEEP, "noise", "width", "accuracy", **size),
        "accuracy by noise and width, 6 cells",
    ),
}

for_each_chart = pytest.mark.parametrize("name", CHARTS)


def inside(thing):
    """Every dict, list and plain value inside a specification."""
    yield thing
    children = (
        thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
    )
    for child in children:
        yield from inside(child)


def data(spec):
    """The rows of each data set in a specification."""
    return [
        part["data"]["values"] for part in inside(spec) if isinstance(part, dict) and "data" in part
    ]


def fields(spec):
    return {part["field"] for part in inside(spec) if isinstance(part, dict) and "field" in part}


@for_each_chart
def test_a_chart_is_a_vega_lite_5_specification(name):
    spec = CHARTS[name][0]().spec
    assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    marks = [part["mark"] for part in inside(spec) if isinstance(part, dict) and "mark" in part]
    assert marks
    assert data(spec)


@for_each_chart
def test_a_notebook_draws_it_and_a_terminal_reads_it(name):
    chart = CHARTS[name][0]()
    bundle, metadata = chart._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {MIME_TYPE, "text/plain"}
    assert bundle[MIME_TYPE] == chart.spec
    assert bundle["text/plain"] == repr(chart)
    assert set(metadata) <= {MIME_TYPE}
    json.dumps(metadata)


@for_each_chart
def test_the_description_says_what_is_to_be_seen(name):
    build, summary = CHARTS[name]
    assert build().spec["description"].startswith(summary)
    assert repr(build()).startswith(f"Chart({summary}")


@for_each_chart
def test_a_specification_is_plain_json_without_gaps(name):
    chart = CHARTS[name][0]()
    assert json.loads(json.dumps(chart.spec, allow_nan=False)) == chart.spec
    assert json.loads(chart.to_json()) == chart.spec
    # A null is lost between Pyodide and the page, and the default comes back in its place.
    assert None not in [part for part in inside(chart.spec) if not isinstance(part, dict | list)]


@for_each_chart
def test_nothing_is_fetched(name):
    text = json.dumps({**CHARTS[name][0]().spec, "$schema": ""})
    assert "http" not in text
    assert '"url"' not in text


@for_each_chart
def test_every_field_that_is_drawn_is_in_the_data_or_computed(name):
    spec = CHARTS[name][0]().spec
    known = {key for rows in data(spec) for row in rows for key in row}
    known |= {t["as"] for t in inside(spec) if isinstance(t, dict) and "as" in t}
    known |= {"accuracy", *charts.LOSSES}  # columns of the table under the pointer
    assert fields(spec) <= known


@for_each_chart
def test_the_specification_is_a_fresh_copy(name):
    chart = CHARTS[name][0]()
    chart.spec.clear()
    assert chart.spec["$schema"]


@for_each_chart
@pytest.mark.parametrize("size", [{"width": 0}, {"height": -5}, {"width": 1.5}, {"height": "9"}])
def test_a_size_is_a_positive_number_of_pixels(name, size):
    with pytest.raises((TypeError, ValueError), match="expected a number of pixels, 1 or more"):
        CHARTS[name][0](**size)


def test_the_points_are_the_datasets():
    assert plot_data.dataset_points(DATASET) in data(charts.dataset(DATASET).spec)
    boundary = charts.decision_boundary(RUN.final_model, DATASET, h=0.5)
    assert plot_data.dataset_points(DATASET) in data(boundary.spec)


def test_the_curves_are_the_runs():
    assert plot_data.loss_history(RUN) in data(charts.loss(RUN).spec)
    assert plot_data.accuracy_history(RUN) in data(charts.accuracy(RUN).spec)


def test_the_shade_is_the_models_score():
    grid = plot_data.decision_boundary(RUN.final_model, DATASET, h=0.5, padding=0.5)
    cells = [{name: row[name] for name in ("x", "y", "score")} for row in grid]
    assert cells in data(charts.decision_boundary(RUN.final_model, DATASET, h=0.5).spec)


def test_the_boundary_line_lies_where_the_score_is_zero():
    """Of a linear model the lines are exact: score = 2x - 1 is 0 at x = 1/2, -1 at 0, 1 at 1."""
    from micrograd_wasm import Neuron

    model = Neuron(2, nonlin=False, weights=[2.0, 0.0], bias=-1.0)
    spec = charts.decision_boundary(model, DATASET, h=0.37).spec
    [lines] = [rows for rows in data(spec) if "line" in rows[0]]
    found = {(row["line"], round(row[end], 9) + 0.0) for row in lines for end in ("x", "x2")}
    assert found == {("decision boundary", 0.5), ("margins", 0.0), ("margins", 1.0)}


@pytest.mark.parametrize("thing", [None, 5, [[1.0, 2.0]]])
def test_only_what_has_rows_has_a_chart(thing):
    for make in (charts.dataset, charts.loss, charts.accuracy):
        with pytest.raises(TypeError, match="expected"):
            make(thing)


def test_a_heat_map_has_a_cell_for_each_row_in_the_rows_order():
    spec = charts.heat_map(SWEEP, "noise", "width", "accuracy", digits=1).spec
    [cells] = data(spec)
    assert [(cell["x"], cell["y"], cell["value"]) for cell in cells] == [
        (row["noise"], row["width"], row["accuracy"]) for row in SWEEP
    ]
    x, y = spec["encoding"]["x"], spec["encoding"]["y"]
    assert (x["title"], x["sort"]) == ("noise", [0.0, 0.1, 0.2])
    assert (y["title"], y["sort"]) == ("width", [8, 4])  # the first one at the bottom
    assert ".1f" in json.dumps(spec)


def test_lines_have_a_curve_for_each_series_and_the_scales_asked_for():
    spec = charts.lines(SWEEP, "noise", "accuracy", "width", log="y").spec
    assert [(row["x"], row["y"], row["series"]) for row in data(spec)[0]] == [
        (row["noise"], row["accuracy"], row["width"]) for row in SWEEP
    ]
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == [4, 8]
    assert len(set(scale["range"])) == 2
    assert spec["encoding"]["y"]["scale"] == {"type": "log"}
    assert "scale" not in spec["encoding"]["x"]
    alone = charts.lines(SWEEP[:3], "noise", "accuracy")
    assert "series" not in fields(alone.spec)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: charts.lines([], "a", "b"), ValueError, "rows: expected one row or more"),
        (lambda: charts.lines("ab", "a", "b"), TypeError, "rows: expected a list of rows"),
        (lambda: charts.lines([1], "a", "b"), TypeError, r"rows\[0\]: expected a row"),
        (
            lambda: charts.lines(SWEEP, "noise", "b"),
            ValueError,
            r"rows\[0\]: expected a column 'b'",
        ),
        (lambda: charts.lines(SWEEP, "noise", "more"), TypeError, r"rows\[0\]: expected a number"),
        (lambda: charts.lines(SWEEP, "noise", "width", log="z"), ValueError, "log: expected"),
        (
            lambda: charts.lines(SWEEP, "noise", "width", log="x"),
            ValueError,
            r"rows\[0\]: expected a positive number for a logarithmic scale, got 0.0",
        ),
        (
            lambda: charts.heat_map(SWEEP, "noise", "width", "more"),
            TypeError,
            r"rows\[0\]: expected a number in 'more', got None",
        ),
        (
            lambda: charts.heat_map(SWEEP, "noise", "width", "accuracy", digits=-1),
            ValueError,
            "digits: expected an integer, 0 or more",
        ),
        (
            lambda: charts.heat_map(SWEEP, "noise", "width", "accuracy", digits=21),
            ValueError,
            "digits: expected an integer, 0 or more, at most 20, got 21",
        ),
        (lambda: charts.lines(SWEEP, "noise", 1), TypeError, "y: expected a column's name, got 1"),
        (
            lambda: charts.lines([{"x": 1, "y": 2, "z": []}], "x", "y", "z"),
            TypeError,
            r"rows\[0\]: expected a text or a number in 'z', got \[\]",
        ),
        (
            lambda: charts.lines(SWEEP, "noise", "width", width=10**5000),
            ValueError,
            "width: expected a number of pixels, 1 or more, at most 32767",
        ),
    ],
)
def test_rows_that_cannot_be_drawn_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_numbers_of_other_kinds_are_drawn():
    rows = [{"x": Fraction(1, 2), "y": 10**20, "who": Fraction(1, 4)}]
    (row,) = charts.lines(rows, "x", "y", "who").spec["data"]["values"]
    assert row == {"x": 0.5, "y": 10**20, "series": 0.25}
