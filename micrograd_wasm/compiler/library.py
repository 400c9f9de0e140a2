"""The elementary functions of one module: those that are asked for, and what they call."""

from __future__ import annotations

import ast
import inspect
import struct
from functools import cache, cached_property

from ..numerics import elementary
from .python_functions import BY_HAND, Translation
from .wasm.module import Function, Module


class Library:
    """The elementary functions of one module, each translated when it is first asked for.

    Args:
        module: where the functions and their tables go.
        tables_at: the address in its memory from which tables may be laid.
    """

    def __init__(self, module: Module, tables_at: int = 0) -> None:
        self._module = module
        self._functions: dict[str, Function] = {}
        self._tables: dict[str, int] = {}
        self._next_table = tables_at

    @cached_property
    def definitions(self) -> dict[str, ast.FunctionDef]:
        """The functions of elementary.py; read only when one is asked for."""
        return _definitions()

    @property
    def end(self) -> int:
        """The first address behind the tables."""
        return self._next_table

    def function(self, name: str) -> Function:
        """The compiled function of that name in elementary.py."""
        if name not in self._functions:
            if name in BY_HAND:
                make = _power_of_two if name == "math.ldexp" else _frexp
                self._functions[name] = make(self._module)
            else:
                self._functions[name] = Translation(self, self.definitions[name]).function
        return self._functions[name]

    def make(self, name: str, params: list[tuple[str, str]], results: str) -> Function:
        """A new function in the module."""
        return self._module.function(name, params, results)

    def table(self, name: str) -> int:
        """The address of a table of pairs, laid into the memory when first asked for."""
        if name not in self._tables:
            pairs = getattr(elementary, name)
            content = b"".join(struct.pack("<dd", *pair) for pair in pairs)
            self._tables[name] = self._next_table
            self._module.data.append((self._next_table, content))
            self._next_table += len(content)
            self._module.memory_bytes = max(self._module.memory_bytes, self._next_table)
        return self._tables[name]


@cache
def _definitions() -> dict[str, ast.FunctionDef]:
    return {
        statement.name: statement
        for statement in ast.parse(inspect.getsource(elementary)).body
        if isinstance(statement, ast.FunctionDef)
    }


def _power_of_two(module: Module) -> Function:
    """math.ldexp(1.0, n) for -1022 <= n <= 1023: the exponent's bits, put in place."""
    f = module.function("power_of_two", [("n", "i")], "d")
    f.emit("local.get", 0)
    f.emit("i32.const", 1023)
    f.emit("i32.add")
    f.emit("i64.extend_i32_s")
    f.emit("i64.const", 52)
    f.emit("i64.shl")
    f.emit("f64.reinterpret_i64")
    return f


def _frexp(module: Module) -> Function:
    """math.frexp(x) for finite x > 0: (m, n) with x = m * 2**n and 0.5 <= m < 1."""
    f = module.function("frexp", [("x", "d")], "di")
    bits, offset = f.local("bits", "l"), f.local("offset", "i")
    f.emit("local.get", 0)
    f.emit("f64.const", 2.0**-1022)
    f.emit("f64.lt")
    f.begin("if")  # a subnormal is made normal first; the product is exact
    f.emit("local.get", 0)
    f.emit("f64.const", 2.0**54)
    f.emit("f64.mul")
    f.emit("local.set", 0)
    f.emit("i32.const", -54)
    f.emit("local.set", offset)
    f.end()
    f.emit("local.get", 0)
    f.emit("i64.reinterpret_f64")
    f.emit("local.tee", bits)
    f.emit("i64.const", (1 << 52) - 1)
    f.emit("i64.and")
    f.emit("i64.const", 1022 << 52)
    f.emit("i64.or")
    f.emit("f64.reinterpret_i64")
    f.emit("local.get", bits)
    f.emit("i64.const", 52)
    f.emit("i64.shr_u")
    f.emit("i32.wrap_i64")
    f.emit("i32.const", 1022)
    f.emit("i32.sub")
    f.emit("local.get", offset)
    f.emit("i32.add")
    return f
