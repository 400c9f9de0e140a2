"""Runs and models as files: JSON in which every number is exact.

`Run.save`, `Run.load` and those of the models are what one uses. A run's file holds the models, the
history, the examples, and what the run needs to go on; not the functions of yours that it was
trained with, whose names alone are noted. Two checks find what was changed or lost: the run's
fingerprint, and the SHA-256 of everything that is in the file.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from array import array
from itertools import chain, takewhile
from pathlib import Path
from typing import Any, Final, NoReturn

from ..base import checks
from ..engine.module import Module
from ..engine.nn import MLP, Layer, Neuron
from ..engine.value import Value
from ..learning import optimizers
from ..learning.schedules import official_learning_rate
from .course import Absent, Course
from .run import FIELDS, Run, fingerprint

VERSION: Final = 1
RUN: Final = "micrograd_wasm run"
MODEL: Final = "micrograd_wasm model"


def save_run(run: Run, path: Any) -> None:
    """Write a run; see `Run.save`."""
    course = run.course.without(_stays_behind)
    width = len(FIELDS)
    numbers, records = run.numbers, run.records
    content = {
        "format": RUN,
        "version": VERSION,
        "fingerprint": run.fingerprint,
        "options": run.options,
        "stopped": run.stopped,
        "initial_model": _model_facts("run", run.initial_model),
        "final_parameters": _numbers_of(run.final_model),
        "history": [list(numbers[k : k + width]) for k in range(0, len(numbers), width)],
        "records": None if records is None else list(records),
        "examples": {
            "xs": course.rows,
            "ys": course.labels,
            "classes": course.classes,
        },
        "learning_rate": _rate_facts(course.learning_rate),
        "loss": _absent_or(course.loss),
        "optimizer": _optimizer_facts(course.optimizer),
        "engine": course.engine,
        "state": {"running": course.state.running, "slots": course.state.slots},
        "stream": course.stream,
    }
    _write(path, content)


def load_run(path: Any) -> Run:
    """Read a run; see `Run.load`."""
    content = _read(path, RUN)
    try:
        history = [[float(number) for number in row] for row in content["history"]]
        if any(len(row) != len(FIELDS) for row in history) or not history:
            raise ValueError("a row of its history is not as long as it should be")
        numbers = array("d", chain.from_iterable(history))
        final = array("d", content["final_parameters"])
        if fingerprint(numbers, final) != content["fingerprint"]:
            raise ValueError("its numbers do not have its fingerprint")
        _check_sum(content)
        initial = _model_of(content["initial_model"])
        options = dict(content["options"])
        options["seed"] = _seed_of(options["seed"])
        examples, state = content["examples"], content["state"]
        records, stream = content["records"], content["stream"]
        course = Course(
            rows=[tuple(map(float, row)) for row in examples["xs"]],
            labels=[float(label) for label in examples["ys"]],
            classes=int(examples["classes"]),
            learning_rate=_rate_of(content["learning_rate"]),
            loss=_absent_of(content["loss"]),
            optimizer=_optimizer_of(content["optimizer"]),
            engine=str(content["engine"]),
            state=optimizers.State(
                tuple(map(float, state["running"])),
                tuple(tuple(map(float, slot)) for slot in state["slots"]),
            ),
            stream=None if stream is None else tuple(map(int, stream)),
        )
        return Run(
            initial,
            initial.replace_parameters(final),
            numbers,
            options,
            content["stopped"],
            records=None if records is None else array("d", records),
            course=course,
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        _refuse(path, "Run.save", str(error), error)


def save_model(model: Module, path: Any) -> None:
    """Write a model; see `Module.save`."""
    facts = _model_facts("model", model)
    _write(path, {"format": MODEL, "version": VERSION, "model": facts})


def load_model(path: Any, kind: type[Module]) -> Module:
    """Read a model; see `Module.load`."""
    content = _read(path, MODEL)
    try:
        _check_sum(content)
        model = _model_of(content["model"])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        _refuse(path, "save", str(error), error)
    if not isinstance(model, kind):
        checks.refuse("path", f"a saved {kind.__name__}", f"a {type(model).__name__} in {path}")
    return model


# -- models ----------------------------------------------------------------------------------------


def _model_facts(name: str, model: Module) -> dict[str, Any]:
    kind = type(model)
    layers: list[tuple[Neuron, ...]]
    if kind is MLP:
        layers = [layer.neurons for layer in model.layers]  # type: ignore[attr-defined]
    elif kind is Layer:
        layers = [model.neurons]  # type: ignore[attr-defined]
    elif kind is Neuron:
        layers = [(model,)]  # type: ignore[list-item]
    else:
        expected = (
            "an MLP, Layer or Neuron, which a file can hold (a class of yours can be pickled)"
        )
        checks.refuse(name, expected, model, kind=TypeError)
    parameters = model.parameters()
    labels = {str(k): p.label for k, p in enumerate(parameters) if p.label}
    first: dict[Value, int] = {}
    places = [first.setdefault(p, k) for k, p in enumerate(parameters)]
    tied = {str(k): place for k, place in enumerate(places) if place != k}
    return {
        "type": kind.__name__,
        "input_count": len(layers[0][0].weights),
        "layers": [[len(layer), layer[0].activation] for layer in layers],
        "parameters": _numbers_of(model),
        **({"labels": labels} if labels else {}),
        **({"tied": tied} if tied else {}),
    }


def _model_of(facts: dict[str, Any]) -> Module:
    inputs, layers, kind = facts["input_count"], facts["layers"], facts["type"]
    counts = [count for count, _ in layers]
    kinds = [activation for _, activation in layers]
    wired: dict[str, Any] = {"nonlin": kinds[-1] != "linear", "seed": 0}
    if kinds[-1] != "linear":
        wired["activation"] = kinds[-1]
    model: Module
    if kind == "MLP":
        model = MLP(inputs, counts, activation=kinds[:-1], seed=0)
    elif kind == "Layer":
        model = Layer(inputs, *counts, **wired)
    elif kind == "Neuron":
        model = Neuron(inputs, **wired)
    else:
        checks.refuse("type", "MLP, Layer or Neuron", kind)
    labels, tied = facts.get("labels", {}), facts.get("tied", {})
    checked = model.replace_parameters(facts["parameters"]).parameters()
    made = [Value(p.data, str(labels.get(str(k), ""))) for k, p in enumerate(checked)]
    # One Value may be several parameters: it is one again.
    return model._rebuilt(made[int(tied.get(str(k), k))] for k in range(len(made)))


def _numbers_of(model: Module) -> list[float]:
    return [parameter.data for parameter in model.parameters()]


# -- what is not a number --------------------------------------------------------------------------


def _stays_behind(thing: object) -> bool:
    """Whether it is a function of the user's, or an optimizer that is made of such."""
    if isinstance(thing, optimizers.Optimizer):
        return not optimizers.is_known(thing)
    return callable(thing) and thing is not official_learning_rate


def _absent_or(thing: Any) -> Any:
    return {"function": thing.name} if isinstance(thing, Absent) else thing


def _absent_of(facts: Any) -> Any:
    return Absent(str(facts["function"])) if isinstance(facts, dict) else facts


def _rate_facts(rate: Any) -> Any:
    if rate is official_learning_rate:
        return "official"
    if isinstance(rate, Absent) or checks.is_real(rate):
        return float(rate) if checks.is_real(rate) else _absent_or(rate)
    return list(takewhile(math.isfinite, map(float, takewhile(checks.is_real, rate))))


def _rate_of(facts: Any) -> Any:
    return official_learning_rate if facts == "official" else _absent_of(facts)


def _optimizer_facts(optimizer: optimizers.Optimizer | Absent) -> Any:
    if isinstance(optimizer, Absent):
        return _absent_or(optimizer)
    return {"name": optimizer.name, "settings": dict(optimizer.settings)}


def _optimizer_of(facts: dict[str, Any]) -> optimizers.Optimizer | Absent:
    if "function" in facts:
        return Absent(str(facts["function"]))
    return optimizers.named(facts["name"], facts["settings"])


def _seed_of(seed: Any) -> Any:
    return tuple(seed) if isinstance(seed, list) else seed


# -- files -----------------------------------------------------------------------------------------


def _path_of(path: Any) -> Path:
    if not isinstance(path, str | os.PathLike):
        checks.refuse("path", "the name of a file", path, kind=TypeError)
    name = checks.text("path", path, "a name") if isinstance(path, str) else str(Path(path))
    if "\0" in name:
        checks.refuse("path", "a name without a null character", path)
    return Path(name)


def _write(path: Any, content: dict[str, Any]) -> None:
    file = _path_of(path)
    text = json.dumps({**content, "sha256": _sum(content)}, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def _read(path: Any, kind: str) -> dict[str, Any]:
    file = _path_of(path)
    writer = "Run.save" if kind == RUN else "save"
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        _refuse(path, writer, "it is not JSON", error)
    if not isinstance(content, dict) or content.get("format") != kind:
        found = content.get("format") if isinstance(content, dict) else None
        _refuse(path, writer, f"it is {checks.shown(found)}" if found else "it is something else")
    if content.get("version") != VERSION:
        _refuse(path, writer, "it is of another version")
    return content


def _check_sum(content: dict[str, Any]) -> None:
    rest = {name: value for name, value in content.items() if name != "sha256"}
    if _sum(rest) != content.get("sha256"):
        raise ValueError("it was changed: its content does not have its SHA-256")


def _sum(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _shown(path: Any) -> str:
    return checks.shown(str(path))


def _refuse(path: Any, writer: str, why: str, error: BaseException | None = None) -> NoReturn:
    raise ValueError(
        f"path: expected a file that {writer} wrote, got {_shown(path)}: {why}"
    ) from error
