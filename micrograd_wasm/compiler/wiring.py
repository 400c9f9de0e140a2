"""Models whose operations are known without running them: MLP, Layer and Neuron themselves.

A class of the user's may do anything, one that is derived from them too.
"""

from __future__ import annotations

from itertools import chain

from ..engine.nn import ACTIVATIONS, MLP, Layer, Neuron
from ..engine.nn import Module as Model


def neurons(model: Model) -> list[tuple[Neuron, ...]] | None:
    """The neurons of an MLP, Layer or Neuron, layer by layer; None for any other model."""
    layers: list[tuple[Neuron, ...]]
    if type(model) is MLP:
        if any(type(layer) is not Layer for layer in model.layers):
            return None
        layers = [layer.neurons for layer in model.layers]
    elif type(model) is Layer:
        layers = [model.neurons]
    elif type(model) is Neuron:
        layers = [(model,)]
    else:
        return None
    if not all(map(_is_known, chain.from_iterable(layers))):
        return None
    return layers


def _is_known(neuron: Neuron) -> bool:
    return type(neuron) is Neuron and neuron.activation in {*ACTIVATIONS, "linear"}
