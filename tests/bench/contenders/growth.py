"""How the compiled kernel's time and memory grow: the same code for CPython and the browser."""

from __future__ import annotations

import random
import time
from typing import Any

from micrograd_wasm import MLP, losses, train
from micrograd_wasm.compiler.kernel.running import CompiledTraining

WORK = 400_000  # examples that one measurement computes, in as many steps as that takes


def _random_rows(count: int) -> tuple[list[list[float]], list[float]]:
    draw = random.Random(count)
    rows = [[draw.uniform(-1.0, 1.0), draw.uniform(-1.0, 1.0)] for _ in range(count)]
    return rows, [draw.choice((-1.0, 1.0)) for _ in range(count)]


class Growth:
    """A kernel for each number of examples; the learning rate is 0.

    So the network stays what it was, and every size goes the whole way back for the same share of
    its examples.
    """

    def __init__(self) -> None:
        self._kernels: dict[int, CompiledTraining] = {}

    def prepare(self, count: int) -> None:
        """Build the kernel for `count` examples and warm it up."""
        rows, labels = _random_rows(count)
        model = MLP(2, [16, 16, 1], seed=1337)
        kernel = CompiledTraining(
            model,
            rows,
            labels,
            batch_size=count,
            example_loss=losses.hinge,
            alpha=1e-4,
        )
        kernel.parameters = kernel.parameters.__class__("d", [p.data for p in model.parameters()])
        self._kernels[count] = kernel
        self.nanoseconds(count)

    def nanoseconds(self, count: int) -> float:
        """For one parameter and one example of one step."""
        kernel = self._kernels[count]
        steps = left = WORK // count
        started = time.perf_counter()
        while left:
            taken = min(left, kernel.call_steps)
            kernel.run([0.0] * taken, [])
            left -= taken
        return (time.perf_counter() - started) * 1e9 / (steps * count * 337)


def kernel_bytes() -> int:
    """The memory of the kernel that trains on 100 examples, for any number of steps."""
    rows, labels = _random_rows(100)
    model = MLP(2, [16, 16, 1], seed=1337)
    kernel = CompiledTraining(
        model, rows, labels, batch_size=100, example_loss=losses.hinge, alpha=1e-4
    )
    return kernel.kernel.layout.size


def train_steps(steps: int) -> dict[str, Any]:
    """A whole compiled run of so many steps on 100 examples."""
    rows, labels = _random_rows(100)
    model = MLP(2, [16, 16, 1], seed=1337)
    started = time.perf_counter()
    run = train(model, (rows, labels), steps=steps, learning_rate=0.01, engine="compiled")
    return {"seconds": time.perf_counter() - started, "loss": run.final_loss}
