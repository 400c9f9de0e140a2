"""What does not fit into the memory is refused before it is begun."""

from __future__ import annotations

import os
import sys
from typing import Final

from . import checks

BROWSER: Final = 1 << 31  # bytes: a page's Python does not get more
UNKNOWN: Final = 1 << 36  # where the system does not say how much there is


def most() -> int:
    """The bytes that there are here in all."""
    if sys.platform == "emscripten":
        return BROWSER
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return UNKNOWN


def check(name: str, value: object, size: int) -> None:
    """Refuse `value` where `size` bytes are needed and there are not so many here."""
    limit = most()
    if size > limit:
        raise ValueError(
            f"{name}: expected what fits into the memory here, {_text(limit)}, got "
            f"{checks.shown(value)}, which takes about {_text(size)}"
        )


def _text(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size < 10**15 else "more than a million GB"
