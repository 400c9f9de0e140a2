"""The graph behind a Value: rows for tables, DOT and Mermaid text, and a picture of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...engine.graph_rows import (
    EdgeRow,
    NodeRow,
    edges,
    four_decimals,
    nodes,
    op_text,
    to_dot,
    to_mermaid,
)
from ...engine.value import Gradients, Value

if TYPE_CHECKING:
    from .drawing import Drawing

__all__ = [
    "EdgeRow",
    "NodeRow",
    "draw",
    "edges",
    "four_decimals",
    "nodes",
    "op_text",
    "to_dot",
    "to_mermaid",
]


def draw(
    value: Value,
    gradients: Gradients | None = None,
    *,
    depth: int | None = None,
    around: Value | str | None = None,
    max_nodes: int = 60,
    highlight: Iterable[Value] = (),
) -> Drawing:
    """The graph as a picture that a notebook shows; in a terminal a tree of text.

        graph.draw(y, y.backward())                   all of a small graph
        graph.draw(loss, depth=3)                     the last 3 operations of a large one
        graph.draw(loss, around=weight, depth=1)      what a weight goes into
        graph.draw(y).save("graph.svg")

    Args:
        value: the Value at the end of the graph.
        gradients: a table whose gradients are shown; the more gradient runs back through an edge,
            the stronger it is drawn.
        depth: show what is at most so many operations away, 0 or more; None for everything (2
            with `around`).
        around: a Value of the graph, or the label of one or several, to be in the middle: what it
            is made from and what is made from it.
        max_nodes: of a graph (or a part) with more nodes, only what is nearest is drawn, to the
            last depth that fits. `note` says how large the whole is.
        highlight: Values to be marked, and the edges between them. `around` is marked, too.

    Returns:
        A Drawing with `svg`, `save(path)`, `shown`, `total` and `note`.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    from . import drawing  # noqa: PLC0415 - loaded when something is drawn

    return drawing.draw(
        value,
        gradients,
        depth=depth,
        around=around,
        max_nodes=max_nodes,
        highlight=highlight,
    )
