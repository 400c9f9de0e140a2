"""Networks with the parameters MicrogradEx draws, and its losses on them, bit for bit."""

import pytest

from micrograd_wasm import MLP, Layer, Neuron, graph, losses
from tests.parity.recordings import bits, cases, mlp, numbers, recorded_dataset

MODELS = cases("mgx_models")
LOSSES = cases("mgx_losses")

BUILT_OTHERWISE = {
    "layer_3_2_s123": lambda: Layer(3, 2, seed=(1, 2, 3)),
    "layer_3_2_s123_bias0.5_linear": lambda: Layer(3, 2, bias=0.5, nonlin=False, seed=(1, 2, 3)),
    "mlp_2_2_1_s123_bias0.25": lambda: MLP(2, [2, 1], bias=0.25, seed=(1, 2, 3)),
    # Without a seed Elixir draws from the process, here seeded alike. Ours has no hidden generator.
    "mlp_3_5_2_unseeded_with_process_seed_123": lambda: MLP(3, [5, 2], seed=(1, 2, 3)),
    "neuron_4_s123": lambda: Neuron(4, seed=(1, 2, 3)),
}


@pytest.mark.parametrize("name", MODELS)
def test_three_seeds_give_micrograd_exs_parameters(name):
    case = MODELS[name]
    if name in BUILT_OTHERWISE:
        model = BUILT_OTHERWISE[name]()
    else:
        model = MLP(case["nin"], case["nouts"], seed=tuple(case["seed"]))
        assert model.parameter_count == case["count"]
    assert bits(numbers(model)) == bits(case["params"])


def test_all_16_recorded_models_are_compared():
    assert len(MODELS) == 16
    assert set(BUILT_OTHERWISE) < set(MODELS)


def test_hidden_layers_have_relu_and_the_last_one_has_not():
    assert [n.nonlin for n in Layer(3, 2, seed=(1, 2, 3)).neurons] == (
        MODELS["layer_3_2_s123"]["nonlin"]
    )
    linear = BUILT_OTHERWISE["layer_3_2_s123_bias0.5_linear"]()
    assert [n.nonlin for n in linear.neurons] == (MODELS["layer_3_2_s123_bias0.5_linear"]["nonlin"])
    hidden, last = MLP(2, [2, 1], seed=0).layers
    assert [n.nonlin for n in hidden.neurons + last.neurons] == [True, True, False]


def small(**options):
    """The loss of MLP(2, [8, 8, 1]) on 40 moons, both as recorded."""
    dataset = recorded_dataset("moons_40_n0.1_s123")
    model = mlp([8, 8, 1], MODELS["mlp_2_8_8_1_s123"]["params"])
    return losses.max_margin(model, dataset.xs, dataset.ys, **options)


def official_model():
    return mlp([16, 16, 1], MODELS["mlp_2_16_16_1_s1337"]["params"])


def official_loss(model):
    dataset = recorded_dataset("moons_100_n0.1_s1337")
    return losses.max_margin(model, dataset.xs, dataset.ys)


CALCULATED = {
    "integer_inputs_mlp21": lambda: losses.max_margin(
        MLP(2, [2, 1], seed=(1, 2, 3)), [[-1, 0], [1, 0]], [-1, 1]
    ),
    "moons40_mlp881": lambda: small(alpha=1e-4),
    "moons40_mlp881_alpha0": lambda: small(alpha=0),
    "moons40_mlp881_alpha1": lambda: small(alpha=1),
    "moons40_mlp881_batch10_default_seed": lambda: small(batch_size=10),
    "moons40_mlp881_batch10_s789": lambda: small(batch_size=10, seed=(7, 8, 9)),
    "moons40_mlp881_batch39": lambda: small(batch_size=39),
    "moons40_mlp881_batch40": lambda: small(batch_size=40),
    "moons40_mlp881_batch41": lambda: small(batch_size=41),
    "official": lambda: official_loss(official_model()),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_loss_is_micrograd_exs(name):
    case, loss = LOSSES[name], CALCULATED[name]()
    assert bits(loss.total_loss.data) == bits(case["total"])
    assert bits(loss.data_loss.data) == bits(case["data"])
    assert bits(loss.reg_loss.data) == bits(case["reg"])
    assert bits(loss.accuracy) == bits(case["accuracy"])
    assert bits(numbers(loss.scores)) == bits(case["scores"])


def test_all_10_recorded_losses_are_compared():
    assert len(LOSSES) == 10


def test_the_official_gradients_and_graph_are_micrograd_exs():
    case, model = LOSSES["official"], official_model()
    total = official_loss(model).total_loss
    gradients = total.backward()
    assert bits([gradients[p] for p in model.parameters()]) == bits(case["gradients"])
    assert len(gradients) == case["n_gradients"] == 68_818
    assert len(graph.nodes(total)) == case["n_nodes_in_graph"] == 68_818
