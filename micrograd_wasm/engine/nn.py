"""Neuron, Layer and MLP: scalar Values wired into a network.

A model is immutable. Training does not change it; `apply_gradients` gives a new model whose every
parameter has moved a little against its gradient.

    model = MLP(2, [16, 16, 1], seed=(1337, 1337, 1337))
    gradients = loss_of(model).backward()
    model = model.apply_gradients(gradients, learning_rate=0.05)

Parameters come in one order everywhere: layer by layer, neuron by neuron, weights then bias.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, Self

from ..base import checks, memory
from ..numerics import rng
from .module import KINDS, Module
from .value import Operand, Value, add, as_value, multiply

__all__ = ["ACTIVATIONS", "MLP", "Layer", "Module", "Neuron"]

ACTIVATIONS: Final = ("relu", "tanh")
"""Functions of operations.py that a neuron may end in."""
PARAMETER: Final = 170  # bytes of a parameter: a Value with its number, and its place in a tuple


class Neuron(Module):
    """A weighted sum of inputs plus a bias, then an activation: relu(bias + w1*x1 + w2*x2 + ...).

    Args:
        input_count: how many inputs, 0 or more.
        nonlin: apply the activation; False leaves the neuron linear.
        activation: "relu" or "tanh".
        weights: initial weights (numbers or Values); drawn from uniform(-1, 1) when absent.
        bias: initial bias (a number or a Value).
        seed: where the weights come from: three integers for Erlang's exsss, one integer for
            Python's `random`, None for a fresh draw.
    """

    __slots__ = ("_activation", "_bias", "_nonlin", "_weights")

    def __init__(
        self,
        input_count: int,
        *,
        nonlin: bool = True,
        activation: str = "relu",
        weights: Sequence[Operand] | None = None,
        bias: Operand = 0.0,
        seed: rng.Seed = None,
    ) -> None:
        count = _check_inputs(input_count)
        memory.check("input_count", count, PARAMETER * count)
        if weights is None:
            uniform = _uniform_weights(seed)
            weights = [uniform() for _ in range(count)]
        else:
            rng.check_seed(seed)
            weights = checks.sequence("weights", weights, f"a list of {count} numbers")
            if len(weights) != count:
                checks.refuse_count("weights", f"{count} of them", weights)
        self._weights = tuple(_leaves("weights", weights))
        self._bias = as_value(bias, "bias")
        self._nonlin = checks.boolean("nonlin", nonlin)
        self._activation = _check_activation("activation", activation)

    @property
    def weights(self) -> tuple[Value, ...]:
        """One weight for each input."""
        return self._weights

    @property
    def bias(self) -> Value:
        """What is added to the weighted sum."""
        return self._bias

    @property
    def nonlin(self) -> bool:
        """Whether the activation is applied."""
        return self._nonlin

    @property
    def activation(self) -> str:
        """What comes after the sum: "relu" or "tanh", or "linear" for nothing."""
        return self._activation if self._nonlin else "linear"

    def parameters(self) -> list[Value]:
        return [*self._weights, self._bias]

    def activations(self, inputs: Sequence[Operand] | Operand) -> list[list[Value]]:
        return [[self(inputs)]]

    def named_parameters(self) -> dict[str, Value]:
        return _named(0, [self])

    def __call__(self, inputs: Sequence[Operand] | Operand) -> Value:
        """The neuron's output for one row of inputs.

        Args:
            inputs: a list of numbers or Values; a lone one will do where there is one input.

        Raises:
            TypeError: not a list of numbers or Values.
            ValueError: the wrong number of inputs.
        """
        # A plain number becomes a leaf of each neuron that takes it, as in MicrogradEx.
        return self._activate(_leaves("inputs", check_inputs(inputs, len(self._weights))))

    def _activate(self, xs: list[Value]) -> Value:
        total = self._bias
        for weight, x in zip(self._weights, xs, strict=True):
            total = add(total, multiply(weight, x))
        if not self._nonlin:
            return total
        activated: Value = getattr(total, self._activation)()
        return activated

    def _rebuilt(self, parameters: Iterator[Value]) -> Self:
        twin = object.__new__(type(self))
        twin._weights = tuple(next(parameters) for _ in self._weights)
        twin._bias = next(parameters)
        twin._nonlin = self._nonlin
        twin._activation = self._activation
        return twin

    def __repr__(self) -> str:
        return f"{kind_of(self.activation)}Neuron({len(self._weights)})"


class Layer(Module):
    """Neurons side by side, all fed the same inputs.

    Args:
        input_count: inputs of each neuron, 0 or more.
        output_count: how many neurons, 1 or more.
        nonlin, activation, bias, seed: as for Neuron; one stream feeds the whole layer.
    """

    __slots__ = ("_neurons",)

    def __init__(
        self,
        input_count: int,
        output_count: int,
        *,
        nonlin: bool = True,
        activation: str = "relu",
        bias: Operand = 0.0,
        seed: rng.Seed = None,
    ) -> None:
        inputs = _check_inputs(input_count)
        outputs = checks.integer("output_count", output_count, "a positive integer", minimum=1)
        kind = _check_activation("activation", activation)
        nonlin = checks.boolean("nonlin", nonlin)
        named = "output_count" if outputs > inputs else "input_count"
        memory.check(named, max(outputs, inputs), PARAMETER * outputs * (inputs + 1))
        uniform = _uniform_weights(seed)
        self._neurons = _neurons(
            inputs, outputs, uniform, nonlin=nonlin, activation=kind, bias=bias
        )

    @property
    def neurons(self) -> tuple[Neuron, ...]:
        """The neurons, first output first."""
        return self._neurons

    @property
    def output_count(self) -> int:
        return len(self._neurons)

    def parameters(self) -> list[Value]:
        return list(chain.from_iterable(neuron.parameters() for neuron in self._neurons))

    def activations(self, inputs: Sequence[Operand] | Operand) -> list[list[Value]]:
        return [self._outputs(inputs)]

    def named_parameters(self) -> dict[str, Value]:
        return _named(0, self._neurons)

    def __call__(self, inputs: Sequence[Operand] | Operand) -> Value | list[Value]:
        """The outputs for one row of inputs: a list, or a lone Value from a lone neuron."""
        return _lone(self._outputs(inputs))

    def _outputs(self, inputs: Sequence[Operand] | Operand) -> list[Value]:
        return [neuron(inputs) for neuron in self._neurons]

    def _rebuilt(self, parameters: Iterator[Value]) -> Self:
        twin = object.__new__(type(self))
        twin._neurons = tuple(neuron._rebuilt(parameters) for neuron in self._neurons)
        return twin

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self._neurons))}]"


class MLP(Module):
    """A multi-layer perceptron: hidden layers with an activation, the last one linear.

    Args:
        input_count: how many inputs, 0 or more.
        output_counts: neurons in each layer, such as [16, 16, 1].
        activation: of the hidden layers, "relu" or "tanh"; or a list with one for each of them.
        bias: the initial bias of every neuron.
        seed: where the weights come from: three integers for Erlang's exsss (MicrogradEx's
            models), one integer for Python's `random` (the original's), None for a fresh draw.
    """

    __slots__ = ("_layers",)

    def __init__(
        self,
        input_count: int,
        output_counts: Sequence[int],
        *,
        activation: str | Sequence[str] = "relu",
        bias: Operand = 0.0,
        seed: rng.Seed = None,
    ) -> None:
        inputs = _check_inputs(input_count)
        expected = "a list of positive integers such as [16, 16, 1]"
        counts = list(checks.sequence("output_counts", output_counts, expected))
        if not counts:
            checks.refuse("output_counts", expected, counts)
        for i, count in enumerate(counts):
            checks.integer(f"output_counts[{i}]", count, "a positive integer", minimum=1)
        befores = [inputs, *counts[:-1]]
        size = PARAMETER * sum(n * (m + 1) for n, m in zip(counts, befores, strict=True))
        if inputs > max(counts):
            memory.check("input_count", inputs, size)
        memory.check("output_counts", counts, size)
        kinds = [*_check_activations(activation, len(counts) - 1), "relu"]
        uniform = _uniform_weights(seed)
        last = len(counts) - 1
        layers: list[Layer] = []
        for i, (before, count) in enumerate(zip(befores, counts, strict=True)):
            layer = object.__new__(Layer)
            layer._neurons = _neurons(
                before, count, uniform, nonlin=i != last, activation=kinds[i], bias=bias
            )
            layers.append(layer)
        self._layers = tuple(layers)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, input side first."""
        return self._layers

    @property
    def output_count(self) -> int:
        return self._layers[-1].output_count

    def parameters(self) -> list[Value]:
        return list(chain.from_iterable(layer.parameters() for layer in self._layers))

    def __call__(self, inputs: Sequence[Operand] | Operand) -> Value | list[Value]:
        """The network's output for one row of inputs: a Value, or a list of several.

        Raises:
            TypeError: not a list of numbers or Values.
            ValueError: the wrong number of inputs.
        """
        return _lone(self.activations(inputs)[-1])

    def activations(self, inputs: Sequence[Operand] | Operand) -> list[list[Value]]:
        first, *others = self._layers
        values = [first._outputs(inputs)]
        for layer in others:
            # What one layer gives the next takes: Values, in the right number.
            values.append([neuron._activate(values[-1]) for neuron in layer._neurons])
        return values

    def named_parameters(self) -> dict[str, Value]:
        named: dict[str, Value] = {}
        for i, layer in enumerate(self._layers):
            named |= _named(i, layer._neurons)
        return named

    def _rebuilt(self, parameters: Iterator[Value]) -> Self:
        twin = object.__new__(type(self))
        twin._layers = tuple(layer._rebuilt(parameters) for layer in self._layers)
        return twin

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self._layers))}]"


def _named(layer: int, neurons: Sequence[Neuron]) -> dict[str, Value]:
    named: dict[str, Value] = {}
    for i, neuron in enumerate(neurons):
        named |= {f"w_{layer}_{i}_{k}": weight for k, weight in enumerate(neuron.weights)}
        named[f"b_{layer}_{i}"] = neuron.bias
    return named


def _neurons(
    inputs: int, outputs: int, uniform: Callable[[], float], **options: Any
) -> tuple[Neuron, ...]:
    return tuple(
        Neuron(inputs, weights=[uniform() for _ in range(inputs)], **options)
        for _ in range(outputs)
    )


def initial_parameters(
    input_count: int, output_counts: Sequence[int], seed: rng.Seed
) -> list[float]:
    """The numbers that a new `MLP` of this shape begins with, without the model."""
    uniform = _uniform_weights(seed)
    numbers: list[float] = []
    for before, count in zip([input_count, *output_counts], output_counts, strict=False):
        for _ in range(count):
            numbers += [uniform() for _ in range(before)]
            numbers += [0.0]
    return numbers


def _uniform_weights(seed: rng.Seed) -> Callable[[], float]:
    """A function that draws one weight from uniform(-1, 1) out of the stream the seed names."""
    seed = rng.drawn_seed(seed)
    if isinstance(seed, int):
        # The original draws from Python's generator: `random.seed(seed)`, `random.uniform(-1, 1)`.
        generator = random.Random(seed)
        return lambda: -1.0 + 2.0 * generator.random()
    exsss = rng.Exsss(seed)
    return lambda: exsss.uniform() * 2.0 - 1.0


def kind_of(activation: str) -> str:
    """What a neuron with this activation is called: "ReLU", "Tanh", "Linear"."""
    return "ReLU" if activation == "relu" else activation.capitalize()


def _check_activation(name: str, activation: Any) -> str:
    return checks.choice(name, activation, ACTIVATIONS)


def _check_activations(activation: Any, hidden: int) -> list[str]:
    """One activation for each hidden layer."""
    if isinstance(activation, str):
        return [_check_activation("activation", activation)] * hidden
    expected = f"a name, or one for each of {hidden} hidden layers"
    kinds = checks.sequence("activation", activation, expected)
    if len(kinds) != hidden:
        checks.refuse("activation", expected, activation)
    return [_check_activation(f"activation[{i}]", kind) for i, kind in enumerate(kinds)]


def _check_inputs(input_count: Any) -> int:
    return checks.integer("input_count", input_count, "an integer, 0 or more", minimum=0)


def _leaves(name: str, operands: Sequence[Any]) -> list[Value]:
    """Values as they are; finite numbers as new leaves."""
    try:
        return [as_value(operand) for operand in operands]
    except (TypeError, ArithmeticError):  # which of them?
        return [as_value(operand, f"{name}[{i}]") for i, operand in enumerate(operands)]


def check_inputs(inputs: Any, count: int) -> Sequence[Operand]:
    """`inputs` as a sequence of `count` operands; a lone number stands for a row of one."""
    if count == 1 and (isinstance(inputs, Value) or checks.is_real(inputs)):
        return (inputs,)
    row = checks.sequence("inputs", inputs, f"a list of {count} numbers or Values")
    if len(row) != count:
        checks.refuse_count("inputs", f"{count} of them", row)
    return row


def _lone(values: list[Value]) -> Value | list[Value]:
    return values[0] if len(values) == 1 else values


KINDS.update({kind.__name__: kind for kind in (Neuron, Layer, MLP)})
