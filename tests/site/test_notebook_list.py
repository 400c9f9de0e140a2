"""The list of notebooks: what it says of each, and what becomes of a reader's own copies."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from builder.notebook_list import FOLDER, entry, page
from builder.notebook_outputs import STORED, ran
from builder.notebooks import read_notebooks, stamp_notebooks, version_of
from builder.paths import CONTENT, SITE
from builder.shell import BuildError
from builder.tools import node
from tests.site.conftest import VisitMaker
from tests.site.notebooks import WIDGET, start_all, wait_until_open, wait_until_printed
from tests.site.playground import assert_accessible, assert_no_sideways_scroll
from tests.site.reader import (
    DEMO,
    LIST,
    Host,
    changed_site,
    expect_state,
    first_checkpoint,
    hold_python,
    open_from_list,
    open_list,
    row,
    save,
    source,
    wait_for_list,
    wait_for_text,
    write,
)
from tests.site.visits import Visit

pytestmark = pytest.mark.service_worker

OWN = sorted(path.name for path in CONTENT.glob("*.ipynb"))
EDITED = "print('my own thoughts: ≠ ∂')"
OLD, NEW = "# All cells take a few seconds on a laptop.", "# Newly written."


def about(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((CONTENT / name).read_text())["metadata"]["micrograd"]
    return found


@pytest.fixture(scope="module")
def listed(at_sub_path: str, start_visit: VisitMaker) -> Iterator[Page]:
    """The list with scripts turned off, under a sub-path."""
    with start_visit("notebook-list-plain", java_script_enabled=False) as visit:
        visit.page.goto(at_sub_path + LIST)
        yield visit.page


@pytest.mark.parametrize("name", OWN)
def test_each_notebook_says_what_it_is_and_takes(listed: Page, name: str) -> None:
    said = about(name)
    one = row(listed, name)
    expect(one.get_by_role("heading")).to_have_text(said["title"])
    for text in (said["about"], f"{said['minutes']} min to read", said["runs"], said["needs"]):
        expect(one).to_contain_text(text)


@pytest.mark.parametrize("name", OWN)
def test_links_work_without_scripts(listed: Page, dist: Path, name: str) -> None:
    one = row(listed, name)
    for link in one.get_by_role("link").all():
        with urlopen(link.evaluate("(a) => a.href")) as answer:
            assert answer.status == 200
    with listed.expect_download() as waiting:
        one.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == name
    assert Path(waiting.value.path()).read_bytes() == (dist / "files" / name).read_bytes()


@pytest.mark.parametrize("name", OWN)
def test_a_download_is_the_notebook_and_its_version(dist: Path, name: str) -> None:
    ours = json.loads((CONTENT / name).read_text())
    served = json.loads((dist / "files" / name).read_text())
    assert served["metadata"]["micrograd"].pop("version") == version_of(ours["cells"])
    if ours["metadata"]["micrograd"].get("outputs") == STORED:
        assert served["cells"] != ours["cells"]
        ours = ran(ours, name)
        shown = [one for cell in ours["cells"] for one in cell.get("outputs", [])]
        printed = [one["text"] for one in shown if one["output_type"] == "stream"]
        # JupyterLite puts commas between the lines of a list.
        assert printed
        assert all(isinstance(text, str) for text in printed)
    assert served == ours


def test_reset_is_not_offered_where_it_cannot_work(listed: Page) -> None:
    expect(listed.get_by_role("button", name="Reset")).to_have_count(0)
    expect(listed.locator(".no-script")).to_be_visible()


def test_a_notebook_is_reached_from_the_front_page_and_runs(at_sub_path: str, visit: Visit) -> None:
    visit.page.goto(at_sub_path)
    visit.page.get_by_role("link", name="Notebooks", exact=True).click()
    wait_for_list(visit.page)
    assert visit.page.url == at_sub_path + LIST
    open_from_list(visit.page)
    assert visit.page.url.startswith(at_sub_path)
    wait_until_open(visit.page)
    start_all(visit.page)
    assert wait_until_printed(visit.page).strip()
    assert visit.console_errors() == []
    assert visit.foreign_requests() == []


class TestTheBuild:
    """A notebook needs no more than its own metadata to be listed, and no less."""

    @pytest.fixture
    def files(self, dist: Path, tmp_path: Path) -> Path:
        shutil.copytree(dist / "files", tmp_path / "files")
        return tmp_path / "files"

    def add(self, files: Path, metadata: dict[str, object]) -> None:
        cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# New"]}]
        made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        (files / "brand_new.ipynb").write_text(json.dumps(made))

    def test_a_new_notebook_appears(self, dist: Path, files: Path) -> None:
        said = {"title": "<New> & so", "about": "It is new.", "minutes": 3}
        self.add(files, {"micrograd": {**said, "runs": "about 1 s", "needs": "a “will”"}})
        stamp_notebooks(files)
        text = page(read_notebooks(files), dist, "v")
        assert "&lt;New&gt; &amp; so" in text
        assert "notebooks/index.html?path=brand_new.ipynb" in text
        assert "3 min to read" in text

    @pytest.mark.parametrize(
        ("metadata", "complaint"),
        [
            ({}, "no 'micrograd'"),
            ({"micrograd": {"title": "T", "about": "A."}}, "minutes must be a int"),
            ({"micrograd": {"title": "", "about": "A.", "minutes": 1}}, "title must be a str"),
            ({"micrograd": {"title": "T", "about": "A.", "minutes": 1, "runs": "x"}}, "needs"),
        ],
    )
    def test_one_that_says_too_little_is_named(
        self, files: Path, metadata: dict[str, object], complaint: str
    ) -> None:
        self.add(files, metadata)
        with pytest.raises(BuildError, match=rf"brand_new\.ipynb.*{complaint}"):
            stamp_notebooks(files)

    def test_lessons_stand_apart(self, dist: Path) -> None:
        made = [one for one in read_notebooks(dist / "files") if one.of_a_lesson]
        assert {Path(one.path).stem for one in made} == {
            path.stem.split("-", 1)[1] for path in (CONTENT / "lessons").glob("[0-9][0-9]-*.md")
        }
        for one in made:
            assert entry(one) in (dist / FOLDER / "index.html").read_text()


CELLS = [
    {"cell_type": "markdown", "source": ["# ∂ and 🙂\n", "x\0y"]},
    {"cell_type": "code", "source": "print(1)\n"},
    {"cell_type": "code", "source": [], "outputs": [{"text": "ran"}]},
]


@pytest.mark.parametrize("cells", [[], CELLS, CELLS[1:], CELLS * 50])
def test_pages_and_build_agree_on_versions(cells: list[dict[str, object]]) -> None:
    script = f"""
        import {{ versionOf }} from {json.dumps((SITE / "notebook-list" / "copies.js").as_uri())};
        console.log(versionOf({json.dumps(cells)}));
    """
    command = [node(), "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == version_of(cells)


def test_versions_change_with_cells_and_not_with_outputs() -> None:
    ran = [{**CELLS[1], "outputs": [1], "execution_count": 3, "metadata": {"a": 1}}]
    assert version_of(ran) == version_of([CELLS[1]])
    assert version_of([{**CELLS[1], "source": "print(2)\n"}]) != version_of([CELLS[1]])
    assert version_of([{**CELLS[1], "cell_type": "raw"}]) != version_of([CELLS[1]])
    assert version_of([*CELLS, CELLS[0]]) != version_of(CELLS)


class TestItsLooks:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 390, 768, 1280])
    def test_for_every_eye_and_hand(
        self, at_root: str, start_visit: VisitMaker, theme: str, width: int
    ) -> None:
        how = {"viewport": {"width": width, "height": 800}, "color_scheme": theme}
        with start_visit(f"notebook-list-{theme}-{width}", **how) as visit:
            page = open_list(visit.page, at_root)
            assert_no_sideways_scroll(page)
            assert_accessible(page)
            small = page.evaluate(
                "[...document.querySelectorAll('nav a, li a, button')].filter((one) => {"
                " const { width, height } = one.getBoundingClientRect();"
                " return width && (width < 24 || height < 24); }).map((one) => one.outerHTML)"
            )
            assert small == []
            assert visit.console_errors() == []

    def test_the_theme_is_the_playgrounds(self, at_root: str, visit: Visit) -> None:
        page = open_list(visit.page, at_root)
        paper = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(paper)
        page.get_by_role("button", name="Dark theme").click()
        dark = page.evaluate(paper)
        assert dark != light
        page.goto(at_root)
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert page.evaluate(paper) == dark


def test_a_browser_that_keeps_nothing_gets_the_list(at_root: str, visit: Visit) -> None:
    visit.page.add_init_script("delete globalThis.indexedDB; delete Window.prototype.indexedDB;")
    page = open_list(visit.page, at_root)
    expect_state(page, "site")
    expect(page.locator("#says")).to_be_empty()


def test_what_a_reset_says_is_in_sight_from_the_last_button_too(at_root: str, visit: Visit) -> None:
    visit.page.goto(at_root + LIST)
    wait_for_list(visit.page)
    visit.page.get_by_role("button", name="Reset").last.click()
    expect(visit.page.locator("#says")).to_contain_text("is the site’s version already")
    expect(visit.page.locator("#says")).to_be_in_viewport(ratio=1)


def test_looking_at_the_list_stores_nothing(at_root: str, visit: Visit) -> None:
    page = open_list(visit.page, at_root)
    row(page).get_by_role("button", name="Reset").click()
    expect(page.locator("#says")).to_contain_text("the site’s version already")
    assert page.evaluate("indexedDB.databases()") == []


@pytest.fixture
def host(dist: Path) -> Iterator[Host]:
    host = Host(dist)
    yield host
    host.close()


@pytest.mark.slow
def test_edits_stay_until_the_reader_lets_them_go(
    host: Host, visit: Visit, dist: Path, tmp_path: Path
) -> None:
    page = visit.page
    hold_python(page)
    open_from_list(open_list(page, host.address))
    write(page, 1, EDITED)
    save(page)
    page.reload()
    wait_for_text(page)
    assert source(page, 1) == EDITED

    # The list knows, and gives out the reader's copy and the site's file.
    open_list(page, host.address)
    expect_state(page, "edited")
    expect(row(page)).to_contain_text("You have edited this")
    expect_state(page, "site", OWN[0] if OWN[0] != DEMO else OWN[1])
    with page.expect_download() as waiting:
        row(page).get_by_role("button", name="Download my copy").click()
    own = json.loads(Path(waiting.value.path()).read_text())
    assert waiting.value.suggested_filename == DEMO
    assert "".join(own["cells"][1]["source"]) == EDITED
    with page.expect_download() as waiting:
        row(page).get_by_role("link", name="Download").click()
    assert Path(waiting.value.path()).read_bytes() == (dist / "files" / DEMO).read_bytes()

    # The site is published again, with a newer version: nothing is lost, nothing is hidden.
    host.publish(changed_site(dist, tmp_path / "newer", DEMO, OLD, NEW))
    page.goto(f"{host.address}notebooks/index.html?path={DEMO}")
    wait_for_text(page)
    assert source(page, 1) == EDITED
    notice = page.locator(".micrograd-notice")
    expect(notice).to_contain_text("The site has a newer version")
    notice.get_by_role("link").click()
    wait_for_list(page)
    assert page.url == f"{host.address}{LIST}#{Path(DEMO).stem}"
    expect_state(page, "newer")
    expect(row(page)).to_contain_text("The site has a newer version")
    assert_accessible(page)

    # By keyboard: Escape changes nothing; keeping the copy gives both.
    reset = row(page).get_by_role("button", name="Reset")
    reset.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect_state(page, "newer")
    expect(reset).to_be_focused()
    reset.press("Enter")
    page.get_by_role("button", name="Keep my copy").press("Enter")
    expect(page.locator("#says")).to_contain_text("micrograd_demo-mine.ipynb")
    expect_state(page, "site")
    yours = page.locator("#yours-list li", has_text="micrograd_demo-mine.ipynb")
    expect(yours).to_be_visible()
    open_from_list(page)
    assert NEW in source(page, 1)
    page.go_back()
    wait_for_list(page)
    yours.get_by_role("link", name="Open").click()
    page.wait_for_url("**/notebooks/*")
    wait_for_text(page)
    assert source(page, 1) == EDITED
    assert visit.foreign_requests() == []


@pytest.mark.slow
def test_a_copy_in_which_nothing_was_edited_hides_nothing(
    host: Host, visit: Visit, dist: Path, tmp_path: Path
) -> None:
    page = visit.page
    hold_python(page)
    open_from_list(open_list(page, host.address))
    # Run, saved, not edited: outputs and counts are in the copy, the cells are the site's.
    page.evaluate(
        f"{WIDGET}.content.model.cells.get(1).outputs.add("
        "{output_type: 'stream', name: 'stdout', text: 'ran'})"
    )
    save(page)
    open_list(page, host.address)
    expect_state(page, "opened")
    expect(row(page)).not_to_contain_text("edited")

    host.publish(changed_site(dist, tmp_path / "newer", DEMO, OLD, NEW))
    page.goto(f"{host.address}notebooks/index.html?path={DEMO}")
    wait_for_text(page)
    assert NEW in source(page, 1)
    expect(page.locator(".micrograd-notice")).to_have_count(0)
    # The checkpoint went with it: going back to it does not bring the old version back.
    first_checkpoint(page)
    page.evaluate(
        f"async () => {{ const {{context}} = {WIDGET};"
        " const all = await context.listCheckpoints();"
        " await context.restoreCheckpoint(all.at(-1).id); await context.revert(); }"
    )
    assert NEW in source(page, 1)


@pytest.mark.slow
def test_a_reset_reaches_the_tab_where_the_notebook_is_open(host: Host, visit: Visit) -> None:
    notebook = visit.page
    hold_python(notebook)
    open_from_list(open_list(notebook, host.address))
    original = source(notebook, 1)
    write(notebook, 1, EDITED)
    save(notebook)
    page = open_list(notebook.context.new_page(), host.address)
    row(page).get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Delete my copy").click()
    expect_state(page, "site")
    notebook.wait_for_function(
        f"(text) => {WIDGET}.content.model.cells.get(1).sharedModel.getSource() === text",
        arg=original,
    )


def test_the_size_of_a_first_visit_is_about_what_it_says(at_root: str, visit: Visit) -> None:
    page = open_list(visit.page, at_root)
    said = re.search(r"fetches about (\d+) MB", page.locator("main").inner_text())
    assert said
    # Asked for once by a page of its own, so that nothing is fetched ahead.
    sizes: dict[str, int] = {}

    def count(response: object) -> None:
        sizes[response.url] = int(response.headers.get("content-length", 0))  # type: ignore[attr-defined]

    page = page.context.new_page()
    page.context.on("response", count)
    page.goto(f"{at_root}notebooks/index.html?path={DEMO}")
    wait_until_open(page)
    fetched = sum(sizes.values()) / 1e6
    assert fetched == pytest.approx(int(said[1]), rel=0.08)
