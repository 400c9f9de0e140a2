"""All state is in the link: shared, mended when hostile, and followed by Back and Forward."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from micrograd_wasm.page.configuration import check
from tests.site.conftest import VisitMaker
from tests.site.fragments import read_fragments
from tests.site.playground import (
    OFFICIAL,
    WIDE,
    assert_accessible,
    assert_only_numbers,
    follow,
    open_playground,
    result,
    set_state,
    settle,
    state,
)
from tests.site.visits import Visit

HOSTILE = [
    ("dataset=constructor", "Data set"),
    ("dataset=__proto__&activations=__proto__", "Activations"),
    ("activations=toString,hasOwnProperty", "Activations"),
    ("noise=NaN", "Noise"),
    ("samples=1e9&steps=1e9", "Samples"),
    ("steps=-Infinity", "Steps"),
    ("layers=" + ",".join(["1000"] * 1000), "Hidden layers"),
    ("layers=1000,1000", "Hidden layers"),
    ("layers=a,b", "Hidden layers"),
    ("learningRate=valueOf:1:2", "Learning rate"),
    ("learningRate=constant:NaN", "Learning rate"),
    ("dataSeed=1,2", "Seed of the data"),
    ("modelSeed=99999999999999999999", "Seed of the network"),
    ("batchSize=0", "Batch size"),
    ("dataset=own&points=1,2,3;x,y,1;0,0,1;1,1,-1", "Own points"),
    ("hasOwnProperty=1&__proto__=2", "does not know"),
    ("%E0%A4%A", "does not know"),
    ("step=1e9", "Step shown"),
    ("noise=1e9", "Noise"),
    ("noise=-0.5&noise=NaN", "Noise"),
    ("learningRate=constant:1e309", "Learning rate"),
    ("alpha=1e-999999999999x", "Regularization"),
    ("dataset=own&points=" + ";".join(["0,0,1", "1,1,-1"] * 2000), "Own points"),
    ("lines=__proto__&log=perhaps&pace=0", "Lines of the network"),
    ("hide=constructor&show=toString", "Shown parts"),
    ("noise=" + "9" * 200_000, "Noise"),
    ("&&&==&%%%&=&a%00b=%FF", "does not know"),
    ("activations=" + ",".join(["relu"] * 5000), "Activations"),
    ("seed=-1&batchSize=7&batchSize=1e99", "Batch size"),
    ("noise=0.1&noise=0.3", "gives Noise more than once; the last one counts"),
    ("learningRate=official:5", "“official” has rates of its own"),
    ("learningRate=constant:1:2", "“constant” has no more than start"),
    ("learningRate=linear:1:0.5:7", "“linear” has no more than start and end"),
    ("steps=10&step=50", "the run has 10 steps, so 50 became the last one"),
]


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-links", viewport=WIDE) as visit:
        open_playground(visit, at_root)
        yield visit
        assert visit.console_errors() == []


@pytest.fixture
def page(booted: Visit) -> Page:
    follow(booted.page, "")
    # A state that no link could hold is still there when the address has not changed.
    assert state(booted.page)["dataset"] == "moons"
    return booted.page


def test_a_hostile_link_ends_in_a_sane_run_and_a_notice() -> None:
    """Sane is what the engine takes, which checks it all again."""
    found = read_fragments([fragment for fragment, _ in HOSTILE])
    for (fragment, told), one in zip(HOSTILE, found, strict=True):
        assert any(told in notice for notice in one["notices"]), fragment[:50]
        check(one["config"])


# Those of them that leave the most to be drawn, and those about what is drawn.
SEEN = [
    ("layers=" + ",".join(["1000"] * 1000), "Hidden layers"),
    ("samples=1e9&steps=1e9", "Samples"),
    ("dataset=own&points=1,2,3;x,y,1;0,0,1;1,1,-1", "Own points"),
    ("learningRate=constant:1e309", "Learning rate"),
    ("lines=__proto__&log=perhaps&pace=0", "Lines of the network"),
    ("hide=constructor&show=toString", "Shown parts"),
    ("%E0%A4%A", "does not know"),
]


@pytest.mark.parametrize(("fragment", "told"), SEEN, ids=[f[0][:30] for f in SEEN])
def test_a_hostile_link_is_followed_on_an_open_page(
    booted: Visit, fragment: str, told: str
) -> None:
    page = booted.page
    follow(page, "noise=0.15")
    follow(page, fragment)
    expect(page.locator("#notices")).to_contain_text(told)
    assert len(result(page)["fingerprint"]) == 64
    assert_only_numbers_outside_notices(page)


def assert_only_numbers_outside_notices(page: Page) -> None:
    dismiss = page.get_by_role("button", name="Dismiss the notices")
    dismiss.click()
    assert_only_numbers(page)


def test_a_hostile_link_opens_in_a_fresh_page(at_root: str, visit: Visit) -> None:
    link = "#dataset=constructor&activations=__proto__&noise=NaN&samples=1e9&layers=1000,1000"
    page = open_playground(visit, at_root, link)
    expect(page.locator("#notices")).to_contain_text("Data set")
    assert state(page)["layers"] == [32, 32]
    assert (state(page)["dataset"], state(page)["noise"], state(page)["samples"]) == (
        "moons",
        0.1,
        500,
    )
    assert visit.console_errors() == []


NASTY = """() => {
    const circle = {};
    circle.self = circle;
    return micrograd.set({
        dataset: circle, samples: 10n, noise: null, layers: "16,16", points: [[circle]], steps: [],
        learningRate: {kind: "__proto__", start: NaN}, batchSize: {}, hide: [circle], seed: true,
    });
}"""


def test_what_a_script_sets_is_mended_like_a_link(page: Page) -> None:
    follow(page, "noise=0.25")
    before = state(page)
    page.evaluate(NASTY)
    settle(page)
    assert {**state(page), "points": []} == {**before, "points": []}
    expect(page.locator("#notices")).to_contain_text("Data set must be one of")
    assert_only_numbers_outside_notices(page)
    noise = page.get_by_label("Noise", exact=True)
    for typed, told in (("abc", "not abc; it stays 0.25"), ("", "not nothing")):
        noise.fill(typed)
        noise.press("Enter")
        expect(page.locator("#notices")).to_contain_text(f"must be a number from 0 to 1, {told}")
        expect(noise).to_have_value("0.25")
    # A bound of the page's says so, and why.
    page.evaluate("micrograd.set({steps: 2000})")
    told = "from 1 to 1000 (this page keeps every step, to go back to; Python takes more)"
    expect(page.locator("#notices")).to_contain_text(f"{told}, so 2000 became 1000")
    page.evaluate("micrograd.set({steps: 100})")


SET = """(partial) => micrograd.set(partial).then(
    ({notices}) => ["taken", notices.join(" ")],
    ({name, message}) => ["refused", `${name}: ${message}`],
)"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"noise": 0.2}, ["taken", ""]),
        ({"noise": 7, "nois": 1}, ["taken", "so 7 became 1", "“nois” is not a setting"]),
        ({"learnRate": 0.2}, ["refused", "RangeError", "“learnRate” is not a setting"]),
        (None, ["refused", "TypeError", "an object of settings", "not null"]),
        ("abc", ["refused", "TypeError", "not abc"]),
        ([0.2], ["refused", "TypeError", "not [0.2]"]),
    ],
    ids=str,
)
def test_set_says_what_it_took(page: Page, given: object, said: list[str]) -> None:
    before = state(page)
    kind, told = page.evaluate(SET, given)
    assert kind == said[0]
    for words in said[1:]:
        assert words in told
    if said == ["taken", ""]:
        assert told == ""
    if kind == "refused":
        assert state(page) == before
    settle(page)


def test_reset_gives_the_links_run_again_to_the_bit(page: Page) -> None:
    follow(page, "dataset=circles&noise=0.2&steps=30&batchSize=20&step=12")
    before = result(page)["fingerprint"]
    expect(page.locator("#fact-step")).to_have_text("step 12 of 30")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#fact-step")).to_have_text("step 0 of 30")
    page.wait_for_function("micrograd.result !== null")
    assert result(page)["fingerprint"] == before
    # At step 0 no change of a training shows: what is changed next is shown at its end.
    set_control(page, "Noise", "0.3")
    expect(page.locator("#fact-step")).to_have_text("step 30 of 30")
    page.get_by_label("Step shown").press("Home")
    set_control(page, "Noise", "0.1")
    expect(page.locator("#fact-step")).to_have_text("step 0 of 30")  # a step of one's own stays


def set_control(page: Page, name: str, value: str) -> None:
    page.get_by_label(name, exact=True).fill(value)
    page.get_by_label(name, exact=True).press("Enter")
    settle(page)


def test_a_shared_link_makes_the_same_run_elsewhere(
    page: Page, at_root: str, at_sub_path: str, visit: Visit
) -> None:
    wanted = {
        "dataset": "circles", "samples": 60, "noise": 0.15, "dataSeed": 7, "layers": [8, 5],
        "activations": ["tanh", "relu"], "modelSeed": [1, 2, 3], "steps": 40, "alpha": 0.001,
        "learningRate": {"kind": "linear", "start": 0.5, "end": 0.1}, "batchSize": 20,
        "seed": 11, "loss": "logistic",
    }  # fmt: skip
    here = set_state(page, **wanted)
    assert {name: state(page)[name] for name in wanted} == wanted
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Share").click()
    expect(page.locator("dialog.share button.primary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.share [role=status]")).to_have_text("Copied.")
    link: str = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share")).to_be_focused()
    there = open_playground(visit, link.replace(at_root, at_sub_path))
    assert result(there)["fingerprint"] == here["fingerprint"]
    assert visit.foreign_requests() == []


def test_points_too_many_for_a_link_are_not_called_shared(page: Page) -> None:
    many = [[k / 7, -k / 3, 1 - 2 * (k % 2)] for k in range(500)]
    set_state(page, dataset="own", points=many, steps=2)
    expect(page.locator("#notices")).to_contain_text("too many for a link")
    page.get_by_role("button", name="Dismiss the notices").click()
    page.get_by_role("button", name="Share").click()
    expect(page.locator("#notices")).to_contain_text("Save keeps them as CSV or JSON")
    expect(page.locator("dialog.share[open]")).to_have_count(0)
    page.get_by_role("button", name="Dismiss the notices").click()
    set_state(page, dataset="moons")


def test_the_dialog_writes_an_embed_and_shows_it(page: Page, at_root: str) -> None:
    set_state(page, dataset="circles", noise=0.15, layers=[7], steps=100)
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Form").select_option("Two lines of HTML")
    lines = page.get_by_label("What to copy")
    state = "dataset=circles&amp;noise=0.15&amp;layers=7"
    assert lines.input_value() == (
        f'<script type="module" src="{at_root}embed.js"></script>\n'
        f'<micrograd-playground state="{state}" show="plane,legend,curves,timeline">'
        f'<a href="{at_root}#{state}">This run in the playground</a></micrograd-playground>'
    )
    dialog = page.locator("dialog.share")
    dialog.get_by_label("Timeline").uncheck()
    dialog.get_by_label("No background of its own").check()
    page.get_by_label("Python starts").select_option("Python loads at once")
    wanted = 'show="plane,legend,curves" start="eager" transparent>'
    assert wanted in lines.input_value()
    preview = page.frame_locator("dialog iframe")
    shown = preview.frame_locator("micrograd-playground iframe")
    expect(shown.locator("#plane-over")).to_contain_text("learns 100 points (circles)")
    expect(shown.locator("#timeline")).to_be_hidden()
    assert_accessible(page)
    page.get_by_label("Form").select_option("A plain iframe")
    assert (
        f'<iframe src="{at_root}#{state}&amp;embed&amp;auto&amp;show=plane' in lines.input_value()
    )
    assert "start=eager" in lines.input_value()
    expect(preview.frame_locator("iframe").locator("#plane-over")).to_contain_text("circles")
    page.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Form").select_option("A link")
    page.keyboard.press("Escape")


def test_own_points_travel_in_the_link(page: Page, at_root: str, visit: Visit) -> None:
    points = [[0, 0, 1], [1, 1, -1], [0.5, 0.25, 1], [1.5, -1, -1]]
    here = set_state(page, dataset="own", points=points)
    there = open_playground(visit, page.url)
    assert state(there)["points"] == points
    assert result(there)["fingerprint"] == here["fingerprint"]


def test_back_and_forward_are_followed(page: Page) -> None:
    set_state(page, noise=0.25)
    page.wait_for_url("**/#noise=0.25")
    second = set_state(page, dataset="xor")["fingerprint"]
    page.wait_for_url("**/#dataset=xor&noise=0.25")
    page.go_back()
    page.wait_for_function("micrograd.state.dataset === 'moons' && micrograd.result !== null")
    assert state(page)["noise"] == 0.25
    page.go_forward()
    page.wait_for_function("micrograd.state.dataset === 'xor' && micrograd.result !== null")
    settle(page)
    assert result(page)["fingerprint"] == second


def test_the_shortest_link_is_the_official_run(page: Page) -> None:
    set_state(page, noise=0.3)
    assert page.evaluate("location.hash") == "#noise=0.3"
    assert set_state(page, noise=0.1)["fingerprint"] == OFFICIAL
    assert page.evaluate("location.hash") == ""
