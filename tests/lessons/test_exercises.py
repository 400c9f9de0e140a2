"""The exercises: every right answer passes in any style, every wrong one is told what is wrong."""

import math
import random
import re

import pytest

from builder.lessons import Exercise, read_lessons
from micrograd_wasm import Value, losses
from micrograd_wasm.lessons import cells, exercises
from micrograd_wasm.page import bridge
from tests.lessons.answers import Given, given_answers

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise for lesson in read_lessons() for exercise in lesson.of(Exercise)
}
ANSWERS = given_answers()
TURNS = 2  # fresh numbers each time


def all_of(exercise: Exercise) -> list[Given]:
    """With those that stand in the lesson itself."""
    own = [Given(wrong.source, False, wrong.hint) for wrong in exercise.wrong]
    return [Given(exercise.solution, True), *ANSWERS[exercise.name], *own]


def test_there_are_right_answers_in_four_styles_and_six_mistakes_for_each() -> None:
    assert set(ANSWERS) == set(EXERCISES)
    for exercise in EXERCISES.values():
        answers = all_of(exercise)
        assert sum(one.right for one in answers) >= 5, exercise.name
        assert sum(not one.right for one in answers) >= 6, exercise.name
        assert len({one.source for one in answers}) == len(answers), exercise.name


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_pass_and_wrong_ones_get_their_hint(name: str) -> None:
    exercise = EXERCISES[name]
    for answer in all_of(exercise):
        for _ in range(TURNS):
            found = exercises.check(answer.source, exercise.check)
            assert found["passed"] == answer.right, (answer.source, found)
            assert found["problem"] is None, (answer.source, found)
            assert answer.hint in found["hint"], (answer.source, found)
            assert answer.right or found["hint"], (answer.source, found)
            if answer.right:
                assert "fresh numbers" in found["message"]
                continue
            assert "expected" in found["message"]
            shown = re.search(r" gave (.*); expected (.*)\.$", found["message"])
            assert shown is None or shown[1] != shown[2], found


@pytest.mark.parametrize("name", EXERCISES)
def test_the_starting_text_does_not_pass(name: str) -> None:
    for _ in range(TURNS):
        assert not exercises.check(EXERCISES[name].starter, EXERCISES[name].check)["passed"]


def test_every_mistake_that_a_check_names_is_told_in_a_sentence() -> None:
    for exercise in EXERCISES.values():
        hints = re.findall(r'^ +"([^"]+)": ', exercise.check, re.MULTILINE)
        assert len(set(hints)) == len(hints) >= 6, exercise.name
        assert all(hint.endswith((".", "?")) for hint in hints), exercise.name


# The hint is for whoever answers so: which number that is, the answer itself tells.
OF_ITS_OWN = ("This is right for large numbers only", "This says the same whatever")


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_that_a_check_names_is_found_out(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gives what a mistake gives, all the time, does not pass, and is told that mistake.

    Of two mistakes that give the same all the time, either is told.
    """
    exercise = EXERCISES[name]
    solved: dict[str, object] = {}
    exec(exercise.solution, solved)
    tried: list[exercises.Tried] = []
    mistake = ""

    def expect(*_: object, equals: object, within: float = 1e-9, **how: dict[str, object]):
        mistakes = how["mistakes"]
        got = mistakes.get(mistake, equals)
        right = exercises._same(got, equals, within)
        tried.append(exercises.Tried("it", got, equals, right, mistakes, "", ""))
        return tried[-1]

    monkeypatch.setattr(exercises, "expect", expect)
    for mistake in re.findall(r'^ +"([^"]+)": ', exercise.check, re.MULTILINE):
        if mistake.startswith(OF_ITS_OWN):
            continue
        tried.clear()
        found = exercises._judged(solved, exercise.check)
        assert not found["passed"], mistake
        as_told = [one.mistakes.get(found["hint"], one.equals) for one in tried]
        assert found["hint"], mistake
        assert as_told == [one.got for one in tried], (mistake, found["hint"])


# -- the checker ----------------------------------------------------------------------------------

TWICE = (
    "f = get('f')\nfor _ in range(3):\n    x = number(1, 5)\n"
    "    expect(f, x, equals=2 * x, mistakes={'Half of it.': x, 'Once too often.': 3 * x})"
)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("def f(x): pass", "return"),
        ("g = 1", "starting text"),
        ("def f(x): return unknown", "does not know the name"),
        ("from micrograd_wasm import Value\ndef f(x): return Value(2 * x)", "still a Value"),
        ("def f(x): return str(2 * x)", "a text, not a number"),
        ("def f(x): return [2 * x]", "One is asked for."),
        ("def f(x): return x, 2 * x", "One is asked for."),
        ("def f(x): return x > 1", "a number is asked for"),
        ("def f(x): return f", "not its result"),
        ("def f(x): return x", "Half of it."),
        ("def f(x): return 3 * x", "Once too often."),
        ("def f(x): return x if x < 3 else 3 * x", ""),
    ],
)
def test_a_wrong_answer_gets_its_hint(answer: str, words: str) -> None:
    for _ in range(20):
        found = exercises.check(answer, TWICE)
        assert not found["passed"]
        assert words in found["hint"]
        assert words or not found["hint"], "a hint that does not explain all of it"


@pytest.mark.parametrize(
    "answer",
    [
        "import functools\nf = functools.partial(lambda a, x: a * x, 2)",
        "class F:\n    def __call__(self, x): return 2 * x\nf = F()",
        "class F:\n    __name__ = property(lambda self: 1 / 0)\n"
        "    def __call__(self, x): return 2 * x\nf = F()",
        "f = (2.0).__mul__",
        "from fractions import Fraction\ndef f(x): return Fraction(2 * x)",
    ],
)
def test_any_callable_and_any_number_will_do(answer: str) -> None:
    assert exercises.check(answer, TWICE)["passed"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("def f(x): return 10 ** 400", "gave"),
        ("def f(x): return 10 ** 6000", "cannot be shown"),
        ("class A:\n    def __repr__(self): 1 / 0\ndef f(x): return A()", "cannot be shown"),
        ("class A:\n    def __getattr__(self, n): return A()\ndef f(x): return A()", "gave"),
        ("def f(x): raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(x): raise SystemExit(2)", "stopped at line 1: 2"),
        ("class E(Exception):\n    def __str__(self): 1 / 0\ndef f(x): raise E", "stopped"),
        ("def f(x): return f(x)", "recursion"),
        ("def f(): return 1", "positional argument"),
        ("def f(x): return math.nan\nimport math", "gave nan"),
    ],
)
def test_what_a_reader_gives_back_never_breaks_the_checker(answer: str, words: str) -> None:
    found = exercises.check(answer, TWICE)
    assert not found["passed"]
    assert found["problem"] is None
    assert words in found["message"]
    assert "expected" in found["message"]


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (-19.4600001, -19.46),
        (0.1 + 0.2, 0.3),
        (math.nextafter(2.0, 3.0), 2.0),
        (2, "2"),
        (True, 1),
        ("1", 1),
        ([1.0, 2.0000000001], [1.0, 2.0]),
        (type("Odd", (), {"__repr__": lambda _: "2"})(), 2),
        (Value(2.0), 2.0),
    ],
)
def test_got_and_expected_never_look_alike(got: object, expected: object) -> None:
    one, other = exercises._told_apart(got, expected)
    assert one != other


def test_arguments_are_said_by_their_names() -> None:
    answer = "def side(line, place): return 0"
    test = "expect(get('side'), [0.5, -1], formula('x * x'), equals=1)"
    message = exercises.check(answer, test)["message"]
    assert message == "With line = [0.5, -1] and place = x * x, side gave 0; expected 1."


def test_what_an_answer_prints_is_shown() -> None:
    answer = "print('once')\ndef f(x):\n    print('asked', x)\n    return 2 * x + 1"
    found = exercises.check(answer, TWICE)
    asked = re.search(r"With x = (\S+), f gave", found["message"])
    assert asked
    assert found["stdout"] == f"once\nasked {float(asked[1])}\n"
    right = exercises.check(answer.replace(" + 1", ""), TWICE)
    assert re.fullmatch(r"once\nasked [\d.]+\n", right["stdout"])


def test_an_answer_that_does_not_run_is_told_its_line() -> None:
    found = exercises.check("def f(x):\n    return 2 * x\noops", TWICE)
    assert not found["passed"]
    assert found["problem"]["line"] == 3


def test_an_answer_cannot_spoil_the_lists_of_a_check() -> None:
    test = "xs = [1.0, 2.0]\nexpect(get('f'), xs, equals=3.0)\nassert xs == [1.0, 2.0]"
    answer = "def f(xs): return xs.pop() + xs.pop()"
    assert exercises.check(answer, test)["passed"]
    kept = exercises.check(answer, test.replace("equals", "keeps=True, equals"))
    assert "changed a list" in kept["message"]


def test_numbers_are_fresh() -> None:
    assert len({exercises.number(-5, 5, 6) for _ in range(20)}) > 10


def test_a_coincidence_of_numbers_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = "def f(x):\n    return 2 * x"
    lucky = 'f = get("f")\nx = whole(2, 30)\nexpect(f, x, equals=x * x)'  # right for 2
    told = (
        'f = get("f")\nfor x in (30, whole(2, 29)):\n'
        '    expect(f, x, equals=-1, mistakes={"sixty": 60, "twice": 2 * x})'
    )
    exercises._random.seed(1)
    for _ in range(40):
        assert not exercises.check(answer, lucky)["passed"]
        assert exercises.check(answer, told)["hint"] == "twice"
    exercises._random.seed(random.random())


WRONG = "def f(x): return 0"
RIGHT = "def f(x): return 2 * x"
# Each is put before an answer, or into its function; `bridge` is what the pages ask.
ATTACKS = [
    "import micrograd_wasm.lessons.exercises as e; e._same = lambda *a: True",
    "import micrograd_wasm.lessons.exercises as e; e.expect = lambda *a, **k: None",
    "import micrograd_wasm.lessons.exercises as e; e.check = lambda *a: {'passed': True}",
    "import micrograd_wasm.lessons.exercises as e; "
    "e.answer_to_page = lambda *a: ('{\"passed\": true}',)",
    "import micrograd_wasm.lessons.exercises as e; "
    "e._same.__code__ = (lambda a, b, c: True).__code__",
    "import micrograd_wasm.lessons.exercises as e; "
    "e._hint = None; e.ROUNDS = 0; e.put_back = print",
    "import micrograd_wasm.lessons.exercises as e; e.abs = lambda n: 0.0",
    "import micrograd_wasm.lessons.exercises as e; e.Tried.right = True",
    "import micrograd_wasm.lessons.pristine as p; p.put_back = p.keep = lambda *a: None",
    "import micrograd_wasm.lessons.cells as c; c.run = lambda *a: {'problem': None, 'stdout': ''}",
    "import micrograd_wasm.base.checks as c; c.is_real = lambda *a: False",
    "import micrograd_wasm.page.bridge as b; b.answer = None; b._ANSWERS = {}",
    "import micrograd_wasm.page.bridge as b; "
    "b._ANSWERS['check'] = lambda *a: ('{\"passed\": true}',)",
    "import micrograd_wasm.lessons.exercises as e; e.Tried.__getattribute__ = lambda *a: True",
    "import builtins; builtins.abs = lambda n: 0.0; builtins.float = int",
    "import sys; sys.modules['micrograd_wasm.lessons.exercises'] = None",
    "from micrograd_wasm import Value; Value.__add__ = Value.__mul__; Value.extra = property(abs)",
    "from micrograd_wasm import losses; losses.hinge = lambda *a: 0",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_overwriting_the_checker_helps_no_answer(attack: str) -> None:
    first = f"{attack}\n{WRONG}"
    inside = f"def f(x):\n    {attack}\n    return 0"
    for answer in (first, inside):
        assert not exercises.check(answer, TWICE)["passed"]
        assert not exercises.check(WRONG, TWICE)["passed"]
        assert exercises.check(RIGHT, TWICE)["passed"]
        asked = bridge.answer("check", exercises.json.dumps([WRONG, TWICE]))
        assert exercises.json.loads(asked[0])["passed"] is False
    cells.run(attack, {})
    assert not exercises.check(WRONG, TWICE)["passed"]
    assert exercises.check(RIGHT, TWICE)["passed"]
    assert (Value(2.0) + 1.0).data == 3.0
    assert losses.hinge(Value(0.5), 1).data == 0.5
    assert abs(-2.0) == 2.0
