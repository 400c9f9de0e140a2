"""The inner part of a training kernel: one example, forward and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from .. import losses
from ..nn import ACTIVATIONS
from ..nn import Module as Model
from ..value import Value
from .adjoint import adjoint, leaf_gradients, reachable
from .layout import Layout
from .lower import Load, Lowering, load_f64
from .tape import CONSTANT, INPUT, Tape, record
from .wasm import Function, Module


@dataclass(frozen=True)
class ExampleTape:
    """One example's forward pass and loss.

    The tape's inputs are the parameters, then the row of inputs, then the label.

    Attributes:
        tape: the operations.
        parameters, inputs: how many of each.
        score, loss: the nodes of the model's output and of the example's loss.
    """

    tape: Tape
    parameters: int
    inputs: int
    score: int
    loss: int


def can_compile(model: Model) -> bool:
    """Whether every parameter is a leaf of its own; a kernel knows no others."""
    parameters = model.parameters()
    return not any(p.parents for p in parameters) and len(set(parameters)) == len(parameters)


def trace_example(model: Model, input_count: int, example_loss: losses.ExampleLoss) -> ExampleTape:
    """Trace one example's loss.

    Raises:
        ValueError: a parameter of the model is not a leaf, or is there twice; the loss does not
            depend on the score.
    """
    if not can_compile(model):
        raise ValueError(
            "model: a parameter is made from other Values, or one Value is several parameters; "
            'only engine="eager" trains such a model'
        )
    # The tape does not depend on the numbers; with zeros nothing can overflow on the way.
    model = model.replace_parameters([0.0] * len(model.parameters()))
    xs = [Value(0.0, f"x_{i}") for i in range(input_count)]
    label = Value(1.0, "y")
    layers = model.activations(xs)
    score = losses.lone_score(layers[-1] if len(layers[-1]) > 1 else layers[-1][0])
    loss = example_loss(score, label)
    names = {value: name for name, value in model.named_parameters().items()}
    names |= {leaf: leaf.label for leaf in (*xs, label)}
    for i, layer in enumerate(layers):
        for k, value in enumerate(layer):
            active = value.op in ACTIVATIONS
            names[value] = f"{value.op if active else 'linear'}_{i}_{k}"
            if active:
                names[value.parents[0]] = f"sum_{i}_{k}"
    names |= {loss: "loss", score: "score"}
    tape, place = record([loss], [*model.parameters(), *xs, label], names)
    if score not in place:
        raise ValueError("example_loss: expected a loss that depends on the score")
    return ExampleTape(tape, len(model.parameters()), input_count, place[score], place[loss])


def emit_example(
    module: Module,
    library: dict[str, Function],
    example: ExampleTape,
    layout: Layout,
    share: float,
) -> Function:
    """The function of one example: stores its loss and score, adds to the gradients.

    Args:
        share: the example's part of the mean, 1/batch_size: the gradient that its loss begins with.

    Returns:
        A function of the row's address, the label, where to store loss and score, and whether to
        go the whole way back even if every share is zero. Its result is 0.0, or NaN where
        anything was not a real number.
    """
    tape, count, score, loss = example.tape, example.parameters, example.score, example.loss
    forward = len(tape)
    behind = set(reachable(tape, [score]))
    inputs: dict[int, Load] = {}
    sums: dict[int, int] = {}
    for i in range(count):
        name = tape.names.get(i, "")
        inputs[i] = partial(load_f64, address=layout.parameters + 8 * i, name=name)
        sums[i] = tape.add(INPUT)
        gradients = layout.gradients + 8 * i
        inputs[sums[i]] = partial(load_f64, address=gradients, name=f"d_{name}")
    for k in range(example.inputs):
        inputs[count + k] = partial(load_f64, address=8 * k, base=0, name=f"x_{k}")
    inputs[count + example.inputs] = lambda f: f.emit("local.get", 1)

    seed = tape.add(CONSTANT, number=share)
    gradient, slopes = adjoint(tape, loss, seed, sums)
    leaves = leaf_gradients(tape, gradient)
    moved = {i: g for i in range(count) if (g := leaves.pop(i)) != sums[i]}
    # What hangs on the loss alone (its constants, the label) is looked at for every example, what
    # lies behind the score only where the reverse pass goes there.
    early = [g for leaf, g in leaves.items() if leaf not in behind and g >= forward]
    late = [g for leaf, g in leaves.items() if leaf in behind and g >= forward]
    first = [loss, score, gradient[score], *slopes, *early]
    second = [*moved.values(), *late]

    params = [("row", "i"), ("y", "d"), ("at", "i"), ("dense", "i")]
    function = module.function("example", params, "d")
    emit = function.emit
    lowering = Lowering(function, tape, [*first, *first, *second, *late], inputs, library)
    lowering.compute(first)
    for node, address in ((loss, layout.losses), (score, layout.scores)):
        emit("local.get", 2)
        lowering.push(node)
        emit("f64.store", address)
    for node in (loss, *slopes, *early):
        lowering.note(node)
    lowering.push(gradient[score])
    emit("f64.const", 0.0)
    emit("f64.ne")
    emit("local.get", 3)
    emit("i32.or")
    function.begin("if")
    lowering.compute(second)
    for i, g in moved.items():
        emit("i32.const", 0)
        lowering.push(g)
        function.remark(f"d_{tape.names.get(i, '')}")
        emit("f64.store", layout.gradients + 8 * i)
    for node in late:
        lowering.note(node)
    function.end()
    emit("local.get", lowering.bad)
    return function
