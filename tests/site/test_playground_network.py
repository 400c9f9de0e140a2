"""The network's diagram: its two layers of lines, its readout, and what a click or Enter opens."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from micrograd_wasm.page import graphs, session
from micrograd_wasm.page.loss_gradients import loss_gradients
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    NARROW,
    WIDE,
    choose_preset,
    open_playground,
    pixels,
    set_state,
    settle,
    state,
)
from tests.site.visits import Visit


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-network", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []
        assert visit.foreign_requests() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    choose_preset(booted.page, "Two moons")
    booted.page.get_by_role("radio", name="Weights").check()
    booted.page.get_by_label("Step shown").press("End")
    settle(booted.page)
    return booted.page


def walk(page: Page, *keys: str) -> str:
    """From the first neuron of the first hidden layer; what the readout says at the end."""
    canvas = page.locator("#network-canvas")
    canvas.focus()
    canvas.press("Escape")
    for key in ("ArrowRight", *keys):
        canvas.press(key)
    return page.locator("#network-readout").inner_text()


def parameters_at(config: dict[str, Any], step: int) -> Any:
    count = len(session.plan(config).parameters)
    return session.train(config).parameters[step * count : (step + 1) * count]


def test_gradients_are_a_second_layer_that_follows_the_cursor(page: Page) -> None:
    weights = pixels(page, "network-canvas")
    page.get_by_label("Step shown").press("Home")
    settle(page)
    page.get_by_role("radio", name="Gradients of the total loss").check()
    page.wait_for_function("location.hash.includes('lines=gradients')")
    config = state(page)
    for step in (0, 1):
        wanted = loss_gradients(config, step, parameters_at(config, step))
        # Weight 2 of neuron 1 of the first layer, and then its bias.
        expect(page.locator("#network-readout")).not_to_contain_text("Asking")
        walk(page, "w", "w")
        expect(page.locator("#network-readout")).to_contain_text(
            f"gradient {shown(wanted[1], 6)}, at step {step}."
        )
        walk(page)
        expect(page.locator("#network-readout")).to_contain_text(
            f"gradient {shown(wanted[2], 6)}, at step {step}."
        )
        page.get_by_label("Step shown").press("ArrowRight")
        settle(page)
    gradients = pixels(page, "network-canvas")
    page.get_by_role("radio", name="Weights", exact=True).check()
    page.wait_for_function("!location.hash.includes('lines')")
    assert len({weights, gradients, pixels(page, "network-canvas")}) == 3


def shown(value: float, digits: int) -> str:
    """As the page writes a number: a small one with a power of ten."""
    if value != 0 and abs(value) < 10**-digits:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.{digits}f}"


def test_a_hovered_weight_shows_its_value_and_its_gradient(page: Page) -> None:
    readout = page.locator("#network-readout")
    box = page.locator("#network-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 22 + 25, box["y"] + box["height"] / 2 - 10)
    expect(readout).to_contain_text("Weight from input")
    expect(readout).to_contain_text("gradient")
    page.mouse.move(box["x"] + 22, box["y"] + box["height"] / 2 - 10)
    expect(readout).to_contain_text("Input x: the point’s place from left to right.")


def test_a_clicked_neuron_opens_its_formula_with_the_engines_numbers(page: Page) -> None:
    box = page.locator("#network-canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 22, box["y"] + 10 + box["height"] / 2)
    card = page.locator("#neuron-card")
    expect(card.locator("h3")).to_have_text("The score")
    example = int(page.get_by_label("Example number").input_value()) - 1
    config = state(page)
    found = graphs.example_graph(config, parameters_at(config, 100), example)
    by_name = {node["name"]: node for node in found["nodes"]}
    expect(card.locator(".formula")).to_contain_text(
        f"= {shown(found['score'], 4)}".replace("-", "−")
    )
    rows = card.locator("tbody tr")
    expect(rows).to_have_count(17)
    for k in (0, 15):
        weight, value = by_name[f"w_2_0_{k}"], by_name[f"relu_1_{k}"]
        for column, number in enumerate((value["data"], weight["data"], weight["grad"])):
            expect(rows.nth(k).locator("td").nth(column)).to_have_text(shown(number, 4))
    total = loss_gradients(config, 100, parameters_at(config, 100))
    expect(rows.nth(0).locator("td").nth(3)).to_have_text(shown(total[-17], 4))
    expect(rows.nth(16).locator("td").nth(3)).to_have_text(shown(total[-1], 4))


def test_a_weight_is_opened_by_keyboard_and_follows_the_cursor(page: Page) -> None:
    walk(page, "ArrowDown", "ArrowDown", "w", "w", "Enter")
    card = page.locator("#neuron-card")
    expect(card.locator("h3")).to_have_text("Neuron 3 of hidden layer 1")
    chosen = card.locator("tr.chosen")
    expect(chosen.locator("th")).to_have_text("y")
    config = state(page)
    at = [parameters_at(config, step)[3 * 2 + 1] for step in (100, 0)]
    expect(chosen.locator("td").nth(1)).to_have_text(shown(at[0], 4))
    expect(page.locator(".graph-view svg")).to_have_attribute("aria-label", "Graph of one neuron")
    page.get_by_label("Step shown").press("Home")
    expect(chosen.locator("td").nth(1)).to_have_text(shown(at[1], 4))
    expect(page.locator("#graph-title")).to_contain_text("at step 0: one neuron")
    page.get_by_role("button", name="Whole graph").click()
    expect(card).to_have_count(0)
    expect(page.locator("#graph-title")).to_contain_text("984 nodes")


def test_another_example_is_chosen_by_number_and_a_wrong_one_is_refused(page: Page) -> None:
    walk(page, "Enter")
    number = page.get_by_label("Example number")
    number.fill("7")
    number.press("Enter")
    expect(page.locator("#graph-title")).to_contain_text("Example 7 at step 100")
    expect(page.locator("#neuron-card h3")).to_have_text("Neuron 1 of hidden layer 1")
    number.fill("1000")
    number.press("Enter")
    expect(page.locator("#graph-title")).to_contain_text("There are examples 1 to 100")


def test_one_neuron_of_a_graph_is_opened_and_folded_again(page: Page) -> None:
    page.locator("#plane-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    view = page.locator(".graph-view svg .node")
    expect(page.get_by_label("Node of the graph").locator("option")).to_have_count(985)
    expect(page.locator("#graph-title")).to_contain_text("984 nodes")
    page.get_by_label("Node of the graph").select_option(label=option(page, "relu_0_3"))
    folded = 40
    expect(view).to_have_count(folded)
    page.get_by_role("button", name="Open its neuron").click()
    # Two weights, a bias, two products, two sums and the relu in place of one box.
    expect(view).to_have_count(folded + 7)
    page.get_by_role("button", name="Fold its neuron").click()
    expect(view).to_have_count(folded)


def option(page: Page, name: str) -> str:
    label = page.get_by_label("Node of the graph").locator("option", has_text=name).first
    return label.inner_text()


def test_thirty_two_neurons_are_each_a_finger_tall(page: Page) -> None:
    page.get_by_role("tab", name="Code").click()  # an open graph takes of the network's room
    set_state(page, layers=[32, 3])
    box = page.locator("#network-canvas").bounding_box()
    assert box
    assert box["height"] / 33 >= 24
    page.mouse.click(0, 0)
    canvas = page.locator("#network-canvas")
    canvas.click(position={"x": 22 + (box["width"] - 44) / 3, "y": box["height"] - 8})
    expect(page.locator("#neuron-card h3")).to_have_text("Neuron 32 of hidden layer 1")


def test_an_example_without_a_graph_leaves_none_behind(page: Page) -> None:
    walk(page, "Enter")
    expect(page.locator(".graph-view svg")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Whole graph").click()
    constant = {"kind": "constant", "start": 20, "end": 20}
    set_state(page, alpha=0.1, learningRate=constant)
    expect(page.locator("#graph-title")).to_contain_text("There is no graph of example")
    expect(page.locator("#graph-title")).to_contain_text("at step 11")
    expect(page.locator(".graph-view svg")).to_have_count(0)
    expect(page.get_by_role("button", name="Download the graph as DOT")).to_be_disabled()
    page.get_by_label("Step shown").press("Home")
    expect(page.locator("#graph-title")).to_contain_text("984 nodes")
    expect(page.locator(".graph-view svg")).to_be_visible(timeout=30_000)


def test_a_narrower_network_forgets_a_neuron_that_is_gone(page: Page) -> None:
    walk(page, "ArrowUp", "Enter")
    expect(page.locator("#neuron-card h3")).to_have_text("Neuron 16 of hidden layer 1")
    set_state(page, layers=[4])
    expect(page.locator("#neuron-card")).to_have_count(0)
    expect(page.locator("#graph-title")).to_contain_text("nodes")


def test_a_tap_opens_a_neuron_on_a_phone(at_root: str, start_visit: VisitMaker) -> None:
    with start_visit("network-phone", viewport=NARROW, has_touch=True) as visit:
        page = open_playground(visit, at_root)
        canvas = page.locator("#network-canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box
        assert box["height"] / 17 >= 24  # sixteen neurons and a title, a finger's height each
        for _ in ("read", "open"):
            page.touchscreen.tap(box["x"] + box["width"] - 22, box["y"] + 10 + box["height"] / 2)
        expect(page.locator("#neuron-card h3")).to_have_text("The score")
        page.get_by_role("button", name="Wide drawer").tap()
        # The graph pushes down what follows; what has the focus is clear of the bar at the foot.
        summary = page.locator("#panel-graph summary")
        page.evaluate("scrollTo(0, 0)")
        summary.focus()
        assert edge(page, "#panel-graph summary", "bottom") <= edge(page, "#timeline", "top")
        summary.press("Enter")
        for width in (NARROW["width"], 768):
            page.set_viewport_size({**NARROW, "width": width})
            assert edge(page, "#draw-expression", "bottom") <= edge(page, "footer", "top"), width
        assert visit.console_errors() == []


def edge(page: Page, selector: str, side: str) -> float:
    found: float = page.locator(selector).evaluate(
        "(one, side) => one.getBoundingClientRect()[side]", side
    )
    return found


def test_a_weight_is_hit_within_twelve_pixels_on_either_side(page: Page) -> None:
    set_state(page, layers=[1])
    canvas = page.locator("#network-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    # Half way between the only hidden neuron and the score.
    x, middle = box["x"] + 0.72 * box["width"], box["y"] + box["height"] / 2
    hit = 0
    for y in range(-30, 50):
        page.mouse.move(x, middle + y)
        hit += "to the score" in page.locator("#network-readout").inner_text()
    assert 23 <= hit <= 25
