"""What Values, tables and runs show of themselves in the site's notebooks; training with a Stop.

The cells are this file's own, put into a notebook of the site in place of its own.
"""

import base64
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.site import notebooks
from tests.site.conftest import VisitMaker
from tests.site.playground import AXE, assert_no_sideways_scroll

NOTEBOOK = "notebooks/index.html?path=micrograd_demo.ipynb"
CELLS = [
    "from micrograd_wasm import *\n"
    "x1, x2, w1, w2 = (Value(n, name) for n, name in"
    " [(2.0, 'x1'), (0.0, 'x2'), (-3.0, 'w1'), (1.0, 'w2')])\n"
    "o = (x1 * w1 + x2 * w2 + 6.88).tanh().with_label('o')\n"
    "data, model = datasets.moons(100), MLP(2, [16, 16, 1], seed=1)\n"
    "o",
    "graph.draw(o, o.backward())",
    "losses.max_margin(model, data.xs, data.ys).total_loss",
    "data",
    "model",
    "train(model, data)",
    "loss = losses.max_margin(model, data.xs, data.ys).total_loss\n"
    "diagnose.largest(loss.backward(), among=model)",
    "datasets.digits()[0]",
]
ENDLESS = (
    "run = await live.train(model, data, steps=1_000_000, learning_rate=0.1)\n"
    "print('ended', run.stopped, 0 < run.step_count < 1_000_000,"
    " run.fingerprint == train(model, data, steps=run.step_count, learning_rate=0.1).fingerprint)"
)
OUTPUTS = ".jp-OutputArea-output"
# The contrast of every text in the outputs with the paper behind it, the least of them.
CONTRAST = """() => {
    const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const pixel = (...colors) => {
        paint.clearRect(0, 0, 1, 1);
        for (const [color, opacity] of colors) {
            paint.globalAlpha = opacity;
            paint.fillStyle = color;
            paint.fillRect(0, 0, 1, 1);
        }
        return paint.getImageData(0, 0, 1, 1).data;
    };
    const light = (data) => [...data].slice(0, 3).reduce((sum, part, k) => {
        const share = part / 255;
        const linear = share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        return sum + linear * [0.2126, 0.7152, 0.0722][k];
    }, 0);
    const paper = (node) => {
        const behind = [];
        for (let at = node; at; at = at.parentElement) {
            behind.unshift([getComputedStyle(at).backgroundColor, 1]);
        }
        return [["white", 1], ...behind];
    };
    const texts = document.querySelectorAll(
        ".jp-OutputArea-output svg text, .jp-OutputArea-output td, .jp-OutputArea-output strong");
    return Math.min(...[...texts].map((node) => {
        const style = getComputedStyle(node);
        const svg = node instanceof SVGElement;
        const under = paper(node);
        const ink = svg ? [style.fill, Number(style.fillOpacity)] : [style.color, 1];
        const [one, two] = [light(pixel(...under)), light(pixel(...under, ink))].sort();
        return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    }));
}"""

# The colour of a picture's first pixel.
PIXEL = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const paint = document.createElement("canvas").getContext("2d");
    paint.drawImage(image, 0, 0);
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def replace_cells(page: Page, cells: list[str]) -> None:
    listed = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    notebook = {"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    page.evaluate(
        "(notebook) => { const {model} = window.jupyterapp.shell.currentWidget.content;"
        " model.fromJSON({...notebook, metadata: model.sharedModel.metadata}); }",
        notebook,
    )


CHART = ".jp-RenderedVegaCommon5 .vega-embed canvas"


@pytest.fixture(scope="module")
def unrun(at_root: str, start_visit: VisitMaker) -> Iterator[Page]:
    """The demo notebook as it opens, before Python is there."""
    # High enough for all of it: a notebook only draws what is near the window.
    with start_visit(
        "rich-display", viewport={"width": 1280, "height": 4000}, service_workers="allow"
    ) as visit:
        visit.page.goto(at_root + NOTEBOOK)
        yield visit.page


@pytest.fixture(scope="module")
def before(unrun: Page) -> dict[str, Any]:
    """What the demo notebook shows before it has run, in both themes."""
    page, found = unrun, dict[str, Any]()
    expect(page.locator(f"{OUTPUTS} svg[role=img]").first).to_be_visible(timeout=notebooks.BOOT_MS)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        light = str(scheme == "light").lower()
        body = page.locator(f"body[data-jp-theme-light={light}]")
        expect(body).to_be_attached(timeout=notebooks.BOOT_MS)
        chart = page.locator(CHART).first
        chart.scroll_into_view_if_needed()
        expect(chart).to_be_visible(timeout=notebooks.BOOT_MS)
        corner = chart.bounding_box()
        assert corner is not None
        clip = {"x": corner["x"] + 3, "y": corner["y"] + 3, "width": 2, "height": 2}
        found[scheme] = page.evaluate(PIXEL, base64.b64encode(page.screenshot(clip=clip)).decode())
    page.emulate_media(color_scheme="light")
    found["text"] = notebooks.text_of(notebooks.outputs(page))
    found["run"] = page.evaluate(
        "[...window.jupyterapp.shell.currentWidget.content.model.cells]"
        ".filter((cell) => cell.executionCount).length"
    )
    return found


@pytest.fixture(scope="module")
def page(unrun: Page, before: dict[str, Any]) -> Page:
    """A notebook in which everything has shown itself; one that every test here looks at."""
    notebooks.wait_until_open(unrun)
    replace_cells(unrun, CELLS)
    assert notebooks.run_all(unrun), notebooks.outputs(unrun)
    expect(unrun.locator(f"{OUTPUTS} svg[role=img]")).to_have_count(6)
    return unrun


def test_the_demo_reads_before_it_runs_and_its_charts_follow_the_theme(
    before: dict[str, Any],
) -> None:
    assert before["run"] == 0
    assert "final loss:     0.010498643924133641" in before["text"]
    assert min(before["light"]) > 240
    assert max(before["dark"]) < 40


def test_graphs_are_drawn_with_numbers_and_operations(page: Page) -> None:
    graphs = page.locator(f"{OUTPUTS} svg[aria-label^='Graph of']")
    expect(graphs).to_have_count(3)
    words = graphs.nth(1).locator("text").all_text_contents()
    assert {"x1", "w2", "o", "tanh", "*", "+", "data", "grad", "0.7064", "-6.0000"} <= set(words)
    large = page.locator(OUTPUTS).nth(2)
    expect(large).to_contain_text("68,818 nodes")
    expect(large).to_contain_text("depth=3")


def test_no_text_is_wider_than_its_box(page: Page) -> None:
    """Text is measured without a browser; here is one, with its own monospace font."""
    wide = page.evaluate(
        "() => [...document.querySelectorAll(\"svg[aria-label^='Graph of'] g > g\")]"
        ".flatMap((node) => { const box = [...node.querySelectorAll('rect')]"
        ".map((rect) => rect.getBoundingClientRect());"
        " return [...node.querySelectorAll('text')].filter((text) => {"
        " const at = text.getBoundingClientRect();"
        " return !box.some((b) => b.left <= at.left && at.right <= b.right); })"
        ".map((text) => text.textContent); })"
    )
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_readable_and_fits(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    page.set_viewport_size({"width": width, "height": 4000})
    page.emulate_media(color_scheme=scheme)
    light = "true" if scheme == "light" else "false"
    dark_or_light = page.locator(f"body[data-jp-theme-light={light}]")
    expect(dark_or_light).to_be_attached(timeout=notebooks.BOOT_MS)
    assert page.evaluate(CONTRAST) >= 4.5
    assert_no_sideways_scroll(page)
    outputs = page.locator(OUTPUTS)
    for k in range(outputs.count()):
        assert outputs.nth(k).evaluate("(node) => node.scrollWidth <= node.clientWidth + 1"), k


def test_axe_finds_nothing_in_what_is_shown(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run({include: [['.jp-OutputArea-output > div > div']]}).then((result) =>"
        " result.violations.map((one) => [one.id, one.nodes.map((at) => at.html.slice(0, 99))]))"
    )
    assert found == []


def test_training_is_redrawn_while_it_runs_and_stop_keeps_what_is_done(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    replace_cells(page, [CELLS[0], ENDLESS])
    notebooks.start_all(page)
    stop = page.get_by_role("button", name="Stop training")
    expect(stop).to_be_visible(timeout=notebooks.BOOT_MS)
    expect(page.locator(OUTPUTS).filter(has_text="of 1,000,000 · loss")).to_be_visible()
    # The chart is drawn again and again in the same place, at the same size.
    page.evaluate(
        "window.steps = new Set(); window.sizes = new Set(); window.watch = setInterval(() => {"
        " const found = [...document.querySelectorAll('.jp-OutputArea-output')]"
        ".find((node) => node.textContent.includes('of 1,000,000'));"
        " if (!found) return; window.steps.add(found.textContent.split(' ')[1]);"
        " window.sizes.add(found.offsetHeight); }, 16)"
    )
    page.wait_for_function("window.steps.size >= 4")
    stop.click()
    page.wait_for_function("window.ranAll", timeout=notebooks.RUN_MS)
    page.evaluate("clearInterval(window.watch)")
    assert page.evaluate("window.sizes.size") == 1
    assert "ended progress True True" in notebooks.text_of(notebooks.outputs(page))
    expect(stop).to_have_count(0)
