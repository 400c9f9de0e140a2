"""When Python stops, waits, or goes down with a reader's code: it is told for what it is, and the
next run works."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from builder.lessons import Exercise
from tests.site.conftest import VisitMaker
from tests.site.course import LESSONS, open_lesson, press
from tests.site.playground import BOOT_MS
from tests.site.visits import Visit

LESSON = LESSONS[2]
ENDLESS = "while True: pass"


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("python-failures") as visit:
        page = open_lesson(visit.page, at_root, LESSON)
        run(first_cell(page), "6 * 7")
        yield visit
        # What Pyodide itself prints when a reader's code brings it down is no fault of the page's.
        assert [line for line in visit.console_errors() if "uncaught" in line] == []


@pytest.fixture
def page(booted: Visit) -> Page:
    return booted.page


def first_cell(page: Page) -> Locator:
    return page.locator("[data-cell]").first


def run(cell: Locator, source: str) -> Locator:
    cell.locator("textarea").fill(source)
    press(cell, "Run")
    return cell.locator(".output")


def begin(cell: Locator, source: str) -> None:
    cell.locator("textarea").fill(source)
    cell.get_by_role("button", name="Run").click()


def stop(cell: Locator) -> None:
    cell.get_by_role("button", name="Stop").click(timeout=BOOT_MS)
    expect(cell).not_to_have_attribute("aria-busy", "true")


# In less time than Python needs to start, however slowly clicks come from here.
RUN_AND_STOP = """async (cell) => {
  const click = async (label) => {
    const fits = (button) => button.textContent.trim() === label && button.checkVisibility();
    let button;
    while (!(button = [...cell.querySelectorAll("button")].find(fits)))
      await new Promise((resolve) => setTimeout(resolve, 0));
    button.click();
  };
  await click("Run");
  await click("Stop");
}"""


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("input('name?')", "nobody to ask here"),
        ("class A:\n    def __repr__(self): 1 / 0\nA()", "ZeroDivisionError"),
        ("10**400", "1000000000"),
        ("import functools\nfunctools.partial(print)", "functools.partial"),
        ("class A:\n    def __getattr__(self, n): return getattr(self, n)\nA()", "itself"),
        ("def f(n): return f(n)\nf(1)", "itself"),
        ("x = [0] * 10**9", "MemoryError"),
    ],
    ids=lambda one: one.split("\n")[0],
)
def test_what_the_readers_code_does_is_told_as_theirs(page: Page, source: str, told: str) -> None:
    output = run(first_cell(page), source)
    expect(output).to_contain_text(told)
    expect(output).not_to_contain_text("Python did not start")
    # Also where Python was brought down, the next run works, with all of the memory.
    expect(run(first_cell(page), "len(bytearray(2**28))")).to_contain_text("268435456")


DEEP = """from micrograd_wasm import Value, classic
for kind in (Value, classic.Value):
    x = kind(1.0)
    for _ in range(20_000):
        x = x + 1.0
    x.backward()
    x = None
"freed"
"""


def test_a_deep_graph_is_freed_and_python_lives_on(page: Page) -> None:
    """The browser's stack, which is smaller than that of Node, would run out at 1,500 links."""
    expect(run(first_cell(page), DEEP)).to_contain_text("freed")
    expect(run(first_cell(page), "6 * 7")).to_contain_text("42")


def test_an_answer_may_give_anything(page: Page) -> None:
    exercise = LESSON.of(Exercise)[0]
    part = page.locator(f"#exercise-{exercise.name}")
    name = re.findall(r"def (\w+)", exercise.starter)[0]
    for body in ("return 10**400", "exit()", "raise KeyboardInterrupt"):
        part.locator("textarea").fill(f"def {name}(*given): {body}")
        press(part, "Check")
        expect(part.locator(".wrong")).to_contain_text("Not yet.")
    part.locator("textarea").fill(f"import functools\n{name} = functools.partial(print)")
    press(part, "Check")
    expect(part.locator(".wrong")).to_contain_text("gave None")


def test_stop_after_stop(page: Page) -> None:
    cell = first_cell(page)
    for _ in range(3):
        begin(cell, ENDLESS)
        expect(cell.locator(".state")).to_have_text("Running …", timeout=BOOT_MS)
        stop(cell)
        expect(cell.locator(".error")).to_contain_text("Stopped. Python starts afresh")
    # Stopped while it is on its way: that goes on, and is not told as a failure.
    cell.locator("textarea").fill("1 + 1")
    cell.evaluate(RUN_AND_STOP)
    expect(cell.locator(".error")).to_contain_text("Stopped before it began")
    expect(run(cell, "6 * 7")).to_have_text("42")


def test_a_waiting_cell_says_for_what_and_can_be_stopped(page: Page) -> None:
    cell, exercise = first_cell(page), LESSON.of(Exercise)[0]
    expect(run(cell, "6 * 7")).to_have_text("42")  # Python is there
    begin(cell, ENDLESS)
    expect(cell.locator(".state")).to_have_text("Running …")
    part = page.locator(f"#exercise-{exercise.name}")
    part.get_by_role("button", name="Check").click()
    expect(part.locator(".state")).to_have_text("Waiting: Python is running another cell …")
    stop(part)
    expect(part.locator(".error")).to_contain_text("Stopped before it began")
    expect(cell.locator(".state")).to_have_text("Running …")
    stop(cell)


EMBEDS = """<!doctype html><title>Host</title><script type="module" src="{site}embed.js"></script>
<micrograd-cell><pre>1 + 1</pre></micrograd-cell>
<micrograd-cell><pre>2 + 2</pre></micrograd-cell>
<micrograd-cell><pre>3 + 3</pre></micrograd-cell>"""


@pytest.mark.parametrize("removed", [0, 1], ids=["who has Python", "who asks it"])
def test_a_removed_cell_without_an_end_starves_nobody(
    open_host: str, visit: Visit, tmp_path: Path, removed: int
) -> None:
    page = visit.page
    page.route(
        "**/host-page",
        lambda route: route.fulfill(body=EMBEDS.format(site=open_host), content_type="text/html"),
    )
    page.goto(f"{open_host}host-page")
    frames = [frame_of(page, at) for at in range(3)]
    first, second, third = (frame.locator("[data-cell]") for frame in frames)
    press(first, "Run")  # who asks first has Python
    expect(first.locator(".value")).to_have_text("2")
    press(second, "Run")
    expect(second.locator(".value")).to_have_text("4")
    begin([first, second][removed], ENDLESS)
    expect([first, second][removed].locator(".state")).to_have_text("Running …", timeout=BOOT_MS)
    third.get_by_role("button", name="Run").click()
    expect(third.locator(".state")).to_have_text("Waiting: Python is running another cell …")
    page.evaluate("(at) => document.querySelectorAll('micrograd-cell')[at].remove()", removed)
    expect(third.locator(".value")).to_have_text("6", timeout=BOOT_MS)


def frame_of(page: Page, at: int) -> Frame:
    element = page.locator("micrograd-cell").nth(at).locator("iframe").element_handle()
    frame = element.content_frame()
    assert frame
    frame.wait_for_selector("html.alive")
    return frame
