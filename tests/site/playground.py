"""What the playground's tests share: opening it, waiting for pictures, reading what it shows."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from builder.paths import NODE_MODULES
from tests.site.visits import Visit

AXE = NODE_MODULES / "axe-core" / "axe.min.js"
BOOT_MS = 90_000
OFFICIAL = "fc813168499655afa4a27705f40c3114b91aedf0adbc1882e7a2a03dc1e9d91c"
OFFICIAL_LOSS = 0.010498643924133641
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
SETTLED = (
    "body[data-painted]:not([aria-busy]):has(#loss-chart canvas):not(:has(.behind:not([hidden])))"
)
TOO_BOLD = "#learningRate=constant:20&alpha=0.1"


def open_playground(visit: Visit, address: str, fragment: str = "", *, python: bool = True) -> Page:
    """The page with its run painted; with Python up unless told otherwise."""
    page = visit.page
    page.goto(address + fragment)
    if python:
        page.set_default_timeout(BOOT_MS)
        page.evaluate("micrograd.ready")
        page.set_default_timeout(30_000)
    settle(page)
    return page


# Looked at in every frame, for Playwright's own waiting looks only twice a second; several frames
# in a row, for what the last event sets off may begin a frame later.
WAIT_SETTLED = """([selector, ms]) => new Promise((done, fail) => {
    const end = performance.now() + ms;
    let frames = 0;
    const look = () => {
        frames = document.querySelector(selector) ? frames + 1 : 0;
        if (frames === 4) done();
        else if (performance.now() > end) fail(new Error(`not settled after ${ms} ms`));
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""


def settle(page: Page) -> None:
    """Wait until what is drawn belongs to the controls, curves included."""
    page.evaluate(WAIT_SETTLED, [SETTLED, BOOT_MS])


def set_state(page: Page, **state: Any) -> dict[str, Any]:
    """Change the state by script; the run's result once it is painted."""
    result: dict[str, Any] = page.evaluate("(state) => micrograd.set(state)", state)
    settle(page)
    return result


# Done when the page has heard of it.
EDIT_ADDRESS = """(fragment) => new Promise((heard) => {
    const before = location.href;
    addEventListener("hashchange", () => heard(), {once: true});
    location.hash = fragment;
    if (location.href === before) heard();
})"""


def follow(page: Page, fragment: str) -> Page:
    """Edit the link in the address bar, and wait for its run."""
    page.evaluate(EDIT_ADDRESS, fragment)
    page.wait_for_function("micrograd.result !== null", timeout=BOOT_MS)
    settle(page)
    return page


def result(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("micrograd.result")
    return found


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("micrograd.state")
    return found


def pixels(page: Page, canvas: str) -> str:
    """Everything that is drawn on a canvas, to compare with what is drawn later."""
    found: str = page.evaluate("(id) => document.getElementById(id).toDataURL()", canvas)
    return found


def fact(page: Page, name: str) -> str:
    return page.locator(f"#fact-{name}").inner_text()


def assert_accessible(page: Page) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run().then((result) => result.violations.map((one) =>"
        " ({id: one.id, nodes: one.nodes.map((at) => [at.html.slice(0, 99), at.failureSummary])})))"
    )
    assert found == [], json.dumps(found, indent=1)


def assert_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def assert_only_numbers(page: Page) -> None:
    """NaN, Infinity and undefined are never printed."""
    text = page.locator("body").inner_text()
    for word in ("NaN", "Infinity", "undefined", "[object"):
        assert word not in text


def choose_preset(page: Page, name: str) -> None:
    page.get_by_label("Preset", exact=True).select_option(label=name)
    page.wait_for_function("micrograd.result !== null", timeout=BOOT_MS)
    settle(page)


def drag_slider(page: Page, label: str, shares: list[float]) -> None:
    """Take a slider's thumb along its track and let go."""
    slider = page.get_by_label(f"{label}, slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    places = [box["x"] + 8 + share * (box["width"] - 16) for share in shares]
    page.mouse.move(places[0], y)
    page.mouse.down()
    for x in places[1:]:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def count_entries(page: Page) -> None:
    """Start counting what the page adds to the history, in `window.entries`. (history.length
    ends at 50.)"""
    page.evaluate("""() => {
        const add = History.prototype.pushState;
        window.entries = 0;
        history.pushState = (...how) => { window.entries++; add.apply(history, how); };
    }""")


def expect_panel(page: Page, text: str) -> None:
    expect(page.locator("#plane-over")).to_contain_text(text, timeout=BOOT_MS)
