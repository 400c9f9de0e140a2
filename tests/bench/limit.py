"""Compiles and runs contenders/limit.c, the job in hand-written C."""

from __future__ import annotations

import json
import subprocess
from itertools import chain
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "contenders" / "limit.c"
OPTIONS = ("-O3", "-march=native")


class Limit:
    """The compiled program and its numbers, in a folder that is the caller's to delete."""

    def __init__(self, job: dict[str, Any], folder: Path) -> None:
        self._program, self._numbers = folder / "limit", folder / "numbers.txt"
        subprocess.run(["gcc", *OPTIONS, "-o", self._program, SOURCE], check=True)
        numbers = [
            job["alpha"],
            *chain.from_iterable(job["xs"]),
            *job["ys"],
            *job["parameters"],
            *job["rates"],
        ]
        self._numbers.write_text("\n".join(map(repr, numbers)))

    def run(self, variant: str, repeats: int) -> dict[str, float]:
        """Milliseconds of one run and its last loss; variants as in limit.c."""
        command = [self._program, self._numbers, variant, str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        report: dict[str, float] = json.loads(done.stdout)
        return report


def gcc_version() -> str:
    """The compiler's own words."""
    done = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0]
