"""A run described by plain data, as a link or a page's controls hold it, checked field by field.

    configuration = check({"dataset": "moons", "samples": 100, ...})

Every field must be there (`points` only for the data set "own"), nothing else may be, and each has
its bounds. Whatever is wrong ends in a `ValueError` whose message begins with the field's name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..base import checks
from ..engine.nn import ACTIVATIONS
from ..learning import datasets, losses
from ..learning.schedules import OFFICIAL_STEPS
from ..training import trainer

Seed: TypeAlias = int | tuple[int, int, int]

DATASETS: Final = (*datasets.IN_THE_PLANE, "own")
SCHEDULES: Final[dict[str, tuple[str, ...]]] = {
    "official": (),
    "constant": ("start",),
    "linear": ("start", "end"),
}
"""The kinds of a learning rate's schedule, and the rates that each is given."""
MOST_EXAMPLES: Final = 500
MOST_LAYERS: Final = 4
LARGEST_SEED: Final = (1 << 32) - 1
LARGEST_COORDINATE: Final = 1000.0
BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "samples": (2, MOST_EXAMPLES),
    "noise": (0, 1),
    "layers": (1, 32),
    "steps": (1, 1000),
    "alpha": (0, 1),
    "learningRate": (0, 100),
    "batchSize": (1, MOST_EXAMPLES),
}
"""The least and the largest number that a field takes; of `layers`, one of its numbers."""

DEFAULT: Final[dict[str, Any]] = {
    "dataset": "moons",
    "samples": 100,
    "noise": 0.1,
    "dataSeed": [1337, 1337, 1337],
    "points": [],
    "layers": [16, 16],
    "activations": ["relu", "relu"],
    "modelSeed": [1337, 1337, 1337],
    "steps": 100,
    "alpha": 1e-4,
    "learningRate": {"kind": "official", "start": 1.0, "end": 0.1},
    "batchSize": None,
    "seed": [1337, 1337, 1337],
    "loss": "max_margin",
}
"""MicrogradEx's official run."""


@dataclass(frozen=True, slots=True)
class RateSchedule:
    """How the learning rate runs.

    Attributes:
        kind: "official", as `trainer.official_learning_rate`; "constant", always `start`; "linear",
            from `start` at the first step to `end` at the last.
        start, end: of the others, rates.
    """

    kind: str
    start: float
    end: float

    def rates(self, steps: int) -> list[float]:
        """The rate of each step."""
        if self.kind == "official":
            return [trainer.official_learning_rate(step) for step in range(steps)]
        if self.kind == "constant" or steps == 1:
            return [self.start] * steps
        return [self.start + (self.end - self.start) * k / (steps - 1) for k in range(steps)]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A checked configuration; the fields are those of `DEFAULT`."""

    dataset: str
    samples: int
    noise: float
    data_seed: Seed
    points: tuple[tuple[float, float, float], ...]
    layers: tuple[int, ...]
    activations: tuple[str, ...]
    model_seed: Seed
    steps: int
    alpha: float
    learning_rate: RateSchedule
    batch_size: int | None
    seed: Seed
    loss: str

    @property
    def example_count(self) -> int:
        """How many examples the data set has."""
        return len(self.points) if self.dataset == "own" else self.samples

    @property
    def sizes(self) -> list[int]:
        """Inputs, neurons of each hidden layer, and the one output."""
        return [2, *self.layers, 1]


def check(config: Any) -> Configuration:
    """A plain dict as a Configuration.

    Raises:
        ValueError: a field is missing, unknown, of the wrong kind or out of bounds.
    """
    if not isinstance(config, Mapping):
        checks.refuse("config", "a dict of fields", config)
    for name in config:
        if name not in _FIELDS:
            checks.refuse("config", f"only {', '.join(_FIELDS)}", name)
    own = config.get("dataset") == "own"
    found: dict[str, Any] = {}
    for name, read in _FIELDS.items():
        if name == "points" and not own:
            found[name] = ()
        elif name not in config:
            raise ValueError(f"{name}: expected to be given, but it is missing")
        else:
            found[name] = read(name, config[name])
    if len(found["activations"]) != len(found["layers"]):
        expected = f"one for each of {len(found['layers'])} hidden layers"
        checks.refuse("activations", expected, config["activations"])
    if found["learningRate"].kind == "official" and found["steps"] > OFFICIAL_STEPS:
        expected = f"another schedule for more than {OFFICIAL_STEPS} steps, where it is below 0"
        checks.refuse("learningRate", expected, config["learningRate"])
    return Configuration(*found.values())


def _integer(low: int, high: int) -> Callable[[str, Any], int]:
    def read(name: str, value: Any) -> int:
        # Not Integral: JSON has ints, and asking an abstract class takes longer than the rest.
        if type(value) is not int or not low <= value <= high:
            checks.refuse(name, f"an integer from {low} to {high}", value)
        return value

    return read


def _number(low: float, high: float) -> Callable[[str, Any], float]:
    def read(name: str, value: Any) -> float:
        # `low <= NaN` is false.
        if type(value) not in (int, float) or not low <= value <= high:
            checks.refuse(name, f"a number from {low:g} to {high:g}", value)
        return float(value)

    return read


def _choice(*options: str) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in options:
            checks.refuse(name, " or ".join(f'"{option}"' for option in options), value)
        return value

    return read


def _list(read_one: Callable[[str, Any], Any], least: int, most: int) -> Callable[[str, Any], Any]:
    def read(name: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            checks.refuse(name, "a list", value)
        if not least <= len(value) <= most:
            checks.refuse(name, f"{least} to {most} of them", len(value))
        return tuple(read_one(f"{name}[{i}]", item) for i, item in enumerate(value))

    return read


_seed_number = _integer(0, LARGEST_SEED)
_coordinate = _number(-LARGEST_COORDINATE, LARGEST_COORDINATE)
_rate = _number(*BOUNDS["learningRate"])


def _seed(name: str, value: Any) -> Seed:
    if isinstance(value, list | tuple):
        a, b, c = _list(_seed_number, 3, 3)(name, value)
        return (a, b, c)
    return _seed_number(name, value)


def _point(name: str, value: Any) -> tuple[float, float, float]:
    if not isinstance(value, list | tuple) or len(value) != 3:
        checks.refuse(name, "three numbers: x, y, label", value)
    x, y = _coordinate(f"{name}[0]", value[0]), _coordinate(f"{name}[1]", value[1])
    label = _number(-1.0, 1.0)(f"{name}[2]", value[2])
    if math.fabs(label) != 1.0:
        checks.refuse(f"{name}[2]", "a label, -1 or 1", value[2])
    return (x, y, label)


def _schedule(name: str, value: Any) -> RateSchedule:
    expected = '{"kind": ..., "start": ..., "end": ...}'
    if not isinstance(value, Mapping) or not set(value) <= {"kind", "start", "end"}:
        checks.refuse(name, expected, value)
    if "kind" not in value:
        checks.refuse(name, expected, value)
    kind = _choice(*SCHEDULES)(f"{name}.kind", value["kind"])
    ends = {end: _rate(f"{name}.{end}", value.get(end)) for end in SCHEDULES[kind]}
    return RateSchedule(kind, ends.get("start", 0.0), ends.get("end", 0.0))


def _batch_size(name: str, value: Any) -> int | None:
    return None if value is None else _integer(*BOUNDS["batchSize"])(name, value)


_FIELDS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "dataset": _choice(*DATASETS),
    "samples": _integer(*BOUNDS["samples"]),
    "noise": _number(*BOUNDS["noise"]),
    "dataSeed": _seed,
    "points": _list(_point, 1, MOST_EXAMPLES),
    "layers": _list(_integer(*BOUNDS["layers"]), 0, MOST_LAYERS),
    "activations": _list(_choice(*ACTIVATIONS), 0, MOST_LAYERS),
    "modelSeed": _seed,
    "steps": _integer(*BOUNDS["steps"]),
    "alpha": _number(*BOUNDS["alpha"]),
    "learningRate": _schedule,
    "batchSize": _batch_size,
    "seed": _seed,
    "loss": _choice(*losses.EXAMPLE_LOSSES),
}
