"""The graph behind a Value as rows for tables, and as DOT and Mermaid text.

Nodes are listed so that each comes after its parents, and named v0, v1, ... in the order in which
they were created, so the same program always gives the same text.
"""

from __future__ import annotations

import math
from typing import Any, Final, TypeAlias

from ..base import checks
from .operations import OPERATIONS
from .reverse import topological_order
from .value import Gradients, Value

NodeRow: TypeAlias = dict[str, Any]
EdgeRow: TypeAlias = dict[str, Any]

LONGEST_LABEL: Final = 24  # characters of one that is shown with others


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


def short(x: float) -> str:
    """A number for a box: four decimals, or three digits and a power of ten."""
    return four_decimals(x) if x == 0.0 or 1e-4 <= abs(x) < 1e6 else f"{x:.2e}"


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
