"""A reader's work in every lesson: cells are run, exercises answered, rightly and wrongly."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.lessons import Exercise, Lesson
from tests.site.conftest import VisitMaker
from tests.site.course import IDS, LESSONS, Course, course_of, press
from tests.site.playground import BOOT_MS


@pytest.fixture(scope="module")
def course(at_root: str, start_visit: VisitMaker) -> Iterator[Course]:
    with course_of(at_root, start_visit) as found:
        yield found


@pytest.fixture(scope="module", params=LESSONS, ids=IDS)
def lesson(request: pytest.FixtureRequest, course: Course) -> Lesson:
    """A lesson, open; pytest runs all tests of one before it opens the next."""
    found: Lesson = request.param
    course.open(found)
    return found


@pytest.fixture
def page(course: Course, lesson: Lesson) -> Page:
    return course.page


def words(part: Locator) -> list[str]:
    return (part.text_content() or "").split()


def test_every_cell_gives_what_the_page_showed(page: Page, lesson: Lesson) -> None:
    cells = page.locator("[data-cell]")
    for at in range(cells.count()):
        cell, output = cells.nth(at), cells.nth(at).locator(".output")
        shown = words(output)
        output.evaluate("(element) => element.replaceChildren()")
        press(cell, "Run")
        assert words(output) == shown
    first = cells.first
    first.locator("textarea").fill("6 * 7")
    expect(first.locator(".edited")).to_be_visible()
    press(first, "Run")
    expect(first.locator(".value")).to_have_text("42")
    press(first, "Reset")
    expect(first.locator(".edited")).to_be_hidden()
    expect(first.locator("textarea")).not_to_have_value("6 * 7")


def test_exercises_tell_right_from_wrong(page: Page, lesson: Lesson) -> None:
    exercises: list[Exercise] = lesson.of(Exercise)
    assert page.locator("[data-exercise]").count() == len(exercises) == 2
    for exercise in exercises:
        part = page.locator(f"#exercise-{exercise.name}")
        assert exercise.wrong
        press(part, "Check")  # the starting text
        expect(part.locator(".verdict .right")).to_have_count(0)
        expect(part.locator(".verdict :is(.wrong, .error)")).to_be_visible()
        for wrong in exercise.wrong:
            part.locator("textarea").fill(wrong.source)
            press(part, "Check")
            expect(part.locator(".wrong")).to_contain_text("expected")
            expect(part.locator(".hint-text")).to_contain_text(wrong.hint)
        expect(part).not_to_have_class("exercise passed")
        part.locator("textarea").fill(exercise.solution)
        press(part, "Check")
        expect(part.locator(".right")).to_contain_text("fresh numbers")
        expect(part).to_have_class("exercise passed")


def test_hints_come_in_steps_and_the_solution_last(page: Page, lesson: Lesson) -> None:
    for exercise in lesson.of(Exercise):
        part = page.locator(f"#exercise-{exercise.name}")
        steps = [f"Hint {at + 1}" for at in range(len(exercise.hints))] + ["A solution"]
        assert len(exercise.hints) >= 2
        for at, step in enumerate(steps):
            expect(part.locator("summary:visible")).to_have_text(steps[: at + 1])
            part.get_by_text(step, exact=True).click()
        expect(part.locator(".solution pre")).to_have_text(exercise.solution)


def test_what_a_frame_points_at_opens_beside_it(page: Page) -> None:
    targets = page.eval_on_selector_all("article a[href]", "(all) => all.map((one) => one.target)")
    assert targets
    assert set(targets) == {"_blank"}


def test_python_answers_again_after_a_check_that_never_ended(course: Course) -> None:
    page = course.open(LESSONS[2])
    exercise = LESSONS[2].of(Exercise)[0]
    part = page.locator(f"#exercise-{exercise.name}")
    endless = "def accuracy(guesses, labels):\n    while True:\n        pass"
    part.locator("textarea").fill(endless)
    press(part, "Check")
    expect(part.locator(".error")).to_contain_text("still running")
    expect(part.locator("textarea")).to_have_value(endless)
    page.reload()
    page.wait_for_selector("html.alive")
    expect(part.locator("textarea")).to_have_value(endless)
    part.locator("textarea").fill(exercise.solution)
    press(part, "Check")
    expect(part.locator(".right")).to_be_visible(timeout=BOOT_MS)
    press(page.locator("[data-cell]").first, "Run")
    expect(page.locator("[data-cell] .stdout").first).to_contain_text("100 points")


def test_names_that_python_keeps_no_longer_are_made_again(course: Course) -> None:
    """It keeps those of 32 pages; a document may embed more."""
    page = course.open(LESSONS[0])
    first, second = page.locator("[data-cell]").nth(0), page.locator("[data-cell]").nth(1)
    first.locator("textarea").fill("""import sys
from micrograd_wasm.lessons import cells
mine = 41
if not hasattr(sys, "ran"):
    sys.ran = True
    for other in range(32):
        cells.run_in_session(f"other {other}", "1", "cell")""")
    press(first, "Run")
    second.locator("textarea").fill("mine + 1")
    press(second, "Run")
    expect(second.locator(".value")).to_have_text("42")
    for cell in (first, second):
        press(cell, "Reset")
