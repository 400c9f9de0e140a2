"""The training loop: loss, gradients, a new model, again.

    run = train(model, dataset, steps=100)

Nothing is changed in place: `model` is afterwards what it was, and `run` holds the trained one.
Every argument is checked, and every learning rate computed, before the first step. The eager engine
and the compiled one do the same arithmetic in the same order and agree to the last bit.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from . import checks, losses, rng
from .compiler import host
from .compiler.example import can_compile
from .compiler.training import CompiledTraining
from .datasets import Dataset
from .gradients import backward
from .nn import Module
from .run import FIELDS, HistoryRow, Run, TrainingDiverged, history_row

Schedule: TypeAlias = float | Sequence[float] | Callable[[int], float]
Progress: TypeAlias = Callable[[int, HistoryRow], object]
Examples: TypeAlias = Dataset | tuple[Sequence[Sequence[float]], Sequence[float]]

ENGINES: Final = ("auto", "eager", "compiled")


def official_learning_rate(step: int) -> float:
    """The original demo's schedule: 1.0 - 0.9*step/100, from 1.0 down to 0.1 at step 100.

    Args:
        step: the step's number, 0 or more. From step 112 on the rate is negative.
    """
    step = checks.integer("step", step, "an integer, 0 or more", minimum=0)
    return 1.0 - 0.9 * step / 100.0


def train(
    model: Module,
    dataset: Examples,
    *,
    steps: int = 100,
    alpha: float = 1e-4,
    learning_rate: Schedule = official_learning_rate,
    batch_size: int | None = None,
    seed: rng.Seed = rng.DEFAULT_SEED,
    log_every: int = 1,
    loss: str = "max_margin",
    engine: str = "auto",
    progress: Progress | None = None,
) -> Run:
    """Train `model` on `dataset` by gradient descent.

    Args:
        model: an MLP, Layer or Neuron with one output.
        dataset: a Dataset, or a pair (xs, ys) of rows and labels -1 or 1.
        steps: how many updates, 1 or more.
        alpha: strength of the L2 regularization, 0 or more.
        learning_rate: a number for all steps, a function of the step, or a list with a number for
            each step; never negative.
        batch_size: examples in each step's random batch; None takes all of them.
        seed: which batches: three integers (a, b, c) shuffle step k by exsss seeded with
            (a+k, b+31k, c+131k), as MicrogradEx does; one integer seeds NumPy's stream once and
            takes a permutation at each step; None draws fresh integers and notes them in
            `run.options`.
        log_every: keep every how many-th row in `run.history`; the last one is always kept.
        loss: the loss by its name: "max_margin" or "logistic".
        engine: "eager" builds every step's graph; "compiled" runs the whole of it as WebAssembly,
            with the same bits; "auto" compiles wherever there is a runtime for it (and the model's
            parameters are leaves, each of them once). `run.options["engine"]` says which one ran.
        progress: called as progress(step, row) after each step; training ends where it returns
            False, with what is finished.

    Returns:
        The Run. Interrupting (Ctrl-C) returns the finished steps, if there are any.

    Raises:
        TypeError, ValueError: an argument is not as above. No step was taken.
        TrainingDiverged: a number grew too large for a float64; it holds the finished rows.
    """
    if not isinstance(model, Module):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
    rows, labels = _check_dataset(dataset)
    steps = checks.integer("steps", steps, "a positive integer", minimum=1)
    alpha = losses.check_alpha(alpha)
    size = losses.check_batch_size(batch_size)
    seed = rng.drawn_seed(seed)
    log_every = checks.integer("log_every", log_every, "a positive integer", minimum=1)
    _check_choice("loss", loss, tuple(losses.EXAMPLE_LOSSES))
    _check_choice("engine", engine, ENGINES)
    if progress is not None and not callable(progress):
        checks.refuse("progress", "None or a function of (step, row)", progress, kind=TypeError)
    rates = learning_rates(learning_rate, steps)

    batches = batch_indices(len(rows), size, seed)
    plan = _Plan(rows, labels, losses.EXAMPLE_LOSSES[loss], alpha, rates, batches)
    training = _Training(model, plan, progress)
    compiled = _compiled(model, plan, size, engine)
    stopped = None
    try:
        if compiled is None:
            _train_eagerly(training)
        else:
            _train_compiled(training, compiled)
        if training.finished < steps:
            stopped = "progress"
    except KeyboardInterrupt:
        if not training.finished:
            raise
        stopped = "interrupted"
    options = {
        "steps": steps,
        "alpha": alpha,
        "batch_size": size,
        "seed": seed,
        "log_every": log_every,
        "loss": loss,
        "engine": "eager" if compiled is None else "compiled",
    }
    return Run(model, training.model, training.numbers, options, stopped)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be trained on, checked."""

    rows: list[tuple[float, ...]]
    labels: list[float]
    example_loss: losses.ExampleLoss
    alpha: float
    rates: tuple[float, ...]
    batches: Iterator[Sequence[int]]


class _Training:
    """How far a run has come: what survives an interruption."""

    def __init__(self, model: Module, plan: _Plan, progress: Progress | None) -> None:
        self.plan = plan
        self._progress = progress
        self._numbers = array("d")
        # One tuple, so that an interruption finds the model and the count of the same step.
        self._done = (model, 0)

    @property
    def model(self) -> Module:
        """The model after the last finished step."""
        return self._done[0]

    @property
    def finished(self) -> int:
        """How many steps are finished."""
        return self._done[1]

    @property
    def numbers(self) -> array[float]:
        """`FIELDS` for each finished step."""
        return self._numbers[: self.finished * len(FIELDS)]

    def finish(self, model: Module, numbers: Sequence[float]) -> None:
        """Note steps that led to `model`: loss, data_loss, reg_loss, accuracy for each."""
        del self._numbers[self.finished * len(FIELDS) :]
        width = len(FIELDS) - 1
        steps = len(numbers) // width
        for k in range(steps):
            self._numbers.extend(numbers[width * k : width * (k + 1)])
            self._numbers.append(self.plan.rates[self.finished + k])
        self._done = (model, self.finished + steps)

    def rewind(self, model: Module, finished: int) -> None:
        """Take steps back, to `model`."""
        self._done = (model, finished)

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


def _train_eagerly(training: _Training) -> None:
    while training.finished < len(training.plan.rates):
        _eager_step(training, next(training.plan.batches))
        if not training.goes_on(training.finished - 1):
            return


def _eager_step(training: _Training, batch: Sequence[int]) -> None:
    """One step in plain Values: build the graph, differentiate it, move the parameters."""
    plan = training.plan
    try:
        with _collector_paused():
            result = losses.mean_loss(
                training.model,
                [plan.rows[i] for i in batch],
                [plan.labels[i] for i in batch],
                plan.example_loss,
                plan.alpha,
            )
            gradients = backward(result.total_loss)
            updated = training.model.apply_gradients(gradients, plan.rates[training.finished])
    except ArithmeticError as error:
        raise training.diverged(error) from error
    values = (result.total_loss, result.data_loss, result.reg_loss)
    training.finish(updated, [*(value.data for value in values), result.accuracy])


def _compiled(
    model: Module, plan: _Plan, batch_size: int | None, engine: str
) -> CompiledTraining | None:
    """The kernel that `engine` asks for, ready to run; None where the eager engine is to run."""
    if engine == "eager" or (engine == "auto" and not (host.available() and can_compile(model))):
        _check_fit(model, plan.rows[0])  # where the kernel is to run, tracing it finds out
        return None
    size = min(batch_size or len(plan.rows), len(plan.rows))
    return CompiledTraining(
        model,
        plan.rows,
        plan.labels,
        batch_size=size,
        example_loss=plan.example_loss,
        alpha=plan.alpha,
        steps=len(plan.rates),
    )


def _train_compiled(training: _Training, compiled: CompiledTraining) -> None:
    plan = training.plan
    compiled.parameters = _numbers_of(training.model)
    batches: list[Sequence[int]] = []
    while training.finished < len(plan.rates):
        first, before = training.finished, training.model
        rates = plan.rates[first : first + compiled.call_steps]
        batches += [next(plan.batches) for _ in range(len(rates) - len(batches))]
        numbers = compiled.run(rates, batches)
        training.finish(before.replace_parameters(compiled.parameters), numbers)
        for step in range(first, training.finished):
            if not training.goes_on(step):
                # The kernel was ahead of what was shown: take its steps again up to this one.
                count = step + 1 - first
                compiled.parameters = _numbers_of(before)
                compiled.run(rates[:count], batches[:count])
                training.rewind(before.replace_parameters(compiled.parameters), step + 1)
                return
        finished = training.finished - first
        if finished < len(rates):  # this step leaves the real numbers: eagerly, it says where
            _eager_step(training, batches[finished])
            if not training.goes_on(training.finished - 1):
                return
            compiled.parameters = _numbers_of(training.model)
            finished += 1
        del batches[:finished]


def _numbers_of(model: Module) -> array[float]:
    return array("d", [parameter.data for parameter in model.parameters()])


def learning_rates(schedule: Any, steps: int) -> tuple[float, ...]:
    """The learning rate of each step, all of them checked.

    Raises:
        TypeError: not a number, a function or a list; or a step's rate is not a number.
        ValueError: a rate that is negative or not finite (the step is named), or a list that is
            too short.
    """
    expected = "a non-negative number, a function of the step, or a list of numbers"
    rates: Sequence[Any]
    if checks.is_real(schedule):
        rates = [schedule] * steps
    elif callable(schedule):
        rates = [schedule(step) for step in range(steps)]
    else:
        rates = checks.sequence("learning_rate", schedule, expected)
        if len(rates) < steps:
            checks.refuse_count("learning_rate", f"a number for each of {steps} steps", rates)
    return tuple(
        checks.real(
            f"learning_rate at step {step}",
            rates[step],
            "a finite number, 0 or more",
            minimum=0.0,
        )
        for step in range(steps)
    )


def batch_indices(
    count: int, batch_size: int | None, seed: int | tuple[int, int, int]
) -> Iterator[Sequence[int]]:
    """For step 0, 1, 2, ... without end: which of `count` examples the step uses, in order."""
    if batch_size is None or batch_size >= count:
        while True:
            yield range(count)
    if isinstance(seed, int):
        stream = rng.stream(seed)
        while True:
            yield stream.permutation(count)[:batch_size]
    a, b, c = seed
    step = 0
    while True:
        yield rng.Exsss((a + step, b + 31 * step, c + 131 * step)).permutation(count)[:batch_size]
        step += 1


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No cyclic garbage collection inside.

    A step builds some hundred thousand objects without one reference cycle among them, and the
    collector would walk them several times to find nothing: half of the step's time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check_dataset(dataset: Any) -> tuple[list[tuple[float, ...]], list[float]]:
    if isinstance(dataset, Dataset):
        return losses.check_examples(dataset.xs, dataset.ys)
    if isinstance(dataset, tuple) and len(dataset) == 2:
        return losses.check_examples(*dataset)
    checks.refuse("dataset", "a Dataset or a pair (xs, ys)", dataset, kind=TypeError)


def _check_fit(model: Module, row: tuple[float, ...]) -> None:
    """Refuse rows of the wrong width and models of several outputs before step 0."""
    still = model.replace_parameters([0.0] * model.parameter_count)  # nothing can overflow in it
    losses.lone_score(still(row))


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    expected = " or ".join(f'"{choice}"' for choice in choices)
    if not isinstance(value, str):
        checks.refuse(name, expected, value, kind=TypeError)
    if value not in choices:
        checks.refuse(name, expected, value)
