"""The loops behind `train`: step by step in plain Values, or many steps in one call of a kernel.

Both note what they have finished in a `Training`, which is what is left where a run ends early.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..base.collector import collector_paused
from ..compiler.kernel.running import CompiledTraining
from ..engine.nn import Module
from ..engine.value import backward
from ..learning import losses, optimizers
from ..learning.batches import Batches
from .history import FIELDS, HistoryRow, history_row
from .run import TrainingDiverged

Progress: TypeAlias = Callable[[int, HistoryRow], object]


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What is to be trained on, checked.

    Attributes:
        first, steps: the step to begin with, and how many there are to be in the end.
        rates: the learning rates of the steps from `first` on.
        batches: their batches.
    """

    rows: Sequence[tuple[float, ...]]
    labels: Sequence[float]
    classes: int
    example_loss: Any
    alpha: float
    optimizer: optimizers.Optimizer
    first: int
    steps: int
    rates: array[float]
    batches: Batches


class Training:
    """How far a run has come: what survives an interruption."""

    def __init__(
        self,
        model: Module,
        plan: TrainingPlan,
        progress: Progress | None,
        *,
        state: optimizers.State | None = None,
        numbers: Sequence[float] = (),
        records: Sequence[float] | None = None,
    ) -> None:
        """A run that is to begin, or to go on after `plan.first` steps.

        Args:
            model: what the next step begins with.
            state: what the optimizer remembers of the steps before.
            numbers: `FIELDS` for each of them.
            records: the parameters after each of them; None if they are not to be recorded.
        """
        self.plan = plan
        self._progress = progress
        self._numbers = array("d", numbers)
        self._count = model.parameter_count
        self._records = None if records is None else array("d", records)
        if state is None:
            state = plan.optimizer.initial_state(self._count)
        # One tuple, so that an interruption finds model, state and count of the same step.
        self._done = (model, state, plan.first)

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
        rates, first = self.plan.rates, self.finished - self.plan.first
        for k in range(steps):
            self._numbers.extend(numbers[width * k : width * (k + 1)])
            self._numbers.append(rates[first + k])
        if self._records is not None:
            self._records.extend(_numbers_of(model) if records is None else records)
        self._done = (model, state, self.finished + steps)

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        return self.plan.rates[step - self.plan.first]

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
        return TrainingDiverged(step, self.rate(step), history, error)


def train_eagerly(training: Training) -> Iterator[int]:
    """Train; yields the number of finished steps after each of them."""
    plan, batches = training.plan, training.plan.batches
    while training.finished < plan.steps:
        for _ in batches.draw(1, plan.steps - training.finished):
            yield training.finished
        eager_step(training, batches.first(1)[0])
        batches.drop(1)
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
                training.rate(training.finished),
            )
            updated = model.replace_parameters(moved)
    except ArithmeticError as error:
        raise training.diverged(error) from error
    values = (result.total_loss, result.data_loss, result.reg_loss)
    training.finish(updated, state, [*(value.data for value in values), result.accuracy])


def train_compiled(training: Training, compiled: CompiledTraining) -> Iterator[int]:
    """Train; yields the number of finished steps after each call of the kernel, and while batches
    are drawn for it."""
    plan, batches = training.plan, training.plan.batches
    compiled.parameters = _numbers_of(training.model)
    if plan.first:
        compiled.state = training.state
    while (first := training.finished) < plan.steps:
        steps = min(compiled.call_steps, batches.at_once, plan.steps - first)
        for _ in batches.draw(steps, plan.steps - first):
            yield training.finished
        before, state = training.model, training.state
        rates = plan.rates[first - plan.first : first - plan.first + steps]
        chosen = batches.first(steps)
        numbers = compiled.run(rates, chosen)
        records = compiled.records(len(numbers) // (len(FIELDS) - 1))
        updated = before.replace_parameters(compiled.parameters)
        training.finish(updated, compiled.state, numbers, records)
        for step in range(first, training.finished):
            if not training.goes_on(step):
                # The kernel was ahead of what was shown: take its steps again up to this one.
                count = step + 1 - first
                compiled.parameters, compiled.state = _numbers_of(before), state
                compiled.run(rates[:count], chosen[:count])
                model = before.replace_parameters(compiled.parameters)
                training.rewind(model, compiled.state, step + 1)
                return
        finished = training.finished - first
        if finished < steps:  # this step leaves the real numbers: eagerly, it says where
            eager_step(training, chosen[finished])
            if not training.goes_on(training.finished - 1):
                return
            compiled.parameters, compiled.state = _numbers_of(training.model), training.state
            finished += 1
        batches.drop(finished)
        yield training.finished


def _numbers_of(model: Module) -> array[float]:
    return array("d", [parameter.data for parameter in model.parameters()])
