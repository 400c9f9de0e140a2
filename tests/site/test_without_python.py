"""What the playground does before Python is there, with the engine's bits."""

import json
import math
import random
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from builder.javascript import compile_function
from builder.kernel_files import families
from builder.lessons_kernels import configuration
from builder.paths import SITE
from builder.tools import node
from micrograd_wasm import losses
from micrograd_wasm.engine.nn import ACTIVATIONS
from micrograd_wasm.page import session
from micrograd_wasm.page.configuration import DEFAULT
from tests.site.playground import fact, open_playground, settle, state
from tests.site.visits import Visit

PRESETS = json.loads((SITE / "js" / "playground" / "state" / "presets.json").read_text())


def random_configuration(draw: random.Random) -> dict[str, Any]:
    def seed() -> Any:
        large = 1 << 32
        return draw.choice(
            [draw.randrange(large), [draw.randrange(large) for _ in range(3)], draw.randrange(100)]
        )

    samples = draw.choice([2, 3, 4, 5, 100, 500, draw.randint(2, 200)])
    layers = [draw.randint(1, 32) for _ in range(draw.randint(0, 4))]
    return {
        "dataset": draw.choice(["moons", "moons", "spiral", "blobs", "circles", "xor"]),
        "samples": samples,
        "noise": draw.choice([0, 0.1, draw.random(), 1, 1e-300]),
        "dataSeed": seed(),
        "points": [],
        "layers": layers,
        "activations": [draw.choice(ACTIVATIONS) for _ in layers],
        "modelSeed": seed(),
        "steps": draw.choice([1, 2, 17, 112]),
        "alpha": draw.choice([0, 1, draw.random()]),
        "learningRate": draw.choice(
            [
                {"kind": "official"},
                {"kind": "constant", "start": draw.random()},
                {"kind": "linear", "start": 1, "end": draw.random()},
            ]
        ),
        "batchSize": draw.choice([None, None, 1, 2, 7, samples, 500]),
        "seed": seed(),
        "loss": draw.choice([*losses.EXAMPLE_LOSSES]),
    }


def answers_of(dist: Path, folder: Path, *, faults: bool = False, **questions: Any) -> Any:
    """`faults`: among the questions are some that no page asks, at which the plan may stumble."""
    path = folder / "questions.json"
    path.write_text(json.dumps({"configs": [], "kernels": [], "surfaces": []} | questions))
    script = Path(__file__).with_name("plans.mjs")
    command = [node(), script, dist / "playground", folder, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert faults or not done.stderr, done.stderr
    return json.loads(done.stdout)


def test_plans_have_the_engines_bits(dist: Path, tmp_path: Path) -> None:
    draw = random.Random(16)
    configs = [random_configuration(draw) for _ in range(80)]
    # The same data set again with other noise goes another way (page/data.py).
    configs += [
        {**DEFAULT, "dataset": name, "noise": noise}
        for name in ("moons", "spiral", "blobs", "circles", "xor")
        for noise in (0.1, 0.2, 0.35)
    ]
    configs += [configuration(preset["set"]) for preset in PRESETS]
    configs.append({**DEFAULT, "dataset": "own", "points": [[1, 2, -1], [0.5, -3, 1], [0.1, 0, 1]]})
    plans = answers_of(dist, tmp_path, configs=configs)["plans"]
    for config, found in zip(configs, plans, strict=True):
        plan = session.plan(config)
        facts = {
            "kernel": plan.kernel,
            "surface": plan.surface,
            "layerSizes": plan.config.sizes,
            "alpha": plan.config.alpha,
        }
        numbers = (plan.xs, plan.ys, plan.parameters, plan.rates, plan.batches)
        assert found == [facts, *(part.tobytes().hex() for part in numbers)], config


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset["name"])
def test_a_preset_moves_to_its_last_step(preset: dict[str, Any]) -> None:
    plan = session.plan(configuration(preset["set"]))
    assert min(plan.rates) > 0
    assert len(plan.rates) == plan.config.steps


def test_what_the_engine_refuses_is_left_to_it(dist: Path, tmp_path: Path) -> None:
    bad: list[Any] = [
        {"noise": 1.1}, {"noise": "0.1"}, {"samples": 1}, {"samples": 2.5}, {"dataset": "digits"},
        {"dataSeed": -1}, {"dataSeed": [1, 2]}, {"seed": None}, {"modelSeed": 1 << 32},
        {"layers": [33]}, {"activations": ["relu"]}, {"loss": "hinge"}, {"zoom": 1},
        {"learningRate": {"kind": "linear", "start": 1}}, {"dataset": "own", "points": []},
        {"dataset": "own", "points": [[1, 2, 0.5]]},
    ]  # fmt: skip
    configs = [{**DEFAULT, **changes} for changes in bad]
    for config in configs:
        with pytest.raises(ValueError, match="expected"):
            session.plan(config)
    assert answers_of(dist, tmp_path, configs=configs)["plans"] == [None] * 16
    assert answers_of(dist, tmp_path, configs=[None, 3], faults=True)["plans"] == [None] * 2


def test_kernels_are_the_engines_byte_for_byte(dist: Path, tmp_path: Path) -> None:
    draw = random.Random(3)
    counts = [(2, 1), (2, 2), (3, 2), (115, 115), (116, 116), (120, 119), (500, 500), (500, 1)]
    counts += [(n, draw.randint(1, n)) for n in (draw.randint(2, 500) for _ in range(6))]
    keys = [
        session.kernel_key(*family, *count)
        for family in families()
        for count in [*counts, (200, 200), (126, 33)]
    ]
    surfaces = sorted({session.surface_key(sizes, kinds) for sizes, kinds, _ in families()})
    found = answers_of(dist, tmp_path, kernels=keys, surfaces=surfaces)
    for key, answer in zip(keys, found["kernels"], strict=True):
        program = session.kernel(key)
        assert answer == [program.binary.hex(), program.layout], key
    for key, answer in zip(surfaces, found["surfaces"], strict=True):
        program = session.surface(key)
        assert answer == [program.binary.hex(), program.layout], key


def written(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [written(one) for one in value]
    return f"i{value:x}" if isinstance(value, int) else f"f{struct.pack('>d', value).hex()}"


def ties(draw: random.Random) -> tuple[int, int]:
    """A fraction so close to the middle between two floats that a rest of one part decides."""
    middle = (draw.getrandbits(52) | 1 << 52) * 2 + 1
    below = draw.getrandbits(draw.choice([60, 200])) | 1
    return middle * below * 2 ** draw.choice([0, 40, 120]) + draw.choice([-1, 0, 1]), below


def test_what_is_written_by_hand_means_what_python_means(tmp_path: Path) -> None:
    draw = random.Random(1)
    cases: list[tuple[str, list[Any], Any]] = []
    for _ in range(200):
        a, b = ties(draw)
        cases += [("div", [a, b], a / b), ("div", [-b, a], -b / a)]
        a, b = draw.randint(-(10**9), 10**9), draw.choice([-7, 3, 10**5])
        cases += [("floordiv", [a, b], a // b), ("mod", [a, b], a % b), ("div", [a, b], a / b)]
        x = draw.choice([draw.random(), draw.random() * 2.0 ** draw.randint(-900, 900), -0.75])
        cases += [("as_integer_ratio", [x], x.as_integer_ratio()), ("frexp", [x], math.frexp(x))]
        half = draw.randint(-100, 100) / 2
        cases += [("round", [half], round(half)), ("int", [half], int(half))]
        n = draw.randint(-50, 50)
        cases += [("ldexp", [x / 1e250, n], math.ldexp(x / 1e250, n))] if x > 1e-10 else []
    for seed in (0, 1, 1337, 2**32 - 1, 2**32, 2**70 + 5):
        stream = random.Random(seed)
        wanted = [stream.random(), *(stream.getrandbits(k) for k in (1, 31, 32, 640))]
        many = stream.getrandbits(32 * 700)
        cases.append(("draws", [seed, 1, 31, 32, 640, 22400], [*wanted, many, stream.random()]))
    (tmp_path / "values.mjs").write_text((SITE / "js" / "engine" / "python-values.js").read_text())
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([[name, *written(given)] for name, given, _ in cases]))
    script = Path(__file__).with_name("values.mjs")
    done = subprocess.run(
        [node(), script, tmp_path, path], capture_output=True, text=True, check=True
    )
    for (name, given, wanted), found in zip(cases, json.loads(done.stdout), strict=True):
        assert found == written(wanted), (name, given)


def unknown_name() -> int:
    return no_such_name  # type: ignore[name-defined,no-any-return]  # noqa: F821


def with_an_effect(numbers: list[int]) -> None:
    del numbers[0]


def attribute_of_a_type(text: str) -> str:
    return str.__str__(text)


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (unknown_name, "no_such_name"),
        (with_an_effect, "del numbers"),
        (attribute_of_a_type, "str.__str__"),
    ],
)
def test_what_is_not_translated_ends_the_build(function: Callable[..., Any], what: str) -> None:
    with pytest.raises(NotImplementedError, match=rf"test_without_python, line \d+: '{what}"):
        compile_function(function)


def refuse_python(page: Page) -> list[str]:
    """No Python on this page; what was asked for, nevertheless, is noted."""
    asked: list[str] = []

    def missing(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.context.route("**/static/pyodide/**", missing)
    return asked


TOUCHES: list[dict[str, Any]] = [
    {"noise": 0.23},
    {"dataSeed": 4711},
    {"dataSeed": [1, 2, 3]},
    {"modelSeed": 42},
    {"samples": 101},
    {"samples": 240, "noise": 0},
    {"steps": 130, "alpha": 0.01, "learningRate": {"kind": "constant", "start": 0.2, "end": 0.2}},
    {"batchSize": 20},
    {"batchSize": 1, "seed": 3},
    *({"loss": loss, "dataset": "circles"} for loss in losses.EXAMPLE_LOSSES),
    *(preset["set"] for preset in PRESETS if preset["name"] != "Learning rate too large"),
]


def test_a_first_touch_needs_no_python(visit: Visit, at_root: str) -> None:
    page = visit.page
    refuse_python(page)
    open_playground(visit, at_root, python=False)
    usual = state(page)
    for changes in TOUCHES:
        wanted = configuration(changes)
        found = page.evaluate("(state) => micrograd.set(state)", {**usual, **wanted})
        assert found["fingerprint"] == session.train(wanted).fingerprint, changes
        settle(page)
        assert fact(page, "fingerprint") == found["fingerprint"][:8]


def test_it_comes_after_the_first_picture(visit: Visit, at_root: str) -> None:
    page = visit.page
    page.add_init_script("""document.addEventListener("painted", () => {
        window.atFirst = performance.getEntriesByType("resource").map(({name}) => name);
    }, {once: true});""")
    with page.expect_request("**/playground/plan.js*"):
        open_playground(visit, at_root, python=False)
    assert not any("plan.js" in name or "kernels/" in name for name in page.evaluate("atFirst"))
