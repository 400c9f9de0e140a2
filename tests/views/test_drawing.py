"""Drawn graphs: everything is in the picture, nothing overlaps, no label breaks out of it."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from micrograd_wasm import MLP, Value, datasets, graph, losses
from micrograd_wasm.base.text import columns, one_line
from micrograd_wasm.views.graph.layout import place

SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    x1, x2 = Value(2.0, "x1"), Value(0.0, "x2")
    w1, w2 = Value(-3.0, "w1"), Value(1.0, "w2")
    return (x1 * w1 + x2 * w2 + Value(6.8813735870195432, "b")).tanh().with_label("o")


def loss():
    model = MLP(2, [3, 1], seed=1)
    data = datasets.moons(20)
    return model, losses.max_margin(model, data.xs, data.ys).total_loss


def texts(svg):
    return [each.text for each in ET.fromstring(svg).iter(f"{SVG}text")]


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 25))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = [(a, b) for a, b in draw(st.lists(pairs, max_size=50)) if a < b]
    sides = st.tuples(st.integers(10, 200), st.integers(10, 80))
    return draw(st.lists(sides, min_size=count, max_size=count)), edges


@settings(max_examples=200)
@given(graphs())
def test_no_two_boxes_overlap_and_edges_go_right(drawn):
    sizes, edges = drawn
    layout = place(sizes, edges)
    boxes = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(layout.corners, sizes, strict=True)]
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 0.2 or b[3] <= a[1] + 0.2
    for box in boxes:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= layout.size[0] + 0.2
        assert box[3] <= layout.size[1] + 0.2
    for (start, end), route in zip(edges, layout.routes, strict=True):
        assert route[0][0] == pytest.approx(boxes[start][2], abs=0.2)
        assert route[-1][0] == pytest.approx(boxes[end][0], abs=0.2)
        assert boxes[start][2] <= boxes[end][0]
        assert all(one[0] <= two[0] for one, two in pairwise(route))


def test_a_tree_is_drawn_without_a_crossing():
    """A binary tree whose leaves are numbered so that their order as given would cross."""
    edges = [(k, 8 + k % 4) for k in range(8)] + [(8 + k, 12 + k % 2) for k in range(4)]
    edges += [(12, 14), (13, 14)]
    layout = place([(20, 20)] * 15, edges)
    middles = [y + 10 for _, y in layout.corners]
    for column in ([(a, b) for a, b in edges if a < 8], [(a, b) for a, b in edges if 8 <= a < 12]):
        for (a, b), (c, d) in combinations(column, 2):
            assert (middles[a] - middles[c]) * (middles[b] - middles[d]) >= 0


def test_a_crossing_that_can_be_avoided_is_avoided():
    """As numbered, 1 -> 3 crosses 0 -> 4; with 3 above or below both others nothing crosses."""
    edges = [(0, 2), (0, 4), (1, 3)]
    layout = place([(20, 20)] * 5, edges)
    heights = [y for _, y in layout.corners]
    for (a, b), (c, d) in combinations(edges, 2):
        assert (heights[a] - heights[c]) * (heights[b] - heights[d]) >= 0


def test_the_same_graph_is_always_drawn_the_same():
    o = neuron()
    first = graph.draw(o, o.backward()).svg
    again = neuron()
    assert graph.draw(again, again.backward()).svg == first


def test_boxes_show_label_number_gradient_and_operation():
    o = neuron()
    shown = texts(graph.draw(o, o.backward()).svg)
    for word in ("x1", "w2", "o", "tanh", "-6.0000", "0.7071", "6.8814", "-1.5000"):
        assert word in shown
    assert shown.count("*") == shown.count("+") == 2
    assert shown.count("data") == shown.count("grad") == 10
    assert "grad" not in texts(graph.draw(o).svg)


def test_tiny_and_huge_numbers_are_not_shown_as_zeros():
    shown = texts(graph.draw(Value(1e-9, "a") * 1e30).svg)
    assert {"1.00e-09", "1.00e+30", "1.00e+21"} <= set(shown)


def test_each_node_tells_its_exact_numbers():
    o = neuron()
    gradients = o.backward()
    svg = graph.draw(o, gradients).svg
    [slope] = [gradients[value] for value in gradients if value.label == "x1"]
    assert f"<title>x1: data 2.0, grad {slope!r}, a leaf</title>" in svg
    assert f"o: data {o.data!r}, grad 1.0, made by tanh" in svg


def test_the_picture_is_named_for_those_who_hear_it():
    root = ET.fromstring(graph.draw(neuron()).svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text
    assert "label='o'" in root.get("aria-label")
    assert root.find(f"{SVG}desc").text == "All of its nodes are drawn."


def test_the_picture_takes_its_ink_from_the_page_and_fits_its_place():
    html = graph.draw(neuron())._repr_html_()
    inks = set(re.findall(r'(?:fill|stroke)="([^"]+)"', html))
    assert inks == {"none", "currentColor", "#3f8fd2"}
    assert "<style" not in html
    assert "overflow-x:auto" in html
    assert "max-width:100%" in html
    assert 'tabindex="0"' in html
    small = graph.draw(Value(3.0) ** 2)._repr_html_()
    assert "tabindex" not in small


EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a & b",
    "]]>",
    "</svg>",
    "two\nlines",
    "nul\x00\x1b",
    "\ud800",
    "日本語",
    "x" * 500,
]


@pytest.mark.parametrize("label", EVIL)
def test_no_label_breaks_out_of_the_picture(label):
    y = Value(1.0, label) * 2
    for drawing in (graph.draw(y), graph.draw(y, y.backward())):
        root = ET.fromstring(drawing.svg)
        names = {each.tag.removeprefix(SVG) for each in root.iter()}
        assert names <= {"svg", "g", "title", "desc", "rect", "text", "path"}
        assert not any(key.startswith("on") for each in root.iter() for key in each.attrib)
        html = drawing._repr_html_() + y._repr_html_()
        assert "<script" not in html
        assert "<img" not in html
        drawing.svg.encode()


def test_long_labels_are_cut_and_whole_under_the_pointer():
    svg = graph.draw(Value(1.0, "x" * 100) * 2).svg
    assert max(map(len, texts(svg))) <= 24
    assert "x" * 100 + ": data" in svg


def test_text_is_measured_wide_enough():
    assert columns("日本") == 4
    assert columns("abc") == 3
    assert columns(one_line("日" * 50, 24)) <= 24
    assert one_line("a\n  b", 24) == "a b"


# -- parts of large graphs -------------------------------------------------------------------------


def test_a_leaf_shows_itself_as_text_only():
    assert Value(1.0, "x")._repr_html_() is None


def test_a_small_value_shows_its_text_and_all_of_its_graph():
    o = neuron()
    html = o._repr_html_()
    assert "Value(0.70710678118654" in html
    assert html.count("<rect") == 10 + 5
    assert "nodes" not in html.replace("All of its nodes are drawn.", "")


def test_a_large_value_says_how_large_it_is_and_how_to_see_a_part():
    _, total = loss()
    drawing = graph.draw(total)
    exact = len(graph.nodes(total))
    assert drawing.total == exact > 60
    assert drawing.shown <= 60
    html = total._repr_html_()
    for word in (f"{exact:,} nodes", "depth=3", "around=x", "max_nodes="):
        assert word in html
        assert word in repr(drawing)


def test_depth_counts_operations_and_stubs_say_what_is_left_out():
    a = Value(1.0, "a")
    chain = a
    for _ in range(5):
        chain = chain.relu()
    drawing = graph.draw(chain, depth=2)
    assert (drawing.shown, drawing.total) == (3, 6)
    assert "… 3 more" in texts(drawing.svg)
    assert "… 3 more" in repr(drawing)
    assert graph.draw(chain, depth=0).shown == 1
    assert graph.draw(chain, depth=99).shown == 6


def test_a_stub_counts_to_a_thousand():
    value = Value(0.0)
    for _ in range(2000):
        value = value + 1.0
    assert "… 1,000+ more" in texts(graph.draw(value, depth=1).svg)


def test_around_shows_what_a_value_is_made_from_and_what_is_made_from_it():
    x = Value(2.0, "x")
    square = (x * x).with_label("square")
    y = (square + 1.0).relu() * 3.0
    drawing = graph.draw(y, around=square, depth=1)
    assert drawing.shown == 3
    assert "square" in texts(drawing.svg)
    assert drawing.svg.count("#d9730d") == 1  # the middle is marked
    assert graph.draw(y, around="square", depth=1).svg == drawing.svg
    assert "made from it" in repr(graph.draw(y, around=x, depth=0))


def test_a_weight_used_by_every_example_is_cut_at_max_nodes():
    model, total = loss()
    weight = model.parameters()[0]
    drawing = graph.draw(total, around=weight, max_nodes=10)
    assert 2 <= drawing.shown <= 10
    assert re.search(r"… \d+ more", " ".join(texts(drawing.svg)))


def test_highlighted_values_and_their_edges_stand_out():
    x = Value(2.0, "x")
    y = x * 3.0
    plain, marked = graph.draw(y).svg, graph.draw(y, highlight=[x, y]).svg
    assert "#d9730d" not in plain
    assert marked.count("#d9730d") == 2 + 2  # two boxes, a line and its head


def test_counting_stops_at_a_million(monkeypatch):
    from micrograd_wasm.views.graph import part as graph_view

    monkeypatch.setattr(graph_view, "MOST_COUNTED", 50)
    value = Value(0.0)
    for _ in range(100):
        value = value + 1.0
    assert graph_view.count(value, 50) == (50, False)
    assert graph_view.count(value, 201) == (201, True)


# -- text, files, errors ---------------------------------------------------------------------------


def test_in_a_terminal_it_is_a_tree():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    c = a * b
    y = (c + c.relu()).with_label("y")
    assert repr(graph.draw(y, y.backward())).splitlines() == [
        "y  data=-6.0000  grad=1.0000  (+)",
        "├─ data=-6.0000  grad=1.0000  (*)",
        "│  ├─ a  data=2.0000  grad=-3.0000",
        "│  └─ b  data=-3.0000  grad=2.0000",
        "└─ data=0.0000  grad=1.0000  (relu)",
        "   └─ data=-6.0000  grad=1.0000  (*), as above",
    ]


def test_a_saved_picture_brings_its_own_ink(tmp_path):
    path = graph.draw(neuron()).save(tmp_path / "graph.svg")
    root = ET.parse(path).getroot()
    assert root.get("class") == "mgw"
    assert "prefers-color-scheme:dark" in root.find(f"{SVG}style").text
    assert graph.draw(neuron())._repr_svg_() == graph.draw(neuron()).svg


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"depth": -1}, "depth: expected None or an integer, 0 or more, got -1"),
        ({"depth": 1.5}, "depth: expected"),
        ({"max_nodes": 0}, "max_nodes: expected a positive integer"),
        ({"around": Value(1.0)}, "around: expected a Value that the drawn one is made from"),
        ({"around": "z"}, r"around: expected a label of the graph \('a'\), got 'z'"),
        ({"around": 5}, "around: expected a Value of the graph, or a label"),
        ({"gradients": {}}, "gradients: expected None or the table"),
        ({"highlight": Value(1.0)}, "highlight: expected a list of Values"),
        ({"highlight": [1]}, r"highlight\[0\]: expected a Value"),
    ],
)
def test_wrong_arguments_are_named(how, message):
    with pytest.raises((TypeError, ValueError), match=message):
        graph.draw(Value(2.0, "a") * 3, **how)
    with pytest.raises(TypeError, match="value: expected a Value"):
        graph.draw(5)
    with pytest.raises(TypeError, match="path: expected the name of a file"):
        graph.draw(Value(1.0)).save(5)
