"""The same numbers as PyTorch in float64, where it is installed. It is too big for every test run.

pip install torch --index-url https://download.pytorch.org/whl/cpu
"""

import pytest
from hypothesis import given, settings

from micrograd_wasm import MLP, Value, datasets, train
from tests.engine.strategies import evaluate, programs

torch = pytest.importorskip(
    "torch",
    reason="optional: install torch to compare with it (its wheel has 500 MB)",
    exc_type=ImportError,
)


class Torch:
    """The operations on tensors without dimensions."""

    exp, log, tanh = torch.exp, torch.log, torch.tanh
    relu, sigmoid = torch.relu, torch.sigmoid


@settings(max_examples=300)
@given(programs())
def test_random_expressions_have_torchs_results_and_gradients(program):
    ours = [Value(number) for number in program.leaves]
    theirs = [
        torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in program.leaves
    ]
    result, expected = evaluate(program, ours, Value), evaluate(program, theirs, Torch)
    if expected.requires_grad:
        expected.backward()
    gradients = result.backward()
    assert result.data == pytest.approx(expected.item(), rel=1e-9, abs=1e-9)
    for leaf, tensor in zip(ours, theirs, strict=True):
        slope = 0.0 if tensor.grad is None else tensor.grad.item()
        assert gradients[leaf] == pytest.approx(slope, rel=1e-6, abs=1e-6)


def test_a_small_training_run_has_torchs_losses_and_parameters():
    dataset, model = datasets.moons(40, seed=1), MLP(2, [8, 8, 1], seed=1)
    run = train(model, dataset, steps=20, learning_rate=0.25, engine="eager")
    layers = [
        (
            torch.tensor(
                [[w.data for w in neuron.weights] for neuron in layer.neurons],
                dtype=torch.float64,
                requires_grad=True,
            ),
            torch.tensor(
                [neuron.bias.data for neuron in layer.neurons],
                dtype=torch.float64,
                requires_grad=True,
            ),
        )
        for layer in model.layers
    ]
    xs = torch.tensor(dataset.xs, dtype=torch.float64)
    ys = torch.tensor(dataset.ys, dtype=torch.float64)
    for row in run.history:
        activations = xs
        for weights, bias in layers[:-1]:
            activations = torch.relu(activations @ weights.T + bias)
        weights, bias = layers[-1]
        scores = (activations @ weights.T + bias).squeeze(1)
        penalty = sum((tensor * tensor).sum() for layer in layers for tensor in layer)
        loss = torch.relu(1.0 - ys * scores).mean() + 1e-4 * penalty
        assert row["loss"] == pytest.approx(loss.item(), rel=1e-12)
        loss.backward()
        with torch.no_grad():
            for tensor in (tensor for layer in layers for tensor in layer):
                tensor.sub_(0.25 * tensor.grad)
                tensor.grad = None
    theirs = [
        number
        for weights, bias in layers
        for row, b in zip(weights.tolist(), bias.tolist(), strict=True)
        for number in (*row, b)
    ]
    assert [p.data for p in run.final_model.parameters()] == pytest.approx(theirs, rel=1e-11)
