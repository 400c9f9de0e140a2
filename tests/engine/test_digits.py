"""The handwritten digits: what is bundled, how it is divided, and that it can be learned."""

import hashlib
import re
import zlib
from importlib import resources

import pytest

from micrograd_wasm import MLP, datasets, losses, optimizers, plot_data, predictions, train

# The UCI test set's own counts of the digits 0 to 9.
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
PIXELS = {k / 16 for k in range(17)}


def everything():
    return datasets.digits(held_out=0)[0]


# -- the data --------------------------------------------------------------------------------------


def test_the_bundled_bytes_are_those_that_the_readme_says():
    folder = resources.files("micrograd_wasm.learning").joinpath("data")
    packed, readme = folder.joinpath("digits.zlib").read_bytes(), folder.joinpath("README.md")
    raw = zlib.decompress(packed)
    assert len(raw) == 1797 * 65 == 116_805
    assert hashlib.sha256(raw).hexdigest() in readme.read_text()
    for words in ("CC BY 4.0", "10.24432/C50P49", "Alpaydin", "116,805"):
        assert words in readme.read_text()
    assert len(packed) < 60_000


def test_there_are_1797_images_of_64_pixels_and_as_many_of_each_digit_as_the_source_says():
    digits = everything()
    assert len(digits) == 1797
    assert {len(row) for row in digits.xs} == {64}
    assert {x for row in digits.xs for x in row} == PIXELS
    assert [digits.ys.count(k) for k in range(10)] == COUNTS
    assert all(type(label) is int for label in digits.ys)
    assert digits.classes == 10


def test_the_first_image_of_the_source_is_a_zero():
    """As scikit-learn's `load_digits().images[0]` shows it."""
    rows = """
        0  0  5 13  9  1  0  0
        0  0 13 15 10 15  5  0
        0  3 15  2  0 11  8  0
        0  4 12  0  0  8  8  0
        0  5  8  0  0  9  8  0
        0  4 11  0  1 12  7  0
        0  2 14  5 10 12  0  0
        0  0  6 13 10  0  0  0
    """
    image = tuple(int(word) / 16 for word in rows.split())
    digits = everything()
    assert digits.ys[digits.xs.index(image)] == 0


@pytest.mark.parametrize("seed", [(1, 2, 3), 7])
def test_the_two_parts_are_all_of_the_images(seed):
    training, held_out = datasets.digits(held_out=0.2, seed=seed)
    assert (len(training), len(held_out)) == (1438, 359)
    both = [*zip(training.xs + held_out.xs, training.ys + held_out.ys, strict=True)]
    assert sorted(both) == sorted(zip(everything().xs, everything().ys, strict=True))
    # They are mixed: each digit is about as frequent here as there.
    assert all(22 <= held_out.ys.count(k) <= 50 for k in range(10))


def test_a_seed_says_which_images_are_held_out():
    assert datasets.digits() == datasets.digits(held_out=0.2, seed=(1337, 1337, 1337))
    assert datasets.digits(seed=7)[1].xs == datasets.digits(seed=7)[1].xs
    assert datasets.digits(seed=7)[1].xs != datasets.digits(seed=8)[1].xs
    fresh = datasets.digits(seed=None)
    assert datasets.digits(seed=fresh[0].metadata["seed"]) == fresh


def test_metadata_says_what_each_part_is():
    training, held_out = datasets.digits(held_out=0.1, seed=5)
    common = {"name": "digits", "held_out": 0.1, "seed": 5, "classes": 10}
    assert training.metadata == common | {"n_samples": 1618, "part": "training"}
    assert held_out.metadata == common | {"n_samples": 179, "part": "held out"}
    assert len(repr(training)) < 140


WRONG = {
    "held_out: expected a number from 0 to below 1, got 1": {"held_out": 1},
    "held_out: expected a number from 0 to below 1, got -0.1": {"held_out": -0.1},
    "held_out: expected a number from 0 to below 1, got '0.2'": {"held_out": "0.2"},
    "held_out: expected a number from 0 to below 1, got True": {"held_out": True},
    "seed: expected None, an integer >= 0, or three integers": {"seed": 1.5},
}


@pytest.mark.parametrize("message", WRONG)
def test_what_does_not_fit_is_refused(message):
    with pytest.raises((TypeError, ValueError), match="^" + re.escape(message)):
        datasets.digits(**WRONG[message])


# -- two classes here, ten there -------------------------------------------------------------------


def few(count=12):
    digits = everything()
    return datasets.Dataset(digits.xs[:count], digits.ys[:count], {"classes": 10})


@pytest.mark.parametrize("engine", ["eager", "compiled"])
@pytest.mark.parametrize("loss", [*losses.EXAMPLE_LOSSES, lambda s, y: (s - y) ** 2])
def test_losses_of_two_classes_refuse_digits_and_name_the_one_that_takes_them(loss, engine):
    match = (
        r'^dataset: expected labels -1 and 1 for loss=.*classes 0 to 9; loss="one_vs_rest_margin"'
    )
    for outputs in (1, 10):
        with pytest.raises(ValueError, match=match):
            train(MLP(64, [outputs], seed=1), few(), loss=loss, engine=engine)


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_the_loss_of_several_classes_refuses_two_classes_and_other_models(engine):
    def refused(match, model, data):
        with pytest.raises(ValueError, match=match):
            train(model, data, loss="one_vs_rest_margin", engine=engine)

    moons = datasets.moons(10)
    refused(
        "^model: expected two outputs or more, a score for each class, got 1", MLP(2, [1]), moons
    )
    refused(r"^ys\[\d\]: expected a class, an integer from 0 to 1, got -1.0", MLP(2, [2]), moons)
    refused("^model: expected 10 outputs, a score for each class, got 9", MLP(64, [9]), few())
    refused("^inputs: expected 2 of them, got 64", MLP(2, [10]), few())


def test_digits_are_no_points_of_the_plane():
    for call in (lambda: few().points, lambda: plot_data.dataset_points(few())):
        with pytest.raises(
            ValueError, match=r"^dataset: expected points of the plane, two numbers"
        ):
            call()


# -- learning --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned():
    """The setting that the documentation shows."""
    training, held_out = datasets.digits()
    options = {"loss": "one_vs_rest_margin", "optimizer": "adam", "learning_rate": 0.01}
    model = MLP(64, [32, 10], seed=1)
    options |= {"alpha": 1e-3, "batch_size": 128}
    run = train(model, training, steps=500, seed=1337, **options)
    return run, training, held_out


def test_a_small_network_is_right_about_95_of_100_digits_it_has_never_seen(learned):
    run, training, held_out = learned
    assert run.options["engine"] == "compiled"
    assert predictions.accuracy(run.final_model, held_out) >= 0.95
    assert predictions.accuracy(run.final_model, training) >= 0.96
    assert predictions.accuracy(run.initial_model, held_out) < 0.3


def test_compiled_predictions_are_the_eager_ones(learned):
    run, _, held_out = learned
    predicted = predictions.predict(run.final_model, held_out.xs)
    eager = [losses.argmax(run.final_model(row)) for row in held_out.xs[:20]]
    assert predicted[:20] == eager
    right = sum(p == y for p, y in zip(predicted, held_out.ys, strict=True))
    assert predictions.accuracy(run.final_model, held_out) == right / 359


def test_the_confusion_matrix_counts_every_image_once(learned):
    run, _, held_out = learned
    matrix = predictions.confusion_matrix(run.final_model, held_out)
    assert [sum(row) for row in matrix] == [held_out.ys.count(k) for k in range(10)]
    right = sum(matrix[k][k] for k in range(10)) / len(held_out)
    assert right == predictions.accuracy(run.final_model, held_out)


def test_a_short_run_on_digits_has_the_eager_bits():
    training, _ = datasets.digits()
    options = {"steps": 2, "batch_size": 3, "learning_rate": 0.01, "loss": "one_vs_rest_margin"}
    for optimizer in (optimizers.adam(), optimizers.momentum(beta=0.5)):
        compiled, eager = (
            train(MLP(64, [5, 10], seed=1), training, engine=engine, optimizer=optimizer, **options)
            for engine in ("compiled", "eager")
        )
        assert compiled.fingerprint == eager.fingerprint
