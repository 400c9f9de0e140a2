"""The lessons on CPython: cells run, figures compute right. Exercises: test_exercises.py."""

import base64
import json
import random
import re
import subprocess

import pytest

from builder.lessons import Cell, Exercise, Figure, Lesson, Prose, read_lessons
from builder.lessons_kernels import figure_spec, function_of, node_functions, nodes_of
from builder.lessons_notebooks import notebook_text
from builder.lessons_pages import run_cells
from builder.lessons_terms import Linker, read_terms
from builder.paths import SITE
from builder.tools import node
from micrograd_wasm import datasets
from micrograd_wasm.compiler import host
from micrograd_wasm.lessons import cells, exercises
from micrograd_wasm.page import bridge

LESSONS = read_lessons()
WIDEST_CODE = 78
GRAPHS = [(lesson, one) for lesson in LESSONS for one in lesson.of(Figure) if one.kind == "graph"]


def named(pairs: list[tuple[Lesson, Figure]]) -> list[str]:
    return [f"{lesson.slug}/{one.name}" for lesson, one in pairs]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_lesson_has_what_every_lesson_has(lesson: Lesson) -> None:
    assert len(run_cells(lesson)) >= 1
    assert len(lesson.of(Figure)) >= 1
    assert len(lesson.of(Exercise)) == 2
    assert lesson.minutes < 10
    words = sum(len(block.source.split()) for block in lesson.of(Prose))
    assert 150 < words < 900


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_code_fits_into_the_column(lesson: Lesson) -> None:
    sources = [cell.source for cell in lesson.of(Cell)]
    for exercise in lesson.of(Exercise):
        sources += [exercise.starter, exercise.solution]
    assert max(len(line) for source in sources for line in source.splitlines()) <= WIDEST_CODE


def test_a_first_use_of_a_term_leads_to_its_explanation() -> None:
    terms = read_terms(LESSONS)
    for lesson in LESSONS:
        linker = Linker(lesson, terms)
        html = "".join(b.html for b in map(linker.block, lesson.blocks) if isinstance(b, Prose))
        links = re.findall(r'<a class="term" href="\.\./([\w-]+)/[#"]', html)
        assert lesson.slug not in links
        assert links, "no lesson stands without the others' terms"
        assert not re.search(r"<(code|h2|strong)[^>]*>[^<]*<a class", html)
        for term in terms:
            found = re.findall(rf'/(?:#{term.at})?" title="{term.says}">', html)
            assert len(found) <= 1, "once is enough"


def test_a_term_is_explained_where_its_link_leads() -> None:
    """It, or another of its words, stands there; above the first heading that is the idea, too."""
    lessons = {lesson.slug: lesson for lesson in LESSONS}
    for term in read_terms(LESSONS):
        lesson = lessons[term.lesson]
        text = "".join(block.html for block in lesson.of(Prose))
        above, *parts = re.split('<h2 id="', text)
        there = {"": lesson.idea + above} | {part.split('"')[0]: part for part in parts}
        assert term.pattern.search(there[term.at]), (term.words[0], term.at)
        if term.at:  # nor is it explained before the link's place
            assert f"<strong>{term.words[0]}</strong>" not in above, term.words[0]
    front = (SITE / "index.html").read_text()
    shown = re.findall(r'class="term" href="lessons/([\w-]+)/" title="Lesson: ([^"]+)"', front)
    assert len(shown) == 5
    for slug, word in shown:
        text = " ".join(block.html for block in lessons[slug].of(Prose))
        assert re.search(rf"<strong>{word}</strong>", text, re.IGNORECASE), (slug, word)


def test_a_term_is_linked_where_a_reader_meets_it() -> None:
    lesson = LESSONS[5]
    linker = Linker(lesson, read_terms(LESSONS))
    assert linker.linked("<h2>The loss</h2><p><code>margin</code>") == (
        "<h2>The loss</h2><p><code>margin</code>"
    )
    linked = linker.linked("<p>Each max-margin loss, two margins, a margin")
    assert linked.count("<a ") == 2
    assert ">max-margin loss</a>, two " in linked
    assert ">margins</a>, a margin" in linked
    assert linker.linked("margins") == "margins"


def test_what_to_try_is_a_state_that_the_playground_knows() -> None:
    states = [lesson.next_try["state"] for lesson in LESSONS]
    state = SITE / "js" / "playground" / "state" / "state.js"
    script = (
        f"import {{ readFragment }} from {json.dumps(state.as_uri())};"
        "console.log(JSON.stringify(process.argv.slice(1).map((s) => readFragment(s).notices)))"
    )
    command = [str(node()), "--no-warnings", "--input-type=module", "-e", script, *states]
    found = subprocess.run(
        [*command, "#nonsense=1"], capture_output=True, text=True, check=True, timeout=60
    )
    notices = json.loads(found.stdout)
    assert notices.pop(), "what it does not know it says"
    assert notices == [[] for _ in states]


@pytest.mark.parametrize("pair", GRAPHS, ids=named(GRAPHS))
def test_a_graph_computes_what_the_engine_does(pair: tuple[Lesson, Figure]) -> None:
    options = pair[1].options
    function = function_of(options["python"])
    start = {name: float(number) for name, number in options["start"].items()}
    nodes = nodes_of(function, start)
    values, gradients = node_functions(nodes, len(start))
    for _ in range(20):
        numbers = {name: round(random.uniform(-4, 4), 1) for name in start}
        again = nodes_of(function, numbers)
        table = again[-1].backward()
        assert values(*numbers.values()) == [node.data for node in again]
        zeros = [0.0] * (len(nodes) - len(start))
        found = gradients.value_and_gradients(*numbers.values(), *zeros)
        assert found == (again[-1].data, tuple(table[node] for node in again))


def test_the_moons_of_a_figure_are_the_data_sets() -> None:
    spec = figure_spec("moons", {"samples": 40, "seed": [1337, 1337, 1337]})
    kernel = host.instantiate(base64.b64decode(spec["kernels"]["places"]))
    for noise in (0.01, 0.1, 0.37, 0.5):
        dataset = datasets.moons(40, noise=noise, seed=(1337, 1337, 1337))
        assert kernel.call("value", noise) == [x for row in dataset.xs for x in row]
        assert spec["labels"] == list(dataset.ys)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_lesson_as_a_notebook_has_all_its_cells(lesson: Lesson) -> None:
    """What they do when they are run: test_notebooks.py."""
    cells = json.loads(notebook_text(lesson))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [cell.source for cell in lesson.of(Cell)] == [
        one for one in code if one in {cell.source for cell in lesson.of(Cell)}
    ]
    assert len(code) == len(lesson.of(Cell)) + 2 * len(lesson.of(Exercise))


def test_what_a_cell_prints_is_heard_as_it_prints_it() -> None:
    heard: list[str] = []
    cells.listen(heard.append)
    try:
        found = cells.run("print('a', 1)\nheard.append('between')\nprint('b')", {"heard": heard})
        assert "".join(heard) == "a 1\nbetweenb\n"
        assert found["stdout"] == "a 1\nb\n"
        heard.clear()
        cells.run("for k in range(10**5): print(k)", {})
        assert len("".join(heard)) == cells.SHOWN_CHARACTERS
    finally:
        cells.listen(None)


def test_a_cell_shows_what_it_prints_and_its_last_value() -> None:
    namespace: dict[str, object] = {}
    assert cells.run("x = 2\nprint('a')\nx * 3", namespace) == {
        "stdout": "a\n",
        "result": {"text/plain": "6"},
        "problem": None,
    }
    assert cells.run("x + 1", namespace)["result"] == {"text/plain": "3"}
    assert cells.run("None", namespace)["result"] is None
    assert cells.run("", namespace)["problem"] is None


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("x = 1\nprint(y)", 2, "does not know the name y"),
        ("def f()\n    return 1", 1, "colon"),
        ("a = (1,\n", 1, "bracket"),
        ("x = 1\n  y = 2", 2, "same column"),
        ("from micrograd_wasm import Value\nValue('1')", 2, "does not work on"),
        ("1 / 0", 1, "divided by zero"),
        ("2.0.data", 1, "plain number"),
        ("from micrograd_wasm import Value\nValue(2.0).data = 3.0", 2, "changed in place"),
        ("from micrograd_wasm import Value\nValue(2.0).grad", 2, "look up gradients[x]"),
        (
            "from micrograd_wasm import MLP, losses\n"
            "losses.max_margin(MLP(2, [1], seed=1), [[1, 2]], [1]).backward()",
            2,
            "loss.total_loss.backward()",
        ),
        ("from micrograd_wasm import MLP\nMLP(2, [1], seed=1).zero_grad()", 2, "set back to 0"),
        ("2.0 ^ 2", 1, "p ** 2"),
        ("exit()", 1, "leave it out"),
        ("import sys\nsys.exit(3)", 2, "leave it out"),
        ("raise KeyboardInterrupt", 1, "Stop button"),
        ("class A:\n    def __repr__(self): raise KeyboardInterrupt\nA()", 2, "Stop button"),
        ("class A:\n    def __repr__(self): return 1 / 0\nA()", 2, "divided by zero"),
        ("class A:\n    def __getattr__(self, n): return getattr(self, n)\nA()", 2, "itself"),
        ("x = input('name? ')", 1, "nobody to ask here. Write what you would type"),
        ("raise MemoryError", 1, "started anew"),
    ],
)
def test_a_mistake_is_told_with_its_line(source: str, line: int, words: str) -> None:
    problem = cells.run(source, {})["problem"]
    assert problem["line"] == line
    assert words in problem["hint"]


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("10**5000", "ValueError", "Exceeds the limit"),
        ("raise GeneratorExit", "GeneratorExit", ""),
        ("class B(BaseException): pass\nraise B('own')", "B", "own"),
        (
            "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
            "E",
            "its message cannot be shown",
        ),
    ],
)
def test_whatever_a_cell_raises_is_told(source: str, kind: str, message: str) -> None:
    problem = cells.run(source, {})["problem"]
    assert problem["type"] == kind
    assert problem["message"].startswith(message)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("def f(x): return 10**400", "expected"),
        ("def f(x): return 10**5000", "gave something that cannot be shown (ValueError); expected"),
        ("import functools\nf = functools.partial(pow, 2)", "f gave "),
        ("def f(x): exit()", "stopped at line 1: the program ends itself"),
        ("def f(x): raise KeyboardInterrupt", "stopped at line 1: KeyboardInterrupt"),
        ("class R:\n    def __repr__(self): 1 / 0\ndef f(x): return R()", "cannot be shown (Zero"),
        ("class G:\n    def __getattr__(self, n): return getattr(self, n)\nf = G()", "f is"),
        ("class F(float):\n    def __abs__(self): 1 / 0\n    __sub__ = lambda *_: F()\n"
         "def f(x): return F(x)", "f gave "),
    ],
)  # fmt: skip
def test_whatever_an_answer_gives_is_judged(answer: str, told: str) -> None:
    check = "f = get('f')\nx = number(3, 5)\nexpect(f, x, equals=x + 100)"
    found = exercises.check(answer, check)
    assert not found["passed"]
    assert told in found["message"]


def test_what_the_bridge_raises_comes_as_an_error() -> None:
    (text,) = bridge.answer("code", "[1, 2, 3]")
    assert json.loads(text)["error"]["name"] == "TypeError"


def test_printing_for_long_keeps_little() -> None:
    found = cells.run("for i in range(100000): print(i)", {})
    assert len(found["stdout"]) < cells.SHOWN_CHARACTERS + 100


def test_a_picture_is_preferred_over_text() -> None:
    source = "class P:\n    def _repr_svg_(self): return '<svg/>'\nP()"
    assert cells.run(source, {})["result"]["image/svg+xml"] == "<svg/>"
