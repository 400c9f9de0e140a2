"""The inner part of a training kernel: one example, forward and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...engine.nn import ACTIVATIONS
from ...engine.nn import Module as Model
from ...engine.value import Value
from ...learning import losses
from ..adjoint import adjoint, leaf_gradients, reachable, slopes_of
from ..lower import Load, Lowering, load_f64
from ..refusal import CannotCompile
from ..tape import CONSTANT, INPUT, Tape, record
from ..traceable import (
    Sample,
    can_compile,
    check_loss,
    check_model,
    is_ours,
    outputs,
    rebuilt,
    refuse_looks,
    refusing_errors,
    samples,
    undefined_everywhere,
    watch_unless,
)
from ..wasm.module import REMARK, Function, Instruction, Module
from ..watch import Traced, TracedFloat, TracedInput, new_leaf
from ..wiring import neurons
from .layout import Layout


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
        unused: operations that the loss is not made from; an error of theirs is one all the same.
    """

    tape: Tape
    parameters: int
    inputs: int
    classes: int
    scores: tuple[int, ...]
    loss: int
    unused: tuple[int, ...] = ()


def trace_example(
    model: Model,
    input_count: int,
    example_loss: losses.AnyLoss,
    classes: int = 0,
    examples: Sequence[tuple[Sequence[float], float]] = (),
) -> ExampleTape:
    """Trace one example's loss.

    Args:
        classes: 0 for a loss of one score and a label, K for one of K scores and K targets.
        examples: rows and labels to trace a model of the user's with, if there are any.

    Raises:
        CannotCompile: the tape would not be right for every example (see `traceable`); the loss
            does not depend on every score; or neither is defined where it was tried.
    """
    if not can_compile(model):
        raise CannotCompile(
            "model: a parameter is made from other Values, or one Value is several parameters; "
            'only engine="eager" trains such a model'
        )
    known = neurons(model) is not None
    if not known:
        check_model(model, input_count, examples)
    if not is_ours(example_loss):
        check_loss(example_loss, classes)
    undefined: ArithmeticError | None = None
    for sample in samples(model, input_count, examples):
        try:
            with refusing_errors(known):
                return _traced_at(sample, model, known, example_loss, classes)
        except ArithmeticError as error:
            undefined = undefined or error
    raise undefined_everywhere(undefined) from undefined


def _traced_at(
    sample: Sample, model: Model, known: bool, example_loss: losses.AnyLoss, classes: int
) -> ExampleTape:
    numbers, row, label = sample
    given: Any = example_loss
    trusted = known and is_ours(example_loss)

    def leaf(number: float, name: str, kind: type[Traced]) -> Value:
        return Value(number, name) if trusted else new_leaf(number, name, kind)

    xs = [leaf(x, f"x_{i}", TracedInput) for i, x in enumerate(row)]
    if classes:
        targets = losses.targets(int(label), classes)
        labels = [leaf(target, f"y_{k}", TracedFloat) for k, target in enumerate(targets)]
    else:
        labels = [leaf(label, "y", TracedFloat)]
    with watch_unless(trusted) as seen:
        twin, parameters = rebuilt(model, numbers, watched=not trusted)
        layers, output = outputs(twin, tuple(xs))
    refuse_looks("model", seen)
    with watch_unless(trusted) as seen_in_loss:
        if classes:
            scores = losses.class_scores(output, classes)
            loss = given(scores, labels)
        else:
            scores = (losses.lone_score(output),)
            loss = given(scores[0], labels[0])
    refuse_looks("loss", seen_in_loss)
    inputs = [*parameters, *xs, *labels]
    if set(scores) & set(inputs):
        raise CannotCompile(
            "model: it cannot be compiled: a parameter or an input is an output as it is; or use "
            'engine="eager", which runs any model'
        )
    names = _names(twin, layers, scores, loss, leaves=[*xs, *labels], classes=classes)
    made = [*seen.made, *seen_in_loss.made]
    tape, place = record([loss], inputs, names, made, name="model")
    if not set(model.parameters()).isdisjoint(place):
        raise CannotCompile(
            "loss: it cannot be compiled: it uses a parameter that the model has before the first "
            'step, and no later one; or use engine="eager", which runs any function'
        )
    behind = set(reachable(tape, [place[loss]]))
    if any(place.get(score) not in behind for score in scores):
        raise CannotCompile("example_loss: expected a loss that depends on the score")
    nodes = tuple(place[score] for score in scores)
    dead = [place[value] for value in made if type(value) is Traced and place[value] not in behind]
    return ExampleTape(
        tape, len(parameters), len(xs), classes, nodes, place[loss], tuple(sorted(set(dead)))
    )


def _names(
    model: Model,
    layers: Sequence[Sequence[Value]],
    scores: Sequence[Value],
    loss: Value,
    *,
    leaves: Sequence[Value],
    classes: int,
) -> dict[Value, str]:
    """What the Values of one example are called in the module's text."""
    names = {value: name for name, value in model.named_parameters().items()}
    names |= {leaf: leaf.label for leaf in leaves}
    for i, layer in enumerate(layers):
        for k, value in enumerate(layer):
            active = value.op in ACTIVATIONS
            names[value] = f"{value.op if active else 'linear'}_{i}_{k}"
            if active:
                names[value.parents[0]] = f"sum_{i}_{k}"
    names |= {loss: "loss"}
    return names | {score: f"score_{k}" if classes else "score" for k, score in enumerate(scores)}


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
    dead_slopes = slopes_of(tape, example.unused)
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
    looked_at = [loss, *slopes, *early, *example.unused, *dead_slopes]
    first = [loss, *scores, *d_scores, *looked_at[1:]]
    return Reverse(example, sums, moved, d_scores, first, looked_at, late)


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
