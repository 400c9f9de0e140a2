"""The training loop: loss, gradients, a new model, again.

    run = train(model, dataset, steps=100)

Nothing is changed in place: `model` is afterwards what it was, and `run` holds the trained one.
Every argument is checked, and every learning rate computed, before the first step. The eager engine
and the compiled one do the same arithmetic in the same order and agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from inspect import signature
from typing import Any, Final, TypeAlias

from . import checks, losses, optimizers, rng
from .compiler import host
from .compiler.refusal import CannotCompile
from .compiler.training import CompiledTraining
from .datasets import Dataset
from .loops import Plan, Progress, Training, train_compiled, train_eagerly
from .nn import Module
from .run import Run, TrainingDiverged
from .schedules import Schedule, batch_indices, learning_rates, official_learning_rate
from .value import Value

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

Examples: TypeAlias = Dataset | tuple[Sequence[Sequence[float]], Sequence[float]]

ENGINES: Final = ("auto", "eager", "compiled")


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
    loss: str | losses.ExampleLoss = "max_margin",
    optimizer: str | optimizers.Optimizer = "sgd",
    engine: str = "auto",
    progress: Progress | None = None,
    record_parameters: bool = False,
) -> Run:
    """Train `model` on `dataset` by gradient descent.

        training, held_out = datasets.digits(held_out=0.2)
        run = train(MLP(64, [32, 10], seed=1), training, loss="one_vs_rest_margin",
                    optimizer="adam", learning_rate=0.01, alpha=1e-3, batch_size=128, steps=500,
                    seed=1337)

    Args:
        model: an MLP, Layer or Neuron with one output; with K classes one with K outputs.
        dataset: a Dataset, or a pair (xs, ys) of rows and labels: -1 or 1, or with K classes
            integers from 0 to K-1.
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
            for it and it can be done. `run.options["engine"]` says which one ran.
        progress: called as progress(step, row) after each step; training ends where it returns
            False, with what is finished. `live.Progress()` shows a run while it is trained. If it
            has the methods `on_start(steps)` and `on_finish(run)`, they are called before the
            first step and after the last one (with None where training raises).
        record_parameters: keep the parameters of every step, for `run.model_at(step)`: 8 bytes for
            each parameter and step.

    Returns:
        The Run. Interrupting (Ctrl-C) returns the finished steps, if there are any.

    Raises:
        TypeError, ValueError: an argument is not as above. No step was taken.
        TrainingDiverged: a number grew too large for a float64; it holds the finished rows.
    """
    chunks = _chunks(**locals())  # every argument as it came
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


def in_chunks(model: Module, dataset: Examples, **options: Any) -> Generator[int, None, Run]:
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


def _chunks(
    *,
    model: Module,
    dataset: Examples,
    steps: int,
    alpha: float,
    learning_rate: Schedule,
    batch_size: int | None,
    seed: rng.Seed,
    log_every: int,
    loss: str | losses.ExampleLoss,
    optimizer: str | optimizers.Optimizer,
    engine: str,
    progress: Progress | None,
    record_parameters: bool,
) -> Generator[int, None, Run]:
    if not isinstance(model, Module):
        checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
    _check_dataset(dataset)
    steps = checks.integer("steps", steps, "a positive integer", minimum=1)
    alpha = losses.check_alpha(alpha)
    size = losses.check_batch_size(batch_size)
    seed = rng.drawn_seed(seed)
    log_every = checks.integer("log_every", log_every, "a positive integer", minimum=1)
    name = _check_loss(loss)
    rule = optimizers.check_optimizer(optimizer)
    _check_choice("engine", engine, ENGINES)
    if progress is not None and not callable(progress):
        checks.refuse("progress", "None or a function of (step, row)", progress, kind=TypeError)
    record_parameters = checks.boolean("record_parameters", record_parameters)
    rates = learning_rates(learning_rate, steps)
    rows, labels, classes = _check_examples(dataset, model, loss, name)

    batches = batch_indices(len(rows), size, seed)
    example_loss: Any = loss
    if not callable(loss):
        example_loss = losses.CLASS_LOSSES[loss] if classes else losses.EXAMPLE_LOSSES[loss]
    plan = Plan(rows, labels, classes, example_loss, alpha, rule, rates, batches, callable(loss))
    training = Training(model, plan, progress, record_parameters)
    compiled = _compiled(model, plan, size, engine, record_parameters)
    options = {
        "steps": steps,
        "alpha": alpha,
        "batch_size": size,
        "seed": seed,
        "log_every": log_every,
        "loss": name,
        "optimizer": optimizer if isinstance(optimizer, str) else str(rule),
        "engine": "eager" if compiled is None else "compiled",
    }
    stopped, run = None, None
    _tell(progress, "on_start", steps)
    try:
        try:
            yield from (
                train_eagerly(training) if compiled is None else train_compiled(training, compiled)
            )
            if training.finished < steps:
                stopped = "progress"
        except KeyboardInterrupt:
            if not training.finished:
                raise
            stopped = "interrupted"
        run = Run(
            model, training.model, training.numbers, options, stopped, records=training.records
        )
    finally:
        _tell(progress, "on_finish", run)
    return run


def _tell(progress: Progress | None, method: str, news: object) -> None:
    told = getattr(progress, method, None)
    if callable(told):
        told(news)


def _compiled(
    model: Module, plan: Plan, batch_size: int | None, engine: str, record_parameters: bool
) -> CompiledTraining | None:
    """The kernel that `engine` asks for, ready to run; None where the eager engine is to run."""
    if engine == "eager" or (engine == "auto" and not host.available()):
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
    except CannotCompile:
        if engine == "compiled":
            raise
        _check_fit(model, plan)
        return None


def _check_dataset(dataset: Any) -> None:
    if not isinstance(dataset, Dataset) and not (isinstance(dataset, tuple) and len(dataset) == 2):
        checks.refuse("dataset", "a Dataset or a pair (xs, ys)", dataset, kind=TypeError)


def _check_examples(
    dataset: Any, model: Module, loss: object, name: str
) -> tuple[list[tuple[float, ...]], list[float], int]:
    """Rows, labels, and the number of classes, or 0 for the labels -1 and 1."""
    xs, ys = (dataset.xs, dataset.ys) if isinstance(dataset, Dataset) else dataset
    declared = dataset.classes if isinstance(dataset, Dataset) else 0
    # A function of the user's is for two classes, whatever it is called.
    if callable(loss) or loss not in losses.CLASS_LOSSES:
        if declared:
            raise ValueError(
                f'dataset: expected labels -1 and 1 for loss="{name}", got the classes 0 to '
                f'{declared - 1}; loss="one_vs_rest_margin" is for those'
            )
        return (*losses.check_examples(xs, ys), 0)
    rows = losses.check_rows(xs, ys)
    classes = model.output_count
    if classes < 2 or (declared and classes != declared):
        wanted = f"{declared} outputs" if declared else "two outputs or more"
        checks.refuse("model", f"{wanted}, a score for each class", classes)
    return rows, losses.check_classes(ys, classes), classes


def _check_fit(model: Module, plan: Plan) -> None:
    """Refuse rows of the wrong width and models of several outputs before step 0."""
    try:
        output = model(plan.rows[0])
    except ArithmeticError:  # the first step says so
        return
    if plan.classes:
        losses.class_scores(output, plan.classes)
    else:
        losses.lone_score(output)


def _check_loss(loss: Any) -> str:
    """The loss's name; a function of yours is tried on a score and both labels."""
    if not callable(loss):
        _check_choice("loss", loss, (*losses.EXAMPLE_LOSSES, *losses.CLASS_LOSSES))
        return str(loss)
    expected = "a function of (score, label) that returns a Value"
    for label in (-1.0, 1.0):
        try:
            made = loss(Value(0.5), label)
        except ArithmeticError:
            continue
        except TypeError as error:
            raise TypeError(f"loss: expected {expected}; calling it: {error}") from error
        if not isinstance(made, Value):
            checks.refuse("loss", expected, made, kind=TypeError)
    return str(getattr(loss, "__name__", type(loss).__name__))


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    expected = " or ".join(f'"{choice}"' for choice in choices)
    if not isinstance(value, str):
        checks.refuse(name, expected, value, kind=TypeError)
    if value not in choices:
        checks.refuse(name, expected, value)
