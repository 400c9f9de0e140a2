"""Reads a data set from a file of rows `x,y,label`, for the terminal.

Whatever is wrong with the file is refused with its name and the line.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Final, TextIO

from ..base import checks
from ..learning import datasets
from ..learning.datasets import Dataset

LONGEST_LINE: Final = 1 << 20
"""Characters. What has no lines, such as /dev/zero, is refused and not read for ever."""
ENCODING: Final = "utf-8-sig"  # with or without a byte order mark


def read(name: str) -> Dataset:
    """The data set of a file.

    Args:
        name: the file's; "-" is the standard input. A first row in which nothing is a number names
            the columns; every other row is data.

    Raises:
        ValueError: something that is no row of data.
        OSError: the file cannot be read.
    """
    if not name:
        checks.refuse("csv", "a file's name, or - for the standard input", name)
    told = "standard input" if name == "-" else name
    with _opened(name) as file:
        try:
            rows = list(_rows(file))
        except UnicodeDecodeError as error:
            found = f"{error.object[error.start]:#04x}: {error.reason}"
            raise ValueError(f"{told}: expected UTF-8 text, got the byte {found}") from None
        except ValueError as error:
            raise ValueError(f"{told}, {error}") from None
    if not rows:
        raise ValueError(f"{told}: expected rows of numbers, x,y,label, got none")
    try:
        made = [numbers for _, numbers in rows]
        return datasets.from_rows(made, name="own" if name == "-" else Path(name).stem)
    except ValueError as error:
        row = re.match(r"rows\[(\d+)\]", str(error))
        if row is None:
            raise
        where = f"{told}, line {rows[int(row[1])][0]}"
        raise ValueError(where + str(error)[row.end() :]) from None


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name != "-":
        with Path(name).open(encoding=ENCODING, newline="") as file:
            yield file
    elif sys.stdin is None:
        raise OSError("standard input is closed")
    else:
        # Not as the terminal's language has it: a file and a pipe hold the same bytes.
        text = TextIOWrapper(sys.stdin.buffer, encoding=ENCODING, newline="")
        try:
            yield text
        finally:
            text.detach()


def _rows(file: TextIO) -> Iterator[tuple[int, list[float]]]:
    """The number of the line, and the numbers in it."""
    reader = csv.reader(_lines(file))
    expected = "numbers, or names of the columns"
    try:
        for cells in reader:
            if not cells:
                continue
            numbers = [_number(cell) for cell in cells]
            found = [number for number in numbers if number is not None]
            if len(found) == len(cells):
                yield reader.line_num, found
            elif found or expected == "numbers":
                checks.refuse(f"line {reader.line_num}", expected, ",".join(cells))
            expected = "numbers"
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _lines(file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise ValueError(f"line {number}: expected at most {LONGEST_LINE:,} characters")
        yield line
