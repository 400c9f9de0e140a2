"""A reader of the notebooks: opens them from the list, edits, saves; and a site that is published
again under the same address."""

import functools
import shutil
import threading
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from builder import service_worker
from builder.notebook_list import FOLDER, write_facts
from builder.notebooks import read_notebooks, stamp_notebooks
from builder.server import Handler, Server
from tests.site.notebooks import BOOT_MS, WIDGET

LIST = f"{FOLDER}/"
DEMO = "micrograd_demo.ipynb"


class _BriefHandler(Handler):
    """One answer per connection: what stays open would go on answering from the old folder."""

    protocol_version = "HTTP/1.0"


class Host:
    """A host that serves one folder after the other under the same address, as a fork's does."""

    def __init__(self, folder: Path) -> None:
        self._server = self._start(folder, 0)
        self.port: int = self._server.server_address[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def publish(self, folder: Path) -> None:
        self.close()
        self._server = self._start(folder, self.port)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _start(self, folder: Path, port: int) -> Server:
        handler = functools.partial(_BriefHandler, directory=str(folder))
        server = Server(("127.0.0.1", port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def changed_site(dist: Path, target: Path, path: str, old: str, new: str) -> Path:
    """The same site, built again after a change in one notebook."""
    shutil.copytree(dist, target, copy_function=_link)
    files = target / "files"
    shutil.rmtree(files)
    shutil.copytree(dist / "files", files)
    text = (files / path).read_text()
    assert old in text
    (files / path).write_text(text.replace(old, new))
    stamp_notebooks(files)
    (target / FOLDER / "notebooks.json").unlink()
    write_facts(read_notebooks(files), target)
    # The service worker takes what its list proves, so that is made anew; what is linked is not
    # written into.
    worker, listed = target / service_worker.NAME, target / service_worker.LIST
    text = worker.read_text()
    worker.unlink()
    listed.unlink()
    worker.write_text(text)
    service_worker.build_service_worker(target)
    return target


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def hold_python(page: Page) -> None:
    """Python stays on its way: for who only reads and writes, its start would be waste."""
    page.context.route("**/static/pyodide/pyodide.asm.wasm", lambda _: None)


def open_list(page: Page, address: str) -> Page:
    page.goto(address + LIST)
    wait_for_list(page)
    return page


def wait_for_list(page: Page) -> None:
    page.wait_for_function("document.body.dataset.shown !== undefined")


def row(page: Page, path: str = DEMO) -> Locator:
    return page.locator(f"li[data-path='{path}']")


def expect_state(page: Page, state: str, path: str = DEMO) -> None:
    """What the list knows of a reader's copy: site, opened, edited or newer."""
    expect(row(page, path)).to_have_attribute("data-state", state)


def open_from_list(page: Page, path: str = DEMO) -> Page:
    """Follow the list's link; the notebook's text is there, its Python may be on its way."""
    row(page, path).get_by_role("link", name="Open").click()
    page.wait_for_url("**/notebooks/index.html?path=*")
    wait_for_text(page)
    return page


def wait_for_text(page: Page) -> None:
    page.wait_for_function(f"{WIDGET}?.context?.isReady", timeout=BOOT_MS)


# As soon as there is one: JupyterLab makes it a moment after the text is there.
FIRST_CHECKPOINT = f"""async () => {{
    for (;;) {{
        const [one] = await {WIDGET}.context.listCheckpoints();
        if (one) return one.last_modified;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }}
}}"""


def first_checkpoint(page: Page) -> str:
    """When the first checkpoint was made."""
    return str(page.evaluate(FIRST_CHECKPOINT))


def source(page: Page, cell: int) -> str:
    found: str = page.evaluate(
        f"(at) => {WIDGET}.content.model.cells.get(at).sharedModel.getSource()", cell
    )
    return found


def write(page: Page, cell: int, text: str) -> None:
    page.evaluate(
        f"([at, text]) => {WIDGET}.content.model.cells.get(at).sharedModel.setSource(text)",
        [cell, text],
    )


def save(page: Page) -> None:
    """Save as the button does, and wait until it is done."""
    page.evaluate("async () => { await jupyterapp.commands.execute('docmanager:save'); }")
    page.wait_for_function(f"!{WIDGET}.context.model.dirty")
