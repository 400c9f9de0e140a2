"""micrograd_wasm: Karpathy's micrograd, immutable, for the browser.

A scalar autodiff engine in which every number of a neural network can be looked at.
"""

from importlib import import_module
from typing import Any

from . import (
    charts,
    compiler,
    datasets,
    gradients,
    graph,
    losses,
    optimizers,
    plot_data,
    predictions,
    rng,
    trainer,
)
from .compiler import jit
from .datasets import Dataset
from .gradients import Gradients
from .nn import MLP, Layer, Neuron
from .run import Run, TrainingDiverged
from .trainer import train
from .value import Value

__version__ = "0.1.0"

__all__ = [
    "MLP",
    "Dataset",
    "Gradients",
    "Layer",
    "Neuron",
    "Run",
    "TrainingDiverged",
    "Value",
    "charts",
    "compiler",
    "datasets",
    "diagnose",
    "display",
    "gradients",
    "graph",
    "jit",
    "live",
    "losses",
    "optimizers",
    "plot_data",
    "predictions",
    "rng",
    "train",
    "trainer",
]


def __getattr__(name: str) -> Any:
    """Modules that wait until they are asked for: a page that trains opens sooner without them."""
    if name in ("diagnose", "display", "live"):
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
