"""The wheel as anybody has it: from the source archive, in an empty environment, far from here."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from micrograd_wasm import MLP, __version__, datasets, train

ROOT = Path(__file__).parents[2]

# Warnings are errors, also where a module is compiled for the first time.
IMPORT_ALL = """
import importlib, importlib.metadata, json, pkgutil, sys
import micrograd_wasm
for found in pkgutil.walk_packages(micrograd_wasm.__path__, "micrograd_wasm."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
from micrograd_wasm import datasets
about = importlib.metadata.metadata("micrograd_wasm")
print(json.dumps({
    "file": micrograd_wasm.__file__,
    "version": about["Version"],
    "requires": importlib.metadata.requires("micrograd_wasm"),
    "python": about["Requires-Python"],
    "digits": len(datasets.digits()[0]),
    "files": [str(file) for file in importlib.metadata.files("micrograd_wasm")],
    "outside": sorted(
        {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
        - {"__main__", "micrograd_wasm"}
    ),
}))
"""


def ran(*command, cwd):
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The folder of an environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-d", folder / "made"]
    ran(*build, "-t", "sdist", cwd=ROOT)
    (archive,) = (folder / "made").glob("*.tar.gz")
    careful = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # from 3.11.4 on
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "source", **careful)
    (source,) = (folder / "source").iterdir()
    ran(*build, "-t", "wheel", cwd=source)
    (wheel,) = (folder / "made").glob("*.whl")
    ran(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    ran(*pip, "install", "--quiet", "--no-index", wheel, cwd=folder)
    return folder / "venv"


def test_the_wheel_brings_all_it_needs(environment, tmp_path):
    python = environment / "bin" / "python"
    told = json.loads(ran(python, "-I", "-W", "error", "-c", IMPORT_ALL, cwd=tmp_path))
    assert Path(told["file"]).is_relative_to(environment)
    assert told["version"] == __version__
    assert all("extra == " in each for each in told["requires"])
    assert told["python"] == ">=3.11"
    assert told["digits"] == 1438
    assert told["outside"] == []
    ours = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "micrograd_wasm").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= set(told["files"])
    assert any(file.endswith("licenses/LICENSE") for file in told["files"])


def test_the_wheel_trains_what_the_checkout_trains(environment, tmp_path):
    command = ["train", "--steps", "2", "--samples", "20", "--engine", "eager", "--json"]
    out = ran(environment / "bin/python", "-I", "-W", "error", "-m", "micrograd_wasm", *command,
              cwd=tmp_path)  # fmt: skip
    model = MLP(2, [16, 16, 1], seed=(1337, 1337, 1337))
    ours = train(model, datasets.moons(20), steps=2, engine="eager")
    assert json.loads(out)["fingerprint"] == ours.fingerprint
    told = ran(environment / "bin/micrograd-wasm", "--version", cwd=tmp_path)
    assert told == f"micrograd_wasm {__version__}\n"
