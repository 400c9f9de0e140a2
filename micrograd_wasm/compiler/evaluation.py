"""A model without training: its score, or every neuron's output, for many points in one call."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from ..base import checks
from ..engine.nn import Module as Model
from ..engine.value import Value
from . import host, size
from .adjoint import reachable, slopes_of
from .library import Library
from .lower import Load, Lowering, load_f64, needed
from .refusal import CannotCompile
from .tape import Tape, record
from .traceable import (
    Sample,
    check_model,
    outputs,
    rebuilt,
    refuse_looks,
    refusing_errors,
    samples,
    undefined_everywhere,
    watch_unless,
)
from .wasm.module import Function, Module
from .watch import TracedInput, new_leaf
from .wiring import neurons

# Points that one call takes; more are sent in several calls over the same memory.
CALL_POINTS = 4096


class Evaluation:
    """A model's outputs as WebAssembly, with the bits of the eager engine.

    Args:
        model: an MLP, Layer or Neuron.
        input_count: numbers in a row of inputs.

    Attributes:
        layer_sizes: how many neurons each layer has.
        module: the functions `scores(count)` and `activations(count)`, and the memory.
        parameters_at, points_at, results_at: addresses of the parameters, of the rows of inputs and
            of the outputs.
        parameters: the numbers that the next call uses.

    Raises:
        NoHost: there is no WebAssembly runtime here.
        CannotCompile: the model is too large for one function, or does not always do the same.
    """

    def __init__(self, model: Model, input_count: int) -> None:
        if not isinstance(model, Model):
            checks.refuse("model", "an MLP, Layer or Neuron", model, kind=TypeError)
        self._model = model
        self._input_count = input_count
        self.layer_sizes: tuple[int, ...] = ()
        self._score_count = 0
        self.module = Module()
        self._build()
        self._instance = host.instantiate(self.module.encode())
        self.parameters = array("d", [p.data for p in model.parameters()])

    def _build(self) -> None:
        model, width = self._model, self._input_count
        known = neurons(model) is not None
        count = model.parameter_count
        # Each weight is fetched with the number that it is multiplied by.
        size.check_parameters("model", count, loads=2 if known else 1)
        if not known:
            check_model(model, width, ())
        tape, layers, scores, looked_at = self._trace(known)
        self.layer_sizes = tuple(len(layer) for layer in layers)
        self._score_count = len(scores)
        nodes = [node for layer in layers for node in layer]
        size.check("model", tape, [*nodes, *scores, *looked_at], range(len(tape)))
        library = Library(self.module, tables_at=8)
        functions = needed(library, tape)
        self.parameters_at = -(-library.end // 8) * 8
        self.points_at = self.parameters_at + 8 * count
        self.results_at = self.points_at + 8 * CALL_POINTS * width
        most = max(len(nodes), len(scores))
        self.module.memory_bytes = self.results_at + 8 * CALL_POINTS * most
        size.check_memory("model", self.module.memory_bytes)
        self._emit("scores", tape, scores, looked_at, functions)
        self._emit("activations", tape, nodes, looked_at, functions)

    def _trace(self, known: bool) -> tuple[Tape, list[list[int]], list[int], list[int]]:
        """The tape; on it each layer's outputs, the model's, and what must be real besides."""
        undefined: ArithmeticError | None = None
        for sample in samples(self._model, self._input_count, ()):
            try:
                with refusing_errors(known):
                    return self._trace_at(sample, known)
            except ArithmeticError as error:
                undefined = undefined or error
        raise undefined_everywhere(undefined) from undefined

    def _trace_at(
        self, sample: Sample, known: bool
    ) -> tuple[Tape, list[list[int]], list[int], list[int]]:
        numbers, row, _ = sample
        xs: list[Value] = []
        for i, x in enumerate(row):
            xs.append(Value(x, f"x_{i}") if known else new_leaf(x, f"x_{i}", TracedInput))
        with watch_unless(known) as watch:
            model, parameters = rebuilt(self._model, numbers, watched=not known)
            layers, output = outputs(model, tuple(xs))
            layers = layers or model.activations(xs)
        refuse_looks("model", watch)
        scores = output if isinstance(output, list) else [output]
        names = {value: name for name, value in model.named_parameters().items()}
        for i, layer in enumerate(layers):
            names |= {value: f"out_{i}_{k}" for k, value in enumerate(layer)}
        ends = [*(value for layer in layers for value in layer), *scores]
        tape, place = record(ends, [*parameters, *xs], names, watch.made, name="model")
        nodes = [place[value] for value in ends]
        looked_at: list[int] = []
        if not known:  # of an MLP's operations none is unused
            behind = set(reachable(tape, nodes))
            looked_at = [place[v] for v in watch.made if place[v] not in behind]
        looked_at += slopes_of(tape, range(len(tape)))
        placed = [[place[value] for value in layer] for layer in layers]
        return tape, placed, nodes[-len(scores) :], looked_at

    def _emit(
        self,
        name: str,
        tape: Tape,
        nodes: Sequence[int],
        looked_at: Sequence[int],
        library: dict[str, Function],
    ) -> None:
        """`name(count)`: the numbers of `nodes` for each point. Returns 0.0, or NaN."""
        count, width = len(self._model.parameters()), self._input_count
        params = [("point", "i"), ("result", "i")]
        one = self.module.function(f"one_of_{name}", params, "d")
        inputs: dict[int, Load] = {
            i: load_f64(address=self.parameters_at + 8 * i, name=tape.names.get(i, ""))
            for i in range(count)
        }
        inputs |= {count + k: load_f64(address=8 * k, base=0) for k in range(width)}
        roots = [*nodes, *nodes, *nodes, *looked_at, *looked_at]
        lowering = Lowering(one, tape, roots, inputs, library)
        lowering.compute([*nodes, *looked_at])
        for k, node in enumerate(nodes):
            one.emit("local.get", 1)
            lowering.push(node)
            one.emit("f64.store", 8 * k)
            lowering.note(node)
        for node in looked_at:
            lowering.note(node)
        one.emit("local.get", lowering.bad)

        loop = self.module.function(name, [("count", "i")], "d", export=True)
        point, result = loop.local("point", "i"), loop.local("result", "i")
        bad = loop.local("bad", "d")
        for local, address in ((point, self.points_at), (result, self.results_at)):
            loop.emit("i32.const", address)
            loop.emit("local.set", local)
        loop.begin("block")
        loop.begin("loop")
        loop.emit("local.get", 0)
        loop.emit("i32.eqz")
        loop.branch(1, conditional=True)
        loop.emit("local.get", point)
        loop.emit("local.get", result)
        loop.call(one)
        loop.emit("local.get", bad)
        loop.emit("f64.add")
        loop.emit("local.set", bad)
        for local, stride in ((point, 8 * width), (result, 8 * len(nodes)), (0, -1)):
            loop.emit("local.get", local)
            loop.emit("i32.const", stride)
            loop.emit("i32.add")
            loop.emit("local.set", local)
        loop.branch(0)
        loop.end()
        loop.end()
        loop.emit("local.get", bad)

    def scores(self, points: Sequence[Sequence[float]]) -> list[float]:
        """The model's outputs for each point, one point after the other.

        Raises:
            ArithmeticError: what the eager engine raises for one of the points.
        """
        return self._run("scores", self._score_count, points)

    def activations(self, points: Sequence[Sequence[float]]) -> list[float]:
        """Every neuron's output for each point: layer by layer, one point after the other.

        Raises:
            ArithmeticError: what the eager engine raises for one of the points.
        """
        return self._run("activations", sum(self.layer_sizes), points)

    def _run(self, name: str, width: int, points: Sequence[Sequence[float]]) -> list[float]:
        for i, row in enumerate(points):
            if len(row) != self._input_count:
                checks.refuse(f"points[{i}]", f"{self._input_count} numbers", row)
        results: list[float] = []
        for first in range(0, len(points), CALL_POINTS):
            some = points[first : first + CALL_POINTS]
            found = self._in_one_call(name, width, some)
            results += self._eagerly(name, some) if found is None else found
        return results

    def _in_one_call(
        self, name: str, width: int, points: Sequence[Sequence[float]]
    ) -> array[float] | None:
        """The results, or None where one is not real, or where there is no room to run."""
        instance = self._instance
        with instance.lock:
            instance.write(self.parameters_at, self.parameters)
            instance.write(self.points_at, array("d", [x for row in points for x in row]))
            try:
                if math.isnan(instance.call(name, len(points))):
                    return None
            except CannotCompile:
                return None
            return instance.read(self.results_at, len(points) * width)

    def _eagerly(self, name: str, points: Sequence[Sequence[float]]) -> list[float]:
        model = self._model.replace_parameters(self.parameters)
        found: list[float] = []
        for point in points:
            if name == "activations":
                found += [value.data for layer in model.activations(point) for value in layer]
            else:
                output = model(point)
                found += [v.data for v in (output if isinstance(output, list) else [output])]
        return found


def scorer(model: object, input_count: int, points: int) -> Evaluation | None:
    """An Evaluation where one can be had and pays: for a model of ours and a good many points."""
    if points < 64 or not isinstance(model, Model) or not host.available():
        return None
    try:
        return Evaluation(model, input_count)
    except CannotCompile:  # too large, mostly; the eager engine takes any size
        return None
