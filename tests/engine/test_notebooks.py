"""Every notebook of content/ runs from top to bottom, and keeps the promises that all of them make.

What a notebook says beyond that is checked in a file of its own.
"""

import copy
from pathlib import Path
from typing import Any

import pytest

from builder.paths import CONTENT
from tests.engine import notebook_checks as checks

NOTEBOOKS = sorted(CONTENT.glob("*.ipynb"))


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def stored(path: Path) -> Any:
    return checks.read(path)


def test_the_file_is_valid_and_without_outputs(stored: Any) -> None:
    checks.check_valid_and_bare(stored)


def test_it_says_what_it_is_and_takes(stored: Any) -> None:
    checks.check_metadata(stored)


def test_the_cells_are_short(stored: Any) -> None:
    checks.check_short_cells(stored)


def test_its_links_lead_somewhere(stored: Any) -> None:
    checks.check_links(stored, CONTENT)


def test_no_cell_fails_or_warns(stored: Any) -> None:
    executed = checks.execute(stored)
    kinds = {(output.output_type, output.get("name")) for output in checks.outputs(executed)}
    assert kinds <= {("stream", "stdout"), ("display_data", None), ("execute_result", None)}
    assert ("stream", "stdout") in kinds


def test_every_number_of_the_prose_is_printed_or_in_the_code(path: Path, stored: Any) -> None:
    leave_out = checks.OWN_TRIALS.get(path.stem, "")
    checks.check_numbers_of_the_prose(checks.execute(stored), leave_out=leave_out)


def test_a_number_that_no_cell_prints_is_seen(path: Path, stored: Any) -> None:
    """A control: what the test above would say."""
    changed = copy.deepcopy(checks.execute(stored))
    changed.cells[0].source += "\n\nIt is 123456.789."
    with pytest.raises(AssertionError, match=changed.cells[0].id):
        checks.check_numbers_of_the_prose(changed, checks.OWN_TRIALS.get(path.stem, ""))
