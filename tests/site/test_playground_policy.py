"""The playground behind the tightest Content-Security-Policy that WebAssembly leaves room for: no
eval, no inline script or style, nothing from elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.paths import ROOT
from builder.policy import JUPYTERLITE
from tests.site.conftest import VisitMaker
from tests.site.playground import OFFICIAL, WIDE, open_playground, result, set_state, settle
from tests.site.servers import FileServer
from tests.site.visits import Visit

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' data:; "
    "connect-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sourceFile, sample}) =>
    violations.push([violatedDirective, blockedURI, sourceFile, sample].join(" ")));
"""


@pytest.fixture(scope="module")
def strict(dist: Path) -> Iterator[str]:
    server = FileServer(dist, {"Content-Security-Policy": POLICY})
    yield server.address
    server.close()


@pytest.fixture
def guarded(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("policy", viewport=WIDE, accept_downloads=True) as visit:
        visit.page.add_init_script(WATCH)
        yield visit


def saved(page: Page, button: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_nothing_of_the_playground_needs_more_than_the_policy_allows(
    strict: str, guarded: Visit
) -> None:
    page = open_playground(guarded, strict)
    assert result(page)["fingerprint"] == OFFICIAL
    set_state(page, noise=0.2, layers=[5], steps=30, log=True)
    page.locator("#plane-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".graph-view svg")).to_be_visible(timeout=30_000)
    assert b"<svg" in saved(page, "Download the picture as SVG")
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("#code-text")).to_contain_text("train(")
    page.get_by_role("tab", name="Kernel").click()
    expect(page.locator("#kernel-text")).to_contain_text("(module")
    page.get_by_role("tab", name="Compare").click()
    page.get_by_role("button", name="Pin this run").click()
    set_state(page, noise=0.3)
    expect(page.locator("#compare-table")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    page.get_by_label("Form").select_option("Two lines of HTML")
    preview = page.frame_locator("dialog iframe").frame_locator("micrograd-playground iframe")
    expect(preview.locator("#plane-over")).to_contain_text("learns 100 points")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Dark theme").click()
    settle(page)
    page.get_by_role("button", name="Save").click()
    for picture in ("Loss", "Plane", "Network"):
        assert b"<svg" in saved(page, f"{picture} (SVG)")
        assert saved(page, f"{picture} (PNG)").startswith(b"\x89PNG")
    assert page.evaluate("violations") == []
    assert guarded.console_errors() == []


def test_a_page_that_breaks_the_policy_is_seen(strict: str, guarded: Visit) -> None:
    """The watch above works: it hears of an inline style, and of a script from elsewhere."""
    page = open_playground(guarded, strict, python=False)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("import('data:text/javascript,1').catch(() => null)")
    told = page.evaluate("violations")
    # Each twice: by the page's own policy, and by the one of the headers.
    assert {one.split()[0] for one in told} == {"style-src-attr", "script-src-elem"}
    guarded.may_violate = True
    assert len(guarded.console_errors()) >= 2


def test_every_page_has_its_policy(dist: Path) -> None:
    pages = sorted(dist.rglob("*.html"))
    assert len(pages) > 20
    for path in pages:
        before, after = path.read_text().split(
            '<meta http-equiv="Content-Security-Policy" content="'
        )
        assert not re.search(r"<(script|style|body)\b", before), path
        policy = after.split('"')[0]
        assert policy.startswith("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"), path
        assert policy.endswith("object-src 'none'; base-uri 'none'; form-action 'none'"), path
        assert not re.search(r"\*|\bhttps?:", policy), path
        if path.relative_to(dist).parts[0] not in JUPYTERLITE:
            assert "unsafe-inline" not in policy, path
            assert "'unsafe-eval'" not in policy, path


def test_the_readme_states_this_policy() -> None:
    assert POLICY in " ".join((ROOT / "README.md").read_text().split())
