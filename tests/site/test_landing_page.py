"""The front page is the playground; here: every link of it leads somewhere."""

from urllib.parse import urljoin, urlparse
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from builder.picture import THEMES, path_of, take
from tests.site.playground import open_playground
from tests.site.visits import Visit

MOST_OF_A_PICTURE = 150_000


@pytest.mark.parametrize("where", ["at_root", "at_sub_path"])
def test_every_link_within_the_site_is_answered(
    where: str, visit: Visit, request: pytest.FixtureRequest
) -> None:
    address: str = request.getfixturevalue(where)
    visit.page.goto(address)
    links: list[str] = visit.page.eval_on_selector_all(
        "a[href], link[href]", "(found) => found.map((one) => one.getAttribute('href'))"
    )
    own = [urljoin(address, link) for link in links if not urlparse(link).scheme]
    assert len(own) >= 6
    for link in own:
        assert link.startswith(address)
        with urlopen(link) as answer:
            assert answer.status == 200


def test_lessons_lead_to_the_lessons(at_root: str, visit: Visit) -> None:
    visit.page.goto(at_root)
    visit.page.get_by_role("link", name="Lessons", exact=True).click()
    visit.page.get_by_role("link", name="What a gradient says").first.click()
    title = visit.page.get_by_role("heading", level=1)
    assert title.inner_text() == "What a gradient says"
    visit.page.get_by_role("link", name="Lessons").click()
    for name in ("Notebooks", "Playground"):  # and from there to the rooms beside it
        visit.page.goto(at_root + "lessons/")
        visit.page.get_by_role("navigation").get_by_role("link", name=name).click()
        expect(visit.page.get_by_role("link", name="Lessons").first).to_be_visible()


def test_the_readmes_picture_is_taken_of_the_built_page(at_root: str, browser: Browser) -> None:
    picture = take(browser, at_root, "dark")
    assert (picture[:4], picture[8:12]) == (b"RIFF", b"WEBP")
    assert 30_000 < len(picture) < MOST_OF_A_PICTURE
    for theme in THEMES:  # as those that are committed
        assert path_of(theme).stat().st_size < MOST_OF_A_PICTURE


def test_terms_lead_to_the_lessons_that_explain_them(at_root: str, visit: Visit) -> None:
    page = open_playground(visit, at_root, python=False)
    terms = {link.inner_text(): link.get_attribute("href") for link in page.locator("a.term").all()}
    assert list(terms) == ["boundary", "margins", "score", "data", "reg"]
    page.get_by_role("link", name="margins").click()
    assert page.get_by_role("heading", level=1).inner_text() == "The max-margin loss"


def test_in_another_page_a_term_opens_beside_the_frame(at_root: str, visit: Visit) -> None:
    visit.page.goto(f"{at_root}#embed")
    visit.page.wait_for_selector("body.embed", state="attached")
    targets = visit.page.eval_on_selector_all("a.term", "(all) => all.map((one) => one.target)")
    assert targets == ["_blank"] * 5


def test_a_theme_chosen_in_one_tab_is_that_of_the_others(at_root: str, visit: Visit) -> None:
    visit.page.goto(at_root)
    lessons = visit.page.context.new_page()
    lessons.goto(at_root + "lessons/")
    expect(lessons.locator("html")).to_have_attribute("data-theme", "light")
    visit.page.get_by_role("button", name="Dark theme").click()
    expect(lessons.locator("html")).to_have_attribute("data-theme", "dark")
    # The button says what it gives, which is now the other one.
    for tab in (visit.page, lessons):
        expect(tab.get_by_role("button", name="Light theme")).to_be_visible()
        expect(tab.get_by_role("button", name="Dark theme")).to_have_count(0)
