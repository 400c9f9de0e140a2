"""A thousand wrong calls of everything public: refused by name, at once, with nothing changed.

Each takes a call that works (public_calls.py) and puts something odd (odd_values.py) in the place
of one argument, or of one item in it. What comes out is a result that can be shown, or a TypeError,
a ValueError or an ArithmeticError, of which the first two name the argument.
"""

import inspect
import random
import re
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any, Final, NamedTuple

import pytest

from micrograd_wasm import Value
from tests.engine import public_calls
from tests.engine.odd_values import ODD
from tests.engine.public_calls import BETWEEN_US, CALLS, DRAW_FROM_PYTHON, Call, public

MOST_LINES: Final = 60_000
"""Lines of Python that may run before an argument is refused. A time would depend on the machine;
these are some hundredths of a second. (A step of the official run is 200,000.)"""
ENDLESS: Final = 3_000_000
"""Lines of a call that is not refused: what goes on for longer does so for ever."""
WRONG_CALLS: Final = 1100  # a few are drawn twice
# Of each, every argument gets one; the others are dealt in turn.
GROUPS: Final = (
    ("10**12", "2**63", "10**30", "-10**30", "10**400", "10**5000", "endless range", "1e308"),
    tuple(name for name in ODD if name.startswith(("Broken", "SeriesLike", "Longer", "Endless"))),
    tuple(name for name in ODD if name.startswith(("empty", "list", "dict", "ragged", "text"))),
)


class TooMuchWorkError(BaseException):
    """Not an Exception, so that nothing on the way takes it for one of its own."""


@contextmanager
def counted(most: int) -> Iterator[list[int]]:
    """Counts the lines that run inside, and ends what runs for more than `most`."""
    lines = [0]

    def line(frame: Any, event: str, argument: Any) -> Any:
        lines[0] += 1
        if lines[0] > most:
            raise TooMuchWorkError
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        yield lines
    finally:
        sys.settrace(before)


def snapshot(value: Any, depth: int = 4) -> Any:
    """What can be seen of an argument: compared before and after. Nothing of a user's is called."""
    kind = type(value)
    if kind in (list, tuple) and depth:
        return (id(value), kind, [snapshot(item, depth - 1) for item in value])
    if kind is dict and depth:
        items = [(id(key), snapshot(item, depth - 1)) for key, item in value.items()]
        return (id(value), kind, items)
    if kind in (set, frozenset):
        return (id(value), sorted(map(id, value)))
    if kind in (bytes, bytearray, array):
        return (id(value), bytes(value))
    if kind is Value:
        return (id(value), value.data.hex(), value.label, value.op, list(map(id, value.parents)))
    return id(value)


def surroundings(name: str) -> Any:
    """What every call shares, and what belongs to the whole process."""
    models = (public_calls.MODEL, public_calls.CLASSES, public_calls.NEURON, public_calls.LAYER)
    data, run = public_calls.DATA, public_calls.RUN
    return (
        [[snapshot(value) for value in model.parameters()] for model in models],
        data.xs, data.ys, sorted(data.metadata.items(), key=str),
        run.fingerprint, sorted(run.options.items(), key=str), run.history,
        [(snapshot(value), x) for value, x in public_calls.TABLE.items()],
        name in DRAW_FROM_PYTHON or random.getstate(), sys.getrecursionlimit(),
    )  # fmt: skip


class Wrong(NamedTuple):
    """A call, and what is odd in it: which argument, which of its items (or none), and what."""

    call: str
    argument: str
    items: tuple[Any, ...]
    odd: str

    def __str__(self) -> str:
        places = "".join(f"[{place!r}]" for place in self.items)
        return f"{self.call}: {self.argument}{places} = {self.odd}"


def arguments(call: Call) -> dict[str, tuple[Any, Any]]:
    """Its arguments by name: where they are, and what they are."""
    names = list(inspect.signature(call.function).parameters.values())
    found: dict[str, tuple[Any, Any]] = {}
    for place, value in enumerate(call.args):
        parameter = names[min(place, len(names) - 1)]
        several = parameter.kind is parameter.VAR_POSITIONAL
        found[call.names[place] if several else parameter.name] = (place, value)
    return found | {name: (name, value) for name, value in call.kwargs.items()}


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Where in an argument something odd can stand: in place of it, of an item, of an item's."""
    yield ()
    if type(value) in (list, tuple, dict):
        for key in value if type(value) is dict else range(len(value)):
            yield (key,)
            inner = value[key]
            if type(inner) in (list, tuple, dict):
                for below in inner if type(inner) is dict else range(len(inner)):
                    yield (key, below)


def replaced(value: Any, where: tuple[Any, ...], odd: Any) -> Any:
    if not where:
        return odd
    kind = type(value)
    changed = dict(value) if kind is dict else list(value)
    changed[where[0]] = replaced(changed[where[0]], where[1:], odd)
    return changed if kind is dict else kind(changed)


def every() -> list[Wrong]:
    return [
        Wrong(name, argument, items, odd)
        for name, make in CALLS.items()
        for argument, (_, value) in arguments(make()).items()
        for items in places(value)
        for odd in ODD
    ]


def chosen() -> list[Wrong]:
    """As many as are to be, each argument's share drawn; the same ones every time."""
    draw = random.Random(14)
    by_argument: dict[tuple[str, str], list[Wrong]] = {}
    for wrong in every():
        by_argument.setdefault(wrong[:2], []).append(wrong)
    more = -(-WRONG_CALLS // len(by_argument)) - len(GROUPS)
    deck = cycle(draw.sample(list(ODD), len(ODD)))
    found: dict[Wrong, None] = {}
    for wrongs in by_argument.values():
        for names in (*GROUPS, *([next(deck)] for _ in range(more))):
            found[draw.choice([wrong for wrong in wrongs if wrong.odd in names])] = None
    return list(found)


def complaint(wrong: Wrong) -> str:
    """What is wrong with how a wrong call ends; an empty text if it ends well."""
    call = CALLS[wrong.call]()
    place, value = arguments(call)[wrong.argument]
    changed = replaced(value, wrong.items, ODD[wrong.odd]())
    given: list[Any] = [list(call.args), dict(call.kwargs)]
    given[isinstance(place, str)][place] = changed
    name = wrong.call
    before = snapshot(given, 8), surroundings(name)
    error: BaseException | None = None
    with counted(ENDLESS) as lines:
        try:
            result = call.function(*given[0], **given[1])
            if type(result).__module__.startswith(public_calls.PACKAGE):
                repr(result)
        except BaseException as raised:
            error = raised
    if (snapshot(given, 8), surroundings(name)) != before:
        return "something was changed"
    if error is None:
        return ""
    if isinstance(error, OSError) and wrong.argument == "path":  # the system knows the file's name
        return ""
    pythons_own = ZeroDivisionError, OverflowError  # their words say nothing of ours
    if (
        not isinstance(error, TypeError | ValueError | ArithmeticError)
        or type(error) in pythons_own
    ):
        return f"it ends in {type(error).__name__}: {str(error)[:200]}"
    told = str(error)
    if lines[0] > MOST_LINES and not isinstance(error, ArithmeticError):  # a run that diverges
        return f"it is refused after {lines[0]} lines: {told[:200]}"
    names = "|".join(
        re.escape(name)
        for name in (wrong.argument, *public_calls.OTHER_NAMES.get(wrong.argument, ()))
    )
    # A function of somebody's own fails in its own words.
    theirs = isinstance(error, ArithmeticError) or callable(changed)
    if not theirs and not re.search(rf"(?<!\w)({names})(?!\w)", told):
        return f"the argument is not named: {type(error).__name__}: {told[:200]}"
    if len(told) > 500 or "\n" in told:
        return f"the message is no line: {told[:200]}"
    return ""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Some of the calls write files, and read them."""
    monkeypatch.chdir(tmp_path)
    public_calls.write_files()


def test_every_public_name_has_a_right_call():
    """A new function fails here until public_calls.py says how it is called."""
    called = {name.partition(",")[0] for name in CALLS}
    assert set(public()) - BETWEEN_US == called
    assert set(public()) > BETWEEN_US


@pytest.mark.parametrize("name", CALLS)
def test_a_right_call_works_and_changes_nothing(name, capsys, folder):
    call = CALLS[name]()
    before = snapshot(call.args, 8), snapshot(call.kwargs, 8), surroundings(name)
    call.function(*call.args, **call.kwargs)
    assert (snapshot(call.args, 8), snapshot(call.kwargs, 8), surroundings(name)) == before
    missing = set(inspect.signature(public()[name.partition(",")[0]]).parameters) - set(
        arguments(call)
    )
    assert missing <= {"self", "cls", "args", "kwargs", "options", "numbers"}, (
        "not all arguments are tried"
    )


def test_a_thousand_wrong_calls_are_refused_by_name_at_once_and_change_nothing(capsys, folder):
    wrongs = chosen()
    assert len(wrongs) >= 1000
    assert {wrong.odd for wrong in wrongs} == set(ODD)
    found = {str(wrong): told for wrong in wrongs if (told := complaint(wrong))}
    assert found == {}
