"""Whole modules as others see them: text and bytes are the same, and every engine takes them."""

import base64
import json
import math
import random

from micrograd_wasm import MLP, Value, jit, losses
from micrograd_wasm.compiler import Evaluation, Job, to_wat, training_kernel
from micrograd_wasm.compiler.wasm.module import Module
from tests.compiler import node
from tests.compiler.programs import program


def modules():
    """A handful of modules and their texts: of every builder, with odd names and numbers."""
    model = MLP(2, [16, 16, 1], seed=1)
    job = Job(model, 2, losses.hinge, 1e-4, 100, 100, call_steps=10)
    batched = Job(model, 2, losses.hinge, 0.0, 100, 16, call_steps=10, record_parameters=True)
    logistic = Job(model, 2, lambda s, y: (1.0 + (-y * s).exp()).log(), -0.0, 9, 9, call_steps=1)
    kernels = [training_kernel(one).module for one in (job, batched, logistic)]
    evaluation = Evaluation(MLP(3, [4, 2], seed=1), 3).module
    made = [(module.encode(), to_wat(module)) for module in (*kernels, evaluation)]

    def odd(α, é):  # noqa: PLC2401 - odd
        square = (α * é).with_label('a label; "quoted" (and more)')
        return (square + square * 1e300 - -0.0).relu() * 5e-324 + 0.1

    functions = [
        (odd, 2),
        (lambda: Value(-0.0) * 1e-300, 0),
        (lambda a: [a, a**2, a * 1e-5], 1),
        (lambda x: x**1.5 + x.log() + x.exp() + x.tanh() + x.sigmoid() + 2.0**x, 1),
        *(
            (drawn, drawn.inputs)
            for seed in range(40)
            for drawn, _ in [program(random.Random(seed))]
        ),
    ]
    for function, arity in functions:
        compiled = jit(function, arity=arity)
        try:
            made.append((compiled.wasm, compiled.wat()))
        except ArithmeticError:  # a program that is not defined where it is traced
            continue
    everything = Module(memory_bytes=8)
    f = everything.function("everything", [("n", "i")], "d", export=True)
    for number in (math.inf, -math.inf, math.nan, 1e-7, 1.5e300, -0.0, 123456789.0):
        f.emit("f64.const", number)
        f.emit("drop")
    for number in (0, -1, 2**31 - 1, -(2**31)):
        f.emit("i32.const", number)
        f.emit("drop")
    for number in (2**63 - 1, -(2**63)):
        f.emit("i64.const", number)
        f.emit("drop")
    f.emit("local.get", 0)
    f.begin("if", "d")
    f.emit("f64.const", 1.0)
    f.otherwise()
    f.begin("block")
    f.begin("loop")
    f.branch(1)
    f.end()
    f.end()
    f.emit("f64.const", 2.0)
    f.end()
    everything.data.append((0, bytes(range(8))))
    return [*made, (everything.encode(), to_wat(everything))]


def test_the_text_assembles_to_the_bytes_and_every_engine_takes_them(tmp_path):
    made = modules()
    assert len(made) >= 35
    file = tmp_path / "modules.json"
    entries = [{"wasm": base64.b64encode(wasm_).decode(), "wat": wat} for wasm_, wat in made]
    file.write_text(json.dumps(entries))
    answers = node.run("check_modules.mjs", str(file), needs="wabt")
    assert all(answer["valid"] for answer in answers)
    different = [
        wat
        for (wasm_, wat), answer in zip(made, answers, strict=True)
        if base64.b64decode(answer["assembled"]) != wasm_
    ]
    assert different == []


def test_the_text_of_a_kernel_has_the_networks_names():
    module = training_kernel(Job(MLP(2, [3, 1], seed=1), 2, losses.hinge, 0.0, 9, 9, 1)).module
    text = to_wat(module)
    for name in ("$sum_0_2", "$relu_0_1", "$score", "$loss", "$train", "$two_examples"):
        assert name in text
