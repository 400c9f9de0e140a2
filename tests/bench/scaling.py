"""Benchmark: how the compiled kernel's time grows with examples, and its memory with steps.

    .venv-bench/bin/python tests/bench/scaling.py       (set up as compiled.py says)

Time is the kernel's alone, per parameter and example of a step, on random rows: flat if work is
all that counts. Goals: from 100 to 100,000 examples within a factor of 1.3; memory the same for
100 steps and for a hundred thousand, but for the 72 bytes of rate and history of each step.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE / "contenders"), str(ROOT)]

from browser import Tab, python_files  # noqa: E402 - the benchmark's own modules stand beside it
from growth import Growth, kernel_bytes  # noqa: E402

EXAMPLES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
STEPS = (100, 1_000, 10_000, 100_000)


def in_turns(measure: Callable[[int], float], rounds: int) -> dict[int, list[float]]:
    """Each number of examples, measured once in each round."""
    times: dict[int, list[float]] = {count: [] for count in EXAMPLES}
    for _ in range(rounds):
        for count in EXAMPLES:
            times[count].append(measure(count))
    return times


def show_times(where: str, times: dict[int, list[float]]) -> None:
    medians = {count: statistics.median(found) for count, found in times.items()}
    fastest = {count: min(found) for count, found in times.items()}
    print(f"{where}, ns per parameter and example:")
    print(f"  {'examples':>8} {'median':>8} {'fastest':>8}")
    for count in EXAMPLES:
        print(f"  {count:>8,} {medians[count]:>8.3f} {fastest[count]:>8.3f}")
    for name, found in (("medians", medians), ("fastest", fastest)):
        spread = max(found.values()) / min(found.values())
        print(f"  {name}: largest / smallest {spread:.2f}, {'met' if spread <= 1.3 else 'missed'}")


def in_browser(rounds: int) -> dict[int, list[float]]:
    """The same in a Chromium worker, through Pyodide."""
    with Tab() as tab:
        tab.start("python", "python.js")
        tab.ask("python", "prepare", {"files": python_files()})
        ask = partial(tab.ask, "python", "run")
        ask({"setup": "import growth; sizes = growth.Growth()", "expression": "0"})
        for count in EXAMPLES:
            ask({"setup": f"sizes.prepare({count})", "expression": "0"})
        return in_turns(lambda n: ask({"expression": f"sizes.nanoseconds({n})"}), rounds)


def show_memory() -> None:
    print("memory, 100 examples:")
    print(f"  {'steps':>8} {'kernel, bytes':>14} {'process, peak MB':>17} {'seconds':>8}")
    peaks = []
    for steps in STEPS:
        command = [sys.executable, str(HERE / "contenders" / "memory.py"), str(steps)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        report = json.loads(done.stdout)
        peaks.append(report["peak_mb"])
        size = kernel_bytes()
        print(f"  {steps:>8,} {size:>14,} {peaks[-1]:>17.1f} {report['seconds']:>8.2f}")
    each = (peaks[-1] - peaks[0]) * 2**20 / (STEPS[-1] - STEPS[0])
    print(f"  bytes for each further step: {each:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    sizes = Growth()
    for count in EXAMPLES:
        sizes.prepare(count)
    show_times("wasmtime", in_turns(sizes.nanoseconds, rounds))
    show_times("Chromium worker", in_browser(rounds))
    show_memory()


if __name__ == "__main__":
    main()
