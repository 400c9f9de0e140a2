"""The network of the site's tests: a plain file server, and a proxy that lets nothing out."""

import functools
import http.server
import socketserver
import threading
from collections.abc import Mapping
from pathlib import Path

from builder.server import Server


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Python's own file server as it is, with nothing that only our `serve` would do."""

    def log_message(self, *_: object) -> None:
        pass


class FileServer:
    """What any static host does with a folder, and headers of one's own with every answer;
    remembers what it could not find."""

    def __init__(self, folder: Path, headers: Mapping[str, str] | None = None) -> None:
        missing: list[str] = []

        class Handler(_Handler):
            def send_error(self, code: int, *rest: str | None) -> None:
                missing.append(f"{code} {self.path}")
                super().send_error(code, *rest)

            def end_headers(self) -> None:
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                super().end_headers()

        self.missing = missing
        self._server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class TrapProxy:
    """Refuses every request and remembers it. The browser is told to send all foreign traffic
    here, so it also sees what a page's routing cannot: workers, and the browser itself."""

    def __init__(self) -> None:
        seen: list[str] = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                line = self.rfile.readline(2000).decode("latin1").strip()
                if line:
                    seen.append(line)
                    self.wfile.write(b"HTTP/1.1 503 closed\r\nContent-Length: 0\r\n\r\n")

        self.seen = seen
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
