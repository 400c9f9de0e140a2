"""Renews every lock file: names, versions and hashes, never an address.

The wheels that go into the site follow from the pinned pyodide: its own lock says which versions
its kernel needs, and this script copies them from there.
"""

import json
import re
import tempfile
from pathlib import Path

from builder.paths import NODE_MODULES, REQUIREMENTS, ROOT, VENV
from builder.shell import run
from builder.tools import ONLINE, ensure_node, ensure_venv, npm, with_tools

OLDEST_PYTHON = "3.11"
# What JupyterLite's Python kernel imports at start. comm is the one that pyodide does not list.
KERNEL_NEEDS = ("micropip", "ipython", "jedi", "six", "traitlets", "packaging")
OUTSIDE_PYODIDE = ("comm",)


def renew_locks() -> None:
    """Rewrite package-lock.json and all requirement locks from their hand-written inputs."""
    (ROOT / "package-lock.json").unlink(missing_ok=True)
    run(
        "locking npm packages",
        [*npm(), "install", "--package-lock-only", "--omit-lockfile-registry-resolved"],
        env=with_tools(),
        advice=ONLINE,
    )
    ensure_node()
    ensure_venv()
    for source in (REQUIREMENTS / "tools.in", REQUIREMENTS / "node.in"):
        _compile(source, source.with_suffix(".txt"))
    bench = ROOT / "tests" / "bench" / "requirements.in"
    _compile(bench, bench.with_suffix(".txt"))
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pyodide.in"
        pins.write_text("\n".join([*kernel_pins(), *OUTSIDE_PYODIDE]) + "\n")
        _compile(pins, REQUIREMENTS / "site-wheels.txt", "--no-deps", python="3.14")


def kernel_pins() -> list[str]:
    """name==version of everything KERNEL_NEEDS leads to in pyodide's lock."""
    packages = json.loads((NODE_MODULES / "pyodide" / "pyodide-lock.json").read_text())["packages"]
    found: dict[str, str] = {}
    waiting = list(KERNEL_NEEDS)
    while waiting:
        name = normal(waiting.pop())
        if name not in found:
            found[name] = packages[name]["version"]
            waiting += packages[name]["depends"]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def normal(name: str) -> str:
    """A package name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _compile(source: Path, lock: Path, *options: str, python: str = OLDEST_PYTHON) -> None:
    command: list[str | Path] = [VENV / "bin" / "uv", "pip", "compile", "--quiet", "--upgrade"]
    command += ["--universal", "--python-version", python, "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-annotate", *options, source, "--output-file", lock]
    command += ["--custom-compile-command", "./build.sh lock"]
    run(f"locking {lock.relative_to(ROOT)}", command, advice=ONLINE)
