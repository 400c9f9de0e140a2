"""Every notebook of the site runs from top to bottom, and keeps the promises that all of them make.

They are those of content/ and the twelve that are made from its lessons. What a notebook says
beyond that is checked in a file of its own. In the browser: tests/site/test_notebooks.py.
"""

import copy
import re
from typing import Any

import pytest

from builder.paths import CONTENT
from tests.notebooks import notebook_checks as checks

pytestmark = pytest.mark.slow

NOTEBOOKS = checks.every()


@pytest.fixture(scope="module", params=NOTEBOOKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def stored(name: str) -> Any:
    return NOTEBOOKS[name]


def test_the_file_is_valid_and_without_outputs(stored: Any) -> None:
    checks.check_valid_and_bare(stored)


def test_it_says_what_it_is_and_takes(stored: Any) -> None:
    checks.check_metadata(stored)


def test_the_cells_are_short(name: str, stored: Any) -> None:
    of_a_lesson = name.startswith("lessons/")
    checks.check_short_cells(stored, checks.MOST_IN_A_LESSON if of_a_lesson else checks.MOST_LINES)


def test_its_links_lead_somewhere(stored: Any) -> None:
    checks.check_links(stored, CONTENT)


def test_no_cell_fails_or_warns(stored: Any) -> None:
    executed = checks.execute(stored)
    kinds = {(output.output_type, output.get("name")) for output in checks.outputs(executed)}
    assert kinds <= {("stream", "stdout"), ("display_data", None), ("execute_result", None)}
    assert ("stream", "stdout") in kinds


def test_every_number_of_the_prose_is_printed_or_in_the_code(name: str, stored: Any) -> None:
    checks.check_numbers_of_the_prose(checks.execute(stored), name)


def test_a_number_that_no_cell_prints_is_seen(name: str, stored: Any) -> None:
    """A control: what the test above would say."""
    changed = copy.deepcopy(checks.execute(stored))
    changed.cells[0].source += "\n\nIt is 123,456.789."
    with pytest.raises(AssertionError, match=changed.cells[0].id):
        checks.check_numbers_of_the_prose(changed, name)


def test_an_exercise_begins_unsolved_and_its_check_is_folded(name: str, stored: Any) -> None:
    executed = checks.execute(stored)
    judging = [each for each in checks.code_cells(executed) if "check_here(" in each.source]
    assert len(judging) == (2 if name.startswith("lessons/") else 0)
    for each in judging:
        assert checks.hidden(each)
        assert checks.printed(each).startswith("Not yet.")


def test_the_margins_of_a_table_are_label_times_score() -> None:
    text = "\n".join(cell.source for cell in NOTEBOOKS["lessons/max-margin-loss"].cells)
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (\S+) \| (right|wrong)", text, re.MULTILINE)
    assert len(rows) == 5
    for *numbers, verdict in rows:
        label, score, margin = (float(number.replace("−", "-")) for number in numbers)
        assert margin == label * score
        assert verdict == ("right" if margin > 0.0 else "wrong")
