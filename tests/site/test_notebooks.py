"""Every notebook of content/, run from its first cell to its last in a real browser.

One page of JupyterLab opens them one after the other; each is run once, in a kernel of its own, and
what it promises is looked up in what it gave. On CPython: tests/engine/test_notebooks.py.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from builder.paths import CONTENT
from tests.engine import notebook_checks as checks
from tests.site import notebooks
from tests.site.conftest import VisitMaker
from tests.site.notebooks import Ran
from tests.site.visits import Visit

NOTEBOOKS = sorted(CONTENT.glob("*.ipynb"))


@pytest.fixture(scope="module")
def lab(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("notebooks-in-lab", viewport={"width": 1280, "height": 900}) as visit:
        visit.page.goto(at_root + "lab/index.html")
        notebooks.wait_until_started(visit.page)
        yield visit


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def ran(lab: Visit, path: Path) -> Ran:
    return notebooks.run_in_lab(lab.page, path.name)


def test_every_cell_runs_without_an_error_or_a_warning(ran: Ran) -> None:
    kinds = {(each["output_type"], each.get("name")) for cell in ran.cells for each in cell}
    assert kinds <= {("stream", "stdout"), ("display_data", None), ("execute_result", None)}
    assert ("stream", "stdout") in kinds
    assert ran.well


def test_every_number_of_the_prose_is_printed_there_too(ran: Ran, path: Path) -> None:
    executed = checks.read(path)
    assert len(ran.cells) == len(executed.cells)
    for cell, shown in zip(executed.cells, ran.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = [nbformat.from_dict(output) for output in shown]
    checks.check_numbers_of_the_prose(executed, checks.OWN_TRIALS.get(path.stem, ""))


def test_every_chart_is_drawn(ran: Ran, path: Path) -> None:
    source = path.read_text()
    assert len(ran.charts) >= source.count('"charts.')  # cells that are or end with a chart
    for width, height in ran.charts:
        assert width > 150
        assert height > 40


def test_nothing_is_asked_of_another_host(ran: Ran, lab: Visit) -> None:
    assert lab.foreign_requests() == []


def test_the_console_shows_no_errors(ran: Ran, lab: Visit) -> None:
    assert lab.console_errors() == []
