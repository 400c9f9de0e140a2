"""Chromium with a worker for each contender, and the small server that their files come from.

with Tab() as tab:
    tab.start("ours", "python.js")
    tab.ask("ours", "prepare", {"files": ...})
"""

from __future__ import annotations

import functools
import http.server
import importlib.util
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "site"))

from builder.browser import CHROMIUM_OPTIONS, ensure_browser  # noqa: E402 - site/ is no package

WORKERS = "/tests/bench/workers/"


class _Handler(http.server.SimpleHTTPRequestHandler):
    isolated = False

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        if self.isolated:  # clocks of 5 microseconds in place of 100
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Tab:
    """One page of one Chromium, and its workers.

    Args:
        isolated: serve the page cross-origin isolated: finer clocks, but also threads for those
            libraries that use them. A static host like GitHub Pages does not do this.
    """

    def __init__(self, *, isolated: bool = False) -> None:
        handler = type("Handler", (_Handler,), {"isolated": isolated})
        serve = functools.partial(handler, directory=str(ROOT))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> Tab:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(
            executable_path=ensure_browser(), args=list(CHROMIUM_OPTIONS)
        )
        self.version = self._browser.version
        self._page = self.new_page()
        port = self._server.server_address[1]
        self._page.goto(f"http://127.0.0.1:{port}{WORKERS}page.html")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._browser.close()
        self._playwright.stop()
        self._server.shutdown()

    def new_page(self) -> Page:
        """Another page of the same browser."""
        page = self._browser.new_page()
        page.set_default_timeout(3_600_000)
        return page

    def start(self, name: str, script: str) -> None:
        """Start a worker from a file of workers/, or from an absolute path on the server."""
        self._page.evaluate("(args) => start(...args)", [name, script])

    def stop(self, name: str) -> None:
        """End a worker."""
        self._page.evaluate("stop", name)

    def ask(self, name: str, question: str, details: Any = None) -> Any:
        """Ask a worker and wait for its answer."""
        return self._page.evaluate("(args) => ask(...args)", [name, question, details])


def python_files() -> dict[str, str]:
    """What the Python contenders import: our package and the benchmarks' own modules."""
    contenders = Path(__file__).parent / "contenders"
    return _sources(ROOT / "micrograd_wasm", "micrograd_wasm") | _sources(contenders, "")


def package_files(name: str) -> dict[str, str]:
    """The sources of an installed pure-Python package."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return _sources(Path(spec.origin).parent, name)


def _sources(folder: Path, name: str) -> dict[str, str]:
    return {
        str(Path(name) / path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.py"))
    }
