"""What every notebook of the site promises: it runs, it is short, and its prose tells the truth.

There are those of content/ and those that are made from its lessons.
"""

import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbclient
import nbformat

from builder.lessons import read_lessons
from builder.lessons_notebooks import notebook_text
from builder.paths import CONTENT, ROOT
from tests.lessons import lesson_numbers

VEGA_LITE = "application/vnd.vegalite.v5+json"
MERMAID = "text/vnd.mermaid"
# What a reader sees without scrolling sideways, and takes in at a glance.
WIDEST_LINE, MOST_LINES, MOST_IN_A_LESSON = 100, 16, 30

# Examples, and what a reader may put in, notebook by notebook; no cell prints it.
ASIDES = {
    **lesson_numbers.ASIDES,
    "micrograd_demo": r"`(noise|MLP|steps|alpha|seed|datasets|charts)\b[^`]*`",
    "how_it_compiles": r"`(walk|few)\b[^`]*`",
    "karpathy_demo": r"`steps\b[^`]*`",
    "micrograd_extras": r"`(MLP|batch_size)\b[^`]*`|`\[\d+, \d+, 1\]`",
}

# With a minus sign of either kind, and with commas between thousands.
NUMBER = re.compile(r"[-−]?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?")
# Names of the classes and parts of formulas, not results.
SMALL = {"-1", "0", "1"}
# Of a notebook from a lesson: what an exercise asks for, its hints and its solution. The lesson's
# own tests hold them against each other.
TASK = re.compile(r"^## Exercise: .*|<details>.*?</details>", re.DOTALL)


@cache
def every() -> dict[str, Any]:
    """The notebooks of the site by their paths, without ".ipynb": do not change them."""
    own = {path.stem: read(path) for path in sorted(CONTENT.glob("*.ipynb"))}
    made = {
        f"lessons/{lesson.slug}": nbformat.reads(notebook_text(lesson), nbformat.NO_CONVERT)
        for lesson in read_lessons()
    }
    return own | made


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def execute(stored: Any) -> Any:
    """A copy of the notebook with the outputs of a run in which no cell fails.

    It is run once, whoever asks: do not change the copy.
    """
    return _executed(nbformat.writes(stored))


@cache
def _executed(text: str) -> Any:
    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    # The kernel starts in the checkout, so it imports the package that is being tested.
    where = {"metadata": {"path": str(ROOT)}}
    client = nbclient.NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=300,
        resources=where,
        coalesce_streams=True,  # what a cell prints is one text, however it arrives
    )
    return client.execute()


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def printed(cell: Any) -> str:
    """What a cell shows as text: printed lines, values, tables."""
    texts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        table = html.unescape(re.sub(r"<[^>]*>", " ", data.get("text/html", "")))
        texts += [output.get("text", ""), data.get("text/plain", ""), table]
    return "\n".join(texts)


def cell(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def hidden(cell: Any) -> bool:
    """Whether a cell is folded when the notebook opens: it judges an exercise."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def check_metadata(stored: Any) -> None:
    """What the page that lists the notebooks says of this one."""
    said = stored.metadata.micrograd
    assert {"title", "about", "minutes", "runs", "needs"} <= set(said)
    assert stored.cells[0].source.startswith(f"# {said.title}\n")
    assert said.about.endswith(".")
    assert said.about.count(". ") <= 2  # a sentence, or a lesson's idea
    assert 1 <= said.minutes <= 60


def check_valid_and_bare(stored: Any) -> None:
    """Nothing is stored but prose and code, for the kernel that the site has."""
    nbformat.validate(stored)
    assert (stored.nbformat, stored.nbformat_minor) == (4, 5)
    assert stored.metadata.kernelspec.name == "python"
    assert outputs(stored) == []
    assert {cell.execution_count for cell in code_cells(stored)} == {None}
    assert len({cell.id for cell in stored.cells}) == len(stored.cells)


def check_short_cells(stored: Any, most: int = MOST_LINES) -> None:
    for each in code_cells(stored):
        if hidden(each):
            continue
        lines = each.source.splitlines()
        assert len(lines) <= most, each.id
        assert max(map(len, lines)) <= WIDEST_LINE, each.id


def check_links(stored: Any, folder: Path) -> None:
    """Links to other notebooks lead to files that are there."""
    prose = "\n".join(each.source for each in stored.cells if each.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)]+)\)", prose):
        assert target.startswith("https://") or (folder / target).is_file(), target


def check_numbers_of_the_prose(executed: Any, name: str) -> None:
    """Each number in the prose is printed by a cell, stands in the code, or is calculated.

    Numbers of sections are left out, and so are ASIDES. A cell that judges an exercise tells
    nothing: its numbers are drawn by chance.
    """
    aside = ASIDES.get(name, "")
    shown = {f"{number:.15g}" for number in lesson_numbers.calculated(name)} | SMALL
    for each in code_cells(executed):
        if not hidden(each):
            shown |= numbers(printed(each)) | numbers(each.source)
    prose = {each.id: each.source for each in executed.cells if each.cell_type == "markdown"}
    for cell_name, text in prose.items():
        left = re.sub(r"^## \d+\.|sections? \d+( and \d+)?", "", text, flags=re.MULTILINE)
        left = re.sub(r"\]\(https://[^)]*\)", "]", TASK.sub("", left))
        left = re.sub(aside, "", left) if aside else left
        unknown = numbers(left) - shown
        assert unknown == set(), cell_name


def numbers(text: str) -> set[str]:
    """The numbers of a text as Python writes them, without an idle ".0"."""
    found = (number.replace(",", "").replace("−", "-") for number in NUMBER.findall(text))
    return {number.removesuffix(".0") for number in found}
