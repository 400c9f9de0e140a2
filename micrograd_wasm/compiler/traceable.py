"""Whether a model and a loss of the user's do the same for every example.

A training program holds what was done for one example. The eager engine runs the same functions on
every example of every step, on plain numbers where the trace has Values for rows and labels. So
they are run both ways and compared, and watched meanwhile (see `watch`); what differs, looks at its
numbers, or has examples share what is made of parameters, stays with the eager engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Final, NoReturn

from ..engine.nn import MLP, Layer, Neuron
from ..engine.nn import Module as Model
from ..engine.reverse import topological_order
from ..engine.value import Value
from ..learning import losses
from .refusal import CannotCompile
from .tape import record
from .watch import TracedFloat, TracedInput, Watch, new_leaf, watching
from .wiring import neurons

Row = Sequence[float]
Sample = tuple[list[float], Row, float]  # parameters, a row of inputs, a label

# Where a loss is tried: some of them should lie where it is defined.
_SCORES: Final = (0.0, 0.5, -0.5, 2.0, -2.0, 1e-3)
_MOST_EXAMPLES: Final = 8  # of the data set, that a model is tried on

_WAY_OUT: Final = 'or use engine="eager", which runs any'


def is_ours(example_loss: losses.AnyLoss) -> bool:
    """Whether it is one of this package's losses itself, whatever it is called."""
    ours: list[Any] = [*losses.EXAMPLE_LOSSES.values(), *losses.CLASS_LOSSES.values()]
    return any(example_loss is one for one in ours)


def can_compile(model: Model) -> bool:
    """Whether every parameter is a leaf of its own; a kernel knows no others."""
    parameters = model.parameters()
    return not any(p.parents for p in parameters) and len(set(parameters)) == len(parameters)


def samples(
    model: Model, input_count: int, examples: Sequence[tuple[Row, float]]
) -> Iterator[Sample]:
    """Numbers to trace with, until one of them lies where model and loss are defined.

    What is traced does not depend on them. With zeros nothing can overflow in a model of ours, and
    its last biases are its scores; of any other model nothing is known, so it begins with its own
    parameters and real examples.
    """
    own = [parameter.data for parameter in model.parameters()]
    label = examples[0][1] if examples else 1.0
    zeros = [0.0] * input_count
    known = neurons(model)
    if known is not None:
        for score in _SCORES:
            numbers = [0.0] * len(own)
            at = len(own)
            for neuron in reversed(known[-1]):
                numbers[at - 1] = score
                at -= len(neuron.weights) + 1
            yield numbers, zeros, label
    for row, its_label in examples[:_MOST_EXAMPLES]:
        yield own, row, its_label
    yield own, zeros, label
    yield own, [0.5 + 0.25 * i for i in range(input_count)], label
    yield [0.0] * len(own), zeros, label


def rebuilt(model: Model, numbers: Sequence[float], *, watched: bool) -> tuple[Model, list[Value]]:
    """The model around new parameters with these numbers, and the parameters."""
    make = new_leaf if watched else Value
    pairs = zip(numbers, model.parameters(), strict=True)
    parameters = [make(number, parameter.label) for number, parameter in pairs]
    twin = model._rebuilt(iter(parameters))
    kept = twin.parameters()
    if len(kept) != len(parameters) or any(
        a is not b for a, b in zip(kept, parameters, strict=True)
    ):
        raise CannotCompile(
            "model: it cannot be compiled: its parameters() are not those that it was rebuilt "
            f"with; {_WAY_OUT} model"
        )
    return twin, parameters


def outputs(model: Model, xs: Sequence[Any]) -> tuple[list[list[Value]], Value | list[Value]]:
    """What calling the model gives, after every neuron's output where that is known."""
    call, activations = type(model).__call__, type(model).activations
    layered = call is MLP.__call__ or (call, activations) in (
        (Layer.__call__, Layer.activations),
        (Neuron.__call__, Neuron.activations),
    )
    if not layered:
        return [], model(xs)
    layers = model.activations(xs)
    last = layers[-1]
    return layers, last[0] if len(last) == 1 else last


def watch_unless(trusted: bool) -> Any:
    """A watch; or none, over what is known not to look."""
    return nullcontext(Watch()) if trusted else watching()


def refuse_looks(name: str, watch: Watch) -> None:
    """Refuse what looked at its numbers."""
    if watch.looks:
        _refuse(name, f"it {watch.looks[0]}, and what it does may depend on that")


def undefined_everywhere(first: ArithmeticError | None) -> CannotCompile:
    """What to raise where no sample was of use."""
    return CannotCompile(
        f"model: it cannot be compiled: it was not defined wherever it was tried: {first}; "
        f"{_WAY_OUT} model"
    )


@contextmanager
def refusing_errors(trusted: bool) -> Iterator[None]:
    """What a model of the user's raises where the eager engine would not have asked it."""
    try:
        yield
    except (ArithmeticError, CannotCompile):
        raise
    except Exception as error:
        if trusted:
            raise
        raise CannotCompile(f"model: it cannot be compiled: {error}; {_WAY_OUT} model") from error


def check_model(model: Model, input_count: int, examples: Sequence[tuple[Row, float]]) -> None:
    """Refuse a model that does not do the same with its parameters for every row.

    Raises:
        CannotCompile: for this reason.
    """
    rows = [row for row, _ in examples[:2]]
    for numbers, row, _ in samples(model, input_count, examples):
        try:
            _check_model(model, numbers, [row, *(other for other in rows if other is not row)])
        except ArithmeticError:
            continue
        return


def _check_model(model: Model, numbers: Sequence[float], rows: Sequence[Row]) -> None:
    one, other = rows[0], rows[-1]
    with watching() as watch:
        twin, own = rebuilt(model, numbers, watched=False)
        plain = [_listed(twin(row)) for row in (one, other)]
        leaves = [
            tuple(new_leaf(x, f"x_{i}", TracedInput) for i, x in enumerate(row))
            for row in (one, other)
        ]
        try:
            twin, parameters = rebuilt(model, numbers, watched=True)
            traced = [_listed(twin(xs)) for xs in leaves]
        except ArithmeticError:
            raise
        except Exception as error:  # it ran on numbers, so it is the Values that it minds
            reason = f"it {watch.looks[0]}" if watch.looks else str(error)
            raise CannotCompile(
                f"model: it cannot be compiled: {reason}; {_WAY_OUT} model"
            ) from error
    refuse_looks("model", watch)
    done = [_done_with(own, made) for made in plain]
    done += [_done_with(parameters, made) for made in traced]
    before = set(model.parameters())
    for made in (*plain, *traced):
        if any(value in before for output in made for value in topological_order(output)):
            _refuse("model", "it keeps a Value that was made of parameters it had before")
    if done[0][0] != done[2][0] or done[1][0] != done[3][0]:
        _refuse("model", "it does something else with Values than with numbers")
    tapes = [record(made, [*parameters, *xs])[0] for made, xs in zip(traced, leaves, strict=True)]
    if len({(*tape.ops, *tape.args, *tape.numbers) for tape in tapes}) > 1:
        _refuse("model", "it does not do the same for every row")
    for k, (_, made_of_parameters) in enumerate(done):
        for _, others in done[k + 1 :]:
            if made_of_parameters & others:
                _refuse("model", "it keeps a Value that several examples share")


def _listed(output: Any) -> list[Value]:
    return list(output) if isinstance(output, list | tuple) else [output]


def check_loss(function: losses.AnyLoss, classes: int = 0) -> None:
    """Refuse a loss of the user's that does not do the same for every score and label.

    Args:
        function: the loss.
        classes: 0 for one of a score and a label, K for one of K scores and K targets.

    Raises:
        CannotCompile: what it does depends on the numbers that it is given.
    """
    example_loss: Any = function
    for label in range(classes) if classes else (-1.0, 1.0):
        for number in _SCORES:
            try:
                _check_loss(example_loss, number, label, classes)
            except ArithmeticError:
                continue
            break


def _check_loss(function: Callable[..., Any], number: float, label: float, classes: int) -> None:
    labels = losses.targets(int(label), classes) if classes else (float(label),)
    leaves = [new_leaf(t, "label", TracedFloat) for t in labels]
    made: list[tuple[list[Value], Any]] = []
    with watching() as watch:
        for given, leaf in ((labels, Value), (leaves, new_leaf)):
            scores = [leaf(number, "score") for _ in labels]
            try:
                loss = function(scores, given) if classes else function(scores[0], given[0])
            except ArithmeticError:
                raise
            except Exception as error:
                if given is labels:
                    raise
                # It ran on numbers, so it is the Values that it minds.
                raise CannotCompile(
                    f"loss: it cannot be compiled: {error}; {_WAY_OUT} function"
                ) from error
            made.append((scores, loss))
    refuse_looks("loss", watch)
    if not all(isinstance(loss, Value) for _, loss in made):
        raise CannotCompile("example_loss: expected a loss that depends on the score")
    plain, traced = (_done_with(scores, [loss])[0] for scores, loss in made)
    if plain != traced:
        raise CannotCompile(
            "loss: it cannot be compiled: it looks at the label, or does not always do the same. "
            f"Do arithmetic with the label, such as (1.0 + label) * 0.5, {_WAY_OUT} function"
        )


def _done_with(parameters: Sequence[Value], made: Sequence[Value]) -> tuple[Any, set[Value]]:
    """What is done with the parameters, to compare; and what is made of them.

    What is made without them is there as its number, whether it was a float or a graph.
    """
    place = {parameter: i for i, parameter in enumerate(parameters)}

    def named(value: Value) -> int | str:
        return place[value] if value in place else value._data.hex()

    done = []
    for output in made:
        for value in topological_order(output):
            if value not in place and any(parent in place for parent in value.parents):
                operands = tuple(map(named, value.parents))
                place[value] = len(place)
                done.append((value.op, value.constant, operands))
    return (done, [named(output) for output in made]), place.keys() - set(parameters)


def _refuse(name: str, why: str) -> NoReturn:
    kind = "model" if name == "model" else "function"
    raise CannotCompile(f"{name}: it cannot be compiled: {why}; {_WAY_OUT} {kind}")
