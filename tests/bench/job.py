"""The job that the benchmarks measure, as plain numbers that any contender can take.

100 steps of MLP(2, [16, 16, 1]), 337 parameters, on 100 points of two moons; max-margin loss and
L2; every step uses all points. With SEED it is MicrogradEx's run, with INT_SEED the original's.
"""

from __future__ import annotations

from typing import Any

from micrograd_wasm import MLP, datasets, train
from micrograd_wasm.rng import Seed
from micrograd_wasm.trainer import official_learning_rate

SEED = (1337, 1337, 1337)
INT_SEED = 1337
STEPS = 100
SIZES = (2, 16, 16, 1)
ALPHA = 1e-4


def official_job(seed: Seed) -> dict[str, Any]:
    """The data, the first parameters, the learning rates, and the loss that each step must have."""
    dataset = datasets.moons(100, noise=0.1, seed=seed, shuffle=True)
    model = MLP(SIZES[0], list(SIZES[1:]), seed=seed)
    run = train(model, dataset, steps=STEPS, alpha=ALPHA, engine="compiled")
    return {
        "sizes": list(SIZES),
        "alpha": ALPHA,
        "steps": STEPS,
        "xs": [list(row) for row in dataset.xs],
        "ys": list(dataset.ys),
        "parameters": [parameter.data for parameter in model.parameters()],
        "rates": [official_learning_rate(step) for step in range(STEPS)],
        "losses": [row["loss"] for row in run.history],
    }
