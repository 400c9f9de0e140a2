"""What the pages' JavaScript calls: a text and arrays in, a text and arrays out.

Texts are JSON; numbers that come in crowds cross as arrays, which a browser copies whole. An error
crosses as {"error": {"name", "message"}}, with the words of what was called.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from ..lessons import cells, exercises
from ..lessons.pristine import keep, put_back
from ..training.run import TrainingDiverged
from . import graphs, session
from .code import code as code_of
from .loss_gradients import loss_gradients

Answer = tuple[Any, ...]


def answer(name: str, text: str, *arrays: Sequence[float]) -> Answer:
    """Call one of the functions below by its name.

    Args:
        name: of `_ANSWERS`.
        text: its arguments as a JSON list.
        arrays: its arrays of numbers.

    Returns:
        A JSON text, then arrays or bytes.
    """
    if name != "cell":  # a cell may build on what the ones before it have replaced
        put_back()
    try:
        return _ANSWERS[name](*json.loads(text), *arrays)
    except BaseException as error:  # whatever it is, the page is to hear of it
        name = cells.name_of(type(error)) or "Error"
        return (json.dumps({"error": {"name": name, "message": cells.told(error) or name}}),)


def _plan(config: Any) -> Answer:
    plan = session.plan(config)
    facts = {
        "kernel": plan.kernel,
        "surface": plan.surface,
        "layerSizes": plan.config.sizes,
        "alpha": plan.config.alpha,
    }
    return json.dumps(facts), plan.xs, plan.ys, plan.parameters, plan.rates, plan.batches


def _kernel(key: str) -> Answer:
    program = session.kernel(key)
    return json.dumps(program.layout), program.binary


def _surface(key: str) -> Answer:
    program = session.surface(key)
    return json.dumps(program.layout), program.binary


def _step(config: Any, step: int, parameters: Sequence[float], history: Sequence[float]) -> Answer:
    try:
        row, moved = session.eager_step(config, step, parameters, history)
    except TrainingDiverged as error:
        told = {"step": error.step, "message": str(error), "lastLoss": error.last_loss}
        return (json.dumps({"diverged": told}),)
    return "{}", row, moved


def _example_graph(config: Any, example: int, parameters: Sequence[float]) -> Answer:
    return (json.dumps(graphs.example_graph(config, array("d", parameters), example)),)


def _expression_graph(text: str, given: dict[str, float]) -> Answer:
    try:
        return (json.dumps(graphs.expression_graph(text, given)),)
    except ValueError as error:  # while somebody is typing, this is no surprise
        return (json.dumps({"error_in_text": str(error)}),)


def _gradients(config: Any, step: int, parameters: Sequence[float]) -> Answer:
    return "{}", loss_gradients(config, step, array("d", parameters))


# Read-only: a reader's code runs beside it.
_ANSWERS: Final[Mapping[str, Callable[..., Answer]]] = MappingProxyType(
    {
        "plan": _plan,
        "kernel": _kernel,
        "surface": _surface,
        "step": _step,
        "example_graph": _example_graph,
        "expression_graph": _expression_graph,
        "gradients": _gradients,
        "code": lambda config: (json.dumps(code_of(config)),),
        "cell": cells.run_in_session,
        "check": exercises.answer_to_page,
        "wat": lambda key: (json.dumps(session.wat(key)),),
    }
)
keep(__name__)
