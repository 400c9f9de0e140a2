"""An example's graph: readable as it opens, in order, and walked back node by node. And gradients
when little is left to learn; and all of that under a finger."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from micrograd_wasm.page import graphs, session
from tests.site.conftest import VisitMaker
from tests.site.playground import NARROW, WIDE, follow, open_playground, settle, state
from tests.site.visits import Visit

READABLE = 11


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-graph", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    """The first step, where there is much to learn."""
    return follow(booted.page, "step=0")


def graph(page: Page, step: int, example: int) -> dict[str, Any]:
    """The engine's graph of what the page shows."""
    config = state(page)
    count = 337
    run = session.train(config)
    return graphs.example_graph(
        config, list(run.parameters[step * count : (step + 1) * count]), example - 1
    )


def losses(page: Page, step: int) -> list[float]:
    return [graph(page, step, example + 1)["loss"] for example in range(100)]


def open_example(page: Page, example: int) -> None:
    page.get_by_role("tab", name="Graph").click()
    page.get_by_label("Example number").fill(str(example))
    page.get_by_label("Example number").press("Enter")
    expect(page.locator("#graph-title")).to_contain_text(f"Example {example} at step")
    settle(page)


TEXT = """() => {
    const view = document.querySelector(".graph-view").getBoundingClientRect();
    const seen = [...document.querySelectorAll(".graph-view .node")].filter((node) => {
        const box = node.getBoundingClientRect();
        return box.left >= view.left - 1 && box.right <= view.right + 1
            && box.top >= view.top - 1 && box.bottom <= view.bottom + 1;
    });
    const height = (node) => {
        const text = node.querySelector("text");
        return parseFloat(text.getAttribute("font-size")) * text.getScreenCTM().a;
    };
    return {seen: seen.map(({id}) => id), least: Math.min(...seen.map(height))};
}"""


def looked_at(page: Page) -> dict[str, Any]:
    """Which boxes are in view, and how high their text is."""
    found: dict[str, Any] = page.evaluate(TEXT)
    return found


def test_the_first_graph_is_that_of_the_largest_loss(page: Page) -> None:
    # Nobody has chosen one yet: this test is the first of the file.
    page.get_by_role("tab", name="Graph").click()
    title = page.locator("#graph-title")
    expect(title).to_contain_text("at step 0: ")
    example = int((re.match(r"Example (\d+)", title.inner_text()) or ["", "0"])[1])
    found = losses(page, 0)
    assert found[example - 1] == max(found)
    settle(page)
    # Its end is there, where the way back begins; large enough to be read.
    end = graph(page, 0, example)["nodes"][-1]["id"]
    assert end in looked_at(page)["seen"]
    assert looked_at(page)["least"] >= READABLE


def test_a_finished_example_says_so_and_offers_a_step(page: Page) -> None:
    follow(page, "")
    open_example(page, 3)
    expect(page.locator("#graph-title")).to_contain_text("so is every gradient")
    page.get_by_role("button", name="Go to step 0, where the gradients are largest").click()
    expect(page.locator("#fact-step")).to_have_text("step 0 of 100")
    expect(page.locator("#graph-title")).to_contain_text("Example 3 at step 0")
    expect(page.locator("#graph-steepest")).to_be_hidden()


def test_neurons_stand_in_the_order_of_their_numbers(page: Page) -> None:
    open_example(page, 5)
    for layer in (0, 1):
        places = page.evaluate(
            "(layer) => Array.from({length: 16}, (_, k) => document.getElementById("
            "`n${layer}_${k}`).getBoundingClientRect().top)",
            layer,
        )
        assert places == sorted(places)
    options = page.get_by_label("Node of the graph").locator("option").all_inner_texts()
    named = [text.split()[1] for text in options if " relu_0_" in text]
    assert named == [f"relu_0_{k}" for k in range(16)]


def test_what_is_opened_is_what_is_looked_at(page: Page) -> None:
    open_example(page, 5)
    fold = page.locator("#graph-fold")
    nodes = page.get_by_label("Node of the graph")
    nodes.select_option(label=option(page, "relu_1_12"))
    fold.click()
    expect(fold).to_have_text("Fold its neuron")
    inner = nodes.input_value()
    expect(page.locator(f".graph-view [id='{inner}']")).to_be_attached()
    assert inner in looked_at(page)["seen"]
    assert looked_at(page)["least"] >= READABLE
    fold.click()
    expect(page.locator(".graph-view #n1_12")).to_be_attached()
    assert "n1_12" in looked_at(page)["seen"]


def option(page: Page, name: str) -> str:
    options = page.get_by_label("Node of the graph").locator("option")
    return options.filter(has_text=re.compile(rf" {name}$")).inner_text()


def told(page: Page) -> list[list[float]]:
    """The rows of what arrives: gradient, local gradient, share; the sum without the two."""
    rows = page.locator("#walk-now tbody tr").all()
    texts = [row.locator("td").all_inner_texts() for row in rows]
    return [
        [float(re.sub("[×= ]", "", cell).replace("−", "-")) for cell in row if cell]
        for row in texts
    ]


def test_the_way_back_is_walked_node_by_node(page: Page) -> None:
    open_example(page, 5)
    rows = {row["id"]: row for row in graph(page, 0, 5)["nodes"]}
    forward, back = page.locator("#walk-forward"), page.locator("#walk-back")
    expect(back).to_be_disabled()
    count = page.locator(".graph-view .node").count()
    heard = set()
    for at in range(count):
        forward.click()
        expect(page.locator("#walk-count")).to_have_text(f"node {at + 1} of {count}")
        node = rows[page.locator("#graph-node").get_attribute("data-node") or ""]
        heard.add(node["id"])
        assert page.locator(".graph-view .node.now").count() == 1
        # What is still to come is not known yet, as in the lesson.
        assert page.locator(".graph-view .unknown").count() == count - 1 - at
        assert looked_at(page)["least"] >= READABLE
        arrivals = told(page)
        shares = [row for row in arrivals if len(row) == 3]
        if at == 0:
            assert not arrivals
            assert (node["name"], node["grad"]) == ("loss", 1.0)
            continue
        assert shares
        for gradient, local, share in shares:
            assert share == pytest.approx(gradient * local, abs=2e-4)
        # All that arrives is the gradient that the engine gives.
        assert sum(row[2] for row in shares) == pytest.approx(node["grad"], abs=1e-4 * len(shares))
        assert len(arrivals) == len(shares) + (len(shares) > 1)
    expect(forward).to_be_disabled()
    assert len(heard) == count
    assert page.locator(".graph-view .node", has_text="grad ?").count() == 0
    back.click()
    expect(page.locator("#walk-count")).to_have_text(f"node {count - 1} of {count}")
    assert page.locator(".graph-view .node", has_text="grad ?").count() == 1
    page.locator("#walk-end").click()
    expect(page.locator("#walk-now")).to_be_hidden()
    assert page.locator(".graph-view .unknown").count() == 0


def test_at_the_end_gradients_say_that_only_regularization_is_left(page: Page) -> None:
    page.get_by_label("Gradients of the total loss").check()
    readout = page.locator("#network-readout")
    expect(readout).to_contain_text("Point at a neuron")
    page.get_by_label("Step shown").press("End")
    expect(readout).to_contain_text("only regularization is left")
    page.get_by_role("button", name="Go to step 0, where they say most").click()
    expect(page.locator("#fact-step")).to_have_text("step 0 of 100")
    expect(readout).to_contain_text("Point at a neuron")
    page.evaluate("micrograd.set({alpha: 0, step: null})")
    settle(page)
    expect(readout).to_contain_text("each gradient is 0")
    page.evaluate("micrograd.set({alpha: 1e-4, loss: 'logistic'})")
    settle(page)
    expect(readout).to_contain_text("Point at a neuron")
    page.get_by_label("Weights", exact=True).check()


PLACES = """() => {
    const box = document.getElementById("plane-canvas").getBoundingClientRect();
    return [box.left, box.top, box.width, box.height];
}"""


def test_a_finger_reads_first_and_then_opens(at_root: str, start_visit: VisitMaker) -> None:
    how: dict[str, Any] = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
    with start_visit("playground-finger", **how) as visit:
        page = open_playground(visit, at_root)
        expect(page.locator("#plane-help")).to_contain_text("Tap to read the score")
        expect(page.locator("#network-readout")).to_contain_text("Tap a neuron")
        left, top, width, height = page.evaluate(PLACES)
        tip = page.locator("#plane-tip")
        page.touchscreen.tap(left + 0.1 * width, top + 0.9 * height)  # far from all points
        expect(tip).to_contain_text(re.compile(r"score -?\d.*nearest: point \d+, class", re.DOTALL))
        point = visit_a_point(page)
        expect(page.locator("#drawer")).not_to_have_class(re.compile("wide"))
        before = page.evaluate("scrollY")
        number = (re.match(r"point (\d+)", tip.inner_text()) or ["", ""])[1]
        page.touchscreen.tap(*point)
        expect(page.locator("#graph-title")).to_contain_text(f"Example {number} at step 100")
        expect(page.locator(".graph-view svg")).to_be_in_viewport()
        page.get_by_role("button", name="Wide drawer").tap()
        expect(page.locator("#drawer")).not_to_have_class(re.compile("wide"))
        assert page.evaluate("scrollY") == before
        # The network's neurons, too.
        canvas = page.locator("#network-canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box
        before = page.evaluate("scrollY")
        neuron = box["x"] + box["width"] - 30, box["y"] + box["height"] / 2
        page.touchscreen.tap(*neuron)
        expect(page.locator("#network-readout")).to_contain_text("The score: 16 weights")
        expect(page.locator("#drawer")).not_to_have_class(re.compile("wide"))
        page.touchscreen.tap(*neuron)
        expect(page.locator("#neuron-card h3")).to_have_text("The score")
        page.keyboard.press("Escape")
        assert page.evaluate("scrollY") == before
        assert visit.console_errors() == []


def visit_a_point(page: Page) -> tuple[float, float]:
    """Tap until a point is told of; where that was."""
    left, top, width, height = page.evaluate(PLACES)
    tip = page.locator("#plane-tip")
    for down in range(10, int(height) - 10, 12):
        for right in range(20, int(width) - 10, 16):
            page.touchscreen.tap(left + right, top + down)
            if tip.inner_text().startswith("point"):
                return left + right, top + down
    raise AssertionError("no point was met")
