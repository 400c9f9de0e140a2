"""Charts: plain Vega-Lite over the rows of plot_data, shown by a notebook, readable without one."""

import json

import pytest

from micrograd_wasm import MLP, charts, datasets, plot_data, train

MIME_TYPE = "application/vnd.vegalite.v5+json"
DATASET = datasets.moons(12, noise=0.05, seed=(1, 2, 3))
RUN = train(MLP(2, [4, 1], seed=1), DATASET, steps=5, learning_rate=0.5, engine="eager")

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
