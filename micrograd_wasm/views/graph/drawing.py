"""The graph behind a Value as a picture: boxes with numbers, left to right, as one would draw it.

    graph.draw(loss, loss.backward())

A Value is a box with its label, its number and its gradient; the operation that made it is the
round piece to its left. All of it is made here, in plain Python: an SVG that a notebook shows and
that `save` writes to a file, and a tree of text for a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from ...base import checks
from ...base.text import escape, one_line
from ...engine.graph_rows import LONGEST_LABEL, op_text, short
from ...engine.value import Gradients, Value
from ..svg import fitted
from .part import View, count, select
from .picture import drawn, more, note_of

_STANDALONE: Final = (
    "<style>.mgw{color:#1b1f24}@media(prefers-color-scheme:dark){.mgw{color:#e8eaed}}</style>"
)

MOST_SHOWN: Final = 60  # a graph that a Value shows whole
NEAREST: Final = 20  # what it shows of a larger one


class Drawing:
    """A drawn graph: shows itself in a notebook, as a tree of text in a terminal.

    Attributes:
        svg: the picture as the text of an `<svg>` element.
        shown, total: how many nodes are drawn, and how many the graph has.
        note: how large the graph is and how to see a part of it; "" if all of it is drawn.
    """

    def __init__(self, view: View, gradients: Gradients | None, highlight: frozenset[Value]):
        self._view = view
        self._gradients = gradients
        self._highlight = highlight
        self.shown = len(view.nodes)
        self.total = view.total
        self.note = note_of(view)
        self._width = 0.0
        self._svg = ""

    @property
    def svg(self) -> str:
        if not self._svg:
            self._svg, self._width = drawn(self._view, self._gradients, self._highlight)
        return self._svg

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file, for a browser or a text; returns the file's path.

        Raises:
            OSError: it cannot be written.
        """
        if not isinstance(path, str | Path):
            checks.refuse("path", "the name of a file, such as graph.svg", path, kind=TypeError)
        Path(path).write_text(self.standalone + "\n", encoding="utf-8")
        return Path(path)

    @property
    def standalone(self) -> str:
        """The picture for a file of its own, which has no page to take its ink from."""
        svg = self.svg.replace("<svg ", '<svg class="mgw" ', 1)
        at = svg.index("<title>")
        return f"{svg[:at]}{_STANDALONE}{svg[at:]}"

    def __repr__(self) -> str:
        tree = "\n".join(_tree(self._view, self._gradients))
        return f"{tree}\n{self.note}" if self.note else tree

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        svg = self.svg  # its width is known once it is drawn
        label = "graph, scrolls sideways"
        note = (
            f'<div style="margin:4px 0;opacity:.8">{escape(self.note)}</div>' if self.note else ""
        )
        return f"<div>{fitted(svg, self._width, label)}{note}</div>"


def draw(
    value: Value,
    gradients: Gradients | None = None,
    *,
    depth: int | None = None,
    around: Value | str | None = None,
    max_nodes: int = 60,
    highlight: Iterable[Value] = (),
) -> Drawing:
    """`graph.draw`; see there."""
    if gradients is not None and not isinstance(gradients, Gradients):
        expected = "None or the table that backward() returns"
        checks.refuse("gradients", expected, gradients, kind=TypeError)
    view = select(value, depth, around, max_nodes)
    marked = []
    for k, each in enumerate(checks.iterator("highlight", highlight, "a list of Values")):
        if not isinstance(each, Value):
            checks.refuse(f"highlight[{k}]", "a Value", each, kind=TypeError)
        marked.append(each)
    return Drawing(view, gradients, frozenset((*marked, *view.middle)))


def of_value(value: Value) -> str | None:
    """What a notebook shows of a Value: its text, and its graph if it has one."""
    if not value.parents:
        return None
    small = count(value, MOST_SHOWN)[1]
    drawing = draw(value, max_nodes=MOST_SHOWN if small else NEAREST)
    text = f'<code style="background:none;color:inherit">{escape(repr(value))}</code>'
    return f"<div>{text}{drawing._repr_html_()}</div>"


def _caption(node: Value, gradients: Gradients | None) -> str:
    parts = [one_line(node.label, LONGEST_LABEL)] if node.label else []
    parts.append(f"data={short(node.data)}")
    if gradients is not None:
        parts.append(f"grad={short(gradients[node])}")
    if node.parents:
        parts.append(f"({op_text(node)})")
    return "  ".join(parts)


def _tree(view: View, gradients: Gradients | None) -> list[str]:
    """A line for each node under the one that is made from it; what is shown twice is cut short."""
    shown, lines, seen = set(view.nodes), [], set()
    used = {parent for node in view.nodes for parent in node.parents}
    roots = [node for node in view.nodes if node not in used]
    stack: list[tuple[Any, str, str]] = [(root, "", "") for root in reversed(roots)]
    while stack:
        node, lead, below = stack.pop()
        if isinstance(node, str):
            lines.append(lead + node)
            continue
        again = node in seen and bool(node.parents)
        seen.add(node)
        line = lead + _caption(node, gradients) + (", as above" if again else "")
        if node in view.uses:
            line += f"  {more(view.uses[node])} made from it"
        lines.append(line)
        if again:
            continue
        under: list[Any] = [parent for parent in node.parents if parent in shown]
        if node in view.behind:
            under.append(more(view.behind[node]))
        for k, parent in enumerate(reversed(under)):
            branch, space = ("└─ ", "   ") if k == 0 else ("├─ ", "│  ")
            stack.append((parent, below + branch, below + space))
    return lines
