"""The front page: one screen, readable by everyone, and every link of it leads somewhere."""

import json
from pathlib import Path
from urllib.parse import urljoin, urlparse
from urllib.request import urlopen

import pytest

from builder.paths import CONTENT, NODE_MODULES
from tests.site.conftest import VisitMaker
from tests.site.visits import Visit

AXE = NODE_MODULES / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_it_is_accessible_and_fits_one_screen(
    at_root: str, start_visit: VisitMaker, theme: str, width: int, height: int
) -> None:
    size = {"width": width, "height": height}
    name = f"landing-{theme}-{width}"
    with start_visit(name, viewport=size, color_scheme=theme) as visit:
        visit.page.goto(at_root)
        visit.page.add_script_tag(path=AXE)
        found = visit.page.evaluate("axe.run().then((result) => result.violations)")
        assert found == [], json.dumps(found, indent=1)
        root = "document.documentElement"
        assert visit.page.evaluate(f"{root}.scrollWidth") <= width
        assert visit.page.evaluate(f"{root}.scrollHeight") <= height
        assert visit.foreign_requests() == []
        assert visit.console_errors() == []


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
    assert len(own) >= 4
    for link in own:
        assert link.startswith(address)
        with urlopen(link) as answer:
            assert answer.status == 200


def test_it_leads_to_a_notebook_that_exists(at_root: str, visit: Visit) -> None:
    visit.page.goto(at_root)
    link = visit.page.get_by_role("link", name="Open the demo notebook").get_attribute("href")
    assert link
    path = urlparse(link).query.removeprefix("path=")
    assert (CONTENT / path).is_file()
    with urlopen(f"{at_root}files/{path}") as answer:
        assert json.load(answer)["nbformat"] == 4


def test_its_example_prints_what_it_says(dist: Path) -> None:
    text = (dist / "index.html").read_text()
    code = text.split('aria-label="Example">')[1].split("</pre>")[0]
    lines = code.replace("<b>", "").replace("</b>", "").splitlines()
    names: dict[str, object] = {}
    claims = [line.split("#") for line in lines if "#" in line]
    exec("\n".join(line for line in lines if "#" not in line), names)
    assert claims
    for expression, value in claims:
        assert repr(eval(expression.strip(), names)) == value.strip()
