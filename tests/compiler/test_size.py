"""What is too large to be compiled is known before it is built, and what is let through runs."""

import functools

import pytest

from micrograd_wasm import MLP, jit, losses
from micrograd_wasm.compiler import Evaluation, host, size
from micrograd_wasm.compiler.evaluation import scorer
from micrograd_wasm.compiler.kernel.program import Job, training_kernel
from micrograd_wasm.compiler.refusal import CannotCompile
from micrograd_wasm.compiler.wasm import module as wasm
from tests.compiler.runs import everything, small

pytestmark = pytest.mark.slow

LARGE = MLP(784, [128, 10], seed=1)
POINTS = [[0.01 * k for k in range(100)]]
REFUSED = r"^model: too large to be compiled: its program would need about [\d,]+ bytes of stack, "


@pytest.fixture
def nothing_is_built(monkeypatch):
    def emit(self, instructions):
        pytest.fail("an instruction was emitted")

    monkeypatch.setattr(wasm.Function, "emit_all", emit)


@pytest.fixture
def little_stack(monkeypatch):
    """An eighth of the stack that programs have: networks of a size that tests can build."""
    monkeypatch.setattr(host, "STACK", host.STACK // 8)
    monkeypatch.setattr(size, "STACK", host.STACK)
    for kept in (host._wasmtime_engine, host._wasmtime_module):
        kept.cache_clear()
    yield
    for kept in (host._wasmtime_engine, host._wasmtime_module):
        kept.cache_clear()


@pytest.mark.usefixtures("nothing_is_built")
def test_a_network_of_a_hundred_thousand_parameters_has_no_scorer():
    assert scorer(LARGE, 784, 64) is None
    with pytest.raises(CannotCompile, match=REFUSED):
        Evaluation(LARGE, 784)


@pytest.mark.usefixtures("nothing_is_built")
def test_nor_a_function_of_too_many_variables(monkeypatch):
    monkeypatch.setattr(size, "MOST_LOCALS", 99)
    compiled = jit(lambda x: functools.reduce(lambda a, _: a * a, range(100), x))
    with pytest.raises(CannotCompile, match=r"^function: too large .* 101 variables, .* 99\."):
        compiled(1.0)


@pytest.mark.usefixtures("nothing_is_built")
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_nor_a_training_program(batch):
    job = Job(LARGE, 784, losses.one_vs_rest_hinge, 0.0, batch, batch, 1, classes=10)
    with pytest.raises(CannotCompile, match=REFUSED):
        training_kernel(job)


class LetThrough(Exception):
    """Building would begin."""


def largest(build):
    """The most hidden neurons that are let through, found without building anything."""

    def emit(self, instructions):
        raise LetThrough

    low, high = 1, 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wasm.Function, "emit_all", emit)
        while high - low > 1:
            middle = (low + high) // 2
            try:
                build(middle)
            except CannotCompile:
                high = middle
            except LetThrough:
                low = middle
    assert 1 < low < 199
    return low


def network(hidden):
    return MLP(100, [hidden, 10], seed=1)


@pytest.mark.usefixtures("little_stack")
def test_the_largest_scorer_that_is_let_through_runs():
    hidden = largest(lambda count: Evaluation(network(count), 100))
    made = Evaluation(network(hidden), 100)
    assert len(made.module.encode()) > host.LONG
    assert made._in_one_call("activations", hidden + 10, POINTS) is not None
    # It is no wild guess: with a third more neurons it would not run.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(size, "STACK", 2 * host.STACK)
        made = Evaluation(network(hidden * 4 // 3), 100)
    assert made._in_one_call("activations", hidden * 4 // 3 + 10, POINTS) is None
    # Where it could not run the eager engine answers.
    assert made.scores(POINTS) == [v.data for v in network(hidden * 4 // 3)(POINTS[0])]


@pytest.mark.usefixtures("little_stack")
@pytest.mark.parametrize("batch", [1, 2])
def test_the_largest_training_program_that_is_let_through_runs(batch):
    def kernel(hidden):
        job = Job(network(hidden), 100, losses.one_vs_rest_hinge, 0.0, batch, batch, 1, classes=10)
        return training_kernel(job).module.encode()

    def finished(binary):
        return host.instantiate(binary).call("train", 1)

    hidden = largest(kernel)
    assert finished(kernel(hidden)) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(size, "STACK", 2 * host.STACK)
        binary = kernel(hidden * 4 // 3)
    with pytest.raises(CannotCompile, match="it needs more stack than wasmtime has"):
        finished(binary)


def test_auto_trains_eagerly_what_is_too_large(monkeypatch):
    monkeypatch.setattr(size, "STACK", 8000)
    with pytest.raises(CannotCompile, match=REFUSED + r'engines have 8,000\. .*engine="eager"'):
        small("compiled")
    run = small("auto")
    assert run.options["engine"] == "eager"
    assert everything(run) == everything(small("eager"))
