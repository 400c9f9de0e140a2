"""The engine room of the pages: a configuration in, everything a run needs out.

    plan(config)                 the numbers that go into a kernel's memory, and which kernel
    kernel(key), surface(key)    the kernels themselves: bytes and where their numbers lie
    train(config)                the whole run, here; a page's worker does the same with the parts
    eager_step(...)              the step that a kernel did not finish: taken, or explained
    code(config)                 the Python text that makes exactly this run
    example_graph(...), expression_graph(...)    one example's loss, or a text, as a graph

A kernel's code depends on the network's shape, the loss, and the numbers of examples in the data
set and in a batch; that is its key. All else (data, parameters, alpha, learning rates, batches) is
in its memory, so a page that moves those runs the kernel that it has. What is slow to make is kept:
kernels, a data set's draws, a network's first parameters, batches.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from . import datasets, expressions, graph, losses, trainer
from .compiler import Evaluation, Job, host, to_wat, training_kernel
from .compiler.evaluation import CALL_POINTS
from .compiler.layout import HISTORY
from .compiler.training import CALL_WORK
from .compiler.wasm import Module as WasmModule
from .configuration import Configuration, Seed, check
from .datasets import Dataset
from .gradients import topological_order
from .nn import MLP
from .run import FIELDS, TrainingDiverged, fingerprint, history_row
from .value import Value

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
    xs, ys = _examples(checked)
    batch = _batch(checked)
    key = [checked.sizes, checked.activations, checked.loss, len(ys), batch]
    no_batches: array[int] = array("i")
    return Plan(
        config=checked,
        kernel=_text(key),
        surface=_text([checked.sizes, checked.activations]),
        xs=xs,
        ys=ys,
        parameters=_first_parameters(checked.layers, checked.model_seed),
        rates=array("d", checked.learning_rate.rates(checked.steps)),
        batches=no_batches
        if batch == len(ys)
        else _batches(len(ys), batch, checked.seed, checked.steps),
    )


@lru_cache(maxsize=6)
def kernel(key: str) -> Program:
    """The training kernel that a plan names. See `compiler.kernel` for what it does.

    Its layout holds the addresses of `compiler.layout`, `call_steps` (the most steps of one call)
    and `parameter_count`.
    """
    sizes, activations, loss, examples, batch = json.loads(key)
    model = _model(sizes, activations)
    count = model.parameter_count
    call_steps = max(1, min(CALL_STEPS, CALL_WORK // (batch * count)))
    job = Job(
        model=model,
        input_count=sizes[0],
        example_loss=losses.EXAMPLE_LOSSES[loss],
        alpha=0.0,  # written into the memory before each run
        example_count=examples,
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
    made = Evaluation(_model(sizes, activations), sizes[0])
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
    model = _model(checked.sizes, checked.activations).replace_parameters(list(parameters))
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


def code(config: Mapping[str, Any]) -> str:
    """The Python text that makes exactly this run; it leaves it in `run`."""
    checked = check(config)
    modules = ["MLP", "datasets", "train"]
    if checked.dataset == "own":
        rows = ",\n".join(f"    ({x!r}, {y!r}, {label:g})" for x, y, label in checked.points)
        made = f"datasets.from_rows([\n{rows},\n])"
    else:
        made = (
            f"datasets.{checked.dataset}"
            f"({checked.samples}, noise={checked.noise!r}, seed={checked.data_seed})"
        )
    kinds = set(checked.activations)
    activation = ""
    if kinds:
        chosen = checked.activations[0] if len(kinds) == 1 else list(checked.activations)
        activation = f"activation={json.dumps(chosen)}, "
    schedule, steps = checked.learning_rate, checked.steps
    if schedule.kind == "official":
        modules.append("trainer")
        rate = "trainer.official_learning_rate"
        if steps > 112:  # from there on it is negative, which train() does not take
            rate = f"lambda step: max(0.0, {rate}(step))"
    elif schedule.kind == "constant" or steps == 1:
        rate = repr(schedule.start)
    else:
        start, end = schedule.start, schedule.end
        rate = f"lambda step: {start!r} + ({end!r} - {start!r}) * step / {steps - 1}"
    return f"""\
from micrograd_wasm import {", ".join(modules)}

dataset = {made}
model = MLP(2, {checked.sizes[1:]}, {activation}seed={checked.model_seed})
run = train(
    model,
    dataset,
    steps={steps},
    alpha={checked.alpha!r},
    learning_rate={rate},
    batch_size={checked.batch_size},
    seed={checked.seed},
    loss="{checked.loss}",
)
print(f"loss {{run.final_loss}}, accuracy {{run.final_accuracy:.0%}}")
print(run.fingerprint)
"""


def example_graph(
    config: Mapping[str, Any], parameters: Sequence[float], example: int
) -> dict[str, Any]:
    """One example's score and loss at these parameters, with gradients.

    Returns:
        "dot"; "nodes" and "edges" as in `graph`, each node also with its "name" ("w_0_3_1",
        "sum_0_3", "relu_0_3", "score", "loss") and the "neuron" [layer, index] it is part of;
        "score" and "loss", numbers.

    Raises:
        ValueError: there is no such example, or as `plan`.
        ArithmeticError: the loss is too large for a float64.
    """
    planned = plan(config)
    checked = planned.config
    if type(example) is not int or not 0 <= example < len(planned.ys):
        raise ValueError(f"example: expected 0 to {len(planned.ys) - 1}, got {example!r}")
    model = _model(checked.sizes, checked.activations)
    if len(parameters) != model.parameter_count:
        raise ValueError(f"parameters: expected {model.parameter_count}, got {len(parameters)}")
    labels = list(model.named_parameters())
    model = model._rebuilt(
        iter([Value(number, name) for number, name in zip(parameters, labels, strict=True)])
    )
    inputs = [Value(planned.xs[2 * example + k], f"x_{k}") for k in (0, 1)]
    layers = model.activations(inputs)
    score = layers[-1][0]
    loss = losses.EXAMPLE_LOSSES[checked.loss](score, planned.ys[example])
    names = {value: value.label for value in (*inputs, *model.parameters())}
    neurons: dict[Value, list[int]] = {}
    outer = set(inputs)
    for i, layer in enumerate(layers):
        for k, value in enumerate(layer):
            neurons |= {node: [i, k] for node in _between(value, outer)}
            if i < len(layers) - 1:
                names[value] = f"{value.op}_{i}_{k}"
                names[value.parents[0]] = f"sum_{i}_{k}"
        outer |= set(layer)
    names |= {loss: "loss", score: "score"}
    return _graph(loss, names, neurons) | {"score": score.data, "loss": loss.data}


def expression_graph(text: str, given: Mapping[str, float]) -> dict[str, Any]:
    """A text's last line as a graph with gradients (see `expressions`); as `example_graph`.

    Raises:
        ValueError: the text is not understood; the message names the line.
    """
    value = expressions.evaluate(text, given)
    try:
        return _graph(value, {}, {})
    except ArithmeticError as error:  # of the reverse pass
        raise ValueError(f"gradients: {error}") from error


def _graph(
    value: Value, names: dict[Value, str], neurons: dict[Value, list[int]]
) -> dict[str, Any]:
    gradients = value.backward()
    rows = graph.nodes(value, gradients)
    for node, row in zip(topological_order(value), rows, strict=True):
        row["name"] = names.get(node, node.label)
        row["neuron"] = neurons.get(node)
    return {"dot": graph.to_dot(value, gradients), "nodes": rows, "edges": graph.edges(value)}


def _between(value: Value, outer: set[Value]) -> list[Value]:
    """The Values behind `value`, itself included, up to `outer`."""
    found: dict[Value, None] = {}
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if node not in outer and node not in found:
            found[node] = None
            waiting += node.parents
    return list(found)


def _model(sizes: Sequence[int], activations: Sequence[str]) -> MLP:
    """A network of this shape; its numbers do not matter."""
    return MLP(sizes[0], sizes[1:], activation=list(activations), seed=0)


def _text(key: Any) -> str:
    return json.dumps(key, separators=(",", ":"))


def _batch(config: Configuration) -> int:
    count = config.example_count
    return count if config.batch_size is None else min(config.batch_size, count)


@lru_cache(maxsize=16)
def _first_parameters(layers: tuple[int, ...], seed: Seed) -> array[float]:
    model = MLP(2, [*layers, 1], seed=seed)
    return array("d", [parameter.data for parameter in model.parameters()])


@lru_cache(maxsize=4)
def _batches(count: int, batch: int, seed: Seed, steps: int) -> array[int]:
    chosen = trainer.batch_indices(count, batch, seed)
    return array("i", [index for _ in range(steps) for index in next(chosen)])


# -- data sets ------------------------------------------------------------------------------------

# Noise added to a coordinate: so little that it is rounded away, and so much that the coordinate
# is. (A coordinate is a few units at most, and no draw is larger than 9 or, but for 0 itself,
# smaller than 2**-60 or so.) With one the draws are made and leave the points as they are, with the
# other they are all there is: between them, they give a data set's two halves.
_LITTLE: Final = 2.0**-1074
_MUCH: Final = 2.0**200
# Noise that swallows what _LITTLE leaves of a coordinate that is 0.
_LEAST: Final = 1e-200

_asked: dict[tuple[str, int, Seed], float] = {}


def _examples(config: Configuration) -> tuple[array[float], array[float]]:
    """Inputs one after the other, and labels."""
    if config.dataset == "own":
        return _flat(datasets.from_rows(config.points))
    name, samples, noise, seed = config.dataset, config.samples, config.noise, config.data_seed
    before = _asked.get((name, samples, seed))
    _asked.clear()
    _asked[name, samples, seed] = noise
    # Somebody moves the noise: from the second position on, the draws are kept and only scaled.
    if before is None or before == noise or noise < _LEAST:
        return _made(name, samples, noise, seed)
    xs, draws, ys = _halves(name, samples, seed)
    return array("d", [x + noise * draw for x, draw in zip(xs, draws, strict=True)]), ys


@lru_cache(maxsize=16)
def _made(name: str, samples: int, noise: float, seed: Seed) -> tuple[array[float], array[float]]:
    make = {
        "moons": datasets.moons,
        "spiral": datasets.spiral,
        "blobs": datasets.blobs,
        "circles": datasets.circles,
        "xor": datasets.xor,
    }[name]
    return _flat(make(samples, noise=noise, seed=seed))


@lru_cache(maxsize=16)
def _halves(name: str, samples: int, seed: Seed) -> tuple[array[float], array[float], array[float]]:
    """The coordinates without noise, the draws that noise is made of, and the labels."""
    xs, ys = _made(name, samples, _LITTLE, seed)
    much, _ = _made(name, samples, _MUCH, seed)
    return xs, array("d", [number / _MUCH for number in much]), ys


def _flat(dataset: Dataset) -> tuple[array[float], array[float]]:
    return array("d", [x for row in dataset.xs for x in row]), array("d", dataset.ys)
