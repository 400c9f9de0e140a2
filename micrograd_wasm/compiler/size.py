"""How large a program will be, told before it is built.

Of a network with a hundred thousand parameters, building and compiling a program takes half a
minute; that it then needs more than an engine has is known from its tape, or from the number of
parameters alone. The estimates are of what was measured: each number that a function fetches from
the memory costs it a place on the stack of wasmtime's quick code (see `host`), each local two.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final, NoReturn

from .adjoint import reachable
from .host import STACK
from .refusal import CannotCompile
from .tape import INPUT, Tape
from .wasm.module import LARGEST_FUNCTION, LARGEST_MEMORY, MOST_LOCALS

PLACE: Final = 8.4  # bytes of stack for a number from the memory, what is between them included
LOCAL: Final = 16
LOAD_CODE: Final = 6  # bytes of the shortest code that fetches a number
OPERATION_CODE: Final = 4  # of an operation on what is in locals
FRAME: Final = 8192  # what the functions around it need


def check_parameters(name: str, count: int, loads: int) -> None:
    """Refuse what is too large however it is wired.

    Args:
        name: the argument that is too large.
        count: how many parameters there are.
        loads: how many times a function fetches each of them at least.

    Raises:
        CannotCompile: the program would be too large.
    """
    _check(name, loads * count, 0, 0)


def check(name: str, tape: Tape, roots: Sequence[int], fetched: Container[int] = ()) -> None:
    """Refuse a tape whose function would be too large.

    Args:
        name: the argument that is too large.
        tape: what the function computes.
        roots: the nodes that the function needs, once for each time it needs them.
        fetched: the inputs that are fetched from the memory each time they are used; the others
            are in locals.

    Raises:
        CannotCompile: the program would be too large.
    """
    uses = [0] * len(tape)
    for node in roots:
        uses[node] += 1
    nodes = reachable(tape, roots)
    for node in nodes:
        for arg in tape.args[node]:
            uses[arg] += 1
    inputs = [node for node in nodes if tape.ops[node] == INPUT]
    loads = sum(uses[node] for node in inputs if node in fetched)
    kept = sum(1 for node in inputs if node not in fetched)
    kept += sum(1 for node in nodes if uses[node] > 1 and tape.args[node])
    _check(name, loads, kept, len(nodes))


def check_memory(name: str, needed: int) -> None:
    """Refuse what needs more memory than can be addressed.

    Raises:
        CannotCompile: `needed` bytes are too many.
    """
    if needed > LARGEST_MEMORY:
        _refuse(name, needed, LARGEST_MEMORY, "bytes of memory")


def _check(name: str, loads: int, kept: int, operations: int) -> None:
    stack = int(PLACE * loads) + LOCAL * kept + FRAME
    code = LOAD_CODE * loads + OPERATION_CODE * max(0, operations - loads)
    for needed, most, what in (
        (stack, STACK, "bytes of stack"),
        (code, LARGEST_FUNCTION, "bytes of code"),
        (kept, MOST_LOCALS, "variables"),
    ):
        if needed > most:
            _refuse(name, needed, most, what)


def _refuse(name: str, needed: int, most: int, what: str) -> NoReturn:
    raise CannotCompile(
        f"{name}: too large to be compiled: its program would need about {needed:,} {what}, "
        f'engines have {most:,}. Leave it to the eager engine (engine="eager"), which takes any '
        "size"
    )
