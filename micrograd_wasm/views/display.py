"""How tables, data sets, models and runs show themselves: HTML in a notebook, text in a terminal.

    table(rows)          rows of your own as a table
    show(run)            the fitting one of the two, here and now
    text(run)            always the text
    html(run)            always the HTML

`print(run)` prints the same text. Of a model, `print` writes the original's one line.
"""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..base import checks
from ..base.report import Report, Tabled
from ..base.text import escape, one_line, text_table
from ..base.text import table as html_table
from ..engine.graph_rows import LONGEST_LABEL, op_text, short
from ..engine.module import Module
from ..engine.nn import MLP, Layer
from ..engine.value import Gradients, Value
from ..learning.datasets import Dataset
from ..training.run import Run
from . import plots
from .svg import fitted

ROWS: Final = 10  # of a long table
_KINDS: Final = "a Value, Gradients, a Dataset, a model, a Run or something else that shows itself"


def show(thing: object) -> None:
    """Show something in the notebook that runs this; elsewhere print its text.

    Raises:
        TypeError: it is not a Value, Gradients, a Dataset, a model, a Run, or what else shows
            itself, such as a drawing or a chart.
    """
    kind = type(thing)  # an object's own attributes may be made up, such as a mock's
    if not hasattr(kind, "_repr_html_") and not hasattr(kind, "_repr_mimebundle_"):
        checks.refuse("thing", _KINDS, thing, kind=TypeError)
    if in_notebook():
        from IPython import display  # noqa: PLC0415 - it is there, we run inside it

        display.display(thing)  # type: ignore[no-untyped-call]
    else:
        print(text(thing) if isinstance(thing, tuple(_PARTS)) else repr(thing))


@dataclass(frozen=True, slots=True, repr=False)
class Table(Tabled):
    """Rows that show themselves as a table, in a notebook and in a terminal.

    Attributes:
        rows: a mapping for each, from names of columns to what stands there.
        columns: which of them are shown, in this order.
    """

    rows: tuple[Mapping[str, Any], ...]
    columns: tuple[str, ...]

    def _report(self) -> Report:
        texts = [[str(row[name]) for name in self.columns] for row in self.rows]
        words = [any(isinstance(row[name], str) for row in self.rows) for name in self.columns]
        left = next((k for k, word in enumerate(words) if not word), len(words))
        return Report("", self.columns, texts, left=left)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> Table:
    """Rows as a table, with every number in all of its digits.

        display.table(plot_data.training_history(run)[::20], ["step", "loss"])

    Args:
        rows: a mapping for each, such as those of `plot_data`, `graph` or a run's history.
        columns: which of their names are shown, in this order; None for those of the first row.

    Raises:
        TypeError: `rows` is no list of mappings, or `columns` no list of names.
        ValueError: there is no row, or a row without one of the columns.
    """
    expected = "a list of rows, each a mapping"
    given = list(checks.sequence("rows", rows, expected))
    if not given:
        raise ValueError("rows: expected at least one row, got none")
    for k, row in enumerate(given):
        if not isinstance(row, Mapping):
            checks.refuse(f"rows[{k}]", "a mapping from names of columns", row, kind=TypeError)
    names = list(given[0] if columns is None else checks.sequence("columns", columns, "names"))
    for k, row in enumerate(given):
        if missing := [name for name in names if name not in row]:
            checks.refuse(f"rows[{k}]", f"a column {missing[0]!r}", list(row))
    return Table(tuple(given), tuple(names))


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython  # noqa: PLC0415 - it is there, we ask whether we run inside it

    return hasattr(get_ipython(), "kernel")


def text(thing: Any) -> str:
    """Gradients, a Dataset, a model or a Run as a few lines of text."""
    return "\n".join(_parts(thing).lines())


def html(thing: Any) -> str:
    """Gradients, a Dataset, a model or a Run as HTML without scripts."""
    return _parts(thing).html()


def pretty(thing: Any, printer: Any, cycle: bool) -> None:
    """IPython's hook for a terminal; inside of a list or the like, one line will do."""
    printer.text(repr(thing) if cycle or len(printer.stack) > 1 else text(thing))


def _parts(thing: object) -> _Parts:
    for kind, parts in _PARTS.items():
        if isinstance(thing, kind):
            return parts(thing)
    checks.refuse("thing", "Gradients, a Dataset, a model or a Run", thing, kind=TypeError)


class _Parts:
    """A heading, sentences, a table, a picture: what there is of them."""

    def __init__(self) -> None:
        self.heading = ""
        self.facts: list[str] = []
        self.head: list[str] = []
        self.rows: list[list[str]] = []
        self.left = 1
        self.more = ""
        self.chart = ""  # lines of characters in the text

    def picture(self) -> str:
        """HTML of a picture; "" for none."""
        return ""

    def lines(self) -> list[str]:
        table = [text_table(self.head, self.rows, left=self.left)] if self.rows else []
        parts = [self.heading, *table, self.more, self.chart, *self.facts]
        return [part for part in parts if part]

    def html(self) -> str:
        made = [f"<div><strong>{escape(self.heading)}</strong></div>"]
        if self.rows:
            made.append(html_table(self.head, self.rows, left=self.left))
        if self.more:
            made.append(f"<div>{escape(self.more)}</div>")
        if picture := self.picture():
            made.append(f'<div style="margin:6px 0">{picture}</div>')
        made += [f"<div>{escape(fact)}</div>" for fact in self.facts]
        return f'<div style="line-height:1.5;overflow-wrap:anywhere">{"".join(made)}</div>'


class _GradientsParts(_Parts):
    def __init__(self, gradients: Gradients) -> None:
        super().__init__()
        count = len(gradients)
        largest = heapq.nsmallest(
            ROWS, gradients.items(), key=lambda item: (-abs(item[1]), item[0].id)
        )
        output = one_line(repr(gradients.output), 80)
        values = f"{count:,} values" if count != 1 else "1 value"
        self.heading = f"Gradients of {output} with respect to {values}"
        self.head = ["value", "operation", "data", "gradient"]
        self.left = 2
        self.rows = [row_of(value, gradient) for value, gradient in largest]
        if count > len(largest):
            self.more = f"… {count - len(largest):,} more, ordered by size"
        if count > ROWS and not any(value.label for value, _ in largest):
            self.facts.append(
                "diagnose.largest(gradients, among=model) names a model's parameters."
            )
        if zeros := sum(gradient == 0.0 for gradient in gradients.values()):
            self.facts.append(f"{zeros:,} of them {'is' if zeros == 1 else 'are'} 0.")


def row_of(value: Value, gradient: float) -> list[str]:
    """A Value as a row: label, operation, data, gradient."""
    label = one_line(value.label, LONGEST_LABEL) or "(no label)"
    return [label, op_text(value), short(value.data), short(gradient)]


class _DatasetParts(_Parts):
    def __init__(self, dataset: Dataset) -> None:
        super().__init__()
        self._dataset = dataset
        names = {0: "no examples", 1: "1 example"}
        count = names.get(len(dataset), f"{len(dataset):,} examples")
        details = dict(dataset.metadata)
        name, part = details.pop("name", "own"), details.pop("part", "")
        self.heading = f"Dataset {one_line(str(name), 40)}{f', {part}' if part else ''}: {count}"
        counts = Counter(dataset.ys)
        if len(counts) <= 4:
            self.head = ["class", "examples"]
            self.rows = [[f"{label:g}", f"{counts[label]:,}"] for label in sorted(counts)]
        else:
            each = ", ".join(f"{counts[label]:,} of {label:g}" for label in sorted(counts))
            self.facts.append(f"examples: {each}")
        for key in ("n_samples", "classes"):
            details.pop(key, None)
        facts = [f"{key} {one_line(checks.shown(value), 60)}" for key, value in details.items()]
        if facts:
            self.facts.append(", ".join(facts))
        self._plane = bool(dataset.xs) and len(dataset.xs[0]) == 2
        if self._plane:
            self.facts.append(", ".join(self._range(axis, k) for k, axis in enumerate("xy")))
        elif dataset.xs:
            self.facts.append(f"{len(dataset.xs[0])} numbers in a row")
        if len(dataset) > plots.MOST_POINTS and self._plane:
            self._drawn = f"{plots.MOST_POINTS} of {len(dataset):,} examples"
        else:
            self._drawn = count

    def _range(self, axis: str, k: int) -> str:
        numbers = [row[k] for row in self._dataset.xs]
        return f"{axis} from {min(numbers):.4g} to {max(numbers):.4g}"

    def picture(self) -> str:
        data = self._dataset
        if self._plane and not data.classes:
            points = [(x, y, label) for (x, y), label in zip(data.xs, data.ys, strict=True)]
            title = f"{self._drawn}: class -1 as dots, class 1 as squares"
            return fitted(plots.scatter(points, title), plots.SQUARE, title)
        if data.classes and data.xs and len(data.xs[0]) == 64:
            first = {label: row for row, label in reversed([*zip(data.xs, data.ys, strict=True)])}
            chosen = sorted(first)
            rows, captions = [first[label] for label in chosen], [f"{label:g}" for label in chosen]
            title = "The first image of each class"
            return fitted(plots.images(rows, captions, title), 50.0 * len(rows) - 10.0, title)
        return ""


class _ModelParts(_Parts):
    def __init__(self, model: Module) -> None:
        super().__init__()
        count = model.parameter_count
        layers = model.layers if isinstance(model, MLP) else (model,)
        self.head = ["layer", "inputs", "neurons", "activation", "parameters"]
        sums, inputs = [], 0
        for k, layer in enumerate(layers):
            neurons: Any = layer.neurons if isinstance(layer, Layer) else (layer,)
            width, many = len(neurons[0].weights), len(neurons)
            inputs = inputs if k else width
            kinds = ", ".join(dict.fromkeys(neuron.activation for neuron in neurons))
            sums.append(layer.parameter_count)
            arithmetic = f"{width}*{many} + {many} = {sums[-1]:,}"
            self.rows.append([str(k), f"{width:,}", f"{many:,}", kinds, arithmetic])
        noun = "input" if inputs == 1 else "inputs"
        outputs = f"{model.output_count} output{'' if model.output_count == 1 else 's'}"
        kind = type(model).__name__
        self.heading = f"{kind}: {inputs} {noun}, {outputs}, {count:,} parameters"
        if len(sums) > 1:
            total = f"{' + '.join(f'{n:,}' for n in sums)} = {count:,}"
            self.rows.append(["all", "", "", "", total])


class _RunParts(_Parts):
    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        options = run.options
        steps = "1 step" if run.step_count == 1 else f"{run.step_count:,} steps"
        accuracy = f"{run.final_accuracy * 100:.4g} %"
        self._losses = [row["loss"] for row in run.history]
        self._steps = [int(row["step"]) for row in run.history]
        self.heading = f"Run of {steps}: final loss {run.final_loss:.6g}, accuracy {accuracy}"
        line = plots.sparkline(self._losses)
        self.chart = f"loss  {self._losses[0]:.4g} {line} {self._losses[-1]:.4g}"
        if run.stopped:
            early = "interrupted" if run.stopped == "interrupted" else "by its progress function"
            self.facts.append(f"stopped early ({early}), of {options['steps']:,} steps")
        batch = options.get("batch_size")
        taken = "all examples" if batch is None else f"batches of {batch}"
        made = [f"{options.get('loss', '?')} loss", f"{options.get('optimizer', 'sgd')}", taken]
        self.facts.append(f"{', '.join(made)}; {options['engine']} engine")
        self.facts.append(f"fingerprint {run.fingerprint}")

    def picture(self) -> str:
        last = self._losses[-1]
        title = f"Loss by step: {self._losses[0]:.4g} at first, {last:.4g} at last"
        svg = plots.curve(self._steps, self._losses, title, last_step=self._steps[-1])
        return fitted(svg, plots.WIDTH, title, smallest=0.6)


_PARTS: Final[dict[type, Callable[[Any], _Parts]]] = {
    Module: _ModelParts,
    Gradients: _GradientsParts,
    Dataset: _DatasetParts,
    Run: _RunParts,
}
