"""What a reader wrote and passed stays, whatever the browser, another tab or a file does to it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.lessons import Exercise
from tests.site.conftest import VisitMaker
from tests.site.course import LESSONS, open_lesson
from tests.site.playground import assert_accessible
from tests.site.reader import DEMO, LIST, expect_state, open_list, row
from tests.site.servers import FileServer
from tests.site.visits import Visit

LESSON, OTHER = LESSONS[0], LESSONS[1]
NAMES = [exercise.name for exercise in LESSON.of(Exercise)]
KEY = f"micrograd:/:lesson:{LESSON.slug}"
OLD_KEY = f"micrograd-lesson:{LESSON.slug}"


@pytest.fixture(scope="module")
def shared(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("kept-work", accept_downloads=True) as visit:
        yield visit
        assert visit.console_errors() == []


@pytest.fixture
def page(shared: Visit, at_root: str) -> Page:
    shared.page.goto(f"{at_root}lessons/")
    shared.page.evaluate("localStorage.clear()")
    return shared.page


@pytest.fixture
def second(shared: Visit, at_root: str) -> Iterator[Page]:
    other = shared.page.context.new_page()
    yield other
    other.close()


def cell(page: Page, at: int = 0) -> Locator:
    return page.locator("[data-cell] textarea").nth(at)


def answer(page: Page, at: int = 0) -> Locator:
    return page.locator(f"#exercise-{NAMES[at]} textarea")


def kept(page: Page, key: str = KEY) -> dict[str, object]:
    found: dict[str, object] = page.evaluate("(key) => JSON.parse(localStorage.getItem(key))", key)
    return found


def test_long_texts_come_back(page: Page, at_root: str) -> None:
    long = "\n".join(f"# {'x' * 600} {at}" for at in range(100))
    cell(open_lesson(page, at_root, LESSON)).fill(long)
    open_lesson(page, at_root, LESSON)
    expect(cell(page)).to_have_value(long)


def test_two_tabs_keep_in_step(page: Page, second: Page, at_root: str) -> None:
    for tab in (page, second):
        open_lesson(tab, at_root, LESSON)
    original = cell(page).input_value()
    cell(page).fill("1 + 1")
    expect(cell(second)).to_have_value("1 + 1")
    expect(second.locator("[data-cell] .edited").first).to_be_visible()
    answer(second).fill("def mine(): pass")
    expect(answer(page)).to_have_value("def mine(): pass")
    # Neither lost what the other wrote, also not by a change back.
    answer(page, 1).fill("third")
    cell(second).fill(original)
    expect(cell(page)).to_have_value(original)
    assert kept(page)["texts"] == {
        f"exercise:{NAMES[0]}": "def mine(): pass",
        f"exercise:{NAMES[1]}": "third",
    }
    page.goto(f"{at_root}lessons/")
    second.evaluate(
        "([key, name]) => localStorage.setItem(key, JSON.stringify({texts: {}, passed: [name]}))",
        [KEY, NAMES[0]],
    )
    expect(page.locator(f"[data-lesson={LESSON.slug}] .done")).to_contain_text("1 of 2")


FILL = """() => {
    for (let size = 2 ** 22; size >= 1; size = Math.floor(size / 2)) {
        try {
            for (let k = 0; ; k++) localStorage.setItem(`filler ${size} ${k}`, "x".repeat(size));
        } catch { /* full to this size */ }
    }
}"""
BLOCK = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
});"""


@pytest.mark.parametrize("how", ["full", "blocked"])
def test_what_cannot_be_kept_is_told_and_offered_as_a_file(
    page: Page, second: Page, at_root: str, how: str
) -> None:
    tab = page if how == "full" else second
    if how == "full":
        cell(open_lesson(page, at_root, LESSON)).fill("kept before")
        page.evaluate(FILL)
    else:
        second.add_init_script(BLOCK)
        open_lesson(second, at_root, LESSON)
    text = "y" * 100
    answer(tab).fill(text)
    said = tab.get_by_role("alert")
    expect(said).to_contain_text("This browser does not keep what you write here")
    assert_accessible(tab)
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Save my work to a file").click()
    work = json.loads(Path(waiting.value.path()).read_text())["lessons"][LESSON.slug]
    assert work["texts"][f"exercise:{NAMES[0]}"] == text
    if how == "full":
        assert work["texts"] == {**kept(page)["texts"], f"exercise:{NAMES[0]}": text}  # type: ignore[dict-item]
        # There is room again: the next letter keeps all of it.
        page.evaluate("""() => Object.keys(localStorage).filter((key) => key.startsWith("filler"))
            .forEach((key) => localStorage.removeItem(key))""")
        cell(page).fill("kept after")
        texts = kept(page)["texts"]
        assert isinstance(texts, dict)
        assert set(texts.values()) == {text, "kept after"}


def load(page: Page, work: object) -> Locator:
    text = work if isinstance(work, str) else json.dumps(work)
    file = {"name": "work.json", "mimeType": "application/json", "buffer": text.encode()}
    page.locator("#import").set_input_files(files=[file])  # type: ignore[list-item]
    return page.locator("#work-says")


def work_of(**lessons: object) -> dict[str, object]:
    return {
        "kind": "micrograd-lessons",
        "lessons": {name.replace("_", "-"): work for name, work in lessons.items()},
    }


GOOD = {"texts": {"cell:a": "1", f"exercise:{NAMES[0]}": "2"}, "passed": [NAMES[0]]}


@pytest.mark.parametrize(
    ("work", "why"),
    [
        ("{", "or only a part of one"),
        ({"kind": "other"}, "not saved by these lessons"),
        (work_of(a=GOOD, b=None), "“b” is not what the lessons save"),
        (work_of(a=GOOD, b={"texts": {"x": 3}}), "“b” has a text that is none"),
        (work_of(a=GOOD, b={"texts": {}, "passed": [1]}), "without a name"),
        (work_of(a=GOOD, **{"B../c": GOOD}), "is no lesson’s name"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_wrong_file_changes_nothing(page: Page, work: object, why: str) -> None:
    page.evaluate("localStorage.setItem('micrograd:/:lesson:a', '{\"passed\": [\"own\"]}')")
    before = page.evaluate("({...localStorage})")
    expect(load(page, work)).to_contain_text("Nothing was loaded, and nothing of yours has changed")
    expect(page.locator("#work-says")).to_contain_text(why)
    assert page.evaluate("({...localStorage})") == before


def test_a_file_is_taken_whole_and_what_it_brought_is_told(page: Page, at_root: str) -> None:
    own = {"texts": {"cell:a": "mine", "cell:b": "b"}, "passed": ["own"]}
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [KEY, json.dumps(own)])
    said = load(page, {"kind": "micrograd-lessons", "lessons": {LESSON.slug: GOOD}})
    expect(said).to_contain_text("the work on 1 lesson: 2 new texts, 1 exercise passed.")
    expect(said).to_contain_text("1 text of yours made room for the file’s")
    assert kept(page)["texts"] == {**own["texts"], **GOOD["texts"]}  # type: ignore[dict-item]
    said.get_by_role("button", name="Undo").click()
    assert kept(page) == own
    # No room for all of it: none of it.
    page.evaluate(FILL)
    before = page.evaluate("Object.keys(localStorage).length")
    large = {"texts": {"cell:a": "z" * 10_000}}
    expect(load(page, work_of(**{LESSON.slug: GOOD, "last": large}))).to_contain_text("no room")
    assert kept(page) == own
    assert page.evaluate("Object.keys(localStorage).length") == before


def test_a_file_that_cannot_be_kept_is_not_taken(second: Page, at_root: str) -> None:
    second.add_init_script(BLOCK)
    second.goto(f"{at_root}lessons/")
    said = load(second, work_of(**{LESSON.slug: GOOD}))
    expect(said).to_contain_text("Nothing was loaded")
    expect(said).to_contain_text("this browser keeps nothing for this site")
    expect(second.locator(f"[data-lesson={LESSON.slug}] .done")).to_be_empty()


def test_renamed_exercises_do_not_count_twice(page: Page, at_root: str) -> None:
    passed = {"passed": [NAMES[0], "its-old-name", "another-old-name"]}
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [KEY, json.dumps(passed)])
    page.reload()
    expect(page.locator(f"[data-lesson={LESSON.slug}] .done")).to_have_text(
        "1 of 2 exercises passed"
    )
    expect(page.locator("#so-far")).to_contain_text("1 of ")


def test_a_renamed_exercises_text_stays(page: Page, at_root: str) -> None:
    others = page.locator("details.others")
    texts = {
        f"exercise:{NAMES[0]}": "def mine(): pass",
        "exercise:its-old-name": "def old(): pass",
        "answer:its-old-name": "def old(): pass",
    }
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [KEY, json.dumps({"texts": texts})])
    open_lesson(page, at_root, LESSON)
    others.locator("summary").click()
    expect(others.locator("pre")).to_have_text(["def old(): pass"])
    assert_accessible(page)
    del texts["exercise:its-old-name"], texts["answer:its-old-name"]
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [KEY, json.dumps({"texts": texts})])
    open_lesson(page, at_root, LESSON)
    expect(others).to_have_count(0)


def test_two_forks_on_one_host_share_nothing_but_what_was_there(
    dist: Path, tmp_path: Path, visit: Visit
) -> None:
    for fork in ("one", "two"):
        (tmp_path / fork).symlink_to(dist)
    host = FileServer(tmp_path)
    page = visit.page
    page.goto(f"{host.address}one/favicon.svg")
    old = {"texts": {f"exercise:{NAMES[0]}": "before"}, "passed": [NAMES[0]]}
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [OLD_KEY, json.dumps(old)])
    page.evaluate("localStorage.setItem('micrograd-theme', 'dark')")
    open_lesson(page, f"{host.address}one/", LESSON)
    expect(answer(page)).to_have_value("before")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Light theme").click()
    answer(page).fill("one's")
    open_lesson(page, f"{host.address}two/", LESSON)
    expect(answer(page)).to_have_value("before")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{host.address}two/lessons/")
    page.get_by_role("button", name="Erase").click()
    page.get_by_role("button", name="Erase everything, really").click()
    open_lesson(page, f"{host.address}two/", LESSON)
    expect(answer(page)).not_to_have_value("before")
    open_lesson(page, f"{host.address}one/", LESSON)
    expect(answer(page)).to_have_value("one's")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    host.close()


# As JupyterLite keeps files, with entries that no notebook is.
BROKEN = """async (good) => {
    const base = await new Promise((resolve, reject) => {
        const request = indexedDB.open("JupyterLite Storage - /", 1);
        request.onupgradeneeded = () => {
            for (const name of ["files", "checkpoints"]) request.result.createObjectStore(name);
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const change = base.transaction(["files", "checkpoints"], "readwrite");
    const files = change.objectStore("files");
    const now = new Date().toISOString();
    const entry = (path, content) => ({ path, name: path, content, last_modified: now });
    files.put(entry("own.ipynb", { cells: [] }), "own.ipynb");
    files.put(entry(good, { cells: [{ cell_type: "code", source: "1" }] }), good);
    files.put(null, "null.ipynb");
    files.put(5, "five.ipynb");
    files.put(entry(7, "{"), "half.ipynb");
    files.put({ ...entry("cells.ipynb", { cells: [null] }), last_modified: "?" }, "cells.ipynb");
    files.put(entry("a.ipynb", "{\\"cells\\""), "how_it_compiles.ipynb");
    change.objectStore("checkpoints").put("?", good);
    await new Promise((resolve) => { change.oncomplete = resolve; });
    base.close();
}"""


def test_broken_notebooks_do_not_hide_the_others(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{at_root}favicon.svg")
    page.evaluate(BROKEN, DEMO)
    open_list(page, at_root)
    expect_state(page, "newer", DEMO)
    yours = page.locator("#yours-list li")
    expect(yours).to_have_count(5)
    expect(yours.filter(has_text="own.ipynb").get_by_role("link", name="Open")).to_be_visible()
    expect(yours.filter(has_text="half.ipynb")).to_contain_text("broken: this is no notebook")
    expect(row(page, "how_it_compiles.ipynb")).to_contain_text("Your copy is broken")
    with page.expect_download() as waiting:
        yours.filter(has_text="half.ipynb").get_by_role("button", name="Download").click()
    assert Path(waiting.value.path()).read_text() == "{"
    expect(page.locator("#says")).to_be_empty()
    assert page.url.endswith(LIST)
    assert visit.console_errors() == []
