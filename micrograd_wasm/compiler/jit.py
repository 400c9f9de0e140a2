"""jit: any function of Values, compiled to WebAssembly."""

from __future__ import annotations

import inspect
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..base import checks
from ..engine.value import Value
from . import host, size
from .adjoint import adjoint, leaf_gradients, reachable, slopes_of
from .library import Library
from .lower import Load, Lowering, needed
from .tape import CONSTANT, Tape, Trace, trace
from .wasm.module import Function, Module
from .wasm.wat import to_wat
from .watch import tracing

# Engines take functions of at most 1,000 parameters and 1,000 results; a value and its gradients
# are one result more than there are inputs.
MOST_INPUTS, MOST_OUTPUTS = 999, 1000


class Compiled:
    """A function of Values that runs as WebAssembly, with the bits of the eager engine.

    Made by `jit`. It is traced when it is first called, with the numbers of that call. Threads may
    share it.
    """

    def __init__(self, function: Callable[..., Any], names: Sequence[str]) -> None:
        self._function = function
        self._names = tuple(names)
        self._module: Module | None = None
        self._instance: host.Instance | None = None
        self._tape = Tape()
        self._is_list = False
        self._binary = b""
        self._lock = threading.Lock()  # of the making of the instance, which has its own

    def __call__(self, *numbers: float) -> Any:
        """The function's value for these numbers: a float, or a list of floats.

        Raises:
            TypeError, ValueError: not as many finite numbers as the function has arguments.
            CannotCompile: a ValueError; what the function does depends on the numbers, or it is too
                large.
            ArithmeticError: what the eager engine raises for these numbers.
        """
        row = self._check(numbers)
        results = self._run("value", row)
        if results is None:  # not a real number: the eager engine says which operation it was
            outcome = self._function(*map(Value, row))
            if isinstance(outcome, Value):
                return outcome.data
            return [value.data for value in outcome]
        return results if self._is_list else results[0]

    def value_and_gradients(self, *numbers: float) -> tuple[float, tuple[float, ...]]:
        """The function's value and its derivative with respect to each argument.

        Raises:
            TypeError: the function returns several Values.
            ArithmeticError: what the eager engine raises for these numbers.
        """
        row = self._check(numbers)
        self._compile(row)
        if self._is_list:
            raise TypeError("value_and_gradients: expected a function with one output")
        results = self._run("value_and_gradients", row)
        if results is None:
            inputs = [Value(number) for number in row]
            outcome = self._function(*inputs)
            table = outcome.backward()
            return outcome.data, tuple(table[value] for value in inputs)
        return results[0], tuple(results[1:])

    @property
    def wasm(self) -> bytes:
        """The module's bytes. Without an earlier call it is traced at 0.5, 0.75, 1.0, ..."""
        self._compile_anyhow()
        return self._binary

    def wat(self) -> str:
        """The module's text."""
        self._compile_anyhow()
        assert self._module is not None
        return to_wat(self._module)

    @property
    def tape(self) -> Tape:
        """The trace, forward pass only."""
        self._compile_anyhow()
        return self._tape

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled, (self._function, self._names)  # a copy is compiled anew

    def __repr__(self) -> str:
        return (
            f"jit of {getattr(self._function, '__name__', 'a function')}({', '.join(self._names)})"
        )

    def _check(self, numbers: Sequence[float]) -> list[float]:
        if len(numbers) != len(self._names):
            raise TypeError(f"expected {len(self._names)} numbers, got {len(numbers)}")
        return [checks.real(n, x) for n, x in zip(self._names, numbers, strict=True)]

    def _run(self, name: str, row: list[float]) -> list[float] | None:
        self._compile(row)
        with self._lock:
            if self._instance is None:
                self._instance = host.instantiate(self._binary)
        results = self._instance.call(name, *row)
        listed = results if isinstance(results, list) else [results]
        return None if math.isnan(listed[0]) else listed

    def _compile_anyhow(self) -> None:
        self._compile([0.5 + 0.25 * i for i in range(len(self._names))])

    def _compile(self, sample: Sequence[float]) -> None:
        if self._module is None:
            # A function that is traced may call one that is compiled: one lock for all of them.
            with tracing:
                if self._module is None:
                    self._build(sample)

    def _build(self, sample: Sequence[float]) -> None:
        traced = trace(self._function, sample, self._names)
        self._tape, outputs, self._is_list = traced.tape, traced.outputs, traced.is_list
        if len(outputs) > MOST_OUTPUTS:
            checks.refuse("function", f"at most {MOST_OUTPUTS} outputs", len(outputs))
        module = Module(memory_bytes=8)
        library = needed(Library(module), self._tape)
        _emit(module, library, traced, self._names, gradients=False)
        if not self._is_list:
            _emit(module, library, traced, self._names, gradients=True)
        self._binary = module.encode()
        self._module = module


def jit(function: Callable[..., Any], *, arity: int | None = None) -> Compiled:
    """Compile a function of Values to WebAssembly.

    Args:
        function: takes Values, returns a Value or a list of Values. It is run on Values once, to
            see which operations it does; Python code that looks at the numbers (`.data`, a
            comparison, an index) is refused at the first call. Values from outside the function are
            constants.
        arity: how many arguments it takes; needed for a function of *args.

    Returns:
        A function of plain numbers: f(2.0, 3.0), f.value_and_gradients(2.0, 3.0), f.wasm, f.wat().

    Raises:
        TypeError, ValueError: `function` is no function, or its number of arguments is unknown.
    """
    if not callable(function):
        checks.refuse("function", "a function of Values", function, kind=TypeError)
    if arity is None:
        names = []
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                raise TypeError(
                    f"function: expected positional arguments only, got {parameter}; "
                    "say how many it takes with arity="
                )
            names.append(parameter.name)
    else:
        count = checks.integer("arity", arity, "an integer, 0 or more", minimum=0)
        if count > MOST_INPUTS:
            checks.refuse("arity", f"at most {MOST_INPUTS} arguments", arity)
        names = [f"x{i}" for i in range(count)]
    if len(names) > MOST_INPUTS:
        checks.refuse("function", f"at most {MOST_INPUTS} arguments", len(names))
    return Compiled(function, names)


def _emit(
    module: Module,
    library: dict[str, Function],
    traced: Trace,
    names: Sequence[str],
    *,
    gradients: bool,
) -> None:
    """One exported function. Its first result is NaN where anything left the real numbers."""
    tape, outputs = traced.tape.copy(), traced.outputs
    dead = reachable(tape, traced.unused)
    inputs = range(len(names))
    one, zero = tape.add(CONSTANT, number=1.0), tape.add(CONSTANT, number=0.0)
    slopes: list[int] = []  # eager arithmetic computes them on its way forward
    gradient: dict[int, int] = {}
    for output in outputs:
        gradient, its_slopes = adjoint(tape, output, one)
        slopes += its_slopes
    live = set(reachable(tape, outputs))
    slopes += slopes_of(tape, (node for node in dead if node not in live))
    results, noted = list(outputs), [*slopes, *outputs, *traced.unused]
    if gradients:
        results += [gradient.get(node, zero) for node in inputs]
        noted += [g for g in leaf_gradients(tape, gradient).values() if g > zero]
    name = "value_and_gradients" if gradients else "value"
    function = module.function(name, [(n, "d") for n in names], "d" * len(results), export=True)
    loads: dict[int, Load] = {i: [("local.get", i)] for i in inputs}
    roots = [*results, *noted, *noted]
    size.check("function", tape, roots)
    lowering = Lowering(function, tape, roots, loads, library)
    lowering.compute([*results, *noted])
    for node in noted:
        lowering.note(node)
    bad = lowering.bad
    lowering.push(results[0])
    function.emit("local.get", bad)
    function.emit("local.get", bad)
    function.emit("f64.const", 0.0)
    function.emit("f64.eq")
    function.emit("select")  # the result if bad == 0.0, else bad, which is NaN
    for node in results[1:]:
        lowering.push(node)
