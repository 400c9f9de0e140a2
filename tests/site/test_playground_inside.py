"""Inside the run: its code, kernel and graphs, the comparison, own points, and what is saved."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from micrograd_wasm.page import graphs, session
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    OFFICIAL,
    WIDE,
    choose_preset,
    open_playground,
    result,
    set_state,
    settle,
    state,
)
from tests.site.visits import Visit


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-inside", viewport=WIDE, accept_downloads=True) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []
        assert visit.foreign_requests() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    choose_preset(booted.page, "Two moons")
    booted.page.get_by_label("Step shown").press("End")
    settle(booted.page)
    return booted.page


def saved(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_the_code_makes_exactly_this_run(page: Page) -> None:
    found = set_state(page, dataset="xor", samples=40, steps=10, layers=[4], dataSeed=5)
    page.get_by_role("tab", name="Code").click()
    code = page.locator("#code-text")
    expect(code).to_contain_text("datasets.xor(40")
    names: dict[str, Any] = {}
    exec(code.inner_text(), names)
    coloured = ("from", '"relu"', "40")  # a word of the language, a string, a number
    for kind, text in zip("ksn", coloured, strict=True):
        expect(code.locator(f".{kind}", has_text=text).first).to_have_text(text)
    assert names["run"].fingerprint == found["fingerprint"]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#code-copy").click()
    expect(page.locator("#code-copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == code.inner_text()


def test_the_kernel_shows_its_text_and_is_downloaded(page: Page) -> None:
    page.get_by_role("tab", name="Kernel").click()
    expect(page.locator("#kernel-text")).to_contain_text("(module")
    expect(page.locator("#kernel-text")).to_contain_text("$relu_0_0")
    expect(page.locator("#kernel-text .k").first).to_have_text("module")
    expect(page.locator("#kernel-text .s", has_text="$relu_0_0").first).to_be_attached()
    facts = page.locator("#kernel-facts")
    # The default run's kernel came with the page; any other is emitted here.
    expect(facts).to_contain_text("kB, emitted when this site was built, compiled in")
    expect(facts).to_contain_text("for 100 steps of 100 examples")
    key = session.plan(state(page)).kernel
    assert saved(page, "Download .wasm") == session.kernel(key).binary
    set_state(page, layers=[5])
    expect(facts).to_contain_text(re.compile(r"kB, emitted in \d+\.\d ms, compiled in \d"))
    expect(page.locator("#kernel-text")).not_to_contain_text("$relu_1_0")
    key = session.plan(state(page)).kernel
    assert saved(page, "Download .wasm") == session.kernel(key).binary


def test_a_clicked_point_opens_its_graph_with_the_engines_gradients(page: Page) -> None:
    page.locator("#plane-canvas").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    view = page.locator(".graph-view svg")
    expect(view).to_be_visible()
    expect(page.locator("#graph-title")).to_contain_text("Example 3 at step 100: ")
    config = state(page)
    parameters = list(session.train(config).parameters[-337:])
    wanted = graphs.example_graph(config, parameters, 2)["nodes"]
    expect(page.locator("#graph-title")).to_contain_text(f"{len(wanted)} nodes")
    for node in (wanted[0], wanted[len(wanted) // 2], wanted[-1]):
        page.get_by_label("Node of the graph").select_option(node["id"])
        shown = page.locator("#graph-node")
        expect(shown).to_have_attribute("data-node", node["id"])
        assert float(shown.get_attribute("data-grad") or "") == node["grad"]
        assert float(shown.get_attribute("data-data") or "") == node["data"]


def test_a_click_on_the_plane_opens_the_nearest_points_graph(page: Page) -> None:
    x, y = page.evaluate(
        "(() => { const c = document.getElementById('plane-canvas'), b = c.getBoundingClientRect();"
        " for (let y = 30; y < b.height - 30; y += 4) for (let x = 40; x < b.width - 30; x += 4) {"
        "  const at = {clientX: b.left + x, clientY: b.top + y};"
        "  c.dispatchEvent(new PointerEvent('pointermove', at));"
        "  if (document.getElementById('plane-tip').textContent.startsWith('point'))"
        "   return [b.left + x, b.top + y]; } })()"
    )
    number = page.locator("#plane-tip").inner_text().split()[1].rstrip(",")
    page.mouse.click(x, y)
    expect(page.locator("#graph-title")).to_contain_text(f"Example {number} at step 100")


def test_an_expression_is_drawn_and_a_bad_one_is_explained(page: Page) -> None:
    page.get_by_role("tab", name="Graph").click()
    text = page.locator("#expression")
    if not text.is_visible():
        page.locator("summary", has_text="Expression").click()
    # The warm-up stands there; its numbers are known from micrograd's own README.
    page.get_by_role("button", name="Draw the expression").click()
    nodes = page.get_by_label("Node of the graph")
    for name, grad in (("a", "138.8338"), ("b", "645.57725")):
        nodes.select_option(
            label=nodes.locator("option", has_text=re.compile(rf" {name}$")).inner_text()
        )
        expect(page.locator("#graph-node")).to_contain_text(f"grad {grad}")
    text.fill("a = Value(-4.0)\n(a * a).relu()")
    page.get_by_role("button", name="Draw the expression").click()
    expect(page.locator("#graph-title")).to_contain_text("3 nodes")
    page.get_by_label("Node of the graph").select_option(index=1)
    expect(page.locator("#graph-node")).to_contain_text("grad -8")
    dot = saved(page, "Download the graph as DOT").decode()
    assert dot.startswith("digraph")
    assert b"<svg" in saved(page, "Download the picture as SVG")
    assert_zoomed_and_moved(page)
    text.fill("a = b +")
    page.get_by_role("button", name="Draw the expression").click()
    expect(page.locator("#graph-title")).to_contain_text("line 1")


def assert_zoomed_and_moved(page: Page) -> None:
    """By keys, wheel, buttons and drag; and all of it is undone by Fit."""
    view, drawn = page.locator(".graph-view"), page.locator(".graph-view svg")

    def window() -> list[float]:
        return [float(v) for v in (drawn.get_attribute("viewBox") or "").split()]

    view.press("0")
    whole = window()
    view.press("+")
    assert window()[2] < whole[2]
    view.hover()
    page.mouse.wheel(0, -200)
    near = window()
    assert near[2] < 0.8 * whole[2]
    page.mouse.down()
    page.mouse.move(*(v + 30 for v in centre(page, ".graph-view")), steps=3)
    page.mouse.up()
    assert window()[0] < near[0]
    assert window()[2] == near[2]
    page.get_by_role("button", name="Zoom out").click()
    assert window()[2] > near[2]
    page.get_by_role("button", name="Fit the graph").click()
    assert window() == pytest.approx(whole, abs=0.01)


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_pinned_run_stands_beside_the_current_one(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("button", name="Pin this run").press("Enter")
    expect(page.locator("#panel-compare")).to_contain_text("the same to the last bit")
    expect(page.locator("#pin")).to_be_focused()
    other = set_state(page, noise=0.3)
    table = page.locator("#compare-table")
    expect(table).to_contain_text(OFFICIAL[:16])
    expect(table).to_contain_text(other["fingerprint"][:16])
    expect(table).to_contain_text("Noise")
    panel = page.locator("#panel-compare")
    pictures = [
        one.evaluate("(canvas) => canvas.toDataURL()") for one in panel.locator("canvas").all()
    ]
    assert len(set(pictures)) == 2
    curves = [one.get_attribute("points") for one in panel.locator("polyline").all()]
    assert len(set(curves)) == 4  # loss and accuracy of each
    for name, most in (("total loss", "1.39"), ("accuracy", "100 %")):
        chart = panel.get_by_label(f"{name} of both runs by step")
        assert chart.locator("text.x").all_text_contents() == ["0", "50", "99"]
        assert most in chart.locator("text.y").all_text_contents()
        expect(chart.get_by_text("step")).to_be_visible()
    # Over the axis's own 50, a step or so beside it as pixels are.
    chart = panel.get_by_label("total loss of both runs by step")
    around, label = chart.bounding_box(), chart.get_by_text("50", exact=True).bounding_box()
    assert around
    assert label
    middle = label["x"] + label["width"] / 2 - around["x"]
    chart.hover(position={"x": middle, "y": around["height"] / 2})
    expect(panel).to_contain_text(
        re.compile(r"total loss at step (49|50|51): pinned 0\.0\d+, current 0\.2\d+")
    )
    page.get_by_role("button", name="Unpin").click()
    expect(page.locator("#pin")).to_be_focused()
    page.get_by_role("tab", name="Code").click()


def test_points_are_added_dragged_and_deleted(page: Page) -> None:
    set_state(page, dataset="own", points=[[0, 0, 1], [1, 1, -1]])
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"]
    page.mouse.click(x, y)
    page.wait_for_function("micrograd.state.points.length === 3 && micrograd.result !== null")
    settle(page)
    before = result(page)["fingerprint"]
    added = state(page)["points"][2]
    assert added[2] == 1
    page.locator("#plane-canvas").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function("(y) => micrograd.state.points[2][1] > y", arg=added[1])
    page.keyboard.press("c")
    page.wait_for_function("micrograd.state.points[2][2] === -1")
    page.wait_for_function(
        "(old) => micrograd.result && micrograd.result.fingerprint !== old", arg=before
    )
    page.keyboard.press("Delete")
    page.wait_for_function("micrograd.state.points.length === 2")


def test_a_point_is_dragged_with_the_pointer(page: Page) -> None:
    set_state(page, dataset="own", points=[[-1, -1, 1], [0, 0, -1], [1, 1, 1]])
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2  # the middle one
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 20, steps=5)
    page.mouse.up()
    page.wait_for_function("micrograd.state.points[1][0] > 0.1 && micrograd.state.points[1][1] > 0")
    assert state(page)["points"][0] == [-1, -1, 1]


def test_bad_rows_are_named_one_by_one_and_good_ones_are_used(page: Page) -> None:
    page.get_by_label("own", exact=True).check()
    rows = page.get_by_label("Points as rows of x, y, label")
    rows.fill("x,y,label\n0,0,1\n1,zwei,1\n1,1\n2,2,\n5000,0,1\n,1,1\nNaN,1,1")
    page.get_by_role("button", name="Use these rows").click()
    errors = page.locator("#own-errors li")
    expect(errors).to_have_count(6)
    expect(errors.nth(0)).to_have_text("Row 3: y is “zwei”, not a number")
    expect(errors.nth(1)).to_have_text("Row 4: has 2 cells, and needs 3: x, y, label")
    expect(errors.nth(2)).to_have_text("Row 5: the label is missing")
    rows.fill("0;0;1\n1\t1\t-1\n0.5 0.25 1")
    page.get_by_role("button", name="Use these rows").click()
    page.wait_for_function("micrograd.state.points.length === 3 && micrograd.result !== null")
    expect(errors).to_have_count(0)


def test_points_of_a_made_data_set_become_your_own(page: Page) -> None:
    page.get_by_role("button", name="Edit these points").click()
    page.wait_for_function("micrograd.state.points.length === 100 && micrograd.result !== null")
    assert state(page)["dataset"] == "own"


def test_no_points_is_a_state_of_its_own(page: Page) -> None:
    page.evaluate("micrograd.set({dataset: 'own', points: []}).catch(() => null)")
    expect(page.locator("#plane-over")).to_contain_text("Click the plane to place points")
    expect(page.locator("#fact-total")).to_have_text("–")
    # Nothing of the run before is left: not in the network, the curves, the timeline, the drawer.
    page.locator("#network-canvas").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#network-readout")).to_contain_text("There is no run yet")
    assert page.get_by_label("Step shown").get_attribute("max") == "0"
    page.locator("#loss-chart").hover()
    expect(page.locator("#curves-tip")).to_be_hidden()
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("#code-text")).to_have_text("The code comes with the run.")
    expect(page.locator("#code-copy")).to_be_disabled()
    page.get_by_role("tab", name="Kernel").click()
    expect(page.locator("#kernel-facts")).to_have_text("The kernel comes with the run.")
    expect(page.locator("#kernel-text")).to_be_empty()
    page.get_by_role("tab", name="Code").click()
    set_state(page, points=[[0, 0, 1], [1, 1, -1]])
    expect(page.locator("#code-text")).to_contain_text("(1.0, 1.0, -1)")


def test_the_run_is_taken_away_with_all_its_digits(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    run = json.loads(saved(page, "Run (JSON)"))
    assert run["fingerprint"] == OFFICIAL
    assert run["history"][-1]["loss"] == 0.010498643924133641
    assert len(run["parameters"]) == 337
    history = saved(page, "History (CSV)").decode().splitlines()
    assert history[0] == "step,loss,data_loss,reg_loss,accuracy,learning_rate"
    assert len(history) == 101
    assert json.loads(saved(page, "Parameters (JSON)"))["parameters"] == run["parameters"]
    assert len(saved(page, "Points (CSV)").decode().splitlines()) == 101
    assert b"<svg" in saved(page, "Loss (SVG)")
    assert saved(page, "Loss (PNG)").startswith(b"\x89PNG")
    for name in ("Accuracy (PNG)", "Plane (PNG)", "Network (PNG)"):
        assert saved(page, name).startswith(b"\x89PNG")
    assert b"<svg" in saved(page, "Accuracy (SVG)")
    page.get_by_role("button", name="Close").click()


SHAPES = """(text) => {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const count = (selector) => svg.querySelectorAll(selector).length;
    return {root: svg.tagName, width: +svg.getAttribute("width"), paths: count("path"),
            images: count("image"), texts: count("text"), rects: count("rect")};
}"""


def unstyled(picture: bytes) -> str:
    """A file's styles are its own; read into the page they would break its policy."""
    return picture.decode().replace(" style=", " data-style=")


def test_plane_and_network_are_saved_as_shapes(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    plane = page.evaluate(SHAPES, unstyled(saved(page, "Plane (SVG)")))
    assert plane["root"] == "svg"
    assert plane["width"] == page.evaluate("document.getElementById('plane-canvas').clientWidth")
    # The shade is a picture; three lines, and a filled and stroked shape for each of 100 points.
    assert (plane["images"], plane["paths"]) == (1, 3 + 2 * 100)
    network = page.evaluate(SHAPES, unstyled(saved(page, "Network (SVG)")))
    assert network["images"] == 33  # a map for each neuron
    assert network["paths"] > 200  # a line for each weight that is large enough to be seen
    assert network["texts"] == 6  # the layers' titles, x and y
    page.get_by_role("button", name="Close").click()
