"""What was opened once opens without a network, or with one that hangs or lies: pages, lessons,
notebooks, and they compute. What is kept is what the build made, or nothing."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.service_worker import LIST as FILES
from builder.service_worker import NAME, build_service_worker
from tests.site import notebooks
from tests.site.course import LESSONS, open_lesson, press
from tests.site.playground import (
    BOOT_MS,
    OFFICIAL,
    open_playground,
    result,
    set_state,
    settle,
)
from tests.site.reader import DEMO, LIST, Host
from tests.site.servers import TroubledServer
from tests.site.visits import Visit

TITLE, NEWS = "Notebooks: micrograd_wasm", "News: micrograd_wasm"
pytestmark = [pytest.mark.service_worker, pytest.mark.slow]

KEPT = """async () => {
    const kept = {};
    for (const name of await caches.keys()) {
        if (!await caches.has(name)) continue; // or to open it brings it back
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


NEWER_ALONE = """async (before) => {
    const end = performance.now() + 5000;
    for (;;) {
        const kept = (await caches.keys()).filter((name) => name.startsWith("micrograd_wasm"));
        if (kept.length === 1 && kept[0] !== before) return true;
        if (performance.now() > end) return false;
        await new Promise((done) => setTimeout(done, 50));
    }
}"""


def test_a_new_version_of_the_site_takes_the_old_ones_place(
    dist: Path, tmp_path: Path, host: Host, visit: Visit
) -> None:
    page = visit.page
    page.goto(host.address + LIST)
    wait_until_kept(page, LIST)
    (before,) = page.evaluate(KEPT)
    newer = published_anew(dist, tmp_path / "newer")
    host.publish(newer)
    page.goto(host.address + LIST)
    expect(page).to_have_title(NEWS)
    wait_until_kept(page, LIST)
    # The new worker takes over when the old one rests: at once, or with one of the next visits, for
    # a browser that is watched, as here, lets its workers rest late.
    for _ in range(12):
        if page.evaluate(NEWER_ALONE, before):
            break
        page.goto("about:blank")
        page = another_tab(visit)
        page.goto(host.address + LIST)
    assert page.evaluate(NEWER_ALONE, before)
    # What is the same in both was taken over, and not asked for again.
    wait_until_kept(page, "list.js")
    host.close()
    page = another_tab(visit)
    page.goto(host.address + LIST)
    expect(page).to_have_title(NEWS)


def published_anew(dist: Path, newer: Path) -> Path:
    """The site with a change in one page."""
    shutil.copytree(dist, newer, copy_function=lambda a, b: Path(b).hardlink_to(a))
    for name in (NAME, FILES, f"{LIST}index.html"):
        data = (newer / name).read_bytes()
        (newer / name).unlink()
        (newer / name).write_bytes(data)
    page = newer / LIST / "index.html"
    text = page.read_text()
    assert text.count(TITLE) == 1
    page.write_text(text.replace(TITLE, NEWS))
    build_service_worker(newer)
    return newer


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


# -- networks that are worse than none -------------------------------------------------------------


@pytest.fixture
def troubled(dist: Path) -> Iterator[TroubledServer]:
    server = TroubledServer(dist)
    yield server
    server.close()


def open_kept(page: Page, address: str, within_ms: int = 3000) -> None:
    """Open the playground and see its picture in the promised time."""
    page.goto(address, wait_until="commit", timeout=within_ms)
    page.wait_for_selector("body[data-painted]", timeout=10 * within_ms)


def test_a_page_that_is_kept_opens_on_a_network_that_is_none(
    troubled: TroubledServer, visit: Visit
) -> None:
    page = open_playground(visit, troubled.address)
    wait_until_kept(page, "/", "charts.json", ".whl", "pyodide.asm.wasm")
    for kind in ("hang", "stall", "missing", "error", "lie", "cut"):
        page = another_tab(visit)
        troubled.trouble["*"] = kind
        open_kept(page, troubled.address)
        assert result(page)["fingerprint"] == OFFICIAL, kind
        troubled.recover()
    # And it computes, with a Python that none of them gave.
    troubled.trouble["*"] = "lie"
    another_tab(visit)
    page = open_playground(visit, troubled.address)
    assert set_state(page, layers=[5], dataSeed=3)["parameterCount"] == 21
    # None of it has taken the place of what was kept.
    troubled.recover()
    assert page.evaluate(UNPROVEN, FILES) == []


# Of what is kept, that which is not what the build listed.
UNPROVEN = """async (list) => {
    const { files } = await (await fetch(list)).json(), wrong = [];
    const hash = async (bytes) => btoa(String.fromCharCode(
        ...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const { url } of await cache.keys()) {
            const path = new URL(url).pathname.slice(1).replace(/(^|\\/)$/, "$1index.html");
            if (path === list) continue;
            const bytes = await (await cache.match(url)).arrayBuffer();
            if (files[path]?.[1] !== await hash(bytes)) wrong.push(url);
        }
    }
    return wrong;
}"""
# Another text in the place of each kept one.
SPOIL = """async () => {
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys()) if (!one.url.endsWith("site-files.json")) {
            const { headers } = await cache.match(one);
            await cache.put(one, new Response("spoilt", { headers }));
        }
    }
}"""


def test_what_is_kept_and_wrong_is_fetched_anew(troubled: TroubledServer, visit: Visit) -> None:
    page = open_playground(visit, troubled.address)
    wait_until_kept(page, "/", "charts.json", "pyodide.asm.wasm")
    page.evaluate(SPOIL)
    assert len(page.evaluate(UNPROVEN, FILES)) > 10
    another_tab(visit)
    page = open_playground(visit, troubled.address)
    assert set_state(page, layers=[5], dataSeed=3)["parameterCount"] == 21
    wait_until(page, f"async (list) => (await ({UNPROVEN})(list)).length === 0", FILES)


@pytest.mark.parametrize("kind", ["lie", "wrong", "cut"])
def test_one_wrong_answer_is_not_kept(troubled: TroubledServer, visit: Visit, kind: str) -> None:
    page = visit.page
    page.goto(f"{troubled.address}bench/")  # the service worker is there, the playground is not
    wait_until_kept(page, "/bench/")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    files = ["", "playground/worker.js", "playground/charts.json", "playground/playground.css"]
    troubled.trouble.update(dict.fromkeys(files, kind))
    page.goto(troubled.address, wait_until="commit")
    page.wait_for_load_state()
    troubled.recover()
    another_tab(visit)
    page = open_playground(visit, troubled.address)
    assert result(page)["fingerprint"] == OFFICIAL
    assert page.evaluate(UNPROVEN, FILES) == []


def test_all_of_the_course_can_be_kept(dist: Path, troubled: TroubledServer, visit: Visit) -> None:
    page = open_lesson(visit.page, troubled.address, LESSONS[0])
    foot = page.locator("#offline")
    expect(foot).to_contain_text("This page opens offline, without Python yet.", timeout=BOOT_MS)
    offer = foot.get_by_role("button", name=re.compile(r"Keep all of the course \(\d\d\.\d MB\)"))
    troubled.trouble["static/pyodide/python_stdlib.zip"] = "missing"
    offer.click()
    expect(foot.locator("progress")).to_be_visible()
    expect(foot).to_contain_text("A file did not come", timeout=BOOT_MS)
    troubled.recover()
    foot.get_by_role("button", name="Try again").click()
    expect(foot).to_have_text("All of the course works offline here.", timeout=BOOT_MS)
    troubled.trouble["*"] = "missing"
    page = open_lesson(another_tab(visit), troubled.address, LESSONS[-1])
    expect(page.locator("#offline")).to_have_text("All of the course works offline here.")
    cell = page.locator("[data-cell]").first
    press(cell, "Run")
    expect(cell).not_to_contain_text("Error")
    expect(cell.locator(".output")).not_to_be_empty()
    page.goto(troubled.address)
    settle(page)
    page.get_by_role("tab", name="Kernel").click()  # a part that comes later
    expect(page.locator("#kernel-text")).to_contain_text("(module", timeout=BOOT_MS)
    assert visit.console_errors() == []
