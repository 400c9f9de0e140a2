"""Where the terminal's commands write: a file or the standard output, opened before the work."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from ..base import checks

Write: TypeAlias = Callable[[str | bytes], None]


@contextmanager
def opened(name: str | None, *, binary: bool) -> Iterator[Write]:
    """A function that writes the result.

    What cannot be written is found out here, before there is a result. A file keeps what it holds
    until the result is there; one that was made here is removed if there is none.

    Args:
        name: the file's; None or "-" is the standard output.
        binary: whether the result is bytes, which no terminal can show.

    Raises:
        ValueError: the standard output is a terminal, or the name is empty.
        OSError: the file cannot be written, or the standard output is closed.
    """
    if name is None or name == "-":
        yield _standard(binary)
        return
    if not name:
        checks.refuse("output", "a file's name", name)
    made = not Path(name).exists()
    with open(name, "wb", opener=_untouched) as file:
        written = False

        def write(content: str | bytes) -> None:
            nonlocal written
            written = True
            try:
                file.write(content if isinstance(content, bytes) else content.encode())
                file.flush()
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    file.truncate()  # the end of a longer content that was there
            except OSError as error:
                error.filename = name
                raise

        try:
            yield write
        finally:
            if made and not written:
                Path(name).unlink(missing_ok=True)


def check_standard() -> None:
    """Refuse a standard output that is closed.

    Raises:
        OSError: it is.
    """
    if sys.stdout is None:
        raise OSError("standard output is closed")


def _standard(binary: bool) -> Write:
    check_standard()
    if binary and sys.stdout.isatty():
        raise ValueError("output: expected a file (--output) for bytes that no terminal can show")

    def write(content: str | bytes) -> None:
        if isinstance(content, str):
            sys.stdout.write(content)
        else:
            sys.stdout.buffer.write(content)

    return write


def _untouched(name: str, flags: int) -> int:
    """Opens without emptying: until there is something to write, nothing is lost."""
    return os.open(name, flags & ~os.O_TRUNC, 0o666)
