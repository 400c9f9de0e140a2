"""The engine as a page gets it: engine.js and its workers, on an empty page of the built site."""

import base64
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from micrograd_wasm import MLP, datasets, plot_data
from micrograd_wasm.page import graphs, session
from micrograd_wasm.page.code import code as code_of
from micrograd_wasm.page.configuration import DEFAULT
from tests.site.conftest import VisitMaker
from tests.site.visits import Visit

OFFICIAL = "fc813168499655afa4a27705f40c3114b91aedf0adbc1882e7a2a03dc1e9d91c"
BOOT_MS = 90_000
# A network that has no kernel among the site's files.
ASKS_PYTHON = {"layers": [7], "activations": ["relu"]}
BLANK = '<!doctype html><html lang="en"><title>blank</title><link rel="icon" href="favicon.svg">'

OPEN = """async (python) => {
    // What a test needs of a result: arrays become lists, errors their name and message.
    const told = (value) => JSON.parse(JSON.stringify(value ?? null, (_, part) =>
        ArrayBuffer.isView(part) ? Array.from(part) : part));
    const failed = ({name, message, stage}) => ({name, message, stage});
    window.caught = (promise) => promise.then(told, failed);
    window.stages = [];
    window.readyAt = null;
    const {createEngine} = await import("./playground/engine.js");
    window.engine = createEngine({onStage: (stage) => stages.push(stage)});
    engine.ready.then(() => { readyAt = performance.now(); }, () => null);
}"""


def open_engine(page: Page, address: str) -> None:
    page.route(
        address + "blank.html", lambda route: route.fulfill(body=BLANK, content_type="text/html")
    )
    page.goto(address + "blank.html")
    page.evaluate(OPEN)


def ask(page: Page, call: str, argument: Any = None) -> Any:
    """The answer of a call of the engine, or its error as {"name", "message", "stage"}."""
    return page.evaluate(f"async (config) => caught({call})", argument)


def train(page: Page, **changes: Any) -> Any:
    return ask(page, "engine.train(config)", {**DEFAULT, **changes})


def wait_until_ready(page: Page) -> None:
    page.set_default_timeout(BOOT_MS)
    assert page.evaluate("engine.ready.then(() => 'ready', (error) => error.message)") == "ready"


@pytest.fixture(scope="module")
def booted(start_visit: VisitMaker, at_root: str) -> Iterator[Visit]:
    """One engine with Python, for all tests that only ask it something."""
    with start_visit("playground-engine") as visit:
        open_engine(visit.page, at_root)
        wait_until_ready(visit.page)
        yield visit
        assert visit.foreign_requests() == []
        assert visit.console_errors() == []


@pytest.mark.parametrize("where", ["at_root", "at_sub_path"])
def test_the_official_run_is_trained_before_python_and_after(
    where: str, visit: Visit, request: pytest.FixtureRequest
) -> None:
    page = visit.page
    open_engine(page, request.getfixturevalue(where))
    result = train(page)
    close = train(page, alpha=0.01, steps=40, learningRate={"kind": "constant", "start": 0.05})
    grid = {
        "parameters": result["parameters"][-337:],
        "layerSizes": result["layerSizes"],
        "activations": ["relu", "relu"],
        "bounds": [-1, 1, -1, 1],
        "columns": 3,
        "rows": 3,
    }
    assert len(ask(page, "engine.surface(config)", grid)["neurons"]) == 33 * 9
    assert page.evaluate("readyAt") is None, "Python was there before it was to be"
    assert result["fingerprint"] == OFFICIAL
    assert result["finalLoss"] == 0.010498643924133641
    assert result["finalAccuracy"] == 1.0
    assert result["parameterCount"] == 337
    assert result["layerSizes"] == [2, 16, 16, 1]
    assert result["diverged"] is None
    trained = session.train(close["config"])
    assert close["fingerprint"] == trained.fingerprint

    wait_until_ready(page)
    assert train(page)["fingerprint"] == OFFICIAL
    assert (
        train(page, **ASKS_PYTHON)["fingerprint"]
        == session.train(DEFAULT | ASKS_PYTHON).fingerprint
    )
    stages = page.evaluate("stages")
    assert {"download", "engine", "ready"} <= {stage["name"] for stage in stages}
    loaded = [stage["loadedBytes"] for stage in stages[:-1]]
    assert loaded == sorted(loaded)
    assert loaded[-1] == stages[-1]["totalBytes"] > 1_000_000
    assert visit.foreign_requests() == []
    assert visit.console_errors() == []


RUNS: list[dict[str, Any]] = [
    {"dataset": "spiral", "loss": "logistic", "activations": ["tanh", "relu"], "steps": 7},
    {"dataset": "circles", "layers": [], "activations": [], "dataSeed": 1337, "modelSeed": 3},
    {"dataset": "xor", "batchSize": 20, "seed": 5, "steps": 112},
    {
        "dataset": "own",
        "points": [[0.5, 1, 1], [-1, 0.25, -1]],
        "learningRate": {"kind": "linear", "start": 0.5, "end": 0.1},
    },
    {
        "samples": 200,
        "layers": [20, 20],
        "steps": 130,
        "learningRate": {"kind": "linear", "start": 1, "end": 0.1},
    },
]


@pytest.mark.parametrize("changes", RUNS, ids=lambda changes: changes.get("dataset", "moons"))
def test_a_run_is_the_one_of_the_engine(booted: Visit, changes: dict[str, Any]) -> None:
    result = train(booted.page, **changes)
    wanted = session.train({**DEFAULT, **changes})
    assert result["fingerprint"] == wanted.fingerprint
    assert result["history"] == list(wanted.history)
    assert result["parameters"] == list(wanted.parameters)
    planned = session.plan({**DEFAULT, **changes})
    assert result["points"][0::3] == list(planned.xs[0::2])
    assert result["points"][1::3] == list(planned.xs[1::2])
    assert result["points"][2::3] == list(planned.ys)
    assert ask(booted.page, "engine.code(config)", {**DEFAULT, **changes}) == code_of(
        {**DEFAULT, **changes}
    )


def test_a_kernel_is_reused_where_it_can_be(booted: Visit) -> None:
    page = booted.page
    assert train(page, layers=[7], activations=["relu"])["reused"] is False
    for change in ({"noise": 0.3}, {"alpha": 0.2}, {"steps": 20}, {"modelSeed": 8}):
        assert train(page, layers=[7], activations=["relu"], **change)["reused"] is True


def test_the_kernel_can_be_had_as_bytes_and_as_text(booted: Visit) -> None:
    train(booted.page)
    key = session.plan(DEFAULT).kernel
    assert bytes(ask(booted.page, "engine.wasm()")) == session.kernel(key).binary
    assert ask(booted.page, "engine.wat()") == session.wat(key)


def test_a_newer_request_takes_an_older_ones_place(booted: Visit) -> None:
    outcomes = booted.page.evaluate(
        """async (config) => {
            const runs = [];
            const go = (more) => runs.push(caught(engine.train({...config, ...more})));
            go({});
            await new Promise((resolve) => setTimeout(resolve, 100));
            for (const noise of [0.2, 0.3, 0.4]) go({noise, steps: 3});
            const before = performance.now();
            const ended = await Promise.all(runs);
            return [ended, performance.now() - before];
        }""",
        {
            **DEFAULT,
            "samples": 500,
            "steps": 1000,
            "learningRate": {"kind": "constant", "start": 0.1},
            "layers": [32, 32],
            "activations": ["tanh"] * 2,
        },
    )
    runs, _ = outcomes
    assert [run.get("name") for run in runs] == ["Superseded", "Superseded", "Superseded", None]
    assert runs[3]["config"]["noise"] == 0.4
    wanted = {**DEFAULT, **runs[3]["config"]}
    assert runs[3]["fingerprint"] == session.train(wanted).fingerprint


# A worker of one's own, without the page's engine between: what it is told and answers, in order.
OWN_WORKER = """async ([messages, answers]) => {
    const {href} = new URL("playground/worker.js?own", document.baseURI);
    const worker = new Worker(href, {type: "module"});
    const told = [];
    const done = new Promise((resolve) => {
        worker.onmessage = ({data}) => "answer" in data && (told.push(data) < answers || resolve());
    });
    for (const message of messages) worker.postMessage(message);
    await done;
    worker.terminate();
    return told.map(({answer, error}) => [answer, error?.name ?? "finished"]);
}"""


def test_a_run_is_taken_in_slices_between_which_it_can_be_cancelled(booted: Visit) -> None:
    # So small a rate leaves every example wrong and thus at work: this takes several slices.
    slow = {"kind": "constant", "start": 1e-9}
    long = {"name": "train", "args": [{**DEFAULT, "steps": 1000, "learningRate": slow}]}
    short = {"name": "train", "args": [{**DEFAULT, "steps": 3}]}
    # Both are in the worker's queue when it begins: the second is heard only between slices.
    messages = [{"call": 1, **long}, {"call": 2, "name": "cancel", "args": []}]
    told = booted.page.evaluate(OWN_WORKER, [messages, 2])
    assert sorted(told) == [[1, "Superseded"], [2, "finished"]]
    messages = [{"call": 1, **long}, {"call": 2, **long}, {"call": 3, **short}]
    told = booted.page.evaluate(OWN_WORKER, [messages, 3])
    assert sorted(told) == [[1, "Superseded"], [2, "Superseded"], [3, "finished"]]
    told = booted.page.evaluate(OWN_WORKER, [[{"call": 1, **long}], 1])
    assert told == [[1, "finished"]]


UNASKED = """async (config) => {
    const {href} = new URL("playground/worker.js?own", document.baseURI);
    const worker = new Worker(href, {type: "module"});
    const next = () => new Promise((resolve) => { worker.onmessage = ({data}) => resolve(data); });
    const ask = (call) => worker.postMessage({call, name: "train", args: [config]});
    const first = await next();
    const answers = [];
    for (const call of [1, 2]) {
        ask(call);
        answers.push((await next()).value);
    }
    worker.terminate();
    return [first.trained, ...answers].map((one) => one && [one.fingerprint, one.kernelBytes]);
}"""


def test_a_worker_sends_the_default_run_before_it_is_asked(booted: Visit) -> None:
    unasked, first, second = booted.page.evaluate(UNASKED, DEFAULT)
    assert unasked[0] == OFFICIAL
    assert first is None  # it has been sent
    assert second == unasked


def test_numbers_cross_as_typed_arrays(booted: Visit) -> None:
    """Between the page and its worker here; between the worker and Python in test_session."""
    kinds = booted.page.evaluate(
        """async (config) => {
            const kind = (value) => value?.constructor?.name;
            const run = await engine.train({...config, noise: 0.2});
            const size = run.parameterCount;
            const parameters = run.parameters.slice(-size);
            const grid = {bounds: [0, 1, 0, 1], columns: 3, rows: 3, layerSizes: run.layerSizes};
            const {activations} = config;
            const plane = await engine.surface({...grid, parameters, activations});
            const slopes = await engine.gradients({config, step: 3, parameters});
            return [run.points, run.history, run.parameters, plane.scores, plane.neurons, slopes]
                .map(kind);
        }""",
        DEFAULT,
    )
    assert kinds == ["Float64Array"] * 6


def test_javascript_and_python_agree_on_what_both_know(visit: Visit, at_root: str) -> None:
    """The fingerprint is in the worker, and the rest is compiled to JavaScript, for the runs
    before Python is there: they are those of `configuration` and `run`."""
    page = visit.page
    page.context.route("**/static/pyodide/**", lambda route: route.abort())
    open_engine(page, at_root)
    draw = random.Random(4)
    number = [0, 1, 1e-4, 0.05, 1 / 3, 0.3, 1e-320]
    for _ in range(30):
        start, end = draw.choice([*number, draw.random()]), draw.choice([*number, draw.random()])
        kind = draw.choice(["official", "constant", "linear"])
        long = [112] if kind == "official" else [127, 128, 129, 150]
        changes = {
            "steps": draw.choice([1, 2, 3, 7, *long]),
            "alpha": draw.choice([*number, draw.random() * 0.01]),
            "learningRate": {"kind": kind, "start": start, "end": end},
            "batchSize": draw.choice([None, 100, 500]),
        }
        found, wanted = train(page, **changes), session.train({**DEFAULT, **changes})
        if wanted.diverged is None:
            assert found.get("fingerprint") == wanted.fingerprint, changes
    odd: list[dict[str, Any]] = [{"alpha": one} for one in (-1e-9, 1.1, True, None, "0", [0])]
    odd += [{"steps": one} for one in (0, 1001, 2.5, "3", None)]
    odd += [{"learningRate": {"kind": "official"}, "steps": 113}]
    odd += [{"batchSize": one} for one in (0, 501, 1.5, "9")]
    odd += [
        {"learningRate": one}
        for one in (
            {},
            {"kind": "other"},
            {"kind": "constant"},
            {"kind": "constant", "start": 100.1},
            {"kind": "linear", "start": 1},
            {"kind": "linear", "start": 1, "end": -1},
            {"kind": "constant", "start": 1, "zoom": 1},
        )
    ]
    for changes in odd:
        with pytest.raises(ValueError, match=next(iter(changes))):
            session.plan({**DEFAULT, **changes})
        assert train(page, **changes).get("name") == "BootError", changes  # left to Python


def test_the_surface_has_the_bits_of_plot_data(booted: Visit) -> None:
    rows = [(0.0, 0.0, 1), (2.0, 1.0, -1), (1.0, 0.5, 1)]
    own = {"dataset": "own", "points": rows, "layers": [5, 4], "steps": 30}
    own["activations"] = ["tanh", "relu"]
    result = train(booted.page, **own)
    count = result["parameterCount"]
    numbers = result["parameters"][-count:]
    grid = {"parameters": numbers, "layerSizes": result["layerSizes"], "columns": 65, "rows": 73}
    grid |= {"activations": own["activations"], "bounds": [-1, 3, -1, 3.5]}
    shown = ask(booted.page, "engine.surface(config)", grid)

    model = MLP(2, [5, 4, 1], activation=["tanh", "relu"], seed=1).replace_parameters(numbers)
    dataset = datasets.from_rows([(0.0, 0.0, 1.0), (2.0, 1.0, -1.0), (1.0, 1.5, 1.0)])
    wanted = plot_data.decision_boundary(model, dataset, h=0.0625, padding=1.0)
    # Rows are x by x there, and y by y here.
    scores = [shown["scores"][65 * (k % 57) + k // 57] for k in range(65 * 57)]
    assert [row["x"] for row in wanted[::57]] == [-1 + i / 16 for i in range(65)]
    assert scores == [row["score"] for row in wanted]
    cells = 65 * 73
    assert len(shown["neurons"]) == 10 * cells
    assert shown["neurons"][9 * cells :] == shown["scores"]
    x, y = -1 + 11 / 16, -1 + 30 / 16
    there = [value.data for layer in model.activations([x, y]) for value in layer]
    assert shown["neurons"][30 * 65 + 11 :: cells] == there


DIVERGING = {"learningRate": {"kind": "constant", "start": 90.0}, "alpha": 1.0}


def test_a_run_that_diverges_says_why(booted: Visit) -> None:
    result = train(booted.page, **DIVERGING)
    wanted = session.train({**DEFAULT, **DIVERGING})
    assert wanted.diverged is not None
    assert result["diverged"] == {
        "step": wanted.diverged.step,
        "message": str(wanted.diverged),
        "lastLoss": wanted.diverged.last_loss,
    }
    # JSON writes a large whole number without its point.
    assert list(map(float, result["history"])) == list(wanted.history)
    assert train(booted.page)["fingerprint"] == OFFICIAL


BAD: list[dict[str, Any]] = [
    {"noise": 1e9},
    {"dataset": "constructor"},
    {"layers": [3] * 1000},
    {"layers": [1000, 1000]},
    {"activations": ["__proto__", "relu"]},
    {"alpha": -1},
    {"alpha": "0.1"},
    {"steps": 1e9},
    {"steps": 2.5},
    {"learningRate": {"kind": "constant", "start": -1}},
    {"learningRate": None},
    {"batchSize": 0},
    {"seed": None},
]


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_a_bad_field_is_named(booted: Visit, changes: dict[str, Any]) -> None:
    told = train(booted.page, **changes)
    (field,) = changes
    assert told["name"] == "ValueError"
    assert told["message"].startswith(field)


def test_so_are_what_json_cannot_say_and_what_is_missing(booted: Visit) -> None:
    page = booted.page
    page.evaluate("(config) => { window.usual = config; }", DEFAULT)
    for text, field in (
        ("{...usual, noise: NaN}", "noise"),
        ("{...usual, alpha: NaN}", "alpha"),
        ("{...usual, alpha: Infinity}", "alpha"),
        ("Object.create(usual)", "dataset"),
        ("{...usual, samples: undefined}", "samples"),
        ("{}", "dataset"),
        ("null", "dataset"),
    ):
        told = ask(page, f"engine.train({text})")
        assert told["name"] == "ValueError", text
        assert told["message"].startswith(field), text
    assert ask(page, "engine.train({...usual, zoom: 3})")["fingerprint"] == OFFICIAL


def test_graphs_are_the_engines(booted: Visit) -> None:
    result = train(booted.page)
    numbers = result["parameters"][-337:]
    question = {"config": DEFAULT, "parameters": numbers, "example": 7}
    shown = ask(booted.page, "engine.graph(config)", question)
    assert shown == json.loads(json.dumps(graphs.example_graph(DEFAULT, numbers, 7)))
    told = ask(booted.page, "engine.graph(config)", {"expression": "x*y\nx +"})
    assert told["error"].startswith("line 2")
    shown = ask(
        booted.page, "engine.graph(config)", {"expression": "x*y", "values": {"x": 3, "y": 2}}
    )
    assert shown["nodes"][-1]["data"] == 6.0
    # A text that would exhaust a parser's stack leaves Python alive.
    for text in ("f'{" * 300, "-" * 1900 + "x", "(" * 1900, "2**" * 600 + "2"):
        assert "error" in ask(booted.page, "engine.graph(config)", {"expression": text})
    assert ask(booted.page, "engine.graph(config)", {"expression": "x"})["nodes"]


@pytest.mark.parametrize("lost", ["python_stdlib.zip", "pyodide.asm.wasm", "pyodide.mjs", "*.whl"])
def test_a_boot_that_fails_says_where_and_can_be_tried_again(
    at_root: str, visit: Visit, lost: str
) -> None:
    page = visit.page

    def missing(route: Route) -> None:
        route.fulfill(status=404, body="gone")

    pattern = f"**/static/pyodide/{lost}"
    page.context.route(pattern, missing)
    open_engine(page, at_root)
    assert train(page)["fingerprint"] == OFFICIAL
    waiting = ask(page, "engine.train(config)", {**DEFAULT, **ASKS_PYTHON})
    told = ask(page, "engine.ready")
    for error in (told, waiting):
        assert error["name"] == "BootError"
        assert error["stage"] == "download"
        assert lost.strip("*") in error["message"]
    # What needs no Python goes on.
    assert train(page)["fingerprint"] == OFFICIAL

    page.context.unroute(pattern, missing)
    page.set_default_timeout(BOOT_MS)
    assert ask(page, "engine.retry()") is None
    changed = train(page, **ASKS_PYTHON)
    assert changed["fingerprint"] == session.train(DEFAULT | ASKS_PYTHON).fingerprint
    assert visit.foreign_requests() == []


def test_a_worker_that_does_not_load_is_an_error_and_can_be_tried_again(
    at_root: str, visit: Visit
) -> None:
    page = visit.page

    def missing(route: Route) -> None:
        route.fulfill(status=404, body="gone")

    page.context.route("**/playground/worker.js*", missing)
    open_engine(page, at_root)
    for call in ("engine.train(config)", "engine.ready"):
        told = ask(page, call, DEFAULT)
        assert (told["name"], told["stage"]) == ("BootError", "worker")
    page.context.unroute("**/playground/worker.js*", missing)
    page.set_default_timeout(BOOT_MS)
    assert ask(page, "engine.retry()") is None
    assert train(page)["fingerprint"] == OFFICIAL


def test_the_default_run_in_the_worker_is_the_engines(dist: Path) -> None:
    folder = dist / "playground"
    worker = (folder / "worker.js").read_text()
    plan = session.plan(DEFAULT)
    for kernel in (session.kernel(plan.kernel), session.surface(plan.surface)):
        assert kernel.binary.hex() in worker
    for numbers in (plan.xs, plan.ys, plan.parameters):
        assert base64.b64encode(numbers.tobytes()).decode() in worker
    specs = json.loads((folder / "charts.json").read_text())
    assert set(specs) == {"loss", "accuracy"}
    for spec in specs.values():
        assert spec["$schema"].startswith("https://vega.github.io/schema/vega/")
        assert {"name": "rows"} in spec["data"]


def test_scripts_and_styles_carry_the_builds_version(dist: Path) -> None:
    page = (dist / "index.html").read_text()
    for name in ("main.js", "playground.css"):
        if f"playground/{name}" in page:
            assert f'"playground/{name}?' in page
    for bundle in (dist / "playground").glob("*.js"):
        assert "sourceMappingURL" not in bundle.read_text()
