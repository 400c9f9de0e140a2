"""The gradient of a run's total loss with respect to every parameter, at any of its steps.

A page that draws the network asks for it again and again while somebody scrubs; so it comes from
the run's own kernel, in a step that is never kept, and from plain Values where that cannot be.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import losses, session
from .compiler import host
from .nn import MLP

# A kernel's step leaves `parameter - rate * gradient` and no gradient. With a rate of 2**600 the
# product is exact (a power of two only moves the exponent) and so large that subtracting it from a
# parameter rounds the parameter away: what is left is the gradient's own bits, times -2**600.
_RATE: Final = 2.0**600
# Beyond these the parameter would show through: such gradients are left to plain Values.
_LARGEST_PARAMETER: Final = 2.0**100
_CLEAR: Final = 2.0**160


def loss_gradients(
    config: Mapping[str, Any], step: int, parameters: Sequence[float]
) -> array[float]:
    """The gradients of the total loss, data and regularization, as step `step` sees them.

    Args:
        config: the run's (see `configuration.DEFAULT`).
        step: its examples are the loss's: the step's batch. At the end of the run, which has no
            batch, all examples.
        parameters: as they are before that step.

    Returns:
        One number for each parameter, in their order: those that `Value.backward` gives.

    Raises:
        ValueError: the configuration, the step or the number of parameters is wrong.
        ArithmeticError: the loss or a gradient is too large for a float64.
    """
    planned = session.plan(config)
    steps, count = len(planned.rates), len(planned.parameters)
    if type(step) is not int or not 0 <= step <= steps:
        raise ValueError(f"step: expected 0 to {steps}, got {step!r}")
    if len(parameters) != count:
        raise ValueError(f"parameters: expected {count}, got {len(parameters)}")
    size = len(planned.batches) // steps
    batch = planned.batches[size * step : size * (step + 1)]
    if size and not batch:
        planned = session.plan({**config, "batchSize": None})
    found = _by_kernel(planned, batch, parameters)
    return _by_values(planned, batch, parameters) if found is None else found


def _by_kernel(
    planned: session.Plan, batch: array[int], parameters: Sequence[float]
) -> array[float] | None:
    """Exactly what `_by_values` gives, or None."""
    if not host.available() or max(map(abs, parameters), default=0.0) > _LARGEST_PARAMETER:
        return None
    program = session.kernel(planned.kernel)
    at = program.layout
    instance = host.instantiate(program.binary)
    for name, numbers in (
        ("alpha", array("d", [planned.config.alpha])),
        ("xs", planned.xs),
        ("ys", planned.ys),
        ("parameters", array("d", parameters)),
        ("rates", array("d", [_RATE])),
        ("batches", batch),
    ):
        instance.write(at[name], numbers)
    if instance.call("train", 1) != 1:
        return None
    moved = instance.read(at["records"], len(parameters))
    found = array("d")
    for old, new in zip(parameters, moved, strict=True):
        if abs(new) >= _CLEAR:
            found.append(new / -_RATE)
        elif new == old:  # nothing was subtracted: 0, or some 180 digits below what floats show
            found.append(0.0)
        else:
            return None
    return found


def _by_values(
    planned: session.Plan, batch: array[int], parameters: Sequence[float]
) -> array[float]:
    config, chosen = planned.config, batch or range(len(planned.ys))
    model = MLP(config.sizes[0], config.sizes[1:], activation=list(config.activations), seed=0)
    model = model.replace_parameters(list(parameters))
    loss = losses.mean_loss(
        model,
        [(planned.xs[2 * i], planned.xs[2 * i + 1]) for i in chosen],
        [planned.ys[i] for i in chosen],
        losses.EXAMPLE_LOSSES[config.loss],
        config.alpha,
    )
    gradients = loss.total_loss.backward()
    return array("d", [gradients[parameter] for parameter in model.parameters()])
