"""What the dialogs write for other pages, put into one: it shows what the preview showed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from builder.paths import ROOT
from tests.site.conftest import VisitMaker
from tests.site.playground import BOOT_MS, WIDE, settle
from tests.site.servers import FileServer
from tests.site.visits import Visit

LESSON = "what-a-gradient-says"
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A course</title>
<style>body {{ margin: 8px; width: {width}px }}</style>{lines}"""
# What a frame shows: the parts of it by name, its words, and the plane's picture.
SHOWN = """() => {
    const seen = (one) => one.checkVisibility({visibilityProperty: true});
    const parts = [...document.querySelectorAll("[data-part]")].filter(seen);
    const sections = [...document.querySelectorAll("article > *")].filter(seen);
    return {
        parts: parts.map((one) => one.dataset.part),
        sections: sections.map((one) => one.id || one.className || one.localName),
        notices: document.getElementById("notices")?.innerText ?? "",
        theme: getComputedStyle(document.body).backgroundColor,
        width: document.body.clientWidth,
        plane: document.getElementById("plane-canvas")?.toDataURL(),
    };
}"""
# The first picture is there; it is painted coarsely, and once more when it has come to rest.
PAINTED = "document.body?.dataset.lesson || document.body?.dataset.painted"
LOOKS = 200


@pytest.fixture(scope="module")
def dialogs(open_host: str, start_visit: VisitMaker) -> Iterator[Page]:
    with start_visit("snippets-dialogs", viewport=WIDE) as visit:
        visit.page.goto(open_host)
        settle(visit.page)
        yield visit.page
        assert visit.console_errors() == []


@pytest.fixture(scope="module")
def elsewhere(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("snippets-host", viewport=WIDE) as visit:
        yield visit
        assert visit.console_errors() == []


def open_dialog(page: Page, address: str) -> Locator:
    """Of the playground or of a lesson, as it opens first."""
    if page.url != address:
        page.goto(address)
    page.reload()
    page.get_by_role("button", name="Share").click()
    return page.get_by_role("dialog")


def innermost(page: Page, count: int) -> Frame:
    """The frame of the site, below `count` others."""
    page.wait_for_function(
        """(count) => {
            let inside = window;
            for (let at = 0; at < count; at++) {
                const {document: {body}} = inside;
                const frame = body?.querySelector("dialog[open] iframe, body > iframe")
                    ?? body?.querySelector("micrograd-playground, micrograd-lesson")
                        ?.shadowRoot?.querySelector("iframe");
                inside = frame?.contentWindow;
                if (!inside) return false;
                try { inside.document } catch { return at + 1 === count; }
            }
            return inside.location.href.includes("embed");
        }""",
        arg=count,
    )
    frames = [frame for frame in page.frames if "embed" in frame.url]
    assert len(frames) == 1
    frames[0].wait_for_function(PAINTED, timeout=BOOT_MS)
    return frames[0]


def assert_alike(one: Frame, other: Frame) -> None:
    """They show the same, as soon as both have come to rest."""
    for _ in range(LOOKS):
        left, right = one.evaluate(SHOWN), other.evaluate(SHOWN)
        if left == right:
            return
        other.evaluate("new Promise(requestAnimationFrame)")
    assert left == right


def shown_elsewhere(visit: Visit, folder: Path, lines: str, width: int) -> Frame:
    """The lines in a page of another origin, in a column of this width."""
    (folder / "index.html").write_text(HOST.format(lines=lines, width=width))
    server = FileServer(folder)
    visit.page.goto(server.address)
    frame = innermost(visit.page, 1)
    server.close()
    return frame


CHOICES: dict[str, dict[str, Any]] = {
    "as it opens": {},
    "every part": {"check": "all"},
    "one part, dark": {"check": ["Network"], "Theme": "Dark"},
    "narrow": {"Width": "480 px wide"},
    "wide": {"Width": "960 px wide", "check": "all"},
    "without exercises": {"check": ["Title", "Text", "Code", "Figures"], "Theme": "Dark"},
}
CASES = [
    ("playground", "Two lines of HTML", "as it opens"),
    ("playground", "Two lines of HTML", "every part"),
    ("playground", "A plain iframe", "as it opens"),
    ("playground", "A plain iframe", "one part, dark"),
    ("playground", "A plain iframe", "narrow"),
    ("playground", "A plain iframe", "wide"),
    ("lesson", "Two lines of HTML", "without exercises"),
    ("lesson", "A plain iframe", "without exercises"),
]


def choose(dialog: Locator, choices: dict[str, Any]) -> None:
    for name in ("Theme", "Width"):
        if name in choices:
            dialog.get_by_label(name, exact=True).select_option(label=choices[name])
    if "check" in choices:
        for box in dialog.locator("fieldset label").all():
            wanted = choices["check"] == "all" or box.inner_text() in choices["check"]
            box.get_by_role("checkbox").set_checked(wanted)


@pytest.mark.parametrize("case", CASES, ids=", ".join)
def test_a_snippet_shows_what_its_preview_showed(
    dialogs: Page, elsewhere: Visit, open_host: str, tmp_path: Path, case: tuple[str, str, str]
) -> None:
    what, form, choice = case
    dialog = open_dialog(dialogs, open_host + (f"lessons/{LESSON}/" if what == "lesson" else ""))
    dialog.get_by_label("Form").select_option(label=form)
    choose(dialog, CHOICES[choice])
    dialogs.locator("dialog iframe").scroll_into_view_if_needed()
    preview = innermost(dialogs, 2)
    shown = preview.evaluate(SHOWN)
    assert shown["notices"] == ""
    assert shown["parts"] or shown["sections"]
    column = dialogs.frame_locator("dialog iframe").locator("body")
    width = column.evaluate("(body) => body.clientWidth")
    lines = dialog.get_by_label("What to copy").input_value()
    frame = shown_elsewhere(elsewhere, tmp_path, lines, width)
    assert_alike(preview, frame)
    # As high as what is in it, with nothing left over and nothing to scroll.
    element = frame.frame_element()
    frame.wait_for_function(
        "Math.abs(document.body.getBoundingClientRect().height - innerHeight) <= 1"
    )
    assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
    box = element.bounding_box()
    assert box
    assert box["width"] == {"narrow": 480, "wide": 960}.get(choice, width)


README = (ROOT / "README.md").read_text()


def test_the_readmes_lines_show_what_they_name(
    elsewhere: Visit, open_host: str, tmp_path: Path
) -> None:
    (block,) = re.findall(r"```html\n(.*?)```", README, re.DOTALL)
    (frame,) = re.findall(r"`(<iframe [^`]+>)`", README)
    lines = f"{block}{frame}</iframe>".replace("https://.../", open_host)
    (tmp_path / "index.html").write_text(HOST.format(lines=lines, width=700))
    server = FileServer(tmp_path)
    page = elsewhere.page
    page.goto(server.address)
    lesson, playground, cell, plain = (
        page.frame_locator(f"{name} iframe" if name != "plain" else "body > iframe")
        for name in ("micrograd-lesson", "micrograd-playground", "micrograd-cell", "plain")
    )
    for name in ("lesson", "playground", "cell"):
        page.locator(f"micrograd-{name}").scroll_into_view_if_needed()
    expect(lesson.locator("h1")).to_have_text("The max-margin loss")
    expect(cell.locator("textarea")).to_have_value("print(2 + 2)")
    for shown, parts in ((playground, ("plane", "curves")), (plain, ("run", "plane", "timeline"))):
        for part in parts:
            gone = re.compile("left-out")
            expect(shown.locator(f"[data-part={part}]")).not_to_have_class(gone)
        expect(shown.locator("#notices")).to_be_empty()
        expect(shown.locator("#network")).to_be_hidden()
    invited = playground.locator("#plane-over")
    expect(invited).to_contain_text("learns 100 points (xor), with hidden layers of 4 neurons")
    # The usual layers need no Python, and no invitation.
    result = plain.locator("body").evaluate(
        "async () => { await micrograd.ready; return [micrograd.state.dataset, micrograd.result]; }"
    )
    assert result[0] == "xor"
    assert result[1]["parameterCount"] == 337
    expect(plain.locator("#plane-over")).to_be_hidden()
    server.close()


def test_a_dialog_closes_by_a_press_beside_it(dialogs: Page, open_host: str) -> None:
    dialog = open_dialog(dialogs, open_host)
    box = dialog.bounding_box()
    assert box
    # Text that is marked out to beyond the dialog's edge closes nothing.
    dialogs.mouse.move(box["x"] + 60, box["y"] + 40)
    dialogs.mouse.down()
    dialogs.mouse.move(4, 300)
    dialogs.mouse.up()
    expect(dialog).to_be_visible()
    dialogs.mouse.click(box["x"] + 4, box["y"] + 4)  # its margin
    expect(dialog).to_be_visible()
    dialogs.mouse.click(4, 300)
    expect(dialog).to_be_hidden()
    expect(dialogs.get_by_role("button", name="Share")).to_be_focused()
    dialogs.get_by_role("button", name="Save").click()
    expect(dialogs.get_by_role("dialog")).to_be_visible()
    dialogs.mouse.click(4, 300)
    expect(dialogs.get_by_role("dialog")).to_be_hidden()
