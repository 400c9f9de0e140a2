"""Your own points: dropped as a file, walked and made by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import (
    OFFICIAL,
    WIDE,
    assert_accessible,
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


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    box = page.locator("#plane-canvas").bounding_box()
    assert box
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def place_under(page: Page, across: float, down: float) -> list[float]:
    """What the page says of the place there: its x and y."""
    page.mouse.move(*at(page, across, down))
    tip = page.locator("#plane-tip")
    expect(tip).to_be_visible()
    words = tip.inner_text().split()
    return [float(words[words.index(name) + 1].replace("−", "-")) for name in ("x", "y")]


def test_the_view_stays_while_points_are_placed_until_fit(page: Page) -> None:
    set_state(page, dataset="own", points=[[-1, -1, 1], [1, 1, -1]])
    before = place_under(page, 0.9, 0.2)
    page.mouse.click(*at(page, 0.98, 0.5))
    page.wait_for_function("micrograd.state.points.length === 3 && micrograd.result !== null")
    settle(page)
    assert place_under(page, 0.9, 0.2) == before
    page.mouse.move(*at(page, 0.98, 0.5))
    page.mouse.down()
    page.mouse.move(*at(page, 1.4, 0.5), steps=6)  # far out of sight
    page.mouse.up()
    page.wait_for_function("micrograd.state.points[2][0] > 2 && micrograd.result !== null")
    settle(page)
    assert place_under(page, 0.9, 0.2) == before
    page.get_by_role("button", name="Fit", exact=True).click()
    settle(page)
    assert place_under(page, 0.9, 0.2)[0] > before[0]
    expect(page.get_by_role("button", name="Fit", exact=True)).to_be_hidden()
    page.mouse.move(0, 0)


def test_a_point_shows_before_anything_is_trained_and_a_double_click_adds_one(page: Page) -> None:
    set_state(page, dataset="own", points=[[-1, -1, 1], [1, 1, -1]])
    page.get_by_label("Retrain while a control moves").uncheck()
    x, y = at(page, 0.3, 0.3)
    read = f"""() => {{
        const canvas = document.getElementById("plane-canvas");
        const ratio = canvas.width / canvas.clientWidth, box = canvas.getBoundingClientRect();
        const [x, y] = [{x} - box.left, {y} - box.top].map((one) => Math.round(one * ratio));
        return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].join();
    }}"""
    empty = page.evaluate(read)
    page.mouse.dblclick(x, y)
    page.wait_for_function("micrograd.state.points.length === 3")
    page.mouse.move(0, 0)
    page.wait_for_function(f"(empty) => ({read})() !== empty", arg=empty)
    assert page.evaluate("micrograd.result") is None  # nothing was trained
    assert len(state(page)["points"]) == 3
    page.get_by_label("Retrain while a control moves").check()
    page.wait_for_function("micrograd.result !== null")
    settle(page)


def test_what_was_done_to_points_is_undone_step_by_step(page: Page) -> None:
    first = [[-1, -1, 1], [1, 1, -1]]
    set_state(page, dataset="own", points=first)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.mouse.click(*at(page, 0.3, 0.3))
    page.wait_for_function("micrograd.state.points.length === 3")
    page.mouse.move(*at(page, 0.3, 0.3))
    page.mouse.down()
    page.mouse.move(*at(page, 0.5, 0.4), steps=8)
    page.mouse.up()
    page.wait_for_function("micrograd.result !== null")
    settle(page)
    moved = state(page)["points"]
    page.keyboard.press("Control+z")  # the drag is one step
    page.wait_for_function("(moved) => micrograd.state.points[2].join() !== moved", arg=moved[2])
    assert len(state(page)["points"]) == 3
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("micrograd.state.points.length === 2")
    assert state(page)["points"] == first
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    page.wait_for_function(
        "(moved) => micrograd.state.points[2]?.join() === moved", arg=",".join(map(str, moved[2]))
    )
    page.mouse.move(0, 0)


def test_wheel_keys_and_the_ground_move_the_view(page: Page) -> None:
    before = place_under(page, 0.03, 0.03)
    page.mouse.wheel(0, -300)
    settle(page)
    # The place under the pointer stays there; others come nearer to it.
    assert place_under(page, 0.03, 0.03) == pytest.approx(before, abs=0.02)
    near = place_under(page, 0.75, 0.75)
    page.locator("#plane-canvas").press("0")
    settle(page)
    far = place_under(page, 0.75, 0.75)
    assert near[0] < far[0]
    assert near[1] > far[1]
    page.locator("#plane-canvas").press("-")
    settle(page)
    assert place_under(page, 0.75, 0.75)[0] > far[0]
    page.get_by_role("button", name="Fit", exact=True).click()
    page.mouse.move(*at(page, 0.02, 0.5))
    page.mouse.down()
    page.mouse.move(*at(page, 0.12, 0.5), steps=4)
    page.mouse.up()
    settle(page)
    assert place_under(page, 0.75, 0.75)[0] < far[0]
    choose_preset(page, "No hidden layer")  # another data set is another place
    expect(page.get_by_role("button", name="Fit", exact=True)).to_be_hidden()
    page.mouse.move(0, 0)


IRIS = """id;sepal length;"petal; length";species
1;5,1;1,4;setosa
2;4,9;1,4;setosa
3;7,0;4,7;versicolor
4;6,4;4,5;versicolor
"""


def read_table(page: Page, text: str) -> None:
    page.get_by_label("A file with a table of points").set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )


def expect_points(page: Page, points: list[list[float]]) -> None:
    page.wait_for_function(
        "(wanted) => JSON.stringify(micrograd.state.points) === wanted && micrograd.result",
        arg=str(points).replace(" ", ""),
    )


def test_a_table_with_any_columns_and_names_as_labels_is_read(page: Page) -> None:
    read_table(page, IRIS)
    expect_points(page, [[1, 5.1, -1], [2, 4.9, -1], [3, 7, 1], [4, 6.4, 1]])
    page.get_by_label("x from").select_option("sepal length")
    page.get_by_label("y from").select_option("petal; length")
    expect_points(page, [[5.1, 1.4, -1], [4.9, 1.4, -1], [7, 4.7, 1], [6.4, 4.5, 1]])
    page.get_by_label("Class 1 is").select_option("setosa")
    expect_points(page, [[5.1, 1.4, 1], [4.9, 1.4, 1], [7, 4.7, -1], [6.4, 4.5, -1]])
    settle(page)
    assert_accessible(page)
    # Once the points are changed, the table is no longer theirs.
    page.locator("#plane-canvas").press("n")
    expect(page.get_by_label("x from")).to_be_hidden()


def test_scaling_is_offered_and_can_be_declined(page: Page) -> None:
    # Units: all of them are large, so none is a mistake.
    read_table(page, "x,y,label\n1000,1e6,1\n3000,2e6,-1\n2000,3e6,1\n")
    expect_points(page, [[-2, -2, 1], [2, 0, -1], [0, 2, 1]])
    expect(page.locator("#own-errors li")).to_have_count(0)
    read_table(page, "x,y,label\n0,20,1\n40,10,-1\n")
    expect_points(page, [[-2, 2, 1], [2, -2, -1]])
    page.get_by_label("Scale to the plane").uncheck()
    expect_points(page, [[0, 20, 1], [40, 10, -1]])


PINCH = """async () => {
    const canvas = document.getElementById("plane-canvas"), box = canvas.getBoundingClientRect();
    const send = (type, id, x) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: id, pointerType: "touch", isPrimary: id === 1, bubbles: true, cancelable: true,
        clientX: box.left + x * box.width, clientY: box.top + 0.5 * box.height}));
    send("pointerdown", 1, 0.4);
    send("pointerdown", 2, 0.6);
    for (const x of [0.62, 0.66, 0.7, 0.8]) {
        send("pointermove", 2, x);
        send("pointermove", 1, 1 - x);
    }
    send("pointerup", 2, 0.8);
    send("pointerup", 1, 0.2);
    canvas.dispatchEvent(new MouseEvent("click", {bubbles: true, detail: 1,
        clientX: box.left + 0.2 * box.width, clientY: box.top + 0.5 * box.height}));
}"""


def test_two_fingers_zoom_and_place_nothing(page: Page) -> None:
    set_state(page, dataset="own", points=[[-1, -1, 1], [1, 1, -1]])
    before = place_under(page, 0.9, 0.1)
    page.evaluate(PINCH)
    settle(page)
    after = place_under(page, 0.9, 0.1)
    assert 0 < after[0] < 0.5 * before[0]
    assert 0 < after[1] < 0.5 * before[1]
    assert len(state(page)["points"]) == 2
    page.mouse.move(0, 0)


def test_an_empty_plane_has_an_edge(page: Page) -> None:
    page.evaluate("micrograd.set({dataset: 'own', points: []}).catch(() => null)")
    expect(page.locator("#plane-over")).to_contain_text("Click the plane to place points")
    settled = """() => {
        const canvas = document.getElementById("plane-canvas"), context = canvas.getContext("2d");
        const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].join();
        const edge = [at(0, canvas.height >> 1), at(canvas.width >> 1, 0)];
        return edge.every((one) => one !== at(canvas.width >> 1, 3));
    }"""
    page.wait_for_function(settled)
