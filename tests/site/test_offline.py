"""What was opened once opens without a network: pages, lessons, notebooks, and they compute."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.service_worker import NAME
from tests.site import notebooks
from tests.site.course import LESSONS, open_lesson, press
from tests.site.playground import BOOT_MS, OFFICIAL, open_playground, result, set_state
from tests.site.reader import DEMO, LIST, Host
from tests.site.visits import Visit

TITLE, NEWS = "Notebooks: micrograd_wasm", "News: micrograd_wasm"
pytestmark = [pytest.mark.service_worker, pytest.mark.slow]

KEPT = """async () => {
    const kept = {};
    for (const name of await caches.keys()) {
        const found = await (await caches.open(name)).keys();
        if (name.startsWith("micrograd_wasm")) kept[name] = found.map(({url}) => url);
    }
    return kept;
}"""
KEEPS = f"""async (ends) => {{
    const kept = Object.values(await ({KEPT})()).flat();
    const wanted = ends.map((end) => kept.find((url) => url.endsWith(end)));
    if (wanted.includes(undefined)) return false;
    for (const url of wanted) await (await caches.match(url)).blob(); // to its end
    return true;
}}"""


@pytest.fixture
def host(dist: Path) -> Iterator[Host]:
    host = Host(dist)
    yield host
    host.close()


# Playwright's own waiting takes the promise of an answer for a yes.
UNTIL = f"""async ([act, given]) => {{
    const asked = eval(act), end = performance.now() + {BOOT_MS};
    while (!await asked(given)) {{
        if (performance.now() > end) throw new Error(`not within {BOOT_MS} ms: ${{act}}`);
        await new Promise((done) => setTimeout(done, 50));
    }}
}}"""


def wait_until(page: Page, act: str, given: object = None) -> None:
    """Until this asynchronous function answers yes."""
    page.evaluate(UNTIL, [act, given])


def wait_until_kept(page: Page, *ends: str) -> None:
    """Until files are kept whose addresses end so."""
    wait_until(page, KEEPS, list(ends))


def another_tab(visit: Visit) -> Page:
    """As who comes back later: the tab of before is gone, what the browser keeps is there."""
    before = visit.page
    visit.page = before.context.new_page()
    visit.page.on("pageerror", lambda error: visit.console.append(f"error: uncaught {error}"))
    before.close()
    return visit.page


def test_the_playground_computes_without_a_network(host: Host, visit: Visit) -> None:
    open_playground(visit, host.address)
    wait_until_kept(visit.page, "/", "charts.json", ".whl", "pyodide.asm.wasm")
    host.close()
    page = another_tab(visit)
    open_playground(visit, host.address)
    assert result(page)["fingerprint"] == OFFICIAL
    # A run that nothing here has seen takes Python, and the picture takes the curves' code.
    assert set_state(page, layers=[5], dataSeed=3)["parameterCount"] == 21
    assert visit.console_errors() == []


def test_a_link_into_the_playground_opens_the_page_that_is_kept(host: Host, visit: Visit) -> None:
    open_playground(visit, host.address)
    wait_until_kept(visit.page, "/", "charts.json")
    host.close()
    page = another_tab(visit)
    page.goto(host.address + "?from=course#noise=0.2")
    expect(page.get_by_label("Noise", exact=True)).to_have_value("0.2")


def test_a_lesson_runs_its_cells_without_a_network(host: Host, visit: Visit) -> None:
    page = open_lesson(visit.page, host.address, LESSONS[0])
    press(page.locator("[data-cell]").first, "Run")
    wait_until_kept(page, f"/{LESSONS[0].slug}/", "pyodide.asm.wasm")
    host.close()
    page = open_lesson(another_tab(visit), host.address, LESSONS[0])
    cell = page.locator("[data-cell]").first
    press(cell, "Run")
    expect(cell).not_to_contain_text("Error")
    expect(cell.locator(".output")).not_to_be_empty()


def test_a_notebook_runs_without_a_network(host: Host, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{host.address}notebooks/index.html?path={DEMO}")
    notebooks.wait_until_open(page)
    notebooks.start_all(page)
    assert notebooks.wait_until_printed(page).strip()
    wait_until_kept(page, "pyodide.asm.wasm", "/api/contents/all.json", DEMO)
    host.close()
    page = another_tab(visit)
    page.goto(f"{host.address}notebooks/index.html?path={DEMO}")
    notebooks.wait_until_open(page)
    notebooks.start_all(page)
    assert notebooks.wait_until_printed(page).strip()


def test_a_new_version_of_the_site_takes_the_old_ones_place(
    dist: Path, tmp_path: Path, host: Host, visit: Visit
) -> None:
    page = visit.page
    page.goto(host.address + LIST)
    wait_until_kept(page, LIST)
    (before,) = page.evaluate(KEPT)
    newer = tmp_path / "newer"
    shutil.copytree(dist, newer, copy_function=lambda a, b: Path(b).hardlink_to(a))
    version = before.split(", ")[1]
    for name, old, new in [(NAME, version, "newer"), (f"{LIST}index.html", TITLE, NEWS)]:
        text = (newer / name).read_text()
        assert text.count(old) == 1
        (newer / name).unlink()
        (newer / name).write_text(text.replace(old, new))
    host.publish(newer)
    page.goto(host.address + LIST)
    expect(page).to_have_title(NEWS)
    wait_until_kept(page, LIST)
    newer_alone = f"async () => Object.keys(await ({KEPT})()).join('|').match(/^[^|]*, newer$/)"
    wait_until(page, newer_alone)
    host.close()
    page = another_tab(visit)
    page.goto(host.address + LIST)
    expect(page).to_have_title(NEWS)


def test_what_else_the_host_has_is_left_alone(dist: Path, tmp_path: Path, visit: Visit) -> None:
    (tmp_path / "site").symlink_to(dist)
    (tmp_path / "own.txt").write_text("another project's")
    host = Host(tmp_path)
    page = visit.page
    page.goto(f"{host.address}site/{LIST}")
    wait_until_kept(page, LIST)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    assert page.evaluate("fetch('/own.txt').then((one) => one.text())") == "another project's"
    (kept,) = page.evaluate(KEPT).values()
    assert all(url.startswith(f"{host.address}site/") for url in kept)
    host.close()
    assert page.evaluate("fetch('/own.txt').then(() => 'kept', () => 'gone')") == "gone"
