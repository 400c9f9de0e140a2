"""The original micrograd on the job of job.py, in plain floats: there is no NumPy in our Pyodide.

The training loop is the original notebook's, on given data and first parameters.
"""

from __future__ import annotations

import gc
import time
from typing import Any

from micrograd.engine import Value
from micrograd.nn import MLP


def train(job: dict[str, Any], steps: int, collector: bool) -> dict[str, float]:
    """The job's first `steps` steps, with Python's cyclic collector or without it."""
    sizes = job["sizes"]
    model = MLP(sizes[0], sizes[1:])
    for parameter, number in zip(model.parameters(), job["parameters"], strict=True):
        parameter.data = number
    gc.enable() if collector else gc.disable()
    started = time.perf_counter()
    for k in range(steps):
        total_loss = _loss(model, job)
        model.zero_grad()
        total_loss.backward()
        for p in model.parameters():
            p.data -= job["rates"][k] * p.grad
    seconds = time.perf_counter() - started
    gc.enable()
    return {"ms": seconds * 1000.0, "loss": total_loss.data}


def _loss(model: MLP, job: dict[str, Any]) -> Value:
    inputs = [list(map(Value, row)) for row in job["xs"]]
    scores = list(map(model, inputs))
    losses = [(1 + -y * score).relu() for y, score in zip(job["ys"], scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = job["alpha"] * sum(p * p for p in model.parameters())
    return data_loss + reg_loss
