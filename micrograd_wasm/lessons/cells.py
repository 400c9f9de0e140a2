"""Runs a cell of a lesson: Python text in, what it prints and what its last line is worth out.

A cell behaves as in a notebook: names live on from one cell to the next, and the value of a last
expression is shown. What goes wrong comes back as a line and plain words, not as a traceback; that
is whatever the cell raises, also what would end a program, and errors that cannot be told.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final

from .pristine import JUDGES, keep, put_back

SHOWN_CHARACTERS: Final = 20_000
PICTURE_CHARACTERS: Final = 500_000
MESSAGE_CHARACTERS: Final = 1_000
# What a page can draw, the richest first; each with the method that gives it.
RICH: Final = (("image/svg+xml", "_repr_svg_"), ("text/html", "_repr_html_"))

Outcome = dict[str, Any]


_hears: list[Callable[[str], object]] = []  # one or none


def listen(hear: Callable[[str], object] | None) -> None:
    """Let `hear` have what cells print, piece by piece as they print it; with None nobody hears.

    It hears no more than `run` returns at the end, SHOWN_CHARACTERS of a cell.
    """
    _hears[:] = [] if hear is None else [hear]


class Printed(io.StringIO):
    """Keeps the first SHOWN_CHARACTERS; a loop that prints for ever fills no memory."""

    def write(self, text: str) -> int:
        room = SHOWN_CHARACTERS - self.tell()
        if room > 0:
            super().write(text[:room])
            for hear in _hears:
                hear(text[:room])
        return len(text)

    def text(self) -> str:
        found = self.getvalue()
        return found if len(found) < SHOWN_CHARACTERS else f"{found}\n… the rest is left out."


def run(source: str, namespace: dict[str, Any], name: str = "cell") -> Outcome:
    """Run a cell's text in a namespace, which keeps the names that it defines.

    Args:
        source: Python statements.
        namespace: the names of the cells before; written to.
        name: what tracebacks call the text.

    Returns:
        {"stdout": text, "result": {mime type: text} or None, "problem": None or as of `explain`}.
    """
    keep()
    mend = put_back  # by a name that the cell cannot reach
    printed = Printed()
    outcome: Outcome = {"stdout": "", "result": None, "problem": None}
    file = f"<{name}>"
    try:
        body = ast.parse(source, file).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        namespace.setdefault("__name__", "__main__")
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            _nothing_to_read(),
        ):
            if body:
                exec(compile(ast.Module(body, []), file, "exec"), namespace)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), file, "eval"), namespace)
                if value is not None:
                    outcome["result"] = shown(value)
    except BaseException as error:  # exit() and a KeyboardInterrupt are the cell's, too
        mend(JUDGES)
        outcome["problem"] = explain(error, file)
    mend(JUDGES)
    outcome["stdout"] = printed.text()
    return outcome


@contextlib.contextmanager
def _nothing_to_read() -> Iterator[None]:
    """input() finds the end of a file: there is nobody to ask."""
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before


def shown(value: Any) -> dict[str, str]:
    """A value as texts by mime type: always text/plain, and the richest picture it offers."""
    plain = cut(repr(value), SHOWN_CHARACTERS)
    found = {"text/plain": plain}
    for mime, method in RICH:
        make: Callable[[], Any] | None = getattr(value, method, None)
        made = make() if callable(make) else None
        if isinstance(made, str) and len(made) <= PICTURE_CHARACTERS:
            return {**found, mime: made}
        if isinstance(made, str):
            told = f"\n(Its picture is too large to show: {len(made) / 1e6:.1f} MB of text.)"
            return {"text/plain": plain + told}
    return found


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, and a sign that there was more."""
    return text if len(text) <= most else text[:most] + " …"


def explain(error: BaseException, file: str) -> dict[str, Any]:
    """An error for a reader: {"type", "message", "line" (of `file`, or None), "hint"}."""
    message = error.msg if isinstance(error, SyntaxError) else told(error)
    line = error.lineno if isinstance(error, SyntaxError) else _line(error.__traceback__, file)
    return {
        "type": name_of(type(error)) or "Error",
        "message": cut(message, MESSAGE_CHARACTERS),
        "line": line,
        "hint": _hint(error, message),
    }


def told(error: BaseException) -> str:
    """An error's own words; what stands in for them where asking for them fails."""
    if isinstance(error, SystemExit) and error.code is None:
        return "the program ends itself"
    try:
        return str(error)
    except BaseException:
        return "its message cannot be shown"


def name_of(thing: Any) -> str:
    """The __name__ of a function or class, or "" where it has none, or none that can be had."""
    try:
        name = thing.__name__
    except BaseException:
        return ""
    return name if isinstance(name, str) else ""


def _line(trace: TracebackType | None, file: str) -> int | None:
    """The line of the text itself on the way to an error, the innermost one."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _hint(error: BaseException, message: str) -> str:
    if isinstance(error, NameError):
        name = re.search(r"'([^']+)'", message)
        called = f"the name {name[1]}" if name else "this name"
        return f"Python does not know {called} here. Look for a typing mistake, or import it first."
    if isinstance(error, SyntaxError) and "expected ':'" in message:
        return "A line that begins a block (def, for, if) ends with a colon."
    if isinstance(error, ValueError) and message.startswith("Exceeds the limit"):
        return "This whole number has too many digits to be written out."
    for kind, words, text in _HABITS:
        if isinstance(error, kind) and all(word in message for word in words):
            return text
    return next((text for kind, text in _HINTS.items() if isinstance(error, kind)), "")


# What is written out of habit: kinds of error, words of its message, and what to do instead.
_HABITS: Final[tuple[tuple[type[BaseException], tuple[str, ...], str], ...]] = (
    (
        AttributeError,
        ("'float'",),
        "That is a plain number. Only a Value has .data, .relu() or .backward().",
    ),
    (
        AttributeError,
        ("'data' of 'Value'", "no setter"),
        "A Value keeps its number. Nothing is changed in place here: make a new one.",
    ),
    (
        AttributeError,
        ("'Value'", "'grad'"),
        "A Value keeps no gradient. backward() gives a table of them: look up gradients[x].",
    ),
    (
        AttributeError,
        ("'Loss'", "'backward'"),
        "A loss has parts. Ask the one that you mean, such as loss.total_loss.backward().",
    ),
    (
        AttributeError,
        ("'zero_grad'",),
        "There is nothing to set back to 0: each backward() gives a new table of gradients.",
    ),
    (
        TypeError,
        (" ^: ",),
        "A power is written with **, as in p ** 2. In Python, ^ is another thing.",
    ),
)
_HINTS: Final[Mapping[type[BaseException], str]] = {
    IndentationError: "The lines of one block begin at the same column, four spaces further in.",
    SyntaxError: "Python cannot read this line. Look for a missing bracket, quote or comma.",
    ZeroDivisionError: "Something is divided by zero.",
    RecursionError: "A function calls itself without an end.",
    KeyError: "The table has no entry of this name.",
    IndexError: "The list is shorter than that.",
    TypeError: "An operation got something that it does not work on. The message says what.",
    ArithmeticError: "A number left the range that a float64 can hold.",
    EOFError: "input() has nobody to ask here. Write what you would type into the code instead.",
    SystemExit: "exit() ends a program. A cell ends by itself: leave it out, or use return.",
    KeyboardInterrupt: "The code raises by itself what Ctrl+C would. The Stop button stops a cell.",
    MemoryError: "It needs more memory than a tab has. Python is started anew; try it smaller.",
}


# -- what the pages ask -----------------------------------------------------------------------

_MOST_SESSIONS: Final = 32
_sessions: dict[str, dict[str, Any]] = {}


def run_in_session(session: str, source: str, name: str) -> tuple[str]:
    """Run a cell among the names of its page; as JSON, the outcome of `run` and "new".

    Of as many pages as a document embeds, names are kept for the _MOST_SESSIONS used last; "new" is
    true where there were none, so that a page can run its earlier cells again.
    """
    new = session not in _sessions
    namespace = _sessions.pop(session, {})
    _sessions[session] = namespace  # the page used last is forgotten last
    if len(_sessions) > _MOST_SESSIONS:
        del _sessions[next(iter(_sessions))]
    return (json.dumps({**run(source, namespace, name), "new": new}),)
