"""The trace: a scalar computation as a flat list of operations.

Running a function on Values leaves a graph behind its result. Written down in the order in which
the reverse pass knows it (each node after its parents), the graph becomes a tape: node 0, node 1,
..., each an operation on earlier nodes. A tape holds no numbers but constants, so it says what to
compute for any input, where the graph said what was computed for one.

    a*b + a   ->   0: input a    1: input b    2: * 0 1    3: + 2 0
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ..base import checks
from ..engine.reverse import topological_order
from ..engine.value import Value
from .refusal import CannotCompile
from .watch import Traced, new_leaf, watching

INPUT: Final = "input"
CONSTANT: Final = "const"

# Where a function is traced again to see whether it does the same: on the other side of zero, far
# out. x becomes factor*x + shift.
_PROBES: Final = ((-1.0, -0.25), (8.0, 3.0))

_OTHER_TAPE: Final = "at other numbers, or a second time, it does something else"


def _depends(name: str, how: str) -> str:
    return (
        f"{name}: its operations depend on the numbers it is given ({how}); only a {name} that "
        "always does the same can be compiled. Use relu, or compile each branch by itself"
    )


class Tape:
    """A list of operations, each named by its index.

    Attributes:
        ops: what each node does: "input", "const", an operation of Value, or what only derivatives
            and optimizers' rules are written with: "/", "sqrt", a function of elementary.py.
        args: the nodes it is done to, left to right.
        numbers: the plain number it carries: a constant's value, an exponent, a base.
        names: what some nodes are called, for the module's text.
    """

    def __init__(self) -> None:
        self.ops: list[str] = []
        self.args: list[tuple[int, ...]] = []
        self.numbers: list[float | None] = []
        self.names: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self.ops)

    def add(self, op: str, *args: int, number: float | None = None, name: str = "") -> int:
        """Append an operation; returns its index."""
        node = len(self.ops)
        self.ops.append(op)
        self.args.append(args)
        self.numbers.append(number)
        if name:
            self.names[node] = name
        return node

    def copy(self) -> Tape:
        """A tape of its own with the same operations, to be written on."""
        twin = Tape()
        twin.ops, twin.args = self.ops.copy(), self.args.copy()
        twin.numbers, twin.names = self.numbers.copy(), self.names.copy()
        return twin

    def __repr__(self) -> str:
        return f"Tape of {len(self)} operations"

    def text(self) -> str:
        """One line for each operation."""
        lines = []
        for node, (op, args, number) in enumerate(
            zip(self.ops, self.args, self.numbers, strict=True)
        ):
            parts = [op, *map(str, args), "" if number is None else repr(number)]
            name = self.names.get(node, "")
            lines.append(f"{node:>4}: {' '.join(filter(None, parts)):<24}{name}".rstrip())
        return "\n".join(lines)


def record(
    outputs: Sequence[Value],
    inputs: Sequence[Value],
    names: dict[Value, str] | None = None,
    made: Sequence[Value] = (),
    *,
    name: str = "function",
) -> tuple[Tape, dict[Value, int]]:
    """Write the graph behind `outputs` down as a tape.

    Args:
        outputs: where the graph ends.
        inputs: leaves that stand for what is to be computed with; other leaves become constants.
        names: what to call some of the Values.
        made: other Values that were made on the way, used or not.
        name: the argument whose graph it is, for messages.

    Returns:
        The tape and each Value's node on it. The inputs come first, in their order, and what no
        output is made from comes last.

    Raises:
        CannotCompile: a copy of an input is among the leaves.
    """
    tape = Tape()
    place: dict[Value, int] = {}
    names = names or {}
    for value in inputs:
        place[value] = tape.add(INPUT, name=names.get(value, value.label))

    def add(value: Value) -> None:
        parents = value.parents
        if not parents and isinstance(value, Traced):
            raise CannotCompile(_depends(name, "it copies a number"))
        place[value] = node = tape.add(
            value.op if parents else CONSTANT,
            *[place[parent] for parent in parents],
            number=value.constant if parents else value._data,
        )
        if called := names.get(value) or value.label:
            tape.names[node] = called

    for output in outputs:
        for value in topological_order(output):
            if value not in place:
                add(value)
    for value in made:
        if value not in place:  # its parents were made before it, or are constants
            for parent in value.parents:
                if parent not in place:
                    for before in topological_order(parent):
                        if before not in place:
                            add(before)
            add(value)
    return tape, place


def unused(tape: Tape, outputs: Sequence[int], first: int) -> list[int]:
    """The operations from node `first` on that no output and no other operation is made from."""
    used = set(outputs)
    for args in tape.args:
        used.update(args)
    return [node for node in range(first, len(tape)) if tape.args[node] and node not in used]


@dataclass(frozen=True)
class Trace:
    """What a function does.

    Attributes:
        tape: its operations, inputs first.
        outputs: the nodes of its outputs.
        is_list: whether it returned a list of them.
        unused: nodes of operations whose results it does not use. They are no part of the result,
            but an error of theirs is.
    """

    tape: Tape
    outputs: list[int]
    is_list: bool
    unused: list[int]


def trace(
    function: Callable[..., Value | Sequence[Value]], sample: Sequence[float], names: Sequence[str]
) -> Trace:
    """Run `function` on Values and record what it did.

    Args:
        function: takes one Value for each input; returns a Value or a list of Values.
        sample: numbers to run it on; they must lie where the function is defined.
        names: what the inputs are called.

    Raises:
        TypeError: the function returned something else.
        CannotCompile: what it does depends on the numbers it is given: it looks at one of them (see
            `watch`), or does something else at others (see `_probe`).
    """
    try:
        traced = _trace_once(function, sample, names)
    except (ArithmeticError, CannotCompile):
        raise
    except Exception as error:
        _plainly(function, sample)  # if that works, it is a traced Value that it minds
        raise CannotCompile(_depends("function", str(error))) from error
    _probe(function, sample, names, traced)
    return traced


def _plainly(
    function: Callable[..., Value | Sequence[Value]], sample: Sequence[float]
) -> tuple[list[Value], list[Value], bool]:
    """Run `function` on Values as the eager engine does: inputs, outputs, whether it is a list."""
    inputs = [Value(number) for number in sample]
    return inputs, *_listed(function(*inputs))


def _listed(result: object) -> tuple[list[Value], bool]:
    is_list = isinstance(result, list | tuple)
    listed: Sequence[object] = result if isinstance(result, list | tuple) else [result]
    outputs = [output for output in listed if isinstance(output, Value)]
    if not outputs or len(outputs) != len(listed):
        checks.refuse("function", "one that returns a Value or Values", result, kind=TypeError)
    return outputs, is_list


def _trace_once(
    function: Callable[..., Value | Sequence[Value]], sample: Sequence[float], names: Sequence[str]
) -> Trace:
    inputs = [new_leaf(number, label) for number, label in zip(sample, names, strict=True)]
    with watching() as watch:
        try:
            result = function(*inputs)
        except ArithmeticError:
            raise
        except Exception as error:
            if watch.looks:  # what it found there is the reason
                raise CannotCompile(_depends("function", f"it {watch.looks[0]}")) from error
            raise
    if watch.looks:
        raise CannotCompile(_depends("function", f"it {watch.looks[0]}"))
    outputs, is_list = _listed(result)
    tape, place = record(outputs, inputs, dict(zip(inputs, names, strict=True)), watch.made)
    ends = [place[output] for output in outputs]
    return Trace(tape, ends, is_list, unused(tape, ends, len(inputs)))


def _probe(
    function: Callable[..., Value | Sequence[Value]],
    sample: Sequence[float],
    names: Sequence[str],
    traced: Trace,
) -> None:
    """Trace again elsewhere and compare: it may look at something outside, or draw numbers.

    Places where the function is not defined say nothing. Before, it is run on Values that nobody
    watches: it may ask of what class they are.
    """
    tape = traced.tape
    inputs, outputs, is_list = _plainly(function, sample)
    plain, place = record(outputs, inputs)
    size = len(plain)  # what is not used is behind it, and not known here
    seen = (tape.ops[:size], tape.args[:size], tape.numbers[:size], traced.outputs, traced.is_list)
    if seen != (plain.ops, plain.args, plain.numbers, [place[v] for v in outputs], is_list):
        raise CannotCompile(_depends("function", _OTHER_TAPE))
    for factor, shift in _PROBES:
        try:
            moved = [factor * number + shift for number in sample]
            again = _trace_once(function, moved, names)
        except CannotCompile:
            raise
        except (ArithmeticError, ValueError):
            continue
        except Exception as error:  # it ran at `sample`, so it is the numbers that it minds
            raise CannotCompile(_depends("function", _OTHER_TAPE)) from error
        other = again.tape
        same = (other.ops, other.args, other.numbers) == (tape.ops, tape.args, tape.numbers)
        if not same or again.outputs != traced.outputs or again.is_list != traced.is_list:
            raise CannotCompile(_depends("function", _OTHER_TAPE))
