"""A module's text: the same instructions as its bytes, with the network's names, for reading.

The text format is chapter 6 of the WebAssembly core specification. Assembling it (with wabt, for
example) gives the module's bytes back. The types have no names here, as they have none there.
"""

from __future__ import annotations

from .module import Function, Instruction, Module, signature
from .opcodes import MEMORY, TYPE_NAMES

_INDENT = "  "


def to_wat(module: Module) -> str:
    """The text of a whole module."""
    types = module.types()
    lines = ["(module"]
    for i, (takes, gives) in enumerate(types):
        lines.append(f"  (type (;{i};) (func{_clause('param', takes)}{_clause('result', gives)}))")
    for function in module.functions:
        lines += _function(function, types.index(signature(function)))
    lines.append(f"  (memory {module.pages})")
    lines.append('  (export "memory" (memory 0))')
    for function in module.exports:
        lines.append(f'  (export "{function.name}" (func ${function.name}))')
    for at, content in module.data:
        text = "".join(f"\\{byte:02x}" for byte in content)
        lines.append(f'  (data (i32.const {at}) "{text}")')
    return "\n".join(lines) + ")\n"


def _function(function: Function, type_index: int) -> list[str]:
    params = "".join(f" (param ${name} {TYPE_NAMES[kind]})" for name, kind in function.params)
    results = _clause("result", function.results)
    lines = [f"  (func ${function.name} (type {type_index}){params}{results}"]
    lines += [
        f"    (local ${name} {TYPE_NAMES[kind]})"
        for name, kind in function.locals[len(function.params) :]
    ]
    depth = 2
    for index, instruction in enumerate(function.body):
        op = instruction[0]
        if op in ("end", "else"):
            depth -= 1
        remark = f"  (; {function.remarks[index]} ;)" if index in function.remarks else ""
        lines.append(_INDENT * depth + _text(function, instruction) + remark)
        if op in ("block", "loop", "if", "else"):
            depth += 1
    lines[-1] += ")"
    return lines


def _text(function: Function, instruction: Instruction) -> str:
    op, immediate = instruction
    if op.startswith("local."):
        assert isinstance(immediate, int)
        return f"{op} ${function.locals[immediate][0]}"
    if op == "call":
        assert isinstance(immediate, Function)
        return f"call ${immediate.name}"
    if op in ("block", "loop", "if"):
        return op + _clause("result", str(immediate))
    if op in MEMORY:
        return f"{op} offset={immediate}" if immediate else op
    if op == "f64.const":
        assert isinstance(immediate, int | float)
        return f"{op} {_float_text(float(immediate))}"
    return op if immediate is None else f"{op} {immediate}"


def _float_text(number: float) -> str:
    """The shortest decimal that reads back to the same bits, as Python prints it."""
    if number != number:  # noqa: PLR0124 - only a NaN differs from itself
        return "nan"
    return repr(number)


def _clause(keyword: str, kinds: str) -> str:
    return f" ({keyword} {' '.join(TYPE_NAMES[kind] for kind in kinds)})" if kinds else ""
