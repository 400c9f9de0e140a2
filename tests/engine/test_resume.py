"""A run that goes on is, to the last bit, one that never stopped: in memory, and from a file."""

import copy
import json
import pickle

import pytest

from micrograd_wasm import MLP, Layer, Neuron, Run, datasets, live, losses, optimizers, train
from tests.engine.test_trainer import ENGINES, dataset, for_each_engine, model, numbers

SEED = (1, 2, 3)


def rmsprop(p, gradient, rate, mean):
    mean = 0.9 * mean + 0.1 * (gradient * gradient)
    return p - rate * gradient / (optimizers.sqrt(mean) + 1e-8), mean


OPTIMIZERS = {
    "sgd": "sgd",
    "momentum": optimizers.momentum(beta=0.5),
    "adam": "adam",
    "own": optimizers.Optimizer("rmsprop", rmsprop, slots=("mean",)),
}
STEPS, PARTS = 12, (1, 4, 2, 5)


def trained(engine="eager", **options):
    how = {"steps": STEPS, "learning_rate": lambda k: 0.05 / (k + 1), "engine": engine, **options}
    return train(model(), dataset(), **how)


def saved(run, path):
    run.save(path)
    return Run.load(path)


def same(run, other):
    assert run.fingerprint == other.fingerprint
    assert run.history == other.history
    assert run.options == other.options
    assert numbers(run.initial_model) == numbers(other.initial_model)
    assert run.stopped == other.stopped
    assert repr(run.final_model) == repr(other.final_model)
    assert run.course.state == other.course.state
    assert run.course.stream == other.course.stream
    assert (run.records is None) == (other.records is None)
    if run.records is not None:
        assert list(run.records) == list(other.records)


# -- every optimizer, batch size, seed and engine --------------------------------------------------


@for_each_engine
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 1, 5, 11, 12])
@pytest.mark.parametrize("seed", [SEED, 7])
def test_a_run_in_parts_is_the_run_in_one_go(engine, optimizer, batch_size, seed):
    how = {"batch_size": batch_size, "seed": seed, "optimizer": OPTIMIZERS[optimizer]}
    whole = trained(engine, **how)
    run = trained(engine, steps=PARTS[0], **how)
    for more in PARTS[1:]:
        before = (run.fingerprint, run.options, run.step_count)
        run, stopped = train(run, steps=more), run
        assert (stopped.fingerprint, stopped.options, stopped.step_count) == before
    same(run, whole)


@for_each_engine
@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "own"])
@pytest.mark.parametrize(("batch_size", "seed"), [(None, SEED), (5, SEED), (5, 7)])
def test_a_run_from_a_file_goes_on_too(engine, optimizer, batch_size, seed, tmp_path):
    how = {"batch_size": batch_size, "seed": seed, "optimizer": OPTIMIZERS[optimizer]}
    how |= {"record_parameters": True, "learning_rate": 0.05, "log_every": 5}
    part = trained(engine, steps=7, **how)
    read = saved(part, tmp_path / "run.json")
    same(read, part)
    same(train(read, steps=5), trained(engine, **how))


@pytest.mark.skipif(len(ENGINES) < 2, reason="nothing here runs what is compiled")
@pytest.mark.parametrize("batch_size", [None, 5])
def test_one_engine_goes_on_where_the_other_stopped(batch_size):
    how = {"batch_size": batch_size, "seed": 7, "optimizer": "adam"}
    whole = trained(**how)
    for first, second in (("eager", "compiled"), ("compiled", "eager")):
        run = train(trained(first, steps=5, **how), steps=7, engine=second)
        assert run.fingerprint == whole.fingerprint
        assert run.options["engine"] == second


@for_each_engine
@pytest.mark.parametrize("seed", [SEED, 7])
@pytest.mark.parametrize("last", [0, 4, 10])
def test_a_run_that_was_stopped_ends_where_it_was_to_end(engine, seed, last):
    how = {"batch_size": 5, "seed": seed, "optimizer": "adam", "record_parameters": True}
    run = trained(engine, progress=lambda step, _: step != last, **how)
    assert (run.stopped, run.step_count) == ("progress", last + 1)
    same(train(run), trained(engine, **how))


@for_each_engine
def test_an_interrupted_run_goes_on(engine):
    def progress(step, _):
        if step == 3:
            raise KeyboardInterrupt

    run = trained(engine, batch_size=5, seed=7, progress=progress)
    assert run.stopped == "interrupted"
    if run.step_count < STEPS:  # the kernel may have been ahead
        run = train(run)
    assert run.fingerprint == trained(engine, batch_size=5, seed=7).fingerprint


@for_each_engine
def test_several_classes_go_on_too(engine, tmp_path):
    training, _ = datasets.digits(held_out=0.98)
    how = {"loss": "one_vs_rest_margin", "optimizer": "adam", "learning_rate": 0.01}
    how |= {"batch_size": 8, "seed": 1337, "engine": engine}
    start = MLP(64, [4, 10], seed=1)
    part = train(start, training, steps=2, **how)
    whole = train(start, training, steps=5, **how)
    same(train(saved(part, tmp_path / "run.json"), steps=3), whole)


@for_each_engine
def test_what_is_shown_goes_on_with_the_steps(engine):
    part, shown, started = trained(engine, steps=5), [], []

    class Watched:
        def __call__(self, step, row):
            shown.append((step, row))

        def on_start(self, steps):
            started.append(steps)

    train(part, steps=7, progress=Watched())
    whole = trained(engine)
    assert started == [12]
    assert [step for step, _ in shown] == list(range(5, 12))
    assert [row for _, row in shown] == list(whole.history[5:])


@pytest.mark.parametrize(
    "travel", [copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))]
)
def test_a_copy_goes_on_too(travel):
    run = trained(steps=5, batch_size=5, seed=7, optimizer="adam", learning_rate=0.05)
    whole = trained(batch_size=5, seed=7, optimizer="adam", learning_rate=0.05)
    same(travel(run), run)
    same(train(travel(run), steps=7), whole)


# -- what may change, and what may not -------------------------------------------------------------


def test_the_learning_rate_may_be_another_one():
    run = trained(steps=5, learning_rate=[0.05] * 5)
    with pytest.raises(ValueError, match=r"^learning_rate: expected a number for each of 7 steps"):
        train(run, steps=2)
    rates = [0.05] * 5 + [0.01] * 2
    assert train(run, steps=2, learning_rate=rates).fingerprint == (
        trained(steps=7, learning_rate=rates).fingerprint
    )


def test_a_list_of_rates_is_the_one_that_was_given():
    rates = [0.05] * 9
    run = trained(steps=5, learning_rate=rates)
    rates[6] = 50.0
    assert [row["learning_rate"] for row in train(run, steps=4).history] == [0.05] * 9


def test_the_rows_that_are_kept_may_be_other_ones():
    run = train(trained(steps=5), steps=5, log_every=4)
    assert [row["step"] for row in run.history] == [0, 4, 8, 9]
    assert run.fingerprint == trained(steps=10).fingerprint


GIVEN = {
    "alpha": 0.1,
    "batch_size": 3,
    "seed": 8,
    "loss": "logistic",
    "optimizer": "adam",
}


@pytest.mark.parametrize("name", GIVEN)
def test_another_option_is_refused_and_the_same_is_taken(name):
    own = {"alpha": 1e-4, "batch_size": 5, "seed": 7, "loss": "max_margin", "optimizer": "sgd"}
    run = trained(steps=5, **own)
    with pytest.raises(ValueError, match=rf"^{name}: a run goes on with its own, .*final_model"):
        train(run, steps=1, **{name: GIVEN[name]})
    with pytest.raises(ValueError, match=rf"^{name}: a run goes on with its own"):
        # What is the default elsewhere is another one here.
        train(trained(steps=5, **{**own, name: GIVEN[name]}), steps=1, **{name: own[name]})
    assert train(run, steps=7, **own).fingerprint == trained(**own).fingerprint


def test_other_examples_are_refused():
    with pytest.raises(ValueError, match=r"^dataset: expected None, a run goes on with its own"):
        train(trained(steps=5), dataset(), steps=1)
    with pytest.raises(TypeError, match=r"^dataset: expected a Dataset or a pair \(xs, ys\), got"):
        train(model())


def test_parameters_that_were_not_kept_are_refused():
    with pytest.raises(ValueError, match=r"^record_parameters: the run has not kept"):
        train(trained(steps=5), steps=1, record_parameters=True)
    run = train(trained(steps=5, record_parameters=True), steps=2, record_parameters=False)
    assert run.records is None


def test_a_finished_run_wants_to_know_how_many_more():
    with pytest.raises(ValueError, match=r"^steps: expected how many more, all 5 of the run"):
        train(trained(steps=5))
    for steps in (0, -1, 1.5):
        with pytest.raises((TypeError, ValueError), match=r"^steps: expected a positive integer"):
            train(trained(steps=5), steps=steps)


# -- functions of the user's -----------------------------------------------------------------------


def squared_hinge(score, label):
    return (1.0 - label * score).relu() ** 2


OWN = {
    "learning_rate": lambda step: 0.05 / (step + 1),
    "loss": squared_hinge,
    "optimizer": OPTIMIZERS["own"],
}


@pytest.mark.parametrize("name", OWN)
def test_a_function_is_given_again_to_a_run_from_a_file(name, tmp_path):
    how = {"learning_rate": 0.05, name: OWN[name]}
    part, whole = trained(steps=5, **how), trained(**how)
    read = saved(part, tmp_path / "run.json")
    same(read, part)
    called = {"learning_rate": "<lambda>", "loss": "squared_hinge", "optimizer": "rmsprop"}[name]
    with pytest.raises(
        ValueError, match=rf"^{name}: .* train\(run, {name}=\.\.\.\), got .{called}"
    ):
        train(read, steps=7)
    same(train(read, steps=7, **{name: OWN[name]}), whole)
    # A file of a file keeps what is known.
    same(saved(read, tmp_path / "again.json"), part)


def test_of_a_function_the_name_has_to_be_the_same(tmp_path):
    read = saved(trained(steps=5, loss=squared_hinge), tmp_path / "run.json")
    for other in ("max_margin", losses.hinge):
        with pytest.raises(ValueError, match=r"^loss: a run goes on with its own, 'squared_hinge'"):
            train(read, steps=1, loss=other, learning_rate=0.05)


def test_a_pickled_run_leaves_only_what_cannot_be_pickled():
    run = pickle.loads(pickle.dumps(trained(steps=5, loss=squared_hinge)))
    with pytest.raises(ValueError, match=r"^learning_rate: expected to be given again"):
        train(run, steps=7)
    again = train(run, steps=7, learning_rate=OWN["learning_rate"])
    assert again.fingerprint == trained(loss=squared_hinge).fingerprint


def test_a_loss_named_like_one_of_ours_is_not_taken_for_it(tmp_path):
    def one_vs_rest_margin(score, label):
        return (score - label) ** 2

    assert trained(loss=one_vs_rest_margin).final_loss == pytest.approx(
        trained(loss="mse").final_loss
    )
    one_vs_rest_margin.__name__ = "max_margin"
    run = trained(steps=5, loss=one_vs_rest_margin)
    with pytest.raises(ValueError, match=r"^loss: a run goes on with its own"):
        train(run, steps=1, loss="max_margin")
    read = saved(run, tmp_path / "run.json")
    with pytest.raises(ValueError, match=r"^loss: expected to be given again"):
        train(read, steps=1, learning_rate=0.05)


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        (("fingerprint",), "0" * 64, "fingerprint"),
        (("history", 2, 0), 0.5, "fingerprint"),
        (("final_parameters", 3), 0.5, "fingerprint"),
        (("examples", "ys", 0), 7.0, "SHA-256"),
        (("state", "slots", 0, 1), 0.5, "SHA-256"),
        (("options", "alpha"), 0.5, "SHA-256"),
        (("initial_model", "parameters", 0), 0.5, "SHA-256"),
        (("sha256",), None, "SHA-256"),
        (("version",), 2, "another version"),
        (("format",), "micrograd_wasm model", "micrograd_wasm model"),
        (("history",), [], "history"),
        (("history", 0), [1.0], "history"),
        (("history",), 5, "not iterable"),
    ],
    ids=str,
)
def test_a_file_that_was_changed_is_refused(path, value, match, tmp_path):
    file = tmp_path / "run.json"
    trained(steps=5, optimizer="adam").save(file)
    content = json.loads(file.read_text())
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file.write_text(json.dumps(content))
    with pytest.raises(
        ValueError, match=rf"^path: expected a file that Run\.save wrote, .*{match}"
    ):
        Run.load(file)


@pytest.mark.parametrize(
    "text", ["", "{", "5", "[]", "null", '{"format": 5}', "[" * 100_000, "NaN"]
)
def test_what_is_no_run_is_refused(text, tmp_path):
    file = tmp_path / "run.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"^path: expected a file that Run\.save wrote, got "):
        Run.load(file)
    with pytest.raises(ValueError, match=r"^path: expected a file that save wrote, got "):
        MLP.load(file)


def test_a_path_is_a_name(tmp_path):
    run = trained(steps=1)
    for wrong in (None, 1, b"run.json", run):
        for use in (run.save, Run.load, run.final_model.save, MLP.load):
            with pytest.raises(TypeError, match=r"^path: expected the name of a file, got"):
                use(wrong)
    with pytest.raises(FileNotFoundError):
        Run.load(tmp_path / "nothing.json")


def test_a_model_of_a_class_of_yours_is_refused_before_anything_is_written(tmp_path):
    class Mine(MLP):
        __slots__ = ()

    run = train(Mine(2, [2, 1], seed=1), dataset(), steps=1)
    for use in (run.save, run.final_model.save):
        with pytest.raises(
            TypeError, match=r": expected an MLP, Layer or Neuron, which a file can"
        ):
            use(tmp_path / "mine.json")
    assert list(tmp_path.iterdir()) == []
    assert train(run, steps=1, learning_rate=0.1).step_count == 2


MODELS = [
    MLP(2, [4, 3, 1], activation=["tanh", "relu"], seed=1),
    MLP(3, [2], seed=1),
    MLP(0, [2, 2], seed=1),
    Layer(2, 3, activation="tanh", seed=1),
    Layer(2, 3, nonlin=False, seed=1),
    Neuron(3, seed=1),
    Neuron(2, nonlin=False, weights=[-0.0, 5e-324], bias=1.7976931348623157e308),
]


@pytest.mark.parametrize("made", MODELS, ids=repr)
def test_a_model_comes_back_from_its_file_in_every_bit(made, tmp_path):
    file = tmp_path / "model.json"
    made.save(file)
    read = type(made).load(file)
    assert repr(read) == repr(made)
    assert [x.hex() for x in numbers(read)] == [x.hex() for x in numbers(made)]
    assert all(p.label == "" for p in read.parameters())
    others = {MLP, Layer, Neuron} - {type(made)}
    for other in others:
        with pytest.raises(ValueError, match=rf"^path: expected a saved {other.__name__}, got"):
            other.load(file)
    content = json.loads(file.read_text())
    content["model"]["parameters"][0] = 0.5
    file.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="SHA-256"):
        type(made).load(file)


def test_labels_are_kept(tmp_path):
    made = Neuron(2, seed=1)
    named = made._rebuilt(iter([made.weights[0].with_label("w"), made.weights[1], made.bias]))
    named.save(tmp_path / "model.json")
    assert [p.label for p in Neuron.load(tmp_path / "model.json").parameters()] == ["w", "", ""]


def test_a_seed_and_labels_come_back_as_they_were(tmp_path):
    read = saved(trained(steps=2, batch_size=5, seed=(2**70, -1, 0)), tmp_path / "run.json")
    assert read.options["seed"] == (2**70, -1, 0)


def test_live_training_goes_on(capsys):
    import asyncio

    run = asyncio.run(live.train(trained(steps=5), steps=7))
    assert run.fingerprint == trained().fingerprint
