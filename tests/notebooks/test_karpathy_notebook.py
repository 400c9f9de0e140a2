"""The notebook of the original's demo: its log is the recorded one, its numbers the original's."""

import re
from typing import Any

import pytest

from builder.paths import CONTENT
from tests.notebooks import notebook_checks as checks
from tests.notebooks.notebook_checks import VEGA_LITE, cell, printed
from tests.parity.recordings import cases

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def executed() -> Any:
    return checks.execute(checks.read(CONTENT / "karpathy_demo.ipynb"))


def test_the_log_it_carries_is_the_recorded_one(executed: Any) -> None:
    carried = (cell(executed, "log-1").source + cell(executed, "log-2").source).split()
    numbers = [float(text) for text in carried if re.fullmatch(r"[\d.]+", text)]
    log = cases("karpathy")["log"]
    assert numbers[0::2] == log["losses"]
    assert numbers[1::2] == log["accuracy_percent"]


def test_the_comparison_finds_what_the_prose_says(executed: Any) -> None:
    text = printed(cell(executed, "log-compare"))
    assert "accuracies that differ: 0\n" in text
    assert float(re.findall(r"two losses: (\S+)", text)[0]) < 1e-12
    assert int(re.findall(r"in every digit: (\d+)", text)[0]) >= 10


def test_a_log_that_is_not_met_fails_the_notebook(executed: Any) -> None:
    """A control: the comparing cell, with one accuracy and one loss moved."""
    log = cases("karpathy")["log"]
    history = [
        {"loss": loss, "accuracy": percent / 100.0}
        for loss, percent in zip(log["losses"], log["accuracy_percent"], strict=True)
    ]
    run = type("Run", (), {"history": history})
    source, recorded = cell(executed, "log-compare").source, ""
    for row in history:
        recorded += f"{row['loss']} {row['accuracy'] * 100} "
    names = {"run": run, "recorded": recorded, "compiled": [""] * 100}
    exec(source, dict(names))
    for field, wrong in (("accuracy", 0.01), ("loss", 1e-9)):
        kept = history[50][field]
        history[50][field] = kept * (1.0 + wrong)
        with pytest.raises(AssertionError):
            exec(source, dict(names))
        history[50][field] = kept


def test_the_steps_by_hand_are_those_of_the_log(executed: Any) -> None:
    lines = printed(cell(executed, "demo-train")).strip().split("\n")
    log = cases("karpathy")["log"]
    assert len(lines) == 4
    for k, line in enumerate(lines[:3]):
        step, loss, percent = re.fullmatch(r"step (\d) loss (\S+), accuracy (\S+)%", line).groups()  # type: ignore[union-attr]
        assert (int(step), float(percent)) == (k, log["accuracy_percent"][k])
        assert float(loss) == pytest.approx(log["losses"][k], rel=1e-12, abs=0.0)
    assert printed(cell(executed, "demo-loss")).startswith("Value(data=0.8958441028683222, grad=0)")


def test_the_graph_is_drawn_and_two_charts(executed: Any) -> None:
    assert "<svg" in cell(executed, "neuron-run").outputs[-1].data["text/html"]
    for name in ("demo-data", "boundary-run"):
        assert VEGA_LITE in cell(executed, name).outputs[-1].data


def test_what_goes_wrong_in_the_original_is_shown(executed: Any) -> None:
    assert printed(cell(executed, "better-inputs-run")).count("expected 2 of them") == 2
    assert "Value(data=" in printed(cell(executed, "better-width-run"))
    assert len(printed(cell(executed, "better-numbers-run")).strip().split("\n")) == 3
