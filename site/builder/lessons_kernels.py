"""What the figures of the lessons compute with: kernels, compiled by the engine at build time.

A figure's Python becomes WebAssembly here and travels in the page, so that it answers a hand at
once and with the engine's own numbers. For each kind of figure there is a function from the
options of the lesson to what the page's JavaScript gets; binaries are in base64.
"""

from __future__ import annotations

import base64
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from micrograd_wasm import Value, datasets, graph, jit
from micrograd_wasm.engine.value import again
from micrograd_wasm.page import session
from micrograd_wasm.page.configuration import DEFAULT

Spec = dict[str, Any]
AnyFunction = Callable[..., Any]


def figure_spec(kind: str, options: dict[str, Any]) -> Spec:
    """The options of a lesson's figure and, in `kernels`, what it computes with."""
    return {**options, **_KINDS[kind](options)}


def configuration(given: dict[str, Any]) -> dict[str, Any]:
    """A run's whole configuration from what differs from the default one."""
    config = {**DEFAULT, **given}
    if "activations" not in given:
        config["activations"] = DEFAULT["activations"][:1] * len(config["layers"])
    return config


def text(binary: bytes) -> str:
    return base64.b64encode(binary).decode()


def function_of(source: str, name: str = "f") -> AnyFunction:
    """The function that a piece of a lesson's Python defines."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "<figure>", "exec"), namespace)
    found: AnyFunction = namespace[name]
    return found


def _function(options: dict[str, Any]) -> Spec:
    """One function of numbers: its value, and its gradients where it has one output."""
    function = function_of(options["python"])
    compiled = jit(function)
    return {"kernels": {"f": text(compiled.wasm)}}


def _functions(options: dict[str, Any]) -> Spec:
    """Several functions, each by its name."""
    names = options["functions"]
    kernels = {name: text(jit(function_of(options["python"], name)).wasm) for name in names}
    return {"kernels": kernels}


def _graph(options: dict[str, Any]) -> Spec:
    """A graph with the value and the gradient of each of its nodes."""
    start = {name: float(number) for name, number in options["start"].items()}
    nodes = nodes_of(function_of(options["python"]), start)
    values, gradients = node_functions(nodes, len(start))
    sample = list(start.values())
    values(*sample)
    gradients.value_and_gradients(*sample, *[0.0] * (len(nodes) - len(start)))
    places = {node: at for at, node in enumerate(nodes)}
    rows = graph.nodes(nodes[-1])
    operations = {row["id"]: row["op"] for row in rows}
    ids = dict(zip(sorted(nodes, key=lambda n: n.id), sorted(operations, key=_rank), strict=True))
    return {
        "start": start,
        "nodes": [
            {
                "label": node.label,
                "op": operations[ids[node]],
                "parents": [places[parent] for parent in node.parents],
                **({"constant": node.data} if not node.parents and at >= len(start) else {}),
            }
            for at, node in enumerate(nodes)
        ],
        "kernels": {"values": text(values.wasm), "gradients": text(gradients.wasm)},
    }


def _rank(name: str) -> int:
    return int(name[1:])


def nodes_of(function: AnyFunction, start: dict[str, float]) -> list[Value]:
    """A function's graph at `start`: the inputs, then each node after its parents."""
    inputs = [Value(number, label=name) for name, number in start.items()]
    output = function(*inputs)
    order: dict[Value, None] = dict.fromkeys(inputs)
    waiting = [(output, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.setdefault(node)
        elif node not in order:
            waiting.append((node, True))
            waiting += [(parent, False) for parent in reversed(node.parents)]
    return list(order)


def node_functions(nodes: Sequence[Value], inputs: int) -> tuple[Any, Any]:
    """Two compiled functions: every node's number, and the output with every node's gradient.

    The second takes, after the inputs, one nudge for each further node, which is added to the node
    and is 0: the derivative with respect to the nudge is the node's gradient.
    """

    def replay(numbers: Sequence[Value], nudges: Sequence[Value] | None) -> list[Value]:
        made: dict[Value, Value] = dict(zip(nodes, numbers, strict=False))
        for at, node in enumerate(nodes[inputs:]):
            parents = [made[parent] for parent in node.parents]
            done = again(node, parents) if parents else Value(node.data)
            made[node] = done if nudges is None else done + nudges[at]
        return [made[node] for node in nodes]

    values = jit(lambda *numbers: replay(numbers, None), arity=inputs)
    gradients = jit(
        lambda *given: replay(given[:inputs], given[inputs:])[-1],
        arity=len(nodes),
    )
    return values, gradients


def _moons(options: dict[str, Any]) -> Spec:
    """Two moons as a function of their noise: where each point stands, in the data set's order."""
    samples, seed = int(options["samples"]), tuple(options["seed"])
    # Noise so small that it is rounded away, and so large that the point it is added to is.
    still, moved = (datasets.moons(samples, noise=n, seed=seed) for n in (2.0**-1074, 2.0**200))
    # (Of a coordinate that is 0 the noise is left, and taken away.)
    base = [x if abs(x) > 2.0**-1000 else 0.0 for row in still.xs for x in row]
    draws = [x / 2.0**200 for row in moved.xs for x in row]

    def places(noise: Value) -> list[Value]:
        return [noise * draw + x for x, draw in zip(base, draws, strict=True)]

    return {"labels": list(still.ys), "kernels": {"places": text(jit(places).wasm)}}


def _run(options: dict[str, Any]) -> Spec:
    """Training runs: for each family of settings its kernels, data and first parameters."""
    configs = [configuration(choice.get("set", {})) for choice in options["choices"]]
    kernels: dict[str, Any] = {}
    plans = []
    for config in configs:
        plan = session.plan(config)
        for key, program in (
            (plan.kernel, session.kernel(plan.kernel)),
            (plan.surface, session.surface(plan.surface)),
        ):
            kernels[str(key)] = {"layout": program.layout, "binary": text(program.binary)}
        numbers = {
            name: text(array("d", getattr(plan, name)).tobytes())
            for name in ("xs", "ys", "parameters", "rates")
        }
        plans.append(
            {
                **numbers,
                "batches": text(array("i", plan.batches).tobytes()),
                "kernel": str(plan.kernel),
                "surface": str(plan.surface),
                "layerSizes": plan.config.sizes,
                "alpha": plan.config.alpha,
            }
        )
    return {"plans": plans, "kernels": kernels}


def _network(options: dict[str, Any]) -> Spec:
    """One hidden layer: the kernel that gives every neuron's output, and the first parameters."""
    hidden = int(options["hidden"])
    plan = session.plan(configuration({"layers": [hidden]}))
    program = session.surface(plan.surface)
    numbers = [float(number) for number in options["parameters"]]
    if len(numbers) != len(plan.parameters):
        raise ValueError(f"parameters: expected {len(plan.parameters)} numbers, got {len(numbers)}")
    return {
        "kernel": {"layout": program.layout, "binary": text(program.binary)},
        "parameters": text(array("d", numbers).tobytes()),
        "names": ["x", "y"],
    }


_KINDS: dict[str, Callable[[dict[str, Any]], Spec]] = {
    "curve": _function,
    "graph": _graph,
    "plane": _functions,
    "moons": _moons,
    "network": _network,
    "run": _run,
}
