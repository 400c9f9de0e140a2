"""The built site, served at the root of a host and under a path, and a guarded browser to visit it.

Everything is made once per session. What a failure looked like is kept in test-results/: page,
screenshot and console; with TRACE=1 in the environment a whole trace.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from builder.browser import CHROMIUM_OPTIONS, ensure_browser
from builder.dist import ensure_dist
from builder.server import address, make_server
from tests.site.servers import FileServer, TrapProxy
from tests.site.visits import Visit

SUB_PATH = "some/sub-path"
# Every page starts a Python of its own, and few run it long enough for optimizing to pay: without,
# a start costs a third less. (test_browsers.py has a Chromium that optimizes.)
PLAIN_WASM = "--js-flags=--liftoff-only"
VisitMaker = Callable[..., Visit]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.site)


@pytest.fixture(scope="session")
def dist() -> Path:
    return ensure_dist()


@pytest.fixture(scope="session")
def at_root(dist: Path) -> Iterator[str]:
    """The address of the site on a host of its own."""
    yield from _served(dist, "")


@pytest.fixture(scope="session")
def at_sub_path(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site as a project page, below other things on the same host."""
    host = tmp_path_factory.mktemp("host")
    (host / SUB_PATH).parent.mkdir()
    (host / SUB_PATH).symlink_to(dist)
    yield from _served(host, SUB_PATH + "/")


@pytest.fixture(scope="session")
def open_host(dist: Path) -> Iterator[str]:
    """The site where other pages may embed it, as with `build.sh serve` and GitHub Pages."""
    server = make_server(dist, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address(server)
    server.shutdown()
    server.server_close()


def _served(folder: Path, path: str) -> Iterator[str]:
    server = FileServer(folder)
    yield server.address + path
    server.close()


@pytest.fixture(scope="session")
def trap() -> Iterator[TrapProxy]:
    proxy = TrapProxy()
    yield proxy
    proxy.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one that drives all browsers: a process cannot have two."""
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def browser(playwright: Playwright, trap: TrapProxy) -> Iterator[Browser]:
    program = playwright.chromium.launch(
        executable_path=ensure_browser(),
        args=[*CHROMIUM_OPTIONS, PLAIN_WASM],
        proxy={"server": trap.address, "bypass": "127.0.0.1"},
    )
    yield program
    program.close()


@pytest.fixture(scope="session")
def start_visit(browser: Browser, trap: TrapProxy, request: pytest.FixtureRequest) -> VisitMaker:
    """Makes a Visit by name; use it in a with statement. Without a service worker unless told
    otherwise: what that answers is seen by no test's routing, nor by the guard's."""

    def start(name: str, **how: Any) -> Visit:
        how.setdefault("service_workers", "block")
        return Visit(browser, trap, name, lambda: request.session.testsfailed, **how)

    return start


@pytest.fixture
def visit(start_visit: VisitMaker, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visit of this test alone."""
    kind = "allow" if request.node.get_closest_marker("service_worker") else "block"
    with start_visit(request.node.name, service_workers=kind) as own:
        yield own
