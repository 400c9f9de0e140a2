"""micrograd_wasm: Karpathy's micrograd, immutable, for the browser.

A scalar autodiff engine in which every number of a neural network can be looked at.
"""

from . import charts, datasets, graph, losses, plot_data, rng, trainer
from .datasets import Dataset
from .gradients import Gradients
from .nn import MLP, Layer, Neuron
from .trainer import Run, TrainingDiverged, train
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
    "datasets",
    "graph",
    "losses",
    "plot_data",
    "rng",
    "train",
    "trainer",
]
