"""Module: what neurons, layers and networks have in common. See nn.py."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from os import PathLike
from typing import Final, Self

from ..base import checks
from ..base.shown import Shown
from .value import Operand, Value


class Module(Shown, ABC):
    """What Neuron, Layer and MLP have in common."""

    __slots__ = ()

    def __str__(self) -> str:
        return repr(self)  # as the original prints a model; `display.show` tells its layers

    @abstractmethod
    def __call__(self, inputs: Sequence[Operand] | Operand) -> Value | list[Value]:
        """The output for one row of inputs."""

    @abstractmethod
    def parameters(self) -> list[Value]:
        """Every trainable Value: weights then bias, neuron by neuron, layer by layer."""

    @abstractmethod
    def _rebuilt(self, parameters: Iterator[Value]) -> Self:
        """The same wiring around other parameters, taken in order."""

    @property
    def parameter_count(self) -> int:
        """How many trainable numbers there are."""
        return len(self.parameters())

    @property
    def output_count(self) -> int:
        """How many numbers come out."""
        return 1

    @abstractmethod
    def activations(self, inputs: Sequence[Operand] | Operand) -> list[list[Value]]:
        """Every neuron's output for one row of inputs: a list for each layer, input side first."""

    @abstractmethod
    def named_parameters(self) -> dict[str, Value]:
        """The parameters by name: w_0_3_1 is weight 1 of neuron 3 of layer 0, b_0_3 its bias."""

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to a file: JSON, every number exact. `load` reads it.

            model.save("model.json")
            model = MLP.load("model.json")

        Args:
            path: the file's name; a file of that name is replaced.

        Raises:
            TypeError: `path` is no name, or the model is of a class of yours.
            OSError: the file cannot be written.
        """
        from . import model_files  # noqa: PLC0415 - loaded when something is saved

        model_files.save(self, path, KINDS)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """The model that `save` has written: `MLP.load`, `Layer.load` or `Neuron.load`.

        Raises:
            TypeError: `path` is no name.
            ValueError: the file is something else, was changed, or holds another kind of model.
            OSError: the file cannot be read.
        """
        from . import model_files  # noqa: PLC0415 - loaded when something is saved

        model = model_files.load(path, cls, KINDS)
        assert isinstance(model, cls)
        return model

    def replace_parameters(self, numbers: Sequence[float]) -> Self:
        """A new model with these numbers in place of its parameters; labels are kept.

        One Value that is several parameters (tied weights) is one in the new model, too.

        Args:
            numbers: as many finite numbers as there are parameters, in their order.

        Raises:
            TypeError: not a list of numbers.
            ValueError: the wrong number of them, one that is not finite, or two for one Value.
        """
        old = self.parameters()
        numbers = checks.sequence("numbers", numbers, f"a list of {len(old)} numbers")
        if len(numbers) != len(old):
            checks.refuse_count("numbers", f"{len(old)} of them", numbers)
        reals = [checks.real(f"numbers[{i}]", number) for i, number in enumerate(numbers)]
        new = _tied(old, reals)
        for i, (value, number) in enumerate(zip(new, reals, strict=True)):
            if value.data != number:
                first = next(k for k, other in enumerate(new) if other is value)
                expected = f"{value.data!r} as in numbers[{first}], for both are one Value"
                checks.refuse(f"numbers[{i}]", expected, number)
        return self._rebuilt(iter(new))

    def apply_gradients(self, gradients: Mapping[Value, float], learning_rate: float) -> Self:
        """One step of gradient descent: a new model with p - learning_rate * gradient of p.

        One Value that is several parameters (tied weights) moves once, by the one gradient that it
        has, and is one in the new model, too.

        Args:
            gradients: the table that `loss.backward()` gave for this model's parameters.
            learning_rate: the step size, a finite number.

        Raises:
            TypeError: `gradients` is not a table, or `learning_rate` not a number.
            ValueError: `gradients` is a dict without one of the parameters.
            ArithmeticError: a new parameter is too large for a float64.

        Source: parameter sharing, as in Goodfellow, Bengio and Courville, "Deep Learning" (2016),
        section 7.9: tied parameters stay equal, and their gradients add up.
        """
        if not isinstance(gradients, Mapping):
            expected = "the table that backward() returns"
            checks.refuse("gradients", expected, gradients, kind=TypeError)
        rate = checks.real("learning_rate", learning_rate)
        parameters = self.parameters()
        try:
            slopes = [checks.real("gradients", gradients[p]) for p in parameters]
        except KeyError:
            missing = f"a number for each of {len(parameters)} parameters"
            checks.refuse_count("gradients", missing, gradients)
        moved = [p.data - rate * slope for p, slope in zip(parameters, slopes, strict=True)]
        if not all(map(isfinite, moved)):
            raise ArithmeticError("learning_rate: a new parameter is too large for a float64")
        return self._rebuilt(iter(_tied(parameters, moved)))


def _tied(old: Sequence[Value], numbers: Sequence[float]) -> list[Value]:
    """A new Value for each old one; the same new one wherever the old one is the same."""
    new: dict[Value, Value] = {}
    for value, number in zip(old, numbers, strict=True):
        if value not in new:
            new[value] = Value(number, value.label)
    return [new[value] for value in old]


KINDS: Final[dict[str, type[Module]]] = {}
"""Of which a file can hold all, by name; nn.py enters its classes."""
