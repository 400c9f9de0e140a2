"""Graphs as rows and pictures: names, gradients, Mermaid text, and labels that could break it.

tests/parity compares nodes, edges and DOT with MicrogradEx's; here is the rest.
"""

import re

import pytest

from micrograd_wasm import Value, graph


def expression():
    x, y = Value(2.0, label="x"), Value(-3.0, label="y")
    return x, y, (x * y + x).relu()


def test_nodes_come_after_their_parents_and_are_named_by_creation():
    _, _, z = expression()
    assert [(row["id"], row["op"], row["data"]) for row in graph.nodes(z)] == [
        ("v0", "leaf", 2.0),
        ("v1", "leaf", -3.0),
        ("v2", "*", -6.0),
        ("v3", "+", -4.0),
        ("v4", "relu", 0.0),
    ]


def test_the_same_program_always_gives_the_same_text():
    first = graph.to_dot(expression()[2])
    Value(1.0) * 2  # other Values made in between do not show
    assert graph.to_dot(expression()[2]) == first
    assert graph.to_mermaid(expression()[2]) == graph.to_mermaid(expression()[2])


def test_gradients_are_shown_where_a_table_is_given():
    x, _, z = expression()
    z = z + x
    assert all("grad" not in row for row in graph.nodes(z))
    rows = {row["label"]: row for row in graph.nodes(z, z.backward())}
    assert rows["x"]["grad"] == 1.0
    assert rows["y"]["grad"] == 0.0


def test_a_table_of_another_graph_shows_zeros():
    x, _, z = expression()
    assert {row["grad"] for row in graph.nodes(z, Value(1.0).backward())} == {0.0}
    assert [row["grad"] for row in graph.nodes(x, x.backward())] == [1.0]


def test_edges_say_which_parent_feeds_which_child_with_what_slope():
    _, _, z = expression()
    assert [(e["from"], e["to"], e["local_gradient"], e["child_op"]) for e in graph.edges(z)] == [
        ("v0", "v2", -3.0, "*"),
        ("v1", "v2", 2.0, "*"),
        ("v2", "v3", 1.0, "+"),
        ("v0", "v3", 1.0, "+"),
        ("v3", "v4", 0.0, "relu"),
    ]


def test_a_leaf_has_no_edges():
    assert graph.edges(Value(1.0)) == []


@pytest.mark.parametrize(
    ("value", "op"),
    [
        (lambda: Value(2.0) ** 3, "**3"),
        (lambda: Value(2.0) ** 0.5, "**0.5000"),
        (lambda: 2 ** Value(2.0), "2**"),
        (lambda: 2.5 ** Value(2.0), "2.5000**"),
        (lambda: Value(2.0).tanh(), "tanh"),
        (lambda: Value(2.0).sigmoid(), "sigmoid"),
        (lambda: Value(2.0).log(), "log"),
        (lambda: Value(2.0).exp(), "exp"),
    ],
)
def test_the_operation_carries_its_number(value, op):
    assert graph.nodes(value())[-1]["op"] == op


def test_mermaid_draws_leaves_round_and_results_as_boxes():
    x, _, _ = expression()
    square = x * x
    assert graph.to_mermaid(square, square.backward()).splitlines() == [
        "flowchart LR",
        '  v0(["x | data=2.0000 | grad=4.0000"])',
        '  v1["v1 | data=4.0000 | grad=1.0000 | op=*"]',
        "  v0 --> v1",
        "  v0 --> v1",
    ]


MERMAID_LINE = re.compile(
    r'  v\d+\(\["[^"<>]*"\]\)|  v\d+\["[^"<>]*"\]|  v\d+ --> v\d+|flowchart LR'
)


@pytest.mark.parametrize(
    "label",
    ['say "hi"', "a<b>c", "</script>", "two\nlines", "#quot;", "]) --> v9", "100%", "a|b", "`x`"],
)
def test_no_label_breaks_out_of_its_mermaid_node(label):
    text = graph.to_mermaid(Value(1.0, label=label) * 2).replace("<br>", "")
    assert all(MERMAID_LINE.fullmatch(line) for line in text.splitlines()), text


def test_mermaid_escapes_can_be_read_back():
    text = graph.to_mermaid(Value(1.0, label='#1 "a" <b>'))
    assert "#35;1 #quot;a#quot; #lt;b#gt; | data=1.0000" in text


DOT_NODE = re.compile(r'  v\d+ \[label="(?:[^"\\]|\\.)*"\];')


@pytest.mark.parametrize("label", ['say "hi"', "back\\", '\\"', "two\nlines", '"]; v9 [label="'])
def test_no_label_breaks_out_of_its_dot_node(label):
    lines = graph.to_dot(Value(1.0, label=label)).splitlines()
    assert lines[0] == "digraph MicrogradEx {"
    assert lines[-1] == "}"
    assert len(lines) == 4
    assert DOT_NODE.fullmatch(lines[2]), lines[2]


@pytest.mark.parametrize("draw", [graph.nodes, graph.edges, graph.to_dot, graph.to_mermaid])
@pytest.mark.parametrize("thing", [5, None, "x", [Value(1.0)]])
def test_only_a_value_has_a_graph(draw, thing):
    with pytest.raises(TypeError, match="expected a Value, got"):
        draw(thing)


@pytest.mark.parametrize("draw", [graph.nodes, graph.to_dot, graph.to_mermaid])
@pytest.mark.parametrize("table", [{}, 1, "x"])
def test_only_a_table_of_gradients_will_do(draw, table):
    with pytest.raises(TypeError, match="gradients: expected None or the table that backward"):
        draw(Value(1.0), table)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.0000"),
        (-0.0, "-0.0000"),
        (0.03125, "0.0313"),
        (-0.03125, "-0.0313"),
        (0.99996, "1.0000"),
        (-9.99996, "-10.0000"),
        (2.0**53, "9007199254740992.0000"),
        (-1e-300, "-0.0000"),
    ],
)
def test_numbers_have_four_decimals_rounded_half_up(number, text):
    assert graph.four_decimals(number) == text
