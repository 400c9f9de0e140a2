"""Every link of the built site, without a browser: its page is there, and in the page its anchor;
what a link asks of the playground is understood; what an embed asks for exists."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest

from builder.paths import CONTENT, ROOT
from tests.site.fragments import read_fragments

# JupyterLite's own pages; a link to them is checked, what stands in them is theirs.
APPS = {"lab", "notebooks", "repl", "tree", "edit", "consoles", "build", "extensions", "static"}
LESSONS = {path.stem.split("-", 1)[1] for path in (CONTENT / "lessons").glob("[0-9][0-9]-*.md")}
# What the pages lead to outside. Nobody is asked while testing; an address is added by hand.
OUTSIDE = {
    "https://github.com/karpathy/micrograd",
    "https://github.com/nshkrdotcom/micrograd_ex",
    "https://www.youtube.com/watch?v=VMj-3S1tku0",
}
SITE = "http://site/"


@dataclass
class Page(HTMLParser):
    """The links, anchors and embeds of one page."""

    address: str
    links: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # what the first painting waits for
    embeds: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        found = [given[name] for name in ("href", "src") if name in given]
        if given.get("rel") == "expect":
            self.expected += found
        else:
            self.links += found
        self.anchors += [given["id"]] if "id" in given else []
        if tag.startswith("micrograd-"):
            self.embeds.append((tag, given))


def own_pages(dist: Path) -> list[Path]:
    paths = [path.relative_to(dist) for path in sorted(dist.rglob("*.html"))]
    return [path for path in paths if path.parts[0] not in APPS]


@cache
def read(dist: Path, path: str) -> Page:
    page = Page(SITE + path)
    page.feed((dist / path).read_text())
    return page


def notebook_links(dist: Path) -> dict[str, list[str]]:
    """The links in the texts of each notebook, by the notebook's path."""
    found = {}
    for path in sorted((dist / "files").rglob("*.ipynb")):
        cells = json.loads(path.read_text())["cells"]
        text = "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")
        links = re.findall(r'\]\(([^)\s]+)\)|href="([^"]+)"|<(https?:[^>]+)>', text)
        found[path.relative_to(dist).as_posix()] = ["".join(parts) for parts in links]
    return found


def fault(dist: Path, base: str, link: str) -> str | None:
    """What is wrong with a link; nothing, for most."""
    address = urljoin(base, link)
    if not address.startswith(SITE):
        return None if address in OUTSIDE or address.startswith("data:") else "leads outside"
    parts = urlsplit(address)
    file = dist / unquote(parts.path).lstrip("/")
    if file.is_dir():
        if not parts.path.endswith("/"):
            return "a folder without a slash: some hosts do not answer it"
        file = file / "index.html"
    if not file.is_file():
        return f"there is no {file.relative_to(dist)}"
    for path in parse_qs(parts.query).get("path", []):
        if not (dist / "files" / path).is_file():
            return f"there is no notebook {path}"
    name = file.relative_to(dist).as_posix()
    checked = file.suffix == ".html" and name.split("/")[0] not in APPS and parts.fragment
    if not checked or name == "index.html" or "embed" in parts.fragment:
        return None
    if parts.fragment not in read(dist, name).anchors:
        return f"{name} has no place called {parts.fragment}"
    return None


def test_every_link_of_a_page_leads_somewhere(dist: Path) -> None:
    pages = [read(dist, path.as_posix()) for path in own_pages(dist)]
    assert len(pages) >= len(LESSONS) + 6
    links = [(page.address, link) for page in pages for link in page.links]
    assert len(links) > 200
    assert [(*one, told) for one in links if (told := fault(dist, *one))] == []


def test_every_link_of_a_notebook_leads_somewhere(dist: Path) -> None:
    found = notebook_links(dist)
    assert len(found) >= len(LESSONS) + 3
    links = [(SITE + path, link) for path, links in found.items() for link in links]
    assert links
    assert [(*one, told) for one in links if (told := fault(dist, *one))] == []


def test_a_page_has_what_its_first_painting_waits_for(dist: Path) -> None:
    pages = [read(dist, path.as_posix()) for path in own_pages(dist)]
    waits = [(link, page.anchors) for page in pages for link in page.expected]
    assert waits
    assert all(link.removeprefix("#") in anchors for link, anchors in waits)


def test_no_two_places_of_a_page_have_one_name(dist: Path) -> None:
    for path in own_pages(dist):
        anchors = read(dist, path.as_posix()).anchors
        assert sorted(set(anchors)) == sorted(anchors), path


def notices(fragments: list[str]) -> list[list[str]]:
    return [found["notices"] for found in read_fragments(fragments)]


def test_the_playground_understands_every_link_to_it(dist: Path) -> None:
    fragments = set()
    for path in own_pages(dist):
        page = read(dist, path.as_posix())
        for link in page.links:
            parts = urlsplit(urljoin(page.address, link))
            if parts.path in ("/", "/index.html"):
                fragments.add(parts.fragment)
        fragments |= {given["state"] for _, given in page.embeds if "state" in given}
    readme = (ROOT / "README.md").read_text()
    fragments |= set(re.findall(r'\.\.\./#([^"]+)"', readme))
    fragments |= {one.replace("&amp;", "&") for one in re.findall(r'state="([^"]+)"', readme)}
    asked = sorted(fragments - {""})
    assert len(asked) > len(LESSONS) / 2
    told = dict(zip(asked, notices(asked), strict=True))
    assert {fragment: some for fragment, some in told.items() if some} == {}
    assert notices(["noise=2&oops=1"]) != [[]]


def test_every_embed_asks_for_what_exists(dist: Path) -> None:
    source = (ROOT / "site" / "js" / "playground" / "state" / "page-parts.js").read_text()
    parts = set(re.findall(r'"([\w-]+)"', source.split("PARTS = [")[1].split("]")[0]))
    parts |= {"boundary", "loss", "controls"}
    hideable = {"figures", "cells", "exercises", "prose", "title", "idea", "try", "link"}
    embeds = read(dist, "embed-demo/index.html").embeds
    assert {tag for tag, _ in embeds} == {
        "micrograd-lesson",
        "micrograd-cell",
        "micrograd-playground",
    }
    for tag, given in embeds:
        words = set(filter(None, f"{given.get('show', '')},{given.get('hide', '')}".split(",")))
        if tag == "micrograd-lesson":
            assert given["name"] in LESSONS
            assert words <= hideable
        else:
            assert words <= parts


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("lessons/no-such-lesson/", "there is no"),
        ("lessons/l2", "slash"),
        ("lessons/l2/#no-such-place", "no place"),
        ("notebooks/index.html?path=none.ipynb", "no notebook"),
        ("https://example.org/", "outside"),
    ],
)
def test_a_broken_link_is_seen(dist: Path, link: str, told: str) -> None:
    assert told in str(fault(dist, SITE, link))
