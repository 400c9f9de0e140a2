"""Runs other programs quietly, and says what to do when one of them fails."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder.paths import ROOT

Command = Sequence[str | Path]
SHOWN_LINES = 40


class BuildError(Exception):
    """A step failed; the message says what happened and what to do about it."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(
    step: str,
    command: Command,
    *,
    advice: str,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a step and return its output; only a failing step shows what it printed."""
    started = time.monotonic()
    say(f"  {step} ...")
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise BuildError(f"{step}: {error}\nWhat to do: {advice}") from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-SHOWN_LINES:])
        raise BuildError(
            f"{tail}\n\n{step} failed (exit code {done.returncode}).\nWhat to do: {advice}"
        )
    say(f"  {step}: {time.monotonic() - started:.1f} s")
    return done.stdout
