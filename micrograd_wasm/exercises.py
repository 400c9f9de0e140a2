"""Checks an exercise of a lesson: by what the answer does with fresh numbers, not by its text.

A check is a few lines of Python beside the exercise. It asks for the reader's function by `get`,
draws numbers with `number`, and says with `expect` what should come back:

    slope = get("slope")
    for _ in range(5):
        x = number(-3, 3)
        expect(slope, x, equals=2 * x, mistakes={x * x: "That is the height, not the slope."})

The first expectation that fails ends the check, which is run a few times. It says what was tried,
what came and what was expected, and, where a known mistake would give just that, what to think
about.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, Final

from . import cells, integrity
from .value import Value

_random: Final = random.Random()
ROUNDS: Final = 5  # how often a check is run
_SHOWN_ITEMS: Final = 20  # of a list, in a verdict


class Wrong(Exception):
    """An answer that does not do what was asked: what was tried and seen, and perhaps a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


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


def check(answer: str, test: str) -> dict[str, Any]:
    """Run an answer by itself, then its check.

    Args:
        answer: the reader's Python text.
        test: the check's.

    Returns:
        {"passed", "message", "hint", "stdout", "problem"}; `problem` as `cells.explain` has it,
        where the answer did not run to its end.
    """
    namespace: dict[str, Any] = {}
    outcome = cells.run(answer, namespace, "answer")
    integrity.put_back()
    found: dict[str, Any] = {"passed": False, "message": "", "hint": "", **outcome}
    del found["result"]
    if outcome["problem"]:
        return found
    return {**found, **_judged(namespace, test)}


def check_here(names: dict[str, Any], test: str) -> None:
    """A notebook's check: judge what its cells have defined, and print what was found.

    Args:
        names: the notebook's `globals()`.
        test: the check's Python text.
    """
    found = _judged(names, test)
    print("Right." if found["passed"] else "Not yet.", found["message"])
    if found["hint"]:
        print(found["hint"])


def _judged(names: dict[str, Any], test: str) -> dict[str, Any]:
    """Run a check a few times, each with numbers of its own.

    Once would be a matter of luck now and then: a wrong answer can be right for the numbers drawn,
    or give what another mistake gives.
    """
    program = compile(test, "<check>", "exec")
    rounds = [_judged_once(names, program) for _ in range(ROUNDS)]
    wrong = [found for found in rounds if not found["passed"]]
    if not wrong:
        return rounds[-1]
    hints = [found["hint"] for found in wrong]
    return wrong[hints.index(max(hints, key=hints.count))]


def _judged_once(names: dict[str, Any], program: CodeType) -> dict[str, Any]:
    tried: list[str] = []
    helpers = {
        "get": lambda name: _get(names, name),
        "expect": lambda *given, **how: tried.append(expect(*given, **how)),
        "number": number,
        "whole": whole,
        "sign": sign,
        "Wrong": Wrong,
    }
    try:
        exec(program, helpers)
    except Wrong as wrong:
        return {"passed": False, "message": str(wrong), "hint": wrong.hint}
    except BaseException as error:  # what the answer gave does not let itself be looked at
        told = cells.explain(error, "<answer>")
        words = f"What it gave cannot be checked: {told['type']}: {told['message']}."
        return {"passed": False, "message": words, "hint": told["hint"]}
    times = f"{len(tried) * ROUNDS} times with fresh numbers"
    return {"passed": True, "message": f"Tried {times}. The last: {tried[-1]}.", "hint": ""}


def expect(
    function: Callable[..., Any],
    *arguments: Any,
    equals: Any,
    within: float = 1e-9,
    mistakes: Mapping[Any, str] | None = None,
) -> str:
    """Call a function of the reader's and compare.

    Args:
        function: what `get` gave.
        arguments: what to call it with.
        equals: a number, a bool, or a list of numbers.
        within: how far off a number may be, relative to numbers above 1.
        mistakes: what a known mistake would have given, and what to say then.

    Returns:
        What was tried and what came, in words.

    Raises:
        Wrong: something else came back, or calling it failed.
    """
    tried = f"{cells.name_of(function) or _text(function)}({', '.join(map(_text, arguments))})"
    try:
        got = function(*arguments)
    except BaseException as error:  # exit() in an answer ends the answer
        told = cells.explain(error, "<answer>")
        where = f" at line {told['line']}" if told["line"] else ""
        words = told["message"] or told["type"]
        raise Wrong(f"{tried} stopped{where}: {words}", told["hint"]) from error
    if _same(got, equals, within):
        return f"{tried} gave {_text(got)}"
    hint = next((text for m, text in (mistakes or {}).items() if _is_mistake(got, m)), "")
    if got is None:
        hint = "It gave nothing back. A function gives its result back with return."
    elif (
        isinstance(got, Value) and not isinstance(equals, Value) and _same(got.data, equals, within)
    ):
        hint = "The number is right, but it is still a Value. Its number is its .data."
    raise Wrong(f"{tried} gave {_text(got)}; expected {_text(equals)}.", hint)


def _get(namespace: dict[str, Any], name: str) -> Any:
    if name not in namespace:
        raise Wrong(f"There is no {name} in this answer.", "Keep the name of the starting text.")
    if not callable(namespace[name]):
        raise Wrong(f"{name} is {_text(namespace[name])}; expected a function.")
    return namespace[name]


def _same(got: Any, expected: Any, within: float) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return got is expected
    if isinstance(expected, list | tuple):
        fits = isinstance(got, list | tuple) and len(got) == len(expected)
        return fits and all(_same(a, b, within) for a, b in zip(got, expected, strict=True))
    if not isinstance(got, int | float):
        return False
    try:
        return bool(abs(got - expected) <= within * max(1.0, abs(expected)))
    except OverflowError:  # an int beyond all floats
        return False


def _is_mistake(got: Any, mistake: Any) -> bool:
    """Closer than `_same`, and relative only: a tiny mistake is not the same as 0."""
    if not isinstance(got, int | float) or isinstance(got, bool):
        return _same(got, mistake, 1e-9)
    try:
        return not isinstance(mistake, bool) and bool(abs(got - mistake) <= 1e-6 * abs(mistake))
    except OverflowError:
        return False


def _text(thing: Any) -> str:
    if isinstance(thing, float):
        return f"{thing:.6g}"
    if isinstance(thing, list | tuple):
        rest = f", … {len(thing)} in all" if len(thing) > _SHOWN_ITEMS else ""
        return f"[{', '.join(map(_text, thing[:_SHOWN_ITEMS]))}{rest}]"
    try:
        text = cells.name_of(thing) or repr(thing)
    except BaseException:  # its __repr__ is broken, or it has too many digits
        text = f"something of type {cells.name_of(type(thing))}"
    return text if len(text) <= 80 else f"{text[:79]}…"


def answer_to_page(answer: str, test: str) -> tuple[str]:
    """`check` for a page: JSON."""
    return (json.dumps(check(answer, test)),)
