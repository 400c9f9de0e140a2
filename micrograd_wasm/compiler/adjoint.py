"""The reverse pass as more tape.

Where `gradients.backward` multiplies and adds numbers, this writes the multiplications and
additions down: for each operation, in the same fixed order, its parents' share of the gradient.
What comes out is again a list of operations on earlier nodes, so one lowering serves both
directions, and its sums have the bits of the eager ones because they are in the same order.

The only liberties taken are exact: a share times 1.0 is the share, a share times -1.0 its negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from ..engine.operations import OPERATIONS
from .instructions import called
from .recorded import Recorded, RecordedFunctions
from .tape import CONSTANT, INPUT, Tape


def adjoint(
    tape: Tape, output: int, seed: int, sums: dict[int, int] | None = None
) -> tuple[dict[int, int], list[int]]:
    """Append the reverse pass of `output` to `tape`.

    Args:
        tape: the forward pass, recorded from `output`.
        output: the node to differentiate.
        seed: the node that holds d(loss)/d(output): the constant 1.0 for a loss itself.
        sums: for some nodes, the node that holds the gradient summed so far.

    Returns:
        The gradient's node for each node that has one, and the slopes that the eager engine looks
        at in its forward pass: those that may overflow.
    """
    forward = len(tape)
    gradient = dict(sums or {})
    gradient[output] = seed
    steep: list[int] = []
    functions = RecordedFunctions(tape)
    for node in reversed(reachable(tape, [output])):
        args = tape.args[node]
        if not args:
            continue
        up = gradient[node]
        slopes = _slopes(tape, node, functions, steep)
        shares = [_share(tape, up, slope) for slope in slopes]
        for parent, share in zip(args, shares, strict=True):
            so_far = gradient.get(parent)
            gradient[parent] = share if so_far is None else tape.add("+", so_far, share)
    for node, g in gradient.items():  # the text calls the gradient of score d_score
        if g >= forward and node in tape.names:
            tape.names.setdefault(g, f"d_{tape.names[node]}")
    return gradient, steep


def reachable(tape: Tape, outputs: Iterable[int]) -> list[int]:
    """The nodes that `outputs` are made from, themselves included, in the tape's order."""
    wanted = bytearray(len(tape))
    for node in outputs:
        wanted[node] = 1
    for node in range(len(tape) - 1, -1, -1):  # an operation's operands stand before it
        if wanted[node]:
            for parent in tape.args[node]:
                wanted[parent] = 1
    return [node for node, yes in enumerate(wanted) if yes]


def _share(tape: Tape, up: int, slope: Recorded | float) -> int:
    """`up` times a local gradient, as a new node where it is another number."""
    if isinstance(slope, Recorded):
        return tape.add("*", up, slope.node)
    if slope == 1.0:
        return up
    if slope == -1.0:
        return tape.add("neg", up)
    return tape.add("*", up, tape.add(CONSTANT, number=slope))


def slopes_of(tape: Tape, nodes: Iterable[int]) -> list[int]:
    """The slopes that the eager engine looks at with these nodes, whatever becomes of them."""
    steep: list[int] = []
    functions = RecordedFunctions(tape)
    for node in nodes:
        operation = OPERATIONS.get(tape.ops[node])
        if operation is not None and operation.steep:
            _slopes(tape, node, functions, steep)
    return steep


def _slopes(
    tape: Tape, node: int, functions: RecordedFunctions, steep: list[int]
) -> tuple[Recorded | float, ...]:
    """The local gradients of an operation, as new nodes: what its row in operations.py says."""
    op, number = tape.ops[node], tape.numbers[node]
    if op not in OPERATIONS:
        raise ValueError(f"no derivative is known for {op}")
    operation = OPERATIONS[op]
    given = [Recorded(tape, place) for place in (*tape.args[node], node)]
    slopes: tuple[Recorded | float, ...]
    if number is None:
        slopes = operation.slopes(functions, *given)
    else:
        slopes = operation.slopes(functions, *given, float(number))
    if operation.steep:
        steep += [slope.node for slope in slopes if isinstance(slope, Recorded)]
    return slopes


@cache
def functions_of(op: str) -> frozenset[str]:
    """The functions of elementary.py that an operation and its derivatives call."""
    tape = Tape()
    if op in OPERATIONS:
        operation = OPERATIONS[op]
        operands = [tape.add(INPUT) for _ in range(operation.arity)]
        node = tape.add(op, *operands, number=2.0 if operation.carries else None)
        _slopes(tape, node, RecordedFunctions(tape), [])
    return frozenset(filter(None, map(called, {op, *tape.ops})))


def leaf_gradients(tape: Tape, gradient: dict[int, int]) -> dict[int, int]:
    """Of a gradient table, the entries of inputs and constants."""
    return {node: g for node, g in gradient.items() if tape.ops[node] in (INPUT, CONSTANT)}
