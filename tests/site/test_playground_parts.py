"""Parts of the page are hidden, or shown alone, by name; so that a teacher shows what is needed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from builder.paths import ROOT
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    BOOT_MS,
    OFFICIAL,
    WIDE,
    assert_accessible,
    assert_no_sideways_scroll,
    follow,
    open_playground,
    result,
    settle,
)
from tests.site.visits import Visit

SOURCE = (ROOT / "site" / "js" / "playground" / "state" / "page-parts.js").read_text()
PARTS = re.findall(r'"([\w-]+)"', SOURCE.split("PARTS = [")[1].split("]")[0])
# What is there only when something else is chosen.
NEEDS = {"seed": "batchSize=20"}


@pytest.fixture(scope="module")
def booted(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("playground-parts", viewport=WIDE) as visit:
        open_playground(visit, at_root, python=False)
        yield visit
        assert visit.console_errors() == []


@pytest.mark.parametrize("name", PARTS)
def test_each_part_is_hidden_by_its_name(booted: Visit, name: str) -> None:
    page = follow(booted.page, NEEDS.get(name, "noise=0.1"))
    element = page.locator(f"[data-part='{name}']")
    expect(element).to_have_count(1)
    expect(element).to_be_visible()
    follow(page, f"hide={name}&{NEEDS.get(name, '')}")
    expect(element).to_be_hidden()
    others = page.evaluate("document.querySelectorAll('.left-out').length")
    assert others == 1, "only what was named is gone"
    expect(page.locator("#notices")).to_be_empty()


@pytest.mark.parametrize("name", PARTS)
def test_each_part_is_shown_alone_with_what_it_stands_in(booted: Visit, name: str) -> None:
    page = follow(booted.page, f"show={name}&{NEEDS.get(name, '')}")
    expect(page.locator(f"[data-part='{name}']")).to_be_visible()
    stray = page.evaluate(
        "(name) => [...document.querySelectorAll('[data-part]')]"
        ".filter((one) => one.checkVisibility())"
        ".filter((one) => !one.closest(`[data-part='${name}']`)"
        " && !one.querySelector(`[data-part='${name}']`)).map((one) => one.dataset.part)",
        name,
    )
    assert stray == []
    assert_no_sideways_scroll(page)


def test_the_readme_names_every_part() -> None:
    text = (ROOT / "README.md").read_text()
    missing = [name for name in PARTS if f"`{name}`" not in text]
    assert missing == []


def test_a_group_goes_with_the_last_of_its_parts(booted: Visit) -> None:
    page = follow(booted.page, "hide=presets,data,network-controls,layers,steps,learningRate")
    expect(page.locator("#rail")).to_be_visible()
    follow(page, "hide=presets,data,layers,modelSeed,training")
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("body")).to_have_class(re.compile("no-rail"))


def test_a_hidden_tab_is_not_the_open_one(booted: Visit) -> None:
    page = follow(booted.page, "noise=0.1")
    page.get_by_role("tab", name="Code").click()
    follow(page, "hide=code,graph")
    expect(page.locator("#panel-kernel")).to_be_visible()
    page.get_by_role("tab", name="Kernel").press("ArrowRight")
    expect(page.locator("#panel-compare")).to_be_visible()
    page.get_by_role("tab", name="Compare").press("ArrowRight")
    expect(page.locator("#panel-kernel")).to_be_visible()


def test_an_unknown_part_is_told_and_the_others_are_hidden(booted: Visit) -> None:
    page = follow(booted.page, "hide=constructor,drawer,__proto__")
    expect(page.locator("#notices")).to_contain_text("“constructor”, “__proto__”")
    expect(page.locator("#drawer")).to_be_hidden()
    page.get_by_role("button", name="Dismiss the notices").click()


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_an_embedded_page_has_what_the_lesson_needs(
    at_root: str, start_visit: VisitMaker, width: int
) -> None:
    with start_visit(f"embed-{width}", viewport={"width": width, "height": 640}) as visit:
        page = open_playground(visit, at_root, "#embed&show=run,plane,timeline,noise", python=False)
        for name in ("run", "plane", "timeline"):
            expect(page.locator(f"[data-part={name}]")).to_be_visible()
        for name in ("reset", "share", "footer", "network", "drawer", "facts"):
            expect(page.locator(f"[data-part={name}]")).to_be_hidden()
        expect(page.locator("#bar h1")).to_be_hidden()
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        assert result(page)["fingerprint"] == OFFICIAL


def test_an_embedded_page_leads_to_the_whole_one_in_its_state(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.goto(at_root + "#layers=7&embed&hide=rail")
    page.get_by_role("button", name="Train it").click()
    page.wait_for_function("window.micrograd?.result", timeout=BOOT_MS)
    settle(page)
    link = page.get_by_role("link", name="open in micrograd_wasm")
    expect(link).to_have_attribute("href", at_root + "#layers=7")
    with page.context.expect_page() as waiting:
        link.click()
    whole = waiting.value
    expect(whole.locator("#rail")).to_be_visible()
    whole.wait_for_function("window.micrograd?.result", timeout=BOOT_MS)
    assert result(whole)["fingerprint"] == result(page)["fingerprint"]


def test_a_drawer_that_comes_back_shows_the_run_of_the_page(booted: Visit) -> None:
    page = follow(booted.page, "noise=0.1")
    page.get_by_role("tab", name="Code").click()
    painted = int(page.locator("body").get_attribute("data-painted") or "0")
    follow(page, "hide=drawer&noise=0.15")
    # Painted coarsely, then finely; and a timer that is set after the drawer's own, of 250 ms.
    page.wait_for_function("(n) => document.body.dataset.painted >= n + 2", arg=painted)
    page.evaluate("() => new Promise((rested) => setTimeout(rested, 300))")
    follow(page, "noise=0.15")
    expect(page.locator("#panel-code")).to_contain_text("noise=0.15", timeout=BOOT_MS)
