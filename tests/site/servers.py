"""The network of the site's tests: a plain file server, and a proxy that lets nothing out."""

import functools
import http.server
import socketserver
import threading
from collections.abc import Mapping
from pathlib import Path

from builder.server import TYPES, Server


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


PORTAL = b"<!doctype html><title>Hotel</title><h1>Welcome! Log in for the network.</h1>"


class TroubledServer:
    """A host or a network in trouble, by file: `trouble` has a file's path, or "*" for all, and

    - "missing", "error": it answers 404, or 500;
    - "lie": with a captive portal's page and 200, under the type that the file has;
    - "wrong": with other bytes, as many;
    - "cut": with the first half alone, under the length of that;
    - "hang": not at all; "stall": with the first half, and then no more.

    `asked` is what was asked for, in order. It closes the connection after each answer, and what
    it holds up when it is closed itself.
    """

    def __init__(self, folder: Path) -> None:
        self.trouble: dict[str, str] = {}
        self.asked: list[str] = []
        self._over = threading.Event()
        outer = self

        class Handler(_Handler):
            protocol_version = "HTTP/1.0"
            extensions_map = {**_Handler.extensions_map, **TYPES}  # noqa: RUF012

            def end_headers(self) -> None:
                self.send_header("Cache-Control", "no-cache")
                super().end_headers()

            def do_GET(self) -> None:
                path = self.path.split("?")[0].lstrip("/")
                outer.asked.append(path)
                kind = outer.trouble.get(path) or outer.trouble.get("*")
                match kind:
                    case None:
                        super().do_GET()
                    case "missing":
                        self.send_error(404)
                    case "error":
                        self.send_error(500)
                    case "hang":
                        outer._over.wait()
                    case _:
                        self._answer_badly(kind)

            def _answer_badly(self, kind: str) -> None:
                found = Path(self.translate_path(self.path))
                found = found / "index.html" if found.is_dir() else found
                whole = found.read_bytes()
                half = whole[: len(whole) // 2]
                body = {"lie": PORTAL, "wrong": bytes(len(whole))}.get(kind, half)
                self.send_response(200)
                self.send_header("Content-Type", self.guess_type(str(found)))
                length = len(whole) if kind == "stall" else len(body)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
                if kind == "stall":
                    outer._over.wait()

        self._server = Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def recover(self) -> None:
        """What hung is dropped, and all is well again."""
        self.trouble.clear()
        self._over.set()
        self._over = threading.Event()

    def close(self) -> None:
        self.recover()
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
