"""Training runs and decision boundaries against MicrogradEx, bit for bit.

Each run starts from the recorded data set and the recorded first parameters, so that nothing but
the training is compared, and every bit of it must agree.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from micrograd_wasm import MLP, datasets, losses, plot_data, train, trainer
from tests.parity.recordings import ENGINES, bits, cases, mlp, numbers, recorded_dataset, rows

RUNS = cases("mgx_runs")
GRIDS = cases("mgx_boundary")

MOONS_40 = "moons_40_n0.1_s123"
OFFICIAL = "moons_100_n0.1_s1337"


@dataclass(frozen=True)
class Setting:
    """What a recorded run does not say in its options: data set, network, learning rate."""

    dataset: str | datasets.Dataset
    outputs: tuple[int, ...]
    learning_rate: Any

    def data(self) -> datasets.Dataset:
        """The recorded data set, or one whose bits follow from the run's own."""
        return recorded_dataset(self.dataset) if isinstance(self.dataset, str) else self.dataset


def falling(start, drop, steps):
    return lambda k: start - drop * k / steps


def made(n, noise, seed):
    """Three small data sets that no recording holds; the run's history says whether they agree."""
    return datasets.moons(n, noise=noise, seed=seed)


SETTINGS = {
    "official": Setting(OFFICIAL, (16, 16, 1), trainer.official_learning_rate),
    "arch_small": Setting(MOONS_40, (8, 8, 1), falling(0.35, 0.2, 8.0)),
    "arch_official": Setting(MOONS_40, (16, 16, 1), falling(0.35, 0.2, 8.0)),
    "arch_large": Setting(MOONS_40, (32, 32, 1), falling(0.35, 0.2, 8.0)),
    "boundary_model": Setting(MOONS_40, (8, 8, 1), 0.25),
    "failure": Setting("moons_40_n0.35_s123", (1, 1), 0.2),
    "log_every_3_steps_5": Setting(made(12, 0.0, (4, 5, 6)), (4, 1), 0.05),
    "lr_constant_0_1": Setting(MOONS_40, (8, 8, 1), 0.1),
    "lr_constant_0_5": Setting(MOONS_40, (8, 8, 1), 0.5),
    "lr_official_decay": Setting(MOONS_40, (8, 8, 1), trainer.official_learning_rate),
    "minibatch_100_b16_official": Setting(OFFICIAL, (16, 16, 1), trainer.official_learning_rate),
    "minibatch_40_b16": Setting(MOONS_40, (8, 8, 1), 0.25),
    "minibatch_b16_default_seed": Setting(MOONS_40, (4, 4, 1), 0.1),
    "reg_default": Setting(MOONS_40, (8, 8, 1), 0.25),
    "reg_no_regularization": Setting(MOONS_40, (8, 8, 1), 0.25),
    "reg_stronger": Setting(MOONS_40, (8, 8, 1), 0.25),
    "spiral": Setting("spiral_60_n0.05_t1.5_s123", (16, 16, 1), falling(0.4, 0.25, 20.0)),
    "test_moons20": Setting(made(20, 0.05, (4, 5, 6)), (4, 4, 1), 0.1),
    "test_moons30": Setting(made(30, 0.02, (4, 5, 6)), (8, 8, 1), falling(0.35, 0.25, 35.0)),
    "tiny_plot": Setting(made(20, 0.05, (1, 2, 3)), (4, 1), 0.1),
}


def initial_model(name):
    return mlp(list(SETTINGS[name].outputs), RUNS[name]["initial_params"])


def final_model(name):
    return mlp(list(SETTINGS[name].outputs), RUNS[name]["final_params"])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name == "official" else ()) for name in RUNS],
)
def test_the_run_is_micrograd_exs_to_the_last_bit(name, engine):
    case, setting = RUNS[name], SETTINGS[name]
    options = dict(case["options"])
    options |= {"seed": tuple(options["seed"]), "engine": engine}
    run = train(initial_model(name), setting.data(), learning_rate=setting.learning_rate, **options)
    assert bits(rows(run.history)) == bits(case["history"])
    assert bits(numbers(run.final_model)) == bits(case["final_params"])
    assert bits(run.final_loss) == bits(case["final_loss"])
    assert bits(run.final_accuracy) == bits(case["final_accuracy"])
    assert run.options == options | {"optimizer": "sgd"}


def test_all_20_recorded_runs_are_compared():
    assert len(RUNS) == 20
    assert set(SETTINGS) == set(RUNS)


# The models the runs began with came from these seeds, which is not used above.
@pytest.mark.parametrize("name", RUNS)
def test_the_runs_first_parameters_follow_from_their_seed(name):
    seed = (1337, 1337, 1337) if "official" in name and "arch" not in name else (1, 2, 3)
    if name == "lr_official_decay":
        seed = (1, 2, 3)
    model = MLP(2, SETTINGS[name].outputs, seed=seed)
    assert bits(numbers(model)) == bits(RUNS[name]["initial_params"])


@pytest.mark.parametrize("name", [name for name in RUNS if "initial" in RUNS[name]])
def test_the_loss_before_training_is_micrograd_exs(name):
    dataset = SETTINGS[name].data()
    loss = losses.max_margin(initial_model(name), dataset.xs, dataset.ys)
    assert bits(loss.total_loss.data) == bits(RUNS[name]["initial"]["total"])
    assert bits(loss.accuracy) == bits(RUNS[name]["initial"]["accuracy"])


@pytest.mark.parametrize("name", [name for name in RUNS if "mean_abs_parameter" in RUNS[name]])
def test_mean_size_of_the_parameters_is_micrograd_exs(name):
    sizes = [abs(number) for number in numbers(final_model(name))]
    total = 0.0
    for size in sizes:  # Python's sum() of floats is compensated from 3.12 on, Elixir's is not
        total += size
    assert bits(total / len(sizes)) == bits(RUNS[name]["mean_abs_parameter"])


def test_the_official_loss_after_the_last_update_is_micrograd_exs():
    after, dataset = RUNS["official"]["after_last_update"], recorded_dataset(OFFICIAL)
    loss = losses.max_margin(final_model("official"), dataset.xs, dataset.ys)
    assert bits(loss.total_loss.data) == bits(after["total"])
    assert bits(loss.data_loss.data) == bits(after["data"])
    assert bits(loss.reg_loss.data) == bits(after["reg"])
    assert bits(loss.accuracy) == bits(after["accuracy"])
    assert bits(numbers(loss.scores)) == bits(after["scores"])


BOUNDARIES = {
    "official_h0.25": lambda: (final_model("official"), recorded_dataset(OFFICIAL)),
    "extras_coarse": lambda: (final_model("boundary_model"), recorded_dataset(MOONS_40)),
    "extras_default": lambda: (final_model("boundary_model"), recorded_dataset(MOONS_40)),
    "extras_fine": lambda: (final_model("boundary_model"), recorded_dataset(MOONS_40)),
    "spiral_h0.35": lambda: (
        final_model("spiral"),
        recorded_dataset("spiral_60_n0.05_t1.5_s123"),
    ),
    "test_h0.5_p0.5": lambda: (MLP(2, [4, 1], seed=(1, 2, 3)), made(10, 0.0, (1, 2, 3))),
    "test_h1_p0.5": lambda: (MLP(2, [4, 1], seed=(1, 2, 3)), made(10, 0.0, (1, 2, 3))),
}


@pytest.mark.parametrize("name", GRIDS)
def test_the_decision_boundary_is_micrograd_exs(name):
    model, dataset = BOUNDARIES[name]()
    grid = plot_data.decision_boundary(model, dataset, **GRIDS[name]["options"])
    ours = [[row["x"], row["y"], row["score"], row["predicted_value"]] for row in grid]
    assert bits(ours) == bits([[x, y, s, float(p)] for x, y, s, p in GRIDS[name]["rows"]])
    names = {-1.0: "class -1", 1.0: "class 1"}
    assert [row["predicted"] for row in grid] == [names[row["predicted_value"]] for row in grid]


def test_all_7_recorded_boundaries_are_compared():
    assert len(GRIDS) == 7
