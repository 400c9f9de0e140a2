"""./build.sh: what its commands print, and what they say when they cannot go on."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from builder.__main__ import script_tests
from builder.paths import ROOT

BUILD = ROOT / "build.sh"
# The promise for a machine where everything is there already.
SECOND_START_SECONDS = 5


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def serve() -> Iterator["Serve"]:
    started = Serve()
    yield started
    started.stop()


class Serve:
    """Runs of `./build.sh serve`, ended together."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def __call__(self, *arguments: str) -> str:
        """Start one and return the address that it prints."""
        process = subprocess.Popen(
            [BUILD, "serve", *arguments], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._running.append(process)
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, f"no address in {line!r}"
        return found[0]

    def stop(self) -> None:
        for process in self._running:
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 130
            assert process.stdout
            process.stdout.close()


def refused(*arguments: str) -> str:
    done = subprocess.run([BUILD, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stderr


def test_serve_is_there_within_seconds_when_nothing_changed(dist: Path, serve: Serve) -> None:
    started = time.monotonic()
    with urlopen(serve("--port", "0")) as answer:
        assert ">micrograd_wasm</a></h1>" in answer.read().decode()
    assert time.monotonic() - started < SECOND_START_SECONDS


def test_serve_takes_the_port_it_is_told(dist: Path, serve: Serve, free_port: int) -> None:
    address = serve("--port", str(free_port))
    assert address == f"http://127.0.0.1:{free_port}/"


def test_serve_finds_a_free_port_when_the_usual_one_is_taken(dist: Path, serve: Serve) -> None:
    first, second = serve(), serve()
    assert first != second
    for address in (first, second):
        with urlopen(address) as answer:
            assert answer.status == 200


def test_serve_knows_the_types_that_browsers_insist_on(dist: Path, serve: Serve) -> None:
    address = serve("--port", "0") + "static/pyodide/"
    for name, kind in (
        ("pyodide.asm.wasm", "application/wasm"),
        ("pyodide.mjs", "text/javascript"),
    ):
        with urlopen(address + name) as answer:
            assert answer.headers["Content-Type"] == kind


def test_serve_says_what_to_do_about_a_port_it_cannot_have(dist: Path, serve: Serve) -> None:
    taken = serve("--port", "0").rsplit(":", 1)[1].strip("/")
    message = refused("serve", "--port", taken)
    assert taken in message
    assert "--port 0" in message


def test_an_unknown_command_shows_the_known_ones() -> None:
    message = refused("swerve")
    assert "swerve" in message
    assert "./build.sh serve" in message


def test_a_machine_without_a_fitting_python_is_told_so(tmp_path: Path) -> None:
    for tool in ("bash", "dirname", "env"):
        (tmp_path / tool).symlink_to(Path("/usr/bin") / tool)
    done = subprocess.run(
        ["/usr/bin/env", "-i", f"PATH={tmp_path}", "bash", BUILD, "help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [("", 0, "All 2 tests passed!"), ("throw new Error('odd');", 1, "odd")],
)
def test_tests_of_scripts_are_one_line_unless_they_fail(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], body: str, code: int, told: str
) -> None:
    for name in ("one", "two"):
        text = f'import {{ test }} from "node:test"; test("{name}", () => {{ {body} }});'
        (tmp_path / f"{name}.test.mjs").write_text(text)
    assert script_tests(tmp_path) == code
    out = "".join(capfd.readouterr())
    assert told in out
    assert (out.count("\n") > 10) == bool(code)
