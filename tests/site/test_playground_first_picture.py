"""The first picture waits for nothing that it does not show, and what waits for it comes anyway."""

import pytest
from playwright.sync_api import expect

from tests.site.conftest import VisitMaker
from tests.site.playground import NARROW, WIDE, open_playground
from tests.site.visits import Visit

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


def test_what_is_shown_alone_is_so_before_the_controls_come(at_root: str, visit: Visit) -> None:
    page = open_playground(visit, at_root, "#show=plane,noise")
    expect(page.get_by_label("Noise", exact=True)).to_be_visible()
    expect(page.get_by_label("Samples", exact=True)).to_be_hidden()
    expect(page.get_by_label("Preset", exact=True)).to_be_hidden()
