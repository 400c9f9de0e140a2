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
from typing import Final, NoReturn

from .encoding import name, section, signed, unsigned, vector
from .opcodes import BITS, FIXED, LOCALS, TYPE_CODES

PAGE: Final = 65536
LARGEST_MEMORY: Final = 1 << 31  # addresses are signed here
# What every engine's implementation limits allow in one function (bytes of body, locals).
LARGEST_FUNCTION: Final = 7_654_321
MOST_LOCALS: Final = 50_000

_NOT_IN_NAMES: Final = re.compile(r"[^0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]")

Instruction = tuple[str, object]


@dataclass
class _Frame:
    """A block that is open: where its operands begin and what it must leave."""

    kind: str
    floor: int
    results: str
    closed: bool = False  # a branch away ended it; nothing may follow but `end`


class Function:
    """A function under construction.

    Args:
        name: for the module's text.
        params: the name and type ("i", "l" or "d") of each parameter.
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
        self._stack = ""  # the types of the operands, a letter each
        self._frames = [_Frame("function", 0, results)]

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
        self._names |= {name: k, unique: self._names.get(unique, k)}
        self.locals.append((unique, type))
        return len(self.locals) - 1

    def remark(self, text: str, ahead: int = 0) -> None:
        """Say in the module's text what the next instruction (or one further ahead) is about."""
        self.remarks[len(self.body) + ahead] = text

    def emit(self, op: str, immediate: float | None = None) -> None:
        """One instruction that is no block, branch or call, by its name in the specification."""
        known = FIXED.get(op)
        if known is not None:
            opcode, takes, gives, follows = known
            if follows is not None:
                if immediate is None:
                    self._fail(op, "its immediate is missing")
                if follows is signed and not -(limit := 1 << BITS[gives] - 1) <= immediate < limit:
                    raise ValueError(
                        f"{op} in {self.name}: {immediate} is beyond {BITS[gives]} bits"
                    )
                opcode += follows(immediate)
        elif op in LOCALS and immediate is not None:
            opcode, operands, results = LOCALS[op]
            if not 0 <= immediate < len(self.locals):
                self._fail(op, f"there is no local {immediate}")
            kind = self.locals[int(immediate)][1]
            takes, gives = kind * operands, kind * results
            opcode += unsigned(int(immediate))
        elif op == "select":
            kind = self._stack[-2:-1] or "d"
            opcode, takes, gives = b"\x1b", kind + kind + "i", kind
        elif op == "drop":
            opcode, takes, gives = b"\x1a", self._stack[-1:] or "d", ""
        elif op == "return":
            opcode, takes, gives = b"\x0f", self.results, ""
        else:
            self._fail(op, "no such instruction, or its immediate is missing")
        self._exchange(op, takes, gives)
        if op == "return":
            self._frames[-1].closed = True
        self.code += opcode
        self.body.append((op, immediate))

    def fetch(self, address: int) -> None:
        """`i32.const 0`, `f64.load`: the float64 at a fixed address; kernels are full of it."""
        self._exchange("f64.load", "", "d")
        self.code += b"\x41\x00\x2b\x03" + unsigned(address)
        self.body += (("i32.const", 0), ("f64.load", address))

    def call(self, callee: Function) -> None:
        """Call a function of the same module."""
        takes, gives = signature(callee)
        self._exchange(f"call ${callee.name}", takes, gives)
        self.code += b"\x10" + unsigned(callee.index)
        self.body.append(("call", callee))

    def begin(self, kind: str, results: str = "") -> None:
        """Open a "block", "loop" or "if" (which takes its condition) that leaves `results`."""
        self._exchange(kind, "i" if kind == "if" else "", "")
        if len(results) > 1:
            self._fail(kind, "a block leaves at most one value here")
        self._frames.append(_Frame(kind, len(self._stack), results))
        opcode = {"block": b"\x02", "loop": b"\x03", "if": b"\x04"}[kind]
        self.code += opcode + (TYPE_CODES[results] if results else b"\x40")
        self.body.append((kind, results))

    def otherwise(self) -> None:
        """The `else` of the open "if"."""
        frame = self._frames[-1]
        if frame.kind != "if":
            self._fail("else", "no if is open")
        self._finish(frame)
        frame.kind, frame.closed = "else", False
        self.code += b"\x05"
        self.body.append(("else", None))

    def end(self) -> None:
        """Close the innermost block."""
        if len(self._frames) == 1:
            self._fail("end", "no block is open")
        frame = self._frames.pop()
        self._finish(frame)
        if frame.kind == "if" and frame.results:
            self._fail("end", "an if that leaves a value needs an else")
        self._stack += frame.results
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
        self._exchange(op, "i" if conditional else "", "")
        self._frames[-1].closed = not conditional
        self.code += (b"\x0d" if conditional else b"\x0c") + unsigned(depth)
        self.body.append((op, depth))

    def encode(self) -> bytes:
        """The function's entry of the code section (5.5.13)."""
        if len(self._frames) != 1:
            self._fail("end", f"{len(self._frames) - 1} blocks are still open")
        self._finish(self._frames[0])
        self._stack += self.results
        runs: list[tuple[int, str]] = []
        for _, kind in self.locals[len(self.params) :]:
            if runs and runs[-1][1] == kind:
                runs[-1] = (runs[-1][0] + 1, kind)
            else:
                runs.append((1, kind))
        declared = vector([unsigned(count) + TYPE_CODES[kind] for count, kind in runs])
        body = declared + bytes(self.code) + b"\x0b"
        if len(body) > LARGEST_FUNCTION or len(self.locals) > MOST_LOCALS:
            raise ValueError(
                f"function {self.name}: {len(body):,} bytes and {len(self.locals):,} locals; "
                f"engines take at most {LARGEST_FUNCTION:,} and {MOST_LOCALS:,}. Make it smaller, "
                'or leave it to the eager engine (engine="eager"), which takes any size'
            )
        return unsigned(len(body)) + body

    def _exchange(self, op: str, takes: str, gives: str) -> None:
        """Take operands off the stack of types and put results on it."""
        stack, frame = self._stack, self._frames[-1]
        if frame.closed:
            self._fail(op, "it can never be reached")
        below = len(stack) - len(takes)
        if below < frame.floor or not stack.endswith(takes):
            found = stack[max(below, frame.floor) :]
            self._fail(op, f"it takes {takes!r}, the stack holds {found!r}")
        self._stack = stack[:below] + gives

    def _finish(self, frame: _Frame) -> None:
        left = self._stack[frame.floor :]
        if not frame.closed and left != frame.results:
            self._fail("end", f"a {frame.kind} must leave {frame.results!r}, it leaves {left!r}")
        self._stack = self._stack[: frame.floor]

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
            raise ValueError(f"{self.memory_bytes:,} bytes of memory; {LARGEST_MEMORY:,} fit")
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
