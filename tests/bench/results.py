"""What the contenders report, as a Markdown table, and the goals it is held against."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

CHROMIUM = "Chromium worker"
REFERENCE = ("ours, compiled: kernel", CHROMIUM)
COLD = ("ours, compiled: cold", CHROMIUM)
ORIGINAL = ("original micrograd, collector on", CHROMIUM)
LIBRARIES = (
    ("TensorFlow.js, cpu backend", CHROMIUM),
    ("TensorFlow.js, wasm backend", CHROMIUM),
    ("jax-js, wasm backend, jit", CHROMIUM),
)
LIMITS = (("C, the loops one writes", "gcc"), ("C, laid out for vectors", "gcc"))
# A float64 contender may add in another order; a float32 one has seven digits and 100 steps.
CLOSE, NEAR = 1e-12, 1e-4

Key = tuple[str, str]


@dataclass
class Row:
    """One contender in one place: the milliseconds of each time it was measured."""

    name: str
    where: str
    steps: int
    ms: list[float] = field(default_factory=list)
    loss: float = 0.0
    agrees: str = ""

    def note(self, ms: float, loss: float, expected: float) -> None:
        """Add a measurement that ended with `loss`, where the job's is `expected`.

        Raises:
            ValueError: the losses differ; the contender did something else.
        """
        away = abs(loss / expected - 1.0)
        if away > NEAR:
            raise ValueError(f"{self.name}: its loss is {loss!r}, the job's {expected!r}")
        self.ms.append(ms * 100 / self.steps)
        self.loss = loss
        self.agrees = "all bits" if away == 0.0 else "to 1e-12" if away < CLOSE else "float32"

    @property
    def median(self) -> float:
        """Milliseconds for 100 steps in the middle one of the rounds."""
        return statistics.median(self.ms)

    @property
    def fastest(self) -> float:
        """Milliseconds for 100 steps in the round that was disturbed least."""
        return min(self.ms)

    @property
    def measured(self) -> str:
        """How often, and over how many steps where not all 100 were taken."""
        rounds = f"{len(self.ms)} rounds" if len(self.ms) > 1 else "once"
        return rounds if self.steps == 100 else f"{rounds}, {self.steps} steps, scaled"


class Results:
    """All rows so far."""

    def __init__(self) -> None:
        self._rows: dict[Key, Row] = {}

    def row(self, name: str, where: str, steps: int) -> Row:
        """The row of a contender, made when it is first asked for."""
        return self._rows.setdefault((name, where), Row(name, where, steps))

    def table(self) -> str:
        """Markdown, slowest first."""
        reference = self._rows[REFERENCE].median
        lines = [
            "| what | where | 100 steps | ratio | fastest round | last loss | agrees | measured |",
            "|---|---|---:|---:|---:|---|---|---|",
        ]
        for row in sorted(self._rows.values(), key=lambda row: -row.median):
            cells = [row.name, row.where, _time(row.median), _ratio(row.median / reference)]
            cells += [_time(row.fastest), repr(row.loss), row.agrees, row.measured]
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines)

    def goals(self) -> str:
        """The goals that this run can tell about, by the medians and by the fastest rounds."""
        lines = ["| goal | by medians | by fastest rounds |", "|---|---|---|"]
        goals: list[tuple[str, Callable[[Callable[[Key], float]], float], Callable[[float], bool]]]
        goals = [
            ("the fastest of TensorFlow.js and jax-js, warm, takes at least 30 times ours",
             lambda time: min(map(time, LIBRARIES)) / time(REFERENCE), lambda x: x >= 30),
            ("ours takes at most as long as dense C, the loops one writes",
             lambda time: time(REFERENCE) / time(LIMITS[0]), lambda x: x <= 1),
            ("ours takes at most as long as dense C, laid out for vectors",
             lambda time: time(REFERENCE) / time(LIMITS[1]), lambda x: x <= 1),
            ("cold, from the trace to the last step: at most 60 ms",
             lambda time: time(COLD), lambda x: x <= 60),
        ]  # fmt: skip
        if ORIGINAL in self._rows:
            goals.append(
                ("the original in the same tab, collector on, takes at least 10,000 times ours",
                 lambda time: time(ORIGINAL) / time(REFERENCE), lambda x: x >= 10_000),
            )  # fmt: skip
        for name, value, holds in goals:
            found = [value(lambda key: self._rows[key].median)]
            found += [value(lambda key: self._rows[key].fastest)]
            shown = [f"{x:,.4g}: {'met' if holds(x) else 'missed'}" for x in found]
            lines.append(f"| {name} | {' | '.join(shown)} |")
        return "\n".join(lines)


def _time(ms: float) -> str:
    return f"{ms / 1000:,.1f} s" if ms >= 1000 else f"{ms:.0f} ms" if ms >= 20 else f"{ms:.2f} ms"


def _ratio(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2f}"
