"""The reverse pass: a Value in, a table of gradients out.

The output's gradient is 1. Every other Value's gradient is the sum, over the Values made from it,
of their gradient times the local gradient between the two: the chain rule. Walking the graph so
that a Value comes after everything made from it lets each gradient be complete before it is
passed on. Nothing is written on a Value, so there is nothing to reset before the next pass.

The order of the walk is fixed, because floating-point sums depend on it: the reverse of a
depth-first post-order that visits parents left to right, the order of MicrogradEx and (up to its
unordered set of parents) of micrograd. No recursion: a graph of any depth works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..base import checks
from ..base.shown import Shown
from .value import Value

if TYPE_CHECKING:
    from ..analysis.gradient_check import GradientCheck


class Gradients(Shown, Mapping[Value, float]):
    """d(output)/d(value) for every Value that `output` depends on. Read-only.

    `gradients[value]` is 0.0 for a Value that the output does not depend on. Iteration, `len` and
    `in` cover the Values that it does depend on, the output included.
    """

    __slots__ = ("_output", "_table")

    def __init__(self, output: Value, table: dict[Value, float]) -> None:
        self._output = output
        self._table = table

    @property
    def output(self) -> Value:
        """The Value that was differentiated."""
        return self._output

    def __getitem__(self, value: Value) -> float:
        if not isinstance(value, Value):
            checks.refuse("gradients[...]", "a Value", value, kind=TypeError)
        return self._table.get(value, 0.0)

    def __iter__(self) -> Iterator[Value]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Value) and value in self._table

    def __repr__(self) -> str:
        return f"Gradients of {self._output!r} with respect to {len(self._table)} values"


def backward(output: Value) -> Gradients:
    """Differentiate `output` with respect to every Value it was made from.

    Args:
        output: the Value at the end of the graph, usually a loss.

    Returns:
        A fresh table.

    Raises:
        TypeError: `output` is not a Value.
        ArithmeticError: a gradient is too large for a float64.

    Source: reverse accumulation as in micrograd's `Value.backward` (A. Karpathy, 2020).
    """
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
    return Gradients(output, table)


def check(
    f: Callable[..., Any],
    at: Sequence[float],
    *,
    step: float = 6e-6,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Compare the gradients of any function of Values with what nudging its inputs says.

        gradients.check(lambda a, b: (a * b + a).tanh(), at=[2.0, -3.0])

    Args:
        f: takes as many Values as `at` has numbers, and returns a Value. It is called again for
            every input moved up and down, so it has to give the same result each time.
        at: where: a number for each input, or a Value whose label is then shown.
        step: how far inputs are moved, from 1e-12 to 1, times the input's size where that is over
            1.
        tolerance: the error allowed, as a share of the derivative where that is over 1.

    Returns:
        A GradientCheck: `rows` with the analytic derivative beside the numeric one, `max_error`,
        `passed`, `kinks`. Where f has a kink (relu at 0) there is no derivative; the row says so,
        with the slopes to both sides, and passes if the analytic one lies on or between them.

    Source: central differences, (f(x + h) - f(x - h)) / 2h.

    Raises:
        TypeError, ValueError: an argument is not as above, or f returns something else.
        ArithmeticError: f leaves the real numbers at one of the inputs.
    """
    from ..analysis import gradient_check  # noqa: PLC0415 - loaded when something is checked

    return gradient_check.check(f, at, step=step, tolerance=tolerance)


def topological_order(output: Value, *, leaves: bool = True) -> list[Value]:
    """Every Value that `output` depends on, each after its parents; `output` comes last.

    A depth-first post-order, parents left to right. With `leaves=False` only Values that have
    parents are listed (and `output` itself).
    """
    if not isinstance(output, Value):
        checks.refuse("output", "a Value", output, kind=TypeError)
    leaves = checks.boolean("leaves", leaves)
    order: list[Value] = []
    seen = {output}
    # The Values between the output and `node`, each followed by an iterator over its parents that
    # are still to be visited: what the call stack of a recursive walk would hold.
    path: list[Value | Iterator[Value]] = []
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
