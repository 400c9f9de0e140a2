"""A WebAssembly encoder: instructions by their names in the specification, types checked.

A `Module` is memory, data and functions; a `Function` is a list of instructions. Each instruction
is checked against the stack of types as it is emitted, so a module that an engine would reject
cannot be built: the mistake is an exception at the line that makes it.

The instructions are listed in opcodes.py. Section numbers are those of the WebAssembly core
specification, release 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from ..refusal import CannotCompile
from .encoding import name, section, signed, unsigned, vector
from .opcodes import FIXED, LOCALS, TYPE_CODES

PAGE: Final = 65536
LARGEST_MEMORY: Final = 1 << 31  # addresses are signed here
# What every engine's implementation limits allow in one function (bytes of body, locals).
LARGEST_FUNCTION: Final = 7_654_321
MOST_LOCALS: Final = 50_000

_NOT_IN_NAMES: Final = re.compile(r"[^0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]")

Instruction = tuple[str, Any]  # a name, and its immediate or None
REMARK: Final = ";;"  # instead of a name: the immediate is a remark on the next instruction


class _Stack(dict[str, "_Stack"]):
    """The types of the operands on the stack: the topmost one, and the stack below it.

    The dict holds what each instruction makes of this stack. A function's thousands of instructions
    meet a few dozen different stacks, so nearly all of them are looked up and not checked again.
    """

    def __init__(self, below: _Stack | None = None, kind: str = "") -> None:
        self.below = below
        self.kind = kind

    def exchanged(self, takes: str, gives: str) -> _Stack | None:
        """The stack without the operands `takes` and with the results `gives`; None: no such."""
        stack = self
        for kind in reversed(takes):
            if stack.kind != kind or stack.below is None:
                return None
            stack = stack.below
        for kind in gives:
            if kind not in stack:
                stack[kind] = _Stack(stack, kind)
            stack = stack[kind]
        return stack

    def __str__(self) -> str:
        kinds, stack = "", self
        while stack.below is not None:
            kinds, stack = stack.kind + kinds, stack.below
        return kinds


_CLOSED: Final = _Stack()  # behind a branch away: nothing may follow but the block's end


@dataclass
class _Frame:
    """A block that is open: the operands outside, and what it must leave."""

    kind: str
    outside: _Stack
    results: str


class Function:
    """A function under construction.

    Args:
        name: for the module's text.
        params: the name and type ("i", "l", "d" or "v") of each parameter.
        results: the types it returns.
    """

    def __init__(
        self, name: str, index: int, params: Sequence[tuple[str, str]], results: str
    ) -> None:
        self.name = name
        self.index = index
        self.results = results
        self.locals: list[tuple[str, str]] = []
        self._names: dict[str, int] = {}  # with the last number put behind each
        for param in params:
            self.local(*param)
        self.params = tuple(self.locals)
        self.body: list[Instruction] = []
        self.remarks: dict[int, str] = {}
        self.code = bytearray()
        self._stack = _Stack()
        self._frames = [_Frame("function", self._stack, results)]

    def local(self, name: str, type: str) -> int:  # noqa: A002
        """A new local variable: its index.

        Of its name, what the text format (6.3.5) cannot write becomes "_"; a name already taken
        gets a number behind it.
        """
        unique = name = _NOT_IN_NAMES.sub("_", name) or "_"
        k = self._names.get(name, 1)
        while unique in self._names:
            k += 1
            unique = f"{name}_{k}"
        self._names[name] = k
        self._names.setdefault(unique, k)
        self.locals.append((unique, type))
        return len(self.locals) - 1

    def remark(self, text: str) -> None:
        """Say in the module's text what the next instruction is about."""
        self.remarks[len(self.body)] = text

    def emit(self, op: str, immediate: Any = None) -> None:
        """One instruction that is no block or branch, by its name in the specification."""
        self.emit_all(((op, immediate),))

    def emit_all(self, instructions: Iterable[Instruction]) -> None:
        """Instructions (and remarks) one after the other.

        There are ten thousand of them in a kernel that somebody waits for: hence the long loop.
        """
        body, code, variables, stack = self.body, self.code, self.locals, self._stack
        for instruction in instructions:
            key, immediate = op, _ = instruction
            if op in FIXED:
                opcode, takes, gives, follows = FIXED[op]
                if follows is not None:
                    if immediate is None:
                        self._fail(op, "its immediate is missing")
                    opcode += follows(immediate)
            elif op in LOCALS:
                if immediate is None or not 0 <= immediate < len(variables):
                    self._fail(op, f"there is no local {immediate}")
                kind = variables[immediate][1]
                opcode, takes, gives = LOCALS[op][kind]
                key = op + kind
                opcode += unsigned(immediate)
            elif op == REMARK:
                self.remarks[len(body)] = immediate
                continue
            else:
                opcode, key, takes, gives = self._other(stack, op, immediate)
            after = stack.get(key)
            if after is None:
                after = stack[key] = self._exchanged(stack, op, takes, gives)
            stack = after
            code += opcode
            body.append(instruction)
        self._stack = stack
        if len(code) > LARGEST_FUNCTION:
            self._too_large(len(code))

    def _other(self, stack: _Stack, op: str, immediate: Any) -> tuple[bytes, str, str, str]:
        """Of an instruction that is different everywhere: opcode, name, and types."""
        if op == "call" and isinstance(immediate, Function):
            opcode = b"\x10" + unsigned(immediate.index)
            return opcode, f"call ${immediate.name}", *signature(immediate)
        if op == "select":
            kind = (stack.below or stack).kind or "d"
            return b"\x1b", op, kind + kind + "i", kind
        if op == "drop":
            return b"\x1a", op, stack.kind or "d", ""
        if op == "return":
            return b"\x0f", op, self.results, ""
        self._fail(op, "no such instruction, or its immediate is missing")

    def call(self, callee: Function) -> None:
        """Call a function of the same module."""
        self.emit("call", callee)

    def begin(self, kind: str, results: str = "") -> None:
        """Open a "block", "loop" or "if" (which takes its condition) that leaves `results`."""
        outside = self._exchanged(self._stack, kind, "i" if kind == "if" else "", "")
        if len(results) > 1:
            self._fail(kind, "a block leaves at most one value here")
        self._frames.append(_Frame(kind, outside, results))
        self._stack = _Stack()
        opcode = {"block": b"\x02", "loop": b"\x03", "if": b"\x04"}[kind]
        self.code += opcode + (TYPE_CODES[results] if results else b"\x40")
        self.body.append((kind, results))

    def otherwise(self) -> None:
        """The `else` of the open "if"."""
        frame = self._frames[-1]
        if frame.kind != "if":
            self._fail("else", "no if is open")
        self._check_results(frame)
        frame.kind = "else"
        self._stack = _Stack()
        self.code += b"\x05"
        self.body.append(("else", None))

    def end(self) -> None:
        """Close the innermost block."""
        if len(self._frames) == 1:
            self._fail("end", "no block is open")
        frame = self._frames.pop()
        self._check_results(frame)
        if frame.kind == "if" and frame.results:
            self._fail("end", "an if that leaves a value needs an else")
        self._stack = self._exchanged(frame.outside, "end", "", frame.results)
        self.code += b"\x0b"
        self.body.append(("end", None))

    def branch(self, depth: int, *, conditional: bool = False) -> None:
        """`br` or `br_if` to the block `depth` levels out: its end, or a loop's beginning."""
        op = "br_if" if conditional else "br"
        if not 0 <= depth < len(self._frames):
            self._fail(op, f"no block is open {depth} levels out")
        target = self._frames[-1 - depth]
        if target.kind == "function" or target.results:
            self._fail(op, "branches here carry no values and stay inside the function")
        self._stack = self._exchanged(self._stack, op, "i" if conditional else "", "")
        self.code += (b"\x0d" if conditional else b"\x0c") + unsigned(depth)
        self.body.append((op, depth))

    def encode(self) -> bytes:
        """The function's entry of the code section (5.5.13)."""
        if len(self._frames) != 1:
            self._fail("end", f"{len(self._frames) - 1} blocks are still open")
        self._check_results(self._frames[0])
        runs: list[tuple[int, str]] = []
        for _, kind in self.locals[len(self.params) :]:
            if runs and runs[-1][1] == kind:
                runs[-1] = (runs[-1][0] + 1, kind)
            else:
                runs.append((1, kind))
        declared = vector([unsigned(count) + TYPE_CODES[kind] for count, kind in runs])
        body = declared + bytes(self.code) + b"\x0b"
        if len(body) > LARGEST_FUNCTION or len(self.locals) > MOST_LOCALS:
            self._too_large(len(body))
        return unsigned(len(body)) + body

    def _exchanged(self, stack: _Stack, op: str, takes: str, gives: str) -> _Stack:
        """The stack after an instruction that takes and gives operands of these types."""
        if stack is _CLOSED:
            self._fail(op, "it can never be reached")
        after = stack.exchanged(takes, gives)
        if after is None:
            self._fail(op, f"it takes {takes!r}, the stack holds {str(stack)!r}")
        return _CLOSED if op in ("br", "return") else after

    def _check_results(self, frame: _Frame) -> None:
        """At a block's end: its results, and nothing else, must be on the stack."""
        left = str(self._stack)
        if self._stack is not _CLOSED and left != frame.results:
            self._fail("end", f"a {frame.kind} must leave {frame.results!r}, it leaves {left!r}")

    def _too_large(self, size: int) -> NoReturn:
        raise CannotCompile(
            f"function {self.name}: {size:,} bytes and {len(self.locals):,} locals; engines take "
            f"at most {LARGEST_FUNCTION:,} and {MOST_LOCALS:,}. Make it smaller, or leave it to "
            'the eager engine (engine="eager"), which takes any size'
        )

    def _fail(self, op: str, reason: str) -> NoReturn:
        raise TypeError(f"{op} in function {self.name}, instruction {len(self.body)}: {reason}")


@dataclass
class Module:
    """Functions over one memory that is exported as "memory"."""

    functions: list[Function] = field(default_factory=list)
    exports: list[Function] = field(default_factory=list)
    data: list[tuple[int, bytes]] = field(default_factory=list)
    memory_bytes: int = 0

    def function(
        self, name: str, params: Iterable[tuple[str, str]], results: str, *, export: bool = False
    ) -> Function:
        """A new, empty function. Functions may call only those made before them."""
        if any(name == other.name for other in self.functions):
            raise ValueError(f"there is a function {name} already")
        function = Function(name, len(self.functions), tuple(params), results)
        self.functions.append(function)
        if export:
            self.exports.append(function)
        return function

    @property
    def pages(self) -> int:
        """The memory's size in pages of 64 KiB."""
        return -(-self.memory_bytes // PAGE)

    def types(self) -> list[tuple[str, str]]:
        """Each different function type once, in the order of first use."""
        return list(dict.fromkeys(map(signature, self.functions)))

    def encode(self) -> bytes:
        """The module in the binary format (5.5.16), with names for tools to show (7.4)."""
        if self.memory_bytes > LARGEST_MEMORY:
            raise CannotCompile(f"{self.memory_bytes:,} bytes of memory; {LARGEST_MEMORY:,} fit")
        types = self.types()
        sections = [
            (1, [b"\x60" + _types(takes) + _types(gives) for takes, gives in types]),
            (3, [unsigned(types.index(signature(f))) for f in self.functions]),
            (5, [b"\x00" + unsigned(self.pages)]),
            (7, [name("memory") + b"\x02\x00"]
                + [name(f.name) + b"\x00" + unsigned(f.index) for f in self.exports]),
            (10, [f.encode() for f in self.functions]),
            (11, [b"\x00\x41" + signed(at) + b"\x0b" + unsigned(len(content)) + content
                  for at, content in self.data]),
        ]  # fmt: skip
        binary = b"\x00asm\x01\x00\x00\x00"
        for number, items in sections:
            if items:
                binary += section(number, vector(items))
        return binary + section(0, name("name") + self._names())

    def _names(self) -> bytes:
        functions = vector([unsigned(f.index) + name(f.name) for f in self.functions])
        variables = vector([
            unsigned(f.index) + vector([unsigned(i) + name(n) for i, (n, _) in enumerate(f.locals)])
            for f in self.functions
        ])  # fmt: skip
        return section(1, functions) + section(2, variables)


def signature(function: Function) -> tuple[str, str]:
    """The types a function takes and those it gives."""
    return "".join(kind for _, kind in function.params), function.results


def _types(kinds: str) -> bytes:
    return vector([TYPE_CODES[kind] for kind in kinds])
