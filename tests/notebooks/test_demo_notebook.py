"""The demo notebook: the recorded results, and what its prose says in words."""

import json
import re
from typing import Any

import nbformat
import pytest

from builder.notebook_outputs import STORED, ran
from builder.paths import CONTENT
from builder.shell import BuildError
from tests.notebooks import notebook_checks as checks
from tests.notebooks.notebook_checks import NUMBER, VEGA_LITE, cell, outputs, printed

pytestmark = pytest.mark.slow

NOTEBOOK = CONTENT / "micrograd_demo.ipynb"


@pytest.fixture(scope="module")
def stored() -> Any:
    return checks.read(NOTEBOOK)


@pytest.fixture(scope="module")
def executed(stored: Any) -> Any:
    return checks.execute(stored)


def test_four_charts_and_a_picture(executed: Any) -> None:
    found = [output.data for output in outputs(executed) if "data" in output]
    assert [VEGA_LITE in data for data in found].count(True) == 4
    assert "<svg" in cell(executed, "graph-picture").outputs[0].data["text/html"]
    names = ["scatter-run", "loss-chart-run", "accuracy-chart-run", "boundary-run"]
    for name in names:
        [output] = cell(executed, name).outputs
        assert VEGA_LITE in output.data


def test_the_recorded_results_are_printed(executed: Any) -> None:
    warm_up = printed(cell(executed, "scalar-run"))
    assert warm_up.split("\n")[:2] == ["y     = -20.0", "dy/dx = 46.0"]
    assert "together: 46.0" in printed(cell(executed, "chain-run"))
    assert "parameters together: 337" in printed(cell(executed, "model-run"))
    assert "1.38611322734442\n" in printed(cell(executed, "loss-run"))
    trained = printed(cell(executed, "train-run")).split("\n")
    assert "final loss:     0.010498643924133641" in trained
    assert "final accuracy: 1.0" in trained
    assert sum(line.startswith("step ") for line in trained) == 11
    assert "fc813168" in printed(cell(executed, "fingerprint-run"))


def test_statements_without_a_number_of_their_own(executed: Any) -> None:
    """What the prose says in words about what the cells print."""
    # "The second and the fourth point have a negative margin."
    [scores] = cell(executed, "scores-run").outputs
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", scores.data["text/html"])[1:]
    margins = [float(NUMBER.findall(re.sub(r"<[^>]*>", " ", row))[2]) for row in rows]
    assert [margin < 0.0 for margin in margins] == [False, True, False, True, False]
    # "Four arrows leave x."
    assert printed(cell(executed, "chain-run")).count("through") == 4
    # "The data loss is 0.0 for the first time", "the same number" as the regularization loss.
    facts = printed(cell(executed, "loss-chart-facts"))
    assert "at step 69\n" in facts
    assert "0.0 + 0.010498643924133641 = 0.010498643924133641" in facts
    # "One slip."
    assert "{39}" in printed(cell(executed, "accuracy-chart-facts"))
    # "One line for every 10 steps."
    assert "step 90 " in printed(cell(executed, "train-run"))
    # "The numbers are the same", eager and compiled.
    compiled, eager, same = printed(cell(executed, "eager-run")).strip().split("\n")[-3:]
    assert compiled.split()[-1] == eager.split()[-1]
    assert same == "the same to the last bit: True"


def test_it_trains_compiled_unless_told_otherwise(stored: Any) -> None:
    code = {each.id: each.source for each in checks.code_cells(stored)}
    assert "engine" not in code["train-run"]
    assert [name for name, source in code.items() if "engine=" in source] == ["eager-run"]


def test_it_reads_before_it_runs(stored: Any, executed: Any) -> None:
    """What the build stores is what a kernel gives, and the same each time."""
    assert stored.metadata.micrograd.outputs == STORED
    made = ran(json.loads(NOTEBOOK.read_text()), NOTEBOOK.name)
    assert made == ran(json.loads(NOTEBOOK.read_text()), NOTEBOOK.name)
    built = nbformat.reads(json.dumps(made), nbformat.NO_CONVERT)
    nbformat.validate(built)
    for one, other in zip(built.cells, executed.cells, strict=True):
        assert one.source == other.source
        if one.cell_type == "markdown":
            continue
        assert one.execution_count is None, "nothing has run yet in the reader's tab"
        assert [_shown(output) for output in one.outputs] == list(map(_shown, other.outputs))
    for each in made["cells"]:  # nbformat keeps to itself what is trusted
        assert each["metadata"].get("trusted", False) == bool(each.get("outputs"))
    broken = {**made, "cells": [{**made["cells"][1], "source": "1 / 0"}]}
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        ran(broken, "broken.ipynb")


def _shown(output: Any) -> Any:
    """What a reader sees of an output; pictures have names of their own in each process."""
    data = output.get("data", {})
    text = re.sub(r"mg\w*?-?\d+", "", json.dumps(data, sort_keys=True))
    return output.output_type, output.get("text"), text
