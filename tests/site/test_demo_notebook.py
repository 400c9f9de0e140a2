"""The demo notebook, run from its first cell to its last in a real browser."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from tests.site import notebooks
from tests.site.conftest import VisitMaker
from tests.site.visits import Visit

NOTEBOOK = "notebooks/index.html?path=micrograd_demo.ipynb"


class Demo(NamedTuple):
    visit: Visit
    page: Page
    ran_well: bool
    cells: list[list[dict[str, Any]]]
    text: str


@pytest.fixture(scope="module")
def demo(at_root: str, start_visit: VisitMaker) -> Iterator[Demo]:
    """The notebook after all its cells ran; one run that every test here looks at."""
    with start_visit("demo-notebook", viewport={"width": 1280, "height": 900}) as visit:
        visit.page.goto(at_root + NOTEBOOK)
        notebooks.wait_until_open(visit.page)
        ran_well = notebooks.run_all(visit.page)
        cells = notebooks.outputs(visit.page)
        yield Demo(visit, visit.page, ran_well, cells, notebooks.text_of(cells))


def test_every_cell_runs_without_an_error(demo: Demo) -> None:
    errors = [o for cell in demo.cells for o in cell if o["output_type"] == "error"]
    assert errors == []
    assert demo.ran_well


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("dy/dx of the warm-up", r"(?<![\d.])46\.0(?!\d)"),
        ("the parameters of the model", r"(?<![\d.])337(?![\d.])"),
        ("the official run's last loss", r"0\.010498643924133641"),
        ("the official run's last accuracy", r"accuracy\W+1\.0(?!\d)"),
    ],
)
def test_the_recorded_numbers_are_printed(demo: Demo, what: str, pattern: str) -> None:
    assert re.search(pattern, demo.text), f"{what}: nothing printed matches {pattern}\n{demo.text}"


def test_four_charts_are_drawn(demo: Demo) -> None:
    charts = notebooks.charts(demo.page)
    assert len(charts) >= 4
    for chart in charts:
        width, height = notebooks.wait_until_drawn(demo.page, chart)
        assert width > 200
        assert height > 50


def test_nothing_is_asked_of_another_host(demo: Demo) -> None:
    assert demo.visit.foreign_requests() == []


def test_the_console_shows_no_errors(demo: Demo) -> None:
    assert demo.visit.console_errors() == []


def test_it_starts_from_the_front_page_under_a_sub_path(at_sub_path: str, visit: Visit) -> None:
    visit.page.goto(at_sub_path)
    visit.page.get_by_role("link", name="Notebooks", exact=True).click()
    visit.page.get_by_role("link", name="Open micrograd, one number at a time").click()
    notebooks.wait_until_open(visit.page)
    assert visit.page.url.startswith(at_sub_path)
    notebooks.start_all(visit.page)
    assert notebooks.wait_until_printed(visit.page).strip()
    assert visit.foreign_requests() == []
    assert visit.console_errors() == []
