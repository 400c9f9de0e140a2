"""Firefox and WebKit, each with the few things that test_browsers.py does in them.

Firefox is the system's, driven by Playwright over WebDriver BiDi. WebKit is GTK's MiniBrowser (the
Debian package webkit2gtk-driver), which Playwright cannot drive: it is asked in W3C WebDriver, in
a screen of its own (Xvfb).
"""

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from builder.browser import (
    CHROMIUM_OPTIONS,
    ensure_browser,
    firefox_program,
    webkit_programs,
)

WAIT_S = 120
SIZE = {"width": 1280, "height": 800}
WINDOW_EXTRA = 38  # what MiniBrowser's own bar takes of the height
# Without the first, a click does not reach a frame of another origin; with the second, scrollbars
# take room, as they do on most desktops.
PREFERENCES = {"fission.autostart": False, "widget.gtk.overlay-scrollbars.enabled": False}
KEYS = {"Home": "\ue011"}

WATCH = """window.wrong = [];
addEventListener("error", ({message}) => wrong.push(message), true);
addEventListener("unhandledrejection", ({reason}) => wrong.push(String(reason)));
addEventListener("securitypolicyviolation", ({blockedURI}) => wrong.push(blockedURI));"""

Place = tuple[float, float]


class Tab(ABC):
    """One tab. Scripts are bodies of async functions, with their arguments in `args`."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Go to an address. What went wrong on pages before is forgotten."""

    @abstractmethod
    def wrong(self) -> list[str]:
        """What no script has caught on this page."""

    @abstractmethod
    def call(self, script: str, *args: Any) -> Any:
        """What a script gives."""

    @abstractmethod
    def call_in_frame(self, selector: str, script: str) -> Any:
        """What a script gives in an element's frame, of whichever origin."""

    @abstractmethod
    def drag(self, places: Sequence[Place]) -> None:
        """Press at the first place, go along the others, let go."""

    @abstractmethod
    def press(self, key: str) -> None:
        """One key of `KEYS`."""

    def until(self, condition: str) -> None:
        """Wait until an expression (it may await) is true."""
        self.call(
            f"""const end = performance.now() + {WAIT_S * 1000};
            while (!(await (async () => ({condition}))())) {{
                if (performance.now() > end) throw new Error("never: " + {json.dumps(condition)});
                await new Promise((done) => setTimeout(done, 30));
            }}"""
        )

    def middle(self, selector: str, share: float = 0.5) -> Place:
        """A place in an element that is brought into sight: halfway down, a share across."""
        x, y = self.call(
            """const one = document.querySelector(args[0]);
            one.scrollIntoView({block: "center", behavior: "instant"});
            await new Promise(requestAnimationFrame);
            const box = one.getBoundingClientRect();
            return [box.x + args[1] * box.width, box.y + box.height / 2];""",
            selector,
            share,
        )
        return x, y

    def click(self, selector: str) -> None:
        """As a mouse does, in the middle of an element."""
        place = self.middle(selector)
        self.drag([place, place])


class ByPlaywright(Tab):
    def __init__(self, page: Page) -> None:
        self._page = page
        self._wrong: list[str] = []
        page.on("pageerror", lambda error: self._wrong.append(str(error)))

    def open(self, address: str) -> None:
        self._page.goto("about:blank")
        self._wrong.clear()
        self._page.goto(address)

    def wrong(self) -> list[str]:
        return self._wrong

    def call(self, script: str, *args: Any) -> Any:
        return self._page.evaluate(f"async (args) => {{ {script} }}", list(args))

    def call_in_frame(self, selector: str, script: str) -> Any:
        frame = self._page.locator(f"{selector} iframe").element_handle().content_frame()
        assert frame is not None
        return frame.evaluate(f"async () => {{ {script} }}")

    def drag(self, places: Sequence[Place]) -> None:
        mouse = self._page.mouse
        mouse.move(*places[0])
        mouse.down()
        for place in places[1:]:
            mouse.move(*place)
        mouse.up()

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)


class WebKit(Tab):
    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, address: str) -> None:
        self._ask("/url", url=address)
        self.call(WATCH)

    def wrong(self) -> list[str]:
        # From when the page was there: WebDriver has nothing that listens before a page's scripts.
        found: list[str] = self.call("return window.wrong")
        return found

    def call(self, script: str, *args: Any) -> Any:
        told = self._ask(
            "/execute/async",
            script=f"""const [args, done] = arguments;
            (async () => {{ {script} }})().then(
                (value) => done({{value}}), (error) => done({{error: String(error)}}));""",
            args=[list(args)],
        )
        if "error" in told:
            raise AssertionError(told["error"])
        return told.get("value")

    def call_in_frame(self, selector: str, script: str) -> Any:
        find = "return document.querySelector(arguments[0]).shadowRoot.querySelector('iframe')"
        self._ask("/frame", id=self._ask("/execute/sync", script=find, args=[selector]))
        try:
            return self.call(script)
        finally:
            self._ask("/frame", id=None)

    def drag(self, places: Sequence[Place]) -> None:
        moves = [
            {"type": "pointerMove", "duration": 20, "x": round(x), "y": round(y)} for x, y in places
        ]
        button = {"button": 0}
        acts = [moves[0], {"type": "pointerDown", **button}, *moves[1:]]
        acts.append({"type": "pointerUp", **button})
        self._act("pointer", acts, parameters={"pointerType": "mouse"})

    def press(self, key: str) -> None:
        self._act("key", [{"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")])

    def _act(self, kind: str, acts: list[dict[str, Any]], **more: Any) -> None:
        self._ask("/actions", actions=[{"type": kind, "id": kind, "actions": acts, **more}])

    def _ask(self, path: str, **body: Any) -> Any:
        return ask(self._session + path, body)


def ask(
    address: str,
    body: dict[str, Any] | None = None,
    *,
    method: str | None = None,
) -> Any:
    """One command of W3C WebDriver; what it gives."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S + 30) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(json.load(error)["value"]["message"]) from None


@contextlib.contextmanager
def firefox(playwright: Playwright) -> Iterator[ByPlaywright]:
    browser = playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=firefox_program(),
        firefox_user_prefs=PREFERENCES,
    )
    with _tab_of(browser) as tab:
        yield tab


@contextlib.contextmanager
def usual_chromium(playwright: Playwright) -> Iterator[ByPlaywright]:
    """Chromium as it is on most desktops: it optimizes WebAssembly, which the other tests' does not
    (conftest.py), and has scrollbars, which Playwright hides otherwise."""
    browser = playwright.chromium.launch(
        executable_path=ensure_browser(),
        args=list(CHROMIUM_OPTIONS),
        ignore_default_args=["--hide-scrollbars"],
    )
    with _tab_of(browser) as tab:
        yield tab


@contextlib.contextmanager
def _tab_of(browser: Browser) -> Iterator[ByPlaywright]:
    page = browser.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(WAIT_S * 1000)
    yield ByPlaywright(page)
    browser.close()


@contextlib.contextmanager
def webkit(_: Playwright) -> Iterator[WebKit]:
    programs = webkit_programs()
    assert programs
    driver, browser, xvfb = programs
    with contextlib.ExitStack() as ended:
        pipe, tell = os.pipe()
        screen = ["-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-noreset"]
        ended.enter_context(_running([xvfb, "-displayfd", str(tell), *screen], pass_fds=[tell]))
        os.close(tell)
        with open(pipe) as number:  # noqa: PTH123 - a pipe's end has no path
            display = number.readline().strip()
        _wait_for_screen(display)
        address = ended.enter_context(_driver(driver, f":{display}"))
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": options, "timeouts": {"script": WAIT_S * 1000}}
        told = ask(f"{address}/session", {"capabilities": {"alwaysMatch": wanted}})
        session = f"{address}/session/{told['sessionId']}"
        size = {"width": SIZE["width"], "height": SIZE["height"] + WINDOW_EXTRA}
        ask(f"{session}/window/rect", size)
        yield WebKit(session)
        ask(session, method="DELETE")


def _wait_for_screen(display: str) -> None:
    """Until the X server lets a client in: it names its display a moment before it does."""
    hello = struct.pack("<cxHHHHxx", b"l", 11, 0, 0, 0)
    accepted = b""
    while accepted != b"\x01":
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(f"/tmp/.X11-unix/X{display}")
            client.sendall(hello)
            accepted = client.recv(1)


@contextlib.contextmanager
def _driver(program: str, display: str) -> Iterator[str]:
    """A WebDriver that listens, by its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    # Over a session's bus, a second MiniBrowser would hand over to the first one and end.
    alone = {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    with _running([program, f"--port={port}"], env={**os.environ, **alone}):
        while True:  # it takes a moment to listen, and says nothing when it does
            with contextlib.suppress(OSError):
                ask(f"{address}/status")
                break
            time.sleep(0.05)
        yield address


@contextlib.contextmanager
def _running(command: list[str], **how: Any) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    # A group of its own: what the driver has started ends with it.
    process = subprocess.Popen(command, start_new_session=True, **quiet, **how)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
