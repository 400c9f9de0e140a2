"""The reverse pass: the end of a graph in, a gradient for each of its nodes out.

The output's gradient is 1. Every other Value's gradient is the sum, over the Values made from it,
of their gradient times the local gradient between the two: the chain rule. Walking the graph so
that a Value comes after everything made from it lets each gradient be complete before it is
passed on. Nothing is written on a Value, so there is nothing to reset before the next pass.

The order of the walk is fixed, because floating-point sums depend on it: the reverse of a
depth-first post-order that visits parents left to right, the order of MicrogradEx and (up to its
unordered set of parents) of micrograd. No recursion: a graph of any depth works.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TypeVar

from ..base import checks
from ..base.chained import Chained


class Node(Chained):
    """What the pass asks of a Value: its parents, and the derivative with respect to each."""

    __slots__ = ()

    _local_gradients: tuple[float, ...]


N = TypeVar("N", bound=Node)


def gradients_of(output: N) -> dict[N, float]:
    """d(output)/d(node) for every node that `output` depends on; see `value.backward`."""
    # Leaves pass nothing on, so only the Values in between need an order.
    order = topological_order(output, leaves=False)
    table = {output: 1.0}
    known = table.get
    for node in reversed(order):
        gradient = table[node]
        parents = node._parents
        if len(parents) == 2:  # the common case, unrolled: this loop is half of a training step
            left, right = parents
            left_slope, right_slope = node._local_gradients
            sum_so_far = known(left)
            part = gradient * left_slope
            table[left] = part if sum_so_far is None else sum_so_far + part
            sum_so_far = known(right)
            part = gradient * right_slope
            table[right] = part if sum_so_far is None else sum_so_far + part
        else:
            for parent, slope in zip(parents, node._local_gradients, strict=True):
                sum_so_far = known(parent)
                part = gradient * slope
                table[parent] = part if sum_so_far is None else sum_so_far + part
    # An infinity or NaN stays in the table once it is there, so one look at the end finds it.
    if not all(map(isfinite, table.values())):
        value = next(value for value, gradient in table.items() if not isfinite(gradient))
        raise ArithmeticError(f"the gradient with respect to {value!r} is too large for a float64")
    return table


def topological_order(output: N, *, leaves: bool = True) -> list[N]:
    """Every Value that `output` depends on, each after its parents; `output` comes last.

    A depth-first post-order, parents left to right. With `leaves=False` only Values that have
    parents are listed (and `output` itself).
    """
    if not isinstance(output, Node):
        checks.refuse("output", "a Value", output, kind=TypeError)
    leaves = checks.boolean("leaves", leaves)
    order: list[N] = []
    seen = {output}
    # The Values between the output and `node`, each followed by an iterator over its parents that
    # are still to be visited: what the call stack of a recursive walk would hold.
    path: list[N | Iterator[N]] = []
    node = output
    parents = iter(output._parents)
    while True:
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                if parent._parents:
                    path.append(node)
                    path.append(parents)
                    node = parent
                    parents = iter(parent._parents)
                    break
                if leaves:
                    order.append(parent)
        else:
            order.append(node)
            if not path:
                return order
            parents = path.pop()  # type: ignore[assignment]
            node = path.pop()  # type: ignore[assignment]
