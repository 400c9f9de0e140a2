"""Training programs that were built before: the next run of the same shape begins at once.

Building a program takes longer than running it. Two runs that differ in their data, first
parameters, labels, learning rates or strength of regularization alone have the same program: a
sweep over noise or over learning rates builds one.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Final

from ...engine.nn import Module as Model
from ...learning import optimizers
from ..traceable import can_compile, is_ours
from ..wiring import neurons
from .program import Job, Kernel, training_kernel

MOST: Final = 16  # programs are kept; of a large network, one takes some megabytes


@dataclass(frozen=True)
class TrainingProgram:
    """A training program and its bytes."""

    kernel: Kernel
    binary: bytes


_kept: dict[Hashable, TrainingProgram] = {}
_lock = threading.Lock()  # threads may train at the same time


def training_program(job: Job) -> TrainingProgram:
    """The program for a job, built now or before. Write `job.alpha` where its layout says.

    Raises:
        ValueError: as `training_kernel`.
    """
    key = _key(job)
    with _lock:
        program = None if key is None else _kept.pop(key, None)
        if program is not None:
            _kept[key] = program  # the last one is the one that was used last
            return program
    kernel = training_kernel(replace(job, alpha=0.0))
    program = TrainingProgram(kernel, kernel.module.encode())
    if key is not None:
        with _lock:
            _kept[key] = program
            if len(_kept) > MOST:
                del _kept[next(iter(_kept))]
    return program


def _key(job: Job) -> Hashable | None:
    """All that the program depends on; None if that cannot be told without building it.

    A function of the user's may do something else at each call, and so may a class.
    """
    shape = _shape(job.model)
    rule = _rule(job.optimizer)
    if shape is None or rule is None or not is_ours(job.example_loss):
        return None
    if not can_compile(job.model):
        return None
    numbers = (job.input_count, job.example_count, job.batch_size, job.call_steps, job.classes)
    return shape, rule, job.example_loss, numbers, job.record_parameters


def _rule(optimizer: optimizers.Optimizer) -> Hashable | None:
    """Which of this package's rules it is, and with what settings."""
    if not optimizers.is_known(optimizer):
        return None
    return optimizer.name, tuple(sorted(optimizer.settings.items()))


def _shape(model: Model) -> Hashable | None:
    """How many inputs each neuron has and what it does with their sum, layer by layer."""
    layers = neurons(model)
    if layers is None:
        return None
    wiring = tuple(tuple((len(n.weights), n.activation) for n in layer) for layer in layers)
    return type(model), wiring
