"""micrograd_wasm: Karpathy's micrograd, immutable, for the browser.

A scalar autodiff engine in which every number of a neural network can be looked at.
"""

from . import charts, compiler, datasets, graph, losses, plot_data, rng, trainer
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
    "graph",
    "jit",
    "losses",
    "plot_data",
    "rng",
    "train",
    "trainer",
]
