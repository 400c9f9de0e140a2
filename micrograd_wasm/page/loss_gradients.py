"""The gradient of a run's total loss with respect to every parameter, at any of its steps.

A page that draws the network asks for it again and again while somebody scrubs; so it comes from
a training kernel whose optimizer moves nothing and remembers each gradient. Where no kernel runs,
or a number leaves the real ones, it comes from plain Values.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from ..compiler import Job, host, training_kernel
from ..compiler.kernel.layout import Layout
from ..engine.nn import MLP
from ..learning import losses
from ..learning.optimizers import Optimizer
from . import session

# The parameter stays; the gradient is what is remembered.
_KEEP: Final = Optimizer("keep", lambda p, gradient, *_: (p, gradient), slots=("kept",))


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
    if not host.available():
        return None
    binary, at = _kernel(planned.kernel)
    instance = host.instantiate(binary)
    for address, numbers in (
        (at.alpha, array("d", [planned.config.alpha])),
        (at.xs, planned.xs),
        (at.ys, planned.ys),
        (at.parameters, array("d", parameters)),
        (at.rates, array("d", [0.0])),
        (at.batches, batch),
    ):
        instance.write(address, numbers)
    if instance.call("train", 1) != 1:
        return None
    return instance.read(at.slots, len(parameters))


@lru_cache(maxsize=4)
def _kernel(key: str) -> tuple[bytes, Layout]:
    """For the run whose training kernel has this key (see `session.kernel`)."""
    sizes, activations, loss, examples, batch = json.loads(key)
    job = Job(
        model=MLP(sizes[0], sizes[1:], activation=list(activations), seed=0),
        input_count=sizes[0],
        example_loss=losses.EXAMPLE_LOSSES[loss],
        alpha=0.0,  # written into the memory
        example_count=examples,
        batch_size=batch,
        call_steps=1,
        optimizer=_KEEP,
    )
    made = training_kernel(job)
    return made.module.encode(), made.layout


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
