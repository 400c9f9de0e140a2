"""A run as the Python text that makes exactly it, for the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .configuration import check


def code(config: Mapping[str, Any]) -> str:
    """The Python text that makes exactly this run; it leaves it in `run`."""
    checked = check(config)
    modules = ["MLP", "datasets", "train"]
    if checked.dataset == "own":
        rows = ",\n".join(f"    ({x!r}, {y!r}, {label:g})" for x, y, label in checked.points)
        made = f"datasets.from_rows([\n{rows},\n])"
    else:
        made = (
            f"datasets.{checked.dataset}"
            f"({checked.samples}, noise={checked.noise!r}, seed={checked.data_seed})"
        )
    kinds = set(checked.activations)
    activation = ""
    if kinds:
        chosen = checked.activations[0] if len(kinds) == 1 else list(checked.activations)
        activation = f"activation={json.dumps(chosen)}, "
    schedule, steps = checked.learning_rate, checked.steps
    if schedule.kind == "official":
        modules.append("trainer")
        rate = "trainer.official_learning_rate"
    elif schedule.kind == "constant" or steps == 1:
        rate = repr(schedule.start)
    else:
        start, end = schedule.start, schedule.end
        rate = f"lambda step: {start!r} + ({end!r} - {start!r}) * step / {steps - 1}"
    return f"""\
from micrograd_wasm import {", ".join(modules)}

dataset = {made}
model = MLP(2, {checked.sizes[1:]}, {activation}seed={checked.model_seed})
run = train(
    model,
    dataset,
    steps={steps},
    alpha={checked.alpha!r},
    learning_rate={rate},
    batch_size={checked.batch_size},
    seed={checked.seed},
    loss="{checked.loss}",
)
print(f"loss {{run.final_loss}}, accuracy {{run.final_accuracy:.0%}}")
print(run.fingerprint)
"""
