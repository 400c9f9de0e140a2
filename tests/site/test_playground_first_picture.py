"""The first picture waits for nothing that it does not show, and what waits for it comes anyway."""

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import EDIT_ADDRESS, NARROW, WIDE, open_playground
from tests.site.visits import Visit

# On a busy machine the picture may take longer than the controls wait for it.
FOR_EVER = """{
    const { setTimeout } = window;
    window.setTimeout = (act, ms, ...more) => ms === 2000 ? 0 : setTimeout(act, ms, ...more);
}"""
WATCH = """document.addEventListener("painted", () => {
    window.controlsAtFirst = document.getElementById("rail").childElementCount;
}, {once: true});
window.shift = 0;
new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.shift += one.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize(
    ("size", "waits"), [(WIDE, True), (NARROW, True), ({"width": 768, "height": 1024}, False)]
)
def test_the_controls_come_after_it_where_that_moves_nothing(
    at_root: str, start_visit: VisitMaker, size: dict[str, int], waits: bool
) -> None:
    with start_visit(f"first-picture-{size['width']}", viewport=size) as visit:
        visit.page.add_init_script(WATCH)
        visit.page.add_init_script(FOR_EVER)
        page = open_playground(visit, at_root)
        assert (page.evaluate("controlsAtFirst") == 0) is waits
        expect(page.get_by_label("Preset", exact=True)).to_have_value("0")
        assert page.evaluate("shift") == 0
        assert visit.console_errors() == []


def test_the_controls_come_without_it(at_root: str, visit: Visit) -> None:
    visit.page.context.route("**/playground/worker*", lambda route: route.abort())
    visit.page.goto(at_root)
    expect(visit.page.locator("#stage")).to_contain_text("did not start")
    expect(visit.page.get_by_label("Noise", exact=True)).to_have_value("0.1")
    assert visit.page.locator("body[data-painted]").count() == 0


def test_the_controls_come_when_nothing_answers(at_root: str, visit: Visit) -> None:
    visit.page.context.route("**/playground/worker*", lambda _: None)
    visit.page.goto(at_root)
    expect(visit.page.get_by_label("Noise", exact=True)).to_have_value("0.1")


def test_a_link_that_shows_parts_alone_has_its_controls_at_once(at_root: str, visit: Visit) -> None:
    page = open_playground(visit, at_root, "#show=plane,noise")
    assert_only_noise(page)


@pytest.mark.parametrize(
    "ask", [EDIT_ADDRESS, "() => { micrograd.set({noise: 0.2}); }"], ids=["link", "script"]
)
def test_who_asks_before_the_first_picture_gets_controls(
    at_root: str, visit: Visit, ask: str
) -> None:
    page = visit.page
    page.context.route("**/playground/worker*", lambda _: None)  # never answered: no picture
    page.add_init_script(FOR_EVER)
    page.goto(at_root)
    assert page.locator("#rail > *").count() == 0
    page.evaluate(ask, "show=plane,noise")
    expect(page.locator("#rail > *")).not_to_have_count(0)
    if ask == EDIT_ADDRESS:
        assert_only_noise(page)
    else:
        expect(page.get_by_label("Noise", exact=True)).to_have_value("0.2")


def test_a_finger_on_controls_before_the_first_picture_finds_them(
    at_root: str, start_visit: VisitMaker
) -> None:
    with start_visit("controls-before-picture", viewport=NARROW) as visit:
        page = visit.page
        page.context.route("**/playground/worker*", lambda _: None)
        page.add_init_script(FOR_EVER)
        page.goto(at_root)
        page.get_by_role("button", name="Controls").click()
        expect(page.get_by_label("Noise", exact=True)).to_be_visible()


def test_controls_that_do_not_load_are_told_and_the_picture_stands(
    at_root: str, visit: Visit
) -> None:
    visit.page.context.route("**/playground/lazy-*", lambda route: route.abort())
    visit.page.goto(at_root)
    expect(visit.page.locator("#notices")).to_contain_text("The controls did not load")
    expect(visit.page.locator("#fact-step")).to_have_text("step 100 of 100")
    visit.page.context.unroute_all()
    visit.page.evaluate("() => { micrograd.set({noise: 0.2}); }")
    expect(visit.page.get_by_label("Noise", exact=True)).to_have_value("0.2")


@pytest.mark.parametrize(
    ("size", "fragment"), [({"width": 768, "height": 1024}, ""), (WIDE, "#noise=0.2")]
)
def test_controls_that_the_page_waits_for_are_fetched_beside_its_script(
    at_root: str, start_visit: VisitMaker, size: dict[str, int], fragment: str
) -> None:
    with start_visit("beside", viewport=size) as visit:
        visit.page.context.route("**/playground/main*", lambda _: None)
        with visit.page.expect_request("**/playground/lazy-*"):
            visit.page.goto(at_root + fragment, wait_until="commit")


def test_the_theme_is_there_before_the_page_s_script(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.context.route("**/playground/main*", lambda _: None)
    page.add_init_script("localStorage.setItem('micrograd-theme', 'dark')")
    page.goto(at_root, wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def assert_only_noise(page: Page) -> None:
    expect(page.get_by_label("Noise", exact=True)).to_be_visible()
    expect(page.get_by_label("Samples", exact=True)).to_be_hidden()
    expect(page.get_by_label("Preset", exact=True)).to_be_hidden()
