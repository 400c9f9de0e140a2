"""JupyterLite's apps, free of their rough edges, and the guard that the site's tests rely on."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.conftest import VisitMaker
from tests.site.notebooks import BOOT_MS, RUN_MS, WIDGET, outputs, text_of
from tests.site.reader import DEMO, LIST, first_checkpoint, wait_for_list, wait_for_text
from tests.site.servers import FileServer, TrapProxy
from tests.site.visits import Visit

pytestmark = pytest.mark.service_worker

SLOW_MS = 60_000  # of a shared machine that is busy with other things
CODE = "from micrograd_wasm import Value; x = Value(-4.0); (x * x).backward()[x]"


@pytest.fixture(scope="module")
def prompt(at_root: str, start_visit: VisitMaker) -> Iterator[Visit]:
    """The prompt, opened without parameters."""
    with start_visit("prompt", service_workers="allow") as visit:
        visit.page.goto(f"{at_root}repl/index.html")
        yield visit


def run_in_prompt(visit: Visit, code: str, expected: str) -> Locator:
    """The output of what is typed and run, as a whole or as a part."""
    page, outputs = visit.page, visit.page.locator(".jp-OutputArea-output")
    before = outputs.count()
    page.locator(".jp-CodeConsole-input .cm-content").click(timeout=BOOT_MS)
    page.keyboard.type(code)
    page.keyboard.press("Shift+Enter")
    shown = outputs.nth(before)
    expect(shown).to_contain_text(expected, timeout=BOOT_MS)
    return shown


def test_the_prompt_is_ready_and_imports_the_engine_with_no_install_line(prompt: Visit) -> None:
    expect(run_in_prompt(prompt, CODE, "-8.0")).to_have_text("-8.0")
    assert prompt.page.locator(".jp-Dialog").count() == 0
    assert prompt.foreign_requests() == []


def test_a_traceback_shows_the_engines_own_lines(prompt: Visit) -> None:
    code = "from micrograd_wasm import Value; Value(1.0) / Value(0.0)"
    expect(run_in_prompt(prompt, code, "Error")).to_contain_text("def __truediv__")


def test_a_wheel_that_the_site_does_not_hold_is_not_fetched(prompt: Visit) -> None:
    run_in_prompt(prompt, "%pip install attrs", "attrs")
    assert prompt.foreign_requests() == []


# What can be read or pressed in the prompt, at the width of the window, lies free.
COVERS_NOTHING = """() => {
  const box = (one) => one.getBoundingClientRect();
  const own = box(document.querySelector(".micrograd-home"));
  const meets = (one) => one.width && one.left < own.right && one.right > own.left
    && one.top < own.bottom && one.bottom > own.top;
  const tools = document.querySelectorAll(".jp-Toolbar-item:not(.jp-Toolbar-spacer)");
  const parts = [...tools, document.querySelector(".jp-CodeConsole-banner")].map(box);
  const settled = box(document.querySelector("#main")).width === innerWidth;
  return settled && own.right <= innerWidth && !parts.some(meets);
}"""


def assert_ways_out_cover_nothing(page: Page) -> None:
    reach = page.get_by_role("link", name="What code reaches")
    for width in (1280, 640, 639, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(COVERS_NOTHING)
        expect(reach).to_be_in_viewport(ratio=1)
    page.get_by_role("link", name="← micrograd_wasm").focus()
    page.keyboard.press("Tab")
    expect(reach).to_be_focused()


def test_the_ways_out_of_the_prompt_cover_nothing_of_it(prompt: Visit) -> None:
    page = prompt.page
    page.goto(page.url)  # with nothing printed yet
    expect(page.locator(".jp-CodeConsole-banner")).to_be_visible(timeout=BOOT_MS)
    expect(page.locator("[data-jp-item-name=kernelName]")).to_have_count(1)
    assert_ways_out_cover_nothing(page)
    page.get_by_role("link", name="← micrograd_wasm").click()
    page.wait_for_url(re.compile("^http://[^/]+/$"))


def test_a_link_puts_code_into_the_prompt_and_does_not_run_it(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{at_root}repl/index.html?kernel=python&code={quote(CODE)}")
    given = page.locator(".jp-CodeConsole-promptCell .cm-content")
    expect(given).to_contain_text(CODE[:10], timeout=BOOT_MS)
    expect(page.locator(".jp-CodeConsole-banner")).to_be_visible(timeout=BOOT_MS)
    expect(page.locator("[data-jp-item-name=kernelName]")).to_have_count(0)
    assert_ways_out_cover_nothing(page)
    expect(page.locator(".jp-OutputArea-output")).to_have_count(0)


def test_an_app_that_does_not_come_says_so_and_is_asked_for_anew(
    at_root: str, start_visit: VisitMaker
) -> None:
    # Without a service worker, past which a page's requests cannot be held.
    with start_visit("late-app", service_workers="block") as visit:
        page = visit.page
        for part in ("build/notebooks/bundle.js", "build/schemas/all.json"):
            page.route(f"**/{part}*", lambda _: None)
        page.goto(f"{at_root}notebooks/index.html?path={DEMO}", wait_until="commit")
        told = page.locator(".micrograd-notice")
        expect(told).to_contain_text("This is not here yet", timeout=SLOW_MS)
        page.unroute_all()
        told.get_by_role("link", name="Try again").click()
        page.wait_for_function(f"{WIDGET}?.content?.model?.cells?.length > 1", timeout=BOOT_MS)
        expect(page.locator(".micrograd-notice")).to_have_count(0)


def test_a_notebook_that_is_nowhere_leads_to_those_that_are(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.clock.install()
    page.goto(f"{at_root}notebooks/index.html?path=lessons/of-last-year.ipynb")
    told = page.locator(".micrograd-notice")
    expect(told).to_contain_text("no notebook lessons/of-last-year.ipynb", timeout=BOOT_MS)
    page.get_by_role("button", name="Close", exact=True).click(timeout=BOOT_MS)
    page.get_by_role("button", name="Discard").click()  # there is nothing to save
    page.clock.fast_forward(SLOW_MS)  # nor is it the network's fault later on
    expect(told).to_contain_text("no notebook")
    told.get_by_role("link", name="All notebooks").click()
    page.wait_for_url(at_root + LIST)


def test_lab_lists_the_demo_notebook(at_root: str, visit: Visit) -> None:
    visit.page.goto(at_root + "lab/index.html")
    listed = visit.page.locator(".jp-DirListing-item", has_text="micrograd_demo.ipynb")
    expect(listed).to_be_visible(timeout=BOOT_MS)
    assert visit.foreign_requests() == []


# Runs all cells in the very moment in which they are there.
AT_ONCE = f"""
    const timer = setInterval(() => {{
        if (!{WIDGET}?.context?.isReady) return;
        clearInterval(timer);
        window.tooLate = {WIDGET}.sessionContext.isReady;
        window.first = jupyterapp.commands.execute("notebook:run-all-cells");
        window.notice = document.querySelector(".micrograd-notice")?.textContent;
    }}, 5);
"""


@pytest.mark.slow
def test_cells_run_before_python_is_there_wait_for_it(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.add_init_script(AT_ONCE)
    page.goto(f"{at_root}notebooks/index.html?path={DEMO}")
    page.wait_for_function("window.first", timeout=BOOT_MS)
    assert not page.evaluate("tooLate")
    assert "Python is starting" in page.evaluate("notice")
    page.set_default_timeout(RUN_MS)
    assert page.evaluate("first")
    assert "0.010498643924133641" in text_of(outputs(page))
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(page.locator(".micrograd-notice")).to_have_count(0)
    assert page.evaluate("[...jupyterapp.serviceManager.kernels.running()].length") == 1


def test_a_notebook_is_shown_without_a_missing_file_or_a_date_of_old(
    dist: Path, visit: Visit
) -> None:
    server = FileServer(dist)
    visit.page.goto(f"{server.address}notebooks/index.html?path={DEMO}")
    wait_for_text(visit.page)
    made = datetime.fromisoformat(first_checkpoint(visit.page))
    published = datetime.fromtimestamp((dist / "api/contents/all.json").stat().st_mtime, UTC)
    assert abs(made - published) < timedelta(seconds=2)
    assert server.missing == []
    assert visit.console_errors() == []
    # The way back, and nothing that only a security expert can read.
    expect(visit.page.get_by_text("Not Trusted")).to_have_count(0)
    visit.page.locator("#jp-NotebookLogo").click()
    wait_for_list(visit.page)
    assert visit.page.url == server.address + LIST
    server.close()


def test_without_a_notebook_the_app_leads_to_the_list(at_sub_path: str, visit: Visit) -> None:
    visit.page.goto(at_sub_path + "notebooks/")
    visit.page.wait_for_url("**/" + LIST)
    wait_for_list(visit.page)
    assert visit.page.url == at_sub_path + LIST


def test_the_kernel_is_the_only_extension(dist: Path) -> None:
    config = json.loads((dist / "jupyter-lite.json").read_text())["jupyter-config-data"]
    names = [one["name"] for one in config["federated_extensions"]]
    assert names == ["@jupyterlite/pyodide-kernel-extension"]


class TestTheGuard:
    """Negative controls: what the tests above would miss if these failed."""

    @pytest.fixture
    def free(self, tmp_path: Path) -> Iterator[str]:
        """A page that is under no policy."""
        (tmp_path / "index.html").write_text("<!doctype html><title>free</title>")
        server = FileServer(tmp_path)
        yield server.address
        server.close()

    def test_a_foreign_request_of_a_page_is_seen(self, free: str, visit: Visit) -> None:
        visit.page.goto(free)
        ask(visit.page, "https://example.org/from-the-page")
        assert visit.foreign_requests() == ["https://example.org/from-the-page"]

    def test_a_foreign_request_past_the_routing_ends_in_the_trap(
        self, free: str, browser: Browser, trap: TrapProxy
    ) -> None:
        page = browser.new_page()
        page.goto(free)
        ask(page, "http://example.org/past-the-routing")
        page.close()
        assert any("http://example.org/past-the-routing" in line for line in trap.seen)

    def test_what_breaks_the_policy_is_seen(self, at_root: str, start_visit: VisitMaker) -> None:
        own = start_visit("a-violation")
        own.page.goto(at_root + LIST)
        second = own.page.context.new_page()  # in whichever tab
        second.goto(at_root + LIST)
        second.evaluate("document.body.setAttribute('style', 'color: red')")
        with pytest.raises(AssertionError, match="broke the pages' policy"):
            own.__exit__(None, None, None)

    def test_a_console_error_is_seen(self, at_root: str, visit: Visit) -> None:
        visit.page.goto(at_root)
        visit.page.evaluate("console.error('on purpose')")
        assert visit.console_errors() == ["error: on purpose"]


def ask(page: Page, address: str) -> None:
    page.evaluate("(address) => fetch(address, {mode: 'no-cors'}).catch(() => null)", address)


@pytest.mark.parametrize("app", ["lab", "notebooks", "repl"])
def test_each_app_has_its_page(dist: Path, app: str) -> None:
    assert (dist / app / "index.html").is_file()
