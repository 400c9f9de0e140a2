"""The blocks of a lesson as HTML: whole with scripts off, and ready for them to bring alive."""

from __future__ import annotations

import html
import json
from typing import Any

from pygments import lex  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
from pygments.token import Token as Kinds  # type: ignore[import-untyped]

from builder.lessons import Block, Cell, Exercise, Figure, Prose

CLASSES = (
    (Kinds.Comment, "c"),
    (Kinds.Literal.String, "s"),
    (Kinds.Literal.Number, "n"),
    (Kinds.Keyword, "k"),
    (Kinds.Operator.Word, "k"),
)


def escaped(text: str) -> str:
    return html.escape(text, quote=True)


def highlighted(source: str) -> str:
    """Python with its words in spans, in the four classes that the page's own editor uses."""
    parts = []
    for kind, text in lex(source, PythonLexer(stripnl=False, ensurenl=False)):
        name = next((name for group, name in CLASSES if kind in group), "")
        parts.append(f'<span class="{name}">{escaped(text)}</span>' if name else escaped(text))
    return "".join(parts)


def data(value: Any) -> str:
    """JSON inside a page: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


def block_html(
    block: Block,
    outputs: dict[str, dict[str, Any]],
    drawn: dict[str, dict[str, Any]],
    specs: dict[str, dict[str, Any]],
) -> str:
    if isinstance(block, Prose):
        return block.html
    if isinstance(block, Cell):
        return cell_html(block, outputs[block.name])
    if isinstance(block, Figure):
        return figure_html(block, drawn[block.name], specs[block.name])
    return exercise_html(block)


def cell_html(cell: Cell, outcome: dict[str, Any]) -> str:
    return (
        f'<section class="cell" id="cell-{cell.name}" data-cell="{cell.name}" role="group" '
        f'aria-label="Code: {cell.name}">'
        f'<pre class="source" tabindex="0"><code>{highlighted(cell.source)}</code></pre>'
        f'<div class="output">{output_html(outcome)}</div></section>\n'
    )


def output_html(outcome: dict[str, Any]) -> str:
    """What a cell printed and what its last line is worth. The lessons' own code: it is trusted."""
    parts = []
    if outcome["stdout"]:
        parts.append(f'<pre class="stdout">{escaped(outcome["stdout"].rstrip())}</pre>')
    result = outcome["result"] or {}
    rich = result.get("image/svg+xml") or result.get("text/html")
    if rich:
        parts.append(
            f'<div class="rich" tabindex="0" role="group" aria-label="Output">{rich}</div>'
        )
    elif result:
        parts.append(f'<pre class="value">{escaped(result["text/plain"])}</pre>')
    return "".join(parts)


def figure_html(figure: Figure, drawn: dict[str, Any], spec: dict[str, Any]) -> str:
    name = f"figure-{figure.name}"
    return (
        f'<figure class="live" id="{name}" data-figure="{figure.kind}">'
        f'<svg viewBox="0 0 {drawn["width"]:g} {drawn["height"]:g}" role="img" '
        f'aria-labelledby="{name}-caption" aria-describedby="{name}-readout">{drawn["svg"]}</svg>'
        f'<p class="readout" id="{name}-readout">{drawn["readout"]}</p>'
        f'<div class="controls" hidden>{drawn["controls"]}</div>'
        f'<figcaption id="{name}-caption">{figure.caption}</figcaption>'
        f"{data(spec)}</figure>\n"
    )


def exercise_html(exercise: Exercise) -> str:
    name = exercise.name
    hints = "".join(
        f'<details class="hint"><summary>Hint {at}</summary>{hint}</details>'
        for at, hint in enumerate(exercise.hints, 1)
    )
    return (
        f'<section class="exercise" id="exercise-{name}" data-exercise="{name}" '
        f'aria-labelledby="exercise-{name}-title">'
        f'<h2 id="exercise-{name}-title">Exercise: {escaped(name.replace("-", " "))}</h2>'
        f"{exercise.task}"
        f'<pre class="source" tabindex="0"><code>{highlighted(exercise.starter)}</code></pre>'
        f'<div class="hints">{hints}<details class="solution"><summary>A solution</summary>'
        f'<pre class="source" tabindex="0"><code>{highlighted(exercise.solution)}</code></pre>'
        "</details></div>"
        f"{data({'check': exercise.check})}</section>\n"
    )
