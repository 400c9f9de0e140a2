"""Installs the benchmarks' npm packages and bundles the workers that use them, with esbuild."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
BUNDLES = MODULES / ".bundles"
NEED_PACKAGES = ("tensorflow", "jax")


def ensure_bundles() -> None:
    """node_modules as the lock says, and a bundle of each worker in NEED_PACKAGES."""
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = MODULES / ".installed"
    key = hashlib.sha256(lock).hexdigest()
    if not stamp.exists() or stamp.read_text() != key:
        _run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
        stamp.write_text(key)
    for name in NEED_PACKAGES:
        _run(
            *("node", MODULES / "esbuild" / "bin" / "esbuild", HERE / "workers" / f"{name}.js"),
            *("--bundle", "--format=esm", "--minify", "--log-level=error"),
            *("--external:fs", "--external:path", "--external:os", "--external:worker_threads"),
            f"--outfile={BUNDLES / name}.js",
        )


def address(name: str) -> str:
    """Where the server has a bundle."""
    return f"/tests/bench/node_modules/.bundles/{name}.js"


def versions() -> str:
    """Names and versions of the installed packages that are compared with."""
    report = _run("npm", "ls", "--depth=0", "--parseable", "--long")
    return ", ".join(line.split(":")[1] for line in report.splitlines()[1:])


def _run(*command: str | Path) -> str:
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    done = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
