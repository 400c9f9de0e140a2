"""Our engine on the job of job.py: the same code under CPython (wasmtime) and in the browser."""

from __future__ import annotations

import time
from typing import Any

from micrograd_wasm import MLP, Dataset, losses, train
from micrograd_wasm.compiler.kernel.running import CompiledTraining


class Ours:
    """The job, ready to be trained.

    Args:
        job: what job.official_job gave.
    """

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        sizes = job["sizes"]
        self.model = MLP(sizes[0], sizes[1:], seed=1).replace_parameters(job["parameters"])
        self.dataset = Dataset(job["xs"], job["ys"])
        self._kernel: CompiledTraining | None = None

    def train(self, engine: str, steps: int = 100, repeats: int = 1) -> dict[str, Any]:
        """Whole calls of `train`: for "compiled", everything from the trace to the Run."""
        started = time.perf_counter()
        for _ in range(repeats):
            run = train(
                self.model, self.dataset, steps=steps, alpha=self._job["alpha"], engine=engine
            )
        ms = (time.perf_counter() - started) * 1000.0 / repeats
        return {"ms": ms, "loss": run.final_loss, "fingerprint": run.fingerprint}

    def prepare_kernel(self) -> None:
        """Build and instantiate a kernel once."""
        self._kernel = CompiledTraining(
            self.model,
            self._job["xs"],
            self._job["ys"],
            batch_size=len(self._job["ys"]),
            example_loss=losses.hinge,
            alpha=self._job["alpha"],
        )
        self._first = self._kernel.parameters.__class__("d", self._job["parameters"])

    def run_kernel(self, repeats: int) -> dict[str, Any]:
        """The kernel alone: parameters and rates in, all steps, history out."""
        kernel = self._kernel
        assert kernel is not None
        started = time.perf_counter()
        for _ in range(repeats):
            kernel.parameters = self._first
            numbers = kernel.run(self._job["rates"], [])
        ms = (time.perf_counter() - started) * 1000.0 / repeats
        return {"ms": ms, "loss": numbers[-4]}
