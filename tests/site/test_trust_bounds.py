"""What a reader pastes, opens or asks for may be large: it is bounded, or shows how far it is and
can be stopped; and a file's own word does not make it trusted."""

import json
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from builder.paths import SITE
from builder.tools import node
from tests.site.conftest import VisitMaker
from tests.site.notebooks import WIDGET, wait_until_started
from tests.site.playground import BOOT_MS, WIDE, open_playground, pixels, result, set_state, settle
from tests.site.visits import Visit

# As a hand pastes it, but not through the clipboard, which belongs to the whole machine.
PASTE = """([selector, line, count]) => {
    const data = new DataTransfer();
    data.setData("text/plain", line.repeat(count));
    return document.querySelector(selector).dispatchEvent(
        new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
WRITE = """([selector, text, count]) => {
    const area = document.querySelector(selector);
    area.value = text.repeat(count);
    area.dispatchEvent(new Event("input", {bubbles: true}));
    const shown = area.parentElement.querySelector("pre.source");
    return [area.rows, area.clientHeight, shown.childElementCount, shown.textContent.length];
}"""
CELL = "[data-cell] textarea"


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("bounds", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    return booted.page


@pytest.mark.parametrize("line", ["a = 1\n", "\n"])
def test_many_rows_in_an_editor_do_not_grow_it(booted: Visit, at_root: str, line: str) -> None:
    tab = booted.page.context.new_page()
    tab.goto(f"{at_root}lessons/l2/")
    tab.wait_for_selector("html.alive")
    rows, height, pieces, characters = tab.evaluate(WRITE, [CELL, line, 150_000])
    assert rows <= 40
    assert 0 < height < 2_000
    assert (pieces, characters) == (0, 0)  # not coloured, nor laid out a second time
    area = tab.locator(CELL).first
    assert area.evaluate("(one) => getComputedStyle(one).color") != "rgba(0, 0, 0, 0)"
    # And back to code.
    rows, _, pieces, _ = tab.evaluate(WRITE, [CELL, "def f(): pass\n", 3])
    assert rows == 4
    assert pieces > 0
    assert area.evaluate("(one) => getComputedStyle(one).color") == "rgba(0, 0, 0, 0)"
    tab.close()


def test_a_link_with_more_code_than_a_cell_takes_says_so(booted: Visit, at_root: str) -> None:
    tab = booted.page.context.new_page()
    tab.goto(f"{at_root}lessons/cell/#code={'x' * 20_001}")
    tab.wait_for_selector("html.alive")
    told = "20001 characters of code. A cell takes the first 20000; the rest was left out"
    expect(tab.locator("[data-cell] .output")).to_contain_text(told)
    assert len(tab.locator(CELL).input_value()) == 20_000
    tab.close()


# Each is 40,000 characters long at most, what an editor still colours; where a pattern looks at the
# rest of the text from every place, a billion steps and more.
HOSTILE = ["r", "rb", '"', "'''", '\\"', "'\\", "1", "1_", "1e", "#", "x.", "in", ": ", '"""\\']


def test_hostile_code_is_coloured(booted: Visit, at_root: str) -> None:
    tab = booted.page.context.new_page()
    tab.goto(f"{at_root}lessons/l2/")
    tab.wait_for_selector("html.alive")
    tab.set_default_timeout(10_000)
    for piece in HOSTILE:
        text = piece * (39_000 // len(piece))
        tab.evaluate(WRITE, [CELL, text, 1])
        shown = tab.locator("[data-cell] pre.source").first
        assert shown.evaluate("(one) => one.textContent") == text + "\n"
    tab.close()


# The best of three times for so much of a piece, and for four times as much.
TIMES = """
import { tokens } from "TOKENS";
const time = (text) => {
    const begun = performance.now();
    tokens(text, "python");
    return performance.now() - begun;
};
const best = (text) => Math.min(...[1, 2, 3].map(() => time(text)));
const pieces = JSON.parse(process.argv[1]);
const times = (one) => [40_000, 160_000].map((n) => best(one.repeat(n / one.length)));
console.log(JSON.stringify(pieces.map(times)));
"""


def test_colouring_takes_time_in_proportion() -> None:
    script = TIMES.replace("TOKENS", (SITE / "js" / "shared" / "tokens.js").as_uri())
    command = [str(node()), "--input-type=module", "-e", script, json.dumps(HOSTILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    for piece, (small, large) in zip(HOSTILE, json.loads(done.stdout), strict=True):
        assert large < 8 * small + 200, piece  # milliseconds; 16 times, where it is quadratic


@pytest.mark.parametrize(
    ("line", "count", "told"),
    [
        ("1,2,1\n", 150_000, "It has 150001 rows, and at most 20000 are read"),
        ("0.25,-1.75,1\n", 150_000, "It is larger than 1 MB"),
    ],
)
def test_many_pasted_points_are_refused_at_once(
    page: Page, line: str, count: int, told: str
) -> None:
    points = [[0, 0, 1], [1, 1, -1]]
    set_state(page, dataset="own", points=points)
    before = page.locator("#own-csv").input_value()
    assert page.evaluate(PASTE, ["#own-csv", line, count]) is False
    expect(page.locator("#own-errors li")).to_contain_text(told)
    assert page.locator("#own-csv").input_value() == before
    # And if they got there in another way.
    page.evaluate(
        "([line, count]) => { document.getElementById('own-csv').value = line.repeat(count);"
        " document.getElementById('own-use').click(); }",
        [line, count],
    )
    expect(page.locator("#own-errors li")).to_contain_text(told)
    page.evaluate("(text) => { document.getElementById('own-csv').value = text; }", before)
    assert page.evaluate("micrograd.state.points") == points


def test_a_table_of_many_columns_is_refused(page: Page) -> None:
    set_state(page, dataset="own", points=[[0, 0, 1], [1, 1, -1]])
    page.evaluate(
        "() => { const wide = '1,'.repeat(50_000) + '\\n';"
        " document.getElementById('own-csv').value = wide.repeat(5);"
        " document.getElementById('own-use').click(); }"
    )
    expect(page.locator("#own-errors li")).to_contain_text("It has 50001 columns, and at most 100")
    expect(page.locator("#own-table")).to_be_hidden()


def test_a_long_run_tells_how_far_it_is_and_can_be_stopped(page: Page) -> None:
    set_state(page, dataset="moons", samples=100, layers=[16, 16], steps=100)
    before = result(page)
    drawn = pixels(page, "plane-canvas")
    page.evaluate(
        "window.ended = micrograd.set({samples: 500, steps: 1000, learningRate: 0.1,"
        " layers: [32, 32, 32, 32], activations: Array(4).fill('tanh')})"
        ".then(() => 'trained', ({name}) => name); null"
    )
    stop = page.locator("#stop-run")
    expect(stop).to_be_visible(timeout=BOOT_MS)
    expect(page.locator("#stage")).to_contain_text(" of 1000", timeout=BOOT_MS)
    stop.click()
    expect(page.locator("#stage")).to_have_text("Stopped: press Run to train.")
    assert page.evaluate("window.ended") == "Stopped"
    expect(page.locator("body")).not_to_have_attribute("aria-busy", "true")
    assert pixels(page, "plane-canvas") == drawn  # the picture that was there
    expect(page.locator("#run")).to_have_attribute("aria-label", "Run")
    # The worker is free at once, for the same run as before as for any other.
    usual = {"samples": 100, "steps": 100, "layers": [16, 16], "activations": ["relu", "relu"]}
    set_state(page, learningRate={"kind": "official"}, **usual)
    assert result(page)["fingerprint"] == before["fingerprint"]
    expect(stop).to_have_count(0)


def test_a_long_layout_says_so_and_can_be_stopped(page: Page) -> None:
    set_state(page, dataset="moons", samples=20, layers=[32, 32, 32, 32], steps=2)
    page.get_by_role("tab", name="Graph").click()
    title = page.locator("#graph-title")
    expect(title).to_contain_text("nodes", timeout=BOOT_MS)
    drawn = page.locator(".graph-view svg")
    expect(drawn).to_be_visible(timeout=BOOT_MS)
    expect(page.locator("#graph-doing")).to_be_hidden(timeout=BOOT_MS)
    boxes = drawn.locator("g.node").count()
    unfold = page.get_by_role("button", name="Open all neurons")
    unfold.click()
    expect(page.locator("#graph-doing")).to_contain_text("Laying out a graph of", timeout=BOOT_MS)
    page.locator("#graph-stop").click()
    expect(title).to_contain_text("Stopped")
    expect(page.locator("#graph-doing")).to_be_hidden()
    expect(unfold).to_be_visible()
    assert drawn.locator("g.node").count() == boxes
    # Graphviz comes again for the next picture.
    page.locator("#expression").evaluate("(one) => { one.closest('details').open = true; }")
    page.locator("#draw-expression").click()
    expect(title).to_contain_text("nodes", timeout=BOOT_MS)
    expect(drawn).to_be_visible()
    set_state(page, samples=100, layers=[16, 16], steps=100)
    settle(page)


# As a page of the same site could say them to the frames that share one Python.
FORGED = """() => {
    const channel = new BroadcastChannel("micrograd-bounds");
    const question = {name: "cell", args: ["a", "1", "b"], arrays: []};
    const keys = [undefined, null, 5, {}, [], "none", "/".repeat(1e6), "x/1"];
    const asks = [5, "x", {}, [], {name: {}}, {name: "cell"}, {...question, args: 5}, question];
    const all = [null, undefined, 5, "x", [], [null], {stage: 5}, {stage: {}}, {answer: 1},
        {stop: true}, {error: 1, to: "x"}, {printed: {}, key: 1}, {begun: 1, behind: 1, to: {}}];
    for (const key of keys) {
        for (const ask of asks) all.push({key, ask});
        all.push({key, stop: true}, {key, answer: {}, to: "x"}, {key, error: null, to: "x"});
    }
    for (let k = 0; k < 2_000; k++) all.push({key: `forged/${k}`, ask: question});
    for (const one of all) channel.postMessage(one);
    return all.length;
}"""


def test_forged_messages_of_frames_change_nothing(booted: Visit, at_root: str) -> None:
    holder, stranger = (booted.page.context.new_page() for _ in range(2))
    faults: list[str] = []
    holder.on("pageerror", lambda error: faults.append(str(error)))
    code = "kept%3D6*7%0Akept"
    holder.goto(f"{at_root}lessons/cell/#embed=1&group=bounds&code={code}")
    run = holder.get_by_role("button", name="Run", exact=True)
    run.click()
    expect(holder.locator(".output .value")).to_have_text("42", timeout=BOOT_MS)
    stranger.goto(f"{at_root}lessons/l2/")
    assert stranger.evaluate(FORGED) > 2_000
    holder.locator("textarea").fill("kept + 1")  # the names of before are still there
    run.click()
    expect(holder.locator(".output .value")).to_have_text("43")
    assert faults == []
    holder.close()
    stranger.close()


def notebook(*outputs: dict[str, object]) -> dict[str, object]:
    shown = [{"output_type": "display_data", "metadata": {}, "data": data} for data in outputs]
    return {
        "metadata": {
            "trusted": True,
            "kernelspec": {"display_name": "Python", "language": "python", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
        "cells": [
            {
                "id": "one",
                "cell_type": "code",
                "source": "1",
                "metadata": {"trusted": True},
                "execution_count": 1,
                "outputs": shown,
            }
        ],
    }


UPLOAD = """([path, content]) => window.jupyterapp.serviceManager.contents.save(
    path, {type: "notebook", format: "json", content}).then(() => null)"""
OPEN = """(path) => window.jupyterapp.commands.execute(
    "docmanager:open", {path, factory: "Notebook"}).then(() => null)"""


def test_an_uploaded_notebook_is_not_trusted(visit: Visit, at_root: str) -> None:
    page = visit.page
    page.goto(f"{at_root}lab/index.html")
    wait_until_started(page)
    hostile = notebook(
        {"application/javascript": "window.ran = 'javascript'"},
        {"text/html": "<b id=drawn>x</b><script>window.ran = 'html'</script>"},
        {"text/html": "<img src='data:,' onerror='window.ran = 1'>"},
    )
    page.evaluate(UPLOAD, ["mine.ipynb", hostile])
    page.evaluate(OPEN, "mine.ipynb")
    page.wait_for_function(f"{WIDGET}?.content?.model?.cells?.length > 0", timeout=BOOT_MS)
    page.wait_for_selector(".jp-OutputArea-output b", timeout=BOOT_MS)
    assert page.evaluate("window.ran ?? null") is None
    trusted = page.evaluate(f"Array.from({WIDGET}.content.model.cells, (one) => one.trusted)")
    assert trusted == [False]
    kept = page.evaluate(
        "() => window.jupyterapp.serviceManager.contents.get('mine.ipynb', {content: true})"
        ".then(({content}) => content)"
    )
    assert '"trusted"' not in json.dumps(kept)
    assert kept["cells"][0]["outputs"] == hostile["cells"][0]["outputs"]  # type: ignore[index]
