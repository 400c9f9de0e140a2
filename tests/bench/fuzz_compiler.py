"""Compares the compiled engine with the eager one on as many random programs and runs as asked for.

    .venv/bin/python tests/bench/fuzz_compiler.py --graphs 100000 --trainings 2000 --seed 1

The grammar and the comparisons are those of tests/compiler: values, gradients and errors of each
program on three rows of numbers; history, parameters and the end of each run. Prints what was
compared and every difference, with the seed that makes it again; the exit status is 1 if there is
any. `--minutes` ends it early and says how far it came.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from micrograd_wasm import jit
from micrograd_wasm.compiler.jit import Compiled
from tests.compiler.programs import (
    configuration,
    eager_gradients,
    eager_value,
    outcome,
    program,
)


class Comparison:
    """Counts what was compared and keeps what differed."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.differences: list[str] = []

    def check(self, what: str, eager: Callable[[], Any], compiled: Callable[[], Any]) -> Any:
        """Compare two outcomes; returns the eager one."""
        expected, got = outcome(eager), outcome(compiled)
        if got != expected:
            self.differences.append(f"{what}\n  eager:    {expected}\n  compiled: {got}")
            print(self.differences[-1], flush=True)
        return expected


def compare_program(comparison: Comparison, seed: int) -> None:
    """One random program: its value, and its gradients if it has one output."""
    function, rows = program(Random(seed))
    compiled = jit(function, arity=function.inputs)
    counts, length = comparison.counts, len(function.needed())
    counts["programs"] += 1
    counts["programs of more than 15 operations"] += length > 15
    counts["operations"] += length
    for row in rows:
        calls: list[tuple[str, Callable[..., Any], Callable[..., Any]]]
        calls = [("value", lambda row: eager_value(function, row), compiled)]
        if len(function.outputs) == 1:
            gradients = compiled.value_and_gradients
            calls.append(("gradients", lambda row: eager_gradients(function, row), gradients))
        for name, eager, ours in calls:
            counts["fallbacks"] = 0
            got = comparison.check(
                f"program seed {seed}, {name} of {row}",
                lambda eager=eager, row=row: eager(row),
                lambda ours=ours, row=row: ours(*row),
            )
            failed = isinstance(got, tuple)
            counts[f"{name}: errors" if failed else f"{name}: numbers"] += 1
            if not failed and counts["fallbacks"]:
                counts["numbers that only the eager engine had"] += 1


def compare_run(comparison: Comparison, seed: int) -> None:
    """One random training run."""
    run = configuration(Random(seed))
    got = comparison.check(
        f"run seed {seed}", lambda: run.outcome("eager"), lambda: run.outcome("compiled")
    )
    options, counts = dict(run.options), comparison.counts
    counts["runs"] += 1
    counts["runs that diverged"] += got[0] == "diverged"
    counts["runs without regularization"] += options["alpha"] == 0.0
    counts["runs in mini-batches"] += (options["batch_size"] or len(run.xs)) < len(run.xs)


def count_fallbacks(counts: Counter[str]) -> None:
    """Note each call for which the compiled function asks the eager engine."""
    run = Compiled._run

    def counted(self: Compiled, name: str, row: list[float]) -> list[float] | None:
        results = run(self, name, row)
        counts["fallbacks"] += results is None
        return results

    Compiled._run = counted  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", type=int, default=100_000)
    parser.add_argument("--trainings", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1, help="the first of so many seeds in a row")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many")
    options = parser.parse_args()
    comparison = Comparison()
    count_fallbacks(comparison.counts)
    started = time.monotonic()
    # Runs first: they are few.
    for compare, count in ((compare_run, options.trainings), (compare_program, options.graphs)):
        for seed in range(options.seed, options.seed + count):
            if time.monotonic() - started > 60.0 * options.minutes:
                break
            compare(comparison, seed)
    del comparison.counts["fallbacks"]
    for what, count in sorted(comparison.counts.items()):
        print(f"{what:>40} {count:>10,}")
    print(f"{'differences':>40} {len(comparison.differences):>10,}")
    print(f"{'seconds':>40} {time.monotonic() - started:>10,.0f}")
    sys.exit(bool(comparison.differences))


if __name__ == "__main__":
    main()
