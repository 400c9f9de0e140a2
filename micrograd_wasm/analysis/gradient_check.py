"""Gradients beside what nudging each input says: `gradients.check`; see there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..base import checks
from ..base.report import Report, Tabled
from ..base.text import one_line
from ..engine.value import Value, backward

# The step that balances what the difference leaves out (about h**2) against rounding (about
# 1e-16 / h): the cube root of a float64's precision.
STEP: Final = 6e-6
TOLERANCE: Final = 1e-6
# At a kink the slopes to the left and to the right differ however small the step is; elsewhere the
# difference shrinks with the step, which is made smaller until it is gone.
KINK: Final = 1e-3
SMALLEST: Final = 1e-12  # of the steps; a 256th of it still moves the input
FINER: Final = (1.0, 1 / 16, 1 / 256)


@dataclass(frozen=True, slots=True)
class Row:
    """One input's derivative, twice.

    Attributes:
        name: the input's label, or "input 0", "input 1", ...
        at: where it was taken.
        analytic: what `backward` says.
        numeric: the central difference.
        error: how far apart they are, as a share of the larger one where that is over 1.
        kink: the function has no derivative here: the slopes to its two sides differ.
        left, right: these slopes, one-sided differences.
        passed: the error is within the tolerance; at a kink: the analytic one is one of the slopes
            to the two sides, or between them.
    """

    name: str
    at: float
    analytic: float
    numeric: float
    error: float
    kink: bool
    left: float
    right: float
    passed: bool


class _Slopes(NamedTuple):
    numeric: float
    left: float
    right: float
    kink: bool


class GradientCheck(Tabled):
    """What `gradients.check` found; shows itself as a table, and is true where all is well.

    Attributes:
        rows: one for each input.
        tolerance: the error that was allowed.
    """

    __slots__ = ("rows", "tolerance")

    def __init__(self, rows: tuple[Row, ...], tolerance: float) -> None:
        self.rows = rows
        self.tolerance = tolerance

    @property
    def passed(self) -> bool:
        """Whether every row passed."""
        return all(row.passed for row in self.rows)

    @property
    def max_error(self) -> float:
        """The largest error of an input where the function has a derivative; 0.0 for none."""
        return max((row.error for row in self.rows if not row.kink), default=0.0)

    @property
    def kinks(self) -> tuple[Row, ...]:
        """The inputs at which the function has a kink, such as relu at 0."""
        return tuple(row for row in self.rows if row.kink)

    def __bool__(self) -> bool:
        return self.passed

    def _report(self) -> Report:
        verdict = "passed" if self.passed else "failed"
        errors = f"largest error {self.max_error:.1e}, {self.tolerance:.0e} allowed"
        rows = []
        for row in self.rows:
            word = "ok" if row.passed else "wrong"
            if row.kink:
                word += f", kink: {row.left:.6g} to the left, {row.right:.6g} to the right"
            numbers = [f"{row.at:.6g}", f"{row.analytic:.10g}", f"{row.numeric:.10g}"]
            rows.append([row.name, *numbers, f"{row.error:.1e}", word])
        head = ["input", "at", "analytic", "numeric", "error", "verdict"]
        return Report(f"Gradient check {verdict}: {errors}", head, rows)


def check(
    f: Callable[..., Any],
    at: Sequence[float],
    *,
    step: float = STEP,
    tolerance: float = TOLERANCE,
) -> GradientCheck:
    """`gradients.check`; see there."""
    if not callable(f):
        checks.refuse("f", "a function of Values", f, kind=TypeError)
    listed = [at] if isinstance(at, Value) or checks.is_real(at) else at
    points = checks.sequence("at", listed, "a list of numbers, one for each input")
    if not len(points):
        checks.refuse("at", "a number for each input", at)
    step = checks.real("step", step, "a positive number", above=0.0)
    if not SMALLEST <= step <= 1.0:
        checks.refuse("step", f"a number from {SMALLEST:g} to 1", step)
    tolerance = checks.real("tolerance", tolerance, "a positive number", above=0.0)
    leaves = [
        Value(point.data, point.label)
        if isinstance(point, Value)
        else Value(checks.real(f"at[{k}]", point))
        for k, point in enumerate(points)
    ]
    checks.takes("f", f, f"a function of {len(points)} Values", *leaves)
    numbers = [leaf.data for leaf in leaves]
    finest = step * min(FINER)
    for x in numbers:
        if x - finest * max(1.0, abs(x)) == x or x + finest * max(1.0, abs(x)) == x:
            checks.refuse("step", f"a step that moves the input {x!r}, also a finer one", step)
    try:
        output = _output(f, leaves)
    except TypeError as error:
        if str(error).startswith("f: "):
            raise
        expected = f"a function of {len(leaves)} Values, a number for each in `at`"
        raise TypeError(f"f: expected {expected}; calling it: {error}") from error
    gradients = backward(output)
    rows = []
    for k, leaf in enumerate(leaves):

        def moved(x: float, k: int = k) -> float:
            return _output(f, [Value(n) for n in (*numbers[:k], x, *numbers[k + 1 :])]).data

        name = one_line(leaf.label, 24) or f"input {k}"
        slopes = _slopes(moved, leaf.data, output.data, step * max(1.0, abs(leaf.data)))
        rows.append(_row(name, leaf.data, gradients[leaf], slopes, tolerance))
    return GradientCheck(tuple(rows), tolerance)


def _slopes(f: Callable[[float], float], x: float, y: float, step: float) -> _Slopes:
    for share in FINER:
        lower, upper = x - step * share, x + step * share
        below, above = f(lower), f(upper)
        left, right = (y - below) / (x - lower), (above - y) / (upper - x)
        kink = abs(right - left) > KINK * max(1.0, abs(left), abs(right))
        if not kink:
            break
    return _Slopes((above - below) / (upper - lower), left, right, kink)


def _row(name: str, at: float, analytic: float, slopes: _Slopes, tolerance: float) -> Row:
    numeric, left, right, kink = slopes
    size = max(1.0, abs(analytic), abs(numeric))
    error = abs(analytic - numeric) / size
    slack = tolerance * size
    between = min(left, right) - slack <= analytic <= max(left, right) + slack
    passed = between if kink else error <= tolerance
    return Row(name, at, analytic, numeric, error, kink, left, right, passed)


def _output(f: Callable[..., Any], leaves: list[Value]) -> Value:
    made = f(*leaves)
    if isinstance(made, Value):
        return made
    if checks.is_real(made) and math.isfinite(made):
        return Value(made)  # a constant: its gradients are 0
    checks.refuse("f", "a function that returns a Value", made, kind=TypeError)
