"""The playground for every hand and eye: keyboard, screen readers, small screens, both themes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import (
    NARROW,
    OFFICIAL,
    TOO_BOLD,
    WIDE,
    assert_accessible,
    assert_no_sideways_scroll,
    expect_panel,
    fact,
    open_playground,
    result,
    set_state,
    settle,
)
from tests.site.visits import Visit


@pytest.fixture(scope="module", params=["light", "dark"])
def wide(at_root: str, start_visit: VisitMaker, request: pytest.FixtureRequest) -> Iterator[Page]:
    name = f"playground-{request.param}"
    with start_visit(name, viewport=WIDE, color_scheme=request.param) as visit:
        yield open_playground(visit, at_root)


def test_axe_finds_nothing_in_the_official_run(wide: Page) -> None:
    set_state(wide, dataset="moons", noise=0.1)
    assert_accessible(wide)


@pytest.mark.parametrize("tab", ["Code", "Kernel", "Compare", "Graph"])
def test_axe_finds_nothing_in_the_drawer(wide: Page, tab: str) -> None:
    wide.get_by_role("tab", name=tab).click()
    if tab == "Compare":
        wide.get_by_role("button", name="Pin this run").click()
        expect(wide.locator("#compare-table")).to_be_visible()
        settle(wide)  # it takes of the network's room, which is drawn anew
    if tab == "Kernel":
        expect(wide.locator("#kernel-text")).to_contain_text("(module")
    assert_accessible(wide)


def test_axe_finds_nothing_in_an_open_graph(wide: Page) -> None:
    wide.locator("#plane-canvas").focus()
    wide.keyboard.press("ArrowRight")
    wide.keyboard.press("Enter")
    expect(wide.locator(".graph-view svg")).to_be_visible(timeout=30_000)
    assert_accessible(wide)


def test_axe_finds_nothing_with_own_points_notices_and_errors(wide: Page) -> None:
    set_state(wide, dataset="own", points=[[0, 0, 1], [1, 1, -1]], samples=1e9)
    wide.get_by_label("Points as rows of x, y, label").fill("1,2")
    wide.get_by_role("button", name="Use these rows").click()
    expect(wide.locator("#own-errors li")).to_have_count(1)
    assert_accessible(wide)


def test_axe_finds_nothing_in_a_diverged_run(wide: Page) -> None:
    constant = {"kind": "constant", "start": 20, "end": 20}
    set_state(wide, dataset="moons", samples=100, alpha=0.1, learningRate=constant)
    expect_panel(wide, "left the real numbers")
    assert_accessible(wide)


def test_axe_finds_nothing_with_gradients_and_an_open_neuron(wide: Page) -> None:
    set_state(wide, alpha=1e-4, learningRate={"kind": "official"})
    wide.get_by_role("radio", name="Gradients of the total loss").check()
    canvas = wide.locator("#network-canvas")
    canvas.focus()
    canvas.press("ArrowRight")
    canvas.press("w")
    canvas.press("Enter")
    expect(wide.locator("#neuron-card .chosen")).to_be_visible()
    settle(wide)
    assert_accessible(wide)


def test_axe_finds_nothing_in_the_save_dialog(wide: Page) -> None:
    set_state(wide, alpha=1e-4, learningRate={"kind": "official"})
    wide.get_by_role("button", name="Save").click()
    expect(wide.get_by_role("dialog")).to_be_visible()
    assert_accessible(wide)
    wide.keyboard.press("Escape")


def assert_targets_large_enough(page: Page) -> None:
    small = page.evaluate(
        "[...document.querySelectorAll("
        "'button, select, input, [role=tab], .bar a, a.term, summary')]"
        ".filter((one) => one.checkVisibility({visibilityProperty: true}))"
        ".map((one) => [one.closest('label.check') ?? one, one])"
        ".map(([box, one]) => [one.outerHTML.slice(0, 80), box.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 24 || box.height < 24)"
        ".map(([html, box]) => [html, box.width, box.height])"
    )
    assert small == []
    network = page.locator("#network-canvas").bounding_box()
    assert network
    assert network["height"] / 17 >= 24  # sixteen neurons and a title


def test_every_target_is_at_least_24_pixels(wide: Page) -> None:
    wide.get_by_role("tab", name="Code").click()  # an open graph takes of the network's room
    settle(wide)
    assert_targets_large_enough(wide)


def test_the_theme_switch_is_remembered(at_root: str, visit: Visit) -> None:
    page = open_playground(visit, at_root, python=False)
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate(paper) != before
    page.reload()
    settle(page)
    assert page.evaluate(paper) != before
    # And who wants no motion gets none.
    moves = "[...document.querySelectorAll('*')].some((one) => {"
    moves += " const {transitionDuration, animationName} = getComputedStyle(one);"
    moves += " return transitionDuration !== '0s' || animationName !== 'none'; })"
    assert page.evaluate(moves)
    page.emulate_media(reduced_motion="reduce")
    assert not page.evaluate(moves)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_plane_and_controls_together(
    at_root: str, start_visit: VisitMaker, theme: str
) -> None:
    name = f"playground-phone-{theme}"
    with start_visit(name, viewport=NARROW, color_scheme=theme, has_touch=True) as visit:
        page = open_playground(visit, at_root)
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        page.get_by_role("button", name="Controls").tap()
        slider = page.get_by_label("Noise, slider").bounding_box()
        plane = page.locator("#plane-canvas").bounding_box()
        sheet = page.locator("#rail").bounding_box()
        assert slider is not None
        assert plane is not None
        assert sheet is not None
        assert plane["y"] >= 0
        assert plane["y"] + plane["height"] <= sheet["y"] + 1
        assert_targets_large_enough(page)
        assert_accessible(page)
        before = result(page)["fingerprint"]
        page.get_by_label("Noise, slider").focus()
        page.keyboard.press("PageUp")
        page.wait_for_function(
            "(old) => micrograd.result && micrograd.result.fingerprint !== old", arg=before
        )
        settle(page)
        assert_no_sideways_scroll(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_diverged_run_leaves_the_plane_visible_on_a_phone(
    at_root: str, start_visit: VisitMaker, theme: str
) -> None:
    name = f"playground-phone-diverged-{theme}"
    with start_visit(name, viewport=NARROW, color_scheme=theme, has_touch=True) as visit:
        page = open_playground(visit, at_root, TOO_BOLD)
        expect_panel(page, "left the real numbers at step 11")
        assert_apart(page, "#plane-canvas", "#plane-over")
        assert_accessible(page)
        page.get_by_role("button", name="Controls").tap()
        expect(page.locator("#plane-over")).to_contain_text("left the real numbers")
        expect(page.get_by_role("button", name="Take a tenth of the rate")).to_be_hidden()
        assert_apart(page, "#plane-canvas", "#rail")
        assert_accessible(page)
        assert_no_sideways_scroll(page)


def assert_apart(page: Page, upper: str, lower: str) -> None:
    above, below = (page.locator(one).bounding_box() for one in (upper, lower))
    assert above is not None
    assert below is not None
    assert above["y"] >= 0
    assert above["y"] + above["height"] <= below["y"] + 1


def test_own_points_are_made_by_finger_on_a_phone(at_root: str, start_visit: VisitMaker) -> None:
    with start_visit("phone-own", viewport=NARROW, has_touch=True) as visit:
        points = "-1,-1,1;0,0,-1;1,1,1"
        page = open_playground(visit, at_root, f"#dataset=own&points={points}", python=False)
        expect(page.get_by_role("button", name="Delete point")).to_be_visible()
        assert_apart(page, "#plane-canvas", "#plane-tools")
        # A finger drags the middle point upwards; the page does not scroll away under it.
        box = page.locator("#plane-canvas").bounding_box()
        assert box
        finger = page.context.new_cdp_session(page)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind, up in (("Start", 0), *(("Move", 10 * k) for k in range(1, 7)), ("End", None)):
            at = [] if up is None else [{"x": x, "y": y - up}]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})
        page.wait_for_function("micrograd.state.points[1][1] > 0.2")
        assert page.evaluate("micrograd.state.points.length") == 3
        assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_notebooks_page(
    at_root: str, start_visit: VisitMaker, theme: str
) -> None:
    with start_visit(f"notebook-page-{theme}", viewport=NARROW, color_scheme=theme) as visit:
        visit.page.goto(at_root + "notebook.html")
        expect(visit.page.locator("#notebook-message")).to_contain_text("names no code")
        assert_accessible(visit.page)


@pytest.mark.parametrize("first", [360, 1280])
@pytest.mark.parametrize("fragment", ["", TOO_BOLD, "#dataset=own&points=0,0,1;1,1,-1&samples=1e9"])
def test_nothing_scrolls_sideways(
    at_root: str, start_visit: VisitMaker, first: int, fragment: str
) -> None:
    """Opened at one width, and turned or resized to all others."""
    with start_visit(f"width-{first}", viewport={"width": first, "height": 800}) as visit:
        page = open_playground(visit, at_root, fragment, python=False)
        for width in sorted([360, 390, 768, 1100, 1280], reverse=first == 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
            if width == 768:
                assert_accessible(page)


def test_a_run_by_keyboard_alone(at_root: str, visit: Visit) -> None:
    page = open_playground(visit, at_root)
    tab_to(page, "#preset")
    page.keyboard.press("ArrowDown")  # Karpathy's run
    page.wait_for_function(f"micrograd.result && micrograd.result.fingerprint !== '{OFFICIAL}'")
    tab_to(page, "[data-choice=dataset]")
    page.keyboard.press("ArrowRight")  # from moons to the picture beside it
    page.wait_for_function("micrograd.state.dataset === 'spiral' && micrograd.result !== null")
    page.keyboard.press("ArrowLeft")
    tab_to(page, "[data-slider=noise]")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("micrograd.state.noise === 0.11 && micrograd.result !== null")
    settle(page)
    # Told a moment after the picture; what the plane says next would be written over.
    told = f"Step 100 of 100: total loss {fact(page, 'total')}"
    expect(page.locator("#announce")).to_contain_text(told)
    tab_to(page, "#plane-canvas")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#announce")).to_contain_text("Point 1, class")
    tab_to(page, "#scrub")
    page.keyboard.press("Home")
    expect(page.locator("#fact-step")).to_have_text("step 0 of 100")
    expect(page.locator("#announce")).to_contain_text("Step 0 of 100: total loss")
    tab_to(page, "#network-canvas")
    readout = page.locator("#network-readout")
    page.keyboard.press("ArrowDown")
    expect(readout).to_contain_text("Neuron 2 of hidden layer 1: 2 weights, bias")
    page.keyboard.press("w")
    expect(readout).to_contain_text("Weight from input x to neuron 2 of hidden layer 1: ")
    page.keyboard.press("Enter")
    expect(page.locator("#neuron-card h3")).to_have_text("Neuron 2 of hidden layer 1")
    tab_to(page, "#tab-graph")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-code")).to_be_visible()
    tab_to(page, "#tab-code")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel-kernel")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    for _ in range(120):
        if page.evaluate("(one) => document.activeElement?.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}")
