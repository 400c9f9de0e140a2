"""Two examples at once: the same tape, in vectors of two.

WebAssembly's vectors hold two float64s, and an operation on vectors is the scalar one done to each
lane, rounded by itself. So one example in each lane keeps every bit: both go through the network
side by side, a weight is loaded once for both, and half as many instructions are run. Only a
gradient's sum is taken lane by lane, the later example first, as the eager engine's order wants it.
"""

from __future__ import annotations

from ..instructions import SCALAR, VECTOR, called
from ..lower import Load, Lowering, carries_first, plain
from ..tape import INPUT
from ..wasm.module import REMARK, Function, Instruction, Module
from .example import Reverse
from .layout import Layout

_SPLAT: Instruction = ("f64x2.splat", None)
_ZEROS: Load = (("f64.const", 0.0), _SPLAT)
_LANES = (0, 1)


class PairLowering(Lowering):
    """From tape to instructions on vectors."""

    TYPE = "v"
    INSTRUCTIONS = VECTOR

    def _constant(self, number: float | None) -> Load:
        return (("f64.const", number), _SPLAT)

    def _before(self, node: int, out: list[Instruction]) -> None:
        if self._tape.ops[node] == "step":
            out += self._constant(1.0)

    def _operation(self, node: int, out: list[Instruction]) -> None:
        op = self._tape.ops[node]
        if op in self.INSTRUCTIONS:
            out.append((self.INSTRUCTIONS[op], None))
        elif op == "relu":  # where x < 0.0 all of its bits are cleared, which leaves 0.0
            out += self._expression(self._tape.args[node][0])
            out += (*_ZEROS, ("f64x2.lt", None), ("v128.andnot", None))
        elif op == "step":  # 1.0 keeps its bits where x > 0.0
            out += (*_ZEROS, ("f64x2.gt", None), ("v128.and", None))
        else:
            self._lane_by_lane(node, out)

    def _lane_by_lane(self, node: int, out: list[Instruction]) -> None:
        """A function, or what there is no instruction on vectors for."""
        op, number = self._tape.ops[node], self._tape.numbers[node]
        carried: Load = () if number is None else (("f64.const", plain(number)),)
        before, behind = (carried, ()) if carries_first(op) else ((), carried)
        operands = [self._scratch_of(k) for k in range(len(self._tape.args[node]))]
        done: Instruction = (
            (SCALAR[op], None) if op in SCALAR else ("call", self._library[called(op)])
        )
        out += [("local.set", local) for local in reversed(operands)]
        for lane in _LANES:
            out += before
            for local in operands:
                out += (("local.get", local), ("f64x2.extract_lane", lane))
            out += (*behind, done, ("f64x2.replace_lane", 1) if lane else _SPLAT)

    @property
    def scratch(self) -> int:
        """A local that holds a vector while its lanes are looked at one by one."""
        return self._scratch_of(0)

    def _scratch_of(self, operand: int) -> int:
        while len(self._scratch) <= operand:
            self._scratch = (*self._scratch, self._function.local("pair", "v"))
        return self._scratch[operand]

    _scratch: tuple[int, ...] = ()


def emit_pair(
    module: Module,
    library: dict[str, Function],
    reverse: Reverse,
    layout: Layout,
    *,
    may_be_alone: bool,
) -> Function:
    """The function of two examples: what `emit_example` does for the first, then the second.

    Args:
        may_be_alone: add the parameter "both". Where it is 0 the second example adds -0.0 to each
            gradient, which changes none.

    Returns:
        A function of both rows' addresses, both labels (targets' addresses), where to store the
        first one's loss (the second one's goes 8 bytes before it), and whether to go the whole way
        back even if every share is zero.
    """
    example, tape = reverse.example, reverse.example.tape
    label = ("targets", "i") if example.classes else ("y", "d")
    params = [("row", "i"), ("row", "i"), label, label, ("at", "i"), ("dense", "i")]
    alone: Load = ()
    if may_be_alone:
        params.append(("both", "i"))
        alone = (("f64.const", -0.0), ("local.get", 6), ("select", None))
    function = module.function("two_examples", params, "d")
    emit, emit_all = function.emit, function.emit_all

    parameters, inputs = example.parameters, example.inputs
    loads: dict[int, Load] = {}
    for i in range(parameters):
        remark = (REMARK, tape.names.get(i, ""))
        at = layout.parameters + 8 * i
        loads[i] = (("i32.const", 0), remark, ("v128.load64_splat", at))
    rows = [(0, 1, 8 * k, f"x_{k}") for k in range(inputs)]
    rows += [(2, 3, 8 * k, f"y_{k}") for k in range(example.classes)]
    for k, (one, other, offset, name) in enumerate(rows):  # each is needed often: into a local
        local = function.local(name, "v")
        emit_all((("local.get", one), ("f64.load", offset), _SPLAT))
        emit_all((("local.get", other), ("f64.load", offset), ("f64x2.replace_lane", 1)))
        emit("local.set", local)
        loads[parameters + k] = (("local.get", local),)
    if not example.classes:
        second: Load = (("local.get", 3), ("f64x2.replace_lane", 1))
        loads[parameters + inputs] = (("local.get", 2), _SPLAT, *second)

    first, scores = reverse.first, example.scores
    shares = {i: _shares(reverse, i) for i in reverse.moved}
    behind = [*(share for of_one in shares.values() for share in of_one), *reverse.late]
    several = [share for of_one in shares.values() if len(of_one) > 1 for share in of_one]
    roots = [*first, *first, *behind, *several, *reverse.late]
    lowering = PairLowering(function, tape, roots, loads, library)
    lowering.compute(first)
    for lane in _LANES:
        emit("local.get", 4)
        lowering.push(example.loss)
        emit("f64x2.extract_lane", lane)
        emit("f64.store", layout.losses - 8 * lane)
    for k, score in enumerate(scores):
        for lane in _LANES:
            emit("local.get", 4)
            if example.classes:
                emit("i32.const", example.classes)
                emit("i32.mul")
            lowering.push(score)
            emit("f64x2.extract_lane", lane)
            emit("f64.store", layout.scores + 8 * k - 8 * len(scores) * lane)
    for node in reverse.noted:
        lowering.note(node)
    for d_score in reverse.d_scores:
        lowering.push(d_score)
        emit_all((*_ZEROS, ("f64x2.ne", None), ("v128.any_true", None)))
    emit("local.get", 5)
    for _ in reverse.d_scores:
        emit("i32.or")
    function.begin("if")
    lowering.compute(behind)
    for i, of_one in shares.items():
        name, at = f"d_{tape.names.get(i, '')}", layout.gradients + 8 * i
        emit_all((("i32.const", 0), ("i32.const", 0), (REMARK, name), ("f64.load", at)))
        for lane in _LANES:
            for share in of_one:
                if len(of_one) > 1:
                    lowering.push(share)
                elif lane == _LANES[0]:
                    emit_all((*lowering.instructions(share), ("local.tee", lowering.scratch)))
                else:
                    emit("local.get", lowering.scratch)
                emit("f64x2.extract_lane", lane)
                emit_all((*(alone if lane else ()), ("f64.add", None)))
        emit_all(((REMARK, name), ("f64.store", at)))
    for node in reverse.late:
        lowering.note(node)
    function.end()
    for lane in _LANES:
        emit("local.get", lowering.bad)
        emit("f64x2.extract_lane", lane)
    emit("f64.add")
    return function


def _shares(reverse: Reverse, parameter: int) -> list[int]:
    """What one example adds to a parameter's gradient, in the order in which it is added."""
    tape, shares = reverse.example.tape, []
    node = reverse.moved[parameter]
    while tape.ops[node] != INPUT:  # (sum so far + first share) + second share ...
        node, share = tape.args[node]
        shares.append(share)
    return shares[::-1]
