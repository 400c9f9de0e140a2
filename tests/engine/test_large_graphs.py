"""Graphs of a million operations and of a million shared edges: built, differentiated, dropped.

Each runs in an interpreter of its own. A crash, which is how too deep a recursion in C ends, is
then a failed test and not the end of all of them; and it ends with the graph being freed.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compiler import node
from tests.engine import deep_graphs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(program):
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stderr[-2000:]}"
    return done.stdout.split()


def test_a_chain_of_a_million_operations():
    program = """
import gc; gc.disable()
from micrograd_wasm import Value
x = y = Value(1.5)
for _ in range(1_000_000):
    y = -y
gradients = y.backward()
print(y.data, gradients[x], len(gradients))
del gradients, y
print("dropped")
"""
    assert run(program) == ["1.5", "1.0", "1000001", "dropped"]


def test_a_million_shared_edges_from_one_value():
    program = """
import gc; gc.disable()
from micrograd_wasm import Value
x = Value(0.5)
y = Value.sum([x] * 1_000_000)
gradients = y.backward()
print(y.data, gradients[x], len(gradients))
del gradients, y
print("dropped")
"""
    # The sum's 1,000,000 additions, its first 0.0, and x.
    assert run(program) == ["500000.0", "1000000.0", "1000002", "dropped"]


def test_a_million_doubled_edges_along_a_chain():
    """2**333,000 paths lead from the end to x: a walk that does not share would never return."""
    program = """
import gc; gc.disable()
from micrograd_wasm import Value, graph
x = y = Value(1.5)
half = Value(0.5)
for _ in range(333_334):
    y = (y + y) * half
gradients = y.backward()
print(y.data, gradients[x], len(gradients))
del gradients, y
print("dropped")
"""
    assert run(program) == ["1.5", "1.0", "666670", "dropped"]


def test_listing_a_deep_graph_needs_no_recursion():
    program = """
from micrograd_wasm import Value, graph
y = Value(1.0)
for _ in range(100_000):
    y = -y
print(len(graph.nodes(y)), len(graph.edges(y)), len(graph.to_dot(y).splitlines()))
"""
    assert run(program) == ["100001", "100000", "200004"]


@pytest.mark.parametrize("depth", [5000])
def test_a_deep_graph_shows_itself_in_one_short_line(depth):
    from micrograd_wasm import Value

    y = Value(1.0)
    for _ in range(depth):
        y = y + 1.0
    assert len(repr(y)) < 100
    assert len(repr(y.backward())) < 100


def test_every_way_through_a_deep_graph_is_a_loop():
    program = """
from tests.engine.deep_graphs import report
print(report(100_000))
"""
    assert json.loads(" ".join(run(program))) == deep_graphs.expected(100_000)


@pytest.mark.pyodide
@pytest.mark.slow
def test_a_chain_of_a_million_operations_in_the_browsers_python():
    """The stack that runs out there is the JavaScript engine's, and CPython does not see it."""
    links = 1_000_000
    assert node.in_pyodide(deep_graphs, links) == deep_graphs.expected(links)
