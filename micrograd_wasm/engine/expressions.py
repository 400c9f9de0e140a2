"""A few lines of arithmetic, typed by a visitor, as a graph of Values. Nothing is executed.

    evaluate("c = a*b + b**3\\nc.relu()", {"a": -4.0, "b": 2.0})

The text is parsed, and of Python only this is understood: numbers, names, + - * / **, brackets,
`Value(number)`, a Value's functions (relu, exp, ...: see operations.py), and lines that assign to a
name (`c = ...`, `c += ...`). A name that is given a number becomes a leaf with that label.
"""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from ..base import checks
from .operations import FUNCTIONS
from .value import Operand, Value

LONGEST: Final = 2000
"""Characters in a text."""
DEEPEST: Final = 50
"""Open brackets, signs in a row, powers: what a parser follows by calling itself, and a browser's
stack is small. More than anyone writes."""
MOST_OPERATIONS: Final = 500

_OPERATORS: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
# A name, a number, a plain text (for a label), an operator, a space or a comment.
_WORD: Final = re.compile(
    r"""[^\W\d]\w*(?!["'])|\d[\d_.]*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|"[\w ]*"|'[\w ]*'"""
    r"""|\*\*=?|[-+*/]=?|[().,=]|\s+|\#.*"""
)
_UNDERSTOOD: Final = (
    f"numbers, names, + - * / **, brackets, Value(number) and the methods {', '.join(FUNCTIONS)}"
)


def evaluate(text: str, given: Mapping[str, float]) -> Value:
    """The Value of the text's last line.

    Args:
        text: lines as above.
        given: names that are known from the start, with their numbers.

    Raises:
        ValueError: the text is not understood, or its arithmetic leaves the real numbers; the
            message names the line.
    """
    if not isinstance(text, str):
        checks.refuse("text", "lines of arithmetic", text)
    if len(text) > LONGEST:
        checks.refuse("text", f"at most {LONGEST} characters", f"{len(text)} of them")
    _check_words(text)
    try:
        lines = ast.parse(text).body
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno or 1}: {error.msg}") from None
    except (ValueError, MemoryError, RecursionError):
        raise ValueError("text: expected something that Python can read") from None
    if not lines:
        raise ValueError("text: expected at least one line, such as x*y + 1")
    reader = _Reader({name: Value(number, name) for name, number in given.items()})
    try:
        for line in lines:
            result = reader.line(line)
    except RecursionError:
        raise ValueError("text: expected an expression that is less deeply nested") from None
    return result if isinstance(result, Value) else Value(result)


def _check_words(text: str) -> None:
    """Refuse, before it is parsed, what would be refused afterwards or would exhaust a parser."""
    at = depth = signs = powers = 0
    while at < len(text):
        found = _WORD.match(text, at)
        number = text.count("\n", 0, at) + 1
        if found is None:
            raise ValueError(f"line {number}: {text[at]!r} is not understood here")
        word = found.group()
        if keyword.iskeyword(word):
            raise ValueError(f"line {number}: {word} is not understood here")
        depth += (word == "(") - (word == ")")
        powers += word == "**"
        if not word.isspace():
            signs = signs + 1 if word in ("+", "-") else 0
        if max(depth, signs, powers) > DEEPEST:
            raise ValueError(f"line {number}: more than {DEEPEST} signs, brackets or powers")
        at = found.end()


class _Reader:
    def __init__(self, names: dict[str, Value]) -> None:
        self._names = names
        self._operations = 0

    def line(self, line: ast.stmt) -> Operand:
        match line:
            case ast.Expr(value):
                return self._value(value)
            case ast.Assign([ast.Name(name)], value):
                return self._assign(name, self._value(value))
            case ast.AugAssign(ast.Name(name) as target, sign, value):
                left = self._named(target)
                return self._assign(name, self._binary(line, sign, left, self._value(value)))
        _refuse(line, "only `name = ...` and expressions are understood here")

    def _assign(self, name: str, value: Operand) -> Value:
        if not isinstance(value, Value):
            value = Value(value, name)
        elif not value.label or (value.parents and value.label != name):
            value = value.with_label(name)
        self._names[name] = value
        return value

    def _value(self, node: ast.expr) -> Operand:
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                if isinstance(number, int) and number.bit_length() > 53:
                    _refuse(node, "a whole number this large is not a float64")
                return number
            case ast.Name():
                return self._named(node)
            case ast.UnaryOp(ast.USub(), operand):
                self._count(node)
                return -self._value(operand)
            case ast.UnaryOp(ast.UAdd(), operand):
                return self._value(operand)
            case ast.BinOp(left, sign, right):
                return self._binary(node, sign, self._value(left), self._value(right))
            case ast.Call(ast.Name("Value"), [number], keywords):
                return self._leaf(node, number, keywords)
            case ast.Call(ast.Attribute(owner, method), [], []) if method in FUNCTIONS:
                self._count(node)
                value = self._value(owner)
                if not isinstance(value, Value):
                    value = Value(value)
                return self._calculated(node, getattr(value, method))
        _refuse(node, f"only {_UNDERSTOOD} are understood here")

    def _named(self, node: ast.Name) -> Value:
        if node.id not in self._names:
            known = ", ".join(sorted(self._names)) or "none yet"
            _refuse(node, f"there is no {checks.shown(node.id)} (known names: {known})")
        return self._names[node.id]

    def _leaf(self, node: ast.Call, number: ast.expr, keywords: list[ast.keyword]) -> Value:
        value = self._value(number)
        if isinstance(value, Value):
            _refuse(node, "Value(...) takes a number")
        match keywords:
            case []:
                return Value(value)
            case [ast.keyword("label", ast.Constant(str() as label))]:
                return Value(value, label[:40])
        _refuse(node, 'Value(...) takes a number, and label="..."')

    def _binary(
        self, node: ast.expr | ast.stmt, sign: ast.operator, left: Operand, right: Operand
    ) -> Operand:
        self._count(node)
        calculate = _OPERATORS.get(type(sign))
        if calculate is None:
            _refuse(node, f"only {_UNDERSTOOD} are understood here")
        if isinstance(left, Value) or isinstance(right, Value):
            return self._calculated(node, lambda: calculate(left, right))
        # Two plain numbers: by the same rules, with the same bits and limits, as two Values.
        result = self._calculated(node, lambda: calculate(Value(left), right))
        return result.data

    def _calculated(self, node: ast.expr | ast.stmt, calculate: Callable[[], Value]) -> Value:
        try:
            return calculate()
        except (TypeError, ValueError, ArithmeticError) as error:
            _refuse(node, str(error))

    def _count(self, node: ast.expr | ast.stmt) -> None:
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            _refuse(node, f"more than {MOST_OPERATIONS} operations are too many for a picture")


def _refuse(node: ast.expr | ast.stmt, message: str) -> NoReturn:
    raise ValueError(f"line {node.lineno}: {message}") from None
