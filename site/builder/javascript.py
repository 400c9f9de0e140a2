"""Compiles a function of the engine, and whatever it calls, from its Python to JavaScript.

    compile_function(session.plan)      the text of a module that exports `plan`

The engine's data sets, streams and first numbers are integer arithmetic of any length and exactly
rounded float operations: JavaScript has both, as BigInt and Number. So a page that has no Python
yet computes them from the same source, to the same bits, and nothing is written twice.

Only the part of Python that the engine is written in there is translated; anything else is refused
by name and line, and so ends the build. An int becomes a BigInt, a float a Number, a list or tuple
an Array, a dict a Map. What operators and the standard library mean is in
js/engine/python-values.js, `py` here. Names are resolved in the living modules: a module's
constants are written as their values, its functions and classes are translated when they are first
met, methods when something has their name. Arguments that Python takes by keyword alone come as
one object, the last argument.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from types import FunctionType, ModuleType
from typing import Any, Final, NoReturn

from builder import source
from micrograd_wasm import losses

_NATIVE: Final[dict[type[ast.operator], str]] = {
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "{} < {}",
    ast.Gt: "{} > {}",
    ast.GtE: "{} >= {}",
    ast.LtE: "py.le({}, {})",
    ast.Eq: "py.eq({}, {})",
    ast.NotEq: "!py.eq({}, {})",
    ast.Is: "{} === {}",
    ast.IsNot: "{} !== {}",
    ast.In: "py.has({1}, {0})",
    ast.NotIn: "!py.has({1}, {0})",
}
_BUILTINS: Final = frozenset(
    "abs bytearray dict enumerate float int isinstance len list max min next range round set "
    "sorted tuple type zip".split()
)
_TYPES: Final = ("int", "float", "str", "bool", "list", "tuple")
# Methods of Python's own types: functions of python-values.js.
_METHODS: Final = frozenset(
    "append as_integer_ratio bit_length clear extend get items join sort to_bytes tolist "
    "values".split()
)
_STANDARD: Final = {
    "array.array": "array",
    "collections.abc.Mapping": "'dict'",
    "json.dumps": "dumps",
    "math.copysign": "copysign",
    "math.fabs": "abs",
    "math.frexp": "frexp",
    "math.ldexp": "ldexp",
    "math.sqrt": "sqrt",
    "random.Random": "Random",
}
# Exact functions of the engine's own that are written by hand, where they handle bytes.
_BY_HAND: Final = {
    "micrograd_wasm.numerics.rng._joined": "joined",
    "micrograd_wasm.numerics.rng._repeated": "repeated",
    "micrograd_wasm.numerics.rng._words": "words",
}
# A checked configuration passes every check that comes later: these hand on what they are given.
_HANDED_ON: Final = frozenset(
    f"micrograd_wasm.{name}"
    for name in (
        "base.checks.boolean", "base.checks.integer", "base.checks.real", "base.checks.sequence",
        "base.checks.text", "numerics.rng.check_seed", "numerics.rng.drawn_seed",
    )
)  # fmt: skip
_REFUSED: Final = ("micrograd_wasm.base.checks.refuse", "micrograd_wasm.base.checks.refuse_count")
_DONE_BEFORE: Final = ("micrograd_wasm.base.memory.check",)
_RESERVED: Final = frozenset("arguments await class const default delete new py var void".split())


def compile_function(function: Callable[..., Any]) -> str:
    """JavaScript for a module that imports `py` and exports the function by its name."""
    unit = _Unit()
    name = unit.reference(function)
    unit.finish()
    body = "\n".join(unit.definitions)
    exported = f"export {{ {name} as {function.__name__} }};"
    return f'import * as py from "python-values";\n{body}\n{exported}\n'


class _Unit:
    """One JavaScript module: the definitions that have been needed so far."""

    def __init__(self) -> None:
        self.definitions: list[str] = []
        self.attributes: set[str] = set()  # every name that follows a dot
        self._names: dict[int, str] = {}
        self._classes: list[tuple[type, str, dict[str, list[ast.FunctionDef]], set[str]]] = []

    def reference(self, thing: Any) -> str:
        """The JavaScript name of one of the engine's functions or classes."""
        thing = getattr(thing, "__wrapped__", thing) if not isinstance(thing, type) else thing
        if id(thing) not in self._names:
            short = f"{thing.__module__.split('.')[-1]}${thing.__name__}"
            self._names[id(thing)] = short
            if isinstance(thing, type):
                self._define_class(thing, short)
            else:
                node = source.definition(thing)
                self.definitions.append(_Function(self, source.module(thing), node).text(short))
        return self._names[id(thing)]

    def constant(self, module: ModuleType, name: str, value: Any) -> str:
        """A module's constant: its value, or for what is no plain data the expression it is."""
        if isinstance(value, bool | int | float | str) or value is None:
            return _literal(value)
        key = f"{module.__name__.split('.')[-1]}${name}"
        if key not in self._names.values():
            self._names[-1 - len(self._names)] = key
            try:
                text = _literal(value)
            except TypeError:
                text = _Function(self, module, None).expression(source.assigned(module, name))
            self.definitions.append(f"const {key} = {text};")
        return key

    def _define_class(self, thing: type, name: str) -> None:
        node = source.definition(thing)
        methods: dict[str, list[ast.FunctionDef]] = {}
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                methods.setdefault(part.name, []).append(part)
        if is_dataclass(thing):
            names = [field.name for field in fields(thing)]
            sets = "".join(f"this.{one} = {one}; " for one in names)
            start = f"constructor({', '.join(names)}) {{ {sets}}}"
        else:
            start = _Function(self, source.module(thing), methods["__init__"][0]).text(
                "constructor"
            )
        if is_dataclass(thing) and "of" in methods:  # one made of what are known to be its fields
            start += f"\nstatic of(...fields) {{ return new {name}(...fields); }}"
        self.definitions.append(f"class {name} {{\n{start}\n}}")
        self._classes.append((thing, name, methods, {"__init__"}))

    def finish(self) -> None:
        """Translate the methods that anything here may call."""
        again = True
        while again:
            again = False
            for thing, name, methods, done in self._classes:
                for one in sorted(set(methods) & self.attributes - done):
                    done.add(one)
                    again = True
                    parts = [self._part(thing, part) for part in methods[one]]
                    described = f"{{ {', '.join(parts)} }}"
                    define = f"Object.defineProperty({name}.prototype, '{one}', {described});"
                    self.definitions.append(define)

    def _part(self, thing: type, node: ast.FunctionDef) -> str:
        """A method, or a property's getter or setter, for a property's description."""
        decorators = [ast.unparse(one) for one in node.decorator_list]
        how = "get" if "property" in decorators else "value"
        if any(one.endswith(".setter") for one in decorators):
            how = "set"
        try:
            return f"{how}: {_Function(self, source.module(thing), node).text('', method=True)}"
        except NotImplementedError:
            if not is_dataclass(thing):
                raise
            # The namesake of a field that something else has: it is not asked for.
            return f"{how}: function () {{ py.refuse(); }}"


class _Function:
    """One function, lambda or comprehension, or (without a node) a module's expression."""

    def __init__(
        self,
        unit: _Unit,
        module: ModuleType,
        node: ast.FunctionDef | ast.Lambda | None,
        outer: _Function | None = None,
    ) -> None:
        self._unit, self._module, self._node, self._outer = unit, module, node, outer
        self._locals = (
            set(source.parameters(node.args)) | set(source.assigned_names(node)) if node else set()
        )

    # -- functions --------------------------------------------------------------------------------

    def text(self, name: str, *, method: bool = False) -> str:
        """The function; as a method, it finds its object in `this`."""
        node = self._node
        assert isinstance(node, ast.FunctionDef)
        own = method or name == "constructor"
        parameters = self._signature(node.args, skip=own)
        generator = any(
            isinstance(part, ast.Yield | ast.YieldFrom) for part in source.own_nodes(node)
        )
        names = sorted(set(source.assigned_names(node)) - set(source.parameters(node.args)))
        lines = ["const self = this;"] if own else []
        if names:
            lines.append(f"let {', '.join(map(_name, names))};")
        lines += self._block(node.body)
        body = "\n".join(lines)
        if name == "constructor":
            return f"constructor({parameters}) {{\n{body}\n}}"
        rest = f"({parameters}) {{\n{body}\n}}"
        start = "function*" if generator else "function"
        decorators = [ast.unparse(one).split("(")[0] for one in node.decorator_list]
        if not set(decorators) <= {"cache", "lru_cache", "property", f"{node.name}.setter"}:
            self._fail(node, f"the decorator {decorators}")
        if "cache" in decorators or "lru_cache" in decorators:
            kept = f"return py.cached({name}, {name}$raw, args);"
            return f"{start} {name}$raw{rest}\nfunction {name}(...args) {{ {kept} }}"
        return f"{start} {name}{rest}"

    def _signature(self, arguments: ast.arguments, *, skip: bool) -> str:
        if arguments.posonlyargs or (arguments.vararg and arguments.kwonlyargs):
            self._fail(arguments, "arguments of this kind")
        names = [_name(one.arg) for one in arguments.args]
        for at, default in enumerate(reversed(arguments.defaults), 1):
            names[-at] += f" = {self.expression(default)}"
        names = names[1:] if skip else names
        if arguments.vararg:
            names.append(f"...{_name(arguments.vararg.arg)}")
        if arguments.kwonlyargs or arguments.kwarg:
            parts = []
            for one, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
                parts.append(
                    f"{_name(one.arg)}" + (f" = {self.expression(given)}" if given else "")
                )
            if arguments.kwarg:
                parts.append(f"...{_name(arguments.kwarg.arg)}")
            names.append(f"{{ {', '.join(parts)} }} = {{}}")
        return ", ".join(names)

    # -- statements -------------------------------------------------------------------------------

    def _block(self, statements: list[ast.stmt]) -> list[str]:
        return [line for statement in statements for line in self._statement(statement)]

    def _statement(self, node: ast.stmt) -> Iterator[str]:
        match node:
            case ast.Return(value):
                yield f"return {self.expression(value) if value else 'null'};"
            case ast.Raise():
                yield "py.refuse();"
            case ast.Assert() | ast.Pass() | ast.Expr(value=ast.Constant()):
                return
            case ast.Expr(value):
                yield f"{self.expression(value)};"
            case ast.Assign(targets=[target], value=value):
                yield self._assign(target, self.expression(value))
            case ast.AnnAssign(target, _, value) if value is not None:
                yield self._assign(target, self.expression(value))
            case ast.AnnAssign():
                return
            case ast.AugAssign(ast.Name(name), ast.Add(), value):  # a list is changed in place
                yield f"{_name(name)} = py.iadd({_name(name)}, {self.expression(value)});"
            case ast.AugAssign(ast.Attribute() as target, ast.Add(), value):
                place = self._target(target)
                yield f"{place} = py.iadd({place}, {self.expression(value)});"
            case ast.AugAssign(target, op, value):
                changed = ast.BinOp(left=source.loaded(target), op=op, right=value)
                yield self._assign(target, self.expression(changed))
            case ast.If(test, body, orelse):
                yield f"if ({self.expression(test)}) {{"
                yield from self._block(body)
                if orelse:
                    yield "} else {"
                    yield from self._block(orelse)
                yield "}"
            case ast.While(test, body, []):
                yield f"while ({self.expression(test)}) {{"
                yield from self._block(body)
                yield "}"
            case ast.For(target, over, body, []):
                yield f"for ({self._target(target)} of py.iterate({self.expression(over)})) {{"
                yield from self._block(body)
                yield "}"
            case ast.Delete([ast.Subscript(value, ast.Slice(lower, upper, None))]):
                ends = (self.expression(end) if end else "null" for end in (lower, upper))
                yield f"py.drop({self.expression(value)}, {', '.join(ends)});"
            case ast.Try(body, [ast.ExceptHandler(body=instead)], [], []):
                yield "try {"
                yield from self._block(body)
                yield "} catch {"
                yield from self._block(instead)
                yield "}"
            case ast.Break():
                yield "break;"
            case ast.Continue():
                yield "continue;"
            case ast.FunctionDef():
                inner = _Function(self._unit, self._module, node, self).text("")
                yield f"{_name(node.name)} = {inner};"
            case _:
                self._fail(node, "this statement")

    def _assign(self, target: ast.expr, value: str) -> str:
        if isinstance(target, ast.Subscript):
            key = self.expression(target.slice)
            return f"py.put({self.expression(target.value)}, {key}, {value});"
        if isinstance(target, ast.Tuple) and any(
            isinstance(one, ast.Subscript) for one in target.elts
        ):
            parts = [self._assign(one, f"made[{k}]") for k, one in enumerate(target.elts)]
            return f"{{ const made = {value}; {' '.join(parts)} }}"
        return f"{self._target(target)} = {value};"

    def _target(self, node: ast.expr) -> str:
        match node:
            case ast.Name(name):
                return _name(name)
            case ast.Tuple(items):
                return f"[{', '.join(map(self._target, items))}]"
            case ast.Attribute(value, attr):
                return f"{self.expression(value)}.{attr}"
        self._fail(node, "this target")

    # -- expressions ------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> str:
        """JavaScript for an expression, in parentheses where it needs them."""
        known = self._number(node)
        if known is not None:
            return _literal(known)
        match node:
            case ast.Constant(value):
                return _literal(value)
            case ast.Name() | ast.Attribute():
                return self._named(node)
            case ast.Tuple(items) | ast.List(items):
                return f"[{', '.join(map(self._item, items))}]"
            case ast.Set(items):
                return f"new Set([{', '.join(map(self._item, items))}])"
            case ast.Dict(keys, values):
                pairs = zip(keys, values, strict=True)
                return f"new Map([{', '.join(self._pair(key, value) for key, value in pairs)}])"
            case ast.BinOp(left, op, right):
                first, second = self.expression(left), self.expression(right)
                if type(op) in _NATIVE:
                    return f"({first} {_NATIVE[type(op)]} {second})"
                if type(op) in _OPERATORS:
                    return f"py.{_OPERATORS[type(op)]}({first}, {second})"
            case ast.UnaryOp(ast.USub(), operand):
                return f"(-{self.expression(operand)})"
            case ast.UnaryOp(ast.Not(), operand):
                return f"!({self.expression(operand)})"
            case ast.BoolOp(op, values):
                word = " && " if isinstance(op, ast.And) else " || "
                return f"({word.join(map(self.expression, values))})"
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp(test, body, orelse):
                parts = map(self.expression, (test, body, orelse))
                return "({} ? {} : {})".format(*parts)
            case ast.Subscript(value, ast.Slice(lower, upper, step)):
                ends = (self.expression(end) if end else "null" for end in (lower, upper, step))
                return f"py.slice({self.expression(value)}, {', '.join(ends)})"
            case ast.Subscript(value, key):
                return f"py.at({self.expression(value)}, {self.expression(key)})"
            case ast.Call():
                return self._call(node)
            case ast.Lambda(arguments, body):
                inner = _Function(self._unit, self._module, node, self)
                signature = inner._signature(arguments, skip=False)
                return f"(({signature}) => ({inner.expression(body)}))"
            case ast.ListComp(item, loops) | ast.GeneratorExp(item, loops):
                return f"[...(function* () {{ {self._loops(loops, [item])} }})()]"
            case ast.DictComp(key, value, loops):
                pair = ast.Tuple(elts=[key, value], ctx=ast.Load())
                return f"new Map((function* () {{ {self._loops(loops, [pair])} }})())"
            case ast.Yield(value):
                return f"yield {self.expression(value) if value else 'null'}"
            case ast.YieldFrom(value):
                return f"yield* {self.expression(value)}"
            case ast.NamedExpr(ast.Name(name), value):
                return f"({_name(name)} = {self.expression(value)})"
            case ast.JoinedStr():
                return '"(a text)"'
        self._fail(node, "this expression")

    def _number(self, node: ast.expr) -> int | float | None:
        """The value of an arithmetic expression of constants, by Python's own arithmetic."""
        match node:
            case ast.Constant(int() | float() as value) if not isinstance(value, bool):
                return value
            case ast.Name() | ast.Attribute():
                found, value = self._found(node)
                plain = found and isinstance(value, int | float) and not isinstance(value, bool)
                return value if plain else None
            case ast.UnaryOp(ast.USub(), operand):
                number = self._number(operand)
                return None if number is None else -number
            case ast.BinOp(left, _, right):
                if self._number(left) is not None and self._number(right) is not None:
                    names = {"a": self._number(left), "b": self._number(right)}
                    text = ast.unparse(ast.BinOp(ast.Name("a"), node.op, ast.Name("b")))
                    result: int | float = eval(text, {}, names)
                    return result
        return None

    def _item(self, node: ast.expr) -> str:
        if isinstance(node, ast.Starred):
            return f"...py.iterate({self.expression(node.value)})"
        return self.expression(node)

    def _pair(self, key: ast.expr | None, value: ast.expr) -> str:
        if key is None:
            return f"...Object.entries({self.expression(value)})"
        return f"[{self.expression(key)}, {self.expression(value)}]"

    def _comparison(self, node: ast.Compare) -> str:
        # The middle of a chain is evaluated twice: no expression here has an effect.
        operands = [*map(self.expression, (node.left, *node.comparators))]
        parts = [
            _COMPARISONS[type(op)].format(operands[at], operands[at + 1])
            for at, op in enumerate(node.ops)
        ]
        return f"({' && '.join(parts)})"

    def _loops(self, loops: list[ast.comprehension], last: list[ast.expr]) -> str:
        names = {name for loop in loops for name in source.target_names(loop.target)}
        inner = _Function(self._unit, self._module, None, self)
        inner._locals = names
        text, ends = "", ""
        for at, loop in enumerate(loops):
            over = (inner if at else self).expression(loop.iter)
            text += f"for (const {inner._target(loop.target)} of py.iterate({over})) {{ "
            for test in loop.ifs:
                text += f"if (!({inner.expression(test)})) continue; "
            ends += " }"
        return f"{text}yield {inner.expression(last[0])};{ends}"

    def _is_local(self, name: str) -> bool:
        return name in self._locals or (self._outer is not None and self._outer._is_local(name))

    def _named_type(self, name: str) -> bool:
        return name in _TYPES and not self._is_local(name)

    def _found(self, node: ast.expr) -> tuple[bool, Any]:
        """What a name or a module's attribute is, where it is none of a function's own."""
        if isinstance(node, ast.Name) and not self._is_local(node.id):
            if node.id in vars(self._module):
                return True, vars(self._module)[node.id]
        elif isinstance(node, ast.Attribute):
            found, owner = self._found(node.value)
            if found and isinstance(owner, ModuleType):
                return True, getattr(owner, node.attr)
        return False, None

    def _named(self, node: ast.Name | ast.Attribute) -> str:
        found, thing = self._found(node)
        if found:
            return self._global(node, thing)
        if isinstance(node, ast.Attribute):
            if node.attr == "__getitem__":
                return f"py.getter({self.expression(node.value)})"
            if isinstance(node.value, ast.Name) and self._named_type(node.value.id):
                self._fail(node, "an attribute of a type")
            self._unit.attributes.add(node.attr)
            return f"{self.expression(node.value)}.{node.attr}"
        if self._is_local(node.id):
            return _name(node.id)
        if self._named_type(node.id):
            return f"'{node.id}'"
        self._fail(node, "this name")

    def _global(self, node: ast.Name | ast.Attribute, thing: Any) -> str:
        module = getattr(thing, "__module__", "")
        path = _path(thing)
        if isinstance(thing, float | int | str) or thing is None:
            return _literal(thing)
        if path in _BY_HAND:
            return f"py.{_BY_HAND[path]}"
        if path in _STANDARD:
            word = _STANDARD[path]
            return word if word.startswith("'") else f"py.{word}"
        if thing is losses.EXAMPLE_LOSSES:
            return _literal(list(losses.EXAMPLE_LOSSES))
        made_here = "<locals>" in getattr(thing, "__qualname__", "")
        if not made_here and (
            isinstance(thing, type | FunctionType) or hasattr(thing, "__wrapped__")
        ):
            if not module.startswith("micrograd_wasm"):
                self._fail(node, "a function from elsewhere")
            return self._unit.reference(thing)
        owner = self._module
        if isinstance(node, ast.Attribute):
            owner = self._found(node.value)[1]
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        return self._unit.constant(source.home(owner, name), name, thing)

    def _call(self, node: ast.Call) -> str:
        function = node.func
        if isinstance(function, ast.Name) and not self._is_local(function.id):
            name = function.id
            if name in _BUILTINS and name not in vars(self._module):
                return self._builtin(name, node)
        found, thing = self._found(function)
        if isinstance(function, ast.Attribute) and not found and function.attr in _METHODS:
            given = [*map(self._item, [function.value, *node.args])]
            for word in node.keywords:
                if (function.attr, word.arg) != ("sort", "key"):
                    self._fail(node, f"the argument {word.arg}")
                given.append(self.expression(word.value))
            return f"py.{function.attr}({', '.join(given)})"
        arguments = [*map(self._item, node.args)]
        path = _path(thing) if found else ""
        if path in _REFUSED:
            return "py.refuse()"
        if path in _HANDED_ON:
            return arguments[0 if len(arguments) == 1 else 1]
        if path in _DONE_BEFORE:
            return "null"
        keywords = {word.arg: word.value for word in node.keywords}
        if found and keywords:
            for name in source.positional(thing)[len(arguments) :]:
                if name not in keywords:
                    break
                arguments.append(self.expression(keywords.pop(name)))
        called = self.expression(function)
        if keywords and called != "py.dumps":
            parts = [
                f"...{self.expression(value)}"
                if name is None
                else f"{_name(name)}: {self.expression(value)}"
                for name, value in keywords.items()
            ]
            arguments.append(f"{{ {', '.join(parts)} }}")
        new = "new " if isinstance(thing, type) and called != "py.array" else ""
        return f"{new}{called}({', '.join(arguments)})"

    def _builtin(self, name: str, node: ast.Call) -> str:
        if name == "isinstance":
            kinds = ", ".join(map(self.expression, source.union(node.args[1])))
            return f"py.isinstance({self.expression(node.args[0])}, [{kinds}])"
        arguments = [*map(self._item, node.args)]
        for word in node.keywords:
            if word.arg == "key":
                arguments.append(self.expression(word.value))
            elif word.arg != "strict":
                self._fail(node, f"the argument {word.arg}")
        return f"py.{name}({', '.join(arguments)})"

    def _fail(self, node: ast.AST, what: str) -> NoReturn:
        where = f"{self._module.__name__}, line {getattr(node, 'lineno', 0)}"
        text = ast.unparse(node)
        raise NotImplementedError(f"{where}: {text!r}: {what} is not translated to JavaScript")


def _path(thing: Any) -> str:
    return f"{getattr(thing, '__module__', '')}.{getattr(thing, '__name__', '')}"


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int():
            return f"{value}n" if value >= 0 else f"({value}n)"
        case float():
            if math.isinf(value):
                return "Infinity" if value > 0 else "(-Infinity)"
            return repr(value) if math.copysign(1.0, value) > 0 else f"({value!r})"
        case str():
            return repr(value)
        case tuple() | list():
            return f"[{', '.join(map(_literal, value))}]"
    raise TypeError(f"{value!r} is no plain value")


def _name(name: str) -> str:
    return f"{name}$" if name in _RESERVED else name
