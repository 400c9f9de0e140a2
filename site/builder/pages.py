"""Makes dist/playground: the pages' bundles, and the numbers and charts that need no Python."""

import hashlib
import json
import re
import shutil
from pathlib import Path

from builder.paths import ROOT, SITE
from builder.runtime import STDLIB
from builder.shell import run
from builder.tools import VENV_PYTHON, node

PAGES = ("index.html", "notebook.html", "bench/index.html")
OWN_FILES = (*PAGES, "favicon.svg")
FOLDER = "playground"
BUNDLED = ("early.js", "main.js", "notebook.js", "playground.css", "bench.js", "bench.css")
# Where the first picture waits for the controls (hands.js), they are fetched with all else.
NO_ROOM = "(min-width: 720px) and ((max-width: 999.9px) or (max-height: 539.9px))"
EARLY = f'<script src="{FOLDER}/early.js'
# What a page fetches for Python (it imports the two .mjs files beside them).
FETCHED = ("pyodide.asm.wasm", STDLIB, "pyodide-lock.json")


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
    lock = json.loads((runtime / "pyodide-lock.json").read_text())
    wheel = lock["packages"]["micrograd-wasm"]["file_name"]
    sizes = {name: (runtime / name).stat().st_size for name in (*FETCHED, wheel)}
    # One version for all that belongs together: no cache can mix an old part with a new one.
    parts = [SITE / "js", SITE / "css", SITE / "bench", SITE / "playground.css", target]
    version = digest([*parts, runtime / "pyodide-lock.json", ROOT / "package-lock.json"])
    kernels = target / "kernels.json"
    defined = {
        "WORKER_FILE": f"./worker.js?{version}",
        "PLAN_FILE": f"./plan.js?{version}",
        "PYTHON_FILE": f"./python.js?{version}",
        "KERNEL_FILES": {"files": json.loads(kernels.read_text()), "version": version},
        "PYTHON_BYTES": sum(sizes.values()),
        "PYTHON_FILES": {"sizes": sizes, "version": version},
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
        shutil.copyfile(SITE / name, output / name)
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
            later = re.findall(r'import\("\./(later-[^"]+)"\)', main)
            link = _preload(later[0], f' id="later" media="{NO_ROOM}"')
            page = page.replace(EARLY, f"{link}\n{EARLY}")  # which looks for it
        path.write_text(page)


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
