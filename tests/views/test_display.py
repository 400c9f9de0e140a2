"""Tables, data sets, models and runs show themselves: as text, as HTML, in one line of a list."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter
from IPython.lib.pretty import pretty

from micrograd_wasm import MLP, Dataset, Layer, Neuron, Value, datasets, display, graph, train

ROOT = Path(__file__).parents[2]
DATA = datasets.moons(20)
MODEL = MLP(2, [16, 16, 1], seed=(1337, 1337, 1337))
RUN = train(MLP(2, [4, 1], seed=1), DATA, steps=5, learning_rate=0.5, engine="eager")


def gradients():
    x = Value(2.0, "<script>alert(1)</script>")
    return (x * Value(-3.0, "y") + Value(1.0, "z") * 0.0).backward()


THINGS = {
    "gradients": gradients(),
    "dataset": DATA,
    "digits": datasets.digits()[0],
    "own": datasets.from_rows([(1.0, 1.0, 1)]),
    "no rows": Dataset((), ()),
    "model": MODEL,
    "layer": Layer(2, 3),
    "neuron": Neuron(1, nonlin=False),
    "run": RUN,
}
each = pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)


def parsed(html):
    return ET.fromstring(html)


@each
def test_html_is_well_formed_and_has_no_script(thing):
    html = thing._repr_html_()
    assert {node.tag.split("}")[-1] for node in parsed(html).iter()} <= {
        *("div", "strong", "table", "thead", "tbody", "tr", "th", "td"),
        *("svg", "title", "desc", "g", "path", "text", "rect", "circle", "polyline"),
    }
    assert not any(key.startswith("on") for node in parsed(html).iter() for key in node.attrib)
    assert "nan" not in html.lower()


@each
def test_the_text_is_a_few_short_lines_and_says_what_the_html_says(thing):
    lines = display.text(thing).splitlines()
    assert len(lines) <= 16
    assert max(map(len, lines)) <= 120
    html = "".join(parsed(thing._repr_html_()).itertext())
    assert lines[0] in html
    assert lines[-1].split()[-1] in html


@each
def test_ipython_shows_both(thing):
    bundle, _ = DisplayFormatter().format(thing)
    assert bundle["text/html"] == thing._repr_html_()
    assert bundle["text/plain"] == display.text(thing)
    assert pretty(thing) == display.text(thing)
    assert "\n" not in pretty([thing], max_width=10**6).replace("\n ", "")
    assert repr(thing) in pretty([thing], max_width=10**6)


def test_print_shows_the_text_but_a_model_prints_as_in_the_original():
    for thing in (gradients(), DATA, RUN):
        assert str(thing) == display.text(thing)
        assert "\n" not in repr(thing)
    assert str(MLP(2, [1])) == repr(MLP(2, [1])) == "MLP of [Layer of [LinearNeuron(2)]]"


def test_gradients_are_ordered_by_size():
    lines = display.text(gradients()).splitlines()
    assert lines[0].endswith("with respect to 7 values")
    rows = [line.split() for line in lines[2:9]]
    assert [abs(float(row[-1])) for row in rows] == [3.0, 2.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert lines[-1] == "1 of them is 0."


def test_of_many_gradients_only_the_largest_are_listed():
    total = Value.sum([Value(float(k), f"x{k}") * float(k) for k in range(50)])
    table = total.backward()
    lines = display.text(table).splitlines()
    assert lines[2].split() == ["x49", "leaf", "49.0000", "49.0000"]
    assert f"… {len(table) - 10:,} more, ordered by size" in lines


def test_a_model_shows_its_parameter_arithmetic():
    assert display.text(MODEL).splitlines() == [
        "MLP: 2 inputs, 1 output, 337 parameters",
        "layer  inputs  neurons  activation           parameters",
        "0           2       16        relu       2*16 + 16 = 48",
        "1          16       16        relu     16*16 + 16 = 272",
        "2          16        1      linear        16*1 + 1 = 17",
        "all                                 48 + 272 + 17 = 337",
    ]
    assert "48 + 272 + 17 = 337" in MODEL._repr_html_()
    assert "tanh" in display.text(MLP(2, [3, 1], activation="tanh"))


def test_a_dataset_shows_counts_and_points():
    text = display.text(DATA)
    assert "Dataset moons: 20 examples" in text
    assert ["-1", "10"] in [line.split() for line in text.splitlines()]
    html = DATA._repr_html_()
    assert html.count("h.01") == 10 + 1  # a dot for each point of class -1, and one to explain it
    assert html.count("h5v5h-5z") == 10 + 1
    assert "500 of" not in html


def test_a_large_dataset_draws_some_of_its_points():
    html = datasets.spiral(5000)._repr_html_()
    assert "600 of 5,000 examples" in html
    assert html.count("h.01") + html.count("h5v5h-5z") == 600 + 2


def test_digits_show_images():
    html = THINGS["digits"]._repr_html_()
    root = parsed(html)
    captions = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert captions == [str(k) for k in range(10)]
    assert "1,438 examples" in html
    assert len(html) < 60_000


def test_a_run_shows_its_curve_and_summary():
    text, html = display.text(RUN), RUN._repr_html_()
    for word in ("5 steps", f"{RUN.final_loss:.6g}", RUN.fingerprint, "eager engine", "max_margin"):
        assert word in text
        assert word in html
    [line] = list(parsed(html).iter("{http://www.w3.org/2000/svg}polyline"))
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert len(points) == 5
    losses = [row["loss"] for row in RUN.history]
    by_height = sorted(range(5), key=lambda k: points[k][1])
    assert by_height == sorted(range(5), key=lambda k: -losses[k])


def test_a_run_that_stopped_early_says_so():
    run = train(MODEL, DATA, steps=5, engine="eager", progress=lambda step, _: step < 1)
    assert "stopped early (by its progress function), of 5 steps" in display.text(run)
    assert "Run of 2 steps" in display.text(run)


def test_show_prints_where_there_is_no_notebook(capsys):
    display.show(MODEL)
    assert capsys.readouterr().out == display.text(MODEL) + "\n"
    x = Value(2.0, "x")
    display.show(graph.draw(x * x))
    assert "└─ x  data=2.0000" in capsys.readouterr().out
    display.show(x)
    assert capsys.readouterr().out == "Value(2.0, label='x')\n"


@pytest.mark.parametrize("thing", [None, 5, "x", [MODEL]])
def test_only_what_shows_itself_is_shown(thing):
    with pytest.raises(TypeError, match="thing: expected"):
        display.show(thing)
    with pytest.raises(TypeError, match="thing: expected"):
        display.text(thing)


def test_importing_the_package_loads_nothing_that_only_shows():
    program = (
        "import sys, micrograd_wasm as m; from micrograd_wasm.page import bridge; "
        "late = 'views analysis.diagnose analysis.gradient_check cli classic'.split(); "
        "late = tuple('micrograd_wasm.' + name for name in late); "
        "print([name for name in sys.modules if name.startswith(late)], "
        "[n for n in ('argparse', 'html', 'asyncio', 'IPython') if n in sys.modules]); "
        "print(m.live.Progress.__name__, m.diagnose.largest.__name__, m.display.show.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[] []", "Progress largest show"]


def test_an_unknown_name_is_refused_as_usual():
    import micrograd_wasm

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = micrograd_wasm.nothing


def test_rows_as_a_table_keep_every_digit() -> None:
    rows = [
        {"step": 0, "loss": 1.38611322734442, "name": "a<b"},
        {"step": 1, "loss": 0.5, "name": ""},
    ]
    made = display.table(rows, ["step", "loss"])
    assert repr(made).split("\n") == [
        "step              loss",
        "   0  1.38611322734442",
        "   1               0.5",
    ]
    html = made._repr_html_()
    assert "1.38611322734442" in html
    assert "<strong>" not in html, "no heading of its own"
    assert display.table(rows).columns == ("step", "loss", "name")
    assert "a&lt;b" in display.table(rows)._repr_html_()


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        ([], None, "at least one row"),
        (3, None, "a list of rows"),
        ([1], None, "rows[0]: expected a mapping"),
        ([{"a": 1}], ["b"], "rows[0]: expected a column 'b'"),
        ([{"a": 1}, {}], None, "rows[1]"),
    ],
)
def test_a_table_refuses_what_is_no_table(rows: Any, columns: Any, words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        display.table(rows, columns)
