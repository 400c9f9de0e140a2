"""From tape to instructions.

A node that is used once is computed where it is used, on WebAssembly's operand stack; a node that
is used again goes into a local variable. Operations are those of the eager engine: + - * are one
instruction each, exp and its relatives are calls (see `python_functions`).

Infinities and NaNs are noted, not avoided. Through + - * they travel on by themselves; where an
operation could swallow one (relu of minus infinity is 0) its operand x is added to a running sum
as x - x, which is 0 for every real number and NaN otherwise. A caller that finds the sum to be NaN
throws the results away and lets the eager engine say what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..engine.operations import OPERATIONS
from .adjoint import functions_of, reachable
from .instructions import SCALAR, called, swallows
from .library import Library
from .tape import CONSTANT, INPUT, Tape
from .wasm.module import REMARK, Function, Instruction

_ZERO: Instruction = ("f64.const", 0.0)

Load = Sequence[Instruction]


class Lowering:
    """One function's worth of a tape.

    `pairs.PairLowering` is the same for two examples at once; what differs stands in `TYPE`,
    `INSTRUCTIONS` and the methods `_constant`, `_before` and `_operation`.

    Args:
        function: the function to emit into.
        tape: what to compute.
        roots: every node that the caller will ask for, once for each time it asks.
        inputs: how to put each input on the stack.
        library: the elementary functions of the module, by name.
    """

    TYPE = "d"
    INSTRUCTIONS = SCALAR

    def __init__(
        self,
        function: Function,
        tape: Tape,
        roots: Sequence[int],
        inputs: dict[int, Load],
        library: dict[str, Function],
    ) -> None:
        self._function = function
        self._tape = tape
        self._inputs = inputs
        self._library = library
        self._locals: dict[int, int] = {}
        self._bad: int | None = None
        self._noted: set[int] = set()
        self._swallowed: set[int] = set()
        self._uses = [0] * len(tape)
        for node in roots:
            self._uses[node] += 1
        for node in reachable(tape, roots):
            for arg in tape.args[node]:
                self._uses[arg] += 1
            if swallows(tape.ops[node]):
                self._swallowed.update(tape.args[node])

    def compute(self, roots: Iterable[int]) -> None:
        """Put everything that `roots` need, and that is used more than once, into locals."""
        tape, uses = self._tape, self._uses
        for node in reachable(tape, roots):
            again = uses[node] > 1 or node in self._swallowed
            if again and node not in self._locals and tape.args[node]:
                self._to_local(node)
                if node in self._swallowed:
                    self.note(node)
            elif node in self._swallowed and not tape.args[node]:
                self.note(node)

    def push(self, node: int) -> None:
        """Leave a node's number on the stack; `compute` must have seen it."""
        self._function.emit_all(self.instructions(node))

    def instructions(self, node: int) -> list[Instruction]:
        """What `push` emits."""
        if node in self._locals:
            return [("local.get", self._locals[node])]
        return self._expression(node)

    def note(self, node: int) -> None:
        """Add x - x to the running sum that tells whether everything was a real number."""
        if node in self._noted or self._tape.ops[node] == CONSTANT:
            return
        self._noted.add(node)
        if node not in self._locals and self._tape.args[node]:
            self._to_local(node)
        number, bad = self.instructions(node), self.bad
        minus, plus = (self.INSTRUCTIONS["-"], None), (self.INSTRUCTIONS["+"], None)
        self._function.emit_all(
            [("local.get", bad), *number, *number, minus, plus, ("local.set", bad)]
        )

    def _to_local(self, node: int) -> None:
        local = self._function.local(self._name(node), self.TYPE)
        self._function.emit_all([*self._expression(node), ("local.set", local)])
        self._locals[node] = local

    @property
    def bad(self) -> int:
        """The local that holds the running sum: 0.0, or NaN."""
        if self._bad is None:
            self._bad = self._function.local("bad", self.TYPE)
        return self._bad

    def _name(self, node: int) -> str:
        return self._tape.names.get(node, "") or f"v{node}"

    def _expression(self, root: int) -> list[Instruction]:
        """The instructions of `root` and of all below it that has no local yet."""
        ops, args, numbers = self._tape.ops, self._tape.args, self._tape.numbers
        known, inputs = self._locals, self._inputs
        out: list[Instruction] = []
        todo = [root]
        while todo:
            node = todo.pop()
            if node < 0:  # its operands are on the stack
                self._operation(~node, out)
                continue
            op = ops[node]
            if node in known:
                out.append(("local.get", known[node]))
            elif op == INPUT:
                out += inputs[node]
            elif op == CONSTANT:
                out += self._constant(numbers[node])
            else:
                if op not in self.INSTRUCTIONS:
                    self._before(node, out)
                todo.append(~node)
                todo += reversed(args[node])
        return out

    def _constant(self, number: float | None) -> Load:
        return (("f64.const", number),)

    def _before(self, node: int, out: list[Instruction]) -> None:
        """What an operation that is not one instruction has below its operands on the stack."""
        op = self._tape.ops[node]
        if op == "relu":
            out.append(_ZERO)
        elif op == "step":
            out += (("f64.const", 1.0), _ZERO)
        elif carries_first(op):
            out.append(("f64.const", plain(self._tape.numbers[node])))

    def _operation(self, node: int, out: list[Instruction]) -> None:
        """The instructions of a node whose operands are on the stack."""
        op = self._tape.ops[node]
        if op in self.INSTRUCTIONS:
            out.append((self.INSTRUCTIONS[op], None))
        elif op == "relu":  # 0.0 if x < 0.0 else x
            out += self._expression(self._tape.args[node][0])
            out += (_ZERO, ("f64.lt", None), ("select", None))
        elif op == "step":  # 1.0 if x > 0.0 else 0.0
            out += (_ZERO, ("f64.gt", None), ("select", None))
        else:
            number = self._tape.numbers[node]
            if number is not None and not carries_first(op):
                out.append(("f64.const", plain(number)))
            out.append(("call", self._library[called(op)]))


def plain(number: float | None) -> float:
    """An exponent or a base as a float: it is whatever kind of number the program wrote."""
    assert number is not None
    return float(number)


def carries_first(op: str) -> bool:
    """Whether the number that an operation carries is its function's first argument."""
    return op in OPERATIONS and OPERATIONS[op].number_first


def needed(library: Library, tape: Tape) -> dict[str, Function]:
    """The elementary functions that a tape and its reverse pass call."""
    names = frozenset[str]().union(*map(functions_of, set(tape.ops)))
    if not names:  # elementary.py need not be read
        return {}
    return {name: library.function(name) for name in library.definitions if name in names}


def load_f64(*, address: int, base: int | None = None, name: str = "") -> Load:
    """Push the float64 at a fixed address, or at an offset from the i32 local `base`.

    `name` says in the module's text which number that is.
    """
    where: Instruction = ("i32.const", 0) if base is None else ("local.get", base)
    load: Instruction = ("f64.load", address)
    return (where, (REMARK, name), load) if name else (where, load)
