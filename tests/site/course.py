"""What the lessons' tests share: their names, and one Python that answers every lesson's page."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from builder.lessons import Lesson, read_lessons
from tests.site.conftest import VisitMaker
from tests.site.playground import BOOT_MS

LESSONS: list[Lesson] = read_lessons()
IDS = [lesson.slug for lesson in LESSONS]
GROUP = "embed&group=course"  # pages of one group ask the Python of the one that was there first


class Course:
    """A tab for lessons beside one that keeps Python running."""

    def __init__(self, address: str, page: Page, keeper: Page) -> None:
        self.address = address
        self.page = page
        self._keeper = keeper

    def open(self, lesson: Lesson) -> Page:
        self.page.goto("about:blank")  # another fragment alone would not load the page
        self.page.goto(f"{self.address}lessons/{lesson.slug}/#{GROUP}")
        self.page.wait_for_selector("html.alive")
        return self.page


@contextmanager
def course_of(address: str, start_visit: VisitMaker) -> Iterator[Course]:
    with start_visit("course") as visit:
        keeper = visit.page
        keeper.goto(f"{address}lessons/cell/#{GROUP}")
        keeper.get_by_role("button", name="Run").click()
        expect(keeper.locator(".value")).to_have_text("6.0", timeout=BOOT_MS)
        page = keeper.context.new_page()
        page.on("pageerror", lambda error: visit.console.append(f"error: uncaught {error}"))
        yield Course(address, page, keeper)
        assert visit.console_errors() == []
        assert visit.foreign_requests() == []


def open_lesson(page: Page, address: str, lesson: Lesson) -> Page:
    page.goto(f"{address}lessons/{lesson.slug}/")
    page.wait_for_selector("html.alive")
    return page


def press(part: Locator, button: str) -> None:
    """Press Run or Check and wait for what it brings."""
    part.get_by_role("button", name=button, exact=True).click()
    expect(part).not_to_have_attribute("aria-busy", "true", timeout=BOOT_MS)
