"""Your own points: dropped as a file, walked and made by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import (
    OFFICIAL,
    WIDE,
    choose_preset,
    count_entries,
    open_playground,
    result,
    set_state,
    settle,
    state,
)
from tests.site.visits import Visit

DROP = """([target, name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, {type: "text/csv"}));
    const drop = (kind) => document.querySelector(target).dispatchEvent(
        new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
    drop("dragover");
    const marked = document.getElementById("plane").classList.contains("dropping");
    drop("drop");
    return marked;
}"""


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-points", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    choose_preset(booted.page, "Two moons")
    return booted.page


@pytest.mark.parametrize("target", ["#plane-canvas", "#own-csv"])
def test_a_dropped_file_becomes_the_data(page: Page, target: str) -> None:
    if target == "#own-csv":
        set_state(page, dataset="own", points=[[0, 0, 1], [1, 1, -1]])
    assert page.evaluate(DROP, [target, "mine.csv", "x,y,label\n0,0,1\n1,2,-1\n-1,2,-1\n"])
    page.wait_for_function("micrograd.state.points.length === 3 && micrograd.result !== null")
    settle(page)
    assert state(page)["dataset"] == "own"
    assert state(page)["points"] == [[0, 0, 1], [1, 2, -1], [-1, 2, -1]]
    assert result(page)["fingerprint"] != OFFICIAL
    expect(page.locator(".plane.dropping")).to_have_count(0)


def test_a_bad_file_is_refused_by_row_and_the_run_stays(page: Page) -> None:
    page.evaluate(DROP, ["#plane-canvas", "bad.csv", "0,0,1\n1,zwei,1\n1,1"])
    notices = page.locator("#notices li")
    expect(notices).to_have_count(2)
    expect(notices.nth(0)).to_have_text("bad.csv: Row 2: y is “zwei”, not a number.")
    expect(notices.nth(1)).to_contain_text("bad.csv: Row 3: has 2 cells")
    assert state(page)["dataset"] == "moons"
    assert result(page)["fingerprint"] == OFFICIAL
    page.evaluate(DROP, ["#plane-canvas", "good.csv", "0,0,1\n1,1,-1"])
    expect(notices).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "There are no rows"), ("1,1,1\n" * 200_000, "larger than 1 MB")],
    ids=["empty", "large"],
)
def test_a_file_without_use_says_so(page: Page, text: str, told: str) -> None:
    page.evaluate(DROP, ["#plane-canvas", "odd.csv", text])
    expect(page.locator("#notices")).to_contain_text(told)
    assert state(page)["dataset"] == "moons"
    page.get_by_role("button", name="Dismiss the notices").click()


def test_points_are_made_by_keyboard_alone(page: Page) -> None:
    page.evaluate("micrograd.set({dataset: 'own', points: []}).catch(() => null)")
    expect(page.locator("#plane-over")).to_contain_text("Click the plane to place points")
    canvas = page.locator("#plane-canvas")
    canvas.focus()
    canvas.press("n")
    page.wait_for_function("micrograd.state.points.length === 1")
    canvas.press("Shift+ArrowLeft")
    canvas.press("Shift+N")
    page.wait_for_function("micrograd.state.points.length === 2 && micrograd.result !== null")
    settle(page)
    [left, middle] = state(page)["points"]
    assert left[0] < middle[0]
    assert (left[2], middle[2]) == (1, -1)


def test_what_the_pointer_reads_belongs_to_what_is_drawn(page: Page) -> None:
    """The pointer rests while the run changes below it: the number said of that place follows."""
    tip = page.locator("#plane-tip")
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 0.03 * box["height"])
    expect(tip).to_contain_text("score")
    at_the_end = tip.inner_text()
    page.get_by_label("Step shown").press("Home")
    expect(tip).not_to_have_text(at_the_end)
    at_the_start = tip.inner_text()
    set_state(page, noise=0.5)
    expect(tip).not_to_have_text(at_the_start)
    choose_preset(page, "Learning rate too large")
    page.get_by_label("Step shown").press("End")
    settle(page)
    expect(page.locator("#fact-step")).to_have_text("step 11 of 11")
    expect(tip).to_contain_text("score –")  # nothing is drawn there, so nothing is said
    page.mouse.move(0, 0)


def test_a_dragged_point_is_one_step_back(page: Page) -> None:
    first = set_state(page, dataset="own", points=[[-1, -1, 1], [0, 0, -1], [1, 1, 1]])
    count_entries(page)
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y - 30, steps=12)
    page.mouse.up()
    page.wait_for_function("window.entries > 0")
    assert page.evaluate("entries") == 1
    page.go_back()
    page.wait_for_function("micrograd.state.points[1].join() === '0,0,-1' && micrograd.result")
    assert result(page)["fingerprint"] == first["fingerprint"]
    page.mouse.move(0, 0)


HEAR = """() => {
    const line = document.getElementById("announce");
    window.heard = [];
    new MutationObserver(() => heard.push(line.textContent)).observe(line, {childList: true});
}"""


def test_a_placed_point_is_the_chosen_one(page: Page) -> None:
    page.evaluate(HEAR)
    set_state(page, dataset="own", points=[[0, 0, 1], [1, 1, -1]])
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_function("micrograd.state.points.length === 3 && micrograd.result !== null")
    settle(page)
    page.wait_for_function("heard.some((text) => text.startsWith('Point 3, class 1, x '))")
    page.get_by_role("button", name="Delete point").click()
    page.wait_for_function("micrograd.state.points.length === 2")
    page.mouse.move(0, 0)
