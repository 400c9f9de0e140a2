"""Where things are in the checkout, and the one hash by which "still up to date" is decided."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
CACHE = ROOT / ".build"
FACTS = CACHE / "facts"  # package.json names it, too
DIST = ROOT / "dist"
REQUIREMENTS = ROOT / "requirements"
CONTENT = ROOT / "content"
SITE = ROOT / "site"


def files_hash(paths: Iterable[Path], *notes: str) -> str:
    """A digest of these files (folders are walked), their names, and any notes."""
    digest = hashlib.sha256()
    for note in notes:
        digest.update(note.encode() + b"\0")
    for path in sorted(found for given in paths for found in _walk(given)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _walk(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    hidden = ("__pycache__", ".ipynb_checkpoints")
    return [p for p in path.rglob("*") if p.is_file() and not set(hidden) & set(p.parts)]


class Stamp:
    """A small file that says for which inputs something was made."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self.key = key

    def holds(self) -> bool:
        return self.path.is_file() and self.path.read_text() == self.key

    def write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.key)
