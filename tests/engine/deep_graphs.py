"""What test_large_graphs.py asks of a chain of many links: everything that walks it.

Run under CPython, and inside Pyodide by tests/compiler/run_in_pyodide.mjs. Nothing here needs a
package. A recursion that is left somewhere ends the process, or is a RecursionError.
"""

import copy
import gc
import json
import pickle

from micrograd_wasm import MLP, Value, classic, datasets, graph, train


def chain(links, kind=Value):
    """A chain of so many links, and what it begins with: 1.5 and then -1.5 and 1.5 in turns."""
    first = last = kind(1.5)
    for _ in range(links):
        last = -last
    return first, last


def length(last):
    """How many links there are, counted without the engine's own walk."""
    count = 0
    while last.parents:
        (last,) = last.parents
        count += 1
    return count


def report(links):
    """What each way through the chain gives, as JSON; what is no longer needed is freed."""
    gc.disable()  # there are no cycles, and looking for them takes most of the time
    told = {}
    first, last = chain(links)
    table = last.backward()
    told["backward"] = [len(table), table[first]]
    told["shown"] = [repr(last), repr(table)]
    told["drawn"] = len(last._repr_html_()) > 1000
    del table, first
    twin = copy.copy(last)
    told["copy"] = [twin is last, twin.parents == last.parents]
    del twin
    twin = copy.deepcopy(last)
    del last
    told["deep copy"] = [length(twin), twin.data]
    packed = pickle.dumps(twin)
    del twin
    last = pickle.loads(packed)
    del packed
    told["pickle"] = [length(last), last.data]
    del last

    few = links // 20
    _, last = chain(few)
    told["listed"] = [len(graph.nodes(last)), len(graph.edges(last))]
    told["written"] = [len(graph.to_dot(last)) > few, len(graph.to_mermaid(last)) > few]
    x, y = chain(few, classic.Value)
    y.backward()
    told["classic"] = [x.grad, classic.draw_dot(y) is not None]
    told["classic, again"] = [pickle.loads(pickle.dumps(y)).data, copy.deepcopy(y).data]
    del x, y

    dataset = datasets.moons(3000, seed=1)
    run = train(MLP(2, [1], seed=1), dataset, steps=2, engine="eager")
    told["trained"] = run.step_count
    return json.dumps(told)


def expected(links):
    """What `report` gives where nothing is lost; an even number of links."""
    few = links // 20
    return {
        "backward": [links + 1, 1.0],
        "shown": [
            "Value(1.5, op='neg')",
            f"Gradients of Value(1.5, op='neg') with respect to {links + 1} values",
        ],
        "drawn": True,
        "copy": [False, True],
        "deep copy": [links, 1.5],
        "pickle": [links, 1.5],
        "listed": [few + 1, few],
        "written": [True, True],
        "classic": [1.0, True],
        "classic, again": [1.5, 1.5],
        "trained": 2,
    }
