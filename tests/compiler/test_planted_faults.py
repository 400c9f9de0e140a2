"""Controls: liberties that optimizers take, planted in the compiler, show in the run's bits.

If one of these tests fails, the comparisons of the other files compare nothing.
"""

import pytest

from micrograd_wasm import MLP, datasets, jit, train
from micrograd_wasm.compiler import adjoint, lower
from micrograd_wasm.compiler.kernel import example, pairs
from micrograd_wasm.compiler.kernel import program as kernel
from micrograd_wasm.compiler.library import Library
from micrograd_wasm.compiler.tape import Tape

SEED = (1337, 1337, 1337)


@pytest.fixture(scope="module")
def official():
    """The first steps of the official run: a function of the engine."""
    model, dataset = MLP(2, [16, 16, 1], seed=SEED), datasets.moons(100, noise=0.1, seed=SEED)

    def losses(engine):
        run = train(model, dataset, steps=3, engine=engine)
        return run.fingerprint, [row["loss"] for row in run.history]

    return losses


def assert_it_shows(official):
    """The run still works, and only its last bits say that something is wrong."""
    right, wrong = official("eager"), official("compiled")
    assert wrong[1] == pytest.approx(right[1], rel=1e-9, abs=0.0)
    assert wrong[0] != right[0]


def test_without_a_fault_there_is_nothing_to_see(official):
    assert official("compiled") == official("eager")


def test_gradients_summed_from_right_to_left(official, monkeypatch):
    traced = []

    def reachable(tape, outputs):
        traced[:] = [tape, *outputs]
        return lower.reachable(tape, outputs)

    def other_order(nodes):
        """A depth-first post-order that visits parents right to left, reversed."""
        tape, output = traced
        order, seen, todo = [], set(), [(output, False)]
        while todo:
            node, done = todo.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                todo.append((node, True))
                todo += [(parent, False) for parent in tape.args[node]]
        assert set(order) == set(nodes)
        return order[::-1]

    monkeypatch.setattr(adjoint, "reachable", reachable)
    monkeypatch.setattr(adjoint, "reversed", other_order, raising=False)
    assert_it_shows(official)
    # The smallest such sum: (1 + 1e16) - 1e16 is 0, the other way round it is 1.
    assert jit(lambda x: (x * -1e16 + x * 1e16) + x * 1.0).value_and_gradients(1.0)[1] == (1.0,)


def test_a_sum_reassociated(official, monkeypatch):
    record = example.record

    def reassociated(*arguments, **named):
        """(a + b) + c becomes a + (b + c)."""
        tape, place = record(*arguments, **named)
        twin, moved = Tape(), {}
        for node, (op, args, number) in enumerate(
            zip(tape.ops, tape.args, tape.numbers, strict=True)
        ):
            left = args[0] if args else node
            if op == "+" and tape.ops[left] == "+":
                a, b = tape.args[left]
                rest = twin.add("+", moved[b], moved[args[1]])
                moved[node] = twin.add("+", moved[a], rest)
            else:
                moved[node] = twin.add(op, *(moved[arg] for arg in args), number=number)
        return twin, {value: moved[node] for value, node in place.items()}

    monkeypatch.setattr(example, "record", reassociated)
    assert_it_shows(official)


def test_a_product_and_a_sum_fused(official, monkeypatch):
    """a + b*c with the product's low half added in: one rounding where there should be two."""
    needed = kernel.needed

    def with_fused(library: Library, tape):
        two_product = library.function("two_product")
        fused = library.make("fused", [("a", "d"), ("b", "d"), ("c", "d")], "d")
        low = fused.local("low", "d")
        fused.emit("local.get", 1)
        fused.emit("local.get", 2)
        fused.call(two_product)
        fused.emit("local.set", low)
        fused.emit("local.get", 0)
        fused.emit("f64.add")
        fused.emit("local.get", low)
        fused.emit("f64.add")
        return needed(library, tape) | {"fused": fused}

    class Contracting(pairs.PairLowering):
        def __init__(self, function, tape, *args):
            tape = tape.copy()
            for node, op in enumerate(tape.ops):
                if op == "+" and tape.ops[tape.args[node][1]] == "*":
                    left, product = tape.args[node]
                    tape.ops[node], tape.args[node] = "fused", (left, *tape.args[product])
            super().__init__(function, tape, *args)

        def _operation(self, node, out):
            if self._tape.ops[node] != "fused":
                super()._operation(node, out)
                return
            operands = [self._function.local(name, "v") for name in "abc"]
            out += [("local.set", local) for local in reversed(operands)]
            for lane in (0, 1):
                for local in operands:
                    out += [("local.get", local), ("f64x2.extract_lane", lane)]
                out.append(("call", self._library["fused"]))
                out.append(("f64x2.replace_lane", 1) if lane else ("f64x2.splat", None))

    monkeypatch.setattr(kernel, "needed", with_fused)
    monkeypatch.setattr(pairs, "PairLowering", Contracting)
    assert_it_shows(official)


def test_examples_summed_from_first_to_last(official, monkeypatch):
    """The examples' shares of a gradient are added from the last example to the first."""
    examples = kernel._Train._examples

    def turned(self, run):
        for part in (lambda: examples(self, run), lambda: None):
            self._ops(f"{self._job.batch_size} $i i32.sub")  # pairs from the other end, and back
            self._set("i")
            part()

    monkeypatch.setattr(kernel._Train, "_examples", turned)
    assert_it_shows(official)


def test_the_earlier_of_two_examples_added_first(official, monkeypatch):
    monkeypatch.setattr(pairs, "_LANES", (1, 0))
    assert_it_shows(official)
