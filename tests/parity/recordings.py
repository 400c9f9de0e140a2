"""Reads the recordings in golden/, and states numbers as the bits they are.

Comparing `float.hex()` texts is comparing bits (a zero's sign included), and a failure shows both.
"""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

from micrograd_wasm import MLP, Dataset
from micrograd_wasm.compiler import host

FIELDS = ("loss", "data_loss", "reg_loss", "accuracy", "learning_rate")

# What holds for a run holds for both engines, wherever there is a runtime for compiled kernels.
ENGINES = ("eager", "compiled") if host.available() else ("eager",)

FOLDER = Path(__file__).parent / "golden"


@cache
def recording(name: str) -> dict[str, Any]:
    """golden/<name>.json with its hex texts turned back into floats."""
    return _decoded(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def cases(name: str) -> Any:
    """The cases of a recording: a dict by name, or a list."""
    return recording(name)["cases"]


def _decoded(thing: Any) -> Any:
    if isinstance(thing, str) and thing.startswith(("0x", "-0x")):
        return float.fromhex(thing)
    if isinstance(thing, list):
        return [_decoded(part) for part in thing]
    if isinstance(thing, dict):
        return {key: _decoded(part) for key, part in thing.items()}
    return thing


def bits(thing: Any) -> Any:
    """`thing` with every float as its hex text and every tuple as a list."""
    if isinstance(thing, float):
        return thing.hex()
    if isinstance(thing, list | tuple):
        return [bits(part) for part in thing]
    if isinstance(thing, dict):
        return {key: bits(part) for key, part in thing.items()}
    return thing


def numbers(values: Any) -> list[float]:
    """The plain numbers of some Values, or of a model's parameters."""
    return [value.data for value in getattr(values, "parameters", lambda: values)()]


def rows(history: Any) -> list[list[float]]:
    """History rows in the recordings' columns: the step, then the five numbers."""
    return [[row["step"], *(row[name] for name in FIELDS)] for row in history]


def differing(ours: Any, theirs: Any) -> list[tuple[int, int, float]]:
    """Coordinates that are not the same bits: (row, column, distance in ulps)."""
    return [
        (i, j, abs(a - b) / math.ulp(b))
        for i, (x, y) in enumerate(zip(ours, theirs, strict=True))
        for j, (a, b) in enumerate(zip(x, y, strict=True))
        if a.hex() != b.hex()
    ]


def recorded_dataset(name: str) -> Dataset:
    """One of MicrogradEx's data sets, exactly as recorded."""
    case = cases("mgx_datasets")[name]
    xs = tuple(tuple(row) for row in case["xs"])
    return Dataset(xs, tuple(float(y) for y in case["ys"]), case["metadata"])


def mlp(output_counts: list[int], parameters: list[float], input_count: int = 2) -> MLP:
    """A network with given parameters, whatever a seed would have drawn."""
    return MLP(input_count, output_counts, seed=0).replace_parameters(parameters)
