"""What the lessons say in words, sentence by sentence, and what the engine says to that.

Numbers are looked up by themselves (lesson_numbers.py); this is about "falls", "three times",
"stays so". Each test quotes its sentences: one that is rewritten is to be looked at again here.
"""

import itertools
import math
from functools import cache
from typing import Any

import pytest

from builder.lessons import Cell, Prose, read_lessons
from micrograd_wasm import (
    MLP,
    Layer,
    Value,
    datasets,
    diagnose,
    graph,
    losses,
    predictions,
    train,
)
from micrograd_wasm.compiler import adjoint
from micrograd_wasm.trainer import official_learning_rate
from tests.lessons import lesson_numbers as numbers
from tests.lessons.lesson_numbers import SEED, moons, official, trained

TEXTS = {
    lesson.number: " ".join(
        [lesson.idea, lesson.next_try["text"], *(block.source for block in lesson.of(Prose))]
    )
    for lesson in read_lessons()
}


def says(number: int, *sentences: str) -> None:
    for sentence in sentences:
        assert sentence in " ".join(TEXTS[number].split()), sentence


@cache
def small_run(rate: float, steps: int):
    """The network of the lesson inside the graph."""
    start = MLP(2, [8, 8, 1], seed=SEED)
    return start, train(start, moons(count=60), steps=steps, learning_rate=rate).final_model


def dead(rate: float, steps: int) -> tuple[tuple[int, int], ...]:
    start, model = small_run(rate, max(steps, 1))
    return diagnose.dead_relus(model if steps else start, moons(count=60)).units


def test_1_the_first_steps_of_the_run() -> None:
    says(
        1,
        "A step moves the network’s 337 numbers against their gradients, all at once.",
        "The loss falls from 1.386 to 0.994. The second step is too long, and it rises to 1.208.",
        "After 100 steps it is 0.0105.",
    )
    losses_of = [row["loss"] for row in trained(official()).history]
    assert losses_of[0] > losses_of[1] < losses_of[2]
    says(1, "At x = 4 the curve is steep, and the gradient is 6. Near x = 1 it is almost flat.")
    slopes = []
    for place in (4.0, 1.0):
        x = Value(place)
        slopes.append((x * x - 2 * x).backward()[x])
    assert slopes == [6.0, 0.0]
    says(1, "**Zero** means that small nudges change next to nothing.")
    assert 0.0 < (1.001**2 - 2 * 1.001) - (1.0 - 2.0) < 0.001 * 0.01
    says(1, "The output grew about twice as much as the input did.")
    says(1, "Make `h` smaller and the last number comes closer to exactly 2.")

    def off(h: float) -> float:
        return abs(((2 + h) ** 2 - 2 * (2 + h)) / h - 2)

    assert off(0.001) > off(0.0001) > off(0.00001)


def test_2_the_playgrounds_graph_and_the_order() -> None:
    says(2, "It is a graph like the ones here, with 984 boxes.")
    assert numbers.nodes_in_the_playground() == 984
    says(2, "The product hands `x` its partner’s value twice, 3 and 3; the sum hands it 1.")
    x = Value(3.0)
    product = x * x
    assert (product.local_gradients, (product + x).local_gradients) == ((3.0, 3.0), (1.0, 1.0))
    says(2, "every box that was made from it has handed its share down")


def test_3_where_the_moons_overlap_and_what_a_line_can_do() -> None:
    says(
        3, "From 0.2 on they overlap: some points stand nearer to the other moon than to their own."
    )
    near = [numbers.nearer_to_the_other_moon(noise) for noise in (0.0, 0.1, 0.2, 0.3, 0.4)]
    assert near[:2] == [0, 0]
    assert 0 < near[2] < near[3] < near[4]
    says(3, "But no straight line, tilted as you like, gets them all")
    data = moons()
    best = 0
    for k in range(180):  # every direction; in each, between any two neighbours
        across = math.cos(math.pi * k / 180), math.sin(math.pi * k / 180)
        along = sorted(
            (x * across[0] + y * across[1], label)
            for (x, y), label in zip(data.xs, data.ys, strict=True)
        )
        before = 0
        ones = sum(label == 1 for _, label in along)
        for at, (_, label) in enumerate(along, 1):
            before += label == 1
            right = (at - before) + (ones - before)
            best = max(best, right, len(along) - right)
    assert 82 < best < 100


def test_4_two_layers_of_16_beside_one_of_84() -> None:
    says(
        4,
        "Two layers of 16 got every point right all ten times; the layer of 84 did so three times, "
        "and missed one point each of the other times.",
        "The 304 weights begin as random numbers and the 33 biases as 0",
    )
    for sizes, all_right, worst in (([16, 16, 1], 10, 1.0), ([84, 1], 3, 0.99)):
        models = [MLP(2, sizes, seed=k) for k in range(10)]
        assert models[0].parameter_count == 337
        shares = [trained(model).final_accuracy for model in models]
        assert shares.count(1.0) == all_right
        assert min(shares) == worst
    neurons = [neuron for layer in official().layers for neuron in layer.neurons]
    assert [neuron.bias.data for neuron in neurons] == [0.0] * 33
    assert all(weight.data for neuron in neurons for weight in neuron.weights)


def test_4_without_the_cut_layers_collapse() -> None:
    says(4, "Thirty-three of them, wired together, have 337 numbers")
    assert sum(len(layer.neurons) for layer in official().layers) == 33
    says(4, "they would collapse into one, and the boundary would be one straight line")
    layers = [Layer(a, b, nonlin=False, bias=0.3, seed=a) for a, b in ((2, 5), (5, 4), (4, 1))]

    def score(*point: float) -> float:
        outputs: Any = list(point)
        for layer in layers:
            outputs = layer(outputs)
        return float(outputs.data)

    corner, right, up, both = score(0, 0), score(1, 0), score(0, 1), score(3, -2)
    assert math.isclose(both, corner + 3 * (right - corner) - 2 * (up - corner), abs_tol=1e-12)


def test_4_the_island_opens_to_the_top() -> None:
    says(4, "Turn the chosen weight, the last neuron’s for neuron 1, to 0: the island opens")
    figure = next(
        block for block in read_lessons()[3].blocks if getattr(block, "name", "") == "layer"
    )
    given = figure.options["parameters"]
    model = MLP(2, [3, 1], seed=1)
    assert list(model.named_parameters())[figure.options["which"]] == "w_1_0_0"
    assert model.parameter_count == len(given)
    left, right, low, high = figure.options["bounds"]
    opened = [0.0 if k == figure.options["which"] else number for k, number in enumerate(given)]
    places = [(left + (right - left) * k / 40, k, row) for k in range(41) for row in range(29)]

    def above(numbers: list[float]) -> set[tuple[int, int]]:
        score = model.replace_parameters(numbers)
        found = ((score([x, low + (high - low) * r / 28]).data, k, r) for x, k, r in places)
        return {(k, r) for number, k, r in found if number > 0}

    says(4, "What stays above 0 is an island, and no single line could fence it in.")
    island = above(given)
    assert len(island) > 20
    assert all(0 < k < 40 and 0 < row < 28 for k, row in island)
    reached = {row for _, row in above(opened)}
    assert 28 in reached
    assert 0 not in reached
    assert island < above(opened)
    says(4, "The last neuron starts from its bias and takes off what they give.")
    assert given[-1] > 0 > max(given[9:12])


def test_5_the_hinge() -> None:
    says(5, "A score above 0 means “class 1”, any other score “class −1”.")
    assert losses.accuracy([Value(0.0), Value(0.0)], [-1.0, 1.0]) == 0.5
    zero = MLP(2, [2, 1], seed=1).replace_parameters([0.0] * 9)
    assert predictions.predict(zero, [[1.0, 2.0]]) == [-1]
    says(5, "A network that scores 0 for everything would have a loss of exactly 1")
    data = moons()
    assert losses.max_margin(zero, data.xs, data.ys, alpha=0.0).data_loss.data == 1.0
    says(5, "It is 1, −1 or 0, and nothing else.")
    says(5, "How strongly it pulls at a weight depends on the point")
    slopes, pulls = set(), set()
    for score, point in ((-2.0, 3.0), (0.4, 0.5), (5.0, 1.0)):
        for label in (-1, 1):
            weight = Value(score / point)
            s = weight * point
            table = losses.hinge(s, label).backward()
            slopes.add(table[s])
            pulls.add(table[weight])
    assert slopes == {1.0, -1.0, 0.0}
    assert len(pulls) > 3
    says(5, "A stands on the right side, and still costs something.")
    figure = next(
        block for block in read_lessons()[4].blocks if getattr(block, "name", "") == "margin"
    )
    x, y, label = figure.options["points"][0]
    start = {p["name"]: p["start"] for p in figure.options["parameters"]}
    assert 0 < label * (start["b"] + start["w1"] * x + start["w2"] * y) < 1


def test_6_the_lazy_way_and_its_end() -> None:
    says(6, "Every score is ten times as large, and so is every margin, but the boundary stays")
    says(6, "Its margin is negative, and ten times as large it costs more.")
    data = moons()
    model = trained(official()).final_model
    last = model.layers[-1].parameter_count

    def larger(one: MLP) -> MLP:
        given = [p.data for p in one.parameters()]
        return one.replace_parameters([*given[:-last], *(10 * p for p in given[-last:])])

    def cost(one: MLP) -> float:
        return losses.max_margin(one, data.xs, data.ys, alpha=0.0).data_loss.data

    scores = [[one(x).data for x in data.xs] for one in (model, larger(model))]
    pairs = zip(*scores, strict=True)
    assert all(math.isclose(ten, 10 * one, rel_tol=1e-9, abs_tol=1e-9) for one, ten in pairs)
    assert predictions.predict(model, data.xs) == predictions.predict(larger(model), data.xs)
    assert cost(larger(model)) <= cost(model) == 0.0
    assert cost(larger(official())) > 3 * cost(official())  # it has wrong points


def test_6_what_a_dearer_price_does_to_the_figures_network() -> None:
    says(
        6,
        "With a tiny alpha the margin lines hug the boundary: scores climb steeply. With a larger "
        "one the strip widens",
        "the parameters shrink towards 0, the scores with them, and the data is ignored",
        "So each step takes a little off every parameter, and more where it is large.",
    )
    figure = next(
        block for block in read_lessons()[5].blocks if getattr(block, "name", "") == "alpha"
    )
    given = figure.options["choices"][0]["set"]
    data = moons(given["noise"], given["samples"])
    start = MLP(2, [*given["layers"], 1], seed=SEED)
    grid = [(-2 + 0.2 * k, -1.2 + 0.2 * row) for k in range(26) for row in range(14)]
    sizes, strips, highest = [], [], []
    for alpha in (0.0001, 0.003, 0.1, 0.3):
        assert alpha in figure.options["alpha"]["values"]
        run = train(
            start, data, steps=given["steps"], alpha=alpha, learning_rate=official_learning_rate
        )
        scores = [abs(run.final_model(place).data) for place in grid]
        sizes.append(max(abs(p.data) for p in run.final_model.parameters()))
        strips.append(sum(score < 1 for score in scores))
        highest.append(max(scores))
    assert sizes == sorted(sizes, reverse=True)
    assert strips == sorted(set(strips))
    assert highest == sorted(highest, reverse=True)
    assert max(sizes[-1], highest[-1]) < 0.001
    assert strips[-1] == len(grid)


def test_6_a_price_helped_nobody() -> None:
    says(6, "the unseen points come out no better with a price than without one")
    says(6, "a large price costs a little")
    says(6, "Here all parameters pay, the biases too")
    unseen = datasets.moons(500, noise=0.35, seed=(1, 2, 3))
    shares = {}
    for alpha in (0.0, 0.0001, 0.1):
        given = []
        for k in range(10):
            seen = datasets.moons(60, noise=0.35, seed=(k, k, k + 1))
            run = train(MLP(2, [8, 1], seed=k), seen, steps=100, alpha=alpha)
            given.append(predictions.accuracy(run.final_model, unseen))
        shares[alpha] = round(100 * sum(given) / 10, 1)
    assert shares[0.0] >= shares[0.0001] > shares[0.1] > shares[0.0] - 2
    model = official().replace_parameters([2.0 if k == 2 else 0.0 for k in range(337)])
    assert [*model.named_parameters()][2] == "b_0_0"
    assert losses.max_margin(model, [[0.0, 0.0]], [1], alpha=0.5).reg_loss.data == 0.5 * 2.0**2


def test_7_a_turn_and_what_is_written_down() -> None:
    says(7, "Look at the first steps. The learning rate is large, and the loss jumps about.")
    rows = trained(official()).history
    names = "`step`, `loss`, its two parts `data_loss` and `reg_loss`, `accuracy` and"
    says(7, names, "its numbers are those before the turn’s step")
    assert set(rows[0]) == {"step", "loss", "data_loss", "reg_loss", "accuracy", "learning_rate"}
    data = moons()
    assert rows[0]["loss"] == losses.max_margin(official(), data.xs, data.ys).total_loss.data
    rises = [after["loss"] > before["loss"] for before, after in itertools.pairwise(rows)]
    assert sum(rises[:50]) > sum(rises[50:])


def test_8_the_shapes_and_the_gap() -> None:
    says(8, "The loss slides down like a ramp and is still going down at the end.")
    says(8, "A steep beginning, then a bend, then nearly flat.", "The curve jumps up and down.")
    says(8, "**Falling.** Large steps first, small ones at the end: quick and calm.")
    data, model = moons(count=60), MLP(2, [8, 8, 1], seed=SEED)

    def curve(rate):
        return [row["loss"] for row in train(model, data, steps=60, learning_rate=rate).history]

    def rises(values, after=0):
        return sum(b > a for a, b in zip(values[after:], values[after + 1 :], strict=False))

    slow, steady, bold = curve(0.003), curve(0.1), curve(1.5)
    falling = curve(lambda k: 1.0 - 0.9 * k / 59)
    assert rises(slow) == 0
    assert slow[0] - slow[30] < 2 * (slow[30] - slow[59])
    assert steady[0] - steady[30] > 5 * (steady[30] - steady[59]) > 0
    assert rises(bold) > 20
    assert falling[-1] < min(slow[-1], steady[-1])
    assert rises(falling, after=40) <= rises(bold, after=40)
    says(8, "The margins are growing, and no more points have come to the right side yet.")
    rows = train(model, data, steps=60, learning_rate=0.1).history
    quiet = [
        after["data_loss"] < before["data_loss"]
        for before, after in itertools.pairwise(rows)
        if after["accuracy"] == before["accuracy"]
    ]
    assert sum(quiet) > 20
    says(8, "Put a noise of 0.1 in both lines, and the gap nearly closes")
    shares = []
    for noise in (0.35, 0.1):
        seen, unseen = moons(noise, 60), datasets.moons(500, noise=noise, seed=(1, 2, 3))
        run = train(official(), seen, steps=200, learning_rate=0.3)
        shares.append([predictions.accuracy(run.final_model, one) for one in (seen, unseen)])
    assert shares[0][0] - shares[0][1] > 0.1
    assert 0 <= shares[1][0] - shares[1][1] < 0.02


def test_9_flat_pieces() -> None:
    says(9, "The boundary is made of straight pieces.", "Between the folds everything is flat.")
    data, start = moons(count=60), MLP(2, [8, 8, 1], seed=SEED)
    model = train(start, data, steps=60).final_model

    def open_ones(x: float, y: float) -> list[bool]:
        return [v.data > 0 for layer in model.activations([x, y])[:-1] for v in layer]

    flat = 0
    for k in range(200):
        x, y, h = -1.5 + 0.02 * k, 0.9 - 0.007 * k, 1e-3
        if open_ones(x - h, y) == open_ones(x, y) == open_ones(x + h, y):
            left, here, right = (model([x + d, y]).data for d in (-h, 0.0, h))
            assert math.isclose(left + right, 2 * here, abs_tol=1e-12)
            flat += 1
    assert flat > 150
    says(9, "If you double every score, the boundary stays where it is.")
    says(9, "in nearly every direction its scores grow and grow")
    growing = 0
    for k in range(72):
        x, y = math.cos(math.pi * k / 36), math.sin(math.pi * k / 36)
        sizes = [abs(model([far * x, far * y]).data) for far in (6, 12, 24, 48)]
        growing += sizes == sorted(set(sizes)) and sizes[-1] > 4
    assert 72 * 0.95 < growing < 72


def test_10_dead_relus() -> None:
    says(10, "In the first layer that is for good", "A few are dead from the start.")
    assert len(dead(2.0, 0)) == 2
    says(10, "Steps that are too large make more")
    assert len(dead(2.0, 20)) > 2 >= len(dead(0.1, 20))
    says(
        10,
        "neuron 7 is dead after one step of this run, alive after two, and dead again after three",
    )
    assert [(1, 7) in dead(2.0, k) for k in (1, 2, 3)] == [True, False, True]
    first = {unit for k in range(1, 21) for unit in dead(2.0, k) if unit[0] == 0}
    for unit in first:  # once dead, dead to the end
        when = next(k for k in range(1, 21) if unit in dead(2.0, k))
        assert all(unit in dead(2.0, k) for k in range(when, 21))
    says(10, "This network is trained with steps that are too large.", "see which neurons lose")
    assert "learningRate=constant:1&" in read_lessons()[9].next_try["state"]
    large = train(official(), moons(), steps=10, learning_rate=1.0).final_model
    at_first, later = (diagnose.dead_relus(one, moons()).units for one in (official(), large))
    assert len(later) > 2 * len(at_first)
    says(10, "Two neurons of the first layer come up with both.")
    example = moons(count=60)
    model = train(MLP(2, [8, 8, 1], seed=SEED), example, steps=20).final_model
    gradients = losses.hinge(model(example.xs[39]), example.ys[39]).backward()
    names = [row["name"] for row in diagnose.largest(gradients, 5, among=model).rows]
    assert {"b_0_5", "w_0_5_0", "b_0_2", "w_0_2_0"} <= set(names)
    says(10, "Change `example` to 9 in the first cell, run the cells again, and see other names")
    other = losses.hinge(model(example.xs[9]), example.ys[9])
    assert other.data > 0.0
    others = [row["name"] for row in diagnose.largest(other.backward(), 5, among=model).rows]
    assert not {"b_0_5", "w_0_5_0"} & set(others)
    says(
        10, "Those of neuron 0 of the first layer are exactly 0: it is dead. Neuron 2 still learns"
    )
    hasty = small_run(2.0, 20)[1]
    slopes = losses.max_margin(hasty, example.xs, example.ys).data_loss.backward()
    zero, learns = (hasty.layers[0].neurons[k].parameters() for k in (0, 2))
    assert all(slopes[p] == 0.0 for p in zero)
    assert any(slopes[p] != 0.0 for p in learns)
    says(10, "With a point whose loss is 0, such as example 0, every gradient is 0")
    settled = losses.hinge(model(example.xs[0]), example.ys[0])
    table = settled.backward()
    assert settled.data == 0.0
    assert all(table[p] == 0.0 for p in model.parameters())


def test_10_the_steepest_path() -> None:
    says(
        10,
        "it is the hinge, `relu(1 − label · score)`",
        "Below **a sum**, it is the same number.",
        "Below **a relu** that is open, too.",
        "Below **a product**, it has been multiplied by the other factor.",
        "Only here does it change.",
        "In the bottom row, the last column is a little smaller than the gradient.",
    )
    data = moons(count=60)
    model = train(MLP(2, [8, 8, 1], seed=SEED), data, steps=20).final_model
    loss = losses.hinge(model(data.xs[39]), data.ys[39])
    assert loss.op == "relu"
    gradients = loss.backward()
    path = diagnose.steepest_path(gradients, to=model)
    changed = set()
    for (value, share), (below, next_share) in itertools.pairwise(
        zip(path.values, path.shares, strict=True)
    ):
        local = value.local_gradients[[p is below for p in value.parents].index(True)]
        assert math.isclose(next_share, share * local, rel_tol=1e-12)
        if value.op in ("+", "relu"):
            assert next_share == share
        elif next_share != share:
            changed.add(value.op)
    assert changed == {"*"}
    assert [name for name, p in model.named_parameters().items() if p is path.leaf] == ["b_0_5"]
    assert 0.9 < path.shares[-1] / gradients[path.leaf] < 1.0


def test_11_the_list_and_its_way_back() -> None:
    space: dict[str, Any] = {}
    (cell,) = (one for one in read_lessons()[10].of(Cell) if one.name == "tape")
    exec(cell.source, space)
    compiled = space["compiled"]
    says(
        11,
        "Read line 3 as: multiply line 0 by line 1. The lines that say `input` wait for numbers.",
        "Each line uses only lines above it.",
        "Every box of the graph has become one line.",
    )
    lines = compiled.tape.text().splitlines()
    assert [line.split()[:2] for line in lines[:3]] == [[f"{k}:", "input"] for k in range(3)]
    assert lines[3].split() == ["3:", "*", "0", "1"]
    out = space["neuron"](*map(Value, (2.0, 0.8, -0.5)))
    assert len(graph.nodes(out)) == len(lines) == 6
    tape = compiled.tape.copy()
    where, _ = adjoint.adjoint(tape, 5, tape.add("const", number=1.0))
    for at, line in enumerate(tape.text().splitlines()):
        above = (int(word) for word in line.split()[2:] if word.isdigit())
        assert all(one < at for one in above), line
    says(
        11,
        "Lines 0 to 5 are the old ones.",
        "the gradient of the output with respect to itself is 1",
        "**Line 7** is the local gradient of `relu`",
        "**Line 8** is the gradient of `total`",
        "so it is the gradient of `b` as well",
        "**Lines 9 and 10** are the gradients of `x` and `w`. In a product, each factor gets the "
        "other one.",
    )
    assert tape.text().startswith(compiled.tape.text())
    back = [line.split()[1:] for line in tape.text().splitlines()[6:]]
    assert back[:2] == [["const", "1.0"], ["step", "4"]]
    # The gradients of x, w, b, total and out, and of each factor with the other one.
    assert [where[k] for k in range(3)] == [9, 10, 8]
    assert (where[4], where[5]) == (8, 6)
    assert [line[:3] for line in back[3:]] == [["*", "8", "1"], ["*", "8", "0"]]
    says(
        11,
        "So line 3 of the tape became `f64.mul`, and line 4 became `f64.add`.",
        "The lines with `$bad` look out for numbers that grow too large.",
    )
    text = [line.strip() for line in compiled.wat().splitlines()]
    first = text.index("local.get $x")
    assert text[first : first + 6] == [
        "local.get $x", "local.get $w", "f64.mul", "local.get $b", "f64.add", "local.set $total",
    ]  # fmt: skip
    says(
        11,
        "one call does the whole run, and no step builds a graph",
        "In each pair, the rows stay equal.",
    )
    run = trained(official())
    assert run.options["engine"] == "compiled"
    eager = train(
        official(),
        moons(),
        steps=2,
        alpha=1e-4,
        learning_rate=official_learning_rate,
        engine="eager",
    ).history
    assert [row["loss"] for row in eager] == [row["loss"] for row in run.history[:2]]


@pytest.mark.slow
def test_12_what_was_lucky_and_what_is_random() -> None:
    says(12, "The average is the number to tell.", "it is a lucky one")
    training, held_out = datasets.digits(held_out=0.2)
    run = train(
        MLP(64, [32, 10], seed=1), training, loss="one_vs_rest_margin", optimizer="adam",
        learning_rate=0.01, alpha=0.001, batch_size=128, steps=500, seed=1337,
    )  # fmt: skip
    assert 100 * predictions.accuracy(run.final_model, held_out) > max(numbers.other_divisions())
    says(12, "this run gets about nine of ten points right")
    spiral = datasets.spiral(200, noise=0.03, seed=SEED, shuffle=True)
    falling = train(official(), spiral, steps=300, learning_rate=lambda k: 0.5 - 0.45 * k / 299)
    assert "dataset=spiral&samples=200&noise=0.03&steps=300" in read_lessons()[11].next_try["state"]
    assert round(10 * predictions.accuracy(falling.final_model, spiral)) == 9
    says(12, "Here each one sees all 60 points, so nothing about it is random.")
    data, model = moons(count=60), MLP(2, [8, 8, 1], seed=SEED)
    one, other = (train(model, data, steps=5, seed=k).fingerprint for k in (1, 2))
    assert one == other
    says(12, "after these 60 steps all but one of the 60 points are on the right side")
    rings = datasets.circles(60, noise=0.1, seed=SEED, shuffle=True)
    found = train(model, rings, steps=60, alpha=1e-4, learning_rate=official_learning_rate)
    assert round(60 * predictions.accuracy(found.final_model, rings)) == 59
    says(12, "The logistic loss of a point with margin m is `log(1 + e⁻ᵐ)`.")
    for margin in (-2.0, 0.3, 5.0):
        found = losses.log_loss(Value(margin), 1).data
        assert math.isclose(found, math.log(1 + math.exp(-margin)), rel_tol=1e-12)
        assert found > 0.0
    says(12, "And the steps themselves are noisy: ten points point another way than sixty do.")
    whole = losses.max_margin(model, data.xs, data.ys).total_loss.backward()
    some = losses.max_margin(model, data.xs, data.ys, batch_size=10).total_loss.backward()
    assert [whole[p] for p in model.parameters()] != [some[p] for p in model.parameters()]
