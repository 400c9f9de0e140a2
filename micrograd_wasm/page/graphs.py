"""Graphs in which every number can be read, for the pages.

example_graph(...)           one example's loss as a graph, with gradients
expression_graph(...)        a typed text as a graph
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..engine import expressions
from ..engine import graph_rows as graph
from ..engine.reverse import topological_order
from ..engine.value import Value
from ..learning import losses
from . import session


def example_graph(
    config: Mapping[str, Any], parameters: Sequence[float], example: int
) -> dict[str, Any]:
    """One example's score and loss at these parameters, with gradients.

    Returns:
        "dot"; "nodes" and "edges" as in `graph`, each node also with its "name" ("w_0_3_1",
        "sum_0_3", "relu_0_3", "score", "loss") and the "neuron" [layer, index] it is part of;
        "score" and "loss", numbers.

    Raises:
        ValueError: there is no such example, or as `session.plan`.
        ArithmeticError: the loss is too large for a float64.
    """
    planned = session.plan(config)
    checked = planned.config
    if type(example) is not int or not 0 <= example < len(planned.ys):
        raise ValueError(f"example: expected 0 to {len(planned.ys) - 1}, got {example!r}")
    model = session.blank_model(checked.sizes, checked.activations)
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
