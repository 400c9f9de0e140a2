"""Every file of a first load in turn is missing, wrong, cut off or never there: the page says so
within 15 seconds, and its Retry works; or it does without, and works as a whole."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import BOOT_MS, assert_accessible
from tests.site.visits import Visit

PROMISED_MS = 15_000
SLOW_MS = 4 * PROMISED_MS  # of a shared machine that is busy with other things
KINDS = ("missing", "wrong", "cut", "hang")
# Every file has its turn in both of these, in one kind of it and its neighbours in the other.
TROUBLES = {"absent": ("missing", "hang"), "spoilt": ("wrong", "cut")}
LESSON = "lessons/two-moons/"
# By page: where its first load looks whole. (The playground as an embed: that fetches no Python.)
PLAYGROUND = "#embed"
PAGES = {
    PLAYGROUND: "body[data-painted]:has(#loss-chart canvas):has(#rail > *)",
    LESSON: "html.alive:has([data-cell] .run)",
    "lessons/": "#work-says:is(.work-buttons:not([hidden]) ~ *)",
    "lessons/cell/": "html.alive:has([data-cell] .run)",
    "notebook-list/": "body[data-shown]",
    "notebook.html#code=1": "#make-notebook",
    "bench/": "#measure:not([disabled])",
}
WHOLE = "getComputedStyle(document.documentElement).getPropertyValue('--whole') !== ''"
RETRY = """() => [...document.querySelectorAll("button")]
    .find((one) => one.textContent === "Retry")?.click()"""
# Whole, and nothing left to try again.
WELL = f"""(selector) => document.querySelector(selector) && {WHOLE}
    && !document.getElementById("watchdog")
    && ![...document.querySelectorAll("button")]
        .some((one) => /^(Retry|Trying)/.test(one.textContent))
"""
SAYS = "#watchdog, #notices li, #stage .failed, #plane-over:not([hidden]), #says:has(button)"


def spoilt(kind: str, file: Path) -> dict[str, object] | None:
    """How the host answers for this file; None: not at all."""
    whole = file.read_bytes()
    types = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
    kept = {"status": 200, "content_type": types.get(file.suffix, "application/octet-stream")}
    return {
        "missing": {"status": 404, "body": "not here"},
        "wrong": {**kept, "body": bytes(len(whole))},
        "cut": {**kept, "body": whole[: len(whole) // 2]},
        "hang": None,
    }[kind]


def break_file(page: Page, dist: Path, name: str, kind: str) -> None:
    answer = spoilt(kind, dist / name)

    def act(route: Route) -> None:
        if answer is not None:
            route.fulfill(**answer)  # type: ignore[arg-type]

    page.route(re.compile(rf"/{re.escape(name)}(\?|$)"), act)


@pytest.fixture(scope="module")
def first(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("first-load") as visit:
        yield visit


@contextmanager
def tabs(visit: Visit, count: int) -> Iterator[list[Page]]:
    found = [visit.page.context.new_page() for _ in range(count)]
    yield found
    for page in found:
        page.close()


def files_of(visit: Visit, address: str, path: str) -> list[str]:
    """What the page fetches until it looks whole, by the names in dist/."""
    asked: list[str] = []
    with tabs(visit, 1) as (page,):
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path)
        page.wait_for_selector(PAGES[path], state="attached", timeout=BOOT_MS)
    names = [url.removeprefix(address).split("?")[0] for url in asked]
    ours = re.compile(r"(playground|lessons|notebook-list|bench)/.*\.(js|css|json)$")
    return sorted({name for name in names if ours.match(name)} - {"playground/python.js"})


# The two pages with most in them in each trouble; the others' files in one kind each, in turn.
WALKS = [(path, trouble) for path in (PLAYGROUND, LESSON) for trouble in TROUBLES]
WALKS += [(path, "") for path in PAGES if path not in (PLAYGROUND, LESSON)]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "trouble"), WALKS, ids=lambda one: one or "-")
def test_a_file_that_does_not_come_is_told_and_retry_works(
    dist: Path, at_root: str, first: Visit, path: str, trouble: str
) -> None:
    names = files_of(first, at_root, path)
    assert len(names) >= 3
    turns = TROUBLES.get(trouble, KINDS)
    kinds = [turns[at % len(turns)] for at in range(len(names))]
    with tabs(first, len(names)) as pages:
        for page, name, kind in zip(pages, names, kinds, strict=True):
            break_file(page, dist, name, kind)
            page.goto(at_root + path, wait_until="commit")
        for page, name in zip(pages, names, strict=True):
            assert_told_or_whole(page, path, name)
        for page in pages:
            page.unroute_all()
            page.evaluate(RETRY)
        for page in pages:
            page.wait_for_function(WELL, arg=PAGES[path], timeout=BOOT_MS)


PYTHON = ("python.js", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_file_of_python_that_does_not_come_is_told_and_retry_works(
    dist: Path, at_root: str, start_visit: VisitMaker, trouble: str
) -> None:
    runtime = dist / "static" / "pyodide"
    (wheel,) = (path.name for path in runtime.glob("micrograd_wasm-*.whl"))
    names = [*PYTHON, "pyodide-lock.json", wheel]
    folder = {name: "playground" if name == "python.js" else "static/pyodide" for name in names}
    turns = TROUBLES[trouble]
    with start_visit(f"python-{trouble}") as visit, tabs(visit, len(names)) as pages:
        for at, (page, name) in enumerate(zip(pages, names, strict=True)):
            break_file(page, dist, f"{folder[name]}/{name}", turns[at % 2])
            page.goto(at_root, wait_until="commit")
        for page, name in zip(pages, names, strict=True):
            said = page.locator("#stage .failed")
            expect(said, name).to_have_text("Python did not start.", timeout=SLOW_MS)
            page.unroute_all()
        # To start seven Pythons at once is no first load: one of each kind stands for all.
        first = 2 * list(TROUBLES).index(trouble)
        for page in (*pages[:first], *pages[first + 2 :]):
            page.goto("about:blank")
        for page in pages[first : first + 2]:
            page.locator("#retry").click()
            page.set_default_timeout(BOOT_MS)
            assert (
                page.evaluate("micrograd.set({layers: [5], dataSeed: 3})")["parameterCount"] == 21
            )


def assert_told_or_whole(page: Page, path: str, name: str) -> None:
    page.wait_for_selector(f"{SAYS}, {PAGES[path]}", state="attached", timeout=SLOW_MS)
    said = page.locator(SAYS)
    page.wait_for_function("true", timeout=SLOW_MS)  # it is painted, not only there
    styled = page.evaluate(WHOLE)
    if not (styled and page.locator(PAGES[path]).count()):
        expect(said.first, name).to_be_visible(timeout=SLOW_MS)
        assert page.get_by_role("button", name="Retry", exact=True).count() >= 1, name
    # Only these can be done without.
    if not said.count():
        assert name.rsplit("/", 1)[-1] in ("watchdog.js", "early.js", "print.css"), name


def test_what_it_says_names_the_file_and_can_be_heard(
    dist: Path, at_root: str, first: Visit
) -> None:
    with tabs(first, 1) as (page,):
        break_file(page, dist, "playground/main.js", "missing")
        page.goto(at_root)
        said = page.get_by_role("alert")
        expect(said).to_contain_text("This page did not load in full")
        expect(said).to_contain_text("main.js")
        assert_accessible(page)
