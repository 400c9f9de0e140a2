"""Writes what the pages show before Python has arrived: made by the engine that Python will bring.

    python -m builder.exports <folder>

- default.json: the default run's plan, its two kernels with their layouts, and its numbers (xs, ys
  and first parameters, float64, little-endian). The bundler puts it into the page's worker,
  which then has everything for the first picture the moment it starts. Kernels are hexadecimal
  digits: their repetitions, which base64 would hide, are what a host's gzip lives of. Numbers,
  which have none, are base64.
- compiled-plan.js and kernels/: what a run with other settings needs (javascript.py,
  kernel_files.py); kernels.json lists the latter.
- charts.json: the specifications of `micrograd_wasm.charts` for a run's curves, without their
  data: rows of the data set "rows", as `plot_data.loss_history` and `accuracy_history` have them.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from builder import kernel_files
from builder.javascript import compile_function
from micrograd_wasm import MLP, charts, datasets, train
from micrograd_wasm.page import session
from micrograd_wasm.page.configuration import DEFAULT


def export(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    plan = session.plan(DEFAULT)
    kernel, surface = session.kernel(plan.kernel), session.surface(plan.surface)
    numbers = (plan.xs, plan.ys, plan.parameters)
    facts = {
        "plan": {"kernel": plan.kernel, "surface": plan.surface},
        "kernel": {"layout": kernel.layout, "binary": kernel.binary.hex()},
        "surface": {"layout": surface.layout, "binary": surface.binary.hex()},
        "numbers": [_base64(part.tobytes()) for part in numbers],
    }
    (folder / "default.json").write_text(json.dumps(facts) + "\n")
    (folder / "compiled-plan.js").write_text(compile_function(session.plan))
    names = kernel_files.write(folder / "kernels")
    (folder / "kernels.json").write_text(json.dumps(names) + "\n")
    (folder / "charts.json").write_text(json.dumps(chart_specs()) + "\n")


def _base64(binary: bytes) -> str:
    return base64.b64encode(binary).decode("ascii")


def chart_specs() -> dict[str, dict[str, Any]]:
    dataset = datasets.moons(2, seed=(1, 2, 3))
    run = train(MLP(2, [1], seed=(1, 2, 3)), dataset, steps=1, engine="eager")
    specs = {"loss": charts.loss(run).spec, "accuracy": charts.accuracy(run).spec}
    for name, spec in specs.items():
        spec["data"] = {"name": "rows"}
        spec["description"] = f"{name} by step"
    return specs


if __name__ == "__main__":
    export(Path(sys.argv[1]))
