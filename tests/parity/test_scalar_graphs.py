"""Scalar graphs as MicrogradEx lists and draws them: nodes, edges, and the DOT text by the letter.

Its ids come from a counter of the whole process; the recordings have them counted from the graph's
first node, which is how ours are named.
"""

import pytest

from micrograd_wasm import Value, graph
from tests.parity.recordings import bits, cases

GRAPHS = cases("mgx_scalar_graph")


def warmup():
    x = Value(-4.0, label="x")
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x, {"x": x, "z": z, "q": q, "h": h}


def square():
    x = Value(2.0, label="x")
    return x * x


def escaped():
    return Value(2.0, label='a "q" \\ b\nc')


def mixed():
    p = Value(3.0, label="p")
    return -(p**2 - p**0.5) / p


def more_operations():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c + -a
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g = g + 10.0 / f
    return g, {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g}


def listed(output, gradients):
    return {
        "nodes": graph.nodes(output, gradients),
        "edges": graph.edges(output),
        "dot": graph.to_dot(output, gradients),
    }


RECORDED = {
    "warmup": (lambda: warmup()[0], True, GRAPHS["warmup"]["graph"]),
    "warmup without gradients": (lambda: warmup()[0], False, GRAPHS["warmup"]["graph_nograd"]),
    "square": (square, True, GRAPHS["square"]),
    "escaped label": (escaped, False, GRAPHS["leaf_escape"]),
    "mixed": (mixed, True, GRAPHS["mixed"]),
    "more operations": (lambda: more_operations()[0], True, GRAPHS["more_ops_graph"]),
}


@pytest.mark.parametrize("name", RECORDED)
def test_nodes_edges_and_dot_are_micrograd_exs(name):
    build, with_gradients, recorded = RECORDED[name]
    output = build()
    ours = listed(output, output.backward() if with_gradients else None)
    assert ours["dot"] == recorded["dot"]
    assert bits(ours["nodes"]) == bits(recorded["nodes"])
    assert bits(ours["edges"]) == bits(recorded["edges"])


def test_the_warmup_numbers_are_micrograd_exs():
    y, _ = warmup()
    [x] = [node for node in y.backward() if node.label == "x"]
    assert bits(y.data) == bits(GRAPHS["warmup"]["y"])
    assert bits(y.backward()[x]) == bits(GRAPHS["warmup"]["dy_dx"])


@pytest.mark.parametrize(("name", "build"), [("sanity", warmup), ("more_ops", more_operations)])
def test_data_and_gradients_of_every_named_node_are_micrograd_exs(name, build):
    output, named = build()
    gradients = output.backward()
    named = {"y": output, **named} if name == "sanity" else named
    ours = {
        key: {"data": value.data, "grad": gradients[value]} for key, value in sorted(named.items())
    }
    assert bits(ours) == bits(GRAPHS[name])


def test_the_mixed_graphs_numbers_are_micrograd_exs():
    w = mixed()
    [p] = [node for node in w.backward() if node.label == "p"]
    assert bits(w.data) == bits(GRAPHS["mixed"]["w"])
    assert bits(w.backward()[p]) == bits(GRAPHS["mixed"]["dw_dp"])


def test_four_decimals_are_erlangs_2000_times():
    recorded = cases("erlang_float_4dp")
    assert len(recorded) == 2000
    # Erlang refuses to write the largest float so; ours is written out like any other.
    refused = [number for number, text in recorded if text == "ERR ArgumentError"]
    assert refused == [1.7976931348623157e308]
    wrong = [
        (number, graph.four_decimals(number), text)
        for number, text in recorded
        if number not in refused and graph.four_decimals(number) != text
    ]
    assert wrong == []
    assert graph.four_decimals(*refused) == f"{refused[0]:.4f}"
    # Not what printf does: the recording tells the two apart.
    assert any(f"{number:.4f}" != text for number, text in recorded if number not in refused)
