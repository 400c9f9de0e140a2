"""JupyterLite's other apps, and the guard that the tests of the site rely on."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.notebooks import BOOT_MS
from tests.site.servers import TrapProxy
from tests.site.visits import Visit

CODE = "from micrograd_wasm import Value; x = Value(-4.0); (x * x).backward()[x]"


def test_the_prompt_imports_the_engine_with_no_install_line(at_root: str, visit: Visit) -> None:
    visit.page.goto(f"{at_root}repl/index.html?kernel=python&code={quote(CODE)}")
    expect(visit.page.locator(".jp-OutputArea-output").first).to_have_text("-8.0", timeout=BOOT_MS)
    assert visit.foreign_requests() == []


def test_a_traceback_shows_the_engines_own_lines(at_root: str, visit: Visit) -> None:
    code = "from micrograd_wasm import Value; Value(1.0) / Value(0.0)"
    visit.page.goto(f"{at_root}repl/index.html?kernel=python&code={quote(code)}")
    shown = visit.page.locator(".jp-OutputArea-output").first
    expect(shown).to_contain_text("Error", timeout=BOOT_MS)
    expect(shown).to_contain_text("def __truediv__")


def test_lab_lists_the_demo_notebook(at_root: str, visit: Visit) -> None:
    visit.page.goto(at_root + "lab/index.html")
    listed = visit.page.locator(".jp-DirListing-item", has_text="micrograd_demo.ipynb")
    expect(listed).to_be_visible(timeout=BOOT_MS)
    assert visit.foreign_requests() == []


def test_a_wheel_that_the_site_does_not_hold_is_not_fetched(at_root: str, visit: Visit) -> None:
    visit.page.goto(f"{at_root}repl/index.html?kernel=python&code={quote('%pip install attrs')}")
    shown = visit.page.locator(".jp-OutputArea-output").first
    expect(shown).to_contain_text("attrs", timeout=BOOT_MS)
    assert visit.foreign_requests() == []


class TestTheGuard:
    """Negative controls: what the tests above would miss if these failed."""

    def test_a_foreign_request_of_a_page_is_seen(self, at_root: str, visit: Visit) -> None:
        visit.page.goto(at_root)
        ask(visit.page, "https://example.org/from-the-page")
        assert visit.foreign_requests() == ["https://example.org/from-the-page"]

    def test_a_foreign_request_past_the_routing_ends_in_the_trap(
        self, at_root: str, browser: Browser, trap: TrapProxy
    ) -> None:
        page = browser.new_page()
        page.goto(at_root)
        ask(page, "http://example.org/past-the-routing")
        page.close()
        assert any("http://example.org/past-the-routing" in line for line in trap.seen)

    def test_a_console_error_is_seen(self, at_root: str, visit: Visit) -> None:
        visit.page.goto(at_root)
        visit.page.evaluate("console.error('on purpose')")
        assert visit.console_errors() == ["error: on purpose"]


def ask(page: Page, address: str) -> None:
    page.evaluate("(address) => fetch(address, {mode: 'no-cors'}).catch(() => null)", address)


@pytest.mark.parametrize("app", ["lab", "notebooks", "repl"])
def test_each_app_has_its_page(dist: Path, app: str) -> None:
    assert (dist / app / "index.html").is_file()
