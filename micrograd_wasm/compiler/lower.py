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

from collections.abc import Callable, Iterable, Sequence

from .adjoint import reachable
from .library import FUNCTIONS, Library
from .tape import CONSTANT, INPUT, Tape
from .wasm import Function

_INSTRUCTIONS = {"+": "f64.add", "-": "f64.sub", "*": "f64.mul", "/": "f64.div", "neg": "f64.neg"}
_CALLS = ("exp", "log", "tanh", "sigmoid")
SWALLOWS = ("relu", "**", "rpow", *_CALLS)

Load = Callable[[Function], None]


class Lowering:
    """One function's worth of a tape.

    Args:
        function: the function to emit into.
        tape: what to compute.
        roots: every node that the caller will ask for, once for each time it asks.
        inputs: how to put each input on the stack.
        library: the elementary functions of the module, by name.
    """

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
            if tape.ops[node] in SWALLOWS:
                self._swallowed.add(tape.args[node][0])

    def compute(self, roots: Iterable[int]) -> None:
        """Put everything that `roots` need, and that is used more than once, into locals."""
        tape, uses = self._tape, self._uses
        for node in reachable(tape, roots):
            again = uses[node] > 1 or node in self._swallowed
            if again and node not in self._locals and tape.args[node]:
                self._expression(node)
                local = self._function.local(self._name(node), "d")
                self._function.emit("local.set", local)
                self._locals[node] = local
                if node in self._swallowed:
                    self.note(node)
            elif node in self._swallowed and not tape.args[node]:
                self.note(node)

    def push(self, node: int) -> None:
        """Leave a node's number on the stack; `compute` must have seen it."""
        if node in self._locals:
            self._function.emit("local.get", self._locals[node])
        else:
            self._expression(node)

    def note(self, node: int) -> None:
        """Add x - x to the running sum that tells whether everything was a real number."""
        if node in self._noted or self._tape.ops[node] == CONSTANT:
            return
        self._noted.add(node)
        emit = self._function.emit
        if node not in self._locals and self._tape.args[node]:
            self._locals[node] = self._function.local(self._name(node), "d")
            self._expression(node)
            emit("local.set", self._locals[node])
        emit("local.get", self.bad)
        self.push(node)
        self.push(node)
        emit("f64.sub")
        emit("f64.add")
        emit("local.set", self.bad)

    @property
    def bad(self) -> int:
        """The local that holds the running sum: 0.0, or NaN."""
        if self._bad is None:
            self._bad = self._function.local("bad", "d")
        return self._bad

    def _name(self, node: int) -> str:
        return self._tape.names.get(node, "") or f"v{node}"

    def _expression(self, root: int) -> None:
        """The instructions of `root` and of all below it that has no local yet."""
        ops, args, numbers = self._tape.ops, self._tape.args, self._tape.numbers
        emit, known = self._function.emit, self._locals
        todo = [root]
        while todo:
            node = todo.pop()
            if node < 0:  # its operands are on the stack
                self._operation(~node)
                continue
            op = ops[node]
            if node in known:
                emit("local.get", known[node])
            elif op == INPUT:
                self._inputs[node](self._function)
            elif op == CONSTANT:
                emit("f64.const", numbers[node])
            else:
                if op == "relu":
                    emit("f64.const", 0.0)
                elif op == "step":
                    emit("f64.const", 1.0)
                    emit("f64.const", 0.0)
                elif op == "rpow":
                    emit("f64.const", _plain(numbers[node]))
                todo.append(~node)
                todo += reversed(args[node])

    def _operation(self, node: int) -> None:
        """The instruction of a node whose operands are on the stack."""
        function = self._function
        op = self._tape.ops[node]
        if op in _INSTRUCTIONS:
            function.emit(_INSTRUCTIONS[op])
        elif op in _CALLS:
            function.call(self._library[op])
        elif op == "**":
            function.emit("f64.const", _plain(self._tape.numbers[node]))
            function.call(self._library["pow"])
        elif op == "rpow":
            function.call(self._library["pow"])
        elif op == "relu":  # 0.0 if x < 0.0 else x
            self.push(self._tape.args[node][0])
            function.emit("f64.const", 0.0)
            function.emit("f64.lt")
            function.emit("select")
        else:  # step: 1.0 if x > 0.0 else 0.0
            function.emit("f64.const", 0.0)
            function.emit("f64.gt")
            function.emit("select")


def _plain(number: float | None) -> float:
    """An exponent or a base as a float: it is whatever kind of number the program wrote."""
    assert number is not None
    return float(number)


def needed(library: Library, tape: Tape) -> dict[str, Function]:
    """The elementary functions that a tape and its reverse pass call."""
    called = {"pow" if op in ("**", "rpow") else op for op in tape.ops}
    return {name: library.function(name) for name in FUNCTIONS if name in called}


def load_f64(function: Function, *, address: int, base: int | None = None, name: str = "") -> None:
    """Push the float64 at a fixed address, or at an offset from the i32 local `base`.

    `name` says in the module's text which number that is.
    """
    if base is None:
        if name:
            function.remark(name, 1)
        function.fetch(address)
        return
    function.emit("local.get", base)
    if name:
        function.remark(name)
    function.emit("f64.load", address)
