"""The original notebook's run from the seed 1337: bit for bit, and its recorded log.

The original visits a node's parents in the order of a set, so its own sums differ from run to run
in the last digits; its log can be met to rel 1e-12 and no closer. With the order fixed, left to
right, its run is ours to the last bit.
"""

import pytest

from micrograd_wasm import MLP, datasets, train
from tests.parity.recordings import ENGINES, bits, cases, numbers, rows

ORIGINAL = cases("karpathy")


def trained(steps, engine):
    """From the seed alone, as a reader of the notebook would write it."""
    model, dataset = MLP(2, [16, 16, 1], seed=1337), datasets.moons(100, noise=0.1, seed=1337)
    return train(model, dataset, steps=steps, engine=engine)


@pytest.fixture(scope="module")
def run():
    return trained(100, ENGINES[-1])


def test_the_run_is_the_originals_to_the_last_bit(run):
    recorded = ORIGINAL["left_to_right"]
    assert bits(rows(run.history)) == bits(recorded["history"])
    assert bits(numbers(run.final_model)) == bits(recorded["final_params"])


@pytest.mark.slow
def test_the_eager_run_begins_like_the_originals():
    """All 100 steps of MicrogradEx are run by both engines (test_runs.py)."""
    recorded = ORIGINAL["left_to_right"]["history"]
    assert bits(rows(trained(30, "eager").history)) == bits(recorded[:30])


def test_the_order_of_the_parents_shows_in_the_bits(run):
    """A control: the comparison above would notice the other order."""
    other = ORIGINAL["right_to_left"]["losses"]
    losses = [row["loss"] for row in run.history]
    assert bits(losses) != bits(other)
    assert losses == pytest.approx(other, rel=1e-12, abs=0.0)


def test_the_recorded_log_is_met(run):
    log = ORIGINAL["log"]
    assert len(log["losses"]) == len(run.history) == 100
    assert [row["accuracy"] * 100.0 for row in run.history] == log["accuracy_percent"]
    losses = [row["loss"] for row in run.history]
    assert losses == pytest.approx(log["losses"], rel=1e-12, abs=0.0)
    assert bits(losses[0]) == bits(log["losses"][0])  # before the first backward pass
