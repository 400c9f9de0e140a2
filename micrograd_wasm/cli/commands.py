"""What the commands of `python -m micrograd_wasm` do; which options they have is in __main__.py."""

from __future__ import annotations

import csv
import io
import json
import math
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, TypeAlias

from ..analysis import predictions
from ..base import checks
from ..compiler import Job, Kernel, host, to_wat, training_kernel
from ..engine import expressions
from ..engine.nn import MLP
from ..engine.value import Value
from ..learning import datasets, losses, optimizers
from ..learning.datasets import Dataset
from ..learning.schedules import OFFICIAL_STEPS
from ..training import trainer
from ..training.history import FIELDS
from ..training.run import Run
from ..views import display, live, plots
from ..views import graph as graphs
from . import csv_rows, output_file

Export: TypeAlias = tuple[int, str | bytes]  # the exit code, and what is written

DATASETS: Final[dict[str, Callable[..., Any]]] = {
    **datasets.IN_THE_PLANE,
    "digits": datasets.digits,
}
# The exit code of what was interrupted, as shells have it: 128 and the signal's number.
INTERRUPTED: Final = 130
# Columns and lines of characters.
PLOT_CURVE: Final = (60, 8)
PLOT_PLANE: Final = (60, 20)


# -- train and export ------------------------------------------------------------------------------


def train(options: Namespace) -> int:
    """Train, and print the summary, the JSON or the plots."""
    output_file.check_standard()
    run, training, held_out = _trained(options)
    if options.json:
        print(_json(_run_facts(options, run, training, held_out)))
        return _code(run)
    print(display.text(training).splitlines()[0])
    print(display.text(run.final_model))
    print(display.text(run))
    if held_out is not None:
        share = predictions.accuracy(run.final_model, held_out)
        print(f"accuracy on {len(held_out)} images it has never seen: {share * 100:.1f} %")
    if options.plot:
        print("\nloss")
        print("\n".join(plots.text_curve([row["loss"] for row in run.history], *PLOT_CURVE)))
        if len(training.xs[0]) == 2 and run.final_model.output_count == 1:
            print("\ndecision boundary: o class -1, x class 1, · where the model says class 1")
            try:
                print("\n".join(_plane(run, training)))
            except ArithmeticError as error:  # the run is told all the same
                print(f"(it cannot be drawn: {error})")
    return _code(run)


def export(options: Namespace) -> int:
    """Write what was asked for to a file or to standard output."""
    with output_file.opened(options.output, binary=options.what in BYTES) as write:
        code, content = EXPORTS[options.what](options)
        write(content)
    return code


def _code(run: Run) -> int:
    return INTERRUPTED if run.stopped == "interrupted" else 0


def _trained(options: Namespace) -> tuple[Run, Dataset, Dataset | None]:
    training, held_out = _data(options)
    model = _network(options, training)
    run = trainer.train(
        model,
        training,
        steps=options.steps,
        alpha=options.alpha,
        learning_rate=_rate(options),
        batch_size=options.batch_size,
        seed=options.seed,
        loss=_loss(options, training),
        optimizer=options.optimizer,
        engine=options.engine,
        progress=None if options.quiet else live.Progress(),
    )
    return run, training, held_out


def _data(options: Namespace) -> tuple[Dataset, Dataset | None]:
    if options.csv is not None:
        return csv_rows.read(options.csv), None
    if options.dataset == "digits":
        return datasets.digits(seed=options.data_seed)
    make = DATASETS[options.dataset]
    return make(options.samples, noise=options.noise, seed=options.data_seed), None


def _network(options: Namespace, data: Dataset) -> MLP:
    sizes = [*options.layers, data.classes or 1]
    return MLP(len(data.xs[0]), sizes, activation=options.activation, seed=options.model_seed)


def _loss(options: Namespace, data: Dataset) -> str:
    known = losses.CLASS_LOSSES if data.classes else losses.EXAMPLE_LOSSES
    name = options.loss or next(iter(known))
    if name not in known:
        labels = f"the classes 0 to {data.classes - 1}" if data.classes else "the labels -1 and 1"
        checks.refuse("loss", f"one for {labels}: {' or '.join(known)}", name)
    return str(name)


def _rate(options: Namespace) -> trainer.Schedule:
    text = options.learning_rate
    if text == "official":
        if trainer.official_learning_rate(max(options.steps, 1) - 1) < 0.0:
            raise ValueError(
                f"learning_rate: the official one falls below 0 at step {OFFICIAL_STEPS}; for more "
                "steps give a number, such as --learning-rate 0.1"
            )
        return trainer.official_learning_rate
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"learning_rate: expected a number or official, got {text}") from None


def _run_facts(
    options: Namespace, run: Run, training: Dataset, held_out: Dataset | None
) -> dict[str, Any]:
    model = run.final_model
    facts: dict[str, Any] = {
        "dataset": training.metadata,
        "model": {
            "inputs": len(training.xs[0]),
            "layers": [*options.layers, model.output_count],
            "activation": options.activation,
            "seed": options.model_seed,
            "parameter_count": model.parameter_count,
        },
        "options": run.options,
        "steps": run.step_count,
        "stopped": run.stopped,
        "final_loss": run.final_loss,
        "final_accuracy": run.final_accuracy,
        "fingerprint": run.fingerprint,
        "history": run.history,
    }
    if held_out is not None:
        facts["held_out_accuracy"] = predictions.accuracy(model, held_out)
    return facts


def _run(options: Namespace) -> Export:
    run, training, held_out = _trained(options)
    facts = _run_facts(options, run, training, held_out)
    return _code(run), _json({**facts, "parameters": _named(run)}) + "\n"


def _history(options: Namespace) -> Export:
    run, _, _ = _trained(options)
    written = io.StringIO()
    writer = csv.DictWriter(written, ["step", *FIELDS], lineterminator="\n")
    writer.writeheader()
    # repr of a float is its shortest exact text; csv takes str, which is the same.
    writer.writerows({key: row[key] for key in ("step", *FIELDS)} for row in run.history)
    return _code(run), written.getvalue()


def _parameters(options: Namespace) -> Export:
    run, _, _ = _trained(options)
    return _code(run), _json(_named(run)) + "\n"


def _named(run: Run) -> dict[str, float]:
    return {name: value.data for name, value in run.final_model.named_parameters().items()}


def _kernel(options: Namespace) -> Kernel:
    # All that training would refuse is refused here, too, also what is not in the program.
    steps = checks.integer("steps", options.steps, "a positive integer", minimum=1)
    trainer.learning_rates(_rate(options), steps)
    alpha, size = losses.check_alpha(options.alpha), losses.check_batch_size(options.batch_size)
    data, _ = _data(options)
    name = _loss(options, data)
    classes = data.classes
    chosen: Any = losses.CLASS_LOSSES[name] if classes else losses.EXAMPLE_LOSSES[name]
    job = Job(
        model=_network(options, data),
        input_count=len(data.xs[0]),
        example_loss=chosen,
        alpha=alpha,
        example_count=len(data),
        batch_size=min(size or len(data), len(data)),
        call_steps=steps,
        optimizer=optimizers.check_optimizer(options.optimizer),
        classes=classes,
    )
    return training_kernel(job)


EXPORTS: Final[dict[str, Callable[[Namespace], Export]]] = {
    "run": _run,
    "history": _history,
    "parameters": _parameters,
    "wasm": lambda options: (0, bytes(_kernel(options).module.encode())),
    "wat": lambda options: (0, to_wat(_kernel(options).module) + "\n"),
    "layout": lambda options: (0, _json(asdict(_kernel(options).layout)) + "\n"),
}
BYTES: Final = ("wasm",)  # the others are text


def _plane(run: Run, data: Dataset) -> list[str]:
    """The plane in characters: the examples over what the model says."""
    width, height = PLOT_PLANE
    xs, ys = [x for x, _ in data.xs], [y for _, y in data.xs]
    left, low = min(xs) - 0.2, min(ys) - 0.2
    across = (max(xs) + 0.2 - left) / (width - 1)
    up = (max(ys) + 0.2 - low) / (height - 1)
    if not 0.0 < across * up < math.inf:
        raise ArithmeticError("the coordinates are too large")
    points = [(left + k * across, low + j * up) for j in range(height) for k in range(width)]
    says = predictions.predict(run.final_model, points)
    cells = [["·" if says[j * width + k] > 0 else " " for k in range(width)] for j in range(height)]
    for (x, y), label in zip(data.xs, data.ys, strict=True):
        cells[round((y - low) / up)][round((x - left) / across)] = "x" if label > 0.0 else "o"
    return ["".join(row).rstrip() for row in reversed(cells)]


# -- graph -----------------------------------------------------------------------------------------


def graph(options: Namespace) -> int:
    """Draw an expression, or the loss of one example."""
    with output_file.opened(options.output, binary=False) as write:
        value = _expression(options) if options.expression is not None else _example(options)
        write(PICTURES[options.format](value, options) + "\n")
    return 0


def _expression(options: Namespace) -> Value:
    given: dict[str, float] = {}
    for text in options.names:
        name, sign, number = (part.strip() for part in text.partition("="))
        try:
            value = float(number)
        except ValueError:
            sign = ""
        if not sign or not name.isidentifier():
            checks.refuse("names", "name=number", text)
        if name in given:
            checks.refuse("names", "each name once", text)
        given[name] = checks.real(name, value)
    return expressions.evaluate(options.expression, given)


def _example(options: Namespace) -> Value:
    data, _ = _data(options)
    if data.classes:
        checks.refuse("dataset", "one of two classes, whose loss can be drawn", options.dataset)
    if not 0 <= options.example < len(data):
        checks.refuse("example", f"an example from 0 to {len(data) - 1}", options.example)
    name = _loss(options, data)
    model = _network(options, data)
    named = {value: name for name, value in model.named_parameters().items()}
    labelled = [value.with_label(named[value]) for value in model.parameters()]
    model = model._rebuilt(iter(labelled))
    row = [Value(x, name) for x, name in zip(data.xs[options.example], "xy", strict=True)]
    score = losses.lone_score(model(row)).with_label("score")
    label = data.ys[options.example]
    return losses.EXAMPLE_LOSSES[name](score, label).with_label("loss")


def _drawing(value: Value, options: Namespace) -> Any:
    gradients = None if options.no_gradients else value.backward()
    return graphs.draw(
        value,
        gradients,
        depth=options.depth,
        around=options.around,
        max_nodes=options.max_nodes,
    )


def _whole(draw: Callable[..., str]) -> Callable[[Value, Namespace], str]:
    def drawn(value: Value, options: Namespace) -> str:
        if options.depth is not None or options.around is not None:
            raise ValueError("depth, around: DOT and Mermaid always show the whole graph")
        return draw(value, None if options.no_gradients else value.backward())

    return drawn


PICTURES: Final[dict[str, Callable[[Value, Namespace], str]]] = {
    "text": lambda value, options: repr(_drawing(value, options)),
    "dot": _whole(graphs.to_dot),
    "mermaid": _whole(graphs.to_mermaid),
    "svg": lambda value, options: _drawing(value, options).standalone,
}


# -- bench -----------------------------------------------------------------------------------------


def bench(options: Namespace) -> int:
    """Time a few steps of the official run eagerly, and all of it compiled."""
    output_file.check_standard()
    if not host.available():
        raise host.NoHost
    data, model = datasets.moons(100), MLP(2, [16, 16, 1], seed=(1337, 1337, 1337))

    def seconds(steps: int, engine: str) -> float:
        began = time.perf_counter()
        trainer.train(model, data, steps=steps, engine=engine)
        return time.perf_counter() - began

    eager_steps = 3
    eager = min(seconds(eager_steps, "eager") for _ in range(2)) / eager_steps * 100
    first = seconds(100, "compiled")
    compiled = min(seconds(100, "compiled") for _ in range(5))
    facts = {
        "steps": 100,
        "eager_seconds": eager,
        "compiled_seconds": compiled,
        "first_compiled_seconds": first,
        "ratio": eager / compiled,
    }
    if options.json:
        print(_json(facts))
        return 0
    print("100 steps of 100 moons, 337 parameters, on this machine")
    print(f"eager      {eager * 1000:10,.1f} ms  (from {eager_steps} steps)")
    print(f"compiled   {compiled * 1000:10,.1f} ms  (the first time {first * 1000:,.1f} ms)")
    print(f"ratio      {eager / compiled:10,.0f}")
    return 0


# -- writing ---------------------------------------------------------------------------------------


def _json(facts: Any) -> str:
    return json.dumps(facts, allow_nan=False, indent=1)
