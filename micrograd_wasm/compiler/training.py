"""A compiled training run: a kernel, its instance, and the numbers that go in and out."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from .. import losses
from ..nn import Module as Model
from . import host
from .kernel import Job, training_kernel
from .layout import HISTORY

# One call of a kernel is kept to about this many multiplications, some milliseconds, so that
# progress can be shown and an interruption is noticed.
CALL_WORK = 5_000_000


class CompiledTraining:
    """Training steps on one data set, run by a kernel.

    Args:
        model: gives the shape; its parameters must be leaves.
        rows, labels: checked examples.
        batch_size: how many of them a step uses.
        example_loss, alpha: the loss, as for `losses.mean_loss`.
        steps: how many steps there will be in all.

    Raises:
        NoHost: there is no WebAssembly runtime here.
        ValueError: no kernel can be built for this model; the message says why.
    """

    def __init__(
        self,
        model: Model,
        rows: Sequence[Sequence[float]],
        labels: Sequence[float],
        *,
        batch_size: int,
        example_loss: losses.ExampleLoss,
        alpha: float,
        steps: int,
    ) -> None:
        work = batch_size * max(1, model.parameter_count)
        self.call_steps = max(1, min(steps, CALL_WORK // work))
        self._job = Job(
            model=model,
            input_count=len(rows[0]),
            example_loss=example_loss,
            alpha=alpha,
            example_count=len(rows),
            batch_size=batch_size,
            call_steps=self.call_steps,
        )
        self._parameter_count = len(model.parameters())
        self.kernel = training_kernel(self._job)
        self._instance = host.instantiate(self.kernel.module.encode())
        layout = self.kernel.layout
        self._instance.write(layout.xs, array("d", [x for row in rows for x in row]))
        self._instance.write(layout.ys, array("d", labels))

    @property
    def parameters(self) -> array[float]:
        """The parameters as the kernel has them now."""
        return self._instance.read(self.kernel.layout.parameters, self._parameter_count)

    @parameters.setter
    def parameters(self, numbers: array[float]) -> None:
        self._instance.write(self.kernel.layout.parameters, numbers)

    def run(self, rates: Sequence[float], batches: Sequence[Sequence[int]]) -> array[float]:
        """Take one step for each rate, at most `call_steps` of them.

        Args:
            rates: the learning rates.
            batches: for each step, which examples it uses; not looked at without mini-batches.

        Returns:
            Loss, data_loss, reg_loss, accuracy for each step that was finished. Fewer than asked
            for: the next step leaves the real numbers, and nothing of it was kept.
        """
        layout = self.kernel.layout
        self._instance.write(layout.rates, array("d", rates))
        if self._job.batch_size < self._job.example_count:
            indices = array("i", [index for batch in batches for index in batch])
            self._instance.write(layout.batches, indices)
        finished = int(self._instance.call("train", len(rates)))
        return self._instance.read(layout.history, finished * len(HISTORY))
