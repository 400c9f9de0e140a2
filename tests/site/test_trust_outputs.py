"""What a cell shows may draw, but not load, cover or clog the page: payloads of styles, of markup
and of sheer weight, as a reader's Python gives them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import BOOT_MS
from tests.site.visits import Visit

# Each is the text of a `_repr_html_`; "leak" names what would be asked for.
STYLES = [
    "color: red; position: fixed; inset: 0; z-index: 9999",
    "posit\\69on: fixed; inset: 0",
    "p\\6fsition:sticky; top:0",
    "background: url(leak1)",
    "background: u\\72l(leak2)",
    "background-image: image-set('leak3' 1x)",
    "background-image: -webkit-image-set('leak4' 1x)",
    "background: cross-fade(url(leak5), url(leak6), 50%)",
    "list-style: url(leak7)",
    "border-image: url(leak8)",
    "content: url(leak9)",
    "cursor: url(leak10), auto",
    "mask: url(leak11)",
    "filter: url(leak12#x)",
    "--x: url(leak13); background: var(--x)",
    "margin-top: -2000px",
    "margin: calc(0px - 2000px)",
    "transform: translateY(-2000px)",
    "width: 9999999px; height: 9999999px",
    "font: 12px/1 x; src: url(leak14)",
    "behavior: url(leak15); -moz-binding: url(leak16)",
    "animation: spin 1s infinite",
    "float: left; top: -100px; display: fixed",
]
MARKUP = [
    "<img src=leak20 onerror=alert(1)>",
    "<svg onload=alert(1)><image href=leak21 /><use href='leak22#a' /></svg>",
    "<svg><rect fill='url(leak23#a)' width=5 height=5 /><rect fill='u\\72l(leak24)' /></svg>",
    "<svg><path marker-end='url(leak25#a)' d='M0 0' clip-path='url( leak26 )' /></svg>",
    "<style>@import url(leak27); * { position: fixed }</style>",
    "<link rel=stylesheet href=leak28><base href=leak29>",
    "<meta http-equiv=refresh content='0;leak30'>",
    "<script src=leak31></script><iframe src=leak32></iframe><object data=leak33></object>",
    "<form action=leak34><input name=x><button>go</button></form><a href=leak35 ping=leak36>x</a>",
    "<p class='over embed-link' id=theme tabindex=5 onclick=alert(1) STYLE=position:fixed>x</p>",
    "<p/style=position:fixed/onclick=alert(1)>x</p><p title='a>b' style='position:fixed'>y</p>",
    "<math><mtext><style><img src=leak37></style></mtext></math>",
    "<template><img src=leak38></template>",
    "<video poster=leak39 autoplay><source src=leak40></video><table background=leak41><tr><td>",
]
SEEN = """
class Seen:
    def __repr__(self): return "plain"
    def _repr_html_(self): return TEXT
Seen()
"""


@pytest.fixture(scope="module")
def lesson(start_visit: VisitMaker, at_root: str) -> Iterator[Visit]:
    with start_visit("outputs") as visit:
        visit.page.goto(at_root + "lessons/l2/")
        visit.page.wait_for_selector("html.alive")
        yield visit


def shown(page: Page, code: str) -> Locator:
    cell = page.locator("[data-cell]").first
    cell.locator(".output").evaluate("(one) => one.replaceChildren()")
    cell.locator("textarea").fill(code)
    cell.get_by_role("button", name="Run", exact=True).click()
    expect(cell.locator(".output > *").first).to_be_visible(timeout=BOOT_MS)
    return cell.locator(".output")


def test_styles_and_markup_can_draw_and_no_more(lesson: Visit) -> None:
    page = lesson.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    parts = [f'<p style="{style}">drawn</p>' for style in STYLES]
    text = "".join(f"<div>{one}</div>" for one in (*parts, *MARKUP))
    output = shown(page, SEEN.replace("TEXT", repr(text)))
    assert output.locator("p", has_text="drawn").count() == len(STYLES)
    first = output.locator("p", has_text="drawn").first
    assert first.evaluate("(one) => getComputedStyle(one).color") == "rgb(255, 0, 0)"
    found = output.evaluate(
        """(output) => [...output.querySelectorAll(".rich *")].map((one) => {
            const style = getComputedStyle(one);
            const box = one.getBoundingClientRect();
            return {
                tag: one.localName, html: one.outerHTML.slice(0, 200), position: style.position,
                transform: style.transform, margin: parseFloat(style.marginTop),
                names: one.getAttributeNames().join(" "), width: box.width, height: box.height,
                id: one.id, tabIndex: one.tabIndex,
            };
        })"""
    )
    assert len(found) > len(STYLES)
    for one in found:
        assert one["position"] == "static", one
        assert one["transform"] == "none", one
        assert one["margin"] >= 0, one
        assert max(one["width"], one["height"]) <= 20_000, one
        assert not one["id"] or one["id"].startswith("of-output-"), one
        assert one["tabIndex"] in (-1, 0), one
        assert "leak" not in one["html"], one
        assert not {name for name in one["names"].split() if name.startswith("on")}, one
        assert one["tag"] not in {"a", "img", "image", "use", "form", "input", "button", "style"}
    assert [url for url in asked if "leak" in url] == []
    # Nothing of it was even tried: the visit's guard would have heard of it.


def test_text_that_looks_like_an_attribute_stays_text(lesson: Visit) -> None:
    text = "<p title='set style = 3'>a style = 3, and onclick= too</p>"
    output = shown(lesson.page, SEEN.replace("TEXT", repr(text)))
    expect(output.locator("p")).to_have_text("a style = 3, and onclick= too")
    expect(output.locator("p")).to_have_attribute("title", "set style = 3")


WEIGHTS = {
    "200,000 boxes": SEEN.replace("TEXT", "'<div>' * 200_000"),
    "small, but many": SEEN.replace("TEXT", "'<b>' * 100_000"),
    "a million paragraphs": SEEN.replace("TEXT", "'<p>a</p>' * 1_000_000"),
    "an error's text": "raise ValueError('x' * 20_000_000)",
    "a line": "'x' * 20_000_000",
    "printed": "print('x\\n' * 5_000_000)",
    "its plain text": "class Seen:\n    def __repr__(self): return 'x' * 20_000_000\nSeen()",
    "changed bounds": "from micrograd_wasm.lessons import cells\ncells.SHOWN_CHARACTERS = "
    "cells.PICTURE_CHARACTERS = cells.MESSAGE_CHARACTERS = 10**9\n" + "'x' * 5_000_000",
}


@pytest.mark.parametrize("kind", WEIGHTS)
def test_what_weighs_too_much_is_told_and_not_shown(lesson: Visit, kind: str) -> None:
    output = shown(lesson.page, WEIGHTS[kind])
    elements, characters = output.evaluate(
        "(one) => [one.querySelectorAll('*').length, one.textContent.length]"
    )
    assert elements <= 20_010
    assert 0 < characters <= 22_000
    # And the page is there for the next.
    expect(shown(lesson.page, "6 * 7").locator(".value")).to_have_text("42")
