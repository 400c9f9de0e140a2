"""A model's outputs for many rows of inputs, where nothing is to be differentiated.

    scores(model, rows)             the outputs of the last layer, one row after the other
    activations(model, rows)        every neuron's, layer by layer

Three ways give the same bits: compiled, which pays from some hundred rows on; for the networks of
`nn` the eager engine's arithmetic on plain floats, which keeps no graph; for any other model its
Values, whose graph is gone before the next row's is built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from ..base.collector import collector_paused
from ..compiler.evaluation import Evaluation, scorer
from ..compiler.wiring import neurons
from ..engine.module import Module
from ..engine.nn import check_inputs
from ..engine.operations import OPERATIONS
from ..engine.value import LARGEST, Value
from ..learning import losses

Rows: TypeAlias = Sequence[tuple[float, ...]]
# A neuron as numbers: weights, bias, and what comes after the sum, if anything.
_Plain: TypeAlias = tuple[tuple[float, ...], float, Callable[[float], float] | None]

PAYS: Final = 500
"""Rows from which on it pays to compile: building a program takes as long as some hundred rows."""


def scores(model: losses.Model, rows: Rows) -> list[float]:
    """The outputs of a model for each row, one row after the other.

    Args:
        model: an MLP, Layer or Neuron, or whatever else gives Values for a row.
        rows: checked, at least one.

    Raises:
        ValueError: a row is not as long as the model's inputs are many.
        ArithmeticError: a number grew too large for a float64.
    """
    compiled = _compiled(model, rows)
    if compiled is not None:
        return compiled.scores(rows)
    return _one_by_one(model, rows, _outputs, last=True)


def activations(model: Module, rows: Rows) -> list[float]:
    """Every neuron's output for each row, layer by layer, one row after the other.

    Arguments and errors are those of `scores`.
    """
    compiled = _compiled(model, rows)
    if compiled is not None:
        return compiled.activations(rows)
    return _one_by_one(model, rows, _every_output, last=False)


def _compiled(model: object, rows: Rows) -> Evaluation | None:
    return scorer(model, len(rows[0]), len(rows)) if len(rows) >= PAYS else None


def _one_by_one(
    model: Any, rows: Rows, of_values: Callable[[Any, Any], Sequence[Value]], *, last: bool
) -> list[float]:
    layers = plain_layers(model)
    numbers: list[float] = []
    with collector_paused():
        for row in rows:
            made = None if layers is None else _on_floats(layers, row, last=last)
            if made is None:  # another model; or a number left the reals, and the Values say where
                made = [value.data for value in of_values(model, row)]
            numbers += made
    return numbers


def _outputs(model: losses.Model, row: Sequence[float]) -> Sequence[Value]:
    made = model(row)
    return [made] if isinstance(made, Value) else made


def _every_output(model: Module, row: Sequence[float]) -> Sequence[Value]:
    return [value for layer in model.activations(row) for value in layer]


def plain_layers(model: Any) -> list[list[_Plain]] | None:
    """A network of `nn` as numbers, layer by layer; None for a class that may do other things."""
    layers = neurons(model)
    if layers is None:
        return None
    return [
        [(tuple(w.data for w in n.weights), n.bias.data, _function(n.activation)) for n in layer]
        for layer in layers
    ]


def _function(activation: str) -> Callable[[float], float] | None:
    return None if activation == "linear" else OPERATIONS[activation].value


def _on_floats(
    layers: list[list[_Plain]], row: Sequence[float], *, last: bool
) -> list[float] | None:
    """The outputs for one row, in the order of operations of `Neuron`.

    None where a number is too large: it stays infinite or becomes NaN, so that one look at each sum
    finds it.
    """
    check_inputs(row, len(layers[0][0][0]))
    xs = row
    every: list[float] = []
    for layer in layers:
        outputs: list[float] = []
        for weights, bias, activation in layer:
            total = bias
            for weight, x in zip(weights, xs, strict=True):
                total += weight * x
            if not -LARGEST <= total <= LARGEST:
                return None
            outputs.append(total if activation is None else activation(total))
        xs = outputs
        every += outputs
    return list(xs) if last else every
