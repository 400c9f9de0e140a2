"""The functions of elementary.py for a module, compiled from their Python source.

The eager engine and the compiled kernels must agree to the last bit, so elementary.py is their one
definition: its functions are straight-line float arithmetic, and this file translates just the
part of Python that they are written in. Assignments, tuples, if, conditional expressions, loops
over constant tuples (unrolled), table look-ups and calls; float is f64, int is i32. Anything else
is refused by name. Where the Python function raises, the compiled one returns NaN.
"""

from __future__ import annotations

import ast
import math
from typing import Final, NoReturn, Protocol

from ..numerics import elementary
from .wasm.module import Function

BY_HAND: Final = ("math.frexp", "math.ldexp")
"""Exact functions of the standard library that library.py writes in instructions."""

_ANNOTATIONS: Final = {"float": "d", "int": "i", "Pair": "dd"}
_ARITHMETIC: Final[dict[type[ast.operator], str]] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.BitAnd: "and",
    ast.RShift: "shr_s",
}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}


class Shelf(Protocol):
    """Where a translation finds the functions and tables that it asks for: a Library."""

    @property
    def definitions(self) -> dict[str, ast.FunctionDef]:
        """The functions of elementary.py."""

    def function(self, name: str) -> Function:
        """The compiled function of that name."""

    def make(self, name: str, params: list[tuple[str, str]], results: str) -> Function:
        """A new function."""

    def table(self, name: str) -> int:
        """The address of a table of pairs."""


class Translation:
    """One function of elementary.py, statement by statement."""

    def __init__(self, library: Shelf, source: ast.FunctionDef) -> None:
        self._library = library
        self._name = source.name
        params = [(arg.arg, _kinds(arg.annotation)) for arg in source.args.args]
        results = _kinds(source.returns)
        # Callees come first in the module, so they are translated before this function begins.
        for node in ast.walk(source):
            if isinstance(node, ast.Call):
                callee = ast.unparse(node.func)
                if callee in BY_HAND or (
                    callee in library.definitions and not callee.startswith("_refuse")
                ):
                    library.function(callee)
        self.function = library.make(source.name.lstrip("_"), params, results)
        self._variables = {name: (i, kind) for i, (name, kind) in enumerate(params)}
        if not self._block(source.body):
            self._fail(source, "it may end without a return")

    # -- statements: each says whether it always returns ------------------------------------------

    def _block(self, statements: list[ast.stmt]) -> bool:
        done = False
        for statement in statements:
            try:
                done = self._statement(statement)
            except NotImplementedError:
                raise
            except Exception:  # what the translation stumbles over is no part of it
                self._fail(statement, "not of the subset")
        return done

    def _statement(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Return) and node.value is not None:
            self._tuple(node.value, self.function.results)
            self.function.emit("return")
            return True
        if isinstance(node, ast.Raise):
            for kind in self.function.results:
                self.function.emit("f64.const" if kind == "d" else "i32.const", _nan(kind))
            self.function.emit("return")
            return True
        if isinstance(node, ast.Assign):
            self._assign(node.targets[0], node.value)
        elif isinstance(node, ast.If):
            return self._if(node)
        elif isinstance(node, ast.For):
            self._for(node)
        elif not (
            isinstance(node, ast.Expr)
            # A docstring; or a refusal of infinities and NaN, which callers note by themselves.
            and (isinstance(node.value, ast.Constant) or "_refuse" in ast.unparse(node))
        ):
            self._fail(node, "not a statement of the subset")
        return False

    def _if(self, node: ast.If) -> bool:
        self._condition(node.test)
        self.function.begin("if")
        first = self._block(node.body)
        second = False
        if node.orelse:
            self.function.otherwise()
            second = self._block(node.orelse)
        self.function.end()
        if first and second:
            self._fail(node, "an if that returns on both sides")
        return False

    def _for(self, node: ast.For) -> None:
        assert isinstance(node.iter, ast.Name)
        assert isinstance(node.target, ast.Name)
        for number in getattr(elementary, node.iter.id):
            self.function.emit("f64.const", number)
            self.function.emit("local.set", self._variable(node.target.id, "d"))
            self._block(node.body)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        kinds = self._kind(value)
        if len(kinds) != len(targets):
            self._fail(target, f"{len(targets)} names for {len(kinds)} values")
        self._tuple(value, kinds)
        for name, kind in reversed(list(zip(targets, kinds, strict=True))):
            assert isinstance(name, ast.Name)
            self.function.emit("local.set", self._variable(name.id, kind))

    def _variable(self, name: str, kind: str) -> int:
        if name not in self._variables:
            self._variables[name] = (self.function.local(name, kind), kind)
        index, known = self._variables[name]
        if known != kind:
            raise NotImplementedError(f"{self._name}: {name} is an int here and a float there")
        return index

    # -- expressions ------------------------------------------------------------------------------

    def _kind(self, node: ast.expr) -> str:
        """The types an expression leaves on the stack."""
        if isinstance(node, ast.Tuple):
            return "".join(self._kind(item) for item in node.elts)
        if isinstance(node, ast.Constant):
            return "i" if isinstance(node.value, int) else "d"
        if isinstance(node, ast.Name):
            if node.id in self._variables:
                return self._variables[node.id][1]
            return "d"
        if isinstance(node, ast.BinOp):
            kinds = self._kind(node.left) + self._kind(node.right)
            return "i" if kinds == "ii" and not isinstance(node.op, ast.Div) else "d"
        if isinstance(node, ast.UnaryOp):
            return self._kind(node.operand)
        if isinstance(node, ast.IfExp):
            return self._kind(node.body)
        if isinstance(node, ast.Compare | ast.BoolOp):
            return "i"
        if isinstance(node, ast.Subscript):
            if isinstance(node.value, ast.Call):
                return self._kind(node.value)[0]
            return "d" if isinstance(node.slice, ast.Constant) else "dd"
        if isinstance(node, ast.Call):
            callee = ast.unparse(node.func)
            if callee in self._library.definitions or callee in BY_HAND:
                return self._library.function(callee).results
            if callee in ("round", "int"):
                return "i"
            if callee in ("max", "min"):
                return self._kind(node.args[0])
            return "d"
        return "d"  # math.inf, math.nan

    def _tuple(self, node: ast.expr, kinds: str) -> None:
        if isinstance(node, ast.Tuple):
            for item, kind in zip(node.elts, kinds, strict=True):
                self._push(item, kind)
        else:
            self._push(node, kinds)

    def _push(self, node: ast.expr, kind: str) -> None:
        """Leave `node` on the stack as `kind`; an int where a float is asked for is converted."""
        emit = self.function.emit
        if isinstance(node, ast.Constant):
            number = ast.literal_eval(node)
            emit("f64.const" if kind == "d" else "i32.const", number)
            return
        given = self._kind(node)
        if given not in (kind, "i"):
            self._fail(node, f"it gives {given!r}, not {kind!r}")
        if isinstance(node, ast.Name) and node.id in self._variables:
            emit("local.get", self._variables[node.id][0])
        elif isinstance(node, ast.Name | ast.Attribute):
            emit("f64.const", self._constant(node))
        elif isinstance(node, ast.BinOp):
            self._binary(node, given)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            if given == "i":
                emit("i32.const", ast.literal_eval(node))
            else:
                self._push(node.operand, given)
                emit("f64.neg")
        elif isinstance(node, ast.IfExp):
            self._condition(node.test)
            self.function.begin("if", given)
            self._push(node.body, given)
            self.function.otherwise()
            self._push(node.orelse, given)
            self.function.end()
        elif isinstance(node, ast.Subscript):
            self._look_up(node)
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.Compare | ast.BoolOp):
            self._condition(node)
        else:
            self._fail(node, "not an expression of the subset")
        if kind == "d" and given == "i":
            emit("f64.convert_i32_s")

    def _binary(self, node: ast.BinOp, kind: str) -> None:
        if isinstance(node.op, ast.Mod):  # x % 2.0 for x >= 0: each of the steps is exact
            self._push(node.left, "d")
            self._push(node.left, "d")
            for op, number in (("mul", 0.5), ("floor", None), ("mul", 2.0), ("sub", None)):
                if number is not None:
                    self.function.emit("f64.const", number)
                self.function.emit(f"f64.{op}")
            return
        self._push(node.left, kind)
        self._push(node.right, kind)
        prefix = "i32" if kind == "i" else "f64"
        self.function.emit(f"{prefix}.{_ARITHMETIC[type(node.op)]}")

    def _look_up(self, node: ast.Subscript) -> None:
        """log_pair(x)[0] and SIXTH[0], a number; or EXP_TABLE[k & 31], a pair."""
        if isinstance(node.value, ast.Call):
            self._call(node.value)
            for _ in self._kind(node.value)[1:]:  # only [0] is asked for
                self.function.emit("drop")
            return
        name = ast.unparse(node.value)
        if isinstance(node.slice, ast.Constant):
            self.function.emit("f64.const", getattr(elementary, name)[node.slice.value])
            return
        for part in (0, 8):
            self._push(node.slice, "i")
            self.function.emit("i32.const", 4)
            self.function.emit("i32.shl")
            self.function.emit("f64.load", self._library.table(name) + part)

    def _call(self, node: ast.Call) -> None:
        emit = self.function.emit
        callee, args = ast.unparse(node.func), node.args
        if callee == "math.ldexp":  # ldexp(1.0, n) only: a power of two
            args = args[1:]
        if callee in self._library.definitions or callee in BY_HAND:
            function = self._library.function(callee)
            for arg, (_, kind) in zip(args, function.params, strict=True):
                self._push(arg, kind)
            self.function.call(function)
        elif callee in ("round", "int"):
            self._push(args[0], "d")
            if callee == "round":
                emit("f64.nearest")
            emit("i32.trunc_sat_f64_s")
        elif callee in ("max", "min") and self._kind(args[0]) == "d":
            self._push(args[0], "d")
            self._push(args[1], "d")
            emit(f"f64.{callee}")
        elif callee == "max":  # of a constant and an int
            for arg in (args[0], args[1], args[0], args[1]):
                self._push(arg, "i")
            emit("i32.gt_s")
            emit("select")
        elif callee == "float":
            self._push(args[0], "d")
        elif callee in ("abs", "math.sqrt", "math.copysign"):
            for arg in args:
                self._push(arg, "d")
            emit(f"f64.{callee.removeprefix('math.')}")
        else:
            self._fail(node, "not a function of the subset")

    def _condition(self, node: ast.expr) -> None:
        """Leave 1 or 0 on the stack. Operands have no side effects, so all are evaluated."""
        emit = self.function.emit
        if isinstance(node, ast.BoolOp):
            for i, value in enumerate(node.values):
                self._condition(value)
                if i:
                    emit("i32.and" if isinstance(node.op, ast.And) else "i32.or")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._condition(node.operand)
            emit("i32.eqz")
        elif isinstance(node, ast.Compare):
            left = node.left
            for i, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
                if isinstance(op, ast.NotIn):
                    assert isinstance(right, ast.Tuple)
                    self._compare(left, ast.NotEq(), right.elts[0])
                    self._compare(left, ast.NotEq(), right.elts[1])
                    emit("i32.and")
                else:
                    self._compare(left, op, right)
                if i:
                    emit("i32.and")
                left = right
        elif self._kind(node) == "i":
            self._push(node, "i")
        else:
            self._fail(node, "not a condition of the subset")

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> None:
        self._push(left, "d")
        self._push(right, "d")
        self.function.emit(f"f64.{_COMPARISONS[type(op)]}")

    def _constant(self, node: ast.Name | ast.Attribute) -> float:
        if isinstance(node, ast.Attribute):
            return float(getattr(math, node.attr))
        return float(getattr(elementary, node.id))

    def _fail(self, node: ast.AST, reason: str) -> NoReturn:
        raise NotImplementedError(f"elementary.{self._name}: {ast.unparse(node)!r}: {reason}")


def _kinds(annotation: ast.expr | None) -> str:
    """The types an annotation names: float, int, Pair, tuple[int, float, ...]."""
    assert annotation is not None
    text = ast.unparse(annotation)
    if text in _ANNOTATIONS:
        return _ANNOTATIONS[text]
    inner = text.removeprefix("tuple[").removesuffix("]")
    return "".join(_ANNOTATIONS[part.strip()] for part in inner.split(","))


def _nan(kind: str) -> float | int:
    return math.nan if kind == "d" else 0
