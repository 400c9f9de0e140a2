"""Runs as files: JSON in which every number is exact.

`Run.save` and `Run.load` are what one uses. A run's file holds the models, the
history, the examples, and what the run needs to go on; not the functions of yours that it was
trained with, whose names alone are noted. Two checks find what was changed or lost: the run's
fingerprint, and the SHA-256 of everything that is in the file.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from itertools import chain, takewhile
from typing import Any, Final, Protocol

from ..base import checks, files
from ..engine.model_files import facts_of, model_of, numbers_of
from ..engine.module import KINDS, Module
from ..learning import optimizers
from ..learning.schedules import official_learning_rate
from .course import Absent, Course
from .history import FIELDS, fingerprint

RUN: Final = "micrograd_wasm run"
WRITER: Final = "Run.save"


class Saved(Protocol):
    """What is asked of a Run, which stands above this."""

    @property
    def initial_model(self) -> Module: ...
    @property
    def final_model(self) -> Module: ...
    @property
    def numbers(self) -> Sequence[float]: ...
    @property
    def records(self) -> Sequence[float] | None: ...
    @property
    def options(self) -> dict[str, Any]: ...
    @property
    def stopped(self) -> str | None: ...
    @property
    def course(self) -> Course: ...
    @property
    def fingerprint(self) -> str: ...


def save(run: Saved, path: Any) -> None:
    """Write a run; see `Run.save`."""
    course = run.course.without(_stays_behind)
    width = len(FIELDS)
    numbers, records = run.numbers, run.records
    content = {
        "format": RUN,
        "version": files.VERSION,
        "fingerprint": run.fingerprint,
        "options": run.options,
        "stopped": run.stopped,
        "initial_model": facts_of("run", run.initial_model, KINDS),
        "final_parameters": numbers_of(run.final_model),
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
    files.write(path, content)


def load(path: Any) -> dict[str, Any]:
    """Read a run, as the arguments that make it; see `Run.load`."""
    content = files.read(path, RUN, WRITER)
    try:
        history = [[float(number) for number in row] for row in content["history"]]
        if any(len(row) != len(FIELDS) for row in history) or not history:
            raise ValueError("a row of its history is not as long as it should be")
        numbers = array("d", chain.from_iterable(history))
        final = array("d", content["final_parameters"])
        if fingerprint(numbers, final) != content["fingerprint"]:
            raise ValueError("its numbers do not have its fingerprint")
        files.check_sum(content)
        initial = model_of(content["initial_model"], KINDS)
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
        return {
            "initial_model": initial,
            "final_model": initial.replace_parameters(final),
            "numbers": numbers,
            "options": options,
            "stopped": content["stopped"],
            "records": None if records is None else array("d", records),
            "course": course,
        }
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        files.refuse(path, WRITER, str(error), error)


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
