"""The original micrograd (PyPI) running its own notebook's training loop, word for word in effect.

`--collector off` disables Python's cyclic garbage collector, which otherwise takes most of the
time: the original's nodes and their closures refer to each other.
"""

import argparse
import gc
import json
import random
import resource
import time

import numpy as np
from micrograd.engine import Value
from micrograd.nn import MLP
from sklearn.datasets import make_moons

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--steps", type=int, default=100)
arguments.add_argument("--collector", choices=("on", "off"), default="on")
options = arguments.parse_args()

np.random.seed(1337)
random.seed(1337)
X, y = make_moons(n_samples=100, noise=0.1)
y = y * 2 - 1
model = MLP(2, [16, 16, 1])


def loss():
    """The notebook's loss on the full batch: (total loss, accuracy)."""
    inputs = [list(map(Value, row)) for row in X]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    right = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores, strict=True)]
    return data_loss + reg_loss, sum(right) / len(right)


if options.collector == "off":
    gc.disable()
started = time.perf_counter()
for k in range(options.steps):
    total_loss, accuracy = loss()
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9 * k / 100
    for p in model.parameters():
        p.data -= learning_rate * p.grad
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "loss": float(total_loss.data), "peak_mb": peak}))
