"""Rows for charts and tables: plain, fresh at each call, and about the right numbers."""

import json
import math

import pytest

from micrograd_wasm import MLP, Dataset, Neuron, datasets, plot_data, train

DATASET = datasets.moons(12, noise=0.05, seed=(1, 2, 3))


@pytest.fixture(scope="module")
def run():
    return train(MLP(2, [4, 1], seed=1), DATASET, steps=5, log_every=2, engine="eager")


def test_a_row_for_each_example_with_its_class():
    rows = plot_data.dataset_points(DATASET)
    assert [(row["x"], row["y"]) for row in rows] == list(DATASET.xs)
    assert [row["label_value"] for row in rows] == list(DATASET.ys)
    assert {(row["label"], row["label_value"]) for row in rows} == {
        ("class -1", -1.0),
        ("class 1", 1.0),
    }


def test_a_row_for_each_logged_step_with_the_accuracy_in_percent(run):
    rows = plot_data.training_history(run)
    assert [row["step"] for row in rows] == [0, 2, 4]
    assert all(row["accuracy_percent"] == row["accuracy"] * 100.0 for row in rows)
    assert [{k: v for k, v in row.items() if k != "accuracy_percent"} for row in rows] == list(
        run.history
    )


def test_three_losses_for_each_step_in_long_form(run):
    rows = plot_data.loss_history(run)
    assert len(rows) == 9
    assert rows[3:6] == [
        {"step": 2, "metric": "total loss", "value": run.history[1]["loss"]},
        {"step": 2, "metric": "data loss", "value": run.history[1]["data_loss"]},
        {"step": 2, "metric": "regularization loss", "value": run.history[1]["reg_loss"]},
    ]


def test_one_accuracy_for_each_step_in_percent(run):
    rows = plot_data.accuracy_history(run)
    assert [row["value"] for row in rows] == [row["accuracy"] * 100.0 for row in run.history]
    assert {row["metric"] for row in rows} == {"accuracy"}


def test_rows_are_made_anew(run):
    for make in (
        lambda: plot_data.dataset_points(DATASET),
        lambda: plot_data.training_history(run),
        lambda: plot_data.loss_history(run),
        lambda: plot_data.accuracy_history(run),
    ):
        rows = make()
        rows[0].clear()
        assert make()[0]
    assert run.history[0]["loss"]


def square():
    """Four corners of a square of side 1."""
    xs = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
    return Dataset(xs, (-1.0, 1.0, -1.0, 1.0))


def test_the_grid_goes_x_by_x_and_then_y_by_y_with_both_ends():
    rows = plot_data.decision_boundary(Neuron(2, seed=1), square(), h=0.5, padding=0.5)
    line = [-0.5, 0.0, 0.5, 1.0, 1.5]
    assert [(row["x"], row["y"]) for row in rows] == [(x, y) for x in line for y in line]


def test_grid_points_are_multiples_of_the_spacing_and_not_a_running_sum():
    rows = plot_data.decision_boundary(Neuron(2, seed=1), square(), h=0.1, padding=0)
    assert [row["y"] for row in rows[:11]] == [0.1 * i for i in range(11)]


def test_scores_are_the_models_and_their_sign_is_the_prediction():
    # Exactly 0 on the middle line: that predicts class -1.
    model = Neuron(2, nonlin=False, weights=[1.0, 0.0], bias=-0.5)
    rows = plot_data.decision_boundary(model, square(), h=0.5, padding=0)
    assert [(row["x"], row["score"], row["predicted"], row["predicted_value"]) for row in rows] == [
        *[(0.0, -0.5, "class -1", -1.0)] * 3,
        *[(0.5, 0.0, "class -1", -1.0)] * 3,
        *[(1.0, 0.5, "class 1", 1.0)] * 3,
    ]


def test_the_default_grid_is_a_quarter_apart_and_reaches_one_beyond():
    rows = plot_data.decision_boundary(Neuron(2, seed=1), square())
    assert len(rows) == 13 * 13
    assert (rows[0]["x"], rows[-1]["x"]) == (-1.0, 2.0)


def test_a_single_point_has_a_grid_too():
    single = Dataset(((2.0, 3.0),), (1.0,))
    rows = plot_data.decision_boundary(Neuron(2, seed=1), single, padding=0)
    assert [(row["x"], row["y"]) for row in rows] == [(2.0, 3.0)]


@pytest.mark.parametrize("h", [1e-300, 1e-5])
def test_a_grid_that_would_never_end_is_refused(h):
    with pytest.raises(ValueError, match=r"^h: expected .* grid points, got"):
        plot_data.decision_boundary(Neuron(2, seed=1), square(), h=h)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"h": 0}, "h: expected a positive number, got 0"),
        ({"h": -1.0}, "h: expected a positive number, got -1.0"),
        ({"h": math.nan}, "h: expected a positive number, got nan"),
        ({"h": "1"}, "h: expected a positive number, got '1'"),
        ({"padding": -0.1}, "padding: expected a non-negative number, got -0.1"),
        ({"padding": None}, "padding: expected a non-negative number, got None"),
    ],
)
def test_a_wrong_grid_is_refused(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        plot_data.decision_boundary(Neuron(2, seed=1), square(), **options)


def test_a_model_with_several_outputs_has_no_boundary():
    with pytest.raises(ValueError, match="model: expected one output"):
        plot_data.decision_boundary(MLP(2, [2], seed=1), square())


@pytest.mark.parametrize(
    "make",
    [
        plot_data.dataset_points,
        plot_data.training_history,
        plot_data.loss_history,
        plot_data.accuracy_history,
        lambda thing: plot_data.decision_boundary(Neuron(2, seed=1), thing),
    ],
)
@pytest.mark.parametrize("thing", [None, 5, "x", [[1.0, 2.0]]])
def test_only_datasets_and_runs_have_rows(make, thing):
    with pytest.raises(TypeError, match=r"^(dataset: expected a Dataset|run: expected the Run)"):
        make(thing)


def test_rows_are_plain_json(run):
    model = run.final_model
    for rows in (
        plot_data.dataset_points(DATASET),
        plot_data.training_history(run),
        plot_data.loss_history(run),
        plot_data.accuracy_history(run),
        plot_data.decision_boundary(model, DATASET, h=1),
    ):
        assert json.loads(json.dumps(rows, allow_nan=False)) == rows
