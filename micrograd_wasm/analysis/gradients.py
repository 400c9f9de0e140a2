"""Gradients: the reverse pass as one asks for it by name, and beside what nudging says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..engine.reverse import topological_order
from ..engine.value import Gradients, backward

if TYPE_CHECKING:
    from .gradient_check import GradientCheck

__all__ = ["Gradients", "backward", "check", "topological_order"]


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
    from . import gradient_check  # noqa: PLC0415 - loaded when something is checked

    return gradient_check.check(f, at, step=step, tolerance=tolerance)
