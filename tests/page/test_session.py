"""What the pages ask of the engine: any configuration ends in the run that Python makes of it, or
in a ValueError that names the field."""

import contextlib
import copy
import io
import json
import math
from array import array
from collections.abc import Iterator
from typing import Any

import pytest

from micrograd_wasm import MLP, Run, TrainingDiverged, datasets, losses
from micrograd_wasm.compiler import Evaluation
from micrograd_wasm.page import data as session_data
from micrograd_wasm.page import graphs, session
from micrograd_wasm.page.bridge import answer
from micrograd_wasm.page.code import code as code_of
from micrograd_wasm.page.configuration import DEFAULT, check

OFFICIAL = "fc813168499655afa4a27705f40c3114b91aedf0adbc1882e7a2a03dc1e9d91c"
POINTS = [[0.5, -1.0, 1], [2, 0.25, -1], [-0.0, 1.5, 1.0]]
SCHEDULES = (
    {"kind": "official", "start": 1.0, "end": 0.1},
    {"kind": "constant", "start": 0.05},
    {"kind": "linear", "start": 0.3, "end": 0.0},
)
SMALL = {"samples": 8, "layers": [3], "activations": ["relu"], "steps": 4}


def config(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DEFAULT), **changes}


def python_run(text: str) -> Run:
    """The run that a configuration's code makes."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(text, names)
    run = names["run"]
    assert isinstance(run, Run)
    return run


def diverging() -> dict[str, Any]:
    return config(**SMALL, learningRate={"kind": "constant", "start": 90.0}, alpha=1.0) | {
        "steps": 300
    }


class TestRuns:
    def test_the_default_is_the_official_run(self) -> None:
        trained = session.train(DEFAULT)
        assert trained.fingerprint == OFFICIAL
        assert trained.diverged is None
        assert python_run(code_of(DEFAULT)).fingerprint == OFFICIAL

    @pytest.mark.parametrize("dataset", ["moons", "spiral", "blobs", "circles", "xor", "own"])
    @pytest.mark.parametrize("loss", ["max_margin", "logistic"])
    @pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule["kind"])
    def test_they_are_those_of_their_code(
        self, dataset: str, loss: str, schedule: dict[str, Any]
    ) -> None:
        wanted = config(**SMALL, dataset=dataset, loss=loss, learningRate=schedule, points=POINTS)
        for activation, seed in (("relu", [1, 2, 3]), ("tanh", 7)):
            wanted |= {"activations": [activation], "dataSeed": seed, "modelSeed": seed}
            text = code_of(wanted)
            assert session.train(wanted).fingerprint == python_run(text).fingerprint, text

    @pytest.mark.parametrize(
        "changes",
        [
            {"layers": [], "activations": []},
            {"layers": [2, 3, 1, 2], "activations": ["tanh", "relu", "relu", "tanh"]},
            {"batchSize": 3, "seed": [4, 5, 6]},
            {"batchSize": 3, "seed": 4},
            {"batchSize": 8},
            {"batchSize": 500},
            {"steps": 1, "learningRate": SCHEDULES[2]},
            {"steps": 112},
            {"steps": 300, "learningRate": SCHEDULES[2]},
            {"samples": 2},
            {"alpha": 0},
            {"noise": 0},
        ],
        ids=str,
    )
    def test_so_are_unusual_ones(self, changes: dict[str, Any]) -> None:
        wanted = config(**SMALL) | changes
        trained = session.train(wanted)
        assert trained.fingerprint == python_run(code_of(wanted)).fingerprint

    def test_every_steps_parameters_are_recorded(self) -> None:
        wanted = config(**SMALL, batchSize=3)
        trained = session.train(wanted)
        count = len(session.plan(wanted).parameters)
        for steps in range(5):
            part = trained.parameters[count * steps : count * (steps + 1)]
            if steps == 0:
                model = MLP(2, [3, 1], seed=(1337, 1337, 1337))
            else:
                run = python_run(code_of(wanted | {"steps": steps}))
                model = run.final_model
            assert list(part) == [p.data for p in model.parameters()]

    def test_a_long_run_of_a_large_network_takes_several_calls(self) -> None:
        wanted = config(layers=[20, 20], steps=150, samples=60, learningRate=SCHEDULES[2])
        assert session.kernel(session.plan(wanted).kernel).layout["call_steps"] < 150
        run = python_run(code_of(wanted))
        assert session.train(wanted).fingerprint == run.fingerprint


class TestDivergence:
    def test_it_is_told_as_train_tells_it(self) -> None:
        trained = session.train(diverging())
        with pytest.raises(TrainingDiverged) as caught:
            python_run(code_of(diverging()))
        told = caught.value
        assert trained.diverged is not None
        assert str(trained.diverged) == str(told)
        assert trained.diverged.step == told.step > 1
        assert trained.diverged.last_loss == told.last_loss
        assert trained.diverged.history == told.history
        assert len(trained.history) == 5 * told.step
        assert all(map(math.isfinite, [*trained.history, *trained.parameters]))

    def test_also_with_batches(self) -> None:
        wanted = diverging() | {"batchSize": 3}
        with pytest.raises(TrainingDiverged) as caught:
            python_run(code_of(wanted))
        assert str(session.train(wanted).diverged) == str(caught.value)

    def test_the_bridge_tells_it_too(self) -> None:
        trained = session.train(diverging())
        assert trained.diverged is not None
        step = trained.diverged.step
        count = len(session.plan(diverging()).parameters)
        arguments = json.dumps([diverging(), step])
        (text,) = answer("step", arguments, trained.parameters[-count:], trained.history)
        assert json.loads(text)["diverged"] == {
            "step": step,
            "message": str(trained.diverged),
            "lastLoss": trained.diverged.last_loss,
        }

    def test_a_step_that_can_be_taken_is_taken(self) -> None:
        wanted = config(**SMALL, batchSize=3)
        trained = session.train(wanted)
        count = len(session.plan(wanted).parameters)
        before = trained.parameters[2 * count : 3 * count]
        row, moved = session.eager_step(wanted, 2, before, trained.history[:10])
        assert row == trained.history[10:15]
        assert moved == trained.parameters[3 * count : 4 * count]


BAD: list[tuple[str, Any]] = [
    ("dataset", "constructor"),
    ("dataset", "__proto__"),
    ("dataset", "__class__"),
    ("dataset", None),
    ("dataset", ["moons"]),
    ("samples", 1),
    ("samples", 501),
    ("samples", 1e9),
    ("samples", 100.0),
    ("samples", "100"),
    ("samples", True),
    ("samples", 10**400),
    ("noise", math.nan),
    ("noise", math.inf),
    ("noise", -0.1),
    ("noise", 1e9),
    ("noise", None),
    ("noise", "0.1"),
    ("dataSeed", -1),
    ("dataSeed", 2**32),
    ("dataSeed", [1, 2]),
    ("dataSeed", [1, 2, 3.0]),
    ("dataSeed", None),
    ("layers", [3] * 1000),
    ("layers", [1000, 1000]),
    ("layers", [0]),
    ("layers", "16,16"),
    ("layers", {"length": 2}),
    ("layers", [[16]]),
    ("activations", ["relu"]),
    ("activations", ["relu", "__proto__"]),
    ("activations", "relu"),
    ("activations", ["relu"] * 3),
    ("modelSeed", math.nan),
    ("steps", 0),
    ("steps", 1001),
    ("steps", 1e9),
    ("alpha", -1e-9),
    ("alpha", 1.5),
    ("alpha", math.nan),
    ("learningRate", 0.1),
    ("learningRate", {}),
    ("learningRate", {"kind": "constructor"}),
    ("learningRate", {"kind": "constant"}),
    ("learningRate", {"kind": "constant", "start": math.nan}),
    ("learningRate", {"kind": "linear", "start": 1.0, "end": -1.0}),
    ("learningRate", {"kind": "constant", "start": 1.0, "__proto__": {}}),
    ("batchSize", 0),
    ("batchSize", 501),
    ("batchSize", 2.5),
    ("seed", "1337"),
    ("loss", "constructor"),
    ("loss", "hinge"),
    ("loss", 3),
]


class TestRefusals:
    @pytest.mark.parametrize(("field", "value"), BAD, ids=lambda part: repr(part)[:40])
    def test_a_bad_field_is_named(self, field: str, value: Any) -> None:
        with pytest.raises(ValueError, match=rf"^{field}\b") as caught:
            check(config(**{field: value}))
        assert len(str(caught.value)) < 250

    @pytest.mark.parametrize("field", [name for name in DEFAULT if name != "points"])
    def test_so_is_a_missing_one(self, field: str) -> None:
        wanted = config()
        del wanted[field]
        with pytest.raises(ValueError, match=rf"^{field}: .*missing"):
            check(wanted)

    @pytest.mark.parametrize(
        "points",
        [
            None,
            [],
            [[1, 2]],
            [[1, 2, 0]],
            [[1, math.nan, 1]],
            [[1e9, 0, 1]],
            [["0", 0, 1]],
            [[0, 0, 0]],
        ],
        ids=str,
    )
    def test_own_points_are_looked_at(self, points: Any) -> None:
        with pytest.raises(ValueError, match=r"^points"):
            check(config(dataset="own", points=points))
        assert check(config(points=points)).points == ()

    def test_there_are_at_most_500_of_them(self) -> None:
        rows = [[0.0, 0.0, 1.0]] * 501
        with pytest.raises(ValueError, match=r"^points"):
            check(config(dataset="own", points=rows))
        assert check(config(dataset="own", points=rows[:500])).example_count == 500

    @pytest.mark.parametrize("name", ["__proto__", "constructor", "live", "Samples"])
    def test_an_unknown_field_is_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match=name):
            check(config(**{name: 1}))

    @pytest.mark.parametrize("wanted", [None, [], "moons", 3, math.nan])
    def test_what_is_no_configuration_is_refused(self, wanted: Any) -> None:
        with pytest.raises(ValueError, match=r"^config"):
            session.plan(wanted)

    def test_the_bridge_passes_them_on(self) -> None:
        (text,) = answer("plan", json.dumps([config(noise=None)]))
        error = json.loads(text)["error"]
        assert error["name"] == "ValueError"
        assert error["message"].startswith("noise: expected a number from 0 to 1")


class TestKernels:
    @pytest.mark.parametrize(
        "changes",
        [
            {"noise": 0.2},
            {"dataSeed": 5},
            {"modelSeed": 5},
            {"alpha": 0.5},
            {"steps": 700, "learningRate": SCHEDULES[1]},
            {"learningRate": SCHEDULES[1]},
            {"dataset": "spiral"},
            {"seed": 9},
            {"batchSize": 100},
        ],
        ids=str,
    )
    def test_one_serves_whatever_is_only_numbers(self, changes: dict[str, Any]) -> None:
        first = session.kernel(session.plan(DEFAULT).kernel)
        assert session.kernel(session.plan(config(**changes)).kernel) is first

    @pytest.mark.parametrize(
        "changes",
        [
            {"layers": [16, 15]},
            {"activations": ["relu", "tanh"]},
            {"loss": "logistic"},
            {"samples": 99},
            {"batchSize": 20},
        ],
        ids=str,
    )
    def test_another_shape_takes_another(self, changes: dict[str, Any]) -> None:
        assert session.plan(config(**changes)).kernel != session.plan(DEFAULT).kernel

    def test_only_a_few_are_kept(self) -> None:
        for width in range(1, 9):
            wanted = config(layers=[width], activations=["relu"])
            session.kernel(session.plan(wanted).kernel)
        assert session.kernel.cache_info().currsize <= 6

    def test_their_text_has_the_networks_names(self) -> None:
        text = session.wat(session.plan(DEFAULT).kernel)
        assert text.startswith("(module")
        assert "$relu_0_3" in text

    def test_the_surface_kernels_numbers_are_where_it_says(self) -> None:
        planned = session.plan(config(**SMALL))
        program = session.surface(planned.surface)
        assert program.layout["neurons"] == 4
        assert (
            program.layout["parameters"] + 8 * len(planned.parameters) <= program.layout["points"]
        )
        model = MLP(2, [3, 1], seed=(1337, 1337, 1337))
        assert program.binary == Evaluation(model, 2).module.encode()


class TestData:
    """Noise that moves is scaled anew, not drawn anew: with the same bits."""

    @pytest.fixture(autouse=True)
    def forget(self) -> Iterator[None]:
        yield
        session_data._asked.clear()

    @pytest.mark.parametrize("name", ["moons", "spiral", "blobs", "circles", "xor"])
    @pytest.mark.parametrize("seed", [(1337, 1337, 1337), (1, 2, 3), 1337, 0])
    def test_they_are_the_data_sets_own(self, name: str, seed: Any) -> None:
        for samples in (2, 3, 50):
            for noise in (0.1, 0.2, 0.0, 0.3, 1.0, 1e-9, 1e-250, 5e-324, 0.1):
                planned = session.plan(
                    config(dataset=name, samples=samples, noise=noise, dataSeed=seed)
                )
                made = getattr(datasets, name)(samples, noise=noise, seed=seed)
                flat = [x for row in made.xs for x in row]
                assert list(map(repr, planned.xs)) == list(map(repr, flat))
                assert list(planned.ys) == list(made.ys)


class TestGraphs:
    def test_an_examples_graph_is_the_engines(self) -> None:
        wanted = config(**SMALL)
        trained = session.train(wanted)
        count = len(session.plan(wanted).parameters)
        parameters = trained.parameters[-count:]
        shown = graphs.example_graph(wanted, parameters, 5)

        dataset = datasets.moons(8, noise=0.1, seed=(1337, 1337, 1337))
        model = MLP(2, [3, 1], seed=(1337, 1337, 1337)).replace_parameters(parameters)
        score = losses.lone_score(model(dataset.xs[5]))
        loss = losses.hinge(score, dataset.ys[5])
        gradients = loss.backward()
        nodes = {node["name"]: node for node in shown["nodes"] if node["name"]}
        for name, parameter in model.named_parameters().items():
            assert nodes[name]["data"] == parameter.data
            assert nodes[name]["grad"] == gradients[parameter]
        assert nodes["score"]["data"] == score.data == shown["score"]
        assert nodes["score"]["grad"] == gradients[score]
        assert nodes["loss"]["data"] == loss.data == shown["loss"]
        assert nodes["w_0_2_1"]["neuron"] == nodes["relu_0_2"]["neuron"] == [0, 2]
        assert nodes["sum_0_2"]["neuron"] == [0, 2]
        assert nodes["score"]["neuron"] == nodes["b_1_0"]["neuron"] == [1, 0]
        assert nodes["x_0"]["neuron"] is nodes["loss"]["neuron"] is None
        ids = {node["id"] for node in shown["nodes"]}
        assert all({edge["from"], edge["to"]} <= ids for edge in shown["edges"])
        assert shown["dot"].startswith("digraph")
        assert "w_0_2_1" in shown["dot"]
        json.dumps(shown)

    @pytest.mark.parametrize("example", [-1, 8, 1.0, None, True, "0"])
    def test_there_is_no_other_example(self, example: Any) -> None:
        wanted = config(**SMALL)
        with pytest.raises(ValueError, match=r"^example"):
            graphs.example_graph(wanted, session.plan(wanted).parameters, example)

    def test_an_expressions_graph_has_its_gradients(self) -> None:
        text = """
a = Value(-4.0, label='a')  # the warm-up of micrograd
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
"""
        shown = graphs.expression_graph(text, {})
        nodes = {node["name"]: node for node in shown["nodes"] if node["name"]}
        assert round(nodes["g"]["data"], 4) == 24.7041
        assert round(nodes["a"]["grad"], 4) == 138.8338
        assert round(nodes["b"]["grad"], 4) == 645.5773

    def test_x_and_y_are_given(self) -> None:
        shown = graphs.expression_graph("x*y + y.tanh()", {"x": -4.0, "y": 2.0})
        nodes = {node["name"]: node for node in shown["nodes"]}
        assert nodes["x"]["grad"] == 2.0

    @pytest.mark.parametrize(
        ("text", "number"), [("3", 3.0), ("-3 + 2**2", 1.0), ("(((x)))", 1.0), ("y = x\ny/4", 0.25)]
    )
    def test_plain_ones_are_understood(self, text: str, number: float) -> None:
        assert graphs.expression_graph(text, {"x": 1.0})["nodes"][-1]["data"] == number

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "text"),
            ("x +", "line 1"),
            ("x\n y", "line 2"),
            ("x*z", "line 1: there is no 'z'"),
            ("x\nx.__class__", "line 2: only"),
            ("__import__('os')", "line 1: only"),
            ("x.relu(1)", "line 1: only"),
            ("x.backward()", "line 1: only"),
            ("import os", "line 1: import"),
            ("lambda: x", "line 1: lambda"),
            ("[x for x in y]", r"line 1: '\['"),
            ("x if x else y", "line 1: if"),
            ("x; x = 'a'", "line 1"),
            ("x**y", "line 1: exponent"),
            ("x/0", "line 1"),
            ("\n(x-x).log()", "line 2"),
            ("2**10000", "line 1"),
            ("9**9**9**9", "line 1"),
            ("1e999*x", "line 1"),
            ("1" * 400, "line 1"),
            ("True + x", "line 1: True"),
            ("'x' + x", "line 1: only"),
            ("x, y = 1, 2", "line 1: only"),
            ("(x := 2)", "line 1"),
            ("x @ x", "line 1"),
            ("x\x00", "line 1"),
            ("-" * 1500 + "x", "line 1: more than"),
            ("(" * 1500 + "x", "line 1: more than"),
            ("2**" * 500 + "2", "line 1: more than"),
            ("f'{" * 300, "line 1"),
            ("x" + "+x" * 600, "line 1: more than 500"),
            ("x\n" * 1500, "text: expected at most"),
            ("Value(x)", "line 1"),
            ("Value(1, 2)", "line 1"),
            ("Value(1, label=x)", "line 1"),
        ],
        ids=lambda text: repr(text)[:20],
    )
    def test_a_text_that_is_not_understood_is_refused(self, text: str, message: str) -> None:
        with pytest.raises(ValueError, match=f"^{message}") as caught:
            graphs.expression_graph(text, {"x": 1.0, "y": 2.0})
        assert len(str(caught.value)) < 250


def test_the_bridge_gives_arrays() -> None:
    text, xs, ys, parameters, rates, batches = answer("plan", json.dumps([config(batchSize=2)]))
    assert json.loads(text)["layerSizes"] == [2, 16, 16, 1]
    counts = [len(numbers) for numbers in (xs, ys, parameters, rates, batches)]
    assert counts == [200, 100, 337, 100, 200]
    assert (xs.typecode, batches.typecode) == ("d", "i")
    layout, binary = answer("kernel", json.dumps([json.loads(text)["kernel"]]))
    assert json.loads(layout)["parameter_count"] == 337
    assert binary[:4] == b"\0asm"
    (code,) = answer("code", json.dumps([DEFAULT]))
    assert json.loads(code) == code_of(DEFAULT)
    (graph,) = answer("example_graph", json.dumps([DEFAULT, 3]), array("d", parameters))
    assert len(json.loads(graph)["nodes"]) == 984
    (told,) = answer("expression_graph", json.dumps(["x +", {"x": 1}]))
    assert json.loads(told)["error_in_text"].startswith("line 1")


def test_numbers_in_crowds_cross_to_the_page_as_arrays_and_not_as_text() -> None:
    wanted = config(samples=50, batchSize=7, steps=40)
    facts, *arrays = answer("plan", json.dumps([wanted]))
    assert [part.typecode for part in arrays] == ["d", "d", "d", "d", "i"]
    assert [len(part) for part in arrays] == [100, 50, 337, 40, 280]
    planned = session.plan(wanted)
    asked = {
        "kernel": (json.dumps([planned.kernel]),),
        "surface": (json.dumps([planned.surface]),),
        "step": (json.dumps([wanted, 0]), planned.parameters, array("d")),
        "gradients": (json.dumps([wanted, 0]), planned.parameters),
    }
    texts = [facts] + [answer(name, *question)[0] for name, question in asked.items()]
    assert all("error" not in json.loads(text) for text in texts)
    assert max(map(len, texts)) < 400
