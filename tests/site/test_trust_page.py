"""docs/TRUST.md names tests that exist, and its numbers are theirs."""

import importlib
import math
import re
from typing import Any

import pytest

from builder.paths import ROOT

TEXT = (ROOT / "docs" / "TRUST.md").read_text()
LINES_OF_A_SCREEN = 60
HELD_BY = re.compile(r"`tests/(\w+(?:/\w+)*)\.py::(\w+)`")
# Such as "34 links (`HOSTILE`)": as many as that name of the test's file holds; "cases" are those
# that the test itself is given.
TRIED = re.compile(r"(\d+) [^(`\d]+ \(`(\w+)`\)")
PROMISES = [
    " ".join(one.split())
    for one in re.findall(r"^- (.+?)(?=\n- |\n\n|\Z)", TEXT, re.MULTILINE | re.DOTALL)
]


def cases(test: Any) -> int:
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    return math.prod(len(mark.args[1]) for mark in marks)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one[:40])
def test_a_promise_is_held_by_tests_that_tried_as_much(promise: str) -> None:
    held_by = HELD_BY.findall(promise)
    assert held_by
    modules = [importlib.import_module(f"tests.{path.replace('/', '.')}") for path, _ in held_by]
    tests = [getattr(module, name) for module, (_, name) in zip(modules, held_by, strict=True)]
    for number, name in TRIED.findall(promise):
        if name == "cases":
            assert int(number) in [cases(test) for test in tests], promise
        else:
            found = next(getattr(one, name) for one in modules if hasattr(one, name))
            assert int(number) == (found if isinstance(found, int) else len(found)), name
    # Every number of what was tried is such a one.
    told = re.sub(r"`[^`]*`", "", promise)
    assert len(re.findall(r"\b\d+\b", told)) == len(TRIED.findall(promise)), promise


def test_it_is_one_screen() -> None:
    assert len(PROMISES) > 10
    assert len(TEXT.splitlines()) <= LINES_OF_A_SCREEN
    assert max(map(len, TEXT.splitlines())) <= 130
