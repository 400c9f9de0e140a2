"""Which instruction or function computes an operation of a tape.

What Value does stands in operations.py; "/" and "sqrt" stand here, which only derivatives and an
optimizer's rule are written with. Whatever else a tape has is a function of elementary.py.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from ..engine.operations import OPERATIONS
from .tape import CONSTANT, INPUT
from .wasm.opcodes import FIXED

_NAMES: Final = {
    **{name: row.instruction for name, row in OPERATIONS.items() if row.instruction},
    "/": "div",
    "sqrt": "sqrt",
}
SCALAR: Final = {op: f"f64.{name}" for op, name in _NAMES.items()}
"""The instruction for one number, by operation."""
VECTOR: Final = {op: f"f64x2.{name}" for op, name in _NAMES.items() if f"f64x2.{name}" in FIXED}
"""The instruction for two numbers at once."""

WRITTEN_OUT: Final = ("relu", "step")
"""Functions that take a few instructions, and no call."""


@cache
def called(op: str) -> str:
    """The function of elementary.py that computes an operation; "" where none is called."""
    if op in (INPUT, CONSTANT) or op in _NAMES or op in WRITTEN_OUT:
        return ""
    return OPERATIONS[op].function if op in OPERATIONS else op


@cache
def swallows(op: str) -> bool:
    """Whether its result may be a real number where an operand is none."""
    return op in WRITTEN_OUT or bool(called(op))
