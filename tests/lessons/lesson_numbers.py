"""Numbers that a lesson states and no cell of its notebook prints: what its figures show, what was
measured for it, and sums done in the head. They are calculated here; what is only said as an
example is left out by name. What a lesson says in words: test_lesson_statements.py.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from micrograd_wasm import MLP, Dataset, Run, Value, datasets, graph, losses, predictions, train
from micrograd_wasm.trainer import official_learning_rate

SEED: Final = (1337, 1337, 1337)


def calculated(name: str) -> list[float]:
    """What the lesson's text may state besides the numbers that its cells print."""
    return CALCULATED[name]() if name in CALCULATED else []


def official() -> MLP:
    return MLP(2, [16, 16, 1], seed=SEED)


def moons(noise: float = 0.1, count: int = 100) -> Dataset:
    return datasets.moons(count, noise=noise, seed=SEED)


def trained(model: MLP, steps: int = 100) -> Run:
    """As the playground's first run is."""
    return train(model, moons(), steps=steps, alpha=1e-4, learning_rate=official_learning_rate)


def _what_a_gradient_says() -> list[float]:
    x = Value(4.0)
    slope = (x * x - 2 * x).backward()[x]
    run = trained(official())
    stepped = [round(row["loss"], 3) for row in run.history[:3]] + [round(run.final_loss, 4)]
    return [2 + 0.001, x.data, slope, official().parameter_count, len(run.history), *stepped]


def _back_to_a() -> list[float]:
    a, b, c, f = map(Value, (2.0, -3.0, 10.0, -2.0))
    e = a * b + c
    end = e * f
    gradients = end.backward()
    return [f.data, gradients[e], e.backward()[a], gradients[a]]


def nodes_in_the_playground() -> int:
    """The graph of one point's loss, as the playground draws it: its two inputs are boxes, too."""
    data = moons()
    score = official()([Value(x) for x in data.xs[0]])
    return len(graph.nodes(losses.hinge(score, data.ys[0])))  # type: ignore[arg-type]


def nearer_to_the_other_moon(noise: float) -> int:
    """How many of the points are nearer to the half circle of the other class than to their own."""
    clean = datasets.moons(400, noise=0.0, seed=SEED)

    def away(point: tuple[float, ...], label: float) -> float:
        own = (p for p, y in zip(clean.xs, clean.ys, strict=True) if y == label)
        return min((point[0] - x) ** 2 + (point[1] - y) ** 2 for x, y in own)

    data = moons(noise)
    pairs = zip(data.xs, data.ys, strict=True)
    return sum(away(point, label) > away(point, -label) for point, label in pairs)


def overlap_from() -> float:
    """The first noise, in tenths, at which points stand nearer to the other moon."""
    return next(k / 10 for k in range(1, 6) if nearer_to_the_other_moon(k / 10) > 0)


def _share_of_one_line() -> list[float]:
    """To ten: how many of the points each of the lines gets right that the lesson tries."""
    data = moons()
    lines = [
        sum(
            (-1 if y > height else 1) == label
            for (_, y), label in zip(data.xs, data.ys, strict=True)
        )
        for height in (0.0, 0.25, 0.5)
    ]
    return [round(right, -1) for right in lines]


def _neurons() -> list[float]:
    """The numbers of a neuron with two inputs, and of the layers of three networks."""
    small, large = MLP(2, [3, 1], seed=SEED), official()
    first = small.layers[0].neurons[0].parameter_count
    counts = [one.parameter_count for one in (*small.layers, *large.layers)]
    zeros = sum(p.data == 0.0 for p in large.parameters())
    width = next(n for n in range(1, 400) if MLP(2, [n, 1], seed=1).parameter_count == 337)
    return [first, *counts, zeros, 337 - zeros, width]


@cache
def other_divisions() -> tuple[float, ...]:
    """The accuracy in percent on held-out digits, for eight divisions and first networks."""
    found = []
    for k in range(1, 9):
        training, held_out = datasets.digits(held_out=0.2, seed=k)
        run = train(
            MLP(64, [32, 10], seed=k), training, loss="one_vs_rest_margin", optimizer="adam",
            learning_rate=0.01, alpha=0.001, batch_size=128, steps=500, seed=k,
        )  # fmt: skip
        found.append(100 * predictions.accuracy(run.final_model, held_out))
    return tuple(found)


def _digits() -> list[float]:
    shares = other_divisions()
    told = [min(shares), max(shares), sum(shares) / len(shares)]
    return [sum(map(len, datasets.digits())), *(round(share, 1) for share in told)]


def _second_backward() -> list[float]:
    """x's gradient in the original after a second pass: what is left in between is sent on, too.

    z = 0.375 * s * s with s = x * x. The first pass leaves 3.0 on s and 12.0 on x. The second adds
    twice 3.0 to s, as the product has 0.75 by then, and sends all of it on to x.
    """
    x, s, product = 2.0, 4.0, 0.0
    on_s = on_x = 0.0
    for _ in range(2):
        product += 0.375
        on_s += 2 * s * product
        on_x += 2 * x * on_s
    return [on_x]


CALCULATED: Final[dict[str, Callable[[], list[float]]]] = {
    "karpathy_demo": _second_backward,
    "lessons/what-a-gradient-says": _what_a_gradient_says,
    "lessons/the-chain-rule-on-a-graph": lambda: [*_back_to_a(), nodes_in_the_playground()],
    "lessons/two-moons": lambda: [*_share_of_one_line(), overlap_from()],
    "lessons/a-neuron-a-layer-an-mlp": _neurons,
    "lessons/l2": lambda: [4 * 1, 4 * 4],
    "lessons/the-training-loop": lambda: [official().parameter_count],
    "lessons/from-graph-to-webassembly": lambda: [100 * 100],
    "lessons/what-to-try-next": _digits,
}
# Examples, and what a reader is asked to put in.
ASIDES: Final = {
    "lessons/max-margin-loss": r"\|[^|]*\|[^|]*\|[^|]*\| (right|wrong)",  # has a test of its own
    "lessons/l2": r"of the last neuron by 10\b",
    "lessons/reading-curves": r"go from 0\.01 up to 5\b",
    "lessons/inside-the-graph": r"Change `example` to 9\b|`steps=\d`",
}
