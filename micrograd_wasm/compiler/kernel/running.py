"""A compiled training run: a kernel, its instance, and the numbers that go in and out."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from ...engine.nn import Module as Model
from ...learning import losses, optimizers
from .. import host
from .layout import HISTORY
from .program import Job
from .reuse import training_program

# One call of a kernel is kept to about this many multiplications, some milliseconds, so that
# progress can be shown and an interruption is noticed.
CALL_WORK = 5_000_000
CALL_STEPS = 1024  # and the room for what goes in and out is this many steps' at most

_EXAMPLES = 8  # are enough to trace a model with


class CompiledTraining:
    """Training steps on one data set, run by a kernel.

    Args:
        model: gives the shape; its parameters must be leaves.
        rows, labels: checked examples.
        batch_size: how many of them a step uses.
        example_loss, alpha: the loss, as for `losses.mean_loss`.
        optimizer: how a step moves the parameters.
        classes: 0 for labels -1 and 1; K for labels 0 ... K-1 and a model with K outputs.
        record_parameters: keep the parameters after each step of a call, for `records`.

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
        example_loss: losses.AnyLoss,
        alpha: float,
        optimizer: optimizers.Optimizer | None = None,
        classes: int = 0,
        record_parameters: bool = False,
    ) -> None:
        # Not of the number of steps: a run that differs in it alone has the same program.
        work = batch_size * max(1, model.parameter_count)
        self.call_steps = max(1, min(CALL_STEPS, CALL_WORK // work))
        self._job = Job(
            model=model,
            input_count=len(rows[0]),
            example_loss=example_loss,
            alpha=alpha,
            example_count=len(rows),
            batch_size=batch_size,
            call_steps=self.call_steps,
            record_parameters=record_parameters,
            optimizer=optimizer or optimizers.sgd(),
            classes=classes,
            examples=[*zip(rows[:_EXAMPLES], labels, strict=False)],
        )
        self._parameter_count = len(model.parameters())
        program = training_program(self._job)
        self.kernel = program.kernel
        self._instance = host.instantiate(program.binary)
        layout = self.kernel.layout
        self._instance.write(layout.alpha, array("d", [alpha]))
        self._instance.write(layout.xs, array("d", [x for row in rows for x in row]))
        if classes:
            labels = [t for label in labels for t in losses.targets(int(label), classes)]
        self._instance.write(layout.ys, array("d", labels))
        self._running = self._job.optimizer.running  # the memory begins with slots of zeros

    @property
    def parameters(self) -> array[float]:
        """The parameters as the kernel has them now."""
        return self._instance.read(self.kernel.layout.parameters, self._parameter_count)

    @parameters.setter
    def parameters(self, numbers: array[float]) -> None:
        self._instance.write(self.kernel.layout.parameters, numbers)

    @property
    def state(self) -> optimizers.State:
        """What the optimizer remembers of the steps so far."""
        count, names = self._parameter_count, self._job.optimizer.slots
        if not names:
            return optimizers.State(self._running, ())
        numbers = self._instance.read(self.kernel.layout.slots, count * len(names))
        slots = (tuple(numbers[count * k : count * (k + 1)]) for k in range(len(names)))
        return optimizers.State(self._running, tuple(slots))

    @state.setter
    def state(self, state: optimizers.State) -> None:
        self._running = state.running
        if state.slots:
            numbers = array("d", [number for slot in state.slots for number in slot])
            self._instance.write(self.kernel.layout.slots, numbers)

    def records(self, steps: int) -> array[float]:
        """The parameters after each of the last call's `steps` finished steps, one after another.

        There are none where they were not asked for with `record_parameters`.
        """
        if not self._job.record_parameters:
            return array("d")
        return self._instance.read(self.kernel.layout.records, steps * self._parameter_count)

    def run(self, rates: Sequence[float], batches: Sequence[Sequence[int]]) -> array[float]:
        """Take one step for each rate, at most `call_steps` of them.

        Args:
            rates: the learning rates.
            batches: for each step, which examples it uses; not looked at without mini-batches.

        Returns:
            Loss, data_loss, reg_loss, accuracy for each step that was finished. Fewer than asked
            for: the next step leaves the real numbers, and nothing of it was kept.
        """
        layout, optimizer = self.kernel.layout, self._job.optimizer
        running = [self._running]
        numbers = array("d")
        for rate in rates:
            of_step, after = optimizer.numbers(rate, running[-1])
            numbers.extend(of_step)
            running.append(after)
        if numbers:
            self._instance.write(layout.rates, numbers)
        if self._job.batch_size < self._job.example_count:
            indices = array("i", [index for batch in batches for index in batch])
            self._instance.write(layout.batches, indices)
        finished = int(self._instance.call("train", len(rates)))
        self._running = running[finished]
        return self._instance.read(layout.history, finished * len(HISTORY))
