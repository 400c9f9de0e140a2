"""The loops behind `train`: step by step in plain Values, or many steps in one call of a kernel.

Both note what they have finished in a `Training`, which is what is left where a run ends early.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import losses, optimizers
from .collector import collector_paused
from .compiler.training import CompiledTraining
from .gradients import backward
from .nn import Module
from .run import FIELDS, HistoryRow, TrainingDiverged, history_row

Progress: TypeAlias = Callable[[int, HistoryRow], object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be trained on, checked."""

    rows: list[tuple[float, ...]]
    labels: list[float]
    classes: int
    example_loss: Any
    alpha: float
    optimizer: optimizers.Optimizer
    rates: tuple[float, ...]
    batches: Iterator[Sequence[int]]
    own_loss: bool


class Training:
    """How far a run has come: what survives an interruption."""

    def __init__(
        self, model: Module, plan: Plan, progress: Progress | None, record_parameters: bool
    ) -> None:
        self.plan = plan
        self._progress = progress
        self._numbers = array("d")
        self._count = model.parameter_count
        self._records = array("d") if record_parameters else None
        # One tuple, so that an interruption finds model, state and count of the same step.
        self._done = (model, plan.optimizer.initial_state(self._count), 0)

    @property
    def model(self) -> Module:
        """The model after the last finished step."""
        return self._done[0]

    @property
    def state(self) -> optimizers.State:
        """What the optimizer remembers after the last finished step."""
        return self._done[1]

    @property
    def finished(self) -> int:
        """How many steps are finished."""
        return self._done[2]

    @property
    def numbers(self) -> array[float]:
        """`FIELDS` for each finished step."""
        return self._numbers[: self.finished * len(FIELDS)]

    @property
    def records(self) -> array[float] | None:
        """The parameters after each finished step, where they are recorded."""
        if self._records is None:
            return None
        return self._records[: self.finished * self._count]

    def finish(
        self,
        model: Module,
        state: optimizers.State,
        numbers: Sequence[float],
        records: Sequence[float] | None = None,
    ) -> None:
        """Note steps that led to `model`: loss, data_loss, reg_loss, accuracy for each.

        Args:
            records: the parameters after each of them; needed where there were several.
        """
        del self._numbers[self.finished * len(FIELDS) :]
        width = len(FIELDS) - 1
        steps = len(numbers) // width
        for k in range(steps):
            self._numbers.extend(numbers[width * k : width * (k + 1)])
            self._numbers.append(self.plan.rates[self.finished + k])
        if self._records is not None:
            self._records.extend(_numbers_of(model) if records is None else records)
        self._done = (model, state, self.finished + steps)

    def rewind(self, model: Module, state: optimizers.State, finished: int) -> None:
        """Take steps back, to `model`."""
        self._done = (model, state, finished)

    def goes_on(self, step: int) -> bool:
        """Show a finished step; whether the run is to continue."""
        if self._progress is None:
            return True
        return self._progress(step, history_row(self._numbers, step)) is not False

    def diverged(self, error: ArithmeticError) -> TrainingDiverged:
        """The error for the step that comes next."""
        step = self.finished
        history = [history_row(self._numbers, k) for k in range(step)]
        return TrainingDiverged(step, self.plan.rates[step], history, error)


def train_eagerly(training: Training) -> Iterator[int]:
    """Train; yields the number of finished steps after each of them."""
    while training.finished < len(training.plan.rates):
        eager_step(training, next(training.plan.batches))
        if not training.goes_on(training.finished - 1):
            return
        yield training.finished


def eager_step(training: Training, batch: Sequence[int]) -> None:
    """One step in plain Values: build the graph, differentiate it, move the parameters."""
    plan, model = training.plan, training.model
    try:
        with collector_paused():
            result = losses.mean_loss(
                model,
                [plan.rows[i] for i in batch],
                [plan.labels[i] for i in batch],
                plan.example_loss,
                plan.alpha,
                classes=plan.classes,
            )
            gradients = backward(result.total_loss)
            parameters = model.parameters()
            moved, state = plan.optimizer.step(
                [parameter.data for parameter in parameters],
                [gradients[parameter] for parameter in parameters],
                training.state,
                plan.rates[training.finished],
            )
            updated = model.replace_parameters(moved)
    except ArithmeticError as error:
        raise training.diverged(error) from error
    values = (result.total_loss, result.data_loss, result.reg_loss)
    training.finish(updated, state, [*(value.data for value in values), result.accuracy])


def train_compiled(training: Training, compiled: CompiledTraining) -> Iterator[int]:
    """Train; yields the number of finished steps after each call of the kernel."""
    plan = training.plan
    compiled.parameters = _numbers_of(training.model)
    batches: list[Sequence[int]] = []
    while training.finished < len(plan.rates):
        first, before, state = training.finished, training.model, training.state
        rates = plan.rates[first : first + compiled.call_steps]
        batches += [next(plan.batches) for _ in range(len(rates) - len(batches))]
        numbers = compiled.run(rates, batches)
        records = compiled.records(len(numbers) // (len(FIELDS) - 1))
        updated = before.replace_parameters(compiled.parameters)
        training.finish(updated, compiled.state, numbers, records)
        for step in range(first, training.finished):
            if not training.goes_on(step):
                # The kernel was ahead of what was shown: take its steps again up to this one.
                count = step + 1 - first
                compiled.parameters, compiled.state = _numbers_of(before), state
                compiled.run(rates[:count], batches[:count])
                model = before.replace_parameters(compiled.parameters)
                training.rewind(model, compiled.state, step + 1)
                return
        finished = training.finished - first
        if finished < len(rates):  # this step leaves the real numbers: eagerly, it says where
            eager_step(training, batches[finished])
            if not training.goes_on(training.finished - 1):
                return
            compiled.parameters, compiled.state = _numbers_of(training.model), training.state
            finished += 1
        del batches[:finished]
        yield training.finished


def _numbers_of(model: Module) -> array[float]:
    return array("d", [parameter.data for parameter in model.parameters()])
