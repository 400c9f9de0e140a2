"""What README.md, CONTRIBUTING.md and docs/ say of the code: the files, tests and commands that
they name exist; the drawing and the table of docs/architecture.md are the code's own."""

import ast
import re
from pathlib import Path

import pytest

from builder import architecture
from builder.__main__ import USAGE
from builder.paths import ROOT

DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md")))
}
PATH = re.compile(r"`(\.?(?:[\w-]+/)+(?:[\w-]+(?:\.\w+)*)?|\w+\.(?:md|toml|json|sh))(?:::(\w+))?`")
LINK = re.compile(r'(?:\]\(|src="|srcset=")([^)"#\s]+)')
MADE = {".venv", "node_modules", ".build", "dist", "test-results"}
OF_THE_SITE = {"bench", "embed-demo"}  # pages, by their address
FOLDERS = ("micrograd_wasm", "site", "site/js", "tests", "content")
SCREEN = 60  # lines


def paths(text: str) -> list[tuple[str, str]]:
    """What stands in backticks and is a file or folder of this one; and the test named in it."""
    found = [(one[1], one[2] or "") for one in PATH.finditer(text)]
    return [one for one in found if one[0].split("/")[0] not in MADE | OF_THE_SITE]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_names_exists(name: str) -> None:
    """Paths are those of the checkout."""
    named = paths(DOCUMENTS[name])
    assert len(named) > 3
    assert [path for path, _ in named if not (ROOT / path).exists()] == []
    for path, test in named:
        if test:
            tree = ast.walk(ast.parse((ROOT / path).read_text()))
            kinds = (ast.FunctionDef, ast.ClassDef)
            assert test in {one.name for one in tree if isinstance(one, kinds)}, (path, test)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_link_to_a_file_leads_to_one(name: str) -> None:
    links = [one for one in LINK.findall(DOCUMENTS[name]) if "://" not in one]
    assert [one for one in links if not (ROOT / name).parent.joinpath(one).exists()] == []


def test_who_comes_next_is_led_to_all_of_it() -> None:
    for place in ("CONTRIBUTING.md", "docs/architecture.md", "docs/TRUST.md"):
        assert f"]({place})" in DOCUMENTS["README.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_command_that_is_named_is_one(name: str) -> None:
    """A word after ./build.sh is a command's, an option is an option."""
    used = re.findall(r"\./build\.sh((?: (?:--)?[a-z][\w-]*)+)", DOCUMENTS[name])
    known = set(re.findall(r"(?<=\./build\.sh )[a-z]+", USAGE))
    options = set(re.findall(r"--[a-z-]+", USAGE)) | {"quick"}
    for words in map(str.split, used):
        assert words[0] in known, words
        assert {one for one in words[1:] if one.startswith("--")} <= options, words
    assert used or name == "docs/TRUST.md"


def test_the_map_has_every_folder() -> None:
    text = DOCUMENTS["docs/architecture.md"]
    for above in FOLDERS:
        below = [path.name for path in (ROOT / above).iterdir() if path.is_dir()]
        shown = [name for name in below if not name.startswith(("_", "."))]
        assert shown
        assert [name for name in shown if f"`{above}/{name}/" not in text] == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_a_section_is_a_screen(name: str) -> None:
    sections = re.split(r"^## ", DOCUMENTS[name], flags=re.MULTILINE)
    assert len(sections) > 4
    assert max(len(one.splitlines()) for one in sections) <= SCREEN
    prose = re.sub(r"`[^`\n]*`", "", DOCUMENTS[name])
    assert max(map(len, prose.splitlines())) <= 130


def test_the_drawing_is_the_codes() -> None:
    """If not: ./build.sh map"""
    assert architecture.PICTURE.read_text() == architecture.picture()


def test_the_table_is_the_codes() -> None:
    """If not: ./build.sh map"""
    text = DOCUMENTS["docs/architecture.md"]
    assert architecture.with_table(text) == text
    assert all(f"`micrograd_wasm/{name}/`" in text for name in architecture.folders())
    assert all(architecture.says(name).endswith(".") for name in architecture.folders())


def test_every_import_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lazy ones, those for type checkers, by name or from above; a file's own folder is not."""
    wheel = tmp_path / "micrograd_wasm"
    sources = {
        "a": "def f():\n    from ..b.inner import deep\n    from . import own",
        "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .. import c",
        "b/inner": "from ...d import one\nfrom ..other import two",
        "c": "import micrograd_wasm.d.sub, math",
        "d": "from math import sqrt\nfrom .. import __version__",
    }
    for name, text in sources.items():
        (wheel / name).mkdir(parents=True)
        (wheel / name / "__init__.py").write_text("")
        (wheel / name / "module.py").write_text(text + "\n")
    monkeypatch.setattr(architecture, "WHEEL", wheel)
    found = architecture.wheel_imports()
    assert found == {"a": {"b"}, "b": {"c", "d"}, "c": {"d"}, "d": set()}
    assert architecture.reduced(found) == {"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": set()}
    assert architecture.rows(found) == [["a"], ["b"], ["c"], ["d"]]
    before = architecture.picture()
    (wheel / "a" / "module.py").write_text("from ..c import more\n")
    assert architecture.picture() != before


def test_what_the_scripts_import_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    sources = {
        "js/shared/dom.js": "export const $ = 1;",
        "js/engine/engine.js": 'import { $ } from "../shared/dom.js";',
        "js/playground/state/store.js": 'export * from "../../shared/dom.js";',
        "js/playground/plane/plane.js": 'import "../state/store.js";\n'
        'import "../../engine/engine.js";',
        "bench/bench.js": '/** @type {import("../js/playground/state/store.js").A} */\n'
        'const later = () => import("../js/engine/engine.js");',
    }
    for name, text in sources.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    monkeypatch.setattr(architecture, "SITE", site)
    assert architecture.script_imports() == {
        "js/playground": {"js/engine", "js/playground/state"},
        "js/shared": set(),
        "js/engine": {"js/shared"},
        "js/playground/state": {"js/shared"},
        "bench": {"js/engine"},
    }
