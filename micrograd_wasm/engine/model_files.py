"""Models as files: JSON in which every number is exact.

`Module.save` and the models' `load` are what one uses. Their classes stand above this and are
handed in: `kinds` has each by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from ..base import checks, files
from .value import Value

Kinds: TypeAlias = Mapping[str, Callable[..., Any]]

MODEL: Final = "micrograd_wasm model"
WRITER: Final = "save"


def save(model: Any, path: Any, kinds: Kinds) -> None:
    """Write a model; see `Module.save`."""
    facts = facts_of("model", model, kinds)
    files.write(path, {"format": MODEL, "version": files.VERSION, "model": facts})


def load(path: Any, kind: type, kinds: Kinds) -> Any:
    """Read a model; see `Module.load`."""
    content = files.read(path, MODEL, WRITER)
    try:
        files.check_sum(content)
        model = model_of(content["model"], kinds)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        files.refuse(path, WRITER, str(error), error)
    if not isinstance(model, kind):
        checks.refuse("path", f"a saved {kind.__name__}", f"a {type(model).__name__} in {path}")
    return model


def facts_of(name: str, model: Any, kinds: Kinds) -> dict[str, Any]:
    """A model as plain data; `name` is the argument's that holds it."""
    kind: type = type(model)
    if kinds.get(kind.__name__) is not kind:
        expected = (
            "an MLP, Layer or Neuron, which a file can hold (a class of yours can be pickled)"
        )
        checks.refuse(name, expected, model, kind=TypeError)
    if kind.__name__ == "MLP":
        layers = [layer.neurons for layer in model.layers]
    else:
        layers = [model.neurons if kind.__name__ == "Layer" else (model,)]
    parameters = model.parameters()
    labels = {str(k): p.label for k, p in enumerate(parameters) if p.label}
    first: dict[Value, int] = {}
    places = [first.setdefault(p, k) for k, p in enumerate(parameters)]
    tied = {str(k): place for k, place in enumerate(places) if place != k}
    return {
        "type": kind.__name__,
        "input_count": len(layers[0][0].weights),
        "layers": [[len(layer), layer[0].activation] for layer in layers],
        "parameters": numbers_of(model),
        **({"labels": labels} if labels else {}),
        **({"tied": tied} if tied else {}),
    }


def model_of(facts: dict[str, Any], kinds: Kinds) -> Any:
    """The model that `facts_of` has described."""
    inputs, layers, kind = facts["input_count"], facts["layers"], facts["type"]
    counts = [count for count, _ in layers]
    activations = [activation for _, activation in layers]
    if kind not in kinds:
        checks.refuse("type", "MLP, Layer or Neuron", kind)
    if kind == "MLP":
        model = kinds[kind](inputs, counts, activation=activations[:-1], seed=0)
    else:
        wired: dict[str, Any] = {"nonlin": activations[-1] != "linear", "seed": 0}
        if activations[-1] != "linear":
            wired["activation"] = activations[-1]
        model = kinds[kind](inputs, *(counts if kind == "Layer" else ()), **wired)
    labels, tied = facts.get("labels", {}), facts.get("tied", {})
    checked = model.replace_parameters(facts["parameters"]).parameters()
    made = [Value(p.data, str(labels.get(str(k), ""))) for k, p in enumerate(checked)]
    # One Value may be several parameters: it is one again.
    return model._rebuilt(made[int(tied.get(str(k), k))] for k in range(len(made)))


def numbers_of(model: Any) -> list[float]:
    """Its parameters' numbers."""
    return [parameter.data for parameter in model.parameters()]
