"""Compiled training at its edges: divergence, what stays with the eager engine, sizes, kernels."""

# ruff: noqa: ARG005 - a lambda here takes what it is given, used or not

import re
from array import array

import pytest

from micrograd_wasm import MLP, Neuron, Value, losses, plot_data, train, trainer
from micrograd_wasm.compiler import NoHost, host, training_kernel
from micrograd_wasm.compiler.kernel import reuse
from micrograd_wasm.compiler.kernel import running as training_module
from micrograd_wasm.compiler.kernel.running import CompiledTraining
from micrograd_wasm.compiler.refusal import CannotCompile
from micrograd_wasm.compiler.wasm import module as wasm
from micrograd_wasm.training import loops
from tests.compiler.runs import SEED, divergence, everything, job, moons, same, small
from tests.parity.recordings import bits, numbers

# ---- Divergence --------------------------------------------------------------------------------


# A score of 1e5 with a derivative of 1e310: the loss is fine, the gradient is not.
STEEP = MLP(1, [1, 1], seed=1).replace_parameters([1e-305, 0.0, 1e10, 0.0])


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": 1e200},
        {"learning_rate": [0.1, 0.1, 1e300, 0.1, 0.1, 0.1]},
        {"alpha": 1e308},
        {"dataset": ([[1e308, 1e308]] * 3, [1, -1, 1])},
        {"batch_size": 5, "learning_rate": 1e100, "seed": 3},
        {"model": MLP(2, [4, 1], seed=SEED).replace_parameters([1e200] * 17)},
        {"learning_rate": 1.7e308, "dataset": ([[100.0, 100.0]] * 2, [1, -1])},
        {"model": STEEP, "dataset": ([[1e300]], [-1]), "learning_rate": 0.1},
        {"model": STEEP, "dataset": ([[1e300]], [-1]), "learning_rate": 0.0},
    ],
)
def test_a_run_diverges_at_the_same_step_with_the_same_words(options):
    assert divergence("compiled", **options) == divergence("eager", **options)


def test_a_run_that_diverges_later_keeps_its_history(monkeypatch):
    rates = [0.1] * 4 + [1e200] * 2
    monkeypatch.setattr(training_module, "CALL_WORK", 3 * 12 * 17)  # three steps in a call
    message, step, last_loss, history = divergence("compiled", learning_rate=rates)
    assert (message, step, last_loss, history) == divergence("eager", learning_rate=rates)
    assert step >= 4
    assert len(history) == step
    assert f"training diverged at step {step}:" in message


def test_a_step_that_only_the_kernel_finds_too_large_is_taken_eagerly(monkeypatch):
    """Two neurons' shares of an input's gradient, 1e308 each, which the eager engine never adds."""
    w = 1e308 ** (1 / 3)
    model = MLP(1, [2, 1, 1], seed=1)
    model = model.replace_parameters([w, 0.0, w, 0.0, w, w, 0.0, w, 0.0])
    data = ([[1e-308]], [-1])
    taken, step = [], loops.eager_step
    monkeypatch.setattr(loops, "eager_step", lambda *a: (taken.append(1), step(*a))[1])
    options = {"alpha": 0.0, "learning_rate": 0.0, "steps": 3}
    compiled = small("compiled", model, data, **options)
    assert len(taken) == 3
    assert everything(compiled) == everything(small("eager", model, data, **options))


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_what_is_behind_the_score_is_looked_at_where_the_reverse_pass_goes_there(batch_size):
    """The gradient of an input, 1e450; every parameter's is a float64."""
    model = MLP(1, [1, 1, 1], seed=1).replace_parameters([1e150, 0.0] * 3)
    data = ([[1e-308]] * 3, [-1] * 3)
    options = {"model": model, "dataset": data, "batch_size": batch_size, "learning_rate": 0.0}
    options |= {"alpha": 0.0}
    assert "the gradient with respect to Value(1e-308" in divergence("eager", **options)[0]
    assert divergence("compiled", **options) == divergence("eager", **options)
    # Beyond the margin the eager engine, too, has nothing but zeros there.
    options["dataset"] = ([[1e-308]] * 3, [1] * 3)
    same(**options)


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_what_hangs_on_the_loss_alone_is_looked_at_for_every_example(batch_size):
    """The gradient of a constant, 1e400; the score's is 1."""
    model = Neuron(1, nonlin=False, weights=[1e100], bias=0.0)
    data = ([[1.0]] * 3, [1, -1, 1])
    options = {"model": model, "dataset": data, "batch_size": batch_size, "learning_rate": 0.0}
    options |= {"alpha": 0.0, "loss": lambda score, label: score * 1e-300 * 1e300}
    assert "the gradient with respect to Value(1e-300" in divergence("eager", **options)[0]
    assert divergence("compiled", **options) == divergence("eager", **options)


@pytest.mark.parametrize("batch_size", [1, 2, 3])
def test_a_step_taken_eagerly_keeps_the_batches_that_were_drawn_for_later(monkeypatch, batch_size):
    """One of the examples is too large for the kernel alone, as above."""
    w = 1e308 ** (1 / 3)
    model = MLP(1, [6, 1, 1], seed=1).replace_parameters([*[w, 0.0] * 6, *[w] * 6, 0.0, w, 0.0])
    data = ([[1e-308 * k] for k in range(1, 8)], [-1, 1, 1, 1, 1, 1, 1])
    taken, step = [], loops.eager_step
    monkeypatch.setattr(loops, "eager_step", lambda *a: (taken.append(1), step(*a))[1])
    options = {"alpha": 0.0, "learning_rate": 0.0, "steps": 12, "batch_size": batch_size, "seed": 5}
    compiled = small("compiled", model, data, **options)
    assert 0 < len(taken) < 12
    assert everything(compiled) == everything(small("eager", model, data, **options))


# ---- Which engine ------------------------------------------------------------------------------


def test_auto_compiles_where_there_is_a_runtime():
    assert small("auto").options["engine"] == "compiled"
    assert small("eager").options["engine"] == "eager"


def test_auto_is_eager_where_there_is_none(monkeypatch):
    monkeypatch.setattr(host, "available", lambda: False)
    assert small("auto").options["engine"] == "eager"


def test_compiled_insists_and_names_the_extra_to_install(monkeypatch):
    def no_wasmtime(self, binary):
        raise ImportError("wasmtime")

    monkeypatch.setattr(host, "available", lambda: False)
    monkeypatch.setattr(host._WasmtimeInstance, "__init__", no_wasmtime)
    with pytest.raises(NoHost, match=r'pip install "micrograd-wasm\[native\]"'):
        small("compiled")


def test_parameters_made_from_others_train_eagerly_only():
    shared = Value(0.25)
    model = Neuron(2, weights=[shared * 2.0, 0.5], bias=0.0)
    assert small("auto", model).options["engine"] == "eager"
    with pytest.raises(ValueError, match=r'made from other Values, .* only engine="eager"'):
        small("compiled", model)


def test_one_value_as_several_parameters_is_not_compiled():
    """The eager engine sums the gradients of all its places, which a kernel does not."""
    for model in (MLP(2, [4, 1], seed=1, bias=Value(0.5)), Neuron(2, weights=[Value(0.5)] * 2)):
        with pytest.raises(ValueError, match='one Value is several parameters; only engine="ea'):
            small("compiled", model)


def test_auto_trains_one_value_as_several_parameters_eagerly():
    model = MLP(2, [4, 1], seed=1, bias=Value(0.5))
    assert everything(small("auto", model)) == everything(small("eager", model))


# ---- Limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "lowered"), [("MOST_LOCALS", 20), ("LARGEST_FUNCTION", 400)])
def test_a_model_too_large_is_refused_with_the_reason_and_the_way_out(monkeypatch, limit, lowered):
    monkeypatch.setattr(wasm, limit, lowered)
    with pytest.raises(CannotCompile, match=r"function two_examples: [0-9,]+ bytes") as caught:
        small("compiled")
    way_out = rf'engines take at most .*\b{lowered}\b.*engine="eager"'
    assert re.search(way_out, str(caught.value))
    run = small("auto")
    assert run.options["engine"] == "eager"
    assert run.step_count == 6


def test_a_boundary_of_a_model_too_large_is_drawn_eagerly(monkeypatch):
    model = MLP(2, [4, 1], seed=SEED)
    expected = bits(plot_data.decision_boundary(model, moons()))
    monkeypatch.setattr(wasm, "LARGEST_FUNCTION", 100)
    assert bits(plot_data.decision_boundary(model, moons())) == expected


def test_more_memory_than_can_be_addressed_is_refused():
    model = MLP(2, [4, 1], seed=SEED)
    with pytest.raises(ValueError, match="bytes of data, parameters and records"):
        training_kernel(job(model, call_steps=20_000_000, record_parameters=True))


def test_one_program_serves_any_number_of_steps(monkeypatch):
    """So its memory is flat in steps, and another number of them builds nothing."""
    built, build = [], reuse.training_kernel
    monkeypatch.setattr(reuse, "training_kernel", lambda job: (built.append(job), build(job))[1])
    for steps in (1, 5, 6, 7, 3):
        run = small("compiled", steps=steps)
        assert everything(run) == everything(small("eager", steps=steps))
    assert len(built) == 1


# ---- Kernels without the trainer ---------------------------------------------------------------


def test_a_kernel_records_every_steps_parameters():
    model, data, steps = MLP(2, [4, 1], seed=SEED), moons(), 8
    kernel = training_kernel(job(model, record_parameters=True))
    instance = host.instantiate(kernel.module.encode())
    layout, count = kernel.layout, model.parameter_count
    instance.write(layout.xs, array("d", [x for row in data.xs for x in row]))
    instance.write(layout.ys, array("d", data.ys))
    instance.write(layout.parameters, array("d", numbers(model)))
    instance.write(layout.rates, array("d", [0.1] * steps))
    assert instance.call("train", steps) == steps
    recorded = bits(list(instance.read(layout.records, steps * count)))
    for k in range(steps):
        run = train(model, data, steps=k + 1, alpha=1e-3, learning_rate=0.1, engine="eager")
        assert recorded[k * count : (k + 1) * count] == bits(numbers(run.final_model))
    plain = training_kernel(job(model))
    assert plain.layout.records == plain.layout.batches  # no room where they are not asked for


def test_a_kernel_takes_another_strength_of_regularization_from_its_memory():
    model, data = MLP(2, [4, 1], seed=SEED), moons()
    kernel = training_kernel(job(model))
    instance, layout = host.instantiate(kernel.module.encode()), kernel.layout
    assert bits(list(instance.read(layout.alpha, 1))) == [(1e-3).hex()]
    instance.write(layout.xs, array("d", [x for row in data.xs for x in row]))
    instance.write(layout.ys, array("d", data.ys))
    instance.write(layout.rates, array("d", [0.1] * 3))
    for alpha in (0.5, -0.0, 0.0, 1e-3):
        instance.write(layout.alpha, array("d", [alpha]))
        instance.write(layout.parameters, array("d", numbers(model)))
        assert instance.call("train", 3) == 3
        run = train(model, data, steps=3, alpha=alpha, learning_rate=0.1, engine="eager")
        trained = instance.read(layout.parameters, model.parameter_count)
        assert bits(list(trained)) == bits(numbers(run.final_model))


LOSSES = {
    **losses.EXAMPLE_LOSSES,
    "squared error": lambda s, y: (s - y) ** 2,
    "squared error, as a product": lambda s, y: (s - y) * (s - y),
    "logistic": lambda s, y: (1.0 + (-y * s).exp()).log(),
    "logistic, label last": lambda s, y: ((s * -y).exp() + 1.0).log(),
    "cross entropy": lambda s, y: -((s * y).sigmoid() * 0.999 + 0.0005).log(),
    "tanh": lambda s, y: 1.0 - (s * y).tanh(),
    "squared hinge": lambda s, y: (1.0 - y * s).relu() ** 2,
    "huber-like": lambda s, y: (1.0 + (s - y) ** 2) ** 0.5 - 1.0,
    "exponential": lambda s, y: (-1.0 * y * s).exp(),
    "powers of two": lambda s, y: 2.0 ** (s * -y),
    "the score itself": lambda s, y: s,
    "the score and a label": lambda s, y: s * y,
    "score twice": lambda s, y: (s * y + s).tanh() / (s * s + 1.0),
}


@pytest.mark.parametrize("batch_size", [12, 5])
@pytest.mark.parametrize("alpha", [0.0, 1e-2])
@pytest.mark.parametrize("name", LOSSES)
def test_any_loss_of_one_example_has_the_eager_bits(name, alpha, batch_size):
    model, data, rates = MLP(2, [4, 3, 1], seed=SEED), moons(), [0.3, 0.2, 0.1, 0.05, 0.0]
    rows_ = [tuple(row) for row in data.xs]
    compiled = CompiledTraining(
        model,
        rows_,
        data.ys,
        batch_size=batch_size,
        example_loss=LOSSES[name],
        alpha=alpha,
    )
    assert compiled.call_steps >= len(rates)
    stream = trainer.batch_indices(12, batch_size, 7)
    batches = [list(next(stream)) for _ in rates]
    compiled.parameters = array("d", numbers(model))
    history = compiled.run(rates, batches)

    expected = []
    for rate, batch in zip(rates, batches, strict=True):
        xs, ys = [rows_[i] for i in batch], [data.ys[i] for i in batch]
        loss = losses.mean_loss(model, xs, ys, LOSSES[name], alpha)
        expected += [v.data for v in (loss.total_loss, loss.data_loss, loss.reg_loss)]
        expected.append(loss.accuracy)
        model = model.apply_gradients(loss.total_loss.backward(), rate)
    assert bits(list(history)) == bits(expected)
    assert bits(list(compiled.parameters)) == bits(numbers(model))


@pytest.mark.parametrize(
    ("example_loss", "bad"),
    [
        (lambda s, y: (1.0 + (-2000.0 * y * s).exp()).log(), "exp overflows"),
        (lambda s, y: (s * y).log(), "log of a negative"),
        (lambda s, y: (s * y) ** 0.5, "root of a negative"),
        (lambda s, y: (s * y * -1e308).relu(), "relu hides -inf"),
        (lambda s, y: (s * y * 1e308).tanh(), "tanh hides inf"),
        (lambda s, y: (s * 1e154) ** 2.0 * 1e-154, "the square overflows"),
    ],
)
def test_a_kernel_stops_before_a_step_that_leaves_the_real_numbers(example_loss, bad):
    model = Neuron(1, nonlin=False, weights=[1.0], bias=0.0)
    xs, ys = [(-0.5,), (2.0,)], [1.0, 1.0]

    def example_loss_defined_at_zero(s, y):
        return example_loss(s + 1e-3, y)  # a kernel is traced where every parameter is 0

    with pytest.raises(ArithmeticError):
        losses.mean_loss(model, xs, ys, example_loss_defined_at_zero, 0.0).total_loss.backward()
    compiled = CompiledTraining(
        model, xs, ys, batch_size=2, example_loss=example_loss_defined_at_zero, alpha=0.0
    )
    compiled.parameters = array("d", numbers(model))
    assert list(compiled.run([0.1, 0.1], [])) == []
    assert list(compiled.parameters) == numbers(model)  # nothing of the step was kept


def test_a_loss_that_does_not_look_at_the_score_is_refused():
    with pytest.raises(ValueError, match="example_loss: expected a loss that depends on the score"):
        training_kernel(job(MLP(2, [4, 1], seed=SEED), example_loss=lambda s, y: y * 2.0))
