"""What `train` was asked for, checked: a run that begins, or one that goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeAlias, TypeVar, cast

from ..base import checks, memory
from ..engine.module import Module
from ..engine.value import Value
from ..learning import losses, optimizers
from ..learning.datasets import Dataset
from ..learning.schedules import kept
from ..numerics import rng
from .course import Absent, Course, name_of
from .history import FIELDS
from .run import Run

Examples: TypeAlias = Dataset | tuple[Sequence[Sequence[float]], Sequence[float]]

ENGINES: Final = ("auto", "eager", "compiled")
# Of a step's row: the numbers, copied twice when a run ends, and the learning rate beforehand.
ROW_BYTES: Final = 8 * (3 * len(FIELDS) + 1)

_T = TypeVar("_T")


class _Default:
    """A default value, to be told from the same value given."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:  # what `help` shows
        return getattr(self.value, "__name__", repr(self.value))


def default(value: _T) -> _T:
    """For a signature: this value, where none is given. A run that goes on has its own."""
    return cast(_T, _Default(value))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be trained, and how.

    Attributes:
        model: what the first of the steps begins with.
        course: examples, learning rate, loss, optimizer and engine; state and stream of the steps
            before, if there are any.
        options: what `run.options` will say, but for the engine.
        record_parameters: whether the parameters of every step are kept.
        before: the run that goes on, or None.
    """

    model: Module
    course: Course
    options: dict[str, Any]
    record_parameters: bool
    before: Run | None

    @property
    def first(self) -> int:
        """The first step."""
        return 0 if self.before is None else self.before.step_count

    @property
    def steps(self) -> int:
        """How many there will be in the end."""
        return int(self.options["steps"])

    @property
    def records(self) -> Sequence[float] | None:
        """The parameters after each step so far; None if they are not to be kept."""
        if not self.record_parameters:
            return None
        return () if self.before is None else self.before.records

    @property
    def rule(self) -> optimizers.Optimizer:
        """The optimizer."""
        assert isinstance(self.course.optimizer, optimizers.Optimizer)
        return self.course.optimizer


def asked(model: Any, dataset: Any, given: dict[str, Any]) -> Asked:
    """Check the arguments of `train`, all but the learning rates and `progress`.

    Raises:
        TypeError, ValueError: an argument is not as `train` says.
    """
    if isinstance(model, Run):
        made = _continued(model, dataset, given)
    else:
        made = _begun(model, dataset, given)
    steps = made.options["steps"]
    memory.check("steps", steps, ROW_BYTES * steps)
    if made.record_parameters:
        size = 3 * 8 * made.model.parameter_count * steps
        memory.check("record_parameters", made.record_parameters, size)
    return made


def _begun(model: Any, dataset: Any, given: dict[str, Any]) -> Asked:
    if not isinstance(model, Module):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
    check_dataset(dataset)
    chosen = {
        name: value.value if isinstance(value, _Default) else value for name, value in given.items()
    }
    steps = checks.integer("steps", chosen["steps"], "a positive integer", minimum=1)
    alpha = losses.check_alpha(chosen["alpha"])
    size = losses.check_batch_size(chosen["batch_size"])
    seed = rng.drawn_seed(chosen["seed"])
    log_every = _check_log_every(chosen["log_every"])
    loss, optimizer, engine = chosen["loss"], chosen["optimizer"], chosen["engine"]
    name = _check_loss(loss)
    rule = optimizers.check_optimizer(optimizer)
    engine = checks.choice("engine", engine, ENGINES)
    record_parameters = checks.boolean("record_parameters", chosen["record_parameters"])
    rows, labels, classes = check_examples(dataset, model, loss)
    options = {
        "steps": steps,
        "alpha": alpha,
        "batch_size": size,
        "seed": seed,
        "log_every": log_every,
        "loss": name,
        "optimizer": optimizer if isinstance(optimizer, str) else str(rule),
    }
    state = rule.initial_state(model.parameter_count)
    rate = kept(chosen["learning_rate"])
    course = Course(rows, labels, classes, rate, loss, rule, engine, state, stream=None)
    return Asked(model, course, options, record_parameters, None)


def _continued(run: Run, dataset: Any, given: dict[str, Any]) -> Asked:
    """A run that goes on by its own options: of the others only the same are taken."""
    course, options = run.course, run.options
    chosen = {name: value for name, value in given.items() if not isinstance(value, _Default)}
    if dataset is not None:
        raise ValueError(
            "dataset: expected None, a run goes on with its own examples; "
            "train(run.final_model, dataset) begins another run"
        )
    options["steps"] = _all_steps(run, chosen)
    if "log_every" in chosen:
        options["log_every"] = _check_log_every(chosen["log_every"])
    own: dict[str, Callable[[Any], Any]] = {
        "alpha": losses.check_alpha,
        "batch_size": losses.check_batch_size,
        "seed": rng.drawn_seed,
    }
    for name, check in own.items():
        if name in chosen and check(chosen[name]) != options[name]:
            _refuse_change(name, options[name], chosen[name])
    engine = chosen.get("engine", course.engine)
    engine = checks.choice("engine", engine, ENGINES)
    recorded = run.records is not None
    wanted = checks.boolean("record_parameters", chosen.get("record_parameters", recorded))
    if wanted and not recorded:
        raise ValueError("record_parameters: the run has not kept those of its steps so far")
    loss = chosen.get("loss", course.loss)
    # Of two functions the name is all that can be compared.
    own_loss = callable(course.loss) or isinstance(course.loss, Absent)
    if "loss" in chosen and (_check_loss(loss), callable(loss)) != (options["loss"], own_loss):
        _refuse_change("loss", options["loss"], loss)
    rule: Any = chosen.get("optimizer", course.optimizer)
    if "optimizer" in chosen:
        rule = optimizers.check_optimizer(rule)
        same = (
            str(rule) == options["optimizer"] and len(rule.slots) == len(course.state.slots)
            if isinstance(course.optimizer, Absent)
            else rule == course.optimizer
        )
        if not same:
            _refuse_change("optimizer", options["optimizer"], rule)
    rate = course.learning_rate
    if "learning_rate" in chosen:
        rate = kept(chosen["learning_rate"])
    for name, thing in (("learning_rate", rate), ("loss", loss), ("optimizer", rule)):
        _refuse_absent(name, thing)
    going = Course(
        course.rows, course.labels, course.classes, rate, loss, rule, engine, course.state,
        course.stream,
    )  # fmt: skip
    return Asked(run.final_model, going, options, wanted, run)


def _all_steps(run: Run, chosen: dict[str, Any]) -> int:
    if "steps" in chosen:
        more = checks.integer("steps", chosen["steps"], "a positive integer", minimum=1)
        return run.step_count + more
    planned = int(run.options["steps"])
    if run.step_count >= planned:
        raise ValueError(f"steps: expected how many more, all {planned} of the run are finished")
    return planned


def _refuse_change(name: str, own: object, given: object) -> NoReturn:
    raise ValueError(
        f"{name}: a run goes on with its own, {checks.shown(own)}, got {checks.shown(given)}; "
        "train(run.final_model, dataset, ...) begins another run"
    )


def _refuse_absent(name: str, thing: object) -> None:
    if isinstance(thing, Absent):
        checks.refuse(
            name,
            "to be given again, because the run was trained with a function of yours that is not "
            f"saved with it: train(run, {name}=...)",
            thing.name,
        )


def _check_log_every(log_every: Any) -> int:
    return checks.integer("log_every", log_every, "a positive integer", minimum=1)


def check_dataset(dataset: Any) -> None:
    if not isinstance(dataset, Dataset) and not (isinstance(dataset, tuple) and len(dataset) == 2):
        checks.refuse("dataset", "a Dataset or a pair (xs, ys)", dataset, kind=TypeError)


def check_examples(
    dataset: Any, model: Module, loss: object
) -> tuple[Sequence[tuple[float, ...]], list[float], int]:
    """Rows, labels, and the number of classes, or 0 for the labels -1 and 1."""
    xs, ys = (dataset.xs, dataset.ys) if isinstance(dataset, Dataset) else dataset
    declared = dataset.classes if isinstance(dataset, Dataset) else 0
    # A Dataset that holds anything has been checked.
    checked = isinstance(dataset, Dataset) and len(dataset) > 0
    rows = dataset.xs if checked else losses.check_rows(xs, ys)
    if callable(loss) or loss not in losses.CLASS_LOSSES:
        if declared:
            name = name_of(loss) if callable(loss) else loss
            raise ValueError(
                f'dataset: expected labels -1 and 1 for loss="{name}", got the classes 0 to '
                f'{declared - 1}; loss="one_vs_rest_margin" is for those'
            )
        return rows, losses.check_signs(ys), 0
    classes = model.output_count
    if classes < 2 or (declared and classes != declared):
        wanted = f"{declared} outputs" if declared else "two outputs or more"
        checks.refuse("model", f"{wanted}, a score for each class", classes)
    return rows, losses.check_classes(ys, classes), classes


def _check_loss(loss: Any) -> str:
    """The loss's name; a function of yours is tried on a score and both labels."""
    if not callable(loss):
        return checks.choice("loss", loss, (*losses.EXAMPLE_LOSSES, *losses.CLASS_LOSSES))
    expected = "a function of (score, label) that returns a Value"
    for label in (-1.0, 1.0):
        try:
            made = loss(Value(0.5), label)
        except ArithmeticError:
            continue
        except (TypeError, AttributeError) as error:
            raise TypeError(f"loss: expected {expected}; calling it: {error}") from error
        if not isinstance(made, Value):
            checks.refuse("loss", expected, made, kind=TypeError)
    return name_of(loss)
