"""A small static file server: the right types for what the site holds, nothing else."""

import functools
import http.server
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TYPES = {
    ".wasm": "application/wasm",
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".json": "application/json",
    ".ipynb": "application/json",
    ".whl": "application/zip",
    ".svg": "image/svg+xml",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Keeps connections open, asks browsers to revalidate, and does not log each request."""

    protocol_version = "HTTP/1.1"
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        # As GitHub Pages does: pages of other hosts may embed the lessons.
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Threads end with the program; a notebook opens some 150 requests at once."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *about: Any) -> None:
        """A reader who leaves a page ends its downloads; nobody needs to read of that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*about)


def make_server(folder: Path, port: int) -> Server:
    """Serve this folder on the local machine; port 0 takes a free one."""
    handler: Callable[..., Handler] = functools.partial(Handler, directory=str(folder))
    return Server(("127.0.0.1", port), handler)


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/"
