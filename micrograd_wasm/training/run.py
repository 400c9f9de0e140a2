"""Run: what training gives back, and TrainingDiverged: what it raises."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from os import PathLike
from typing import Any

from ..base import checks
from ..base.read_only import ReadOnly
from ..base.shown import Shown
from ..engine.nn import Module
from .course import Course
from .history import FIELDS, HistoryRow, fingerprint, history_row


class Run(Shown):
    """What `train` gives back. Read-only; `train(run, steps=50)` goes on with it.

    Attributes:
        initial_model: the model that training began with.
        final_model: the model after the last update.
        options: the arguments, checked, and the engine that ran.
        stopped: None after the last step; "progress" or "interrupted" where it ended early.
    """

    __slots__ = (
        "_course",
        "_final_model",
        "_initial_model",
        "_numbers",
        "_options",
        "_records",
        "_rows",
        "_stopped",
    )

    def __init__(
        self,
        initial_model: Module,
        final_model: Module,
        numbers: Sequence[float],
        options: dict[str, Any],
        stopped: str | None = None,
        *,
        records: array[float] | None = None,
        course: Course,
    ) -> None:
        self._course = course
        self._initial_model = initial_model
        self._final_model = final_model
        self._numbers = array("d", numbers)  # `FIELDS` for each step: 40 bytes, however many
        self._options = options
        self._stopped = stopped
        self._records = records  # the parameters after each step: 8 bytes for each of them
        self._rows: tuple[HistoryRow, ...] | None = None

    initial_model = property(lambda self: self._initial_model)
    final_model = property(lambda self: self._final_model)
    options = property(lambda self: dict(self._options))
    stopped = property(lambda self: self._stopped)

    @property
    def numbers(self) -> Sequence[float]:
        """`FIELDS` for each step, one step after the other."""
        return memoryview(self._numbers).toreadonly()

    @property
    def records(self) -> Sequence[float] | None:
        """The parameters after each step, one step after the other; None if they were not kept."""
        return None if self._records is None else memoryview(self._records).toreadonly()

    @property
    def course(self) -> Course:
        """What the run needs to go on; `train(run)` asks for it."""
        return self._course

    @property
    def step_count(self) -> int:
        """How many steps were finished."""
        return len(self._numbers) // len(FIELDS)

    @property
    def history(self) -> tuple[HistoryRow, ...]:
        """A row for every `log_every`-th step and the last one.

        Each holds step, loss, data_loss, reg_loss, accuracy, learning_rate: all from before that
        step's update. The rows are read-only; `dict(row)` is a copy that can be changed.
        """
        if self._rows is None:
            last, every = self.step_count - 1, self._options["log_every"]
            self._rows = tuple(
                ReadOnly(history_row(self._numbers, k))
                for k in range(last + 1)
                if k % every == 0 or k == last
            )
        return self._rows

    @property
    def final_loss(self) -> float:
        """The last row's loss: measured before the last update."""
        return history_row(self._numbers, self.step_count - 1)["loss"]

    @property
    def final_accuracy(self) -> float:
        """The last row's accuracy: measured before the last update."""
        return history_row(self._numbers, self.step_count - 1)["accuracy"]

    @property
    def fingerprint(self) -> str:
        """Two runs have the same fingerprint if they agree to the last bit.

        The hex SHA-256 of little-endian float64s: for each step (also those that `log_every` left
        out) loss, data_loss, reg_loss, accuracy and learning_rate, then the final parameters. -0.0
        is hashed as 0.0.
        """
        return fingerprint(self._numbers, [p.data for p in self._final_model.parameters()])

    def save(self, path: str | PathLike[str]) -> None:
        """Write the run to a file: JSON, every number exact. `Run.load` reads it.

            run.save("moons.json")
            run = train(Run.load("moons.json"), steps=50)       # on this or another machine

        With the models and the history it holds the examples and all else that the run needs to go
        on. A function of yours (a loss, a schedule, an optimizer's rule) cannot be written: give it
        again, `train(run, loss=mine)`, when the loaded run is to go on.

        Args:
            path: the file's name; a file of that name is replaced.

        Raises:
            TypeError: `path` is no name, or the model is of a class of yours.
            OSError: the file cannot be written.
        """
        from .run_files import save  # noqa: PLC0415 - loaded when something is saved

        save(self, path)

    @staticmethod
    def load(path: str | PathLike[str]) -> Run:
        """The run that `save` has written, equal to it in every bit.

        Raises:
            TypeError: `path` is no name.
            ValueError: the file is something else or was changed: its numbers have to have the
                fingerprint that is noted with them, and the rest its SHA-256.
            OSError: the file cannot be read.
        """
        from .run_files import load  # noqa: PLC0415 - loaded when something is saved

        return Run(**load(path))

    def parameters_at(self, step: int) -> tuple[float, ...]:
        """The parameters that `step` began with, the ones its row was measured with.

        Args:
            step: 0 for the initial model, up to `step_count` for the final one.

        Raises:
            TypeError, ValueError: there is no such step, or it was not recorded: `train` keeps
                them with `record_parameters=True`. The first and the last are always there.
        """
        expected = f"an integer from 0 to {self.step_count}"
        step = checks.integer("step", step, expected, minimum=0)
        if step > self.step_count:
            checks.refuse("step", expected, step)
        if step in (0, self.step_count):
            model = self._final_model if step else self._initial_model
            return tuple(parameter.data for parameter in model.parameters())
        if self._records is None:
            raise ValueError("step: its parameters were not kept; train(record_parameters=True)")
        count = len(self._records) // self.step_count
        return tuple(self._records[count * (step - 1) : count * step])

    def model_at(self, step: int) -> Module:
        """The model that `step` began with; arguments and errors are those of `parameters_at`.

        run = train(model, dataset, record_parameters=True)
        plot_data.decision_boundary(run.model_at(10), dataset)
        """
        return self._initial_model.replace_parameters(self.parameters_at(step))

    def __repr__(self) -> str:
        return (
            f"Run({self.step_count} steps, final_loss={self.final_loss!r}, "
            f"final_accuracy={self.final_accuracy!r}, engine={self._options['engine']!r})"
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
        self.history = tuple(map(ReadOnly, history))
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

    def __reduce__(self) -> tuple[Any, ...]:
        # By itself an exception is made anew from its message, which is not what __init__ takes;
        # and a pool of processes waits for ever for one that cannot be unpickled.
        return _revived, (type(self), self.args, dict(self.__dict__))


def _revived(
    kind: type[TrainingDiverged], args: tuple[Any, ...], attributes: dict[str, Any]
) -> TrainingDiverged:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error
