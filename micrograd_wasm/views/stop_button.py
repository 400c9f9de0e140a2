"""A Stop button in a notebook's output, for Python that runs in the browser.

The button is on the page and Python in a worker; they share nothing but named channels, so the
button sends its word through one. Python hears it when it lets go of the worker for a moment.
Elsewhere than in the browser there is no button: interrupting the kernel does it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from itertools import count
from typing import Any, Final

from .display import in_notebook

_STYLE: Final = (
    "min-height:28px;padding:2px 12px;font:inherit;color:inherit;background:transparent;"
    "border:1px solid currentColor;border-radius:4px;cursor:pointer"
)
# The same for every button: a page's policy can allow it by its hash.
PRESS: Final = "new BroadcastChannel(this.dataset.stop).postMessage('stop');this.disabled=true"
_number: Final = count(1)


class StopButton:
    """Calls `stop` when it is pressed; shown on demand, and only where it can work."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._handle: Any = None
        self._channel: Any = None
        self._listener: Any = None
        self._possible = sys.platform == "emscripten" and in_notebook()

    @property
    def shown(self) -> bool:
        """Whether there is nothing left to show."""
        return self._handle is not None or not self._possible

    def show(self) -> None:
        """Put the button into the cell's output."""
        if self.shown:
            return
        from IPython import display  # noqa: PLC0415 - it is there: a notebook runs this

        js = import_module("js")
        # Other notebooks of this page have workers of their own, with the same numbers.
        name = f"micrograd_wasm-stop-{next(_number)}-{js.crypto.randomUUID()}"
        self._channel = js.BroadcastChannel.new(name)
        self._listener = import_module("pyodide.ffi").create_proxy(lambda _: self._stop())
        self._channel.addEventListener("message", self._listener)
        act = f'data-stop="{name}" onclick="{PRESS}"'
        html = f'<button type="button" style="{_STYLE}" {act}>Stop training</button>'
        self._handle = display.display(_Html(html), display_id=True)  # type: ignore[no-untyped-call]

    def remove(self) -> None:
        """Take it away again; what it was for has ended."""
        if self._handle is None:
            return
        self._handle.update(_Html(""))
        self._channel.removeEventListener("message", self._listener)
        self._channel.close()
        self._listener.destroy()
        self._handle = None


class _Html:
    def __init__(self, html: str) -> None:
        self._html = html

    def __repr__(self) -> str:
        return ""

    def _repr_html_(self) -> str:
        return self._html
