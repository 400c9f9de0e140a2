"""Python in a notebook of the built site: JupyterLite's kernel, with the wheel that the site holds.

with Tab() as tab:
    kernel = NotebookKernel(tab, Path("dist"))
    kernel.run("ours.train('auto')", setup="...")
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from browser import ROOT, Tab

sys.path.insert(0, str(ROOT))

from tests.site.notebooks import WIDGET, wait_until_open
from tests.site.servers import FileServer

NOTEBOOK = "notebooks/index.html?path=how_it_compiles.ipynb"
# Asks the notebook's kernel to run code, as a cell does, and collects what it prints.
EXECUTE = f"""async (code) => {{
    const future = {WIDGET}.sessionContext.session.kernel.requestExecute({{ code }});
    let printed = "";
    future.onIOPub = ({{ content }}) => {{
        if (content.ename) printed += content.ename + ": " + content.evalue;
        else printed += content.text ?? "";
    }};
    const reply = await future.done;
    if (reply.content.status !== "ok") throw new Error(printed);
    return printed;
}}"""


class NotebookKernel:
    """The kernel of a notebook that is opened in a tab's browser.

    Args:
        site: the folder of the built site.
    """

    def __init__(self, tab: Tab, site: Path) -> None:
        if not (site / "notebooks").exists():
            sys.exit(f"there is no site in {site}: run ./build.sh first")
        self._server = FileServer(site)
        self._page = tab.new_page()
        self._page.goto(self._server.address + NOTEBOOK)
        wait_until_open(self._page)

    def prepare(self, job: dict[str, Any]) -> None:
        """Put the job and contenders/ours.py into the kernel."""
        source = (Path(__file__).parent / "contenders" / "ours.py").read_text(encoding="utf-8")
        self.run("0", setup="import micrograd_wasm")  # imports are looked for in a cell's own text
        self.run("0", setup=f"exec({source!r})\njob = {job!r}\nours = Ours(job)")

    def run(self, expression: str, setup: str = "") -> Any:
        """An expression's value, through JSON; `setup` runs before it."""
        code = f"{setup}\nimport json\nprint(json.dumps({expression}))"
        return json.loads(self._page.evaluate(EXECUTE, code))

    def close(self) -> None:
        """Stop serving; the page ends with the tab."""
        self._server.close()
