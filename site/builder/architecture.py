"""Draws the map of the code in docs/architecture.md from the code itself.

    ./build.sh map

docs/pictures/architecture.svg has a box for each folder of the wheel and of the site's scripts, and
an arrow for each import between them, read from the sources: lazy ones and those for type checkers
count as any other. What an arrow says that others say already, one after the other, is left out;
the small words in a box name all that it imports. The table of the wheel's folders is made from
what each says about itself. Tests compare both with what is there.
"""

from __future__ import annotations

import ast
import math
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap

from builder.paths import ROOT, SITE

WHEEL = ROOT / "micrograd_wasm"
PAGE = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
TABLE = re.compile(r"(?<=<!-- made by ./build.sh map -->\n).*?(?=<!-- end -->)", re.DOTALL)

Imports = dict[str, set[str]]
"""For each folder those that it imports."""

_WIDTH, _EDGE, _GAP = 780, 16, 14  # in pixels
_HEIGHT, _LINE, _CHARACTER = 31, 15, 6.3  # of a box without its small words; of those
_STYLE = """
svg { color-scheme: light dark; font: 14px system-ui, sans-serif; }
.paper { fill: #fff; } text { fill: #1f2328; text-anchor: middle; } .small { font-size: 11.5px; }
.small, .title { fill: #59636e; } .title { text-anchor: start; } .name { font-weight: 600; }
.box { fill: #f3f5f7; stroke: #c3cad2; } .arrow { stroke: #59636e; stroke-width: 1.4; }
marker path { fill: #59636e; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117; } text { fill: #e6edf3; } .small, .title { fill: #9198a1; }
  .box { fill: #1a2028; stroke: #3d444d; }
  .arrow { stroke: #9198a1; } marker path { fill: #9198a1; }
}
"""


def write() -> None:
    """Draw the picture, and fill in the table."""
    PICTURE.write_text(picture())
    PAGE.write_text(with_table(PAGE.read_text()))


# -- what the sources say --------------------------------------------------------------------------


def folders() -> list[str]:
    """Those of the wheel."""
    return sorted(path.parent.name for path in WHEEL.glob("*/__init__.py"))


def wheel_imports() -> Imports:
    """Between the wheel's folders. The files beside them are names for what is in them."""
    names = folders()
    found: Imports = {name: set() for name in names}
    for path in sorted(WHEEL.glob("*/**/*.py")):
        home = path.relative_to(WHEEL).parts[0]
        for module in _modules(path):
            if module[1] in names and module[1] != home:
                found[home].add(module[1])
    return found


def _modules(path: Path) -> Iterator[list[str]]:
    """The wheel's modules that a file imports, as lists of names."""
    package = [WHEEL.name, *path.parent.relative_to(WHEEL).parts]
    for node in ast.walk(ast.parse(path.read_text())):
        modules: list[list[str]] = []
        if isinstance(node, ast.Import):
            modules = [name.name.split(".") for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = above + (node.module.split(".") if node.module else [])
            modules = [module] if len(module) > 1 else [[*module, n.name] for n in node.names]
        yield from (module for module in modules if module[0] == WHEEL.name and len(module) > 1)


_JS_IMPORT = re.compile(r'\b(?:from|import)\s*\(?\s*"(\.{1,2}/[^"]+\.js)"')
_JS_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)  # names types of anywhere
_APART = ("js/playground/state",)  # known to other pages, too


def script_imports() -> Imports:
    """Between the folders of the site's scripts, each with what lies in it."""
    found: Imports = {}
    for path in sorted(SITE.glob("*/**/*.js")):
        home = _script_folder(path)
        found.setdefault(home, set())
        text = _JS_COMMENT.sub("", path.read_text())
        for name in _JS_IMPORT.findall(text):
            there = _script_folder(Path(os.path.normpath(path.parent / name)))
            found[home] |= {there} - {home}
    return found


def _script_folder(path: Path) -> str:
    parts = path.relative_to(SITE).parent.parts
    for depth in (3, 2):
        name = "/".join(parts[:depth])
        if name in _APART or (depth == 2 and parts[0] == "js"):
            return name
    return parts[0]


def says(folder: str) -> str:
    """The first sentence of what a folder of the wheel says about itself."""
    text = ast.get_docstring(ast.parse((WHEEL / folder / "__init__.py").read_text())) or ""
    return " ".join(text.split("\n\n")[0].split())


def with_table(text: str) -> str:
    """The page's text, its table of the wheel's folders made anew."""
    rows = [f"| `micrograd_wasm/{name}/` | {says(name)} |\n" for name in _top_down(wheel_imports())]
    return TABLE.sub(lambda _: "".join(["\n| | |\n|---|---|\n", *rows, "\n"]), text)


# -- where the boxes go ----------------------------------------------------------------------------


def reduced(imports: Imports) -> Imports:
    """Without what follows from the others: where a imports b and b imports c, a's of c."""

    def beyond(name: str) -> set[str]:
        return imports.get(name, set()).union(*(beyond(one) for one in imports.get(name, set())))

    return {
        name: used - set().union(*(beyond(one) for one in used)) for name, used in imports.items()
    }


def rows(imports: Imports) -> list[list[str]]:
    """From the top down: each folder above all that it imports, as low as can be."""
    arrows = reduced(imports)
    users = {name: sum(name in used for used in arrows.values()) for name in imports}
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            depths[name] = 1 + max(map(depth, imports[name]), default=-1)
        return depths[name]

    found: list[list[str]] = []
    places: dict[str, float] = {}

    def place(name: str) -> tuple[float, int, str]:
        """In its row: over what it imports, then what is imported most."""
        below = [places[one] for one in arrows[name]]
        return sum(below) / max(1, len(below)), -users[name], name

    for level in range(1 + max(map(depth, imports))):
        row = sorted((name for name in imports if depth(name) == level), key=place)
        places |= {name: k / len(row) for k, name in enumerate(row)}
        found.insert(0, row)
    return found


def _top_down(imports: Imports) -> list[str]:
    return [name for row in rows(imports) for name in row]


@dataclass(frozen=True)
class _Box:
    x: float
    y: float
    width: float
    height: float
    words: list[str]  # lines

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def _boxes(imports: Imports, top: float) -> dict[str, _Box]:
    found = {}
    for row in rows(imports):
        width = (_WIDTH - 2 * _EDGE - _GAP * (len(row) - 1)) / len(row)
        words = {name: _words(imports[name], width) for name in row}
        height = _HEIGHT + _LINE * max(map(len, words.values()))
        for i, name in enumerate(row):
            found[name] = _Box(_EDGE + i * (width + _GAP), top, width, height, words[name])
        top += height + (3 if len(row) > 1 else 2) * _GAP
    return found


def _words(used: Iterable[str], width: float) -> list[str]:
    if not used:
        return ["imports nothing of ours"]
    return wrap(f"imports {_listed(used)}", int(width / _CHARACTER))


# -- the picture -----------------------------------------------------------------------------------


def picture() -> str:
    """The drawing as SVG, in the reader's colours, light or dark."""
    scripts, wheel = script_imports(), wheel_imports()
    parts: list[str] = []
    bottom = _panel(parts, "site/: the pages’ scripts, JavaScript", scripts, 0)
    bottom = _panel(parts, "micrograd_wasm/: the wheel, Python", wheel, bottom)
    marker = (
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0 8 4 0 8z"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom:g}" '
        f'width="{_WIDTH}" height="{bottom:g}" role="img" aria-labelledby="what">\n'
        f'<title id="what">Which folder imports which: {_in_words(scripts | wheel)}</title>\n'
        f"<style>{_STYLE}</style>\n<defs>{marker}</defs>\n"
        f'<rect class="paper" width="{_WIDTH}" height="{bottom:g}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(parts: list[str], title: str, imports: Imports, top: float) -> float:
    """Draw one from `top` on. Returns where it ends."""
    parts.append(f'<text class="title" x="{_EDGE}" y="{top + 30:g}">{escape(title)}</text>')
    boxes = _boxes(imports, top + 44)
    for name, used in sorted(reduced(imports).items()):
        parts += [_arrow(boxes[name], boxes[one]) for one in sorted(used)]
    for name, box in boxes.items():
        parts.append(
            f'<rect class="box" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
            f'height="{box.height:g}" rx="6"/>'
        )
        lines = [("name", name, 19.0), *(("small", one, _LINE) for one in box.words)]
        y = box.y + 2
        for kind, text, height in lines:
            y += height
            parts.append(f'<text class="{kind}" x="{box.middle:g}" y="{y:g}">{escape(text)}</text>')
    return max(box.y + box.height for box in boxes.values()) + 20


def _arrow(start: _Box, end: _Box) -> str:
    """From the lower edge of one to the upper edge of the other, as upright as can be."""
    left, right = max(start.x, end.x), min(start.x + start.width, end.x + end.width)
    x0 = x1 = (left + right) / 2
    if left > right:  # neither is above the other
        side = math.copysign(_EDGE, start.x - end.x)
        x0 = start.middle - math.copysign(start.width / 2, side) + side
        x1 = end.middle + math.copysign(end.width / 2, side) - side
    places = f'x1="{x0:g}" y1="{start.y + start.height:g}" x2="{x1:g}" y2="{end.y - 1:g}"'
    return f'<line class="arrow" {places} marker-end="url(#tip)"/>'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name.removeprefix("js/") for name in sorted(names))


def _in_words(imports: Imports) -> str:
    used = [f"{name} {_listed(those)}" for name, those in sorted(imports.items()) if those]
    return escape("; ".join(used))


if __name__ == "__main__":
    write()
