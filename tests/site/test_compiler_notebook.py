"""The notebook about the compiler, run in a real browser: its kernel there has CPython's bits."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from micrograd_wasm import MLP, datasets, train
from tests.compiler.runs import OFFICIAL
from tests.site import notebooks
from tests.site.conftest import VisitMaker
from tests.site.visits import Visit

NOTEBOOK = "notebooks/index.html?path=how_it_compiles.ipynb"
SEED = (1337, 1337, 1337)


class Notebook(NamedTuple):
    visit: Visit
    ran_well: bool
    cells: list[list[dict[str, Any]]]
    text: str


@pytest.fixture(scope="module")
def notebook(at_root: str, start_visit: VisitMaker) -> Iterator[Notebook]:
    """The notebook after all its cells ran; one run that every test here looks at."""
    with start_visit("compiler-notebook", viewport={"width": 1280, "height": 900}) as visit:
        visit.page.goto(at_root + NOTEBOOK)
        notebooks.wait_until_open(visit.page)
        ran_well = notebooks.run_all(visit.page)
        cells = notebooks.outputs(visit.page)
        yield Notebook(visit, ran_well, cells, notebooks.text_of(cells))


@pytest.fixture(scope="module")
def cpythons() -> dict[int, str]:
    """CPython's fingerprints of the official run after so many steps."""
    model, dataset = MLP(2, [16, 16, 1], seed=SEED), datasets.moons(100, noise=0.1, seed=SEED)
    return {5: train(model, dataset, steps=5, engine="eager").fingerprint, 100: OFFICIAL}


def test_every_cell_runs_without_an_error(notebook: Notebook) -> None:
    errors = [o for cell in notebook.cells for o in cell if o["output_type"] == "error"]
    assert errors == []
    assert notebook.ran_well


@pytest.mark.parametrize(
    ("steps", "pattern"),
    [(5, r"bits of both after 5 steps: ([0-9a-f]+)"), (100, r"bits after 100 steps: +([0-9a-f]+)")],
)
def test_the_fingerprints_in_the_notebooks_kernel_are_cpythons(
    notebook: Notebook, cpythons: dict[int, str], steps: int, pattern: str
) -> None:
    (printed,) = re.findall(pattern, notebook.text)
    assert len(printed) >= 8
    assert cpythons[steps].startswith(printed)


def test_the_graph_is_drawn(notebook: Notebook) -> None:
    drawn = [o for cell in notebook.cells for o in cell if "text/vnd.mermaid" in o.get("data", {})]
    assert drawn


def test_it_asks_no_other_host_and_the_console_shows_no_errors(notebook: Notebook) -> None:
    assert notebook.visit.foreign_requests() == []
    assert notebook.visit.console_errors() == []
