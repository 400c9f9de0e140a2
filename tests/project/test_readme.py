"""README.md: its lines of Python and of the terminal do what stands beside them."""

import ast
import math
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from builder.paths import ROOT

TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]
COMMANDS = re.findall(r"`(python -m micrograd_wasm [^`]+)`", TEXT)


def claims(block: str) -> list[tuple[str, str]]:
    """Each line that is an expression, and the number that its comment begins with."""
    lines = block.splitlines()
    found = []
    for statement in ast.parse(block).body:
        comment = re.search(r"# (-?\d[\d.]*)", lines[(statement.end_lineno or 0) - 1])
        if isinstance(statement, ast.Expr) and comment:
            found.append((ast.unparse(statement), comment[1].rstrip(".")))
    return found


def test_the_python_runs_and_gives_the_numbers_that_stand_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)  # a run is saved and read again
    names: dict[str, object] = {}
    told = 0
    assert len(PYTHON) == 3
    for block in PYTHON:
        exec(block, names)
        for expression, number in claims(block):
            value = float(eval(expression, names))
            digits = len(number.partition(".")[2])
            assert round(value, digits) == float(number), expression
            told += 1
    assert told == 5
    assert math.isclose(float(number), 0.986)


def test_the_commands_are_understood():
    assert len(COMMANDS) == 1
    for command in COMMANDS:
        python, *rest = shlex.split(command)
        assert python == "python"
        done = subprocess.run(
            [sys.executable, *rest], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert "loss 0.0104986" in done.stdout


@pytest.mark.parametrize("path", re.findall(r'(?:src|srcset)="(docs/pictures/[^"]+)"', TEXT))
def test_the_pictures_are_there_and_small(path: str):
    picture = (ROOT / path).read_bytes()
    assert picture[:4] == b"RIFF"
    assert picture[8:12] == b"WEBP"
    assert len(picture) < 150_000


def test_the_table_of_times_says_how_to_repeat_it():
    """In the words of the benchmark itself."""
    (lines,) = re.findall(r"To repeat it, .*?```sh\n(.*?)```", TEXT, re.DOTALL)
    said = (ROOT / "tests" / "bench" / "compiled.py").read_text()
    assert len(lines.splitlines()) == 3
    assert all(line in said for line in lines.splitlines())
    assert "--skip-slow" in said
