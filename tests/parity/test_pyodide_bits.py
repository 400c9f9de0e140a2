"""The bit contract: CPython and the browser's Python give the same bits.

Pyodide runs under Node here: the same WebAssembly and the same C library as in a browser tab. That
library's sin, exp, tanh and pow differ from a desktop's in the last bit, so this only holds because
the engine uses none of them.
"""

import json
import sys

import pytest

from tests.compiler import node
from tests.parity import bit_contract


@pytest.fixture(scope="module")
def here():
    return json.loads(bit_contract.report())


@pytest.fixture(scope="module")
def in_pyodide():
    return node.in_pyodide(bit_contract)


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
