"""The compiler's notebook runs from top to bottom, and its prose tells what its cells print."""

import re
from typing import Any

import pytest

from builder.paths import CONTENT
from micrograd_wasm import Value, jit
from tests.notebooks import notebook_checks as checks
from tests.notebooks.notebook_checks import MERMAID, cell, outputs, printed

pytestmark = pytest.mark.slow

NOTEBOOK = CONTENT / "how_it_compiles.ipynb"
SAME = "fc813168"  # the official run


@pytest.fixture(scope="module")
def stored() -> Any:
    return checks.read(NOTEBOOK)


@pytest.fixture(scope="module")
def executed(stored: Any) -> Any:
    return checks.execute(stored)


def shown(executed: Any, name: str) -> list[str]:
    """The lines that a cell prints, without their indentation."""
    return [line.strip() for line in printed(cell(executed, name)).strip().split("\n")]


def test_the_cells_are_few(stored: Any) -> None:
    assert len(stored.cells) <= 45


def test_no_cell_fails_or_warns(executed: Any) -> None:
    kinds = {(output.output_type, output.get("name")) for output in outputs(executed)}
    assert kinds == {("stream", "stdout"), ("display_data", None)}
    [picture] = cell(executed, "graph-run").outputs
    assert MERMAID in picture.data


def test_each_stage_gives_the_neurons_number(executed: Any) -> None:
    assert "data=2.2500" in printed(cell(executed, "graph-run"))
    assert shown(executed, "walk-run")[-1].endswith("2.25, 2.25]")
    assert shown(executed, "watch-run")[8].split() == ["f64.add", "2.25"]
    assert shown(executed, "watch-run")[-2].split() == ["select", "2.25"]
    value, again, both = shown(executed, "run-run")
    assert value == again == "2.25"
    assert both == "(2.25, (2.0, -1.0, 1.0, 0.75, -0.5))"


def test_the_tape_is_read_as_it_is_printed(executed: Any) -> None:
    forward = shown(executed, "tape-run")
    assert forward[5] == "5: * 0 3"
    assert [re.split(r"\s{3,}", line) for line in forward[8:]] == [
        ["8: + 6 7", "total"],
        ["9: relu 8", "out"],
    ]
    both = shown(executed, "adjoint-run")
    assert both[:10] == forward
    assert both[10:12] == ["10: const 1.0", "11: step 8"]
    assert both[12].split() == ["12:", "*", "10", "11", "d_total"]
    assert both[15].split() == ["15:", "*", "12", "3", "d_w_0"]
    table = [re.split(r"[\s:]{2,}", line) for line in both[18:]]
    places = {name: place for name, place, *_ in table}
    assert (places["b"], places["w_0"], len(places)) == ("line 12", "line 15", 5)
    assert all(row[2] == row[4] for row in table)  # the tape's numbers, backward()'s


def test_text_and_bytes_are_pointed_out_as_they_are(executed: Any) -> None:
    text = shown(executed, "text-run")
    assert text[0].startswith("(func $value ")
    assert sum(line.startswith("(param") for line in text) == 5
    assert sum(line.startswith("(local") for line in text) == 3
    assert sum("$bad" in line for line in text) == 7
    sections = printed(cell(executed, "sections-run"))
    numbers = re.findall(r"^section (\d+), (\w+)", sections, re.MULTILINE)
    assert numbers == [
        ("1", "types"),
        ("3", "functions"),
        ("5", "memory"),
        ("7", "exports"),
        ("10", "code"),
        ("0", "names"),
    ]
    code = [" ".join(line.split()) for line in shown(executed, "code-run")]
    for line in ("f64.mul a2", "local.get $x_0 20 03", "local.set $total 21 05"):
        assert line in code


def test_another_order_gives_other_bits(executed: Any) -> None:
    left, right = (line.split("= ")[1] for line in shown(executed, "order-run"))
    assert left != right
    lines = shown(executed, "shares-show")
    backward, last_to_first, first_to_last = (line.split()[-1] for line in lines[:3])
    assert backward == last_to_first != first_to_last
    assert lines[3] == "other bits in 170 of 337 gradients"
    assert lines[5].endswith(SAME)
    assert not lines[6].endswith(SAME)
    assert lines[5].split()[-2] != lines[6].split()[-2]


def test_infinities_are_seen_and_told(executed: Any) -> None:
    lines = shown(executed, "infinite-run")
    assert lines[1] == "x - x: 0.0 for 3.0, nan for inf"
    assert [line.split()[-1] for line in lines[2:4]] == ["0.0", "nan"]
    assert "too large for a float64" in lines[4]
    assert shown(executed, "diverged-run")[0] == "training diverged at step 5:"


def test_exp_has_the_same_bits(executed: Any) -> None:
    assert shown(executed, "exp-run")[-1] == "exp has the same bits at 700 of 700 places"


def test_the_kernel_trains(executed: Any) -> None:
    layout = shown(executed, "kernel-run")
    assert layout[0] == "9 parameters. In the memory:"
    records, batches, size = (line.split()[0] for line in layout[-3:])
    assert records == batches == size  # "are empty here"
    excerpt = shown(executed, "neuron-run")
    loaded = [line.split("(; ")[1].removesuffix(" ;)") for line in excerpt if "(; " in line]
    assert loaded[:3] == ["b_0_0", "w_0_0_0", "w_0_0_1"]
    assert [line for line in excerpt if line.endswith(("$x_0", "$x_1"))] == [
        *("local.set $x_0", "local.set $x_1", "local.get $x_0", "local.get $x_1")
    ]
    assert excerpt.index("local.set $sum_0_0") < excerpt.index("local.get $rate")
    first, last = (float(line.split()[-1]) for line in shown(executed, "kernel-call"))
    assert last < 0.01 < first


def test_the_ratio_is_printed_and_the_bits_are_the_same(executed: Any) -> None:
    lines = shown(executed, "machine-run")
    assert float(lines[2].split()[-1].replace(",", "")) > 1.0
    assert lines[4].endswith(SAME)
    times = [
        float(line.split(":")[1].split(" ms")[0]) for line in shown(executed, "stages-run")[:3]
    ]
    # "Most of the time goes into making the program, not into running it."
    assert times[2] < times[0] + times[1]


def test_the_last_trials_do_what_they_say() -> None:
    def branch(x: Value) -> Value:
        return x if x.data > 0.0 else -x

    with pytest.raises(ValueError, match="depend on the numbers"):
        jit(branch)(1.0)
    assert "call $tanh" in jit(lambda x: x.tanh()).wat()
