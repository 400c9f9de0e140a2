"""The built site as a real host serves it: compressed, cacheable, and as far away as one likes."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import mimetypes
import threading
import time
from pathlib import Path
from urllib.parse import unquote, urlparse

# What common hosts compress. Wheels and zip files are compressed already.
COMPRESSED = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".wasm", ".ipynb")
PIECE = 4096


class Line:
    """A connection to the server that all requests share.

    Args:
        round_trip: seconds; each request takes one, and so does the first connection. (Hosts
            that speak HTTP/2, as most do, are asked everything through one.)
        rate: bytes a second.
    """

    def __init__(self, round_trip: float = 0.0, rate: float = 0.0) -> None:
        self.round_trip = round_trip
        self.rate = rate
        self._lock = threading.Lock()
        self._connected = False
        self._free_at = 0.0

    def connect(self) -> None:
        """Wait as a new connection does."""
        first, self._connected = not self._connected, True
        time.sleep(self.round_trip if first else 0.0)

    def wait_for(self, size: int) -> None:
        """Wait until this many bytes have gone through, after those of everybody else."""
        if not self.rate:
            return
        with self._lock:
            self._free_at = max(self._free_at, time.monotonic()) + size / self.rate
            until = self._free_at
        time.sleep(max(0.0, until - time.monotonic()))


class SiteServer:
    """Serves a folder on a port of its own; remembers what each answer weighed.

    Attributes:
        address: with a slash at its end.
        answers: (path, bytes of the body as sent) in the order they were asked for.
    """

    def __init__(self, folder: Path, line: Line | None = None) -> None:
        line = line or Line()
        answers: list[tuple[str, int]] = []
        bodies: dict[Path, tuple[bytes, bool]] = {}

        def body_of(path: Path) -> tuple[bytes, bool]:
            if path not in bodies:
                raw = path.read_bytes()
                small = path.suffix in COMPRESSED
                bodies[path] = (gzip.compress(raw, 6, mtime=0) if small else raw, small)
            return bodies[path]

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                line.connect()

            def do_GET(self) -> None:
                time.sleep(line.round_trip)
                name = unquote(urlparse(self.path).path)
                path = folder / name.lstrip("/")
                path = path / "index.html" if path.is_dir() else path
                if not path.is_file():
                    self.send_error(404)
                    return
                body, compressed = body_of(path)
                answers.append((name, len(body)))
                self.send_response(200)
                self.send_header(
                    "Content-Type", mimetypes.guess_type(path)[0] or "application/octet-stream"
                )
                self.send_header("Content-Length", str(len(body)))
                if compressed:
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Cache-Control", "max-age=600")
                # Clocks of 5 microseconds in place of 100, and memory that a page may ask for.
                self.send_header("Cross-Origin-Opener-Policy", "same-origin")
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # the visitor has left
                    for at in range(0, len(body), PIECE):
                        line.wait_for(len(body[at : at + PIECE]))
                        self.wfile.write(body[at : at + PIECE])

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError):
                    super().handle()

            def log_message(self, *_: object) -> None:
                pass

        self.answers = answers
        http.server.ThreadingHTTPServer.request_queue_size = 128
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
