"""The commands behind build.sh."""

import argparse
import os
import subprocess
import sys
import time

from builder.browser import ensure_all_browsers, ensure_browser
from builder.dist import ensure_dist
from builder.locks import renew_locks
from builder.paths import ROOT, SITE
from builder.server import address, make_server
from builder.shell import BuildError, Command, run, say
from builder.tools import VENV_PYTHON, ensure_node, ensure_venv, with_tools

USUAL_PORT = 8000
ALL_BROWSERS = "--all-browsers"
USAGE = f"""\
./build.sh                     build the site into dist/
./build.sh serve [--port N]    build what is missing and serve it (port {USUAL_PORT} or a free one)
./build.sh test [ARGUMENTS]    lint, types and all tests; ARGUMENTS go to pytest
./build.sh test --all-browsers [ARGUMENTS]
                               the same with Firefox and WebKit, installed where they are not there
./build.sh picture             take README.md's pictures of the built playground
./build.sh lock                renew all lock files
./build.sh help                this text
"""


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["build"]
    try:
        match command:
            case "build" | "lock" | "picture" if rest:
                raise BuildError(f"{command} takes no arguments, but got: {' '.join(rest)}")
            case "build":
                say(f"The site is in {ensure_dist().relative_to(ROOT)}/")
            case "serve":
                serve(rest)
            case "test":
                return test(rest)
            case "lock":
                renew_locks()
            case "picture":
                take_pictures()
            case "help" | "--help" | "-h":
                print(USAGE, end="")
            case _:
                raise BuildError(f"There is no command {command!r}.\n\n{USAGE}")
    except BuildError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def serve(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./build.sh serve")
    parser.add_argument("--port", type=int, help="the port to use; 0 takes a free one")
    wanted: int | None = parser.parse_args(arguments).port
    folder = ensure_dist()
    try:
        server = make_server(folder, USUAL_PORT if wanted is None else wanted)
    except (OSError, OverflowError) as error:
        if wanted is not None:
            raise BuildError(
                f"Port {wanted} cannot be used: {error}.\n"
                "What to do: take another, or --port 0 for any free one."
            ) from error
        server = make_server(folder, 0)
    print(f"Serving the site at {address(server)} (Ctrl+C stops)", flush=True)
    with server:
        server.serve_forever()


def take_pictures() -> None:
    """In the tests' Python, which has a browser to drive."""
    ensure_dist()
    run(
        "taking the pictures",
        [VENV_PYTHON, "-m", "builder.picture"],
        env={"PYTHONPATH": f"{SITE}:{ROOT}"},
        advice="the lines above say what the browser met.",
    )


def test(arguments: list[str]) -> int:
    """Lint, types, then every test in one run, whose closing line is the last one printed.

    All of them are shared by two processes (tests/conftest.py); chosen ones run one by one.
    """
    arguments = list(arguments)
    all_browsers = ALL_BROWSERS in arguments
    if all_browsers:
        arguments.remove(ALL_BROWSERS)
    shared = ["-n", "2", "--dist", "loadfile"]
    ensure_venv()
    ensure_node()
    environment = {**os.environ, **with_tools()}
    for step in ("ruff check", "ruff format --check", "mypy", "pytest"):
        say(f"\n{step}")
        started = time.monotonic()
        if step == "pytest":
            ensure_browser()
            if all_browsers:
                ensure_all_browsers()
            ensure_dist()
        extra = (arguments or shared) if step == "pytest" else []
        command: Command = [VENV_PYTHON, "-m", *step.split(), *extra]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code != 0:
            return code
        if step != "pytest":
            say(f"{step}: {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
