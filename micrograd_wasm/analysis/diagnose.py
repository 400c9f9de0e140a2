"""What one asks of a model that does not learn: where the gradient goes, and which relus are dead.

    gradients = loss.backward()
    diagnose.largest(gradients, among=model)         the parameters with the largest gradients
    diagnose.steepest_path(gradients, to=model)      the way on which most of it comes down
    diagnose.dead_relus(model, dataset)              what nothing moves any more

Each answer holds plain numbers and shows itself as a table, in a notebook and in a terminal.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..base import checks
from ..base.report import Report, Tabled
from ..base.text import one_line
from ..engine.graph_rows import LONGEST_LABEL, op_text, short
from ..engine.module import Module
from ..engine.nn import MLP, Layer, Neuron
from ..engine.reverse import topological_order
from ..engine.value import Gradients, Value
from ..learning import losses
from ..learning.datasets import Dataset
from . import forward

Chosen: TypeAlias = Module | Iterable[Value] | None
_LISTED: Final = 20
_NAMELESS: Final = "(no label)"
Examples: TypeAlias = Dataset | tuple[Sequence[Sequence[float]], Sequence[float]]


@dataclass(frozen=True, slots=True, repr=False)
class Largest(Tabled):
    """The Values with the largest gradients, the largest first.

    Attributes:
        rows: {"name", "value", "op", "data", "grad"} for each; the name is the label, or the
            parameter's name in the model.
        count: how many Values there are in all.
    """

    rows: tuple[dict[str, Any], ...]
    count: int

    def _report(self) -> Report:
        head = ["value", "operation", "data", "gradient"]
        rows = [_row(row["value"], row["grad"], row["name"]) for row in self.rows]
        of = f"The {len(rows):,} largest gradients of {self.count:,}"
        return Report(of, head, rows, left=2)


@dataclass(frozen=True, slots=True, repr=False)
class Path(Tabled):
    """A way from the output down to a leaf.

    Attributes:
        values: the output first, then a parent each time, the leaf last.
        shares: d(output)/d(value) along this way alone: the product of the local gradients so far.
            A Value's gradient is the sum of this over all ways.
        gradients: the table it is from.
        names: of Values that have one: the label, or the parameter's name in the model.
    """

    values: tuple[Value, ...]
    shares: tuple[float, ...]
    gradients: Gradients
    names: Mapping[Value, str]

    @property
    def leaf(self) -> Value:
        """Where the way ends."""
        return self.values[-1]

    def _report(self) -> Report:
        head = ["value", "operation", "data", "gradient", "of it on this path"]
        rows: list[list[str]] = []
        sums: list[list[str]] = []
        for value, share in zip(self.values, self.shares, strict=True):
            row = [*_row(value, self.gradients[value], self.names.get(value, "")), short(share)]
            if value.op == "+" and rows and row[0] == _NAMELESS:
                sums.append(row)
                continue
            if len(sums) > 3:  # sums pass on what they get: a long row of them is cut short
                sums[1:-1] = [[f"… {len(sums) - 2} more", "+", "", "", ""]]
            rows += [*sums, row]
            sums = []
        steps = len(self.values) - 1
        count = "1 operation" if steps == 1 else f"{steps} operations"
        return Report(f"The steepest path: {count} from the output to a leaf", head, rows, left=2)


@dataclass(frozen=True, slots=True, repr=False)
class DeadRelus(Tabled):
    """Relu neurons that give 0 for every example, and examples that a whole layer gives 0 for.

    A dead neuron passes no gradient on, so that its weights never move again; of an example that a
    whole layer is 0 for, nothing reaches the layers before.

    Attributes:
        units: (layer, neuron) of each dead neuron.
        examples: for each layer with relus only, the examples for which all of its neurons are 0.
        active: for each layer, the share of examples for which each neuron is above 0; None for a
            neuron without a relu.
        example_count: how many examples were looked at.
    """

    units: tuple[tuple[int, int], ...]
    examples: Mapping[int, tuple[int, ...]]
    active: tuple[tuple[float | None, ...], ...]
    example_count: int

    def _report(self) -> Report:
        head = ["layer", "relus", "dead", "active, on average", "examples without any"]
        rows, facts = [], []
        for k, layer in enumerate(self.active):
            shares = [share for share in layer if share is not None]
            if not shares:
                continue
            dead = sum(unit[0] == k for unit in self.units)
            average = f"{sum(shares) / len(shares) * 100:.0f} %"
            lost = f"{len(self.examples[k]):,}" if k in self.examples else "has other neurons too"
            rows.append([str(k), f"{len(shares):,}", f"{dead:,}", average, lost])
        relus = sum(share is not None for layer in self.active for share in layer)
        for k in range(len(self.active)):
            if dead_units := [unit for layer, unit in self.units if layer == k]:
                facts.append(f"Dead in layer {k}: {_listed('neuron', dead_units)}.")
            if lost_examples := self.examples.get(k):
                facts.append(f"Layer {k} gives only 0 for {_listed('example', lost_examples)}.")
        of = f"{len(self.units):,} of {relus:,} relus are dead"
        return Report(f"{of} on {self.example_count:,} examples", head, rows, facts=facts)


def largest(gradients: Gradients, count: int = 10, *, among: Chosen = None) -> Largest:
    """The Values with the largest gradients by absolute value.

    Args:
        gradients: the table that `backward()` gave.
        count: how many, 1 or more.
        among: a model, whose parameters are meant, or a list of Values; None for all.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    _check_gradients(gradients)
    count = checks.integer("count", count, "a positive integer", minimum=1)
    chosen, names = _chosen("among", among)
    values = list(gradients) if chosen is None else chosen
    top = heapq.nsmallest(count, values, key=lambda value: (-abs(gradients[value]), value.id))
    rows = tuple(
        {
            "name": names.get(value, value.label),
            "value": value,
            "op": op_text(value),
            "data": value.data,
            "grad": gradients[value],
        }
        for value in top
    )
    return Largest(rows, len(values))


def steepest_path(gradients: Gradients, *, to: Chosen = None) -> Path:
    """Of all ways from the output to a leaf, the one on which the most gradient comes down.

        path = diagnose.steepest_path(gradients, to=model)
        graph.draw(path.values[0], gradients, highlight=path.values, around=path.leaf)

    The gradient on a way is the product of the local gradients along it.

    Args:
        gradients: the table that `backward()` gave.
        to: a model, whose parameters are meant, or a list of Values, to end at one of them; None
            for any leaf (constants such as a penalty's strength are leaves too).

    Raises:
        TypeError, ValueError: an argument is not as above, or the output depends on none of `to`.
    """
    _check_gradients(gradients)
    chosen, names = _chosen("to", to)
    output = gradients.output
    best: dict[Value, float] = {output: 1.0}
    via: dict[Value, Value] = {}
    for node in reversed(topological_order(output)):
        share = best[node]
        for parent, slope in zip(node.parents, node.local_gradients, strict=True):
            here = share * slope
            if parent not in best or abs(here) > abs(best[parent]):
                best[parent] = here
                via[parent] = node
    ends = [node for node in best if not node.parents] if chosen is None else chosen
    ends = [node for node in ends if node in best]
    if not ends:
        checks.refuse("to", "Values that the output depends on", to)
    way = [max(ends, key=lambda node: (abs(best[node]), -node.id))]
    while way[-1] in via:
        way.append(via[way[-1]])
    values = tuple(reversed(way))
    return Path(values, tuple(best[value] for value in values), gradients, names)


def dead_relus(model: Module, dataset: Examples) -> DeadRelus:
    """Which relus give 0 for every example, and for which examples a whole layer does.

    Args:
        model: an MLP, Layer or Neuron.
        dataset: a Dataset, or a pair (xs, ys); the labels play no part.

    Raises:
        TypeError, ValueError: an argument is not as above.
        ArithmeticError: a number grew too large for a float64.
    """
    if not isinstance(model, Module):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
    pair = isinstance(dataset, tuple) and len(dataset) == 2
    if not isinstance(dataset, Dataset) and not pair:
        checks.refuse("dataset", "a Dataset or a pair (xs, ys)", dataset, kind=TypeError)
    xs, ys = (dataset.xs, dataset.ys) if isinstance(dataset, Dataset) else dataset
    rows = losses.check_rows(xs, ys)
    layers = _layers(model)
    outputs = forward.activations(model, rows)
    width = sum(map(len, layers))
    active: list[tuple[float | None, ...]] = []
    units: list[tuple[int, int]] = []
    examples: dict[int, tuple[int, ...]] = {}
    at = 0
    for k, layer in enumerate(layers):
        ons = [[x > 0.0 for x in outputs[at + j :: width]] for j in range(len(layer))]
        relus = [neuron.activation == "relu" for neuron in layer]
        shares = [sum(on) / len(rows) if is_relu else None
                  for on, is_relu in zip(ons, relus, strict=True)]  # fmt: skip
        active.append(tuple(shares))
        units += [(k, j) for j, share in enumerate(shares) if share == 0.0]
        if all(relus):
            examples[k] = tuple(i for i in range(len(rows)) if not any(on[i] for on in ons))
        at += len(layer)
    return DeadRelus(tuple(units), examples, tuple(active), len(rows))


def _layers(model: Module) -> list[tuple[Neuron, ...]]:
    if isinstance(model, MLP):
        return [layer.neurons for layer in model.layers]
    if isinstance(model, Layer):
        return [model.neurons]
    if isinstance(model, Neuron):
        return [(model,)]
    checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)


def _check_gradients(gradients: Any) -> None:
    if not isinstance(gradients, Gradients):
        expected = "the table that backward() returns"
        checks.refuse("gradients", expected, gradients, kind=TypeError)


def _chosen(name: str, chosen: Any) -> tuple[list[Value] | None, dict[Value, str]]:
    """The Values that are meant, or None for all, and names for them."""
    if chosen is None:
        return None, {}
    if isinstance(chosen, Module):
        named = {value: name for name, value in chosen.named_parameters().items()}
        return list(named), {value: value.label or name for value, name in named.items()}
    values = []
    expected = "None, a model or a list of Values"
    for k, value in enumerate(checks.iterator(name, chosen, expected)):
        if not isinstance(value, Value):
            checks.refuse(f"{name}[{k}]", "a Value", value, kind=TypeError)
        values.append(value)
    return values, {}


def _listed(noun: str, numbers: Sequence[int]) -> str:
    """ "neuron 3", "neurons 1, 2 and 3", "examples 1, 2, 3 and 40 more"."""
    some, last = numbers[:_LISTED], f"{len(numbers) - _LISTED:,} more"
    if len(numbers) <= _LISTED:
        *some, final = numbers
        last = str(final)
    if not some:
        return f"{noun} {last}"
    return f"{noun}s {', '.join(map(str, some))} and {last}"


def _row(value: Value, gradient: float, name: str) -> list[str]:
    shown = one_line(name or value.label, LONGEST_LABEL) or _NAMELESS
    return [shown, op_text(value), short(value.data), short(gradient)]
