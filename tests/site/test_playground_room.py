"""Low windows, little width, large text: the parts of the page keep their places and their size."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import (
    BOOT_MS,
    NARROW,
    OFFICIAL,
    WIDE,
    assert_accessible,
    assert_no_sideways_scroll,
    open_playground,
    result,
    settle,
)
from tests.site.visits import Visit

LOW = [{"width": 1366, "height": 625}, {"width": 1024, "height": 768}]
MIDDLE = {"width": 900, "height": 700}

# Every text that is seen and is smaller than 12 px.
SMALL_TEXT = """() => {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
        if (!text || !element.checkVisibility() || element.closest("svg, .hidden")) continue;
        if (parseFloat(getComputedStyle(element).fontSize) < 12) found.push(text);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-room", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []


@pytest.fixture
def page(booted: Visit) -> Iterator[Page]:
    yield booted.page
    booted.page.get_by_role("tab", name="Code").click()
    booted.page.set_viewport_size(WIDE)
    booted.page.locator(".side").evaluate("(one) => one.scrollTo(0, 0)")


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).bounding_box()
    assert found, selector
    return {**found, "right": found["x"] + found["width"], "bottom": found["y"] + found["height"]}


@pytest.mark.parametrize("size", LOW, ids=["1366x625", "1024x768"])
def test_a_low_window_keeps_three_columns_and_all_in_sight(
    page: Page, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    settle(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= size["height"]
    rail, plane, network = (box(page, one) for one in ("#rail", "#plane", "#network"))
    assert rail["right"] <= plane["x"] < plane["right"] <= network["x"]
    assert plane["height"] >= 160
    for part in ("#bar", "#plane", "#curves", "#timeline", "#facts", "#network", "#drawer"):
        found = box(page, part)
        assert found["y"] >= 0
        assert part == "#drawer" or found["bottom"] <= size["height"], part
    if size["width"] == 1366:
        assert box(page, ".tabs")["bottom"] <= box(page, ".side")["bottom"]
    assert_no_sideways_scroll(page)
    for column in ("#rail", ".centre", ".side"):
        assert page.locator(column).evaluate("(one) => one.scrollWidth <= one.clientWidth"), column


@pytest.mark.parametrize("size", [*LOW, WIDE], ids=["1366x625", "1024x768", "1280x800"])
def test_an_open_graph_leaves_the_network_where_it_is(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.get_by_role("tab", name="Graph").click()
    page.locator("#plane-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".graph-view svg")).to_be_visible(timeout=30_000)
    network, drawer = box(page, "#network-canvas"), box(page, "#drawer")
    assert network["y"] >= box(page, "#bar")["bottom"]
    assert network["height"] >= 120
    assert network["bottom"] <= drawer["y"]
    assert drawer["bottom"] <= size["height"]
    assert box(page, "#network-readout")["bottom"] <= drawer["y"]
    assert drawer["height"] >= 0.5 * box(page, ".side")["height"]


def test_text_grows_for_a_projector_and_nothing_is_smaller_than_12_px(page: Page) -> None:
    assert page.evaluate(SMALL_TEXT) == []
    usual = page.locator("#fact-step").evaluate(
        "(one) => parseFloat(getComputedStyle(one).fontSize)"
    )
    button = page.get_by_role("button", name="Text size")
    for share in (125, 150):
        page.set_viewport_size(WIDE)
        button.click()
        expect(button).to_have_accessible_name(f"Text size {share} %")
        settle(page)
        now = page.locator("#fact-step").evaluate(
            "(one) => parseFloat(getComputedStyle(one).fontSize)"
        )
        assert now == pytest.approx(usual * share / 100)
        for size in ({"width": 1920, "height": 1080}, MIDDLE, NARROW, WIDE, *LOW):
            page.set_viewport_size(size)
            settle(page)
            assert_no_sideways_scroll(page)
            if size in (MIDDLE, NARROW):  # there the page scrolls
                continue
            timeline = box(page, "#timeline")
            assert box(page, "#bar")["y"] == 0
            assert timeline["bottom"] <= size["height"], (share, size)
    assert_accessible(page)
    page.reload()  # it is kept, and is there before the page's script
    expect(page.locator("html")).to_have_attribute("data-text", "150")
    page.evaluate("micrograd.ready")
    page.get_by_role("button", name="Text size").click()
    expect(page.locator("html")).not_to_have_attribute("data-text", "150")
    settle(page)


@pytest.mark.parametrize("times", [0, 1, 2], ids=["100 %", "125 %", "150 %"])
def test_what_is_said_over_a_low_plane_is_all_there(page: Page, times: int) -> None:
    button = page.get_by_role("button", name="Text size")
    page.set_viewport_size(LOW[0])
    for _ in range(times):
        button.click()
    page.locator("#preset").select_option("Learning rate too large")
    over = page.locator("#plane-over")
    expect(over).to_contain_text("left the real numbers", timeout=BOOT_MS)
    settle(page)
    found, plane = box(page, "#plane-over"), box(page, "#plane-canvas")
    assert plane["y"] < found["y"] < found["bottom"] < plane["bottom"]
    over.get_by_role("button", name="Hide this message").click()
    # A line of the key stays with its word.
    for key in page.locator("#lines .key").all():
        word = key.locator("xpath=..")
        assert word.evaluate("(one) => one.getClientRects().length") == 1
        assert word.text_content() in ("positive", "negative")
    if not times:
        page.set_viewport_size(WIDE)
        settle(page)
        lines, last = box(page, "#lines"), box(page, "#lines > :last-child")
        assert last["right"] <= lines["right"]
    for _ in range((3 - times) % 3):
        button.click()
    page.locator("#preset").select_option("Two moons")
    expect(over).to_be_hidden(timeout=BOOT_MS)
    settle(page)


def test_nothing_is_smaller_than_12_px_on_a_phone(page: Page) -> None:
    page.set_viewport_size(NARROW)
    settle(page)
    assert page.evaluate(SMALL_TEXT) == []
    for name in ("Replay the run", "Step", "Reset to step 0", "Controls"):
        one = page.get_by_role("button", name=name, exact=True)
        assert one.evaluate("(one) => one.scrollWidth <= one.clientWidth"), name


def hold_python(page: Page) -> list[Route]:
    """Python does not come until these are let go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route("**/static/pyodide/*.asm.wasm", hold)
    return held


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_change_that_waits_for_python_says_so_on_the_plane(
    at_root: str, start_visit: VisitMaker, size: dict[str, int]
) -> None:
    with start_visit(f"waiting-{size['width']}", viewport=size) as visit:
        page = visit.page
        held = hold_python(page)
        open_playground(visit, at_root, python=False)
        told = page.locator(".waiting")
        expect(told).to_be_hidden()
        page.evaluate("() => { micrograd.set({layers: [7]}).catch(() => null); }")
        expect(told).to_contain_text("This needs Python, which is on its way: ", timeout=BOOT_MS)
        expect(told).to_contain_text(" of ")
        expect(told).to_contain_text("MB. Your change follows.")
        expect(told).to_be_in_viewport()
        plane, chip = box(page, "#plane-canvas"), box(page, ".waiting")
        assert plane["x"] <= chip["x"]
        assert chip["right"] <= plane["right"]
        assert plane["y"] <= chip["y"]
        # What needs none goes on meanwhile, and takes the words away.
        page.evaluate("() => { micrograd.set({layers: [16, 16], noise: 0.2}); }")
        page.wait_for_function("micrograd.result?.parameterCount === 337")
        expect(page.locator("#main")).not_to_have_class("stale")
        expect(told).to_be_hidden()
        page.evaluate("() => { micrograd.set({layers: [7]}).catch(() => null); }")
        expect(told).to_be_visible()
        for route in held:
            route.continue_()
        page.wait_for_function("micrograd.result?.parameterCount === 29", timeout=BOOT_MS)
        settle(page)
        expect(told).to_be_hidden()


@pytest.mark.parametrize(
    "connection", ["{saveData: true}", "{type: 'cellular'}"], ids=["save-data", "metered"]
)
def test_where_data_is_to_be_saved_python_is_asked_for_first(
    at_root: str, visit: Visit, connection: str
) -> None:
    page = visit.page
    page.add_init_script(
        f"Object.defineProperty(navigator, 'connection', {{value: {connection}}});"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_playground(visit, at_root, python=False)
    assert result(page)["fingerprint"] == OFFICIAL
    expect(page.locator("#stage")).to_contain_text("To save data, Python is not fetched.")
    page.evaluate("micrograd.set({noise: 0.2, samples: 50})")  # needs none
    page.get_by_label("Hidden layer 1: neurons").fill("7")
    page.get_by_label("Hidden layer 1: neurons").press("Enter")
    panel = page.locator("#plane-over")
    expect(panel).to_contain_text("This change needs Python. That is 1")
    assert_accessible(page)
    assert not any("pyodide" in url or "python.js" in url for url in asked)
    page.get_by_role("button", name="Fetch Python").click()
    page.wait_for_function("micrograd.result?.parameterCount === 166", timeout=BOOT_MS)
    settle(page)
    expect(page.locator("#stage")).to_be_empty()
