"""One visit to the site in a browser: watches what it asks for; keeps what a failure looked like.

With TRACE=1 in the environment Playwright records everything, for its trace viewer. That takes a
quarter of the suite's time, so it is only done when asked for.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlparse

from playwright.sync_api import Browser, Error, Frame, Page, Route
from playwright.sync_api import TimeoutError as TooLate

from builder.paths import ROOT
from tests.site.servers import TrapProxy

KEPT = ROOT / "test-results"
TRACED = bool(os.environ.get("TRACE"))
# What Chromium asks for on its own account, with no page open at all.
BROWSERS_OWN = re.compile(
    r"\b((accounts|www|android\.clients)\.google\.com|update\.googleapis\.com"
    r"|clients2\.google\.com/time)\b"
)
# Errors that JupyterLite itself prints in a healthy session; each with where it comes from.
HARMLESS: tuple[str, ...] = ()
VIOLATION = "Content Security Policy"
PATIENCE_S = 60


def wait_for_function(
    page: Page | Frame, expression: str, *, arg: Any = None, timeout: float | None = None, **_: Any
) -> None:
    """As Playwright's own, which makes the text a function inside the page: the pages' policy
    forbids that. What a debugger evaluates it does not forbid."""
    asked = f"""async (arg) => {{
        const wanted_ = ({expression});
        return Boolean(await (typeof wanted_ === "function" ? wanted_(arg) : wanted_));
    }}"""
    until = time.monotonic() + (PATIENCE_S if timeout is None else timeout / 1000)
    while True:
        try:
            if page.evaluate(asked, arg):
                return
        except Error as error:  # between two pages there is none to ask
            if "context was destroyed" not in error.message and "navigat" not in error.message:
                raise
        if time.monotonic() > until:
            raise TooLate(f"this has not come true: {expression}")
        page.wait_for_timeout(30)


for _kind in (Page, Frame):
    _kind.wait_for_function = wait_for_function  # type: ignore[method-assign,assignment]


class Visit:
    """A page of its own, with its guard. `failures` tells how many tests have failed so far."""

    def __init__(
        self, browser: Browser, trap: TrapProxy, name: str, failures: Callable[[], int], **how: Any
    ) -> None:
        self.name = name
        self.external: list[str] = []
        self.console: list[str] = []
        self.may_violate = False  # for a test that breaks the pages' policy on purpose
        self.violations: list[str] = []  # of all tabs
        self._trap = trap
        self._trap_before = len(trap.seen)
        self._failures = failures
        self._failures_before = failures()
        self._context = browser.new_context(**how)
        if TRACED:
            self._context.tracing.start(screenshots=True, snapshots=True)
        self._context.route("**/*", self._guard)
        self._context.on(
            "console", lambda m: self.violations.append(m.text) if VIOLATION in m.text else None
        )
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.console.append(f"error: uncaught {e}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if kind or self._failures() > self._failures_before:
            self._keep(KEPT / re.sub(r"[^\w.-]+", "-", self.name))
        # A request may still be on its way through a handler; what that meets now is no failure.
        self._context.unroute_all(behavior="ignoreErrors")
        self._context.close()
        if self.violations and not self.may_violate and not kind:
            raise AssertionError(f"{self.name} broke the pages' policy: {self.violations}")

    def foreign_requests(self) -> list[str]:
        """What was asked of any other host, as seen by routing and by the proxy."""
        trapped = self._trap.seen[self._trap_before :]
        return self.external + [line for line in trapped if not BROWSERS_OWN.search(line)]

    def console_errors(self) -> list[str]:
        errors = [line for line in self.console if line.startswith("error:")]
        return [e for e in errors if not any(known in e for known in HARMLESS)]

    def _guard(self, route: Route) -> None:
        url = urlparse(route.request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname != "127.0.0.1":
            self.external.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    def _keep(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if TRACED:
            self._context.tracing.stop(path=folder / "trace.zip")
        (folder / "page.html").write_text(self.page.content())
        (folder / "console.txt").write_text("\n".join(self.console) + "\n")
        (folder / "foreign.txt").write_text("\n".join(self.foreign_requests()) + "\n")
        self.page.screenshot(path=folder / "page.png")
