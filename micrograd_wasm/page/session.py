"""The engine room of the pages: a configuration in, everything a run needs out.

    plan(config)                 the numbers that go into a kernel's memory, and which kernel
    kernel(key), surface(key)    the kernels themselves: bytes and where their numbers lie
    train(config)                the whole run, here; a page's worker does the same with the parts
    eager_step(...)              the step that a kernel did not finish: taken, or explained

A kernel's code depends on the network's shape, the loss, and the numbers of examples in the data
set and in a batch; that is its key. All else (data, parameters, alpha, learning rates, batches) is
in its memory, so a page that moves those runs the kernel that it has. What is slow to make is kept:
kernels, a data set's draws (`session_data`), a network's first parameters, batches.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ..compiler import Evaluation, Job, host, to_wat, training_kernel
from ..compiler.evaluation import CALL_POINTS
from ..compiler.kernel.layout import HISTORY
from ..compiler.kernel.running import CALL_WORK
from ..compiler.wasm.module import Module as WasmModule
from ..engine.nn import MLP, initial_parameters
from ..learning import losses
from ..training import trainer
from ..training.history import FIELDS, fingerprint, history_row
from ..training.run import TrainingDiverged
from .configuration import Configuration, Seed, check
from .data import examples

# The most steps that one call of a kernel has room for; a large network's has fewer.
CALL_STEPS: Final = 128


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run needs.

    Attributes:
        config: checked.
        kernel, surface: keys of the training kernel and of the one that draws the plane.
        xs, ys: the rows of inputs, one after the other; the labels.
        parameters: before the first step.
        rates: the learning rate of each step.
        batches: the examples of each step, one step after the other; empty if it is all of them.
    """

    config: Configuration
    kernel: str
    surface: str
    xs: array[float]
    ys: array[float]
    parameters: array[float]
    rates: array[float]
    batches: array[int]


@dataclass(frozen=True, slots=True)
class Program:
    """A module's bytes, and the addresses and sizes that its caller needs."""

    module: WasmModule
    binary: bytes
    layout: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished run, or as much of it as could be.

    Attributes:
        history: loss, data_loss, reg_loss, accuracy, learning_rate for each finished step.
        parameters: before the first step and after each finished one.
        diverged: why it stopped early, or None.
    """

    history: array[float]
    parameters: array[float]
    diverged: TrainingDiverged | None
    fingerprint: str


def plan(config: Mapping[str, Any]) -> Plan:
    """Check a configuration (see `configuration.DEFAULT`) and make what its run needs.

    Raises:
        ValueError: a field is missing or wrong; the message begins with its name.
    """
    checked = check(config)
    xs, ys = examples(checked)
    batch = _batch(checked)
    no_batches: array[int] = array("i")
    return Plan(
        config=checked,
        kernel=kernel_key(checked.sizes, checked.activations, checked.loss, len(ys), batch),
        surface=surface_key(checked.sizes, checked.activations),
        xs=xs,
        ys=ys,
        parameters=_first_parameters(checked.layers, checked.model_seed),
        rates=array("d", checked.learning_rate.rates(checked.steps)),
        batches=no_batches
        if batch == len(ys)
        else _batches(len(ys), batch, checked.seed, checked.steps),
    )


def kernel_key(
    sizes: Sequence[int], activations: Sequence[str], loss: str, examples: int, batch: int
) -> str:
    """The key of the training kernel for so many examples, so many of them in each step."""
    return _text([sizes, activations, loss, examples, batch])


def surface_key(sizes: Sequence[int], activations: Sequence[str]) -> str:
    """The key of the kernel that draws the plane for networks of this shape."""
    return _text([sizes, activations])


@lru_cache(maxsize=6)
def kernel(key: str) -> Program:
    """The training kernel that a plan names. See `compiler.kernel` for what it does.

    Its layout holds the addresses of `compiler.layout`, `call_steps` (the most steps of one call)
    and `parameter_count`.
    """
    sizes, activations, loss, example_count, batch = json.loads(key)
    model = blank_model(sizes, activations)
    count = model.parameter_count
    call_steps = max(1, min(CALL_STEPS, CALL_WORK // (batch * count)))
    job = Job(
        model=model,
        input_count=sizes[0],
        example_loss=losses.EXAMPLE_LOSSES[loss],
        alpha=0.0,  # written into the memory before each run
        example_count=example_count,
        batch_size=batch,
        call_steps=call_steps,
        record_parameters=True,
    )
    made = training_kernel(job)
    names = "alpha parameters xs ys rates history records batches".split()
    layout = {name: getattr(made.layout, name) for name in names}
    layout |= {"call_steps": call_steps, "parameter_count": count}
    return Program(made.module, made.module.encode(), layout)


@lru_cache(maxsize=6)
def surface(key: str) -> Program:
    """The kernel that gives every neuron's output for points of the plane.

    It exports `activations(count)` and "memory". Its layout: where `parameters` and `points` go and
    `results` are found, `call_points` (the most of one call) and `neurons`.
    """
    sizes, activations = json.loads(key)
    made = Evaluation(blank_model(sizes, activations), sizes[0])
    layout = {
        "parameters": made.parameters_at,
        "points": made.points_at,
        "results": made.results_at,
        "call_points": CALL_POINTS,
        "neurons": sum(made.layer_sizes),
    }
    return Program(made.module, made.module.encode(), layout)


def wat(key: str) -> str:
    """A training kernel as text, for reading."""
    return to_wat(kernel(key).module)


def train(config: Mapping[str, Any]) -> Trained:
    """Plan a run and take it, compiled; a run that diverges says so in the result.

    Raises:
        ValueError: as `plan`.
        NoHost: nothing here runs WebAssembly.
    """
    planned = plan(config)
    program = kernel(planned.kernel)
    at = program.layout
    instance = host.instantiate(program.binary)
    for name, numbers in (
        ("alpha", array("d", [planned.config.alpha])),
        ("xs", planned.xs),
        ("ys", planned.ys),
        ("parameters", planned.parameters),
    ):
        instance.write(at[name], numbers)
    steps, count = len(planned.rates), len(planned.parameters)
    batch = len(planned.batches) // steps
    history, records = array("d"), array("d", planned.parameters)
    diverged = None
    finished = 0
    while finished < steps and diverged is None:
        rates = planned.rates[finished : finished + at["call_steps"]]
        instance.write(at["rates"], rates)
        instance.write(
            at["batches"], planned.batches[batch * finished : batch * (finished + len(rates))]
        )
        done = int(instance.call("train", len(rates)))
        rows = instance.read(at["history"], done * len(HISTORY))
        for k in range(done):
            history.extend(rows[len(HISTORY) * k : len(HISTORY) * (k + 1)])
            history.append(rates[k])
        records.extend(instance.read(at["records"], done * count))
        finished += done
        if done < len(rates):
            try:
                row, moved = eager_step(config, finished, records[-count:], history)
            except TrainingDiverged as error:
                diverged = error
            else:
                history.extend(row)
                records.extend(moved)
                finished += 1
                instance.write(at["parameters"], moved)
    return Trained(history, records, diverged, fingerprint(history, records[-count:]))


def eager_step(
    config: Mapping[str, Any], step: int, parameters: Sequence[float], history: Sequence[float]
) -> tuple[array[float], array[float]]:
    """Take one step of a run in plain Values.

    Args:
        config: the run's.
        step: which step.
        parameters: as they are before it.
        history: `FIELDS` for each step before it.

    Returns:
        The step's `FIELDS`, and the parameters after it.

    Raises:
        TrainingDiverged: the step leaves the real numbers. That is the usual reason to ask.
    """
    planned = plan(config)
    checked = planned.config
    model = blank_model(checked.sizes, checked.activations).replace_parameters(list(parameters))
    batch = len(planned.batches) // checked.steps
    chosen = planned.batches[batch * step : batch * (step + 1)] or range(len(planned.ys))
    pairs = [(planned.xs[2 * i], planned.xs[2 * i + 1]) for i in chosen]
    rate = planned.rates[step]
    try:
        run = trainer.train(
            model,
            (pairs, [planned.ys[i] for i in chosen]),
            steps=1,
            alpha=checked.alpha,
            learning_rate=rate,
            loss=checked.loss,
            engine="eager",
        )
    except TrainingDiverged as error:
        rows = [history_row(history, k) for k in range(step)]
        raise TrainingDiverged(step, rate, rows, error.__cause__) from error
    row = [run.history[0][name] for name in FIELDS]
    return array("d", row), array("d", [p.data for p in run.final_model.parameters()])


def blank_model(sizes: Sequence[int], activations: Sequence[str]) -> MLP:
    """A network of this shape; its numbers do not matter."""
    return MLP(sizes[0], sizes[1:], activation=list(activations), seed=0)


def _text(key: Any) -> str:
    return json.dumps(key, separators=(",", ":"))


def _batch(config: Configuration) -> int:
    count = config.example_count
    return count if config.batch_size is None else min(config.batch_size, count)


@lru_cache(maxsize=16)
def _first_parameters(layers: tuple[int, ...], seed: Seed) -> array[float]:
    return array("d", initial_parameters(2, [*layers, 1], seed))


@lru_cache(maxsize=4)
def _batches(count: int, batch: int, seed: Seed, steps: int) -> array[int]:
    chosen = trainer.batch_indices(count, batch, seed)
    return array("i", [index for _ in range(steps) for index in next(chosen)])
