"""The notebook of comparisons: MicrogradEx's numbers in its cells, and what its prose says."""

import re
from typing import Any

import pytest

from builder.paths import CONTENT
from tests.notebooks import notebook_checks as checks
from tests.notebooks.notebook_checks import VEGA_LITE, cell, code_cells, printed
from tests.parity.recordings import cases

pytestmark = pytest.mark.slow

# The runs that the extras notebook of MicrogradEx makes.
RUNS = (
    *("arch_small", "arch_official", "arch_large"),
    *("reg_no_regularization", "reg_default", "reg_stronger"),
    *("lr_constant_0_1", "lr_constant_0_5", "lr_official_decay"),
    *("boundary_model", "spiral", "failure"),
)


@pytest.fixture(scope="module")
def executed() -> Any:
    return checks.execute(checks.read(CONTENT / "micrograd_extras.ipynb"))


@pytest.mark.parametrize("name", RUNS)
def test_the_recorded_numbers_are_in_a_cell_that_asserts_them(executed: Any, name: str) -> None:
    recorded = cases("mgx_runs")[name]
    asserting = "\n".join(each.source for each in code_cells(executed) if "assert" in each.source)
    wanted = [recorded["final_loss"], recorded.get("mean_abs_parameter")]
    wanted += [recorded.get("initial", {}).get("total")]
    for number in wanted:
        assert number is None or repr(number) in asserting, number
    accuracy = recorded["final_accuracy"]
    if name != "boundary_model":
        assert any(repr(each) in asserting for each in (accuracy, accuracy * 100.0))


def test_the_grids_are_micrograd_exs(executed: Any) -> None:
    sizes = [
        len(cases("mgx_boundary")[f"extras_{n}"]["rows"]) for n in ("coarse", "default", "fine")
    ]
    assert f"== {sizes}" in cell(executed, "boundary-run").source
    spiral = len(cases("mgx_boundary")["spiral_h0.35"]["rows"])
    assert f"grid points    {spiral}" in printed(cell(executed, "spiral-run"))


def test_each_comparison_at_full_size_has_its_runs_and_a_chart(executed: Any) -> None:
    runs = {}
    for each in code_cells(executed):
        for count in re.findall(r"^(\d+) runs in", printed(each), re.MULTILINE):
            runs[each.id] = int(count)
            assert VEGA_LITE in each.outputs[-1].data
    assert list(runs.values()) == [60, 264, 145, 192, 30, 320]


def test_the_diverged_run_is_told(executed: Any) -> None:
    assert "training diverged at step" in printed(cell(executed, "rates-diverged"))


def test_failures_become_fewer_with_the_width(executed: Any) -> None:
    """In words: more than half of the narrowest networks; none of the widest."""
    pairs = re.findall(r"\((\d), (\d+)\)", printed(cell(executed, "failure-full-run")))
    failed = [int(count) for _, count in pairs]
    assert len(failed) == 8
    assert failed[0] > 20
    assert failed == sorted(failed, reverse=True)
    assert failed[-1] == 0
