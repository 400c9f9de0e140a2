"""The notebooks of the site: what each says about itself, and the version that copies of it carry.

A notebook's metadata hold, under "micrograd", what a reader wants to know before opening it:

    "micrograd": {"title": "...", "about": "One sentence.", "minutes": 12,
                  "runs": "about 5 s in a browser", "needs": "nothing but this tab"}

With "outputs": "stored" it is run when the site is built, and read before it is run in a browser
(builder/notebook_outputs.py).

JupyterLite keeps a reader's copy in the browser and shows it from then on, whatever the site has.
So the build adds a "version", made from the cells. A copy keeps it, and tells with it from which
version it was made and whether its cells were edited since: site/notebook-list/copies.js.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.shell import BuildError

KEY = "micrograd"
REQUIRED: dict[str, type] = {"title": str, "about": str, "minutes": int, "runs": str, "needs": str}
LESSONS = "lessons/"
LAST = 100
EXAMPLE = (
    '"micrograd": {"title": "...", "about": "One sentence.", "minutes": 12, '
    '"runs": "about 5 s in a browser", "needs": "nothing but this tab"}'
)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the site, by its path below files/."""

    path: str
    title: str
    about: str
    minutes: int
    runs: str
    needs: str
    version: str
    order: int  # among its kind; optional in the metadata

    @property
    def of_a_lesson(self) -> bool:
        return self.path.startswith(LESSONS)


def stamp_notebooks(folder: Path) -> None:
    """Write into every notebook of a folder which version of its cells it is.

    Raises:
        BuildError: one of them does not say about itself what readers are shown.
    """
    for path in _found(folder):
        content = json.loads(path.read_text())
        about = _about(path.relative_to(folder).as_posix(), content)
        content["metadata"][KEY] = {**about, "version": version_of(content["cells"])}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def read_notebooks(folder: Path) -> list[Notebook]:
    """The stamped notebooks of a folder: its own, then those of lessons, each in their "order"."""
    notebooks = []
    for path in _found(folder):
        name = path.relative_to(folder).as_posix()
        about = _about(name, json.loads(path.read_text()))
        notebooks.append(
            Notebook(
                path=name,
                title=about["title"],
                about=about["about"],
                minutes=about["minutes"],
                runs=about["runs"],
                needs=about["needs"],
                version=about["version"],
                order=about.get("order", LAST),
            )
        )
    return sorted(notebooks, key=lambda one: (one.of_a_lesson, one.order, one.path))


def version_of(cells: Iterable[dict[str, Any]]) -> str:
    """16 hex digits that change with the cells' kinds and sources, and with nothing else.

    FNV-1a with 64 bits, because pages compute it too, also where browsers offer no SHA-256 (over
    plain http). See http://www.isthe.com/chongo/tech/comp/fnv/
    """
    text = "".join(f"{cell['cell_type']}\n{''.join(cell['source'])}\0" for cell in cells)
    found = 0xCBF29CE484222325
    for byte in text.encode():
        found = ((found ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{found:016x}"


def _found(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.ipynb"))


def _about(name: str, content: dict[str, Any]) -> dict[str, Any]:
    about = content.get("metadata", {}).get(KEY)
    if not isinstance(about, dict):
        raise BuildError(
            f"The notebook {name} does not say what it is: its metadata have no {KEY!r}.\n"
            f"What to do: add to its metadata {EXAMPLE}"
        )
    for field, kind in REQUIRED.items():
        value = about.get(field)
        if not isinstance(value, kind) or isinstance(value, bool) or not value:
            raise BuildError(
                f"The notebook {name}: metadata.{KEY}.{field} must be a {kind.__name__} "
                f"that says something, but is {value!r:.60}.\n"
                f"What to do: make its metadata look like {EXAMPLE}"
            )
    return about
