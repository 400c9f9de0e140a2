"""The lessons in a browser: read without scripts, run, checked, dragged, embedded elsewhere."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from builder.lessons import Exercise, read_lessons
from builder.paths import CONTENT
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    BOOT_MS,
    NARROW,
    WIDE,
    assert_accessible,
    assert_no_sideways_scroll,
    assert_only_numbers,
)
from tests.site.visits import Visit

SLUGS = [path.stem.split("-", 1)[1] for path in sorted((CONTENT / "lessons").glob("*.md"))]
FIRST = "what-a-gradient-says"
# How large the figures' letters are on the screen.
LETTERS = """() => [...document.querySelectorAll('figure.live svg text')].map((one) =>
  parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getScreenCTM().a)"""
MOST_BEFORE_A_TOUCH = 300_000


@pytest.fixture(scope="module")
def first(open_host: str, start_visit: VisitMaker) -> Iterator[Page]:
    """The first lesson, with Python up."""
    with start_visit("lesson-first", viewport=WIDE) as visit:
        page = visit.page
        page.goto(f"{open_host}lessons/{FIRST}/")
        page.set_default_timeout(BOOT_MS)
        run_cell(page, "engine")
        yield page
        assert visit.console_errors() == []
        assert visit.foreign_requests() == []


def run_cell(page: Page, name: str) -> None:
    cell = page.locator(f"#cell-{name}")
    cell.get_by_role("button", name="Run").click()
    expect(cell).not_to_have_attribute("aria-busy", "true", timeout=BOOT_MS)


def write(page: Page, selector: str, text: str) -> None:
    page.locator(f"{selector} textarea").fill(text)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_is_whole_with_scripts_off(
    open_host: str, start_visit: VisitMaker, slug: str
) -> None:
    with start_visit(f"off-{slug}", java_script_enabled=False, viewport=NARROW) as visit:
        page = visit.page
        page.goto(f"{open_host}lessons/{slug}/")
        for at in range(page.locator("figure.live").count()):
            figure = page.locator("figure.live").nth(at)
            assert figure.locator("svg").inner_html()
            assert "{" not in figure.locator(".readout").inner_text()
            expect(figure.locator(".controls")).to_be_hidden()
        for at in range(page.locator(".cell").count()):
            assert page.locator(".cell .output").nth(at).inner_text().strip()
            assert page.locator(".cell pre.source").nth(at).inner_text().strip()
        assert page.locator(":is(button, textarea, input, select):visible").count() == 0
        assert page.locator(".steps a:visible").count() >= 1
        assert_no_sideways_scroll(page)
        assert page.get_by_text("A solution").count() == 2


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_is_accessible_and_narrow(
    open_host: str, start_visit: VisitMaker, slug: str
) -> None:
    with start_visit(f"axe-{slug}", viewport=NARROW) as visit:
        page = visit.page
        page.goto(f"{open_host}lessons/{slug}/")
        page.wait_for_selector("html.alive")
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        assert_only_numbers(page)
        assert min(page.evaluate(LETTERS)) >= 10
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert_accessible(page)
        assert visit.console_errors() == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_is_light_before_a_touch(dist: Path, slug: str) -> None:
    lessons = dist / "lessons"
    files = [lessons / slug / "index.html"]
    files += [lessons / "assets" / name for name in ("lesson.js", "lessons.css")]
    sizes = [len(gzip.compress(path.read_bytes())) for path in files]
    assert sum(sizes) < MOST_BEFORE_A_TOUCH


def test_no_python_before_a_touch(open_host: str, visit: Visit) -> None:
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.page.goto(f"{open_host}lessons/{FIRST}/", wait_until="networkidle")
    assert asked
    assert [url for url in asked if "python" in url or "pyodide" in url] == []


def test_a_cell_runs_what_is_written(first: Page) -> None:
    write(first, "#cell-engine", "print('seen')\nf(5)")
    run_cell(first, "engine")
    expect(first.locator("#cell-engine .stdout")).to_have_text("seen")
    expect(first.locator("#cell-engine .value")).to_have_text("15")
    first.locator("#cell-engine").get_by_role("button", name="Reset").click()
    expect(first.locator("#cell-engine .stdout")).to_contain_text("gradient: 2.0")
    expect(first.locator("#cell-engine .edited")).to_be_hidden()


def test_an_error_names_its_line(first: Page) -> None:
    write(first, "#cell-engine", "x = 1\nprint(unknown)")
    first.locator("#cell-engine textarea").press("Shift+Enter")
    expect(first.locator("#cell-engine .error")).to_contain_text("Line 2")
    first.locator("#cell-engine").get_by_role("button", name="Reset").click()


def test_a_loop_without_end_is_stopped_and_the_text_stays(first: Page) -> None:
    text = "print('begun')\nwhile True: pass"
    write(first, "#cell-engine", text)
    first.locator("#cell-engine textarea").press("Control+Enter")
    printed = first.locator("#cell-engine .stdout")
    expect(printed).to_have_text("begun")  # while it goes on
    expect(first.locator("#cell-engine")).to_have_attribute("aria-busy", "true")
    first.locator("#cell-engine").get_by_role("button", name="Stop").click()
    expect(first.locator("#cell-engine .error")).to_contain_text("Stopped")
    expect(printed).to_have_text("begun")
    expect(first.locator("#cell-engine textarea")).to_have_value(text)
    write(first, "#cell-engine", "f(3)")  # the cell above has run anew
    run_cell(first, "engine")
    expect(first.locator("#cell-engine .value")).to_have_text("3")


def test_an_exercise_says_what_it_got_and_remembers(first: Page) -> None:
    exercise = first.locator("#exercise-nudge-it-yourself")
    check = exercise.get_by_role("button", name="Check")
    assert exercise.locator("summary:visible").all_inner_texts() == ["Hint 1"]
    exercise.get_by_text("Hint 1").click()
    expect(exercise.get_by_text("Hint 2")).to_be_visible()
    wrong = "def slope(f, x):\n    h = 0.00001\n    return f(x + h) - f(x)"
    exercise.locator("textarea").fill(
        wrong.replace("    return", "    print('asked', x)\n    return")
    )
    check.click()
    told = exercise.locator(".wrong")
    expect(told).to_contain_text("expected", timeout=BOOT_MS)
    # What it printed in the very call that is told of, and the call in words.
    x = re.search(r"and x = (\S+), slope gave", told.inner_text())
    assert x
    expect(exercise.locator(".stdout")).to_have_text(f"asked {float(x[1])}")
    expect(exercise.locator(".hint-text")).to_contain_text("Divide it by the nudge")
    exercise.locator("textarea").fill(f"{wrong.replace('return ', 'return (')}) / h")
    check.click()
    expect(exercise.locator(".right")).to_contain_text("fresh numbers", timeout=BOOT_MS)
    assert_accessible(first)
    first.reload()
    first.wait_for_selector("html.alive")
    expect(first.locator("#exercise-nudge-it-yourself")).to_have_class("exercise passed")
    right = exercise.locator("textarea").input_value()
    assert "/ h" in right
    # What passed can be had again, whatever is written there later.
    again = exercise.get_by_role("button", name="Your answer that passed")
    expect(again).to_be_hidden()
    exercise.get_by_role("button", name="Reset").click()
    first.reload()
    first.wait_for_selector("html.alive")
    assert "/ h" not in exercise.locator("textarea").input_value()
    again.click()
    expect(exercise.locator("textarea")).to_have_value(right)
    expect(again).to_be_hidden()


def test_the_point_is_dragged_along_the_curve(first: Page) -> None:
    handle = first.locator("#figure-slope circle[data-handle=x]")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    first.mouse.move(box["x"] + 12, box["y"] + 12)
    first.mouse.down()
    first.mouse.move(box["x"] - 200, box["y"], steps=5)
    first.mouse.up()
    expect(first.locator("#figure-slope .readout")).to_contain_text("gradient is −")


def test_tab_indents_after_typing_and_is_no_trap(first: Page) -> None:
    area = first.locator("#cell-nudge textarea")
    area.focus()
    first.keyboard.press("Tab")
    expect(area).not_to_be_focused()
    area.fill("")
    area.type("x")
    first.keyboard.press("Tab")
    expect(area).to_have_value("x   ")
    first.keyboard.press("Escape")
    first.keyboard.press("Tab")
    expect(area).not_to_be_focused()
    first.locator("#cell-nudge").get_by_role("button", name="Reset").click()


def test_the_dialog_writes_the_lines(first: Page, open_host: str) -> None:
    first.get_by_role("button", name="Share / embed").click()
    lines = first.get_by_label("What to copy")
    assert lines.input_value() == (
        f'<script type="module" src="{open_host}embed.js"></script>\n'
        f'<micrograd-lesson name="{FIRST}"><a href="{open_host}lessons/{FIRST}/">'
        "Lesson: What a gradient says</a></micrograd-lesson>"
    )
    first.get_by_label("Exercises", exact=True).uncheck()
    assert 'hide="exercises"' in lines.input_value()
    preview = first.frame_locator("dialog iframe").frame_locator("micrograd-lesson iframe")
    expect(preview.locator("h1")).to_be_visible()
    expect(preview.locator(".exercise").first).to_be_hidden()
    assert_accessible(first)
    first.keyboard.press("Escape")


def test_print_shows_text_code_and_pictures(first: Page) -> None:
    first.emulate_media(media="print")
    expect(first.locator("#figure-slope svg")).to_be_visible()
    expect(first.locator("#cell-nudge pre.source")).to_be_visible()
    expect(first.get_by_role("button", name="Run").first).to_be_hidden()
    first.emulate_media(media="screen")


def test_work_is_saved_loaded_and_erased(open_host: str, visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    one, other = (exercise.name for exercise in read_lessons()[0].of(Exercise))
    page.goto(f"{open_host}lessons/")
    work: dict[str, Any] = {
        "kind": "micrograd-lessons",
        "lessons": {FIRST: {"texts": {}, "passed": [one, other]}},
    }
    file = tmp_path / "work.json"
    page.get_by_role("button", name="Save to a file").click()
    expect(page.locator("#work-says")).to_contain_text("nothing to save yet")
    begin = page.locator("#begin")
    expect(begin).to_have_text("Begin with the first lesson")
    file.write_text(json.dumps(work))
    page.locator("#import").set_input_files(file)
    done = page.locator(f'[data-lesson="{FIRST}"] .done')
    expect(done).to_have_text("2 of 2 exercises passed")
    assert_accessible(page)
    expect(begin).to_contain_text("Go on with 2.")
    assert begin.get_attribute("href") == f"{SLUGS[1]}/"
    # Another file adds to it: what is passed stays passed.
    more = {FIRST: {"texts": {"cell:nudge": "1"}, "passed": [one]}}
    file.write_text(json.dumps({**work, "lessons": more}))
    page.locator("#import").set_input_files(file)
    expect(done).to_have_text("2 of 2 exercises passed")
    work["lessons"] = {FIRST: {**more[FIRST], "passed": [one, other]}}
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = json.loads(download.value.path().read_text())
    assert saved == work
    page.locator("#erase").click()
    page.locator("#erase").click()
    expect(done).to_have_text("")
    expect(begin).to_have_text("Begin with the first lesson")
    file.write_text("{}")
    page.locator("#import").set_input_files(file)
    expect(page.locator("#work-says")).to_contain_text("Nothing was loaded")
