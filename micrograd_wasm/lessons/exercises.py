"""Checks an exercise of a lesson: by what the answer does with fresh numbers, not by its text.

A check is a few lines of Python beside the exercise. It asks for the reader's function by `get`,
draws numbers with `number`, and says with `expect` what should come back, and what a known mistake
would give (`expect` tells whether the right thing came):

    slope = get("slope")
    for _ in range(5):
        x = number(-3, 3)
        expect(slope, x, equals=2 * x, mistakes={"That is the height, not the slope.": x * x})

The check is run a few times. Of all that was tried, the reader is told the first that came out
wrong. A mistake is named only where it explains every single thing that was tried: where a check
does not say what the mistake would give, it would give the right thing.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..base import checks
from ..compiler.jit import Compiled
from ..engine.value import Value
from . import cells
from .pristine import JUDGES, keep, put_back

_random: Final = random.Random()
ROUNDS: Final = 5  # how often a check is run at most
ENOUGH: Final = 24  # calls; a check that has made as many is not run again
NEARLY: Final = 0.05  # an answer that is off by less, relative to numbers above 1, is nearly right
LONGEST: Final = 80  # characters of one thing in a message

Mistakes = Mapping[str, Any]


class Wrong(Exception):
    """An answer that does not do what was asked: what was tried and seen, and perhaps a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class EngineUsed(Exception):
    """The engine was asked where the reader is to do without it."""


@dataclass(frozen=True)
class Tried:
    """One call of the reader's function, and what was to come."""

    words: str
    got: Any
    equals: Any
    right: bool
    mistakes: Mistakes
    nearly: str
    printed: str


@dataclass(frozen=True)
class Answer:
    """A function of the reader's, by the name that was asked for, whatever it calls itself."""

    name: str
    function: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)


def number(low: float, high: float, digits: int = 1) -> float:
    """A fresh random number from low to high with few digits; never exactly 0."""
    while True:
        drawn = round(_random.uniform(low, high), digits)
        if drawn != 0.0:
            return drawn


def whole(low: int, high: int) -> int:
    """A fresh random whole number, both ends included."""
    return _random.randint(low, high)


def sign() -> int:
    """-1 or 1, each as likely."""
    return _random.choice((-1, 1))


def formula(text: str, *names: str) -> Callable[..., Any]:
    """A function from a formula such as "x * x", which messages show as it is written."""
    import math  # noqa: PLC0415 - formulas may use it

    made: Callable[..., Any] = eval(f"lambda {', '.join(names or ('x',))}: {text}", {"math": math})
    made.__name__ = text
    return made


def check(answer: str, test: str) -> dict[str, Any]:
    """Run an answer by itself, then its check.

    What the answer writes into the package, or into the checker itself, is undone before it is
    judged. So is what cells did before: a check finds the package as it was loaded.

    Args:
        answer: the reader's Python text.
        test: the check's.

    Returns:
        {"passed", "message", "hint", "stdout", "problem"}; `problem` as `cells.explain` has it,
        where the answer did not run to its end. `stdout` is what the answer printed, and then what
        it printed in the call that the message is about.
    """
    mend = put_back  # by a name that the answer cannot reach
    keep()
    mend()
    namespace: dict[str, Any] = {}
    outcome = cells.run(answer, namespace, "answer")
    mend()
    found: dict[str, Any] = {"passed": False, "message": "", "hint": "", **outcome}
    del found["result"]
    if not outcome["problem"]:
        judged = _judged(namespace, test)
        found |= {**judged, "stdout": outcome["stdout"] + judged["stdout"]}
    mend()
    return found


def check_here(names: dict[str, Any], test: str) -> None:
    """A notebook's check: judge what its cells have defined, and print what was found.

    Args:
        names: the notebook's `globals()`.
        test: the check's Python text.
    """
    mend = put_back
    mend()
    found = _judged(names, test)
    mend()
    if found["stdout"]:
        print(found["stdout"].rstrip("\n"))
    print("Right." if found["passed"] else "Not yet.", found["message"])
    if found["hint"]:
        print(found["hint"])


def _judged(names: dict[str, Any], test: str) -> dict[str, Any]:
    """Run a check a few times, each with numbers of its own, and look at all that was tried.

    One call would be a matter of luck now and then: a wrong answer can be right for the numbers
    drawn, or give what another mistake gives.
    """
    program = compile(test, "<check>", "exec")
    tried: list[Tried] = []
    for _ in range(ROUNDS):
        if len(tried) >= ENOUGH:
            break
        try:
            exec(program, _helpers(names, tried))
        except Wrong as wrong:
            if all(one.right for one in tried):
                return _verdict(False, str(wrong), wrong.hint)
            break
    first = next((one for one in tried if not one.right), None)
    if first is None:
        words = f"Tried {len(tried)} times with fresh numbers. The last: {tried[-1].words}"
        return _verdict(True, f"{words} gave {_text(tried[-1].got)}.", printed=tried[-1].printed)
    got, expected = _told_apart(first.got, first.equals)
    message = f"{first.words} gave {got}; expected {expected}."
    return _verdict(False, _sentence(message), _hint(tried), first.printed)


def _verdict(passed: bool, message: str, hint: str = "", printed: str = "") -> dict[str, Any]:
    return {"passed": passed, "message": message, "hint": hint, "stdout": printed}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith("with ") else text


def _helpers(names: dict[str, Any], tried: list[Tried]) -> dict[str, Any]:
    """The names that a check knows."""

    def expected(*given: Any, **how: Any) -> bool:
        tried.append(expect(*given, **how))
        return tried[-1].right

    return {
        "get": lambda name: _get(names, name),
        "given": lambda name: _given(names, name),
        "expect": expected,
        "number": number,
        "whole": whole,
        "sign": sign,
        "formula": formula,
        "without_engine": without_engine,
        "Wrong": Wrong,
    }


def _get(namespace: dict[str, Any], name: str) -> Answer:
    found = _given(namespace, name)
    if not callable(found):
        raise Wrong(f"{name} is {_text(found)}; expected a function.")
    return Answer(name, found)


def _given(namespace: dict[str, Any], name: str) -> Any:
    if name not in namespace:
        raise Wrong(
            f"There is no {name} in this answer; it is expected.",
            "Keep the name of the starting text.",
        )
    return namespace[name]


def expect(
    function: Callable[..., Any],
    *arguments: Any,
    equals: Any,
    within: float = 1e-9,
    mistakes: Mistakes | None = None,
    nearly: str = "",
    words: str = "",
    keeps: bool = False,
) -> Tried:
    """Call a function of the reader's and compare.

    Args:
        function: what `get` gave.
        arguments: what to call it with. It gets copies of lists, so that it cannot spoil them.
        equals: a number, a bool, a text, or a list of them.
        within: how far off a number may be, relative to numbers above 1.
        mistakes: what to say of a known mistake, and what it would have given.
        nearly: what to say of an answer that is off by little.
        words: what was tried, in words; otherwise the arguments by their names.
        keeps: whether lists that it is given are to stay as they are.

    Returns:
        What was tried and what came.

    Raises:
        Wrong: calling it failed, or it changed a list that was to be kept.
    """
    mend, printed = put_back, cells.Printed()
    tried = words or _words(function, arguments)
    lent = [copy.deepcopy(one) if isinstance(one, list) else one for one in arguments]
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            got = function(*lent)
    except Wrong:
        mend(JUDGES)
        raise
    except BaseException as error:  # whatever it raises is the reader's
        mend(JUDGES)
        told = cells.explain(error, "<answer>")
        where = f" at line {told['line']}" if told["line"] else ""
        why = told["message"] or told["type"]
        message = f"{_sentence(tried)} stopped{where}: {why}; expected {_text(equals)}."
        raise Wrong(message, told["hint"]) from None
    mend(JUDGES)
    if keeps and any(
        not _same(now, was, 0.0) for now, was in zip(lent, arguments, strict=True)
        if isinstance(was, list)
    ):  # fmt: skip
        raise Wrong(
            f"{_sentence(tried)} changed a list that it was given; expected all of them unchanged.",
            "Fill a list of your own and return that.",
        )
    right = _same(got, equals, within)
    return Tried(tried, got, equals, right, mistakes or {}, nearly, printed.text())


def without_engine(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, refused where it asks the engine instead of doing the sums itself."""

    def bare(*arguments: Any) -> Any:
        asked = []

        def refuse(*_: Any, **__: Any) -> Any:
            asked.append(True)
            raise EngineUsed("the engine is not to be used here")

        doors = (Value, "__init__"), (Compiled, "__call__"), (Compiled, "value_and_gradients")
        kept = [(kind, name, kind.__dict__[name]) for kind, name in doors]
        for kind, name, _ in kept:
            setattr(kind, name, refuse)
        try:
            return function(*arguments)
        finally:
            for kind, name, method in kept:
                setattr(kind, name, method)
            if asked:
                raise Wrong(
                    "The answer asked the engine; expected plain numbers only.",
                    "Here you are the engine: multiply and add the local gradients yourself.",
                )

    bare.__name__ = getattr(function, "name", "it")
    bare.__signature__ = _signature(function)  # type: ignore[attr-defined]
    return bare


# -- what came, beside what was to come ---------------------------------------------------------


def _hint(tried: list[Tried]) -> str:
    """What to say of all that was tried: of one mistake that explains every bit of it."""
    wrong = [one for one in tried if not one.right]
    if all(one.got is None for one in wrong):
        return "It gave nothing back. A function gives its result back with return."
    names = dict.fromkeys(hint for one in tried for hint in one.mistakes)
    for hint in names:
        if all(
            _is_mistake(one.got, one.mistakes[hint]) if hint in one.mistakes else one.right
            for one in tried
        ):
            return hint
    of_its_kind = _of_its_kind(wrong)
    if of_its_kind:
        return of_its_kind
    nearly = wrong[0].nearly
    return nearly if nearly and all(_same(one.got, one.equals, NEARLY) for one in wrong) else ""


def _of_its_kind(wrong: list[Tried]) -> str:
    """What to say where the right thing came back as another kind of thing."""
    if all(isinstance(one.got, Value) and not isinstance(one.equals, Value) for one in wrong):
        if all(_same(one.got.data, one.equals, NEARLY) for one in wrong):
            return "The number is right, but it is still a Value. Its number is its .data."
        return "A Value came back. Give back a plain number; a Value’s number is its .data."
    if all(isinstance(one.got, str) and not isinstance(one.equals, str) for one in wrong):
        return "That is a text, not a number. Return it without quotes and without print."
    if all(isinstance(one.equals, bool) and not isinstance(one.got, bool) for one in wrong):
        return "Give back True or False. A comparison such as a < b is one of the two."
    if all(isinstance(one.got, bool) and not isinstance(one.equals, bool) for one in wrong):
        return "True and False are answers to a question. Here a number is asked for."
    if all(
        isinstance(one.equals, list | tuple) and not isinstance(one.got, list | tuple)
        for one in wrong
    ):
        return "A list is asked for: the results between square brackets, in their order."
    if all(
        isinstance(one.got, list | tuple) and not isinstance(one.equals, list | tuple)
        for one in wrong
    ):
        return "Several things came back. One is asked for."
    if all(callable(one.got) and not callable(one.equals) for one in wrong):
        return "That is a function, not its result. Brackets after its name call it."
    return ""


def _same(got: Any, expected: Any, within: float) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return got is expected
    if isinstance(expected, str):
        return type(got) is str and got == expected
    if isinstance(expected, list | tuple):
        fits = isinstance(got, list | tuple) and len(got) == len(expected)
        return fits and all(_same(a, b, within) for a, b in zip(got, expected, strict=True))
    if not checks.is_real(got) or not checks.is_real(expected):
        return got is expected
    try:
        return bool(abs(float(got) - expected) <= within * max(1.0, abs(expected)))
    except (ArithmeticError, ValueError):  # an int that is too long for a float
        return False


def _is_mistake(got: Any, mistake: Any) -> bool:
    """Closer than `_same`, and relative only: a tiny mistake is not the same as 0."""
    if isinstance(mistake, list | tuple):
        fits = isinstance(got, list | tuple) and len(got) == len(mistake)
        return fits and all(_is_mistake(a, b) for a, b in zip(got, mistake, strict=True))
    if not checks.is_real(got) or not checks.is_real(mistake):
        return _same(got, mistake, 1e-9)
    try:
        return bool(abs(float(got) - mistake) <= 1e-6 * abs(mistake) + 1e-12)
    except (ArithmeticError, ValueError):
        return False


# -- words --------------------------------------------------------------------------------------


def _words(function: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    """ "with score = 0.4 and label = -1, hinge": the arguments by the reader's own names."""
    name = function.name if isinstance(function, Answer) else function.__name__
    given = [_text(one) for one in arguments]
    if not given:
        return name
    with contextlib.suppress(Exception):
        taken = [*_signature(function).parameters]
        if len(taken) == len(given):
            given = [f"{each} = {text}" for each, text in zip(taken, given, strict=True)]
    *first, last = given
    return f"with {', '.join(first)}{' and ' if first else ''}{last}, {name}"


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(getattr(function, "function", function))


def _told_apart(got: Any, expected: Any) -> tuple[str, str]:
    """Both as texts, with as many digits as it takes to see that they differ."""
    for digits in (6, 10, 17):
        texts = _text(got, digits), _text(expected, digits)
        if texts[0] != texts[1]:
            return texts
    kinds = (f"{text} ({_kind(one)})" for text, one in zip(texts, (got, expected), strict=True))
    return next(kinds), next(kinds)


def _kind(thing: Any) -> str:
    name = type(thing).__name__
    return {"float": "a number", "int": "a number", "str": "a text"}.get(name, f"a {name}")


def _text(thing: Any, digits: int = 6) -> str:
    if isinstance(thing, float):
        return f"{thing:.{digits}g}"
    if isinstance(thing, list | tuple) and len(thing) <= LONGEST:
        return f"[{', '.join(_text(one, digits) for one in thing)}]"
    try:
        text = thing.__name__ if inspect.isfunction(thing) else repr(thing)
    except BaseException as error:  # a repr of the reader's own
        return f"something that cannot be shown ({type(error).__name__})"
    text = " ".join(str(text).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def answer_to_page(answer: str, test: str) -> tuple[str]:
    """`check` for a page: JSON."""
    return (json.dumps(check(answer, test)),)


keep(__name__)
