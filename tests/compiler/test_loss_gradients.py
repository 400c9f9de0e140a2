"""The gradients behind a network's picture: the bits of the plain engine, at any step of a run."""

from __future__ import annotations

import json
from array import array
from typing import Any

import pytest

from micrograd_wasm import MLP, losses
from micrograd_wasm.compiler import host
from micrograd_wasm.page import bridge, session
from micrograd_wasm.page.configuration import DEFAULT
from micrograd_wasm.page.loss_gradients import loss_gradients

SMALL = DEFAULT | {
    "dataset": "circles", "samples": 30, "layers": [4, 3], "activations": ["tanh", "relu"],
    "steps": 12, "loss": "logistic",
}  # fmt: skip


def parameters_at(config: dict[str, Any], step: int) -> array[float]:
    trained = session.train(config)
    count = len(session.plan(config).parameters)
    return trained.parameters[step * count : (step + 1) * count]


def by_hand(config: dict[str, Any], step: int, parameters: array[float]) -> list[float]:
    """From the public parts alone."""
    planned = session.plan(config)
    model = MLP(2, [*config["layers"], 1], activation=config["activations"], seed=1)
    model = model.replace_parameters(list(parameters))
    pairs = [planned.xs[2 * i : 2 * i + 2] for i in range(len(planned.ys))]
    size = config["batchSize"]
    if size is None or step == config["steps"]:
        chosen = range(len(planned.ys))
    else:
        chosen = planned.batches[size * step : size * (step + 1)]
    loss = getattr(losses, config["loss"])(
        model,
        [list(pairs[i]) for i in chosen],
        [planned.ys[i] for i in chosen],
        alpha=config["alpha"],
    )
    gradients = loss.total_loss.backward()
    return [gradients[parameter] for parameter in model.parameters()]


@pytest.mark.parametrize("batch", [None, 7])
@pytest.mark.parametrize("step", [0, 5, 12])
def test_they_have_the_bits_of_the_plain_engine(batch: int | None, step: int) -> None:
    config = SMALL | {"batchSize": batch}
    parameters = parameters_at(config, step)
    assert list(loss_gradients(config, step, parameters)) == by_hand(config, step, parameters)


def test_the_official_run_at_its_start() -> None:
    parameters = parameters_at(DEFAULT, 0)
    found = loss_gradients(DEFAULT, 0, parameters)
    assert list(found) == by_hand(DEFAULT, 0, parameters)
    assert len(found) == 337
    assert any(found)


def test_a_weight_of_an_idle_neuron_has_gradient_zero() -> None:
    config = SMALL | {"activations": ["relu", "relu"], "alpha": 0.0, "layers": [1, 1]}
    parameters = array("d", [0.0, 0.0, -1.0, 1.0, -1.0, 0.5, 0.25])
    found = loss_gradients(config, 0, parameters)
    assert list(found) == by_hand(config, 0, parameters)
    assert list(found[:6]) == [0.0] * 6
    assert found[6] != 0.0


@pytest.mark.parametrize("scale", [1e40, 1e-200])
def test_numbers_of_any_size_have_the_bits_of_the_plain_engine(scale: float) -> None:
    config = SMALL | {"activations": ["relu", "relu"], "layers": [2, 2], "loss": "max_margin"}
    count = len(session.plan(config).parameters)
    parameters = array("d", [scale * (1 + k % 3) for k in range(count)])
    found = loss_gradients(config, 0, parameters)
    assert found.tobytes() == array("d", by_hand(config, 0, parameters)).tobytes()


def test_without_a_host_they_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = parameters_at(SMALL, 3)
    compiled = loss_gradients(SMALL, 3, parameters)
    monkeypatch.setattr(host, "available", lambda: False)
    assert loss_gradients(SMALL, 3, parameters) == compiled


@pytest.mark.parametrize(
    ("step", "count", "message"),
    [
        (-1, 31, "step: expected 0 to 12"),
        (13, 31, "step"),
        (0, 5, "expected 31, got 5"),
    ],
)
def test_what_does_not_belong_to_the_run_is_refused(step: int, count: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        loss_gradients(SMALL, step, [0.1] * count)


def test_a_loss_beyond_float64_is_an_error() -> None:
    parameters = array("d", [1e200] * len(session.plan(SMALL).parameters))
    with pytest.raises(ArithmeticError):
        loss_gradients(SMALL | {"activations": ["relu", "relu"]}, 0, parameters)


def test_the_bridge_answers_with_them() -> None:
    parameters = parameters_at(SMALL, 3)
    text, found = bridge.answer("gradients", json.dumps([SMALL, 3]), parameters)
    assert (text, found) == ("{}", loss_gradients(SMALL, 3, parameters))
