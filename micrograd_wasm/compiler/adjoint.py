"""The reverse pass as more tape.

Where `gradients.backward` multiplies and adds numbers, this writes the multiplications and
additions down: for each operation, in the same fixed order, its parents' share of the gradient.
What comes out is again a list of operations on earlier nodes, so one lowering serves both
directions, and its sums have the bits of the eager ones because they are in the same order.

The only liberties taken are exact: a share times 1.0 is the share, a share times -1.0 its negative.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..numerics import elementary
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
        The gradient's node for each node that has one, and the slopes that the eager engine
        computes in its forward pass (those of "**", "rpow" and "log", which may overflow).
    """
    forward = len(tape)
    gradient = dict(sums or {})
    gradient[output] = seed
    slopes: list[int] = []
    for node in reversed(reachable(tape, [output])):
        args = tape.args[node]
        if not args:
            continue
        for parent, share in zip(args, _shares(tape, node, gradient[node], slopes), strict=True):
            so_far = gradient.get(parent)
            gradient[parent] = share if so_far is None else tape.add("+", so_far, share)
    for node, g in gradient.items():  # the text calls the gradient of score d_score
        if g >= forward and node in tape.names:
            tape.names.setdefault(g, f"d_{tape.names[node]}")
    return gradient, slopes


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


def _shares(tape: Tape, node: int, up: int, slopes: list[int]) -> list[int]:
    """For each parent: `up` times the local gradient of value.py, as new nodes."""
    op, args = tape.ops[node], tape.args[node]
    if op == "+":
        return [up, up]
    if op == "-":
        return [up, tape.add("neg", up)]
    if op == "neg":
        return [tape.add("neg", up)]
    if op == "*":
        left, right = args
        return [tape.add("*", up, right), tape.add("*", up, left)]
    slope = _slope(tape, node, slopes)
    return [tape.add("*", up, slope)]


def slopes_of(tape: Tape, nodes: Iterable[int]) -> list[int]:
    """The slopes that the eager engine computes with these nodes, whatever becomes of them."""
    slopes: list[int] = []
    for node in nodes:
        if tape.ops[node] in ("**", "rpow", "log"):
            _slope(tape, node, slopes)
    return slopes


def _slope(tape: Tape, node: int, slopes: list[int]) -> int:
    """The local gradient of an operation on one Value, as a new node."""
    op, number, x = tape.ops[node], tape.numbers[node], tape.args[node][0]
    if op == "relu":
        slope = tape.add("step", x)
    elif op == "exp":
        slope = node
    elif op == "log":
        slope = tape.add("/", _one(tape), x)
        slopes.append(slope)
    elif op == "tanh":
        slope = tape.add("-", _one(tape), tape.add("*", node, node))
    elif op == "sigmoid":
        slope = tape.add("*", node, tape.add("-", _one(tape), node))
    elif op == "**":
        assert number is not None
        power = tape.add("**", x, number=float(number) - 1.0)
        slope = tape.add("*", tape.add(CONSTANT, number=float(number)), power)
        slopes.append(slope)
    elif op == "rpow":
        assert number is not None
        log_base = tape.add(CONSTANT, number=elementary.log(float(number)))
        slope = tape.add("*", node, log_base)
        slopes.append(slope)
    else:
        raise ValueError(f"no derivative is known for {op}")
    return slope


def _one(tape: Tape) -> int:
    return tape.add(CONSTANT, number=1.0)


def leaf_gradients(tape: Tape, gradient: dict[int, int]) -> dict[int, int]:
    """Of a gradient table, the entries of inputs and constants."""
    return {node: g for node, g in gradient.items() if tape.ops[node] in (INPUT, CONSTANT)}
