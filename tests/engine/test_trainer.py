"""Training: schedules, progress, early ends, divergence, and what is refused before the first step.

Every promise about a run holds for both engines; tests/parity compares the numbers.
"""

import copy
import hashlib
import json
import math
import pickle
import re
import struct

import pytest

from micrograd_wasm import (
    MLP,
    Layer,
    Neuron,
    Run,
    TrainingDiverged,
    datasets,
    losses,
    train,
    trainer,
)
from micrograd_wasm.compiler import host

ENGINES = ("eager", "compiled") if host.available() else ("eager",)
SEED = (1, 2, 3)
FIELDS = ["loss", "data_loss", "reg_loss", "accuracy", "learning_rate"]

for_each_engine = pytest.mark.parametrize("engine", ENGINES)


def model():
    return MLP(2, [4, 1], seed=SEED)


def dataset():
    return datasets.moons(12, noise=0.05, seed=SEED)


def small(engine="eager", **options):
    return train(
        model(), dataset(), **{"steps": 5, "learning_rate": 0.1, "engine": engine, **options}
    )


def numbers(trained):
    return [parameter.data for parameter in trained.parameters()]


# -- what a run is ---------------------------------------------------------------------------------


@for_each_engine
def test_a_run_is_loss_backward_and_a_new_model_again_and_again(engine):
    """The loop that the notebook shows, written out."""
    data, current, rows = dataset(), model(), []
    for step in range(5):
        loss = losses.max_margin(current, data.xs, data.ys)
        rate = 0.1 - 0.01 * step
        parts = (loss.total_loss, loss.data_loss, loss.reg_loss)
        rows.append([step, *(part.data for part in parts), loss.accuracy, rate])
        current = current.apply_gradients(loss.total_loss.backward(), rate)
    run = small(engine, learning_rate=lambda k: 0.1 - 0.01 * k)
    assert [list(row.values()) for row in run.history] == rows
    assert [list(row) for row in run.history] == [["step", *FIELDS]] * 5
    assert numbers(run.final_model) == numbers(current)
    assert run.final_loss == rows[-1][1]
    assert run.final_accuracy == rows[-1][4]


@for_each_engine
def test_training_changes_neither_model_nor_dataset(engine):
    net, data = model(), dataset()
    values, before = net.parameters(), numbers(net)
    kept = (data.xs, data.ys, dict(data.metadata))
    run = train(net, data, steps=3, engine=engine)
    assert net.parameters() == values
    assert numbers(net) == before
    assert (data.xs, data.ys, dict(data.metadata)) == kept
    assert run.initial_model is net
    assert numbers(run.final_model) != before


@for_each_engine
def test_the_same_arguments_give_the_same_run(engine):
    assert small(engine).fingerprint == small(engine).fingerprint
    assert small(engine).fingerprint != small(engine, alpha=0.01).fingerprint


@for_each_engine
def test_the_fingerprint_is_the_hash_that_its_definition_says(engine):
    run = small(engine, log_every=3)
    rows = small(engine).history  # every step, also those that log_every leaves out
    packed = b"".join(struct.pack("<d", row[name]) for row in rows for name in FIELDS)
    for number in numbers(run.final_model):
        packed += struct.pack("<d", 0.0 if number == 0.0 else number)
    assert run.fingerprint == hashlib.sha256(packed).hexdigest()


@for_each_engine
def test_a_negative_zero_has_the_fingerprint_of_zero(engine):
    def trained(zero):
        start = Neuron(1, nonlin=False, weights=[zero], bias=zero)
        return train(start, ([[0.0]], [-1]), steps=1, learning_rate=0.0, engine=engine)

    assert math.copysign(1.0, trained(-0.0).final_model.bias.data) == -1.0
    assert trained(-0.0).fingerprint == trained(0.0).fingerprint


@for_each_engine
def test_the_fingerprint_notices_one_bit(engine):
    start = model()
    nudged = numbers(start)
    nudged[3] = math.nextafter(nudged[3], 2.0)
    options = {"steps": 1, "engine": engine}
    one = train(start, dataset(), **options)
    other = train(start.replace_parameters(nudged), dataset(), **options)
    assert one.fingerprint != other.fingerprint


def test_a_run_is_read_only():
    run = small()
    for name in ("history", "final_model", "final_loss", "fingerprint", "options", "anything"):
        with pytest.raises(AttributeError):
            setattr(run, name, None)
    run.options["steps"] = 99
    assert run.options["steps"] == 5


def test_the_rows_of_a_run_are_read_only_and_their_copies_are_not():
    run = small()
    row = run.history[0]
    kept = dict(row)
    ways = [
        lambda: row.__setitem__("loss", 1.0),
        lambda: row.__delitem__("loss"),
        lambda: row.__ior__({"loss": 1.0}),
        lambda: row.update(loss=1.0),
        lambda: row.setdefault("more", 1.0),
        lambda: row.pop("loss"),
        row.popitem,
        row.clear,
    ]
    for way in ways:
        with pytest.raises(TypeError, match="read-only"):
            way()
    assert run.history[0] == kept
    assert run.final_loss == run.history[-1]["loss"]
    assert json.loads(json.dumps(run.history)) == list(run.history)
    assert copy.deepcopy(row) == copy.copy(row) == pickle.loads(pickle.dumps(row)) == kept
    changed = dict(row)
    changed["loss"] = 1.0
    with pytest.raises(TrainingDiverged) as caught:
        small(learning_rate=[0.1, 0.1, 1e200, 0.1, 0.1])
    with pytest.raises(TypeError, match="read-only"):
        caught.value.history[0]["loss"] = 1.0


def test_repr_is_one_short_line():
    assert repr(small()).startswith("Run(5 steps, final_loss=")
    assert len(repr(small())) < 120


@for_each_engine
def test_the_options_say_what_was_asked_and_which_engine_ran(engine):
    assert small(engine, batch_size=4, log_every=2).options == {
        "steps": 5,
        "alpha": 1e-4,
        "batch_size": 4,
        "seed": (1337, 1337, 1337),
        "log_every": 2,
        "loss": "max_margin",
        "optimizer": "sgd",
        "engine": engine,
    }


def test_auto_says_which_engine_it_took():
    assert small("auto").options["engine"] == ENGINES[-1]


@for_each_engine
@pytest.mark.parametrize("start", [Neuron(2, nonlin=False, seed=SEED), Layer(2, 1, seed=SEED)])
def test_a_neuron_or_a_layer_can_be_trained_too(engine, start):
    run = train(start, dataset(), steps=10, learning_rate=0.5, engine=engine)
    assert type(run.final_model) is type(start)
    assert run.final_loss < run.history[0]["loss"]


@for_each_engine
def test_a_pair_of_rows_and_labels_is_a_dataset_too(engine):
    data = dataset()
    pair = ([list(row) for row in data.xs], [int(y) for y in data.ys])
    options = {"steps": 3, "engine": engine}
    assert train(model(), pair, **options).fingerprint == (
        train(model(), data, **options).fingerprint
    )


def test_the_defaults_are_the_official_run():
    run = train(model(), dataset())
    assert [row["step"] for row in run.history] == list(range(100))
    assert run.history[50]["learning_rate"] == trainer.official_learning_rate(50) == 0.55
    assert (run.options["alpha"], run.options["batch_size"]) == (1e-4, None)


# -- learning rates --------------------------------------------------------------------------------


@for_each_engine
def test_a_schedule_is_a_number_a_function_or_a_list(engine):
    expected = [0.25] * 5
    for schedule in (0.25, lambda _: 0.25, [0.25] * 5, (0.25,) * 7):
        run = small(engine, learning_rate=schedule)
        assert [row["learning_rate"] for row in run.history] == expected
        assert run.fingerprint == small(engine, learning_rate=0.25).fingerprint


def test_a_function_is_asked_once_for_each_step_in_order():
    asked = []

    def schedule(step):
        asked.append(step)
        return 1 / (step + 1)

    run = small(learning_rate=schedule)
    assert asked == [0, 1, 2, 3, 4]
    assert [row["learning_rate"] for row in run.history] == [1.0, 0.5, 1 / 3, 0.25, 0.2]


def test_a_rate_of_zero_changes_nothing():
    run = small(learning_rate=0)
    assert numbers(run.final_model) == numbers(run.initial_model)


class Watched(Neuron):
    """A neuron that counts how often it is asked."""

    __slots__ = ()
    calls = 0

    def __call__(self, inputs):
        Watched.calls += 1
        return super().__call__(inputs)


def refused_before_the_first_step(match, **options):
    def progress(*_):
        pytest.fail("a step was taken")

    Watched.calls = 0
    with pytest.raises((TypeError, ValueError), match=match):
        train(
            Watched(2, seed=SEED), dataset(), **{"engine": "eager", "progress": progress, **options}
        )
    assert Watched.calls == 0


def test_the_official_schedule_is_refused_at_113_steps_before_the_first():
    refused_before_the_first_step(
        r"^learning_rate at step 112: expected a finite number, 0 or more, got -0\.008", steps=113
    )
    assert train(model(), dataset(), steps=112).history[-1]["step"] == 111


@pytest.mark.parametrize("rate", [-1e-300, math.nan, math.inf, "0.1", None, True])
def test_a_rate_that_is_no_rate_is_refused_with_its_step_before_the_first(rate):
    match = "^learning_rate at step 4: expected a finite number, 0 or more, got "
    refused_before_the_first_step(match, steps=6, learning_rate=[1, 1, 1, 1, rate, 1])
    refused_before_the_first_step(match, steps=6, learning_rate=lambda k: rate if k == 4 else 0.1)


def test_a_list_that_is_too_short_is_refused():
    refused_before_the_first_step(
        "^learning_rate: expected a number for each of 5 steps", steps=5, learning_rate=[0.1] * 4
    )


@pytest.mark.parametrize("schedule", ["fast", None, {0: 1.0}, True])
def test_a_schedule_of_another_kind_is_refused(schedule):
    refused_before_the_first_step("^learning_rate: expected", learning_rate=schedule)


# -- progress --------------------------------------------------------------------------------------


@for_each_engine
def test_progress_is_shown_every_step_and_its_row(engine):
    shown = []
    run = small(engine, progress=lambda step, row: shown.append((step, row)), log_every=4)
    assert [step for step, _ in shown] == [0, 1, 2, 3, 4]
    assert tuple(row for _, row in shown) == small(engine).history
    assert [row["step"] for row in run.history] == [0, 4]
    assert run.stopped is None


@for_each_engine
def test_writing_on_a_row_in_progress_does_not_change_the_run(engine):
    run = small(engine, progress=lambda _, row: row.clear())
    assert run.fingerprint == small(engine).fingerprint
    assert run.history == small(engine).history


@for_each_engine
@pytest.mark.parametrize("last", [0, 2, 4])
def test_progress_that_returns_false_ends_the_run_there(engine, last):
    run = small(engine, progress=lambda step, _: step != last)
    assert isinstance(run, Run)
    whole = small(engine, steps=last + 1)
    assert run.fingerprint == whole.fingerprint
    assert run.history == whole.history
    assert run.stopped == ("progress" if last < 4 else None)


@for_each_engine
@pytest.mark.parametrize("answer", [None, True, 0, "", 1])
def test_only_false_itself_ends_a_run(engine, answer):
    assert len(small(engine, progress=lambda *_: answer).history) == 5


@for_each_engine
def test_an_error_in_progress_is_the_callers(engine):
    def progress(step, _):
        if step == 2:
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        small(engine, progress=progress)


@for_each_engine
def test_an_interruption_gives_back_the_finished_steps(engine):
    def progress(step, _):
        if step == 2:
            raise KeyboardInterrupt

    run = small(engine, progress=progress)
    assert run.stopped == "interrupted"
    finished = len(run.history)
    # A compiled run may be ahead of what it has shown; nothing that was shown is lost.
    assert finished >= 3
    whole = small(engine, steps=finished)
    assert run.history == whole.history
    assert numbers(run.final_model) == numbers(whole.final_model)


def test_an_interruption_before_the_first_step_is_ended_goes_through():
    calls = []

    class Interrupted(Neuron):
        __slots__ = ()

        def __call__(self, inputs):
            calls.append(inputs)
            if len(calls) == 5:  # in the middle of step 0
                raise KeyboardInterrupt
            return super().__call__(inputs)

    with pytest.raises(KeyboardInterrupt):
        train(Interrupted(2, seed=SEED), dataset(), engine="eager")


@for_each_engine
@pytest.mark.parametrize(
    ("log_every", "steps"), [(1, [0, 1, 2, 3, 4]), (2, [0, 2, 4]), (3, [0, 3, 4]), (9, [0, 4])]
)
def test_log_every_keeps_every_so_many_steps_and_the_last(engine, log_every, steps):
    run = small(engine, log_every=log_every)
    assert [row["step"] for row in run.history] == steps
    assert run.fingerprint == small(engine).fingerprint


# -- divergence ------------------------------------------------------------------------------------


@for_each_engine
def test_a_run_that_diverges_says_where_and_what_was_finished(engine):
    with pytest.raises(TrainingDiverged) as caught:
        small(engine, learning_rate=[0.1, 0.1, 1e200, 0.1, 0.1])
    error, whole = caught.value, small(engine, steps=3, learning_rate=[0.1, 0.1, 1e200])
    assert isinstance(error, ArithmeticError)
    assert error.step == 3
    assert error.history == whole.history
    assert error.last_loss == whole.final_loss
    assert "training diverged at step 3" in str(error)
    assert repr(whole.final_loss) in str(error)
    assert "a smaller learning_rate" in str(error)


@for_each_engine
def test_divergence_at_the_first_step_has_no_history(engine):
    start = Neuron(1, nonlin=False, weights=[10.0])
    with pytest.raises(TrainingDiverged, match=r"at step 0: .*; no step was finished") as caught:
        train(start, ([[1e308]], [1]), steps=2, engine=engine)
    assert (caught.value.step, caught.value.history, caught.value.last_loss) == (0, (), None)


@for_each_engine
def test_progress_has_seen_every_step_before_a_divergence(engine):
    shown = []
    with pytest.raises(TrainingDiverged) as caught:
        small(
            engine,
            learning_rate=[0.1, 1e200, 0.1, 0.1, 0.1],
            progress=lambda step, _: shown.append(step),
        )
    assert shown == list(range(caught.value.step))


# -- batches and seeds -----------------------------------------------------------------------------


@for_each_engine
@pytest.mark.parametrize("seed", [SEED, 5])
def test_batches_follow_their_seed(engine, seed):
    run = small(engine, batch_size=3, seed=seed)
    assert run.fingerprint == small(engine, batch_size=3, seed=seed).fingerprint
    assert run.fingerprint != small(engine, batch_size=3, seed=(9, 9, 9)).fingerprint
    assert all(row["accuracy"] in (0.0, 1 / 3, 2 / 3, 1.0) for row in run.history)


@for_each_engine
def test_a_fresh_seed_is_noted_so_that_the_run_can_be_had_again(engine):
    run, other = (small(engine, batch_size=3, seed=None) for _ in range(2))
    assert run.options["seed"] != other.options["seed"]
    assert len(run.options["seed"]) == 3
    again = small(engine, batch_size=3, seed=run.options["seed"])
    assert again.fingerprint == run.fingerprint


@for_each_engine
def test_a_batch_of_everything_is_no_batch(engine):
    whole = small(engine)
    assert small(engine, batch_size=12, seed=5).fingerprint == whole.fingerprint
    assert small(engine, batch_size=100, seed=5).fingerprint == whole.fingerprint


# -- refusals --------------------------------------------------------------------------------------

REFUSED = {
    "steps: expected a positive integer, got 0": {"steps": 0},
    "steps: expected a positive integer, got 1.5": {"steps": 1.5},
    "steps: expected a positive integer, got True": {"steps": True},
    "alpha: expected a non-negative number, got -1": {"alpha": -1},
    "batch_size: expected None or a positive integer, got 0": {"batch_size": 0},
    "seed: expected": {"seed": "x"},
    "log_every: expected a positive integer, got 0": {"log_every": 0},
    "loss: expected": {"loss": "no such loss"},
    "loss: expected a function of (score, label) that returns a Value, got 0.25": {
        "loss": lambda *_: 0.25
    },
    "loss: expected a function of (score, label) that returns a Value; calling it: ": {
        "loss": lambda score: score
    },
    'optimizer: expected "sgd" or "momentum" or "adam" or an Optimizer, got': {"optimizer": "rms"},
    "record_parameters: expected True or False, got 1": {"record_parameters": 1},
    'loss: expected "max_margin"': {"loss": None},
    'engine: expected "auto" or "eager"': {"engine": "gpu"},
    "engine: expected": {"engine": None},
    "progress: expected None or a function of (step, row), got 5": {"progress": 5},
}


@pytest.mark.parametrize("message", REFUSED)
def test_a_wrong_option_is_refused_before_the_first_step(message):
    refused_before_the_first_step("^" + re.escape(message), **REFUSED[message])


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError, match="learnin_rate"):
        train(model(), dataset(), learnin_rate=0.1)
    with pytest.raises(TypeError):
        train(model(), dataset(), 100)  # options are given by name


@pytest.mark.parametrize("thing", [None, 5, print, [Neuron(2)]])
def test_only_a_network_can_be_trained(thing):
    with pytest.raises(TypeError, match=r"^model: expected an MLP, Layer or Neuron, got"):
        train(thing, dataset())


@pytest.mark.parametrize("thing", [None, [1, 2], [[1.0, 2.0]], (1,), "moons"])
def test_only_a_dataset_or_a_pair_can_be_trained_on(thing):
    with pytest.raises(TypeError, match=r"^dataset: expected a Dataset or a pair \(xs, ys\), got"):
        train(model(), thing)


@for_each_engine
@pytest.mark.parametrize(
    ("start", "examples"),
    [
        (MLP(3, [1], seed=1), ([[1.0, 2.0]], [1])),
        (MLP(2, [2], seed=1), ([[1.0, 2.0]], [1])),
        (MLP(2, [1], seed=1), ([[1.0, 2.0], [1.0]], [1, 1])),
        (MLP(2, [1], seed=1), ([[1.0, 2.0]], [3])),
        (MLP(2, [1], seed=1), ([], [])),
    ],
    ids=["width", "two outputs", "a short row", "label", "no example"],
)
def test_data_that_does_not_fit_the_model_is_refused(engine, start, examples):
    with pytest.raises(ValueError, match="expected"):
        train(start, examples, steps=2, engine=engine, progress=lambda *_: pytest.fail("a step"))


@pytest.mark.parametrize(("step", "rate"), [(0, 1.0), (50, 0.55), (100, 0.09999999999999998)])
def test_the_official_learning_rate_falls_from_one_to_a_tenth(step, rate):
    assert trainer.official_learning_rate(step) == rate == 1.0 - 0.9 * step / 100


@pytest.mark.parametrize("step", [-1, 1.0, "1", True, None])
def test_the_official_learning_rate_wants_a_step(step):
    with pytest.raises(
        (TypeError, ValueError), match=r"^step: expected an integer, 0 or more, got"
    ):
        trainer.official_learning_rate(step)
