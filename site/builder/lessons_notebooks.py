"""A lesson as a notebook: its text is put together as MyST Markdown, which jupytext reads."""

from __future__ import annotations

import json
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


def notebook_text(lesson: Lesson) -> str:
    """The lesson as .ipynb text, the same each time; outputs come when it is run."""
    parts = [f"# {lesson.title}\n\n*{lesson.idea}*", *map(_markdown, lesson.blocks)]
    parts.append(f"## One thing to try\n\n{lesson.next_try['text']}")
    notebook = jupytext.reads(HEADER + "\n\n+++\n\n".join(parts) + "\n", fmt="md:myst")
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"{lesson.slug[:40]}-{at}"
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["micrograd"] = {
        "title": lesson.title,
        "about": lesson.idea,
        "minutes": lesson.minutes,
        "order": lesson.number,
    }
    notebook["nbformat_minor"] = 5
    made: dict[str, Any] = dict(notebook)
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Prose):
        return block.source
    if isinstance(block, Cell):
        return _code(block.source)
    if isinstance(block, Figure):
        caption = block.caption
        return f"> The lesson’s page has a figure here that answers to a hand. {caption}"
    return _exercise(block)


def _code(source: str) -> str:
    return f"```{{code-cell}} python\n{source}\n```"


def _exercise(exercise: Exercise) -> str:
    check = f'exercises.check_here(globals(), r"""\n{exercise.check}\n""")'
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
            f"## Exercise: {exercise.name.replace('-', ' ')}\n\n{exercise.task_source}",
            _code(exercise.starter),
            _code(f"from micrograd_wasm import exercises\n\n{check}"),
            "\n\n".join([*hints, solution]),
        ]
    )
