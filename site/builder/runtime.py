"""Makes static/pyodide: the Python runtime, our wheel and the kernel's wheels, all precompiled.

Everything here comes from the hashed locks or from this checkout; the pyodide-lock.json that it
writes lists local files only, so that no page has a reason to ask another host.
"""

import email
import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

from builder.locks import normal
from builder.paths import CACHE, NODE_MODULES, REQUIREMENTS, ROOT, SITE, VENV, Stamp, files_hash
from builder.shell import BuildError, run
from builder.tools import ONLINE, VENV_PYTHON, node

NPM_PYODIDE = NODE_MODULES / "pyodide"
RUNTIME_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
STDLIB = "python_stdlib.zip"
# The kernel brings its own packages; of those it loads these three in every notebook.
EXTENSION = VENV / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
EXTENSION_WHEELS = ("ipykernel", "piplite", "pyodide_kernel")
EPOCH = {"SOURCE_DATE_EPOCH": "1577836800"}


def make_runtime(target: Path, scratch: Path) -> None:
    """Fill target with everything a page needs for Python with `import micrograd_wasm`."""
    third_party = third_party_runtime()
    own = own_wheel(scratch)
    target.mkdir(parents=True)
    for name in RUNTIME_FILES:
        shutil.copyfile(NPM_PYODIDE / name, target / name)
    shutil.copyfile(third_party / STDLIB, target / STDLIB)
    upstream = json.loads((NPM_PYODIDE / "pyodide-lock.json").read_text())
    wheels = [*sorted(third_party.glob("*.whl")), own]
    packages = {}
    for wheel in wheels:
        entry = lock_entry(wheel, upstream["packages"])
        packages[entry["name"]] = entry
        shutil.copyfile(wheel, target / str(entry["file_name"]))
    for name, entry in packages.items():
        missing = [d for d in entry["depends"] if d not in packages]
        if missing:
            raise BuildError(
                f"The wheel {name} needs {', '.join(missing)}, which the site does not hold.\n"
                "What to do: add it to KERNEL_NEEDS in site/builder/locks.py; ./build.sh lock."
            )
    lock = {"info": upstream["info"], "packages": dict(sorted(packages.items()))}
    (target / "pyodide-lock.json").write_text(json.dumps(lock, indent=1) + "\n")


def third_party_runtime() -> Path:
    """The standard library and the kernel's wheels, precompiled; kept until a lock changes."""
    folder = CACHE / "third-party"
    lock = REQUIREMENTS / "site-wheels.txt"
    tools = REQUIREMENTS / "tools.txt"
    scripts = [SITE / "builder" / name for name in ("precompile.mjs", "precompile.py")]
    key = files_hash([lock, tools, ROOT / "package-lock.json", *scripts])
    stamp = Stamp(folder / "stamp", key)
    if stamp.holds():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    downloads = CACHE / "wheels"
    shutil.rmtree(downloads, ignore_errors=True)
    options = "--quiet --no-deps --require-hashes --only-binary=:all: --python-version 3.14"
    options += " --implementation py --abi none --platform any"
    run(
        "downloading the wheels of the site",
        [VENV_PYTHON, *"-m pip download".split(), *options.split(), "-r", lock, "-d", downloads],
        advice=ONLINE,
    )
    for name in EXTENSION_WHEELS:
        (found,) = EXTENSION.glob(f"{name}-*.whl")
        shutil.copyfile(found, downloads / found.name)
    archives = [NPM_PYODIDE / STDLIB, *sorted(downloads.glob("*.whl"))]
    _precompile("precompiling Python's libraries", folder, archives)
    stamp.write()
    return folder


def own_wheel(scratch: Path) -> Path:
    """This project's wheel, precompiled too, but with its sources: tracebacks show them."""
    options = "-m pip wheel --quiet --no-deps --no-build-isolation".split()
    run(
        "making the wheel",
        [VENV_PYTHON, *options, ROOT, "-w", scratch / "wheel"],
        env=EPOCH,
        advice="the package does not build; the lines above say why.",
    )
    (plain,) = (scratch / "wheel").glob("*.whl")
    _precompile("precompiling the wheel", scratch / "compiled", [plain], "--keep-source")
    return scratch / "compiled" / plain.name


def lock_entry(wheel: Path, upstream: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    """What pyodide-lock.json says about one wheel."""
    distribution, version, *tags = wheel.name.split("-")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    name = normal(distribution)
    imports, depends = read_wheel(wheel)
    known = upstream.get(name)
    if known:
        imports, depends = known["imports"], [normal(d) for d in known["depends"]]
    return {
        "name": name,
        "version": version,
        # A build tag with the content's hash: no cache can mistake an old wheel for a new one.
        "file_name": "-".join([distribution, version, f"0{digest[:8]}", *tags]),
        "install_dir": "site",
        "sha256": digest,
        "package_type": "package",
        "imports": imports,
        "depends": depends,
        "unvendored_tests": False,
    }


def read_wheel(wheel: Path) -> tuple[list[str], list[str]]:
    """The top-level modules of a wheel, and the packages it requires without any extra."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(n for n in names if n.endswith(".dist-info/METADATA"))
        message = email.message_from_bytes(archive.read(metadata))
    modules = {n.split("/")[0].removesuffix(".pyc") for n in names if n.endswith((".py", ".pyc"))}
    required = [r for r in message.get_all("Requires-Dist") or [] if "extra ==" not in r]
    return sorted(modules), sorted(normal(re.split(r"[^\w.-]", r)[0]) for r in required)


def _precompile(step: str, target: Path, archives: list[Path], *options: str) -> None:
    script = SITE / "builder" / "precompile.mjs"
    run(
        step,
        [node(), script, NPM_PYODIDE, target, *options, *archives],
        advice="if Node itself failed, remove node_modules/ and .build/ and run it again.",
    )
