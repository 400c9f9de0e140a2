"""The commands behind build.sh."""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from builder import architecture
from builder.browser import ensure_all_browsers, ensure_browser
from builder.dist import ensure_dist
from builder.locks import renew_locks
from builder.paths import ROOT, SITE
from builder.server import address, make_server
from builder.shell import BuildError, Command, run, say
from builder.tools import VENV_PYTHON, ensure_facts, ensure_node, ensure_venv, node, with_tools

USUAL_PORT = 8000
ALL_BROWSERS = "--all-browsers"
USAGE = f"""\
./build.sh                     build the site into dist/
./build.sh serve [--port N]    build what is missing and serve it (port {USUAL_PORT} or a free one)
./build.sh test [ARGUMENTS]    lint, types, imports, all tests; ARGUMENTS go to pytest
./build.sh test quick          the same checks; tests of engine, compiler and one page: in a minute
./build.sh test --all-browsers [ARGUMENTS]
                               the same with Firefox and WebKit, installed where they are not there
./build.sh picture             take README.md's pictures of the built playground
./build.sh map                 draw the map of docs/architecture.md from the code's imports
./build.sh lock                renew all lock files
./build.sh help                this text
"""


def main(arguments: list[str]) -> int:
    command, *rest = arguments or ["build"]
    try:
        match command:
            case "build" | "lock" | "map" | "picture" if rest:
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
            case "map":
                architecture.write()
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


SHARED = ["-n", "2", "--dist", "loadfile"]
# A page, and then, in other processes (tests/conftest.py says why), the engine and the compiler.
QUICK: list[list[str]] = [
    ["tests/site/test_playground_engine.py", "-k", "before_python_and_after and at_root"],
    [
        *("-n", "2", "--dist", "worksteal", "-m", "not slow and not pyodide"),
        *("tests", "--ignore=tests/site"),
    ],
]


def test(arguments: list[str]) -> int:
    """Lint, types, imports, the scripts' tests that need no browser, then every other test in one
    run, whose closing line is the last one printed.

    All of them are shared by two processes (tests/conftest.py); chosen ones run one by one. "quick"
    chooses what tells most in a minute: the engine, the compiler, and one page.
    """
    arguments = list(arguments)
    all_browsers = ALL_BROWSERS in arguments
    if all_browsers:
        arguments.remove(ALL_BROWSERS)
    runs = QUICK if arguments == ["quick"] else [arguments or SHARED]
    ensure_venv()
    ensure_node()
    ensure_facts()
    checks = ("ruff check", "ruff format --check", "mypy", "lint-imports --no-logo --no-cache")
    steps: dict[str, Callable[[], int]] = {name: partial(_tool, name) for name in checks}
    steps["node --test"] = script_tests
    for name, step in steps.items():
        started = time.monotonic()
        if code := step():
            return code
        say(f"{name}: {time.monotonic() - started:.1f} s")
    ensure_browser()
    if all_browsers:
        ensure_all_browsers()
    ensure_dist()
    return next(filter(None, (_tool("pytest", run) for run in runs)), 0)


def script_tests(folder: Path = ROOT / "tests" / "js") -> int:
    """Tests of the site's scripts that need no page. One line if they pass, or all that they say.

    Returns:
        The exit code.
    """
    say("\nnode --test")
    files = sorted(folder.glob("*.test.mjs"))
    command: Command = [node(), "--test", "--test-reporter=spec", *files]
    # It would warn that the sources are modules without saying so.
    quiet = {**os.environ, "NODE_NO_WARNINGS": "1"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=quiet,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    passed = re.search(r"^\S+ pass (\d+)$", done.stdout, re.MULTILINE)
    if done.returncode or not passed:
        print(done.stdout, end="", flush=True)
        return done.returncode or 1
    say(f"All {passed[1]} tests passed!")
    return 0


def _tool(step: str, arguments: Sequence[str] = ()) -> int:
    """Its exit code."""
    say(f"\n{step}")
    name, *options = step.split()
    program: Command = [VENV_PYTHON, "-m", name]
    if name == "lint-imports":  # has no module of its own
        program = [VENV_PYTHON, VENV_PYTHON.parent / name]
    command: Command = [*program, *options, *arguments]
    environment = {**os.environ, **with_tools()}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
