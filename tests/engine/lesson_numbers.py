"""Numbers that a lesson states and no cell of its notebook prints: what its figures show, and sums
done in the head. They are calculated here; what is only said as an example is left out by name.
"""

from collections.abc import Callable
from typing import Final

from micrograd_wasm import MLP, Value, datasets, graph, losses

SEED: Final = (1337, 1337, 1337)


def calculated(name: str) -> list[float]:
    """What the lesson's text may state besides the numbers that its cells print."""
    return CALCULATED[name]() if name in CALCULATED else []


def _official() -> MLP:
    return MLP(2, [16, 16, 1], seed=SEED)


def _what_a_gradient_says() -> list[float]:
    x = Value(4.0)
    slope = (x * x - 2 * x).backward()[x]
    return [2 + 0.001, x.data, slope, _official().parameter_count]


def _back_to_a() -> list[float]:
    a, b, c, f = map(Value, (2.0, -3.0, 10.0, -2.0))
    e = a * b + c
    end = e * f
    gradients = end.backward()
    return [gradients[e], e.backward()[a], gradients[a]]


def _neurons() -> list[float]:
    """The numbers of a neuron with two inputs, and of the layers of two networks."""
    small, large = MLP(2, [3, 1], seed=SEED), _official()
    first = small.layers[0].neurons[0].parameter_count
    return [first, *(one.parameter_count for one in (*small.layers, *large.layers))]


def _nodes_in_the_playground() -> list[float]:
    """To a hundred: the graph of one point's loss with the penalty, as the playground draws it."""
    data = datasets.moons(100, noise=0.1, seed=SEED)
    loss = losses.max_margin(_official(), data.xs[:1], data.ys[:1])
    return [round(len(graph.nodes(loss.total_loss)), -2)]


def _share_of_one_line() -> list[float]:
    """To ten: how many of the points each of the lines gets right that the lesson tries."""
    data = datasets.moons(100, noise=0.1, seed=SEED)
    lines = [
        sum(
            (-1 if y > height else 1) == label
            for (_, y), label in zip(data.xs, data.ys, strict=True)
        )
        for height in (0.0, 0.25, 0.5)
    ]
    return [round(right, -1) for right in lines]


CALCULATED: Final[dict[str, Callable[[], list[float]]]] = {
    "lessons/what-a-gradient-says": _what_a_gradient_says,
    "lessons/the-chain-rule-on-a-graph": lambda: [*_back_to_a(), *_nodes_in_the_playground()],
    "lessons/two-moons": _share_of_one_line,
    "lessons/a-neuron-a-layer-an-mlp": _neurons,
    "lessons/l2": lambda: [4 * 1, 4 * 4],
    "lessons/the-training-loop": lambda: [_official().parameter_count],
    "lessons/from-graph-to-webassembly": lambda: [100 * 100],
    "lessons/what-to-try-next": lambda: [sum(map(len, datasets.digits()))],
}
# Examples, and what a reader is asked to put in.
ASIDES: Final = {
    "lessons/two-moons": r"From about 0\.3 on",
    "lessons/max-margin-loss": r"\|[^|]*\|[^|]*\|[^|]*\| (right|wrong)",  # has a test of its own
    "lessons/l2": r"of the last neuron by 10\b",
    "lessons/reading-curves": r"go from 0\.01 up to 5\b",
    "lessons/inside-the-graph": r"Change `example` to 9\b",
}
