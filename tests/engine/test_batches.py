"""Mini-batches: the reference's streams, drawn a few steps at a time, whatever else is going on."""

import itertools

import pytest

from micrograd_wasm import MLP, datasets, live, rng, train, trainer
from micrograd_wasm.compiler import host
from micrograd_wasm.compiler.kernel.running import CompiledTraining
from micrograd_wasm.learning import batches
from micrograd_wasm.learning.batches import Batches
from tests.engine.test_trainer import for_each_engine

SEEDS = [(1, 2, 3), (2**64 - 3, -1, 0), 7, 0]


def shuffled_as_numpy_does(twister, count):
    """NumPy's shuffle, word by word."""
    indices = list(range(count))
    for last in range(count - 1, 0, -1):
        mask = (1 << last.bit_length()) - 1
        chosen = mask + 1
        while chosen > last:
            chosen = twister.getrandbits(32) & mask
        indices[last], indices[chosen] = indices[chosen], indices[last]
    return indices


def by_the_book(count, size, seed):
    """The batches as MicrogradEx and NumPy make them: one step after the other."""
    if isinstance(seed, int):
        twister = rng.LegacyNumpy(seed)._twister
        while True:
            yield shuffled_as_numpy_does(twister, count)[:size]
    for step in itertools.count():
        stream = rng.Exsss(batches.step_seed(seed, step))
        keys = [stream.uniform() for _ in range(count)]
        yield sorted(range(count), key=keys.__getitem__)[:size]


def drawn(source, steps, ahead):
    for _ in source.draw(steps, ahead):
        pass
    made = source.first(steps)
    source.drop(steps)
    return made


@pytest.mark.parametrize("seed", SEEDS, ids=str)
@pytest.mark.parametrize(
    ("count", "size", "steps"),
    [
        (2, 1, 150),
        (3, 2, 9),
        (12, 5, 70),
        (65, 64, 3),
        (1438, 128, 5),
        (9000, 1, 2),
        (9000, 8999, 1),
    ],
)
def test_batches_are_those_of_the_reference(seed, count, size, steps):
    expected = list(itertools.islice(by_the_book(count, size, seed), steps))
    stream = trainer.batch_indices(count, size, seed)
    assert [list(next(stream)) for _ in range(steps)] == expected
    source, made = Batches(count, size, seed), []
    for some in itertools.cycle((1, 4, 2)):
        made += drawn(source, min(some, steps - len(made)), steps - len(made))
        if len(made) == steps:
            break
    assert made == expected


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 9, 1000, 70_000])
def test_a_permutation_takes_the_words_that_numpy_takes(count):
    stream, twister = rng.LegacyNumpy(5), rng.LegacyNumpy(5)._twister
    for _ in range(2):
        assert stream.permutation(count) == shuffled_as_numpy_does(twister, count)
    assert stream.uniform() == twister.random()


@pytest.mark.parametrize("lanes", [1, 2, 64])
def test_streams_side_by_side_draw_what_each_draws_alone(lanes):
    seeds = [(k, 2**63 + k, -k) for k in range(lanes)]
    together, alone = rng.Abreast(seeds), [rng.Exsss(seed) for seed in seeds]
    for count in (3, 50):
        expected = [int(stream.uniform() * 2**53) for _ in range(count) for stream in alone]
        assert together.uniforms(count).tolist() == expected


def test_equal_keys_are_in_the_order_of_the_examples():
    keys = [5, 1, 5, 1, 2**53 - 1, 1]
    assert batches._smallest(keys, 4) == [1, 3, 5, 0]
    # Many keys beyond where the smallest are looked for.
    assert batches._smallest([2**53 - 1] * 1000, 3) == [0, 1, 2]


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_a_stream_goes_on_from_any_step(seed):
    whole = list(itertools.islice(by_the_book(12, 5, seed), 40))
    source = Batches(12, 5, seed)
    drawn(source, 3, 40)
    for _ in source.draw(7, 37):  # seven are ready
        pass
    for step in range(3, 11):
        other = Batches(12, 5, seed, step=step, state=source.state_at(step))
        assert drawn(other, 2, 40 - step) == whole[step : step + 2]


def test_what_takes_everything_draws_nothing():
    for size in (None, 12, 100):
        source = Batches(12, size, 7)
        assert not source.drawn
        assert source.state_at(0) is None
        assert [list(batch) for batch in drawn(source, 2, 5)] == [list(range(12))] * 2


@pytest.mark.skipif(not host.available(), reason="nothing here runs what is compiled")
@pytest.mark.parametrize("seed", [(1, 2, 3), 7])
def test_steps_that_a_kernel_does_not_finish_leave_the_batches_of_the_others(seed, monkeypatch):
    data, model = datasets.moons(12, seed=5), MLP(2, [4, 1], seed=1)
    how = {"steps": 20, "batch_size": 5, "seed": seed, "learning_rate": 0.1, "optimizer": "adam"}
    whole = train(model, data, engine="eager", **how)
    run = CompiledTraining.run
    asked = []

    def short(self, rates, chosen):
        asked.append(len(rates))
        return run(self, rates[:3], chosen[:3])

    monkeypatch.setattr(CompiledTraining, "run", short)
    stopping = train(model, data, engine="compiled", **how)
    assert asked == [20, 16, 12, 8, 4]
    assert stopping.fingerprint == whole.fingerprint
    assert train(stopping, steps=1).course.stream == train(whole, steps=1).course.stream


# -- drawing leaves room for others ----------------------------------------------------------------


def count_draws(monkeypatch):
    """A list that grows by the number of permutations and keys that are drawn."""
    made = []
    permutation, uniforms = rng.LegacyNumpy.permutation, rng.Abreast.uniforms

    def counted_permutation(self, count):
        made.append(count)
        return permutation(self, count)

    def counted_uniforms(self, count):
        made.append(count * self._size // 8)
        return uniforms(self, count)

    monkeypatch.setattr(rng.LegacyNumpy, "permutation", counted_permutation)
    monkeypatch.setattr(rng.Abreast, "uniforms", counted_uniforms)
    return made


@for_each_engine
@pytest.mark.parametrize("seed", [(1, 2, 3), 7])
def test_a_run_draws_a_little_between_two_looks_at_what_else_happens(engine, seed, monkeypatch):
    """2,000 steps of 1 of 10,000 points were drawn in one go, for 14 seconds."""
    data, model = datasets.moons(10_000, seed=5), MLP(2, [1], seed=1)
    made = count_draws(monkeypatch)
    chunks = trainer.in_chunks(
        model, data, steps=2000, batch_size=1, seed=seed, learning_rate=0.1, engine=engine
    )
    counts = []
    while next(chunks) < 3:
        counts.append(sum(made))
        made.clear()
    assert max(counts) <= batches.PIECE * batches.ABREAST
    chunks.close()


@for_each_engine
@pytest.mark.parametrize("seed", [(1, 2, 3), 7])
def test_a_stop_comes_after_few_draws(engine, seed, monkeypatch):
    data, model = datasets.moons(10_000, seed=5), MLP(2, [1], seed=1)
    made = count_draws(monkeypatch)
    how = {"steps": 2000, "batch_size": 1, "seed": seed, "learning_rate": 0.1, "engine": engine}
    run = train(model, data, progress=lambda *_: False, **how)
    assert run.step_count == 1
    assert sum(made) <= 10_000 * batches.ABREAST + batches.DRAWS


@for_each_engine
def test_an_interruption_while_batches_are_drawn_keeps_what_is_finished(engine):
    data, model = datasets.moons(3000, seed=5), MLP(2, [1], seed=1)
    how = {"batch_size": 1, "learning_rate": 0.1, "engine": engine}
    chunks = trainer.in_chunks(model, data, steps=5000, **how)
    before = finished = 0
    while not 0 < before == finished:  # twice the same: batches were drawn in between
        before, finished = finished, next(chunks)
    with pytest.raises(StopIteration) as end:
        chunks.throw(KeyboardInterrupt)
    run = end.value.value
    assert (run.stopped, run.step_count) == ("interrupted", finished)
    assert run.fingerprint == train(model, data, steps=finished, **how).fingerprint


def test_a_stop_before_the_first_step_is_not_forgotten():
    watched = live.Progress()
    watched.stop()
    data = datasets.moons(12, seed=5)
    assert train(MLP(2, [1], seed=1), data, progress=watched).step_count == 1
    assert train(MLP(2, [1], seed=1), data, progress=watched).step_count == 100
