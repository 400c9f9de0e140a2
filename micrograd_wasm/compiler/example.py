"""The inner part of a training kernel: one example, forward and back."""

from __future__ import annotations

from dataclasses import dataclass

from .. import losses
from ..nn import ACTIVATIONS
from ..nn import Module as Model
from ..value import Value
from .adjoint import adjoint, leaf_gradients, reachable
from .layout import Layout
from .lower import Load, Lowering, load_f64
from .tape import CONSTANT, INPUT, Tape, record, trace
from .wasm import REMARK, Function, Instruction, Module


@dataclass(frozen=True)
class ExampleTape:
    """One example's forward pass and loss.

    The tape's inputs are the parameters, then the row of inputs, then the label; with K classes K
    targets, which are 1 for the true class and -1 for the others.

    Attributes:
        tape: the operations.
        parameters, inputs: how many of each.
        classes: 0 where there is one score and a label, or K.
        scores: the nodes of the model's outputs.
        loss: the node of the example's loss.
    """

    tape: Tape
    parameters: int
    inputs: int
    classes: int
    scores: tuple[int, ...]
    loss: int


def can_compile(model: Model) -> bool:
    """Whether every parameter is a leaf of its own; a kernel knows no others."""
    parameters = model.parameters()
    return not any(p.parents for p in parameters) and len(set(parameters)) == len(parameters)


def trace_example(
    model: Model,
    input_count: int,
    example_loss: losses.AnyLoss,
    classes: int = 0,
) -> ExampleTape:
    """Trace one example's loss.

    Args:
        classes: 0 for a loss of one score and a label, K for one of K scores and K targets.

    Raises:
        ValueError: a parameter of the model is not a leaf, or is there twice; the loss does not
            depend on every score.
    """
    if not can_compile(model):
        raise ValueError(
            "model: a parameter is made from other Values, or one Value is several parameters; "
            'only engine="eager" trains such a model'
        )
    # The tape does not depend on the numbers; with zeros nothing can overflow on the way.
    model = model.replace_parameters([0.0] * len(model.parameters()))
    xs = [Value(0.0, f"x_{i}") for i in range(input_count)]
    layers = model.activations(xs)
    if classes:
        labels = [Value(1.0, f"y_{k}") for k in range(classes)]
        scores = losses.class_scores(layers[-1], classes)
        loss = example_loss(scores, labels)  # type: ignore[arg-type]
    else:
        labels = [Value(1.0, "y")]
        scores = (losses.lone_score(layers[-1] if len(layers[-1]) > 1 else layers[-1][0]),)
        loss = example_loss(scores[0], labels[0])  # type: ignore[arg-type]
    names = {value: name for name, value in model.named_parameters().items()}
    names |= {leaf: leaf.label for leaf in (*xs, *labels)}
    for i, layer in enumerate(layers):
        for k, value in enumerate(layer):
            active = value.op in ACTIVATIONS
            names[value] = f"{value.op if active else 'linear'}_{i}_{k}"
            if active:
                names[value.parents[0]] = f"sum_{i}_{k}"
    names |= {loss: "loss"}
    names |= {score: f"score_{k}" if classes else "score" for k, score in enumerate(scores)}
    tape, place = record([loss], [*model.parameters(), *xs, *labels], names)
    if any(score not in place for score in scores):
        raise ValueError("example_loss: expected a loss that depends on the score")
    nodes = tuple(place[score] for score in scores)
    return ExampleTape(tape, len(model.parameters()), input_count, classes, nodes, place[loss])


def check_loss(function: losses.ExampleLoss) -> None:
    """Refuse a loss of the user's that cannot be compiled.

    Raises:
        ValueError: what it does depends on the numbers that it is given.
    """
    way_out = 'or use engine="eager", which runs any function'
    try:
        trace(function, (0.5, 1.0), ("score", "label"))
    except Exception as error:  # it ran on numbers, so it is the Values that it minds
        raise ValueError(f"loss: it cannot be compiled: {error}; {way_out}") from error
    # A kernel's label is a Value, the eager engine's a float, and there are only two of them: what
    # looks at the label without arithmetic gives itself away.
    for score in (0.5, -0.25, 3.0):
        for label in (-1.0, 1.0):
            try:
                eager = function(Value(score), label).data
                traced = function(Value(score), Value(label)).data
            except ArithmeticError:
                continue
            if eager.hex() != traced.hex():
                raise ValueError(
                    "loss: it cannot be compiled: it looks at the label. Do arithmetic with it, "
                    f"such as (1.0 + label) * 0.5, {way_out}"
                )


@dataclass(frozen=True)
class Reverse:
    """One example's tape with the reverse pass behind it.

    Attributes:
        example: the tape, now longer.
        sums: for each parameter, the input that stands for its gradient so far.
        moved: for each parameter that the loss depends on, its gradient so far and the example's
            shares, added up.
        d_scores: the scores' gradients.
        first: what every example computes.
        noted: of that, what is looked at: is it a real number?
        late: what is looked at behind the scores, where the reverse pass goes there.
    """

    example: ExampleTape
    sums: dict[int, int]
    moved: dict[int, int]
    d_scores: list[int]
    first: list[int]
    noted: list[int]
    late: list[int]


def reverse_example(example: ExampleTape, share: float) -> Reverse:
    """Append the reverse pass to an example's tape.

    Args:
        share: the example's part of the mean, 1/batch_size: the gradient that its loss begins with.
    """
    tape, scores, loss = example.tape, example.scores, example.loss
    forward = len(tape)
    behind = set(reachable(tape, scores))
    sums = {i: tape.add(INPUT) for i in range(example.parameters)}
    seed = tape.add(CONSTANT, number=share)
    gradient, slopes = adjoint(tape, loss, seed, sums)
    leaves = leaf_gradients(tape, gradient)
    moved = {i: g for i, so_far in sums.items() if (g := leaves.pop(i)) != so_far}
    # What hangs on the loss alone (its constants, the label) is looked at for every example, what
    # lies behind the score only where the reverse pass goes there.
    early = [g for leaf, g in leaves.items() if leaf not in behind and g >= forward]
    late = [g for leaf, g in leaves.items() if leaf in behind and g >= forward]
    d_scores = [gradient[score] for score in scores]
    first = [loss, *scores, *d_scores, *slopes, *early]
    return Reverse(example, sums, moved, d_scores, first, [loss, *slopes, *early], late)


def emit_example(
    module: Module, library: dict[str, Function], reverse: Reverse, layout: Layout
) -> Function:
    """The function of one example: stores its loss and score, adds to the gradients.

    Returns:
        A function of the row's address, the label (the targets' address), where to store the loss
        (the scores go to as many times that offset as there are), and whether to go the whole way
        back even if every share is zero. Its result is 0.0, or NaN where anything was not a real
        number.
    """
    example, first, moved, late = reverse.example, reverse.first, reverse.moved, reverse.late
    tape, count, scores = example.tape, example.parameters, example.scores
    inputs: dict[int, Load] = {}
    for i in range(count):
        name = tape.names.get(i, "")
        inputs[i] = load_f64(address=layout.parameters + 8 * i, name=name)
        gradients = layout.gradients + 8 * i
        inputs[reverse.sums[i]] = load_f64(address=gradients, name=f"d_{name}")
    for k in range(example.inputs):
        inputs[count + k] = load_f64(address=8 * k, base=0, name=f"x_{k}")
    first_label = count + example.inputs
    if example.classes:
        for k in range(example.classes):
            inputs[first_label + k] = load_f64(address=8 * k, base=1, name=f"y_{k}")
    else:
        inputs[first_label] = [("local.get", 1)]

    second = [*moved.values(), *late]
    label = ("targets", "i") if example.classes else ("y", "d")
    params = [("row", "i"), label, ("at", "i"), ("dense", "i")]
    function = module.function("example", params, "d")
    emit = function.emit
    lowering = Lowering(function, tape, [*first, *first, *second, *late], inputs, library)
    lowering.compute(first)
    emit("local.get", 2)
    lowering.push(example.loss)
    emit("f64.store", layout.losses)
    for k, score in enumerate(scores):
        emit("local.get", 2)
        if example.classes:
            emit("i32.const", example.classes)
            emit("i32.mul")
        lowering.push(score)
        emit("f64.store", layout.scores + 8 * k)
    for node in reverse.noted:
        lowering.note(node)
    for d_score in reverse.d_scores:
        lowering.push(d_score)
        emit("f64.const", 0.0)
        emit("f64.ne")
    emit("local.get", 3)
    for _ in reverse.d_scores:
        emit("i32.or")
    function.begin("if")
    lowering.compute(second)
    for i, g in moved.items():
        name = f"d_{tape.names.get(i, '')}"
        store: Instruction = ("f64.store", layout.gradients + 8 * i)
        function.emit_all([("i32.const", 0), *lowering.instructions(g), (REMARK, name), store])
    for node in late:
        lowering.note(node)
    function.end()
    emit("local.get", lowering.bad)
    return function
