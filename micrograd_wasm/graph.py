"""The graph behind a Value: rows for tables, DOT and Mermaid text, and a picture of its own.

Nodes are listed so that each comes after its parents, and named v0, v1, ... in the order in which
they were created, so the same program always gives the same text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from . import checks
from .gradients import Gradients, topological_order
from .operations import OPERATIONS
from .value import Value

if TYPE_CHECKING:
    from .drawing import Drawing

NodeRow: TypeAlias = dict[str, Any]
EdgeRow: TypeAlias = dict[str, Any]


def nodes(value: Value, gradients: Gradients | None = None) -> list[NodeRow]:
    """Every node of the graph behind `value`, parents first.

    Args:
        value: the Value at the end of the graph.
        gradients: a table whose gradients are added to the rows.

    Returns:
        A row {"id", "label", "op", "data", "arity", "is_leaf"} for each node, with "grad" where
        a table was given.

    Raises:
        TypeError: not a Value, or not a Gradients table.
    """
    if gradients is not None and not isinstance(gradients, Gradients):
        expected = "None or the table that backward() returns"
        checks.refuse("gradients", expected, gradients, kind=TypeError)
    order = _order(value)
    names = _names(order)
    rows = []
    for node in order:
        row: NodeRow = {
            "id": names[node],
            "label": node.label,
            "op": op_text(node),
            "data": node.data,
            "arity": len(node.parents),
            "is_leaf": not node.parents,
        }
        if gradients is not None:
            row["grad"] = gradients[node]
        rows.append(row)
    return rows


def edges(value: Value) -> list[EdgeRow]:
    """Every edge of the graph behind `value`, in the order of the nodes they lead to.

    Returns:
        A row {"from", "to", "local_gradient", "parent_label", "child_label", "child_op"} for each
        edge; `x * x` has two from x.

    Raises:
        TypeError: not a Value.
    """
    order = _order(value)
    names = _names(order)
    return [
        {
            "from": names[parent],
            "to": names[child],
            "local_gradient": local_gradient,
            "parent_label": parent.label,
            "child_label": child.label,
            "child_op": op_text(child),
        }
        for child in order
        for parent, local_gradient in zip(child.parents, child.local_gradients, strict=True)
    ]


def to_dot(value: Value, gradients: Gradients | None = None) -> str:
    """The graph in Graphviz's DOT language, each node with its data, gradient and operation.

    Raises:
        TypeError: not a Value, or not a Gradients table.
    """
    lines = ["digraph MicrogradEx {", "  rankdir=LR;"]
    lines += [
        f'  {row["id"]} [label="{_escape_dot(_caption(row))}"];' for row in nodes(value, gradients)
    ]
    lines += [f"  {row['from']} -> {row['to']};" for row in edges(value)]
    return "\n".join([*lines, "}"])


def to_mermaid(value: Value, gradients: Gradients | None = None) -> str:
    """The graph as a Mermaid flowchart, which many Markdown pages draw by themselves.

    Leaves are round, results of an operation are boxes.

    Raises:
        TypeError: not a Value, or not a Gradients table.
    """
    lines = ["flowchart LR"]
    for row in nodes(value, gradients):
        left, right = ('(["', '"])') if row["is_leaf"] else ('["', '"]')
        lines.append(f"  {row['id']}{left}{_escape_mermaid(_caption(row))}{right}")
    lines += [f"  {row['from']} --> {row['to']}" for row in edges(value)]
    return "\n".join(lines)


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


def four_decimals(number: float) -> str:
    """`number` with four decimals, rounded as Erlang's float_to_binary(number, decimals: 4) does.

    The fraction is scaled by 10,000 and rounded half up in float arithmetic, so 0.03125 gives
    0.0313 where printf gives 0.0312; the sign of a negative zero stays.
    """
    size = abs(number)
    if size >= 2.0**53:
        return f"{number:.4f}"
    whole = math.floor(size)
    fraction = math.floor((size - whole) * 10000.0 + 0.5)
    if fraction == 10000:
        whole, fraction = whole + 1, 0
    sign = "-" if math.copysign(1.0, number) < 0.0 else ""
    return f"{sign}{whole}.{fraction:04d}"


def _order(value: Any) -> list[Value]:
    if not isinstance(value, Value):
        checks.refuse("value", "a Value", value, kind=TypeError)
    return topological_order(value)


def _names(order: list[Value]) -> dict[Value, str]:
    by_creation = sorted(order, key=lambda node: node.id)
    return {node: f"v{rank}" for rank, node in enumerate(by_creation)}


def op_text(node: Value) -> str:
    """The operation with the number it carries, four decimals of it: "+", "relu", "**0.5000"."""
    if node.constant is None:
        return node.op
    number = str(node.constant) if isinstance(node.constant, int) else four_decimals(node.constant)
    return OPERATIONS[node.op].text.format(number)


def _caption(row: NodeRow) -> str:
    parts = [row["label"] or row["id"], f"data={four_decimals(row['data'])}"]
    if "grad" in row:
        parts.append(f"grad={four_decimals(row['grad'])}")
    if not row["is_leaf"]:
        parts.append(f"op={row['op']}")
    return " | ".join(parts)


def _escape_dot(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _escape_mermaid(text: str) -> str:
    for character, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(character, code)
    return text.replace("\n", "<br>")
