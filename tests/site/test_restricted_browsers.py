"""Browsers that are too old or lack something: pages say so, and what can be read is there."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from builder.paths import SITE
from tests.site.playground import BOOT_MS, assert_accessible
from tests.site.visits import Visit

OLDEST = json.loads((SITE / "browsers.json").read_text())
NAMES = ", ".join(f"{name} {version}" for name, version in OLDEST.items())
LESSON = "lessons/the-decision-boundary/"
NOTEBOOK = "notebooks/index.html?path=micrograd_demo.ipynb"
WITHOUT_WEBASSEMBLY = "delete globalThis.WebAssembly"
WITHOUT_VECTORS = """
const plain = WebAssembly.validate, Module = WebAssembly.Module;
const vectors = Uint8Array.from([0xfd, 0x14]);
WebAssembly.validate = (binary) => binary.length > 100 && plain(binary);
WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError("SIMD"); } };
"""
# What a browser that has cookies blocked does.
WITHOUT_STORAGE = """
const refuse = () => { throw new DOMException("The operation is insecure.", "SecurityError"); };
for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(globalThis, name, { get: refuse });
CacheStorage.prototype.open = CacheStorage.prototype.keys = async () => refuse();
"""


def cannot_read(page: Page, dist: Path, name: str) -> None:
    """As if the script were written in words that this browser does not know."""
    text = "class { younger syntax }\n" + (dist / name).read_text()

    def answer(route: Route) -> None:
        route.fulfill(body=text, content_type="text/javascript")

    page.route(re.compile(rf"/{re.escape(name)}(\?|$)"), answer)


def tell_late(page: Page) -> None:
    """What watches over the page comes when its script has failed already."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/watchdog.js*", hold)
    page.on("pageerror", lambda _: [route.continue_() for route in held[-1:]])


@pytest.mark.parametrize(
    ("path", "script"),
    [
        ("", "playground/main.js"),
        (LESSON, "lessons/assets/lesson.js"),
        ("bench/", "playground/bench.js"),
        ("notebook-list/", "notebook-list/list.js"),
    ],
)
def test_a_browser_that_cannot_read_the_script_is_told_that_it_is_too_old(
    dist: Path, at_root: str, visit: Visit, path: str, script: str
) -> None:
    page = visit.page
    tell_late(page)
    cannot_read(page, dist, script)
    page.goto(at_root + path)
    said = page.get_by_role("alert")
    expect(said).to_contain_text("This browser is too old")
    expect(said).to_contain_text(NAMES)
    expect(said.get_by_role("button")).to_have_count(0)
    assert_accessible(page)


def test_a_browser_without_what_the_styles_need_is_told_that_it_is_too_old(
    dist: Path, at_root: str, visit: Visit
) -> None:
    page = visit.page
    page.add_init_script("""const plain = CSS.supports;
        CSS.supports = (...asked) => !String(asked).includes(":has(") && plain(...asked);""")
    page.route("**/playground/main.js*", lambda route: route.fulfill(body="undefined.younger()"))
    page.goto(at_root)
    expect(page.get_by_role("alert")).to_contain_text("This browser is too old")


def test_a_lesson_without_webassembly_says_what_is_missing(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.add_init_script(WITHOUT_WEBASSEMBLY)
    page.goto(at_root + LESSON)
    expect(page.locator("article > [role=status]")).to_contain_text("WebAssembly")
    expect(page.locator("article > [role=status]")).to_contain_text(NAMES)
    cell = page.locator("[data-cell]").first
    cell.get_by_role("button", name="Run").click()
    expect(cell.locator(".error")).to_contain_text("Python cannot run here.")
    expect(cell.locator(".error")).to_contain_text("WebAssembly allowed for this site")
    expect(cell.locator(".error")).not_to_contain_text("again")
    assert_accessible(page)
    assert visit.console_errors() == []


def test_a_lessons_figure_without_vectors_says_what_is_missing(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.add_init_script(WITHOUT_VECTORS)
    page.goto(at_root + LESSON)
    page.wait_for_selector("html.alive")
    for figure in page.locator("figure.live").all():
        figure.locator("input[type=range]").first.focus()
        page.keyboard.press("ArrowLeft")
    dead = page.locator("figure.live .readout", has_text="WebAssembly and its vectors")
    expect(dead.first).to_be_visible()
    assert visit.console_errors() == []


def test_a_notebook_without_webassembly_says_what_is_missing(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.add_init_script(WITHOUT_WEBASSEMBLY)
    page.goto(at_root + NOTEBOOK)
    expect(page.locator(".micrograd-notice")).to_contain_text("WebAssembly", timeout=BOOT_MS)


def test_jupyterlites_pages_without_storage_say_so(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.add_init_script(WITHOUT_STORAGE)
    page.goto(at_root + NOTEBOOK)
    notice = page.locator(".micrograd-notice")
    expect(notice).to_contain_text("refuses to keep anything", timeout=BOOT_MS)
    notice.get_by_role("link", name="Go to the lessons").click()
    page.wait_for_url(at_root + "lessons/")


@pytest.mark.parametrize("path", ["", LESSON, "bench/"])
def test_pages_without_storage_work_and_nothing_is_uncaught(
    at_root: str, visit: Visit, path: str
) -> None:
    page = visit.page
    page.add_init_script(WITHOUT_STORAGE)
    page.goto(at_root + path)
    page.wait_for_selector("html[data-alive]")
    page.get_by_role("button", name=re.compile("theme", re.IGNORECASE)).first.click()
    if path == LESSON:
        page.locator("[data-cell] textarea").first.fill("6 * 7")
        expect(page.get_by_role("alert")).to_contain_text("does not keep what you write")
    assert visit.console_errors() == []


@contextmanager
def without_scripts(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_with_scripts_off_each_page_says_what_is_left(at_root: str, browser: Browser) -> None:
    with without_scripts(browser) as page:
        page.goto(at_root)
        notice = page.locator(".no-script")
        expect(notice).to_contain_text("Scripts are off")
        box = notice.bounding_box()
        assert box
        assert box["y"] + box["height"] < 300
        expect(page.get_by_role("button", name="Run")).to_be_hidden()
        notice.get_by_role("link", name="The lessons").click()
        expect(page).to_have_url(at_root + "lessons/")
        page.goto(at_root + "bench/")
        expect(page.locator("noscript p")).to_have_text("Measuring needs JavaScript.")
        expect(page.get_by_text("Measuring …")).to_have_count(0)


def test_the_oldest_browsers_are_named_in_one_place(dist: Path) -> None:
    """The scripts are written for them, and the words name them, out of one file."""
    assert NAMES in (dist / "playground" / "watchdog.js").read_text()
    assert NAMES in (dist / "lessons" / "assets" / "lesson.js").read_text()
    others = re.compile(r"\b(Chrome|Firefox|Safari) \d{2,}")
    for path in (SITE / "js").rglob("*.js"):
        assert not others.search(path.read_text()), path.name
