"""Writes the lessons into a built site.

    python -m builder.lessons_pages <site> [<version>]    pages, figures, scripts, contents
    python -m builder.lessons_pages --notebooks <folder>  the notebooks alone

Cells are run here, by the same engine as in the page; figures are drawn by the code that draws them
in the page, with the same kernels.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from builder.lessons import Cell, Exercise, Figure, Lesson, read_lessons
from builder.lessons_html import block_html, escaped
from builder.lessons_kernels import figure_spec
from builder.lessons_notebooks import notebook_text
from builder.lessons_terms import Linker, Term, read_terms
from builder.pages import python_files
from builder.paths import SITE
from builder.shell import BuildError, run
from builder.tools import node
from micrograd_wasm.lessons import cells

SOURCES = SITE / "lessons"


def run_cells(lesson: Lesson) -> dict[str, dict[str, Any]]:
    """What each cell of a lesson gives, run from top to bottom.

    Raises:
        BuildError: one of them fails.
    """
    namespace: dict[str, Any] = {}
    outcomes = {}
    for cell in lesson.of(Cell):
        outcome = cells.run(cell.source, namespace, cell.name)
        if outcome["problem"]:
            raise BuildError(f"{lesson.slug}: the cell {cell.name} fails: {outcome['problem']}")
        outcomes[cell.name] = outcome
    return outcomes


def figure_specs(lesson: Lesson) -> dict[str, dict[str, Any]]:
    return {f.name: figure_spec(f.kind, f.options) for f in lesson.of(Figure)}


def draw(figures: list[dict[str, Any]], output: Path, version: str) -> list[dict[str, Any]]:
    """Bundle the scripts; the first picture of each figure {"id", "kind", "spec", "lesson"}.

    `lesson` is set for the figure that stands for its lesson on the contents page.
    """
    names = {
        "PYTHON_FILE": f"playground/python.js?{version}",
        "PYTHON_FILES": python_files(output, version),
        "VERSION": version,
    }
    defined = json.dumps({name: json.dumps(value) for name, value in names.items()})
    with tempfile.TemporaryDirectory() as folder:
        given, drawn = Path(folder) / "figures.json", Path(folder) / "drawn.json"
        given.write_text(json.dumps(figures))
        run(
            "drawing the lessons' figures",
            [
                node(),
                SOURCES / "build.mjs",
                SITE,
                output / "lessons" / "assets",
                given,
                drawn,
                defined,
            ],
            advice="a script, style or figure of site/lessons does not work; see above.",
        )
        found: list[dict[str, Any]] = json.loads(drawn.read_text())
    return found


def filled(template: str, **names: Any) -> str:
    for name, value in names.items():
        template = template.replace(f"{{{{{name}}}}}", str(value))
    return template


def lesson_body(
    lesson: Lesson,
    terms: list[Term],
    specs: dict[str, dict[str, Any]],
    drawn: dict[str, dict[str, Any]],
) -> str:
    outputs = run_cells(lesson)
    linker = Linker(lesson, terms)
    blocks = [linker.block(block) for block in lesson.blocks]
    return "".join(block_html(block, outputs, drawn, specs) for block in blocks)


def lesson_page(lesson: Lesson, lessons: list[Lesson], body: str, version: str) -> str:
    at = lessons.index(lesson)
    steps = []
    if at > 0:
        before = lessons[at - 1]
        steps.append(
            f'<a rel="prev" href="../{before.slug}/">Previous: {escaped(before.title)}</a>'
        )
    if at + 1 < len(lessons):
        after = lessons[at + 1]
        steps.append(f'<a rel="next" href="../{after.slug}/">Next: {escaped(after.title)}</a>')
    else:
        steps.append('<a rel="up" href="../">All lessons</a>')
    return filled(
        (SOURCES / "lesson.html").read_text(),
        title=escaped(lesson.title),
        idea=escaped(lesson.idea),
        number=lesson.number,
        count=max(one.number for one in lessons),
        minutes=lesson.minutes,
        slug=lesson.slug,
        version=version,
        exercises=len(lesson.of(Exercise)),
        try_text=escaped(lesson.next_try["text"]),
        try_state=escaped(_with_way_back(lesson)),
        steps="".join(steps),
        body=body,
    )


def classed(body: str, rules: dict[str, str]) -> str:
    """A page's body with classes in place of the styles that the engine's outputs carry (a page's
    policy allows none inline); what the classes mean is put into `rules`."""

    def name(found: re.Match[str]) -> str:
        style = html.unescape(found[1])
        known = f"s-{hashlib.sha256(style.encode()).hexdigest()[:8]}"
        rules[known] = style
        return f' class="{known}"'

    return re.sub(r' style="([^"]*)"', name, body)


def _with_way_back(lesson: Lesson) -> str:
    """The playground's state that the lesson ends with; it says which lesson led there."""
    state = lesson.next_try["state"]
    return f"{state}{'&' if len(state) > 1 else ''}lesson={lesson.number}-{lesson.slug}"


def contents_page(lessons: list[Lesson], pictures: dict[str, str], version: str) -> str:
    rows: list[str] = []
    for lesson in lessons:
        if lesson.part:
            end = "</ol>\n" if rows else ""
            rows.append(f'{end}<h2>{escaped(lesson.part)}</h2>\n<ol class="list" role="list">')
        names = " ".join(exercise.name for exercise in lesson.of(Exercise))
        rows.append(
            f'<li value="{lesson.number}" data-lesson="{lesson.slug}" '
            f'data-exercises="{names}">{pictures[lesson.slug]}'
            f'<div><a href="{lesson.slug}/">{lesson.number}. {escaped(lesson.title)}</a> '
            f'<span class="minutes">{lesson.minutes} min</span>'
            f'<p>{escaped(lesson.idea)}</p><p class="done"></p></div></li>'
        )
    return filled(
        (SOURCES / "contents.html").read_text(),
        version=version,
        count=len(lessons),
        minutes=sum(lesson.minutes for lesson in lessons),
        exercises=sum(len(lesson.of(Exercise)) for lesson in lessons),
        first=lessons[0].slug,
        list="\n".join([*rows, "</ol>"]),
    )


def picture(drawn: dict[str, Any]) -> str:
    """A lesson's figure, small, beside its name on the contents page."""
    box = " ".join(f"{number:g}" for number in drawn["thumbnail"]["box"])
    return (
        f'<svg class="thumb" viewBox="{box}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true">{drawn["thumbnail"]["svg"]}</svg>'
    )


def build(output: Path, version: str) -> None:
    lessons = read_lessons()
    terms = read_terms(lessons)
    target = output / "lessons"
    specs = {lesson.slug: figure_specs(lesson) for lesson in lessons}
    figures = [
        {
            "id": f"figure-{figure.name}",
            "kind": figure.kind,
            "spec": specs[lesson.slug][figure.name],
            "lesson": lesson.slug if figure.name == lesson.picture else None,
        }
        for lesson in lessons
        for figure in lesson.of(Figure)
    ]
    drawings = iter(draw(figures, output, version))
    pictures = {}
    rules: dict[str, str] = {}
    for lesson in lessons:
        drawn = {figure.name: next(drawings) for figure in lesson.of(Figure)}
        pictures[lesson.slug] = picture(drawn[lesson.picture])
        folder = target / lesson.slug
        folder.mkdir(parents=True)
        body = classed(lesson_body(lesson, terms, specs[lesson.slug], drawn), rules)
        (folder / "index.html").write_text(lesson_page(lesson, lessons, body, version))
        (folder / f"{lesson.slug}.ipynb").write_text(notebook_text(lesson))
    with (target / "assets" / "lessons.css").open("a") as css:
        css.writelines(f".rich .{name}{{{style}}}\n" for name, style in sorted(rules.items()))
    (target / "index.html").write_text(contents_page(lessons, pictures, version))
    shutil.move(target / "assets" / "embed.js", output / "embed.js")
    for page, folder in (("cell.html", target / "cell"), ("demo.html", output / "embed-demo")):
        folder.mkdir()
        text = filled((SOURCES / page).read_text(), version=version)
        (folder / "index.html").write_text(text)


def write_notebooks(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for lesson in read_lessons():
        (folder / f"{lesson.slug}.ipynb").write_text(notebook_text(lesson))


if __name__ == "__main__":
    first, second, *_ = [*sys.argv[1:], "0"]
    if first == "--notebooks":
        write_notebooks(Path(second))
    else:
        build(Path(first), second)
