"""Every notebook of the site, run from its first cell to its last in a real browser.

One page of JupyterLab opens them one after the other; each is run once, and what it promises is
looked up in what it gave. Those of content/ each have a kernel of their own; those of the lessons
share one, which forgets in between. On CPython: tests/notebooks/test_notebooks.py.
"""

import copy
import re
from collections.abc import Iterator
from functools import cache

import nbformat
import pytest

from micrograd_wasm import MLP, datasets, train
from tests.compiler.runs import OFFICIAL
from tests.notebooks import notebook_checks as checks
from tests.site import notebooks
from tests.site.conftest import VisitMaker
from tests.site.notebooks import Ran
from tests.site.visits import Visit

NOTEBOOKS = checks.every()
SEED = (1337, 1337, 1337)


@pytest.fixture(scope="module")
def visit_of_lab(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit(
        "notebooks-in-lab", viewport={"width": 1280, "height": 900}, service_workers="allow"
    ) as visit:
        visit.page.goto(at_root + "lab/index.html")
        notebooks.wait_until_started(visit.page)
        yield visit


@pytest.fixture(scope="module")
def lab(visit_of_lab: Visit) -> notebooks.Lab:
    return notebooks.Lab(visit_of_lab.page)


@pytest.fixture(scope="module", params=NOTEBOOKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def ran(lab: notebooks.Lab, name: str) -> Ran:
    return lab.run(f"{name}.ipynb", share_kernel=name.startswith("lessons/"))


def test_every_cell_runs_without_an_error_or_a_warning(ran: Ran) -> None:
    kinds = {(each["output_type"], each.get("name")) for cell in ran.cells for each in cell}
    assert kinds <= {("stream", "stdout"), ("display_data", None), ("execute_result", None)}
    assert ("stream", "stdout") in kinds
    assert ran.well


def test_every_number_of_the_prose_is_printed_there_too(ran: Ran, name: str) -> None:
    executed = copy.deepcopy(NOTEBOOKS[name])
    assert len(ran.cells) == len(executed.cells)
    for cell, shown in zip(executed.cells, ran.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = [nbformat.from_dict(output) for output in shown]
    checks.check_numbers_of_the_prose(executed, name)


def test_every_chart_is_drawn(ran: Ran, name: str) -> None:
    code = checks.code_cells(NOTEBOOKS[name])
    ending = [cell for cell in code if cell.source.split("\n")[-1].startswith("charts.")]
    assert len(ran.charts) >= len(ending)
    for width, height in ran.charts:
        assert width > 150
        assert height > 40


@cache
def cpythons(steps: int) -> str:
    """CPython's fingerprint of the official run after so many steps."""
    model, dataset = MLP(2, [16, 16, 1], seed=SEED), datasets.moons(100, noise=0.1, seed=SEED)
    return OFFICIAL if steps == 100 else train(model, dataset, steps=steps).fingerprint


# What a notebook shows in the browser, beyond what all of them promise.
SHOWN = {
    "micrograd_demo": [
        r"(?<![\d.])46\.0(?!\d)",  # dy/dx of the warm-up
        r"(?<![\d.])337(?![\d.])",
        r"0\.010498643924133641",
        r"accuracy\W+1\.0(?!\d)",
    ],
    "how_it_compiles": [
        r"bits of both after 5 steps: (?P<after_5>[0-9a-f]{8,})",
        r"bits after 100 steps: +(?P<after_100>[0-9a-f]{8,})",
    ],
    "karpathy_demo": [r"accuracies that differ: 0\n", r"compiled, are the same: True"],
    "micrograd_extras": [r"the numbers of MicrogradEx"],
}


def test_the_recorded_numbers_are_shown(ran: Ran, name: str) -> None:
    text = notebooks.text_of(ran.cells)
    for pattern in SHOWN.get(name, []):
        found = re.search(pattern, text)
        assert found, f"nothing printed matches {pattern}\n{text}"
        for after, bits in found.groupdict().items():
            assert cpythons(int(after.removeprefix("after_"))).startswith(bits)


def test_nothing_is_asked_of_another_host(ran: Ran, visit_of_lab: Visit) -> None:
    assert visit_of_lab.foreign_requests() == []


def test_the_console_shows_no_errors(ran: Ran, visit_of_lab: Visit) -> None:
    assert visit_of_lab.console_errors() == []
