"""Every public function, class and method, found by walking the package; a right call of each."""

import asyncio
import io
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, Final, NamedTuple

import micrograd_wasm
from micrograd_wasm import (
    MLP,
    Layer,
    Neuron,
    Value,
    charts,
    classic,
    datasets,
    diagnose,
    display,
    gradients,
    graph,
    jit,
    live,
    losses,
    optimizers,
    plot_data,
    predictions,
    rng,
    trainer,
)
from micrograd_wasm.engine.operations import FUNCTIONS

PACKAGE: Final = micrograd_wasm.__name__
# Modules that users know by another name.
_RENAMED: Final = {"reverse": "gradients", "graph_rows": "graph"}
# Of what begins and ends with two underscores: what an argument of the user's reaches.
_OPERATORS: Final = (
    "__call__ __getitem__ __contains__ __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ "
    "__truediv__ __rtruediv__ __pow__ __rpow__"
).split()  # fmt: skip


def public() -> dict[str, Any]:
    """What a user can call, by its name: those in `__all__`, and what the modules there define."""
    found: dict[str, Any] = {}
    waiting = [micrograd_wasm, classic]
    for module in waiting:
        every = vars(module)
        for name in getattr(module, "__all__", [n for n in every if not n.startswith("_")]):
            thing = getattr(module, name)
            if isinstance(thing, ModuleType):
                if hasattr(module, "__all__") and thing not in waiting:
                    waiting.append(thing)
            elif isinstance(thing, type | FunctionType) and (
                thing.__module__.startswith(PACKAGE)
                if hasattr(module, "__all__")
                else thing.__module__ == module.__name__
            ):
                found[_name(thing)] = thing
    for thing in list(found.values()):
        if isinstance(thing, type):
            found |= _methods(thing)
    return found


def _name(thing: Any) -> str:
    """As "losses.hinge" or "compiler.jit.Compiled": without the folders."""
    *folders, module = thing.__module__.removeprefix(PACKAGE + ".").split(".")
    module = _RENAMED.get(module, module)
    if folders and folders[0] in ("compiler", "classic"):
        module = f"{folders[0]}.{module}"
    return f"{module}.{thing.__qualname__}"


def _methods(owner: type) -> dict[str, Any]:
    found = {}
    for kind in reversed(owner.__mro__):
        if not kind.__module__.startswith(PACKAGE):
            continue
        for name, method in vars(kind).items():
            plain = method.__func__ if isinstance(method, staticmethod | classmethod) else method
            if isinstance(plain, FunctionType) and (not name.startswith("_") or name in _OPERATORS):
                found[f"{_name(owner)}.{name}"] = plain
    return found


class Call(NamedTuple):
    """A call that works: what is called, and its arguments, made anew each time.

    Attributes:
        names: of the positional ones, where the signature says only `*numbers`.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    names: tuple[str, ...] = ()


def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[[], Call]:
    return lambda: Call(function, _copied(args), _copied(kwargs))


def _numbers(function: Callable[..., Any], **numbers: float) -> Callable[[], Call]:
    return lambda: Call(function, tuple(numbers.values()), {}, tuple(numbers))


def _copied(value: Any) -> Any:
    """Fresh lists and dicts, with the same things in them."""
    if type(value) in (list, tuple):
        return type(value)(map(_copied, value))
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return value


# Shared by all calls, so that a change in any of them is seen.
MODEL: Final = MLP(2, [2, 1], seed=1)
CLASSES: Final = MLP(2, [2, 3], seed=1)
NEURON: Final = Neuron(2, seed=1)
LAYER: Final = Layer(2, 2, seed=1)
DATA: Final = datasets.moons(6, seed=1)
RUN: Final = trainer.train(MODEL, DATA, steps=2, engine="eager", record_parameters=True)
X: Final = Value(0.5, "x")
Y: Final = X * 2.0 + 1.0
TABLE: Final = Y.backward()
COMPILED: Final = jit(lambda a, b: a * b + a)
XS: Final = [[0.5, 1.0], [-1.0, 0.25]]
YS: Final = [1, -1]


def _stop(step: int, row: dict[str, float]) -> None:
    return None


def _live(model: Any, dataset: Any, **options: Any) -> Any:
    return asyncio.run(live.train(model, dataset, **options))


def _first(count: Any, batch_size: Any, seed: Any) -> Any:
    return next(trainer.batch_indices(count, batch_size, seed))


def _update(parameter: Any, gradient: Any, slots: Any, numbers: Any) -> Any:
    return parameter - numbers["rate"] * gradient, slots


def _advance(running: Any, settings: Any) -> Any:
    return running


TRAINING: Final = {
    "steps": 2, "alpha": 1e-4, "learning_rate": [0.5, 0.25], "batch_size": 4, "seed": (1, 2, 3),
    "log_every": 1, "loss": "max_margin", "optimizer": "sgd", "engine": "eager",
    "progress": _stop, "record_parameters": False,
}  # fmt: skip
_PLANE: Final = {"noise": 0.1, "seed": (1, 2, 3), "shuffle": True}
_BATCH: Final = {"alpha": 1e-4, "batch_size": 2, "seed": (1, 2, 3)}

CALLS: Final[dict[str, Callable[[], Call]]] = {
    "value.Value": _call(Value, 1.5, label="x"),
    "value.Value.with_label": _call(X.with_label, "y"),
    "value.Value.sum": _call(Value.sum, [1.0, X], start=0.5),
    "value.Value.backward": _call(Y.backward),
    "value.Gradients.__getitem__": _call(TABLE.__getitem__, X),
    "value.Gradients.__contains__": _call(TABLE.__contains__, X),
    "value.backward": _call(gradients.backward, Y),
    "gradients.check": _call(
        gradients.check, lambda a, b: a * b, at=[1.0, 2.0], step=1e-5, tolerance=1e-6
    ),
    "gradients.topological_order": _call(gradients.topological_order, Y, leaves=True),
    "nn.Neuron": _call(
        Neuron, 2, nonlin=True, activation="tanh", weights=[0.5, 1.0], bias=0.5, seed=(1, 2, 3)
    ),
    "nn.Layer": _call(Layer, 2, 2, nonlin=True, activation="relu", bias=0.5, seed=(1, 2, 3)),
    "nn.MLP": _call(MLP, 2, [2, 1], activation=["relu"], bias=0.5, seed=(1, 2, 3)),
    "datasets.Dataset": _call(
        datasets.Dataset, ((0.5, 1.0), (1.0, 0.5)), (1.0, -1.0), {"name": "own"}
    ),
    "datasets.moons": _call(datasets.moons, 6, **_PLANE),
    "datasets.spiral": _call(datasets.spiral, 6, turns=1.5, **_PLANE),
    "datasets.blobs": _call(datasets.blobs, 6, centers=[(-1.0, 0.0), (1.0, 0.0)], **_PLANE),
    "datasets.circles": _call(datasets.circles, 6, factor=0.5, **_PLANE),
    "datasets.xor": _call(datasets.xor, 6, **_PLANE),
    "datasets.from_rows": _call(datasets.from_rows, [[0.5, 1.0, 1], [1.0, 0.5, -1]], name="own"),
    "datasets.digits": _call(datasets.digits, held_out=0.5, seed=(1, 2, 3)),
    "losses.hinge": _call(losses.hinge, X, 1.0),
    "losses.log_loss": _call(losses.log_loss, X, 1.0),
    "losses.squared_error": _call(losses.squared_error, X, 1.0),
    "losses.one_vs_rest_hinge": _call(losses.one_vs_rest_hinge, [X, Y], [1.0, -1.0]),
    "losses.max_margin": _call(losses.max_margin, MODEL, XS, YS, **_BATCH),
    "losses.logistic": _call(losses.logistic, MODEL, XS, YS, **_BATCH),
    "losses.mse": _call(losses.mse, MODEL, XS, YS, **_BATCH),
    "losses.one_vs_rest_margin": _call(losses.one_vs_rest_margin, CLASSES, XS, [0, 2], **_BATCH),
    "optimizers.sgd": _call(optimizers.sgd),
    "optimizers.momentum": _call(optimizers.momentum, beta=0.5),
    "optimizers.adam": _call(optimizers.adam, beta1=0.5, beta2=0.5, epsilon=1e-8),
    "optimizers.sqrt": _call(optimizers.sqrt, 4.0),
    "optimizers.Optimizer": _call(
        optimizers.Optimizer, "mine", _update, slots=("before",), running=(0.5,),
        advance=_advance, settings={"beta": 0.5},
    ),
    "optimizers.Optimizer.initial_state": _call(optimizers.adam().initial_state, 2),
    "optimizers.Optimizer.step": _call(
        optimizers.adam().step, [1.0, 2.0], [0.5, 0.5], optimizers.adam().initial_state(2), 0.1
    ),
    "rng.Exsss": _call(rng.Exsss, (1, 2, 3)),
    "rng.Exsss.integer": _call(rng.Exsss((1, 2, 3)).integer, 5),
    "rng.Exsss.permutation": _call(rng.Exsss((1, 2, 3)).permutation, 5),
    "rng.LegacyNumpy": _call(rng.LegacyNumpy, 1),
    "rng.LegacyNumpy.permutation": _call(rng.LegacyNumpy(1).permutation, 5),
    "rng.stream": _call(rng.stream, (1, 2, 3)),
    "rng.check_seed": _call(rng.check_seed, (1, 2, 3)),
    "rng.drawn_seed": _call(rng.drawn_seed, (1, 2, 3)),
    "schedules.official_learning_rate": _call(trainer.official_learning_rate, 3),
    "schedules.learning_rates": _call(trainer.learning_rates, [0.5, 0.25], 2),
    "schedules.batch_indices": _call(_first, 6, 2, (1, 2, 3)),
    "trainer.train": _call(trainer.train, MODEL, DATA, **TRAINING),
    "trainer.train, rows": _call(trainer.train, MODEL, (XS, YS), **TRAINING),
    "trainer.train, compiled": _call(
        trainer.train, MODEL, DATA, **(TRAINING | {"engine": "auto", "learning_rate": 0.5})
    ),
    "trainer.train, classes": _call(
        trainer.train, CLASSES, (XS, [0, 2]), **(TRAINING | {"loss": "one_vs_rest_margin"})
    ),
    "run.Run.parameters_at": _call(RUN.parameters_at, 1),
    "run.Run.model_at": _call(RUN.model_at, 1),
    "run.Run.save": _call(RUN.save, "run.json"),
    "run.Run.load": _call(type(RUN).load, "run.json"),
    "predictions.predict": _call(predictions.predict, MODEL, XS),
    "predictions.accuracy": _call(predictions.accuracy, MODEL, DATA),
    "predictions.confusion_matrix": _call(predictions.confusion_matrix, MODEL, (XS, YS)),
    "plot_data.dataset_points": _call(plot_data.dataset_points, DATA),
    "plot_data.training_history": _call(plot_data.training_history, RUN),
    "plot_data.loss_history": _call(plot_data.loss_history, RUN),
    "plot_data.accuracy_history": _call(plot_data.accuracy_history, RUN),
    "plot_data.decision_boundary": _call(
        plot_data.decision_boundary, MODEL, DATA, h=1.0, padding=0.5
    ),
    "graph.nodes": _call(graph.nodes, Y, TABLE),
    "graph.edges": _call(graph.edges, Y),
    "graph.to_dot": _call(graph.to_dot, Y, TABLE),
    "graph.to_mermaid": _call(graph.to_mermaid, Y, TABLE),
    "graph.draw": _call(graph.draw, Y, TABLE, depth=1, around=X, max_nodes=5, highlight=[X]),
    "charts.dataset": _call(charts.dataset, DATA, width=100, height=100),
    "charts.loss": _call(charts.loss, RUN, width=100, height=100),
    "charts.accuracy": _call(charts.accuracy, RUN, width=100, height=100),
    "charts.decision_boundary": _call(
        charts.decision_boundary, MODEL, DATA, h=1.0, padding=0.5, width=100, height=100
    ),
    "row_charts.lines": _call(
        charts.lines, [{"n": 1, "t": 2.0, "who": "a"}], "n", "t", "who", log="x",
        width=200, height=100,
    ),
    "row_charts.heat_map": _call(
        charts.heat_map, [{"n": 1, "m": 2, "t": 2.0}], "n", "m", "t", digits=1,
        width=200, height=100,
    ),
    "compiler.jit.jit": _call(jit, lambda a, b: a * b, arity=2),
    "compiler.jit.Compiled.__call__": _numbers(COMPILED.__call__, a=1.0, b=2.0),
    "compiler.jit.Compiled.value_and_gradients": _numbers(
        COMPILED.value_and_gradients, a=1.0, b=2.0
    ),
    "compiler.jit.Compiled.wat": _call(COMPILED.wat),
    "diagnose.largest": _call(diagnose.largest, TABLE, 2, among=[X]),
    "diagnose.steepest_path": _call(diagnose.steepest_path, TABLE, to=[X]),
    "diagnose.dead_relus": _call(diagnose.dead_relus, MODEL, DATA),
    "display.text": _call(display.text, MODEL),
    "display.html": _call(display.html, MODEL),
    "display.show": _call(display.show, MODEL),
    "display.table": _call(display.table, [{"step": 1, "loss": 0.5}], ["step"]),
    "display.in_notebook": _call(display.in_notebook),
    "live.Progress": _call(live.Progress, 5, file=io.StringIO()),
    "live.progress": _call(live.progress, 5, file=io.StringIO()),
    "live.Progress.stop": _call(live.Progress().stop),
    "live.train": _call(_live, MODEL, DATA, **TRAINING),
    "classic.engine.Value": _call(classic.Value, 1.0, (classic.Value(2.0),), "op", label="x"),
    "classic.engine.Value.backward": _call((classic.Value(2.0) * 3.0).backward),
    "classic.engine.draw_dot": _call(classic.draw_dot, classic.Value(2.0) * 3.0, max_nodes=5),
    "classic.nn.Neuron": _call(classic.Neuron, 2, nonlin=True, activation="relu"),
    "classic.nn.Layer": _call(classic.Layer, 2, 2, nonlin=True, activation="relu"),
    "classic.nn.MLP": _call(classic.MLP, 2, [2, 1], activation="relu"),
}  # fmt: skip
for _owner, _model in {"nn.Neuron": NEURON, "nn.Layer": LAYER, "nn.MLP": MODEL}.items():
    _count = _model.parameter_count
    _gradients = losses.max_margin(MODEL, XS, YS).total_loss.backward()
    CALLS.update(
        {
            f"{_owner}.__call__": _call(_model.__call__, [0.5, X]),
            f"{_owner}.activations": _call(_model.activations, [0.5, X]),
            f"{_owner}.save": _call(_model.save, f"{_owner}.json"),
            f"{_owner}.load": _call(type(_model).load, f"{_owner}.json"),
            f"{_owner}.parameters": _call(_model.parameters),
            f"{_owner}.named_parameters": _call(_model.named_parameters),
            f"{_owner}.replace_parameters": _call(_model.replace_parameters, [0.5] * _count),
            f"{_owner}.apply_gradients": _call(_model.apply_gradients, _gradients, 0.1),
        }
    )
for _owner, _model in {
    "classic.nn.Neuron": classic.Neuron(2),
    "classic.nn.Layer": classic.Layer(2, 2),
    "classic.nn.MLP": classic.MLP(2, [2, 1]),
}.items():
    CALLS[f"{_owner}.__call__"] = _call(_model.__call__, [0.5, classic.Value(1.0)])
    CALLS[f"{_owner}.parameters"] = _call(_model.parameters)
    CALLS[f"{_owner}.zero_grad"] = _call(_model.zero_grad)
for _owner, _number in {"value.Value": X, "classic.engine.Value": classic.Value(0.5)}.items():
    for _method in FUNCTIONS:
        CALLS[f"{_owner}.{_method}"] = _call(getattr(_number, _method))
    for _method in _OPERATORS:
        if hasattr(_number, _method):
            CALLS[f"{_owner}.{_method}"] = _call(getattr(_number, _method), 2.0)
for _stream in ("Exsss", "LegacyNumpy"):
    for _draw in ("uniform", "normal"):
        _made = rng.stream(1 if _stream == "LegacyNumpy" else (1, 2, 3))
        CALLS[f"rng.{_stream}.{_draw}"] = _call(getattr(_made, _draw))

# Public by their place alone: called by our own modules with what was checked before, or called
# back by them; and what our functions return, which nobody makes.
BETWEEN_US: Final = frozenset(
    """
    chart.Chart chart.Chart.to_json
    classic.nn.Module classic.nn.Module.parameters classic.nn.Module.zero_grad
    compiler.evaluation.Evaluation compiler.evaluation.Evaluation.activations
    compiler.evaluation.Evaluation.scores compiler.host.NoHost compiler.jit.Compiled
    compiler.program.Job compiler.program.Kernel compiler.program.training_kernel
    compiler.wat.to_wat
    diagnose.DeadRelus diagnose.Largest diagnose.Path
    compiler.refusal.CannotCompile display.Table
    display.pretty display.row_of
    value.Gradients
    graph.four_decimals graph.op_text plot_data.class_name
    live.Progress.__call__ live.Progress.on_finish live.Progress.on_start
    losses.Loss losses.Model losses.Model.__call__ losses.Model.parameters
    losses.accuracy losses.argmax losses.check_alpha losses.check_batch_size losses.check_classes
    losses.check_examples losses.check_rows losses.class_scores losses.lone_score losses.mean_loss
    losses.targets
    optimizers.Optimizer.numbers optimizers.State optimizers.check_optimizer
    optimizers.parameter_names
    rng.Stream rng.Stream.normal rng.Stream.permutation rng.Stream.uniform
    run.Run run.TrainingDiverged
    datasets.Dataset.of losses.check_labels losses.check_model losses.check_signs
    optimizers.is_known optimizers.named rng.Abreast rng.Abreast.uniforms
    """.split()
)


def write_files() -> None:
    """In the folder that this runs in: what the calls that read a file read."""
    RUN.save("run.json")
    for owner, model in {"nn.Neuron": NEURON, "nn.Layer": LAYER, "nn.MLP": MODEL}.items():
        model.save(f"{owner}.json")


# What a message may call an argument instead.
OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "other": ("operand",),  # of +, -, * and /
    # Of two that do not fit together, either may be named.
    "value": ("around", "gradients"),
    "gradients": ("to",),
    "dataset": ("xs", "ys"),
    "schedule": ("learning_rate",),
    "input_count": ("weights",),
    "parameters": ("gradients", "state"),
    "scores": ("score",),
    "targets": ("label",),
}

# The original's networks draw their weights from Python's own stream, as `random.seed` has set it.
DRAW_FROM_PYTHON: Final = ("classic.nn.Neuron", "classic.nn.Layer", "classic.nn.MLP")
