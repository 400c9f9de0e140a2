"""The training loop: loss, gradients, a new model, again.

    run = train(model, dataset, steps=100)

Nothing is changed in place: `model` is afterwards what it was, and `run` holds the trained one.
Every argument is checked, and every learning rate computed, before the first step. The eager engine
and the compiled one do the same arithmetic in the same order and agree to the last bit.
"""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Generator
from dataclasses import replace
from inspect import signature
from typing import Any, Final

from ..base import checks
from ..compiler import host
from ..compiler.kernel.running import CompiledTraining
from ..compiler.refusal import CannotCompile
from ..engine.nn import Module
from ..learning import losses, optimizers
from ..learning.batches import Batches
from ..learning.schedules import (
    Schedule,
    batch_indices,
    checked_rates,
    learning_rates,
    official_learning_rate,
)
from ..numerics import rng
from .arguments import ENGINES, Examples, asked, default
from .loops import Progress, Training, TrainingPlan, train_compiled, train_eagerly
from .run import Run, TrainingDiverged

__all__ = [
    "ENGINES",
    "Examples",
    "Progress",
    "Run",
    "Schedule",
    "TrainingDiverged",
    "batch_indices",
    "learning_rates",
    "official_learning_rate",
    "train",
]


EAGER: Final = 2.3e-6
"""Seconds of the eager engine for each step, example and parameter: see tests/bench/eager.py."""
LONG: Final = 60.0  # seconds from which on a job is worth a warning


def train(
    model: Module | Run,
    dataset: Examples | None = None,
    *,
    steps: int = default(100),
    alpha: float = default(1e-4),
    learning_rate: Schedule = default(official_learning_rate),
    batch_size: int | None = default(None),
    seed: rng.Seed = default(rng.DEFAULT_SEED),
    log_every: int = default(1),
    loss: str | losses.ExampleLoss = default("max_margin"),
    optimizer: str | optimizers.Optimizer = default("sgd"),
    engine: str = default("auto"),
    progress: Progress | None = None,
    record_parameters: bool = default(False),
) -> Run:
    """Train `model` on `dataset` by gradient descent.

        training, held_out = datasets.digits(held_out=0.2)
        run = train(MLP(64, [32, 10], seed=1), training, loss="one_vs_rest_margin",
                    optimizer="adam", learning_rate=0.01, alpha=1e-3, batch_size=128, steps=500,
                    seed=1337)
        run = train(run, steps=100)              # 100 steps more

    Args:
        model: an MLP, Layer or Neuron with one output; with K classes one with K outputs. Or a Run,
            which goes on where it stopped: see below.
        dataset: a Dataset, or a pair (xs, ys) of rows and labels: -1 or 1, or with K classes
            integers from 0 to K-1. A Run has its own.
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
        loss: for two classes "max_margin", "logistic" or "mse", or a function of one example's
            score and label that gives its loss, such as
            `lambda score, label: (1.0 - label * score).relu() ** 2`; for K classes
            "one_vs_rest_margin". See `losses`. To be compiled, a function has to do the same
            arithmetic whatever the numbers are, from the first step to the last.
        optimizer: "sgd" (plain gradient descent), "momentum" or "adam", or one with settings of
            your own such as `optimizers.momentum(beta=0.5)`. See `optimizers`; momentum and Adam
            want a learning rate of their own.
        engine: "eager" builds every step's graph; "compiled" runs the whole of it as WebAssembly,
            with the same bits, or says why it cannot; "auto" compiles wherever there is a runtime
            for it and it can be done. `run.options["engine"]` says which one ran. Where "auto" has
            to be eager and the job is long, a warning says so, and why.
        progress: called as progress(step, row) after each step; training ends where it returns
            False, with what is finished. `live.Progress()` shows a run while it is trained. If it
            has the methods `on_start(steps)` and `on_finish(run)`, they are called before the
            first step and after the last one (with None where training raises).
        record_parameters: keep the parameters of every step, for `run.model_at(step)`: 8 bytes for
            each parameter and step.

    A Run goes on by its own examples and options, with its optimizer's memory, the next step's
    learning rate and batch: to the last bit it is as if it had not stopped. `steps` is how many
    more (all that are missing, where it was stopped); `learning_rate`, for all steps counted from
    the very first, `log_every` and `engine` may be other ones. The new Run has the whole history,
    and the one that was given stays as it is.

    Returns:
        The Run. Interrupting (Ctrl-C) returns the finished steps, if there are any.

    Raises:
        TypeError, ValueError: an argument is not as above. No step was taken.
        TrainingDiverged: a number grew too large for a float64; it holds the finished rows.
    """
    chunks = _chunks(
        model,
        dataset,
        progress,
        steps=steps,
        alpha=alpha,
        learning_rate=learning_rate,
        batch_size=batch_size,
        seed=seed,
        log_every=log_every,
        loss=loss,
        optimizer=optimizer,
        engine=engine,
        record_parameters=record_parameters,
    )
    try:
        try:
            while True:
                next(chunks)
        except KeyboardInterrupt:
            chunks.throw(KeyboardInterrupt)  # it came between two chunks: they are told, too
            raise
    except StopIteration as end:
        run: Run = end.value
        return run


def in_chunks(
    model: Module | Run, dataset: Examples | None = None, **options: Any
) -> Generator[int, None, Run]:
    """The same, for a caller that does other things in between, such as `live.train`.

    Args:
        model, dataset, options: as for `train`.

    Returns:
        A generator that yields the number of finished steps every few milliseconds and returns the
        Run. A KeyboardInterrupt thrown into it ends training with what is finished.

    Raises:
        TypeError, ValueError: when it is started; what `train` raises.
    """
    arguments = signature(train).bind(model, dataset, **options)
    arguments.apply_defaults()
    return _chunks(**arguments.arguments)


def _chunks(model: Any, dataset: Any, progress: Any, **given: Any) -> Generator[int, None, Run]:
    job = asked(model, dataset, given)
    if progress is not None and not callable(progress):
        checks.refuse("progress", "None or a function of (step, row)", progress, kind=TypeError)
    if progress is not None:
        checks.takes("progress", progress, "None or a function of (step, row)", 0, {})
    course, options, before = job.course, job.options, job.before
    rates = array("d")
    for _ in checked_rates(course.learning_rate, job.first, job.steps, rates):
        yield job.first

    size, seed = options["batch_size"], options["seed"]
    example_loss: Any = course.loss
    if not callable(example_loss):
        known: Any = losses.CLASS_LOSSES if course.classes else losses.EXAMPLE_LOSSES
        example_loss = known[course.loss]
    plan = TrainingPlan(
        rows=course.rows,
        labels=course.labels,
        classes=course.classes,
        example_loss=example_loss,
        alpha=options["alpha"],
        optimizer=job.rule,
        first=job.first,
        steps=job.steps,
        rates=rates,
        batches=Batches(len(course.rows), size, seed, step=job.first, state=course.stream),
    )
    training = Training(
        job.model,
        plan,
        progress,
        state=course.state,
        numbers=() if before is None else before.numbers,
        records=job.records,
    )
    compiled = _compiled(job.model, plan, size, course.engine, job.record_parameters)
    options["engine"] = "eager" if compiled is None else "compiled"
    stopped, run = None, None
    _tell(progress, "on_start", job.steps)
    try:
        try:
            yield from (
                train_eagerly(training) if compiled is None else train_compiled(training, compiled)
            )
            if training.finished < job.steps:
                stopped = "progress"
        except KeyboardInterrupt:
            if not training.finished:
                raise
            stopped = "interrupted"
        run = Run(
            job.model if before is None else before.initial_model,
            training.model,
            training.numbers,
            options,
            stopped,
            records=training.records,
            course=replace(
                course, state=training.state, stream=plan.batches.state_at(training.finished)
            ),
        )
    finally:
        _tell(progress, "on_finish", run)
    return run


def _tell(progress: Progress | None, method: str, news: object) -> None:
    told = getattr(progress, method, None)
    if callable(told):
        told(news)


def _compiled(
    model: Module, plan: TrainingPlan, batch_size: int | None, engine: str, record_parameters: bool
) -> CompiledTraining | None:
    """The kernel that `engine` asks for, ready to run; None where the eager engine is to run."""
    if engine == "auto" and not host.available():
        _warn_of_hours(model, plan, batch_size, f"there is {host.NoHost()}")
        engine = "eager"
    if engine == "eager":
        _check_fit(model, plan)  # where the kernel is to run, tracing it finds out
        return None
    size = min(batch_size or len(plan.rows), len(plan.rows))
    try:
        return CompiledTraining(
            model,
            plan.rows,
            plan.labels,
            batch_size=size,
            example_loss=plan.example_loss,
            alpha=plan.alpha,
            optimizer=plan.optimizer,
            classes=plan.classes,
            record_parameters=record_parameters,
        )
    except CannotCompile as reason:
        if engine == "compiled":
            raise
        _check_fit(model, plan)
        _warn_of_hours(model, plan, batch_size, f"it cannot be compiled: {reason}")
        return None


def _warn_of_hours(model: Module, plan: TrainingPlan, batch_size: int | None, why: str) -> None:
    """Say so where a job is long because nothing of it runs compiled."""
    size = min(batch_size or len(plan.rows), len(plan.rows))
    seconds = EAGER * len(plan.rates) * size * model.parameter_count
    if seconds < LONG:
        return
    times = ((3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))
    about = next(f"{seconds / unit:,.0f} {name}" for unit, name in times if seconds >= 2.0 * unit)
    warnings.warn(
        f"training will take about {about} in the eager engine, as {why}",
        stacklevel=5,  # whoever calls train
    )


def _check_fit(model: Module, plan: TrainingPlan) -> None:
    """Refuse rows of the wrong width and models of several outputs before the first step."""
    try:
        output = model(plan.rows[0])
    except ArithmeticError:
        return  # the first step tells it better
    if plan.classes:
        losses.class_scores(output, plan.classes)
    else:
        losses.lone_score(output)
