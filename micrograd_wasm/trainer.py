"""The training loop: loss, gradients, a new model, again.

    run = train(model, dataset, steps=100)

Nothing is changed in place: `model` is afterwards what it was, and `run` holds the trained one.
Every argument is checked, and every learning rate computed, before the first step.
"""

from __future__ import annotations

import gc
import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from . import checks, losses, rng
from .datasets import Dataset
from .gradients import backward
from .nn import Module

HistoryRow: TypeAlias = dict[str, float]
Schedule: TypeAlias = float | Sequence[float] | Callable[[int], float]
Progress: TypeAlias = Callable[[int, HistoryRow], object]
Examples: TypeAlias = Dataset | tuple[Sequence[Sequence[float]], Sequence[float]]

FIELDS: Final = ("loss", "data_loss", "reg_loss", "accuracy", "learning_rate")
"""The numbers of one history row, in the order that the fingerprint hashes them."""

ENGINES: Final = ("auto", "eager")


@dataclass(frozen=True, slots=True)
class Run:
    """What `train` gives back.

    Attributes:
        initial_model: the model that training began with.
        final_model: the model after the last update.
        history: a row for each logged step (and the last one): step, loss, data_loss, reg_loss,
            accuracy, learning_rate, all from before that step's update.
        full_history: the same for every step, whatever `log_every` left out.
        options: the arguments, checked, and the engine that ran.
        stopped: None after the last step; "progress" or "interrupted" where it ended early.
    """

    initial_model: Any
    final_model: Any
    history: tuple[HistoryRow, ...]
    full_history: tuple[HistoryRow, ...]
    options: dict[str, Any]
    stopped: str | None = None

    @property
    def final_loss(self) -> float:
        """The last row's loss: measured before the last update."""
        return self.full_history[-1]["loss"]

    @property
    def final_accuracy(self) -> float:
        """The last row's accuracy: measured before the last update."""
        return self.full_history[-1]["accuracy"]

    @property
    def fingerprint(self) -> str:
        """Two runs have the same fingerprint if they agree to the last bit.

        The hex SHA-256 of little-endian float64s: for each step loss, data_loss, reg_loss,
        accuracy and learning_rate, then the final parameters. -0.0 is hashed as 0.0.
        """
        numbers = [row[name] for row in self.full_history for name in FIELDS]
        numbers += [parameter.data for parameter in self.final_model.parameters()]
        # Adding 0.0 turns -0.0 into 0.0 and changes nothing else.
        packed = struct.pack(f"<{len(numbers)}d", *(number + 0.0 for number in numbers))
        return hashlib.sha256(packed).hexdigest()

    def __repr__(self) -> str:
        return (
            f"Run({len(self.full_history)} steps, final_loss={self.final_loss!r}, "
            f"final_accuracy={self.final_accuracy!r}, engine={self.options['engine']!r})"
        )


class TrainingDiverged(ArithmeticError):
    """A step left the real numbers: the loss, a gradient or a parameter grew without bound.

    Attributes:
        step: the step that could not be finished.
        last_loss: the last finite loss, or None if there was none.
        history: the rows of all steps that were finished.
    """

    def __init__(
        self, step: int, learning_rate: float, history: Sequence[HistoryRow], cause: object
    ) -> None:
        self.step = step
        self.history = tuple(history)
        self.last_loss = self.history[-1]["loss"] if self.history else None
        before = (
            f"the last finite loss was {self.last_loss!r}, at step {step - 1}"
            if self.history
            else "no step was finished"
        )
        super().__init__(
            f"training diverged at step {step}: {cause}; {before}. What usually helps: a smaller "
            f"learning_rate (here {learning_rate!r}), inputs within about -3 to 3, a smaller alpha."
        )


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
        loss: the loss by its name: "max_margin".
        engine: "auto" or "eager".
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
    losses.lone_score(model(rows[0]))  # the wrong width or several outputs, found before step 0

    example_loss = losses.EXAMPLE_LOSSES[loss]
    history: list[HistoryRow] = []
    stopped = None
    current = model
    batches = batch_indices(len(rows), size, seed)
    try:
        for step, rate in enumerate(rates):
            batch = next(batches)
            try:
                with _collector_paused():
                    result = losses.mean_loss(
                        current, [rows[i] for i in batch], [labels[i] for i in batch],
                        example_loss, alpha,
                    )  # fmt: skip
                    updated = current.apply_gradients(backward(result.total_loss), rate)
            except ArithmeticError as error:
                raise TrainingDiverged(step, rate, history, error) from error
            row: HistoryRow = {
                "step": step,
                "loss": result.total_loss.data,
                "data_loss": result.data_loss.data,
                "reg_loss": result.reg_loss.data,
                "accuracy": result.accuracy,
                "learning_rate": rate,
            }
            del result  # the step's graph goes before the next one is built
            history.append(row)
            current = updated
            if progress is not None and progress(step, dict(row)) is False:
                stopped = "progress"
                break
    except KeyboardInterrupt:
        if not history:
            raise
        stopped = "interrupted"
    last = len(history) - 1
    logged = [row for k, row in enumerate(history) if k % log_every == 0 or k == last]
    options = {
        "steps": steps,
        "alpha": alpha,
        "batch_size": size,
        "seed": seed,
        "log_every": log_every,
        "loss": loss,
        "engine": "eager",
    }
    return Run(model, current, tuple(logged), tuple(history), options, stopped)


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
            checks.refuse("learning_rate", f"a number for each of {steps} steps", f"{len(rates)}")
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


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    expected = " or ".join(f'"{choice}"' for choice in choices)
    if not isinstance(value, str):
        checks.refuse(name, expected, value, kind=TypeError)
    if value not in choices:
        checks.refuse(name, expected, value)
