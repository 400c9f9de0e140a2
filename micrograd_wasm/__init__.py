"""micrograd_wasm: Karpathy's micrograd, immutable, for the browser.

A scalar autodiff engine in which every number of a neural network can be looked at.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .base import shown

if TYPE_CHECKING:
    from . import compiler
    from .analysis import diagnose, gradients, plot_data, predictions
    from .compiler import jit
    from .engine.nn import MLP, Layer, Neuron
    from .engine.value import Gradients, Value
    from .learning import datasets, losses, optimizers
    from .learning.datasets import Dataset
    from .numerics import rng
    from .training import trainer
    from .training.run import Run, TrainingDiverged
    from .training.trainer import train
    from .views import charts, display, graph, live

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

# Each name waits until it is asked for: a page that trains opens sooner without what draws.
_MODULES = {
    "charts": "views.charts",
    "compiler": "compiler",
    "datasets": "learning.datasets",
    "diagnose": "analysis.diagnose",
    "display": "views.display",
    "gradients": "analysis.gradients",
    "graph": "views.graph",
    "live": "views.live",
    "losses": "learning.losses",
    "optimizers": "learning.optimizers",
    "plot_data": "analysis.plot_data",
    "predictions": "analysis.predictions",
    "rng": "numerics.rng",
    "trainer": "training.trainer",
}
_HOMES = {
    "MLP": "engine.nn",
    "Dataset": "learning.datasets",
    "Gradients": "engine.value",
    "Layer": "engine.nn",
    "Neuron": "engine.nn",
    "Run": "training.run",
    "TrainingDiverged": "training.run",
    "Value": "engine.value",
    "jit": "compiler",
    "train": "training.trainer",
}


shown.fill(lambda: import_module(".views", __name__))


def __getattr__(name: str) -> Any:
    found: Any
    if name in _MODULES:
        found = import_module(f".{_MODULES[name]}", __name__)
    elif name in _HOMES:
        found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found  # the next time it is there at once
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
