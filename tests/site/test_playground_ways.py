"""The ways between a lesson and the playground, and the playground on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from builder.lessons import read_lessons
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    BOOT_MS,
    WIDE,
    assert_accessible,
    assert_no_sideways_scroll,
    result,
    settle,
    state,
)

LESSONS = {lesson.number: lesson for lesson in read_lessons()}
PAPER = {"width": 700, "height": 1000}  # A4 without its margins


@pytest.fixture(scope="module")
def page(at_root: str, start_visit: VisitMaker) -> Iterator[Page]:
    with start_visit("playground-ways", viewport=WIDE) as visit:
        yield visit.page
        assert visit.console_errors() == []


def follow_lesson(page: Page, at_root: str, number: int) -> None:
    """From the end of a lesson into the playground."""
    page.goto(f"{at_root}lessons/{LESSONS[number].slug}/")
    page.get_by_role("link", name="Open the playground in this state").click()
    page.wait_for_function("window.micrograd?.result", timeout=BOOT_MS)
    settle(page)


def test_a_lesson_leads_to_the_playground_and_back(page: Page, at_root: str) -> None:
    follow_lesson(page, at_root, 5)
    expect(page.locator("#notices")).to_be_empty()
    expect(page.locator("#network")).to_be_hidden()
    assert_accessible(page)
    page.get_by_role("button", name="Show everything").click()
    for part in ("network", "rail", "drawer"):
        expect(page.locator(f"#{part}")).to_be_visible()
    expect(page.get_by_role("button", name="Show everything")).to_be_hidden()
    # A change in between keeps the way; what is shared says nothing of it.
    page.get_by_label("Noise, slider").press("ArrowRight")
    page.get_by_role("button", name="Share").click()
    assert "lesson" not in page.get_by_label("What to copy").input_value()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Back to lesson 5").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LESSONS[5].title)


def test_who_came_by_no_lesson_sees_no_way_back(page: Page, at_root: str) -> None:
    page.goto(at_root)
    settle(page)
    expect(page.locator("#way")).to_be_hidden()
    page.goto(f"{at_root}#show=plane,bar")
    page.reload()
    settle(page)
    expect(page.get_by_role("link", name=re.compile("Back to lesson"))).to_have_count(0)
    page.get_by_role("button", name="Show everything").click()
    expect(page.locator("#way")).to_be_hidden()
    expect(page.locator("#network")).to_be_visible()
    page.goto(f"{at_root}#lesson=5-../../elsewhere")
    expect(page.locator("#way")).to_be_hidden()
    expect(page.locator("#notices")).to_contain_text("Lesson must be a lesson’s number and name")


def test_a_point_is_dragged_in_the_state_of_lesson_nine(page: Page, at_root: str) -> None:
    assert "Drag a point" in LESSONS[9].next_try["text"]
    follow_lesson(page, at_root, 9)
    before, points = result(page)["fingerprint"], state(page)["points"]
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    # The first point's place is told by the pointer's own words.
    x, y = page.evaluate(
        """() => {
            const canvas = document.getElementById("plane-canvas");
            const box = canvas.getBoundingClientRect();
            for (let y = 20; y < box.height - 20; y += 4) for (let x = 30; x < box.width; x += 4) {
                const at = {clientX: box.left + x, clientY: box.top + y, isPrimary: true};
                canvas.dispatchEvent(new PointerEvent("pointermove", at));
                const said = document.getElementById("plane-tip").textContent;
                if (said.startsWith("point")) return [at.clientX, at.clientY];
            }
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 90, steps=4)
    page.mouse.up()
    page.wait_for_function(
        "(old) => micrograd.result && micrograd.result.fingerprint !== old", arg=before
    )
    moved = [one for one, other in zip(state(page)["points"], points, strict=True) if one != other]
    assert len(moved) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_playground_on_paper(page: Page, at_root: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(at_root)
    page.reload()
    settle(page)
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    for gone in ("button:not(#fact-fingerprint)", "input", "select", ".rail", "footer p"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    for shown in ("#plane-canvas", "#loss-chart canvas", "#facts", "#network-canvas", "#code-text"):
        expect(page.locator(shown)).to_be_visible()
    assert_no_sideways_scroll(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size(WIDE)
