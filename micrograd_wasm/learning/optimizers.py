"""Optimizers: what a step does with the gradients.

Plain gradient descent (`sgd`), momentum, Adam. An optimizer is a pure rule for one number: from a
parameter, its gradient and what was remembered of the steps before it makes the new parameter and
what to remember. Nothing is changed in place:

    optimizer = optimizers.adam()
    state = optimizer.initial_state(model.parameter_count)
    gradients = losses.max_margin(model, xs, ys).total_loss.backward()
    numbers, state = optimizer.step(
        [p.data for p in model.parameters()],
        [gradients[p] for p in model.parameters()],
        state,
        rate=0.01,
    )
    model = model.replace_parameters(numbers)

`train(..., optimizer="adam")` does that at each step. The rule is written once: the eager engine
runs it on floats, the compiler traces it and puts the same operations into the training kernel.
The L2 penalty is a part of the loss, so an optimizer finds it in the gradients (it is "L2
regularization", not the "decoupled weight decay" of AdamW).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias

from ..base import checks, memory
from ..base.read_only import ReadOnly

Update: TypeAlias = Callable[..., Any]
Advance: TypeAlias = Callable[..., tuple[tuple[float, ...], tuple[float, ...]]]


@dataclass(frozen=True, slots=True)
class State:
    """What an optimizer remembers between two steps.

    Attributes:
        running: numbers that all parameters share, such as Adam's powers of beta.
        slots: for each thing that is remembered of a parameter, one number for each of them.
    """

    running: tuple[float, ...]
    slots: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Optimizer:
    """A rule for moving one parameter, and what it remembers.

    Your own rule is written in plain arithmetic (+ - * / and `optimizers.sqrt`), without looking at
    the numbers, so that it can be compiled. RMSProp (Tieleman and Hinton, 2012), say:

        def update(p, gradient, rate, mean):
            mean = 0.9 * mean + 0.1 * (gradient * gradient)
            return p - rate * gradient / (optimizers.sqrt(mean) + 1e-8), mean

        rmsprop = optimizers.Optimizer("rmsprop", update, slots=("mean",))

    Args:
        name: what `run.options` calls it.
        update: takes a parameter, its gradient, the step's numbers (the learning rate alone, unless
            `advance` gives others) and the slots; returns the new parameter, followed by the new
            slots where there are any.
        slots: the names of what is remembered of each parameter; each is 0.0 at first.
        running: what the steps share, as it is before the first step.
        advance: takes the learning rate and the running numbers; returns the numbers of this step
            for `update`, and the running numbers of the next one.
        settings: for the text form: {"beta": 0.9}.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """

    name: str
    update: Update
    slots: tuple[str, ...] = ()
    running: tuple[float, ...] = ()
    advance: Advance | None = None
    settings: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checks.text("name", self.name, "a text"))
        if not callable(self.update):
            checks.refuse("update", "a function", self.update, kind=TypeError)
        if self.advance is not None and not callable(self.advance):
            checks.refuse("advance", "None or a function", self.advance, kind=TypeError)
        expected = 'a list of names such as ("velocity",)'
        slots = tuple(checks.sequence("slots", self.slots, expected))
        for slot in slots:
            if not isinstance(slot, str):
                checks.refuse("slots", expected, self.slots, kind=TypeError)
        running = checks.sequence("running", self.running, "a list of numbers")
        expected = 'a dict such as {"beta": 0.9}'
        settings = checks.mapping("settings", self.settings, expected)
        for setting, given in settings.items():
            number = checks.real(f"settings[{checks.shown(setting)}]", given)
            settings[setting] = given if type(given) is int else number
        object.__setattr__(self, "slots", slots)
        object.__setattr__(
            self, "running", tuple(checks.real(f"running[{i}]", x) for i, x in enumerate(running))
        )
        object.__setattr__(self, "settings", ReadOnly(settings))

    def __eq__(self, other: object) -> bool:
        """The same rule with the same numbers; two rules of yours are the same if they are made of
        the same functions."""
        if not isinstance(other, Optimizer):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.name, self.slots, self.running))

    def _key(self) -> tuple[Any, ...]:
        return self.name, self.slots, self.running, self.settings, self.update, self.advance

    def __copy__(self) -> Optimizer:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Optimizer:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if is_known(self):
            return named, (self.name, dict(self.settings))
        given = self.name, self.update, self.slots, self.running, self.advance, dict(self.settings)
        return Optimizer, given

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{self.name}({settings})" if settings else self.name

    def __repr__(self) -> str:
        return f"Optimizer {self}"

    def initial_state(self, count: int) -> State:
        """What it remembers before the first step of `count` parameters: nothing, 0.0 each."""
        count = checks.integer("count", count, "an integer, 0 or more", minimum=0)
        memory.check("count", count, 8 * count)
        return State(self.running, ((0.0,) * count,) * len(self.slots))

    def numbers(self, rate: float, running: Sequence[float]) -> tuple[tuple[float, ...], ...]:
        """One step's numbers for `update`, and the running numbers of the step after it."""
        if self.advance is None:
            return (rate,), tuple(running)
        numbers, running = self.advance(rate, *running)
        return tuple(numbers), tuple(running)

    def step(
        self,
        parameters: Sequence[float],
        gradients: Sequence[float],
        state: State,
        rate: float,
    ) -> tuple[tuple[float, ...], State]:
        """One step: the new parameters and the new state. Arguments are left as they are.

        Args:
            parameters, gradients: a number for each parameter, in the same order: lists, arrays.
            state: `initial_state(len(parameters))`, or what the step before gave.
            rate: the learning rate.

        Raises:
            TypeError: `state` is not a State, or something else not a list of numbers.
            ValueError: a number is not finite; not as many gradients, or remembered numbers, as
                parameters.
            ArithmeticError: a number leaves the real numbers.
        """
        if not isinstance(state, State):
            checks.refuse("state", "what initial_state or step gave", state, kind=TypeError)
        parameters = _floats("parameters", parameters)
        gradients = _floats("gradients", gradients)
        rate = checks.real("rate", rate, "a finite number")
        count = len(parameters)
        if len(gradients) != count:
            checks.refuse_count("gradients", f"{count} of them", gradients)
        if len(state.slots) != len(self.slots) or any(len(slot) != count for slot in state.slots):
            raise ValueError(f"state: expected one of {self.name} for {count} parameters")
        try:
            numbers, running = self.numbers(rate, state.running)
            moved, slots = self._updated(parameters, gradients, state.slots, numbers)
        except ZeroDivisionError as error:  # Python's own words differ from version to version
            raise ArithmeticError(f"{self}: division by zero") from error
        except OverflowError as error:
            raise ArithmeticError(f"{self}: a number is too large for a float64") from error
        except (TypeError, ValueError) as error:
            raise TypeError(f"update: {self.name} cannot be called: {error}") from error
        if len(slots) != len(self.slots) or not all(map(checks.is_real, chain(moved, *slots))):
            expected = f"a function that returns the new parameter and {len(self.slots)} slots"
            checks.refuse("update", expected, (*moved[:1], *slots), kind=TypeError)
        for name, made in zip(("a new parameter", *self.slots), (moved, *slots), strict=True):
            if not all(map(math.isfinite, made)):
                raise ArithmeticError(f"{self}: {name} is too large for a float64")
        return moved, State(running, slots)

    def _updated(
        self,
        parameters: Sequence[float],
        gradients: Sequence[float],
        slots: tuple[tuple[float, ...], ...],
        numbers: tuple[float, ...],
    ) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
        update = self.update
        if not slots:
            pairs = zip(parameters, gradients, strict=True)
            return tuple([update(p, g, *numbers) for p, g in pairs]), ()
        rows = [
            update(p, g, *numbers, *remembered)
            for p, g, *remembered in zip(parameters, gradients, *slots, strict=True)
        ]
        moved, *after = zip(*rows, strict=True) if rows else ((), *slots)
        return moved, tuple(after)


def _floats(name: str, numbers: Any) -> Sequence[float]:
    """Numbers as floats; lists of them, which training gives, as they are."""
    listed = checks.sequence(name, numbers, "a list of numbers")
    if listed.__class__ is list and all(x.__class__ is float for x in listed):
        return listed
    return [checks.real(f"{name}[{i}]", x) for i, x in enumerate(listed)]


def sqrt(x: Any) -> Any:
    """The square root, for rules that are run on floats and traced: exactly rounded (IEEE 754).

    Raises:
        ArithmeticError: the root of a negative number.
    """
    if x.__class__ is not float:
        if not checks.is_real(x):
            if not hasattr(type(x), "sqrt"):
                checks.refuse("x", "a number", x, kind=TypeError)
            return x.sqrt()
        x = checks.real("x", x)
    if x < 0.0:
        raise ArithmeticError(f"sqrt of {x!r}: the root of a negative number is not real")
    return math.sqrt(x)


def sgd() -> Optimizer:
    """Plain gradient descent: p - rate*gradient. What `train` does by default.

    It is called stochastic where each step sees a random batch (Robbins and Monro, 1951).
    """
    return Optimizer("sgd", _descend)


def _descend(p: Any, gradient: Any, rate: Any) -> Any:
    return p - rate * gradient


def momentum(*, beta: float = 0.9) -> Optimizer:
    """Gradient descent that keeps going: the velocity adds up the gradients of earlier steps.

        velocity = beta*velocity + gradient
        p = p - rate*velocity

        train(model, dataset, optimizer=optimizers.momentum(beta=0.9), learning_rate=0.05)

    Args:
        beta: how much of the velocity a step keeps, from 0 (plain gradient descent) to below 1.

    Source: the heavy ball method (Polyak, 1964), with the learning rate where PyTorch's
    `SGD(momentum=beta)` has it: a changed rate takes effect at once. A steady gradient is followed
    1/(1 - beta) times as fast as without momentum, so take a smaller rate.

    Raises:
        TypeError, ValueError: `beta` is not as above.
    """
    beta = _share("beta", beta)
    return Optimizer("momentum", _Momentum(beta), ("velocity",), settings={"beta": beta})


# Rules with settings are objects, so that two of the same rule and settings are equal.


@dataclass(frozen=True)
class _Momentum:
    beta: float

    def __call__(self, p: Any, gradient: Any, rate: Any, velocity: Any) -> tuple[Any, Any]:
        velocity = self.beta * velocity + gradient
        return p - rate * velocity, velocity


def adam(*, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Optimizer:
    """Adam: each parameter's step is about the learning rate, however large its gradient.

        mean = beta1*mean + (1 - beta1)*gradient
        square = beta2*square + (1 - beta2)*gradient**2
        p = p - rate*(mean/(1 - beta1**t)) / (sqrt(square/(1 - beta2**t)) + epsilon)

    at step t = 1, 2, ... Both averages begin at 0; the divisions by 1 - beta**t make up for that.

        train(model, dataset, optimizer="adam", learning_rate=0.02)

    Args:
        beta1, beta2: how much of the averages a step keeps, from 0 to below 1.
        epsilon: a positive number that keeps the quotient finite.

    Small networks learn well with a learning rate of 0.01 to 0.05, larger ones want less.

    Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1; the
    defaults and the place of epsilon are those of PyTorch's `Adam`.

    Raises:
        TypeError, ValueError: an argument is not as above.
    """
    beta1, beta2 = _share("beta1", beta1), _share("beta2", beta2)
    epsilon = checks.real("epsilon", epsilon, "a positive number", above=0.0)
    update, advance = _Adam(beta1, beta2, epsilon), _AdamPowers(beta1, beta2)
    settings = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    return Optimizer("adam", update, ("mean", "square"), (1.0, 1.0), advance, settings)


@dataclass(frozen=True)
class _AdamPowers:
    beta1: float
    beta2: float

    def __call__(
        self, rate: float, power1: float, power2: float
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        # beta**t as a running product: the same bits everywhere, unlike a library's pow.
        power1, power2 = power1 * self.beta1, power2 * self.beta2
        return (rate, 1.0 - power1, 1.0 - power2), (power1, power2)


@dataclass(frozen=True)
class _Adam:
    beta1: float
    beta2: float
    epsilon: float

    def __call__(  # noqa: PLR0917 - the step's numbers and the slots, one by one
        self, p: Any, gradient: Any, rate: Any, part1: Any, part2: Any, mean: Any, square: Any
    ) -> tuple[Any, Any, Any]:
        mean = self.beta1 * mean + (1.0 - self.beta1) * gradient
        square = self.beta2 * square + (1.0 - self.beta2) * (gradient * gradient)
        return p - rate * (mean / part1) / (sqrt(square / part2) + self.epsilon), mean, square


OPTIMIZERS: Final[dict[str, Callable[[], Optimizer]]] = {
    "sgd": sgd,
    "momentum": momentum,
    "adam": adam,
}
"""The optimizers `train` knows by name, with their usual settings."""


def named(name: str, settings: Mapping[str, float]) -> Optimizer:
    """One of `OPTIMIZERS` with these settings.

    Raises:
        ValueError, TypeError: there is no such optimizer, or it has no such settings.
    """
    if name not in OPTIMIZERS:
        checks.refuse("optimizer", " or ".join(f'"{known}"' for known in OPTIMIZERS), name)
    return OPTIMIZERS[name](**settings)


def is_known(optimizer: Optimizer) -> bool:
    """Whether its name and its settings say all."""
    try:
        return optimizer == named(optimizer.name, optimizer.settings)
    except (TypeError, ValueError):  # it has another name, or other settings
        return False


def check_optimizer(optimizer: Any) -> Optimizer:
    """An optimizer by its name, or as it is; tried once on numbers.

    Raises:
        TypeError: neither a name nor an Optimizer, or its functions do not give numbers.
        ValueError: an unknown name.
    """
    names = " or ".join(f'"{name}"' for name in OPTIMIZERS)
    if isinstance(optimizer, str):
        name = checks.text("optimizer", optimizer, names)
        if name not in OPTIMIZERS:
            checks.refuse("optimizer", f"{names} or an Optimizer", optimizer)
        return OPTIMIZERS[name]()
    if not isinstance(optimizer, Optimizer):
        called = any(optimizer is one for one in OPTIMIZERS.values())
        hint = "; call it: " if called else ""
        made = f"{hint}optimizers.{optimizer.__name__}()" if hint else ""
        checks.refuse("optimizer", f"{names} or an Optimizer{made}", optimizer, kind=TypeError)
    _try(optimizer)
    return optimizer


def parameter_names(optimizer: Optimizer) -> list[str]:
    """What `update` calls its arguments, or nothing where that is not known."""
    try:
        return [*inspect.signature(optimizer.update).parameters]
    except (TypeError, ValueError):
        return []


def _try(optimizer: Optimizer) -> None:
    """One step on numbers, so that a rule of the wrong shape is refused before the first one."""
    expected = f"an update that returns the new parameter and {len(optimizer.slots)} slots"
    if not optimizer.slots:
        expected = "an update that returns the new parameter, a number"
    try:
        numbers, running = optimizer.numbers(0.125, optimizer.running)
        made = optimizer.update(0.5, 0.25, *numbers, *[0.0] * len(optimizer.slots))
    except ArithmeticError:
        return
    except (TypeError, ValueError) as error:
        raise TypeError(f"optimizer: {optimizer.name} cannot be called: {error}") from error
    row = made if optimizer.slots else (made,)
    if not isinstance(row, tuple) or len(row) != 1 + len(optimizer.slots):
        checks.refuse("optimizer", expected, made, kind=TypeError)
    for number in (*row, *numbers, *running):
        if not isinstance(number, float):
            checks.refuse("optimizer", f"{expected} as floats", number, kind=TypeError)
    if len(running) != len(optimizer.running):
        checks.refuse("optimizer", "as many running numbers at each step", running, kind=TypeError)


def _share(name: str, value: Any) -> float:
    expected = "a number from 0 to below 1"
    number = checks.real(name, value, expected, minimum=0.0)
    if number >= 1.0:
        checks.refuse(name, expected, value)
    return number + 0.0  # -0.0 is 0.0
