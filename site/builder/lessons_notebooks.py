"""A lesson as a notebook: its text is put together as MyST Markdown, which jupytext reads."""

from __future__ import annotations

import json
import re
from typing import Any

import jupytext  # type: ignore[import-untyped]

from builder.lessons import Block, Cell, Exercise, Figure, Lesson, Prose

HEADER = """\
---
kernelspec:
  display_name: Python (Pyodide)
  language: python
  name: python
---
"""


# What judges an exercise is a cell like the others, but folded: it holds the known mistakes.
FOLDED = {"source_hidden": True}
CHECK = "exercises.check_here("
FIRST_LINE = "# Run this cell to check your answer."  # all that a folded cell shows
HOW = "Write in the next cell and run it. Then run the folded one below it, which checks."


def notebook_text(lesson: Lesson) -> str:
    """The lesson as .ipynb text, the same each time; outputs come when it is run."""
    parts = [f"# {lesson.title}\n\n*{lesson.idea}*", *map(_markdown, lesson.blocks)]
    parts.append(f"## One thing to try in the playground\n\n{lesson.next_try['text']}")
    notebook = jupytext.reads(HEADER + "\n\n+++\n\n".join(parts) + "\n", fmt="md:myst")
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"{lesson.slug[:40]}-{at}"
        if cell["cell_type"] == "code" and CHECK in cell["source"]:
            cell["metadata"]["jupyter"] = FOLDED
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["micrograd"] = {
        "title": lesson.title,
        "about": lesson.idea,
        "minutes": lesson.minutes,
        "runs": "a few seconds in a browser",
        "needs": _needs(lesson.number),
        "order": lesson.number,
    }
    notebook["nbformat_minor"] = 5
    made: dict[str, Any] = dict(notebook)
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _needs(number: int) -> str:
    before = {1: "nothing but this tab", 2: "lesson 1", 3: "lessons 1 and 2"}
    return before.get(number, f"lessons 1 to {number - 1}")


def _markdown(block: Block) -> str:
    if isinstance(block, Prose):
        # Within the site a link leads from the lesson's page; a notebook is somewhere else.
        return re.sub(r"\[([^\]]+)\]\((?!https://)[^)]*\)", r"\1", block.source)
    if isinstance(block, Cell):
        return _code(block.source)
    if isinstance(block, Figure):
        caption = block.caption
        return f"> *A figure of the lesson’s page, to be moved by hand:* {caption}"
    return _exercise(block)


def _code(source: str) -> str:
    return f"```{{code-cell}} python\n{source}\n```"


def _exercise(exercise: Exercise) -> str:
    check = f'{CHECK}globals(), r"""\n{exercise.check}\n""")'
    hints = [
        f"<details><summary>Hint {at}</summary>\n\n{source}\n\n</details>"
        for at, source in enumerate(exercise.hint_sources, 1)
    ]
    solution = (
        "<details><summary>A solution</summary>\n\n"
        f"~~~python\n{exercise.solution}\n~~~\n\n</details>"
    )
    return "\n\n+++\n\n".join(
        [
            f"## Exercise: {exercise.name.replace('-', ' ')}\n\n{exercise.task_source}\n\n{HOW}",
            _code(exercise.starter),
            _code(f"{FIRST_LINE}\nfrom micrograd_wasm.lessons import exercises\n\n{check}"),
            "\n\n".join([*hints, solution]),
        ]
    )
