"""Makes dist/playground: the pages' bundles, and the numbers and charts that need no Python."""

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

from builder.paths import FACTS, ROOT, SITE
from builder.runtime import STDLIB
from builder.shell import BuildError, run
from builder.tools import VENV_PYTHON, node

PAGES = ("index.html", "notebook.html", "bench/index.html")
SOURCES = {"notebook.html": "run-notebook/notebook.html"}  # where it has another name
OWN_FILES = (*PAGES, "favicon.svg")
FOLDER = "playground"
SCRIPTS = ("watchdog.js", "early.js", "main.js", "notebook.js", "bench.js")
BUNDLED = (*SCRIPTS, "playground.css", "print.css", "bench.css")
# Where the first picture waits for the controls (lazy-controls.js), they are fetched with all else.
NO_ROOM = "(min-width: 720px) and ((max-width: 999.9px) or (max-height: 539.9px))"
EARLY = f'<script src="{FOLDER}/early.js'
# What a page fetches for Python, with the wheel.
FETCHED = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", STDLIB, "pyodide-lock.json")
# How the two modules end: site/js/engine/python-files.js takes them as functions that return this.
EXPORTS = {
    "pyodide.mjs": r"export\s*\{\s*\w+ as loadPyodide\b[^}]*\};?\s*(//# sourceMappingURL=\S+\s*)?$",
    "pyodide.asm.mjs": r"export default \w+;\s*$",
}


def build_pages(output: Path) -> None:
    """Write the pages into a site that holds static/pyodide already."""
    target = output / FOLDER
    run(
        "exporting the default run and the charts",
        [VENV_PYTHON, "-m", "builder.exports", target],
        env={"PYTHONPATH": f"{SITE}:{ROOT}"},
        advice="the engine itself failed; the lines above say why.",
    )
    runtime = output / "static" / "pyodide"
    # One version for all that belongs together: no cache can mix an old part with a new one.
    sources = [SITE / name for name in ("js", "css", "bench", "run-notebook", "playground.css")]
    sources += [FACTS, target, runtime / "pyodide-lock.json", ROOT / "package-lock.json"]
    version = digest(sources)
    kernels = target / "kernels.json"
    python = python_files(output, version)
    defined = {
        "WORKER_FILE": f"./worker.js?{version}",
        "PLAN_FILE": f"./plan.js?{version}",
        "PYTHON_FILE": f"./python.js?{version}",
        "KERNEL_FILES": {"files": json.loads(kernels.read_text()), "version": version},
        "PYTHON_BYTES": sum(python["sizes"].values()),
        "PYTHON_FILES": python,
    }
    values = json.dumps({name: json.dumps(value) for name, value in defined.items()})
    script = SITE / "builder" / "bundle.mjs"
    run(
        "bundling the pages",
        [node(), script, SITE, target, values],
        advice="a script or style of the site does not parse; the lines above say where.",
    )
    for name in OWN_FILES:  # over JupyterLite's own front page
        (output / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(SITE / SOURCES.get(name, name), output / name)
    for path in (output / name for name in PAGES):
        page = path.read_text()
        for name in BUNDLED:
            page = page.replace(f'{FOLDER}/{name}"', f'{FOLDER}/{name}?{version}"')
        if "main.js" in page:
            # Fetched beside the first script, not one after the other; the largest first, as a
            # browser has six connections to a host that does not speak HTTP/2.
            main = (target / "main.js").read_text()
            size = {name: (target / name).stat().st_size for name in _imports(main)}
            needed = [f"worker.js?{version}", *sorted(size, key=lambda name: -size[name])]
            page = page.replace("</head>", "\n".join([*map(_preload, needed), "</head>"]))
            lazy = re.findall(r'import\("\./(lazy-[^"]+)"\)', main)
            link = _preload(lazy[0], f' id="lazy" media="{NO_ROOM}"')
            page = page.replace(EARLY, f"{link}\n{EARLY}")  # which looks for it
        path.write_text(page)


def python_files(output: Path, version: str) -> dict[str, Any]:
    """What a page has to know of Python's files to fetch them: their sizes in bytes."""
    runtime = output / "static" / "pyodide"
    lock = json.loads((runtime / "pyodide-lock.json").read_text())
    wheel = lock["packages"]["micrograd-wasm"]["file_name"]
    for name, end in EXPORTS.items():
        if not re.search(end, (runtime / name).read_text()):
            raise BuildError(
                f"{name} does not export what it did.\n"
                "What to do: compare its last line with MODULES in site/js/engine/python-files.js."
            )
    sizes = {name: (runtime / name).stat().st_size for name in (*FETCHED, wheel)}
    return {"sizes": sizes, "version": version}


def _imports(script: str) -> list[str]:
    """The files that a bundle imports as it starts."""
    return re.findall(r'(?:from|import) ?"\./([^"]+)"', script)


def _preload(name: str, more: str = "") -> str:
    return f'<link rel="modulepreload" href="{FOLDER}/{name}"{more}>'


def digest(paths: list[Path]) -> str:
    """Eight hex digits that change with the contents of these files and folders."""
    found = [
        file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
    ]
    contents = (hashlib.sha256(file.read_bytes()).digest() for file in found if file.is_file())
    return hashlib.sha256(b"".join(contents)).hexdigest()[:8]
