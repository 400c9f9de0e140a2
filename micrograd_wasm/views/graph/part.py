"""Which part of a graph is drawn: all of a small one, what is near a Value in a large one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ...base import checks
from ...engine.value import Value

MOST_COUNTED: Final = 1_000_000  # nodes of a graph; beyond that it is "more than"
MOST_BEHIND: Final = 1_000  # nodes behind one that is shown
SOME_DEPTH: Final = 2  # how far around a Value is shown unless somebody says otherwise


@dataclass(frozen=True, slots=True)
class View:
    """A part of the graph behind `output`.

    Attributes:
        nodes: the Values shown, in the order in which they were made.
        total: how many Values the whole graph has.
        counted: False if there are more than `total`.
        behind: how many Values that are not shown a shown one is made from; `MOST_BEHIND` is
            "that many or more".
        uses: how many operations that are not shown a shown one goes into.
        middle: the Values of `around`; empty where the view begins at the output.
        cut: where the number of nodes, not the depth, set the limit: the depth that is whole.
    """

    output: Value
    nodes: tuple[Value, ...]
    total: int
    counted: bool
    behind: dict[Value, int]
    uses: dict[Value, int]
    middle: tuple[Value, ...]
    cut: int | None

    @property
    def whole(self) -> bool:
        """Whether everything is shown."""
        return self.counted and len(self.nodes) == self.total

    @property
    def size(self) -> str:
        """The whole graph's size in words: "66,310 nodes"."""
        return f"{'' if self.counted else 'more than '}{self.total:,} nodes"


def select(
    output: Value,
    depth: int | None = None,
    around: Value | str | None = None,
    most: int = 60,
) -> View:
    """The part of the graph behind `output` that is to be shown.

    Args:
        depth: how many operations away from `output` (or from `around`).
        around: a Value of the graph, or the label of one or several: they are in the middle of the
            view, which then also has what is made from them.
        most: the most nodes; the view stops at the last depth that fits.

    Raises:
        TypeError, ValueError: an argument is not as above, or `around` is not in the graph.
    """
    if not isinstance(output, Value):
        checks.refuse("value", "a Value", output, kind=TypeError)
    if depth is not None:
        depth = checks.integer("depth", depth, "None or an integer, 0 or more", minimum=0)
    most = checks.integer("max_nodes", most, "a positive integer", minimum=1)
    children: dict[Value, list[Value]] = {}
    if around is None:
        middle = [output]
        total, counted = count(output)
    else:
        children = _children(output)
        middle = _middle(around, children)
        total, counted = len(children), True
        depth = SOME_DEPTH if depth is None else depth
    shown, cut = _near(middle, children, depth, most)
    nodes = tuple(sorted(shown, key=lambda node: node.id))
    behind = {node: n for node in nodes if (n := _behind(node, shown))}
    uses = {
        node: n for node in nodes if (n := sum(c not in shown for c in set(children.get(node, ()))))
    }
    marked = () if around is None else tuple(node for node in middle if node in shown)
    return View(output, nodes, total, counted, behind, uses, marked, cut)


def count(output: Value, most: int = MOST_COUNTED) -> tuple[int, bool]:
    """How many Values `output` is made from, itself included; False if there are more."""
    seen = {output}
    stack = [output]
    while stack:
        for parent in stack.pop()._parents:
            if parent not in seen:
                seen.add(parent)
                if parent._parents:
                    stack.append(parent)
        if len(seen) > most:
            return most, False
    return len(seen), True


def _children(output: Value) -> dict[Value, list[Value]]:
    """For every Value of the graph, what is made from it."""
    children: dict[Value, list[Value]] = {output: []}
    stack = [output]
    while stack:
        node = stack.pop()
        for parent in node._parents:
            if parent not in children:
                children[parent] = []
                stack.append(parent)
            children[parent].append(node)
    return children


def _middle(around: Any, children: dict[Value, list[Value]]) -> list[Value]:
    if isinstance(around, Value):
        if around not in children:
            checks.refuse("around", "a Value that the drawn one is made from", around)
        return [around]
    around = checks.text("around", around, "a Value of the graph, or a label")
    found = [node for node in children if node.label == around]
    if not found or not around:
        labels = sorted({node.label for node in children if node.label})
        known = ", ".join(map(checks.shown, labels[:6])) + (", ..." if len(labels) > 6 else "")
        checks.refuse("around", f"a label of the graph ({known or 'it has none'})", around)
    return sorted(found, key=lambda node: node.id)


def _near(
    middle: list[Value], children: dict[Value, list[Value]], depth: int | None, most: int
) -> tuple[set[Value], int | None]:
    """Nodes by distance from the middle, and the last whole distance if they were too many."""
    shown = set(middle[:most])
    if len(middle) > most:
        return shown, 0
    ring, distance = middle, 0
    while ring and (depth is None or distance < depth):
        following: dict[Value, None] = {}
        for node in ring:
            for other in (*node._parents, *children.get(node, ())):
                if other not in shown:
                    following[other] = None
        if len(shown) + len(following) > most:
            if distance == 0:  # so that there is more to be seen than the middle alone
                shown.update([*following][: most - len(shown)])
            return shown, distance
        shown.update(following)
        ring, distance = [*following], distance + 1
    return shown, None


def _behind(node: Value, shown: Iterable[Value]) -> int:
    """How many Values that are not shown `node` is made from, up to MOST_BEHIND."""
    seen: set[Value] = set()
    stack = [node]
    while stack and len(seen) < MOST_BEHIND:
        for parent in stack.pop()._parents:
            if parent not in seen and parent not in shown:
                seen.add(parent)
                stack.append(parent)
    return min(len(seen), MOST_BEHIND)
