"""What no memory holds is refused by name and at once; long jobs without a runtime say so."""

import math
import sys

import pytest

from micrograd_wasm import MLP, Layer, Neuron, datasets, optimizers, rng, train, trainer
from micrograd_wasm.base import memory
from micrograd_wasm.compiler import host
from tests.engine.test_trainer import ENGINES, dataset, model, small

HUGE = 10**12
CASES = {
    "n_samples": [
        lambda make=make: make(HUGE)
        for make in (
            datasets.moons,
            datasets.spiral,
            datasets.blobs,
            datasets.circles,
            datasets.xor,
        )
    ],
    "input_count": [
        lambda: Neuron(HUGE),
        lambda: Layer(HUGE, 10),
        lambda: MLP(10**30, [1]),
        lambda: MLP(HUGE, [10, 1]),
    ],
    "output_count": [lambda: Layer(2, HUGE), lambda: Layer(10**7, 10**8)],
    "output_counts": [
        lambda: MLP(2, [10**9, 10**9]),
        lambda: MLP(2, [10**6, 10**6, 1]),
        lambda: MLP(2, [10**30]),
    ],
    "steps": [
        lambda: small(steps=10**30),
        lambda: small(steps=HUGE, learning_rate=lambda _: 0.1),
        lambda: small("auto", steps=HUGE),
        lambda: train(small(), steps=HUGE),
        lambda: trainer.learning_rates(0.1, HUGE),
    ],
    "record_parameters": [
        lambda: train(MLP(20, [100, 1]), ([[0.0] * 20], [1]), steps=10**8, record_parameters=True)
    ],
    "count": [
        lambda: optimizers.adam().initial_state(HUGE),
        lambda: rng.Exsss((1, 2, 3)).permutation(HUGE),
        lambda: rng.LegacyNumpy(1).permutation(HUGE),
        lambda: trainer.batch_indices(HUGE, 1, 1),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_a_size_that_no_memory_holds_is_refused_by_name(name, monkeypatch):
    monkeypatch.setattr(memory, "most", lambda: 16 * 10**9)
    for case in CASES[name]:
        with pytest.raises(
            ValueError,
            match=rf"^{name}: expected what fits into the memory here, 16\.0 GB, got .*"
            r"which takes about .* GB$",
        ):
            case()


def test_this_machine_says_how_much_it_has(monkeypatch):
    assert memory.most() >= 2**28
    with pytest.raises(ValueError, match=r"^n_samples: .* more than a million GB$"):
        datasets.moons(10**15)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert memory.most() == memory.BROWSER
    monkeypatch.undo()
    monkeypatch.delattr("os.sysconf")
    assert memory.most() == memory.UNKNOWN


def test_what_fits_is_taken(monkeypatch):
    monkeypatch.setattr(memory, "most", lambda: 100_000)
    assert small(steps=700).step_count == 700
    with pytest.raises(ValueError, match=r"^steps: "):
        small(steps=800)
    assert len(datasets.moons(300)) == 300
    with pytest.raises(ValueError, match=r"^n_samples: "):
        datasets.moons(320)


# -- learning rates --------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [113, 10**7])
def test_the_first_wrong_rate_is_refused_without_the_others_being_asked_for(steps):
    asked = []

    def schedule(step):
        asked.append(step)
        return trainer.official_learning_rate(step)

    with pytest.raises(ValueError, match=r"^learning_rate at step 112: .* got -0\.008"):
        small(steps=steps, learning_rate=schedule)
    assert len(asked) == 113


def test_rates_are_asked_for_in_pieces():
    """Ten million of them take seconds; whoever waits is asked in between."""
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.1

    chunks = trainer.in_chunks(model(), dataset(), steps=100_000, learning_rate=schedule)
    counts = []
    while next(chunks) == 0 and len(asked) < 100_000:
        counts.append(len(asked))
        assert len(counts) < 100
    assert len(counts) > 5
    chunks = trainer.in_chunks(model(), dataset(), steps=100_000, learning_rate=schedule)
    next(chunks)
    with pytest.raises(KeyboardInterrupt):
        chunks.throw(KeyboardInterrupt)


class Column:
    """Like a table's column: an order, and labels that do not begin at 0."""

    def __init__(self, numbers):
        self._numbers = {5 + k: number for k, number in enumerate(numbers)}

    def __len__(self):
        return len(self._numbers)

    def __getitem__(self, label):
        return self._numbers[label]

    def __iter__(self):
        return iter(self._numbers.values())


def test_a_column_of_a_table_is_a_list_of_rates():
    run = small(learning_rate=Column([0.1, 0.2, 0.3, 0.4, 0.5]))
    assert [row["learning_rate"] for row in run.history] == [0.1, 0.2, 0.3, 0.4, 0.5]
    with pytest.raises(ValueError, match=r"^learning_rate at step 1: .* got nan"):
        small(learning_rate=Column([0.1, math.nan, 0.3, 0.4, 0.5]))


# -- without a runtime -----------------------------------------------------------------------------


@pytest.fixture
def no_host(monkeypatch):
    monkeypatch.setattr(host, "available", lambda: False)


def stopped_at_once(**options):
    how = {"learning_rate": 0.1, "progress": lambda *_: False, **options}
    return train(model(), dataset(), **how)


@pytest.mark.usefixtures("no_host")
def test_a_long_job_without_a_runtime_says_what_to_install():
    with pytest.warns(UserWarning, match=r"^training will take") as caught:
        run = stopped_at_once(steps=10**6)
    (warning,) = caught
    # 12 examples, 17 parameters: 469 seconds.
    assert str(warning.message).startswith("training will take about 8 minutes in the eager engine")
    assert 'pip install "micrograd-wasm[native]"' in str(warning.message)
    assert warning.filename == __file__
    assert run.options["engine"] == "eager"


@pytest.mark.usefixtures("no_host")
def test_a_short_job_and_one_that_wants_the_eager_engine_say_nothing():
    assert stopped_at_once(steps=1000).options["engine"] == "eager"
    assert stopped_at_once(steps=10**6, engine="eager").options["engine"] == "eager"


@pytest.mark.skipif(len(ENGINES) < 2, reason="nothing here runs what is compiled")
def test_with_a_runtime_nothing_is_said():
    assert stopped_at_once(steps=10**6).options["engine"] == "compiled"


@pytest.mark.usefixtures("no_host")
@pytest.mark.parametrize(
    ("steps", "about"), [(130_000, "61 seconds"), (260_000, "2 minutes"), (2 * 10**7, "3 hours")]
)
def test_the_time_is_told_in_a_unit_that_fits(steps, about):
    with pytest.warns(UserWarning, match=f"about {about} in"):
        stopped_at_once(steps=steps)


@pytest.mark.skipif(len(ENGINES) < 2, reason="nothing here runs what is compiled")
def test_a_long_job_that_cannot_be_compiled_says_why():
    def looking(score, label):
        return (1.0 - score * label) if score.data * label < 1.0 else score * 0.0

    with pytest.warns(UserWarning, match=r"^training will take") as caught:
        run = stopped_at_once(steps=10**6, loss=looking)
    (warning,) = caught
    assert "in the eager engine, as it cannot be compiled: loss: " in str(warning.message)
    assert warning.filename == __file__
    assert run.options["engine"] == "eager"
    assert stopped_at_once(steps=1000, loss=looking).options["engine"] == "eager"
