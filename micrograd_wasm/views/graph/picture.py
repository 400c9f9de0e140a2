"""A part of a graph as an SVG: a box for each Value, a round piece for its operation."""

from __future__ import annotations

from typing import Final

from ...base.text import columns, escape, one_line
from ...engine.graph_rows import LONGEST_LABEL, op_text, short
from ...engine.value import Gradients, Value
from ..svg import BLUE, ORANGE, number, picture, text_width
from .layout import Point, place
from .part import MOST_BEHIND, View

FONT: Final = 12.0
ROW: Final = 16.0
PAD_X: Final = 8.0
PAD_Y: Final = 6.0
GAP: Final = 12.0  # between an operation and its box
MARGIN: Final = 6.0


def more(n: int) -> str:
    return f"… {n:,}{'+' if n == MOST_BEHIND else ''} more"


def note_of(view: View) -> str:
    if view.whole:
        return ""
    of_all = f"{len(view.nodes)} of {view.size} are drawn"
    if view.cut is not None:
        of_all += " (a larger max_nodes= draws more)"
    return (
        f"{of_all}. depth=3 shows what is up to 3 operations away; around=x, a Value or a label, \
shows the surroundings of x."
    )


class _Box:
    """A node's texts and sizes; a stub, "… 12 more", has neither operation nor numbers."""

    def __init__(self, node: Value | None, gradients: Gradients | None, stub: str = "") -> None:
        self.op, self.rows, self.full = "", [("", stub)], stub
        if node is not None:
            self.op = one_line(op_text(node), 10) if node.parents else ""
            self.rows = [("data", short(node.data))]
            if gradients is not None:
                self.rows.append(("grad", short(gradients[node])))
            self.label = one_line(node.label, LONGEST_LABEL)
            grad = "" if gradients is None else f", grad {gradients[node]!r}"
            made = f", made by {op_text(node)}" if node.parents else ", a leaf"
            self.full = f"{node.label + ': ' if node.label else ''}data {node.data!r}{grad}{made}"
        else:
            self.label = ""
        self.key = max(columns(name) for name, _ in self.rows)
        wide = max(columns(text) for _, text in self.rows)
        inner = max(self.key + (1 if self.key else 0) + wide, columns(self.label))
        self.box_width = text_width("x" * inner, FONT) + 2 * PAD_X
        lines = len(self.rows) + bool(self.label)
        self.height = lines * ROW + 2 * PAD_Y - (4 if node is None else 0)
        self.op_width = max(26.0, text_width(self.op, FONT) + 14) if self.op else 0.0
        self.width = self.box_width + (self.op_width + GAP if self.op else 0.0)


def drawn(
    view: View, gradients: Gradients | None, highlight: frozenset[Value]
) -> tuple[str, float]:
    boxes = [_Box(node, gradients) for node in view.nodes]
    # A stub to the left stands before all nodes, one to the right after them: edges go up.
    left = [_Box(None, None, more(view.behind[n])) for n in view.nodes if n in view.behind]
    right = [_Box(None, None, more(view.uses[n])) for n in view.nodes if n in view.uses]
    number_of = {node: len(left) + k for k, node in enumerate(view.nodes)}
    edges = [
        (number_of[parent], number_of[node])
        for node in view.nodes
        for parent in node.parents
        if parent in number_of
    ]
    flow = [
        None if gradients is None else abs(gradients[node] * slope)
        for node in view.nodes
        for parent, slope in zip(node.parents, node.local_gradients, strict=True)
        if parent in number_of
    ]
    marked = {(number_of[p], number_of[n]) for n in highlight if n in number_of
              for p in n.parents if p in highlight and p in number_of}  # fmt: skip
    real = len(edges)
    edges += [(k, number_of[n]) for k, n in enumerate(n for n in view.nodes if n in view.behind)]
    first_right = len(left) + len(boxes)
    used = [n for n in view.nodes if n in view.uses]
    edges += [(number_of[n], first_right + k) for k, n in enumerate(used)]

    every = [*left, *boxes, *right]
    layout = place([(box.width, box.height) for box in every], edges)
    strongest = max((part for part in flow if part is not None), default=0.0) or 1.0
    seen: dict[tuple[int, int], int] = {}
    body = []
    for k, edge in enumerate(edges):
        twin = seen[edge] = seen.get(edge, -1) + 1
        share = (flow[k] or 0.0) / strongest if k < real else 0.0
        body.append(_edge(layout.routes[k], share, k >= real, edge in marked, twin))
    for k, box in enumerate(every):
        node = view.nodes[k - len(left)] if len(left) <= k < first_right else None
        body.append(_node(box, layout.corners[k], node, view.output, node in highlight))
    width, height = (side + 2 * MARGIN for side in layout.size)
    shift = f'<g transform="translate({number(MARGIN)} {number(MARGIN)})" font-size="{FONT:g}">'
    title = f"Graph of {one_line(repr(view.output), 80)}"
    described = "All of its nodes are drawn." if view.whole else note_of(view)
    svg = picture(f"{shift}{''.join(body)}</g>", width, height, title, described)
    return svg, width


def _edge(route: tuple[Point, ...], share: float, stub: bool, marked: bool, twin: int) -> str:
    """A curve with an arrow's head; the more gradient runs back through it, the stronger."""
    bend = 5.0 * twin
    (x, y), *others, (end_x, end_y) = route
    end_y += bend
    path = [f"M{number(x)} {number(y + bend)}"]
    straight, y = False, y + bend
    for next_x, next_y in others:
        next_y += bend  # noqa: PLW2901 - the same point, beside its twin
        if straight and next_y == y:
            path.append(f"H{number(next_x)}")
        else:
            half = number((x + next_x) / 2)
            path.append(f"C{half} {number(y)} {half} {number(next_y)} {number(next_x)} "
                        f"{number(next_y)}")  # fmt: skip
        x, y, straight = next_x, next_y, not straight
    path.append(f"H{number(end_x - 5)}")
    color = ORANGE if marked else "currentColor"
    opacity = "1" if marked else _decimals(0.35 if stub else 0.5 + 0.4 * share)
    width = _decimals(2.5 if marked else 1.0 + 1.5 * share)
    dashes = ' stroke-dasharray="3 3"' if stub else ""
    head = f"M{number(end_x)} {number(end_y)}l-7 -3.5v7z"
    return (
        f'<path d="{"".join(path)}" stroke="{color}" stroke-opacity="{opacity}" '
        f'stroke-width="{width}"{dashes}/>'
        f'<path d="{head}" fill="{color}" fill-opacity="{opacity}"/>'
    )


def _decimals(x: float) -> str:
    return f"{x:.2f}".rstrip("0").rstrip(".")


def _node(box: _Box, corner: Point, node: Value | None, output: Value, marked: bool) -> str:
    x, y = corner
    parts = [f"<g><title>{escape(box.full)}</title>"]
    middle = y + box.height / 2
    if box.op:
        parts.append(
            f'<rect x="{number(x)}" y="{number(middle - 12)}" width="{number(box.op_width)}" '
            'height="24" rx="12" fill="currentColor" fill-opacity=".08" stroke="currentColor" '
            'stroke-opacity=".6"/>'
            f'<text x="{number(x + box.op_width / 2)}" y="{number(middle + 4)}" '
            f'fill="currentColor" text-anchor="middle">{escape(box.op)}</text>'
            f'<path d="M{number(x + box.op_width)} {number(middle)}h{number(GAP)}" '
            'stroke="currentColor" stroke-opacity=".6"/>'
        )
        x += box.op_width + GAP
    if node is None:
        look = 'stroke="currentColor" stroke-opacity=".5" stroke-dasharray="3 3" rx="10"'
    else:
        color = ORANGE if marked else BLUE if node is output or not node.parents else "currentColor"
        width = 2 if marked or node is output else 1.2
        fill = f'fill="{BLUE}" fill-opacity=".12"' if not node.parents else ""
        look = f'{fill} stroke="{color}" stroke-width="{width}" rx="4"'
    parts.append(
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(box.box_width)}" '
        f'height="{number(box.height)}" {look}/>'
    )
    line = y + PAD_Y + 12 - (2 if node is None else 0)
    if box.label:
        parts.append(
            f'<text x="{number(x + box.box_width / 2)}" y="{number(line)}" fill="currentColor" '
            f'text-anchor="middle" font-weight="700">{escape(box.label)}</text>'
        )
        line += ROW
    right = number(x + box.box_width - PAD_X)
    for name, text in box.rows:
        if name:
            parts.append(
                f'<text x="{number(x + PAD_X)}" y="{number(line)}" fill="currentColor" '
                f'fill-opacity=".75">{name}</text>'
            )
        parts.append(
            f'<text x="{right}" y="{number(line)}" fill="currentColor" text-anchor="end">'
            f"{escape(text)}</text>"
        )
        line += ROW
    return "".join([*parts, "</g>"])
