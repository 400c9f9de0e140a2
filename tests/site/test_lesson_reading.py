"""Every lesson as it is read: from top to bottom, with a keyboard, on paper, without scripts."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from builder.lessons import Figure, Lesson
from tests.site.conftest import VisitMaker
from tests.site.course import IDS, LESSONS, open_lesson
from tests.site.playground import NARROW, WIDE, assert_no_sideways_scroll
from tests.site.visits import Visit

PAPER = {"width": 718, "height": 1000}  # A4 between its margins
# What is read, in the order of the document: what it is and its top, of each block that shows.
BLOCKS = """() => [...document.querySelectorAll(`
    h1, article > :is(p, ul, ol, h2, table, blockquote),
    .cell :is(.editor, .cell-bar, .output), figure > svg, figure > :is(.readout, .controls),
    figcaption, .exercise > :is(h2, p, .editor, .cell-bar, .hints), .after :is(.try, .files, .steps)
  `)].map((one) => ({
    name: `${one.localName}.${one.getAttribute("class")} ${one.textContent.slice(0, 40)}`,
    box: one.getBoundingClientRect(),
  })).filter(({ box }) => box.height).map(({ name, box }) => [name, box.top])"""
# What a Tab can reach and a reader would want to.
WANTED = "a[href], button:enabled, input, select, textarea, summary"
REACHABLE = f"""() => [...document.querySelectorAll("{WANTED}")]
  .filter((one) => one.checkVisibility({{ checkVisibilityCSS: true }})).length"""
FOCUSED = f"""() => {{
  const one = document.activeElement, box = one.getBoundingClientRect();
  const outlined = [one, one.closest(".button")]
    .some((it) => it && getComputedStyle(it).outlineStyle !== "none");
  const around = one === document.body || "visited" in one.dataset;
  one.dataset.visited = "";
  return {{ around, wanted: one.matches("{WANTED}"), outlined,
    top: box.top + scrollY, bottom: box.bottom + scrollY }};
}}"""


@pytest.fixture(scope="module")
def visit(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("reading", viewport=WIDE) as own:
        yield own
        assert own.console_errors() == []
        assert own.foreign_requests() == []


@pytest.fixture(scope="module", params=LESSONS, ids=IDS)
def lesson(request: pytest.FixtureRequest, visit: Visit, at_root: str) -> Lesson:
    """A lesson, open; pytest runs all tests of one before it opens the next."""
    found: Lesson = request.param
    open_lesson(visit.page, at_root, found)
    return found


@pytest.fixture
def page(visit: Visit, lesson: Lesson) -> Page:
    return visit.page


def test_it_reads_from_top_to_bottom(page: Page) -> None:
    blocks = page.evaluate(BLOCKS)
    assert len(blocks) > 20
    for (before, above), (after, below) in itertools.pairwise(blocks):
        assert above <= below, (before, after)
    levels = page.eval_on_selector_all("h1, h2, h3", "(all) => all.map((one) => +one.localName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.locator("header").count() == page.locator("main").count() == 1
    column = page.evaluate(
        "[...document.querySelectorAll('article > p')].map((one) => {"
        " const style = getComputedStyle(one); const ruler = document.createElement('span');"
        " ruler.style.cssText = `position: absolute; width: 68ch; font: ${style.font}`;"
        " document.body.append(ruler); const most = ruler.offsetWidth; ruler.remove();"
        " return one.offsetWidth <= most + 1; })"
    )
    assert all(column)


def test_tab_goes_through_all_of_it_in_order(page: Page) -> None:
    count = page.evaluate(REACHABLE)
    stops = []
    for _ in range(2 * count):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["around"]:
            break
        stops.append(stop)
    assert sum(stop["wanted"] for stop in stops) == count
    for before, after in itertools.pairwise(stops):
        assert after["bottom"] > before["top"], (before, after)
        assert after["outlined"], after


def test_it_ends_with_a_thing_to_try_and_the_way_on(page: Page, lesson: Lesson) -> None:
    link = page.get_by_role("link", name="Open the playground in this state")
    state = lesson.next_try["state"]
    way_back = f"{'&' if len(state) > 1 else ''}lesson={lesson.number}-{lesson.slug}"
    assert link.get_attribute("href") == f"../../{state}{way_back}"
    steps = page.locator(".steps a").all_inner_texts()
    at = LESSONS.index(lesson)
    before = [f"Previous: {LESSONS[at - 1].title}"] if at else []
    after = f"Next: {LESSONS[at + 1].title}" if at + 1 < len(LESSONS) else "All lessons"
    assert steps == [*before, after]
    assert page.get_by_role("link", name="Lessons", exact=True).get_attribute("href") == "../"


def test_a_term_answers_to_pointer_and_keys(page: Page, lesson: Lesson) -> None:
    terms, tip = page.locator("a.term"), page.locator("#term-says")
    if not terms.count():
        return
    says = terms.first.get_attribute("data-says") or ""
    terms.first.hover()
    expect(tip).to_have_text(says)
    expect(terms.first).to_have_attribute("aria-describedby", "term-says")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    terms.first.focus()
    expect(tip).to_have_text(says)
    expect(tip).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_term_is_told_at_the_first_tap_and_followed_at_the_second(
    at_root: str, start_visit: VisitMaker
) -> None:
    with start_visit("lesson-terms", viewport=NARROW, has_touch=True, is_mobile=True) as visit:
        page = visit.page
        address = f"{at_root}lessons/{LESSONS[4].slug}/"
        page.goto(address)
        term, tip = page.locator("a.term").first, page.locator("#term-says")
        leads = term.evaluate("(link) => link.href")
        term.tap()
        expect(tip).to_have_text(term.get_attribute("data-says") or "")
        assert page.url == address
        assert_no_sideways_scroll(page)
        page.locator("h1").tap()
        expect(tip).to_be_hidden()
        term.tap()
        expect(tip).to_be_visible()
        term.tap()
        page.wait_for_url(leads)


@pytest.fixture
def paper(page: Page) -> Iterator[Page]:
    """The lesson as it is printed from a dark screen, with a cell edited."""
    first = page.locator("[data-cell] textarea").first
    first.fill("# mine\n" + first.input_value())
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    yield page
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)


def test_on_paper(paper: Page, lesson: Lesson) -> None:
    page = paper
    for gone in ("button", "input", "select", "textarea", "summary", ".solution", ".bar a"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    assert page.locator("pre.source:visible").first.inner_text().startswith("# mine")
    assert page.locator("figure.live svg:visible").count() == len(lesson.of(Figure))
    cut = page.evaluate(
        "[...document.querySelectorAll('article *')].filter((one) => one.checkVisibility()"
        " && !one.closest('svg') && (one.getBoundingClientRect().right > innerWidth + 1"
        " || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display === 'block'))"
        ".map((one) => one.outerHTML.slice(0, 200))"
    )
    assert cut == []
    ink = page.evaluate("getComputedStyle(document.querySelector('article > p')).color")
    assert max(int(part) for part in ink[4:-1].split(",")) < 0x60, "dark ink on white paper"
