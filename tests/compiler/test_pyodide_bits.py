"""Compiled runs in the browser's Python have the bits that they have under wasmtime.

Pyodide runs under Node: the WebAssembly engine is the one of Chromium.
"""

import json
import sys

import pytest
import wasmtime

from micrograd_wasm.compiler import host
from tests.compiler import in_pyodide, node
from tests.compiler.runs import OFFICIAL

pytestmark = pytest.mark.pyodide


@pytest.fixture(scope="module")
def there():
    return node.in_pyodide(in_pyodide)


@pytest.fixture(scope="module")
def here():
    return json.loads(in_pyodide.report())


def test_the_other_runtime_is_the_browsers(there):
    assert there["platform"] == "emscripten"
    assert sys.platform != "emscripten"


def test_the_official_run_has_its_fingerprint_there(there):
    assert there["numbers"]["official, 100 steps"] == [OFFICIAL, "compiled"]


def test_handwritten_digits_are_learned_there(there):
    assert there["numbers"]["digits"][1] >= 0.95


def test_eager_and_compiled_agree_there(there):
    assert there["eager"] == [there["numbers"]["official, 20 steps"], "eager"]


def test_a_run_goes_on_there(there):
    """After a file, a pipe, and by the other engine; with both streams of batches."""
    *fingerprints, diverged = there["numbers"]["going on"]
    for k in (0, 3):
        assert len(set(fingerprints[k : k + 3])) == 1
    assert fingerprints[0] != fingerprints[3]
    assert diverged.startswith("training diverged at step 1")


def test_the_sign_of_zero_comes_back_from_there(there):
    minus_zero, zero = (-0.0).hex(), (0.0).hex()
    calls = [minus_zero], [minus_zero, zero], [zero, minus_zero]
    with_gradients = [minus_zero, (-1.0).hex()], [minus_zero, zero, minus_zero]
    expected = [number for row in (*calls, *with_gradients) for number in row]
    assert there["numbers"]["negative zeros"] == expected


def test_a_program_that_needs_too_much_stack_is_refused_there(there):
    assert "needs more stack than the browser has" in there["endless"]
    assert 'engine="eager"' in there["endless"]


def test_a_browser_without_vectors_trains_eagerly_and_says_what_compiled_runs_need(there):
    engine, (error, message) = there["without vectors"]
    assert (engine, error) == ("eager", "NoHost")
    assert "lacks vectors" in message
    assert "Safari 16.4" in message


def test_the_probe_is_a_valid_module():
    wasmtime.Module.validate(wasmtime.Engine(), host.VECTORS)


def test_every_number_is_the_same_bits_there(here, there):
    assert list(there["numbers"]) == list(here["numbers"])
    for name, ours in here["numbers"].items():
        assert there["numbers"][name] == ours, name
    assert there["eager"] == here["eager"]
