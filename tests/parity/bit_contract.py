"""One program whose every number must be the same bits wherever Python runs.

`contract()` uses the public API only and gives hex texts by name. test_pyodide_bits.py runs it
here and inside Pyodide and compares; run as a program, this module prints it as JSON.
"""

import json
import sys

from micrograd_wasm import MLP, Value, datasets, losses, rng, train
from micrograd_wasm.numerics import elementary

SAMPLES = 2000


def contract():
    """Every number, as hex texts in lists by name."""
    return {
        **{f"dataset {name}": flat(made.xs) for name, made in data_sets().items()},
        **{f"model {name}": parameters(model) for name, model in models().items()},
        **{f"elementary.{name}": values for name, values in elementary_functions().items()},
        **{f"run {name}": numbers for name, numbers in runs().items()},
        "expressions": expressions(),
    }


def data_sets():
    three, one = (1, 2, 3), 1337
    return {
        "moons, official": datasets.moons(100, seed=(1337, 1337, 1337)),
        "moons, three seeds": datasets.moons(301, noise=0.2, seed=three),
        "moons, one seed": datasets.moons(301, noise=0.1, seed=one),
        "moons, no noise": datasets.moons(500, noise=0, seed=three, shuffle=False),
        "spiral, three seeds": datasets.spiral(200, noise=0.05, turns=2.5, seed=three),
        "spiral, one seed": datasets.spiral(200, noise=0.05, seed=one),
        "blobs, three seeds": datasets.blobs(200, noise=0.3, seed=three),
        "blobs, one seed": datasets.blobs(200, noise=0.3, seed=one),
    }


def models():
    return {
        "official": MLP(2, [16, 16, 1], seed=(1337, 1337, 1337)),
        "one seed": MLP(2, [16, 16, 1], seed=1337),
        "wide": MLP(5, [9, 1, 3], seed=(-1, 0, 2**70)),
    }


def runs():
    """20 steps, with all examples and in mini-batches of either stream."""
    numbers = {}
    for name, options in {
        "full": {},
        "batches, three seeds": {"batch_size": 7, "seed": (1, 2, 3)},
        "batches, one seed": {"batch_size": 7, "seed": 1},
    }.items():
        made = datasets.moons(40, noise=0.1, seed=(1, 2, 3))
        run = train(MLP(2, [8, 8, 1], seed=(1, 2, 3)), made, steps=20, engine="eager", **options)
        rows = [[v for k, v in row.items() if k != "step"] for row in run.history]
        numbers[name] = [*flat(rows), *parameters(run.final_model), run.fingerprint]
    return numbers


def elementary_functions():
    """2,000 arguments each, small and large ones, from a stream that is itself exact."""
    stream = rng.Exsss((3, 1, 4))
    small = [stream.uniform() * 8.0 - 4.0 for _ in range(SAMPLES // 2)]
    small_and_large = small + [stream.uniform() * 600.0 - 300.0 for _ in range(SAMPLES // 2)]
    positive = [abs(x) + 2.0**-60 for x in small_and_large]
    values = {
        name: [getattr(elementary, name)(x).hex() for x in small_and_large]
        for name in ("sin", "cos", "exp", "tanh", "sigmoid")
    }
    values["log"] = [elementary.log(x).hex() for x in positive]
    values["pow"] = [
        elementary.pow(x, exponent).hex()
        for x, exponent in zip(positive, [*small, *small], strict=True)
    ]
    return values


def expressions():
    """Values through every operation, with the gradients of both leaves."""
    stream = rng.Exsss((2, 7, 1))
    numbers = []
    for _ in range(200):
        x, y = Value(stream.uniform() * 4.0 - 2.0), Value(stream.uniform() + 0.5)
        z = (x * y).sigmoid() + (x - y).tanh() * (x / y).exp() - y.log() ** 3
        z = z + y**2.5 + y**-2 + 2.0**x + (-x).relu() + Value.sum([x, y, z])
        gradients = z.backward()
        numbers += [z.data.hex(), gradients[x].hex(), gradients[y].hex()]
    made = datasets.moons(20)
    loss = losses.max_margin(MLP(2, [4, 1], seed=1), made.xs, made.ys, batch_size=9)
    return [*numbers, *(score.data.hex() for score in loss.scores)]


def flat(rows):
    return [number.hex() for row in rows for number in row]


def parameters(model):
    return [parameter.data.hex() for parameter in model.parameters()]


def report():
    """The contract and where it was computed, as JSON."""
    return json.dumps({"platform": sys.platform, "python": sys.version, "contract": contract()})


if __name__ == "__main__":
    print(report())
