"""Where the boxes and curves of a drawn graph go: a layered layout, from left to right.

Four steps, each a function below: nodes into columns by their longest way to the end; the order
within each column by medians, so that few edges cross; heights by least squares, so that edges
run straight; then the columns side by side. Nothing is drawn at random: the same graph always
gets the same picture.

Source of the steps: K. Sugiyama, S. Tagawa and M. Toda, "Methods for Visual Understanding of
Hierarchical System Structures" (1981).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

Size: TypeAlias = tuple[float, float]
Point: TypeAlias = tuple[float, float]
Edge: TypeAlias = tuple[int, int]

ORDER_SWEEPS: Final = 12
HEIGHT_SWEEPS: Final = 20
STRAIGHTNESS: Final = 4.0  # how much more a bend within an edge counts than one at a node


@dataclass(frozen=True, slots=True)
class GraphLayout:
    """A picture's geometry, in pixels from its top left corner.

    Attributes:
        corners: the top left corner of each node.
        routes: the points of each edge, in the order of `edges`: they go in pairs, straight within
            a column and curved from one to the next.
        size: width and height of the whole.
    """

    corners: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    size: Size


def place(
    sizes: Sequence[Size], edges: Sequence[Edge], *, column_gap: float = 40.0, row_gap: float = 12.0
) -> GraphLayout:
    """Lay out a graph without cycles.

    Args:
        sizes: width and height of each node.
        edges: pairs (from, to) of node numbers, `from` smaller than `to`.
        column_gap, row_gap: the least space between columns, and between nodes of one column.
    """
    columns = _columns(len(sizes), edges)
    graph = _Graph(list(sizes), columns, sorted(set(edges)))
    graph.order()
    middles = graph.heights(row_gap)
    return graph.finish(edges, middles, column_gap)


def _columns(count: int, edges: Sequence[Edge]) -> list[int]:
    """Each node's column, so that every edge goes to the right and no node is far from its use."""
    after: list[list[int]] = [[] for _ in range(count)]
    before: list[list[int]] = [[] for _ in range(count)]
    for start, end in edges:
        after[start].append(end)
        before[end].append(start)
    from_right = [0] * count
    for node in range(count - 1, -1, -1):
        from_right[node] = max((from_right[end] + 1 for end in after[node]), default=0)
    for node in range(count):  # an end of its own moves up to what it is made from
        if before[node] and not after[node]:
            from_right[node] = min(from_right[start] for start in before[node]) - 1
    last = max(from_right, default=0)
    return [last - distance for distance in from_right]


class _Graph:
    """Nodes and edges, with a bend (a node without size) wherever an edge passes a column."""

    def __init__(self, sizes: list[Size], columns: list[int], edges: list[Edge]) -> None:
        self._real = len(sizes)
        self._sizes = sizes
        self._column_of = columns
        self._chains: dict[Edge, list[int]] = {}
        self._before: list[list[int]] = [[] for _ in sizes]
        self._after: list[list[int]] = [[] for _ in sizes]
        for start, end in edges:
            chain = [start]
            for column in range(columns[start] + 1, columns[end]):
                self._sizes.append((0.0, 4.0))
                self._column_of.append(column)
                self._before.append([])
                self._after.append([])
                chain.append(len(self._sizes) - 1)
            chain.append(end)
            self._chains[start, end] = chain
            for left, right in pairwise(chain):
                self._after[left].append(right)
                self._before[right].append(left)
        self._columns: list[list[int]] = [[] for _ in range(max(columns, default=0) + 1)]

    # -- the order within each column --------------------------------------------------------------

    def order(self) -> None:
        """Fill the columns: depth first from the ends, then by medians, keeping the best."""
        seen: set[int] = set()
        ends = [n for n in range(self._real) if not self._after[n]]
        stack = ends[::-1]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                self._columns[self._column_of[node]].append(node)
                stack += reversed(self._before[node])
        best, fewest = [*map(list, self._columns)], self._crossings()
        for sweep in range(ORDER_SWEEPS):
            if not fewest:
                break
            rightward = sweep % 2 == 1
            neighbours = self._before if rightward else self._after
            for column in self._columns if rightward else self._columns[::-1]:
                self._sort(column, neighbours)
            self._swap_neighbours()
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [*map(list, self._columns)], crossings
        self._columns = best

    def _places(self) -> dict[int, int]:
        return {node: place for column in self._columns for place, node in enumerate(column)}

    def _sort(self, column: list[int], neighbours: list[list[int]]) -> None:
        places = self._places()

        def median(node: int) -> float:
            around = sorted(places[other] for other in neighbours[node])
            if not around:
                return float(places[node])
            half = len(around) // 2
            return around[half] if len(around) % 2 else (around[half - 1] + around[half]) / 2

        column.sort(key=median)

    def _swap_neighbours(self) -> None:
        """Exchange two nodes next to each other wherever that saves a crossing."""
        places = self._places()
        for column in self._columns:
            for k in range(len(column) - 1):
                upper, lower = column[k], column[k + 1]
                saved = 0
                for neighbours in (self._before, self._after):
                    one = [places[n] for n in neighbours[upper]]
                    two = [places[n] for n in neighbours[lower]]
                    saved += sum((a > b) - (a < b) for a in one for b in two)
                if saved > 0:
                    column[k], column[k + 1] = lower, upper
                    places[upper], places[lower] = k + 1, k

    def _crossings(self) -> int:
        places = self._places()
        found = 0
        for column in self._columns:
            ends: list[int] = []
            for node in column:
                mine = sorted(places[other] for other in self._after[node])
                found += sum(len(ends) - bisect_right(ends, place) for place in mine)
                for place in mine:
                    insort(ends, place)
        return found

    # -- heights -----------------------------------------------------------------------------------

    def heights(self, row_gap: float) -> list[float]:
        """The height of each node's middle: near its neighbours', none in another's way."""
        middles = [0.0] * len(self._sizes)
        for column in self._columns:
            self._spread(column, middles, row_gap, [1.0] * len(column))
        for sweep in range(HEIGHT_SWEEPS):
            rightward = sweep % 2 == 1
            late = sweep >= HEIGHT_SWEEPS // 2
            for column in self._columns if rightward else self._columns[::-1]:
                weights = []
                for node in column:
                    near = self._before[node] if rightward else self._after[node]
                    far = self._after[node] if rightward else self._before[node]
                    around = [*near, *far] if late or not near else near
                    pull = [STRAIGHTNESS if self._is_bend(o) else 1.0 for o in around]
                    if around:
                        total = sum(w * middles[o] for w, o in zip(pull, around, strict=True))
                        middles[node] = total / sum(pull)
                    weights.append(sum(pull) * (STRAIGHTNESS if self._is_bend(node) else 1.0))
                self._spread(column, middles, row_gap, [w or 0.01 for w in weights])
        return middles

    def _is_bend(self, node: int) -> bool:
        return node >= self._real

    def _spread(
        self, column: list[int], middles: list[float], row_gap: float, weights: list[float]
    ) -> None:
        """Move a column's nodes apart, as little as possible in the sum of weighted squares.

        Less the space that the nodes above take, the heights must not fall: isotonic regression,
        solved by pooling neighbours that are out of order.
        """
        above, taken = [], 0.0
        for k, node in enumerate(column):
            if k:
                taken += (self._sizes[column[k - 1]][1] + self._sizes[node][1]) / 2 + row_gap
            above.append(taken)
        pools: list[tuple[float, float, int]] = []  # height, weight, how many nodes
        for node, offset, weight in zip(column, above, weights, strict=True):
            pool = (middles[node] - offset, weight, 1)
            while pools and pools[-1][0] >= pool[0]:
                height, other, count = pools.pop()
                total = other + pool[1]
                mean = (height * other + pool[0] * pool[1]) / total
                pool = (mean, total, count + pool[2])
            pools.append(pool)
        flat = [height for height, _, count in pools for _ in range(count)]
        for node, offset, height in zip(column, above, flat, strict=True):
            middles[node] = height + offset

    # -- the picture -------------------------------------------------------------------------------

    def finish(self, edges: Sequence[Edge], middles: list[float], column_gap: float) -> GraphLayout:
        """Columns side by side, their nodes flush right, and the edges through them."""
        tops = [middle - size[1] / 2 for middle, size in zip(middles, self._sizes, strict=True)]
        up = min(tops, default=0.0)
        middles = [middle - up for middle in middles]
        lefts, x = [], 0.0
        for column in self._columns:
            width = max((self._sizes[node][0] for node in column), default=0.0)
            lefts.append((x, x + width))
            x += width + column_gap

        def point(x: float, y: float) -> Point:
            return (round(x, 1), round(y, 1))

        corners = []
        for node in range(self._real):
            width, height = self._sizes[node]
            right = lefts[self._column_of[node]][1]
            corners.append(point(right - width, middles[node] - height / 2))
        routes = []
        for edge in edges:
            start, *bends, end = self._chains[edge]
            route = [point(lefts[self._column_of[start]][1], middles[start])]
            for bend in bends:
                left, right = lefts[self._column_of[bend]]
                route += [point(left, middles[bend]), point(right, middles[bend])]
            route.append(point(lefts[self._column_of[end]][0], middles[end]))
            route.append(point(corners[end][0], middles[end]))
            routes.append(tuple(route))
        height = max(
            (m + size[1] / 2 for m, size in zip(middles, self._sizes, strict=True)), default=0.0
        )
        width = lefts[-1][1] if self._real else 0.0
        return GraphLayout(tuple(corners), tuple(routes), point(width, height))
