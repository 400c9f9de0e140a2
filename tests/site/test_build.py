"""What dist/ is made of, and what it leaves out."""

import filecmp
import hashlib
import json
import re
import zipfile
from pathlib import Path

from builder.dist import build_site
from builder.locks import kernel_pins
from builder.paths import REQUIREMENTS, ROOT

PYODIDE = "static/pyodide"


def test_the_same_sources_make_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    build_site(tmp_path / "again", tmp_path / "scratch")
    compared = filecmp.dircmp(dist, tmp_path / "again")
    assert list(differences(compared)) == []


def differences(compared: "filecmp.dircmp[str]") -> list[str]:
    found = compared.left_only + compared.right_only + compared.funny_files
    for name in compared.common_files:
        left, right = Path(compared.left) / name, Path(compared.right) / name
        if left.read_bytes() != right.read_bytes():
            found.append(str(left))
    for below in compared.subdirs.values():
        found += differences(below)
    return found


def test_there_are_no_source_maps(dist: Path) -> None:
    assert list(dist.rglob("*.map")) == []


def test_the_front_page_is_ours_and_loads_nothing_from_elsewhere(dist: Path) -> None:
    text = (dist / "index.html").read_text()
    assert ">micrograd_wasm</a></h1>" in text
    loaded = re.findall(r'(?:<link[^>]*href|src)="([^"]*)"', text)
    assert loaded
    assert [link for link in loaded if "//" in link] == []


def test_python_comes_from_the_site_itself(dist: Path) -> None:
    config = json.loads((dist / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = config["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["pyodideUrl"].startswith("./static/pyodide/pyodide.mjs")
    assert kernel["disablePyPIFallback"] is True


def test_every_wheel_that_python_may_load_is_a_file_of_the_site(dist: Path) -> None:
    packages = json.loads((dist / PYODIDE / "pyodide-lock.json").read_text())["packages"]
    assert "micrograd-wasm" in packages
    for package in packages.values():
        wheel = dist / PYODIDE / package["file_name"]
        assert hashlib.sha256(wheel.read_bytes()).hexdigest() == package["sha256"]
        assert set(package["depends"]) <= set(packages)


def test_our_wheel_keeps_its_sources_beside_the_compiled_modules(dist: Path) -> None:
    (wheel,) = (dist / PYODIDE).glob("micrograd_wasm-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = sorted((ROOT / "micrograd_wasm").rglob("*.py"))
    for source in sources:
        name = source.relative_to(ROOT)
        assert name.as_posix() in names
        compiled = f"{name.parent.as_posix()}/__pycache__/{name.stem}.cpython-314.pyc"
        does_something = re.search(r"^(def|class|if|for) |^\w+: ", source.read_text(), re.MULTILINE)
        assert (compiled in names) == bool(does_something), name
    assert "micrograd_wasm/py.typed" in names
    assert {name.split("/")[0] for name in names} == {
        "micrograd_wasm",
        next(name.split("/")[0] for name in names if name.endswith("/METADATA")),
    }


def test_other_code_is_compiled_only(dist: Path) -> None:
    for name in ("python_stdlib.zip", "ipython-*.whl", "jedi-*.whl"):
        (archive,) = (dist / PYODIDE).glob(name)
        names = zipfile.ZipFile(archive).namelist()
        compiled = sum(name.endswith(".pyc") for name in names)
        left = [name for name in names if name.endswith(".py")]
        assert compiled > 50, archive
        assert left == [], archive


def test_the_wheels_are_the_ones_that_pyodide_pins() -> None:
    locked = (REQUIREMENTS / "site-wheels.txt").read_text()
    for pin in kernel_pins():
        assert f"{pin} " in locked, f"{pin}: run ./build.sh lock"


def test_locks_hold_hashes_and_no_addresses() -> None:
    npm = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in npm.items():
        assert "resolved" not in package
        assert not name or "integrity" in package
    locks = [*REQUIREMENTS.glob("*.txt"), ROOT / "tests" / "bench" / "requirements.txt"]
    assert len(locks) >= 4
    for lock in locks:
        pins = re.split(r"\n(?=\w)", lock.read_text())[1:]
        assert pins
        for pin in pins:
            assert re.match(r"[\w.-]+==\S+ .*?--hash=sha256:[0-9a-f]{64}", pin, re.DOTALL), pin
            assert "://" not in pin
