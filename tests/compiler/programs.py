"""Random programs and random training runs, for comparing the compiled engine with the eager one.

The grammar is written against `random.Random`: strategies.py lets hypothesis draw from it (and
shrink what fails), tests/bench/fuzz_compiler.py uses a plain generator, at full speed. Nothing
here needs hypothesis, so Pyodide can read it, too.
"""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from micrograd_wasm import MLP, Value, optimizers, trainer
from micrograd_wasm.engine.operations import FUNCTIONS
from tests.parity.recordings import bits, numbers, rows

# Zeros of both signs, subnormals, the ends of the range, and what powers and logs find special.
SPECIAL: Final = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 5e-324, -5e-324, 1e-310, 2.0**-1022),
    *(1e-300, -1e-300, 1e300, -1e300, 1.7976931348623157e308, 1e154, -1e154, 1e16, 2.0**53 + 2.0),
    *(709.782712893384, -745.2, 0.1, 1.0 + 2.0**-52, 1.0 - 2.0**-53, 1e-8, 20.0, -37.5),
)  # fmt: skip
EXPONENTS: Final = (
    *(0, 1, 2, 3, -1, -2, -3, 5, 7, 40, 0.5, -0.5, 1.5, 2.0, -1.0, 0.0, -0.0, 2.25, 1e-3),
)


# ---- Programs ----------------------------------------------------------------------------------

# What a step does to earlier values `v` with a plain number `c`.
OPERATIONS: Final[dict[str, tuple[int, Callable[[Sequence[Value], Any], Value]]]] = {
    "v + w": (2, lambda v, c: v[0] + v[1]),
    "v - w": (2, lambda v, c: v[0] - v[1]),
    "v * w": (2, lambda v, c: v[0] * v[1]),
    "v / w": (2, lambda v, c: v[0] / v[1]),
    "v + c": (1, lambda v, c: v[0] + c),
    "c + v": (1, lambda v, c: c + v[0]),
    "v - c": (1, lambda v, c: v[0] - c),
    "c - v": (1, lambda v, c: c - v[0]),
    "v * c": (1, lambda v, c: v[0] * c),
    "c * v": (1, lambda v, c: c * v[0]),
    "v / c": (1, lambda v, c: v[0] / c),
    "c / v": (1, lambda v, c: c / v[0]),
    "v ** c": (1, lambda v, c: v[0] ** c),
    "c ** v": (1, lambda v, c: c ** v[0]),
    "-v": (1, lambda v, c: -v[0]),
    **{name: (1, lambda v, c, name=name: getattr(v[0], name)()) for name in FUNCTIONS},
    "sum": (3, lambda v, c: Value.sum(v)),
    "sum of": (3, lambda v, c: Value.sum([v[0], c, v[1]], start=v[2])),
    "constant": (0, lambda v, c: Value(c)),
    "label": (1, lambda v, c: (v[0] * c).with_label("a label (with blanks)")),
}
_NAMES: Final = tuple(OPERATIONS)


@dataclass(frozen=True)
class Program:
    """Steps over some inputs; called on Values it is a function that `jit` takes.

    Attributes:
        inputs: how many.
        steps: an operation, which earlier values it is done to, and its number. Values are counted
            from the inputs on.
        outputs: the values that it returns; a lone one as it is, several as a list.
    """

    inputs: int
    steps: tuple[tuple[str, tuple[int, ...], float], ...]
    outputs: tuple[int, ...]

    def __call__(self, *values: Value) -> Any:
        made: dict[int, Value] = dict(enumerate(values))
        for index, (op, operands, number) in enumerate(self.steps, self.inputs):
            made[index] = OPERATIONS[op][1]([made[k] for k in operands], number)
        results = [made[k] for k in self.outputs]
        return results[0] if len(results) == 1 else results

    def needed(self) -> list[int]:
        """The steps that the outputs are made from: what is not used is not compiled either."""
        found: set[int] = set()
        todo = [k for k in self.outputs if k >= self.inputs]
        while todo:
            if (index := todo.pop()) not in found:
                found.add(index)
                todo += [k for k in self.steps[index - self.inputs][1] if k >= self.inputs]
        return sorted(found)


def number(random: Random, *, wild: bool) -> float:
    """Some number; a wild one may be of any size."""
    kind = random.randint(0, 9)
    if wild and kind < 6:
        return random.choice(SPECIAL)
    if wild and kind == 6:
        return random.uniform(1.0, 10.0) * 10.0 ** random.randint(-320, 307)
    if kind < 3:
        return random.choice((0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0))
    return random.uniform(-3.0, 3.0)


def row(random: Random, count: int, *, wild: bool) -> list[float]:
    """Numbers to call a function with."""
    return [number(random, wild=wild) for _ in range(count)]


def program(random: Random, *, most_steps: int = 60) -> tuple[Program, list[list[float]]]:
    """A program and rows to call it with.

    Half of them are tame: in those a step that leaves -1000 to 1000 on the first row is replaced
    by a tanh, so that long programs have results, too. The others mostly end in an error.
    """
    inputs = random.randint(0 if random.randint(0, 19) == 0 else 1, 4)
    tame = random.randint(0, 1) == 1
    rows = [row(random, inputs, wild=not tame)]
    rows += [row(random, inputs, wild=random.randint(0, 1) == 1) for _ in range(2)]
    sample: list[Value | None] = [Value(x) for x in rows[0]]
    steps: list[tuple[str, tuple[int, ...], float]] = []
    # Most programs are short; every fourth may be as long as is allowed.
    count = random.randint(1, most_steps if random.randint(0, 3) == 0 else 12)
    for _ in range(count):
        op = random.choice(_NAMES) if sample else "constant"
        operands = tuple(_operand(random, len(sample)) for _ in range(OPERATIONS[op][0]))
        c = random.choice(EXPONENTS) if op == "v ** c" else number(random, wild=not tame)
        if op == "c ** v":
            c = abs(c) or 2.0
        if tame:
            made = _tried(op, operands, c, sample)
            if made is None:
                op, operands = "tanh", operands[:1]
                made = _tried(op, operands, c, sample) or sample[operands[0]]
            sample.append(made)
        else:
            sample.append(None)
        steps.append((op, operands, c))
    if random.randint(0, 2):  # mostly all of it is used: the loose ends are added up
        used = {k for _, operands, _ in steps for k in operands}
        steps.append(("sum", tuple(k for k in range(len(sample)) if k not in used), 0.0))
        sample.append(None)
    last = len(sample) - 1
    outputs = [last]
    if random.randint(0, 4) == 0:  # several outputs, an input among them, one twice
        outputs = [random.randint(0, last) for _ in range(random.randint(2, 4))]
    return Program(inputs, tuple(steps), tuple(outputs)), rows


def _operand(random: Random, count: int) -> int:
    """Mostly one of the newest, so that the graph gets deep; else any, or one of the first.

    The first are used often: only the order of three parts or more shows in a gradient's sum.
    """
    kind = random.randint(0, 5)
    first = max(0, count - 2) if kind < 3 else 0
    return random.randint(first, min(count, 3) - 1 if kind == 5 else count - 1)


def _tried(op: str, operands: Sequence[int], c: float, sample: Sequence[Any]) -> Value | None:
    try:
        made = OPERATIONS[op][1]([sample[k] for k in operands], c)
    except ArithmeticError:
        return None
    return made if abs(made.data) <= 1000.0 else None


def outcome(call: Callable[[], Any]) -> Any:
    """What a call gives, as bits; or the error that it raises: its type and its message."""
    try:
        return bits(call())
    except Exception as error:  # whatever it is, both engines must raise the same
        return type(error).__name__, str(error)


def eager_value(function: Callable[..., Any], numbers: Sequence[float]) -> Any:
    """What the compiled function is to give: the eager engine's number or numbers."""
    made = function(*map(Value, numbers))
    return made.data if isinstance(made, Value) else [value.data for value in made]


def eager_gradients(function: Callable[..., Any], numbers: Sequence[float]) -> Any:
    """The eager engine's value and its derivatives with respect to the inputs."""
    inputs = [Value(x) for x in numbers]
    made = function(*inputs)
    table = made.backward()
    return made.data, tuple(table[value] for value in inputs)


# ---- Training runs -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Configuration:
    """A training run: first parameters, data and options of `train`."""

    layers: tuple[int, ...]
    activations: tuple[str, ...]
    parameters: tuple[float, ...]
    xs: tuple[tuple[float, ...], ...]
    ys: tuple[float, ...]
    options: tuple[tuple[str, Any], ...]

    def model(self) -> MLP:
        """The model that the run begins with."""
        model = MLP(len(self.xs[0]), self.layers, activation=self.activations, seed=0)
        return model.replace_parameters(self.parameters)

    def run(self, engine: str, **more: Any) -> trainer.Run:
        """Train it."""
        options = dict(self.options) | {"engine": engine} | more
        return trainer.train(self.model(), (self.xs, self.ys), **options)

    def outcome(self, engine: str, **more: Any) -> Any:
        """Everything that a run is made of, as bits; or everything that its end in error says."""
        try:
            run = self.run(engine, **more)
        except trainer.TrainingDiverged as error:
            history = bits(rows(error.history))
            return "diverged", str(error), error.step, bits(error.last_loss), history
        return bits(rows(run.history)), bits(numbers(run.final_model)), run.fingerprint, run.stopped


def _nesterov(p: Any, gradient: Any, rate: Any, velocity: Any) -> Any:
    velocity = 0.75 * velocity - gradient
    return p + rate * (0.75 * velocity - gradient), velocity


def _rmsprop(p: Any, gradient: Any, rate: Any, mean: Any) -> Any:
    mean = 0.9 * mean + 0.1 * (gradient * gradient)
    return p - rate * gradient / (optimizers.sqrt(mean) + 1e-8), mean


def _clipped(p: Any, gradient: Any, rate: Any) -> Any:
    """The step is never longer than the rate: gradient / sqrt(1 + gradient**2)."""
    return p - rate / (1.0 / gradient * optimizers.sqrt(1.0 + gradient * gradient))


def _delayed(p: Any, gradient: Any, rate: Any, last: Any, total: Any) -> Any:
    """Slots that the new parameter does not depend on."""
    return p - rate * last, gradient, total + gradient


def _odd(p: Any, gradient: Any, rate: Any, first: Any, second: Any) -> Any:
    """Slots that change places and are constants; roots of numbers that may be negative."""
    return -(p * -1.0) - optimizers.sqrt(p + 2.0) * 0.0 - rate * first * gradient, second, 0.5


OPTIMIZERS: tuple[Any, ...] = (
    "momentum",
    "adam",
    optimizers.momentum(beta=0.0),
    optimizers.momentum(beta=0.5),
    optimizers.adam(beta1=0.0, beta2=0.5, epsilon=0.1),
    optimizers.adam(beta1=0.999, beta2=0.0, epsilon=1e-300),
    optimizers.Optimizer("nesterov", _nesterov, slots=("velocity",)),
    optimizers.Optimizer("rmsprop", _rmsprop, slots=("mean",)),
    optimizers.Optimizer("clipped", _clipped),
    optimizers.Optimizer("delayed", _delayed, slots=("last", "total")),
    optimizers.Optimizer("odd", _odd, slots=("first", "second")),
)
"""Other optimizers than plain gradient descent, of ours and of a user's."""


def _huber(score: Value, label: Any) -> Value:
    return (1.0 + (score - label) ** 2) ** 0.5 - 1.0


def configuration(random: Random) -> Configuration:
    """A small run: any layers, data, first parameters and options, sensible or not."""
    hidden = [random.randint(1, 8) for _ in range(random.randint(1, 3))]
    classes = random.choice((0, 0, 0, 2, 3, 4))
    layers, width, count = (*hidden, classes or 1), random.randint(1, 3), random.randint(2, 20)
    sizes = zip((width, *hidden), layers, strict=True)
    parameter_count = sum((before + 1) * after for before, after in sizes)
    wild_data, some_wild = random.randint(0, 9) == 0, random.randint(0, 3) == 0
    xs = [_data_row(random, width, wild=wild_data) for _ in range(count)]
    if random.randint(0, 2) == 0:
        xs = [random.choice(xs) for _ in xs]  # some rows several times
    steps = random.randint(1, 12)
    options = {
        "steps": steps,
        "alpha": random.choice((0.0, 0.0, -0.0, 1e-4, 1e-4, 0.1, 1.0, 1e3, 1e308, 5e-324)),
        "learning_rate": _schedule(random, steps),
        "batch_size": random.choice((None, None, 1, random.randint(1, count), count + 1)),
        "seed": random.choice((1337, (1, 2, 3), random.randint(0, 2**31))),
        "log_every": random.randint(1, 4),
        "loss": random.choice(("max_margin", "max_margin", "logistic", "mse", _huber)),
        "optimizer": "sgd" if random.randint(0, 2) == 0 else random.choice(OPTIMIZERS),
    }
    labels: tuple[float, ...] = (-1.0, 1.0)
    if classes:
        options["loss"], labels = "one_vs_rest_margin", tuple(range(classes))
    return Configuration(
        layers,
        tuple(random.choice(("relu", "relu", "tanh")) for _ in hidden),
        tuple(_parameter(random, wild=some_wild) for _ in range(parameter_count)),
        tuple(xs),
        tuple(random.choice(labels) for _ in range(count)),
        tuple(options.items()),
    )


def _data_row(random: Random, width: int, *, wild: bool) -> tuple[float, ...]:
    if random.randint(0, 9) == 0:
        return (random.choice((0.0, -0.0)),) * width
    return tuple(
        random.choice(SPECIAL) if wild and random.randint(0, 3) == 0 else random.uniform(-2.0, 2.0)
        for _ in range(width)
    )


def _parameter(random: Random, *, wild: bool) -> float:
    kind = random.randint(0, 9)
    if wild and kind == 1:
        return random.choice(SPECIAL)
    return random.choice((0.0, -0.0)) if kind == 0 else random.uniform(-1.0, 1.0)


def _schedule(random: Random, steps: int) -> Any:
    kind = random.randint(0, 9)
    if kind == 0:
        return 0.0
    if kind == 1:
        return random.choice((1e3, 1e30, 1e200, 1.7e308))  # it diverges
    if kind in (2, 3):
        return [random.uniform(0.0, 0.5) for _ in range(steps)]
    if kind in (4, 5, 6):
        return trainer.official_learning_rate
    return random.uniform(0.0, 1.0)
