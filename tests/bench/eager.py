"""Benchmark: our eager engine against the original micrograd, the same job in one run.

    .venv/bin/python -m venv .venv-bench
    .venv-bench/bin/pip install --require-hashes -r tests/bench/requirements.txt
    .venv-bench/bin/python tests/bench/eager.py

The job is the original notebook's: 100 steps of MLP(2, [16, 16, 1]) on 100 points of two moons,
337 parameters, full batch. Each contender runs in a process of its own, one after the other, the
slow ones once and ours before, between and after them; ratios are to our median.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ORIGINALS = {
    "original, collector on": ["--collector", "on"],
    "original, collector off": ["--collector", "off"],
}


def measure(script: str, *arguments: str) -> dict[str, float]:
    """One contender's own report."""
    root = str(HERE.parents[1])
    command = [sys.executable, str(HERE / "contenders" / script), *arguments]
    environment = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        sys.exit(f"{script} failed (is tests/bench/requirements.txt installed?):\n{done.stderr}")
    report: dict[str, float] = json.loads(done.stdout)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", default="100", help="training steps (default 100)")
    steps = ["--steps", parser.parse_args().steps]
    ours = [measure("eager.py", *steps)]
    others = {}
    for name, arguments in ORIGINALS.items():
        others[name] = measure("original.py", *steps, *arguments)
        ours.append(measure("eager.py", *steps))
    reference = statistics.median(report["seconds"] for report in ours)
    spread = f"{min(r['seconds'] for r in ours):.2f} to {max(r['seconds'] for r in ours):.2f}"
    print(f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}")
    print(f"{'contender':<26} {'seconds':>9} {'ratio':>7} {'peak MB':>8}  final loss")
    row = "{:<26} {:>9.2f} {:>7.2f} {:>8.0f}  {!r}".format
    print(row("ours, eager", reference, 1.0, ours[0]["peak_mb"], ours[0]["loss"]))
    for name, report in others.items():
        ratio = report["seconds"] / reference
        print(row(name, report["seconds"], ratio, report["peak_mb"], report["loss"]))
    print(f"ours: {len(ours)} runs, {spread} s; memory grew {ours[0]['growth_mb']:.1f} MB")
    print("between the first step and the last")


if __name__ == "__main__":
    main()
