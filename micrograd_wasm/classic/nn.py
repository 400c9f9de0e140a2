"""Module, Neuron, Layer and MLP as in the original micrograd, with changeable parameters.

Weights come from Python's `random`, as in the original: after `random.seed(1337)` a network has
the weights that the original has.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..base import checks, memory
from ..engine import nn as core
from .engine import Operand, Value

Inputs = Sequence[Operand] | Operand
PARAMETER = 2 * core.PARAMETER  # a Value in its box


class Module:
    """Something with parameters."""

    def zero_grad(self) -> None:
        """Set the `.grad` of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0

    def parameters(self) -> list[Value]:
        """The Values that training changes; none here."""
        return []


class Neuron(Module):
    """A weighted sum of inputs plus a bias, then an activation.

    Args:
        nin: how many inputs, 0 or more.
        nonlin: apply the activation; False leaves the neuron linear.
        activation: "relu", or "tanh" as in the video.

    Attributes:
        w: one weight for each input, drawn from uniform(-1, 1).
        b: the bias, 0 at the start.
    """

    def __init__(self, nin: int, nonlin: bool = True, activation: str = "relu") -> None:
        count = checks.integer("nin", nin, "an integer, 0 or more", minimum=0)
        memory.check("nin", nin, PARAMETER * count)
        self.nonlin = checks.boolean("nonlin", nonlin)
        self.activation = core._check_activation("activation", activation)
        self.w = [Value(random.uniform(-1, 1)) for _ in range(count)]
        self.b = Value(0)

    def __call__(self, x: Inputs) -> Value:
        """The neuron's output for one row of inputs, or for a lone number if it has one input.

        Raises:
            TypeError: not a list of numbers or Values.
            ValueError: the wrong number of inputs.
        """
        out = self.b
        for weight, number in zip(self.w, _row(x, len(self.w)), strict=True):
            out = out + weight * number
        if not self.nonlin:
            return out
        activated: Value = getattr(out, self.activation)()
        return activated

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]

    def __repr__(self) -> str:
        kind = core.kind_of(self.activation if self.nonlin else "linear")
        return f"{kind}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons side by side, all fed the same inputs.

    Args:
        nin: inputs of each neuron.
        nout: how many neurons, 1 or more.
        **kwargs: `nonlin` and `activation`, as for Neuron.
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        count = checks.integer("nout", nout, "a positive integer", minimum=1)
        before = checks.integer("nin", nin, "an integer, 0 or more", minimum=0)
        memory.check("nin" if before > count else "nout", (nin, nout), PARAMETER * count * before)
        self.neurons = [Neuron(nin, **kwargs) for _ in range(count)]

    def __call__(self, x: Inputs) -> Value | list[Value]:
        """The outputs for one row of inputs: a list, or a lone Value from a lone neuron."""
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron: hidden layers with an activation, the last one linear.

    Args:
        nin: how many inputs.
        nouts: neurons in each layer, such as [16, 16, 1].
        activation: of the hidden layers, "relu" or "tanh".
    """

    def __init__(self, nin: int, nouts: Sequence[int], activation: str = "relu") -> None:
        expected = "a list of positive integers such as [16, 16, 1]"
        counts = list(checks.sequence("nouts", nouts, expected))
        if not counts:
            checks.refuse("nouts", expected, counts)
        before = size = checks.integer("nin", nin, "an integer, 0 or more", minimum=0)
        for i, count in enumerate(counts):
            checks.integer(f"nouts[{i}]", count, "a positive integer", minimum=1)
            size += count * (before + 1)
            before = count
        memory.check("nin" if nin > max(counts) else "nouts", (nin, counts), PARAMETER * size)
        last = len(counts) - 1
        self.layers = [
            Layer(before, count, nonlin=i != last, activation=activation)
            for i, (before, count) in enumerate(zip([nin, *counts], counts, strict=False))
        ]

    def __call__(self, x: Inputs) -> Value | list[Value]:
        """The network's output for one row of inputs: a Value, or a list of several."""
        for layer in self.layers:
            x = layer(x)  # a lone Value is what a neuron with one input takes
        return x  # type: ignore[return-value]

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def _row(x: Inputs, count: int) -> Sequence[Operand]:
    """`x` as a row of `count` inputs."""
    if count == 1 and (isinstance(x, Value) or checks.is_real(x)):
        return (x,)  # type: ignore[return-value]
    row = checks.sequence("x", x, f"a list of {count} numbers or Values")
    if len(row) != count:
        checks.refuse_count("x", f"{count} of them", row)
    expected = "a Value or a finite number"
    return [
        number if isinstance(number, Value) else checks.real(f"x[{i}]", number, expected)
        for i, number in enumerate(row)
    ]
