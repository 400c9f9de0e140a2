"""The training program: a whole run as one WebAssembly module.

One example's loss is traced and differentiated once; loops over examples and steps go around it.
A step, in the order that gives the eager engine's bits:

1. For each parameter p: add p*p to the penalty's sum; its gradient begins as alpha*p + alpha*p.
2. For each example, the last one first and two at a time (see pairs): forward, loss, reverse pass;
   every weight adds its share to its gradient. Where the scores' gradients are exactly zero (two
   examples beyond their margins) the rest of the reverse pass would add zeros, and is skipped.
3. The losses are added up, the first one first.
4. The optimizer's rule for each parameter, p - rate*gradient or another, a row of history, and on
   to the next step.

Adding 0.0 changes no number but -0.0, so step 2 may skip only while no gradient is -0.0. Gradients
can be -0.0 only if they begin so; a step that finds one computes every example in full.

A step in which anything stops being a real number is not finished: `train` returns how many were,
with parameters and slots as they were before it, and the eager engine says what went wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field

from ...engine.nn import Module as Model
from ...learning import losses, optimizers
from .. import size
from ..library import Library
from ..lower import Load, Lowering, needed
from ..wasm.module import REMARK, Function, Module
from .example import emit_example, reverse_example, trace_example
from .layout import HISTORY, Layout, lay_out
from .pairs import emit_pair
from .update import UpdateTape, trace_update


@dataclass(frozen=True)
class Job:
    """What a training program is for.

    Attributes:
        model: gives the shape of the network; its numbers do not matter for one of ours.
        input_count: numbers in a row of inputs.
        example_loss: one example's score and label to its loss; with `classes` its scores and
            targets.
        alpha: the strength of the L2 regularization; it is a number in the memory, so another can
            be written there before a call.
        example_count: rows in the data set.
        batch_size: examples in one step; fewer than all of them means mini-batches.
        call_steps: the most steps that one call of `train` has room for.
        record_parameters: keep the parameters after every step of a call.
        optimizer: how a step moves the parameters.
        classes: 0 for a model with one output and labels -1 and 1; K for one with K outputs.
        examples: some rows and labels, which a model of the user's is traced with.
    """

    model: Model
    input_count: int
    example_loss: losses.AnyLoss
    alpha: float
    example_count: int
    batch_size: int
    call_steps: int
    record_parameters: bool = False
    optimizer: optimizers.Optimizer = field(default_factory=optimizers.sgd)
    classes: int = 0
    examples: Sequence[tuple[Sequence[float], float]] = ()


@dataclass(frozen=True)
class Kernel:
    """A training program.

    Attributes:
        module: its functions; `module.encode()` gives the bytes, `to_wat(module)` the text.
        layout: where to write the data and read the results.
    """

    module: Module
    layout: Layout


def training_kernel(job: Job) -> Kernel:
    """Build the training program.

    It exports `train(steps)`, which takes that many steps (at most `job.call_steps`) and returns
    how many were finished, and "memory". Rates, batches and data are read from the memory.

    Raises:
        ValueError: a parameter is not a leaf; the optimizer's rule is not plain arithmetic; or
            (from `module.encode()`) the program is larger than engines take.
    """
    # Each parameter is fetched, and its gradient.
    size.check_parameters("model", job.model.parameter_count, loads=2)
    example = trace_example(job.model, job.input_count, job.example_loss, job.classes, job.examples)
    update = trace_update(job.optimizer)
    forward = len(example.tape)
    reverse = reverse_example(example, 1.0 / job.batch_size)
    fetched = {*range(example.parameters), *reverse.sums.values()}
    if job.batch_size == 1:  # two examples have their rows in locals
        fetched.update(range(forward))
    size.check("model", example.tape, [*reverse.first, *reverse.moved.values()], fetched)
    module = Module()
    library = Library(module, tables_at=8)
    functions = needed(library, example.tape)
    steps, batch = job.call_steps, job.batch_size
    width = max(1, job.classes)
    slots = example.parameters * len(update.slots)
    layout = lay_out(
        library.end,
        {
            "alpha": 1,
            "parameters": example.parameters,
            "gradients": example.parameters,
            "slots": slots,
            "next_slots": slots,
            "xs": job.input_count * job.example_count,
            "ys": width * job.example_count,
            "losses": batch,
            "scores": width * batch,
            "rates": steps * len(update.numbers),
            "history": len(HISTORY) * steps,
            "records": example.parameters * steps if job.record_parameters else 0,
            "batches": batch * steps if batch < job.example_count else 0,
        },
    )
    module.memory_bytes = layout.size
    module.data.append((layout.alpha, struct.pack("<d", job.alpha)))
    if batch == 1:
        run = emit_example(module, functions, reverse, layout)
    else:
        run = emit_pair(module, functions, reverse, layout, may_be_alone=batch % 2 == 1)
    _Train(module, job, layout, example.parameters, example=run, update=update).emit()
    return Kernel(module, layout)


class _Train:
    """The function `train`, part by part."""

    def __init__(
        self,
        module: Module,
        job: Job,
        layout: Layout,
        parameters: int,
        *,
        example: Function,
        update: UpdateTape,
    ) -> None:
        self._job, self._layout, self._example, self._update = job, layout, example, update
        self._parameters = parameters
        function = module.function("train", [("steps", "i")], "i", export=True)
        self._function = function
        self._emit = function.emit
        self._arrays = {at: name for name, at in asdict(layout).items() if name != "size"}
        self._arrays |= {layout.history + 8 * k: name for k, name in enumerate(HISTORY)}
        for k, name in enumerate(update.numbers[1:], 1):
            self._arrays[layout.rates + 8 * k] = name
        for k, name in enumerate(update.slots):
            self._arrays[layout.slots + 8 * parameters * k] = name
            self._arrays[layout.next_slots + 8 * parameters * k] = f"next {name}"
        integers = "step p i at dense right copy".split() + ["both"] * (job.batch_size % 2)
        self._local = {"steps": 0} | {name: function.local(name, "i") for name in integers}
        numbers = "alpha penalty data total bad".split()
        numbers += [f"number {name}" for name in update.numbers]
        numbers += ["x"] if job.classes else ["x", "y_0", "y_1"]
        self._local |= {name: function.local(name.split()[-1], "d") for name in numbers}
        if job.classes:
            integers = "targets_0 targets_1 k best".split()
            self._local |= {name: function.local(name, "i") for name in integers}

    # -- small words to write the program with ----------------------------------------------------

    def _get(self, name: str) -> None:
        self._emit("local.get", self._local[name])

    def _set(self, name: str) -> None:
        self._emit("local.set", self._local[name])

    def _tee(self, name: str) -> None:
        self._emit("local.tee", self._local[name])

    def _let(self, name: str, value: float) -> None:
        self._emit("i32.const" if isinstance(value, int) else "f64.const", value)
        self._set(name)

    def _ops(self, text: str) -> None:
        """Words separated by spaces: `$name` gets a local, `3` and `0.5` push, others are ops."""
        for word in text.split():
            if word.startswith("$"):
                self._get(word[1:])
            elif word[0].isdigit() or word[0] == "-":
                self._emit("f64.const" if "." in word else "i32.const", _number(word))
            elif "=" in word:
                op, immediate = word.split("=")
                if int(immediate) in self._arrays:
                    self._function.remark(self._arrays[int(immediate)])
                self._emit(op, int(immediate))
            else:
                self._emit(word)

    def _note(self, name: str) -> None:
        """bad += x - x: NaN from the first number on that is not real."""
        self._ops(f"${name} ${name} f64.sub $bad f64.add")
        self._set("bad")

    @contextmanager
    def _loop(self, until: str, after: str, then: str) -> Iterator[None]:
        """Unless or until `until` holds: the body, then `after` into the local `then`."""
        self._function.begin("block")
        self._function.begin("loop")
        self._ops(until)
        self._function.branch(1, conditional=True)
        yield
        self._ops(after)
        self._set(then)
        self._function.branch(0)
        self._function.end()
        self._function.end()

    def _each(self, count: int) -> AbstractContextManager[None]:
        """p = 0, 8, 16, ...: the offset of each of `count` float64s."""
        self._let("p", 0)
        return self._loop(f"$p {8 * count} i32.ge_s", "$p 8 i32.add", "p")

    # -- the program ------------------------------------------------------------------------------

    def emit(self) -> None:
        self._ops(f"0 f64.load={self._layout.alpha}")
        self._set("alpha")
        with self._loop("$step $steps i32.ge_s", "$step 1 i32.add", "step"):
            for name in ("penalty", "data", "bad"):
                self._let(name, 0.0)
            self._let("dense", 0)
            self._let("right", 0)
            self._start_gradients()
            self._let("i", self._job.batch_size - 1)
            self._all_examples()
            self._add_losses()
            self._move_parameters()
            self._ops("$bad 0.0 f64.ne")
            self._function.branch(1, conditional=True)  # not finished: out of the loop
            self._keep_parameters()
            self._write_history()
        self._get("step")

    def _start_gradients(self) -> None:
        """The penalty, and what it adds to each gradient."""
        with self._each(self._parameters):
            self._ops(f"$p f64.load={self._layout.parameters}")
            self._tee("x")
            self._ops("$x f64.mul $penalty f64.add")
            self._set("penalty")
            self._ops("$p $alpha $x f64.mul")
            self._tee("x")
            self._ops("$x f64.add")
            self._tee("x")
            self._ops(f"f64.store={self._layout.gradients}")
            self._ops(f"$x i64.reinterpret_f64 i64.const={-(1 << 63)} i64.eq $dense i32.or")
            self._set("dense")  # one of them is -0.0

    def _all_examples(self) -> None:
        """The last one first, two at a time.

        Of an odd number the last one is alone: the one before it is computed beside it, and again
        with the one before that.
        """
        batch = self._job.batch_size
        if batch == 1:
            self._examples(1)
            return
        if batch % 2:
            self._let("both", 0)
            self._examples(2, counted=1)
            self._let("both", 1)
            self._ops("$i 1 i32.sub")
            self._set("i")
        with self._loop("0 $i i32.gt_s", "$i 2 i32.sub", "i"):
            self._examples(2)

    def _examples(self, run: int, counted: int | None = None) -> None:
        """Run example i, and i - 1 where two are run; count those on their labels' side."""
        job, layout = self._job, self._layout
        label = "targets" if job.classes else "y"
        for k in range(run):
            self._ops(f"$i {k} i32.sub" if k else "$i")
            if job.batch_size < job.example_count:
                self._ops(f"$step {job.batch_size} i32.mul i32.add 2 i32.shl")
                self._ops(f"i32.load={layout.batches}")
            self._set("at")
            if job.classes:
                self._ops(f"$at {8 * job.classes} i32.mul {layout.ys} i32.add")
            else:
                self._ops(f"$at 3 i32.shl f64.load={layout.ys}")
            self._set(f"{label}_{k}")
            self._ops(f"$at {8 * job.input_count} i32.mul {layout.xs} i32.add")
        for k in range(run):
            self._get(f"{label}_{k}")
        self._ops("$i 3 i32.shl $dense")
        if run == 2 and job.batch_size % 2:
            self._get("both")
        self._function.call(self._example)
        self._ops("$bad f64.add")
        self._set("bad")
        for k in range(counted or run):
            if job.classes:
                self._compare_classes(k)
            else:
                at = layout.scores - 8 * k
                self._ops(f"$y_{k} 0.0 f64.gt $i 3 i32.shl f64.load={at}")
                self._ops("0.0 f64.gt i32.eq $right i32.add")
                self._set("right")

    def _compare_classes(self, k: int) -> None:
        """Example i - k: the highest score, of several the first; right if it is the label's."""
        width, layout = 8 * self._job.classes, self._layout
        self._ops(f"$i {k} i32.sub {width} i32.mul" if k else f"$i {width} i32.mul")
        self._set("at")
        self._let("best", 0)
        self._let("k", 8)
        with self._loop(f"$k {width} i32.ge_s", "$k 8 i32.add", "k"):
            self._ops("$k $best")
            self._ops(f"$at $k i32.add f64.load={layout.scores}")
            self._ops(f"$at $best i32.add f64.load={layout.scores} f64.gt select")
            self._set("best")
        self._ops(f"$targets_{k} $best i32.add f64.load=0 0.0 f64.gt $right i32.add")
        self._set("right")

    def _add_losses(self) -> None:
        batch = self._job.batch_size
        with self._each(batch):
            self._ops(f"$data $p f64.load={self._layout.losses} f64.add")
            self._set("data")
        self._get("data")
        self._emit("f64.const", 1.0 / batch)
        self._emit("f64.mul")
        self._set("data")
        self._ops("$penalty $alpha f64.mul")
        self._set("penalty")
        self._ops("$data $penalty f64.add")
        self._set("total")
        self._note("total")

    def _move_parameters(self) -> None:
        """A new parameter goes where its gradient was, until the whole step is known to be good.

        New slots have a place of their own until then.
        """
        layout, update, count = self._layout, self._update, len(self._update.numbers)
        for k, name in enumerate(update.numbers):
            self._ops("$step 3 i32.shl" if count == 1 else f"$step {8 * count} i32.mul")
            self._ops(f"f64.load={layout.rates + 8 * k}")
            self._set(f"number {name}")
        width = 8 * self._parameters
        inputs: dict[int, Load] = {
            0: self._load(layout.parameters),
            1: self._load(layout.gradients),
        }
        for k, name in enumerate(update.numbers):
            local = self._local[f"number {name}"]
            inputs[2 + k] = [("local.get", local)]
        for k in range(len(update.slots)):
            inputs[2 + count + k] = self._load(layout.slots + width * k)
        roots = [*update.moved, *update.looked_at]
        lowering = Lowering(self._function, update.tape, roots, inputs, {})
        with self._each(self._parameters):
            lowering.compute(roots)
            for node in update.looked_at:
                lowering.push(node)
                self._set("x")
                self._note("x")
            # The parameter comes last: what it overwrites, the gradient, the slots may look at.
            places = [
                layout.gradients,
                *(layout.next_slots + width * k for k in range(len(update.slots))),
            ]
            for node, to in [*zip(update.moved, places, strict=True)][::-1]:
                self._get("p")
                lowering.push(node)
                self._tee("x")
                self._ops(f"f64.store={to}")
                self._note("x")

    def _load(self, address: int) -> Load:
        """Push number p of the array at an address."""
        remark = (REMARK, self._arrays[address])
        return [("local.get", self._local["p"]), remark, ("f64.load", address)]

    def _keep_parameters(self) -> None:
        layout = self._layout
        if self._job.record_parameters:
            self._ops(f"$step {8 * self._parameters} i32.mul")
            self._set("copy")
        with self._each(self._parameters):
            self._ops(f"$p $p f64.load={layout.gradients} f64.store={layout.parameters}")
            if self._job.record_parameters:
                self._ops(f"$copy $p i32.add $p f64.load={layout.gradients}")
                self._ops(f"f64.store={layout.records}")
        if self._update.slots:
            with self._each(self._parameters * len(self._update.slots)):
                self._ops(f"$p $p f64.load={layout.next_slots} f64.store={layout.slots}")

    def _write_history(self) -> None:
        row = len(HISTORY) * 8
        accuracy = f"$right f64.convert_i32_s {float(self._job.batch_size)!r} f64.div"
        for k, value in enumerate(("$total", "$data", "$penalty", accuracy)):
            self._ops(f"$step {row} i32.mul {value} f64.store={self._layout.history + 8 * k}")


def _number(word: str) -> float:
    return float(word) if "." in word else int(word)
