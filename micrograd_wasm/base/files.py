"""Files of ours: JSON in which every number is exact, with its kind, version and SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final, NoReturn

from . import checks

VERSION: Final = 1


def _path_of(path: Any) -> Path:
    if not isinstance(path, str | os.PathLike):
        checks.refuse("path", "the name of a file", path, kind=TypeError)
    name = checks.text("path", path, "a name") if isinstance(path, str) else str(Path(path))
    if "\0" in name:
        checks.refuse("path", "a name without a null character", path)
    return Path(name)


def write(path: Any, content: dict[str, Any]) -> None:
    """Write the content and its SHA-256."""
    file = _path_of(path)
    text = json.dumps({**content, "sha256": _sum(content)}, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def read(path: Any, kind: str, writer: str) -> dict[str, Any]:
    """The content of a file of this kind, which `writer` is to have written."""
    file = _path_of(path)
    try:
        content = json.loads(file.read_text(encoding="utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        refuse(path, writer, "it is not JSON", error)
    if not isinstance(content, dict) or content.get("format") != kind:
        found = content.get("format") if isinstance(content, dict) else None
        refuse(path, writer, f"it is {checks.shown(found)}" if found else "it is something else")
    if content.get("version") != VERSION:
        refuse(path, writer, "it is of another version")
    return content


def check_sum(content: dict[str, Any]) -> None:
    """Refuse a content that was changed."""
    rest = {name: value for name, value in content.items() if name != "sha256"}
    if _sum(rest) != content.get("sha256"):
        raise ValueError("it was changed: its content does not have its SHA-256")


def _sum(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _shown(path: Any) -> str:
    return checks.shown(str(path))


def refuse(path: Any, writer: str, why: str, error: BaseException | None = None) -> NoReturn:
    """Say that a file is not what `writer` wrote."""
    raise ValueError(
        f"path: expected a file that {writer} wrote, got {_shown(path)}: {why}"
    ) from error
