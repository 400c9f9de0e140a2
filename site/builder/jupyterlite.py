"""Runs JupyterLite's build over our runtime and notebooks, and makes its result reproducible."""

import json
import os
import re
import shutil
from pathlib import Path

from builder.notebooks import stamp_notebooks
from builder.paths import CONTENT, ROOT, SITE, VENV
from builder.runtime import EPOCH, EXTENSION
from builder.shell import BuildError, run
from builder.tools import VENV_PYTHON

APPS = ("lab", "notebooks", "repl", "tree", "edit", "consoles")
FIXED_TIME = int(EPOCH["SOURCE_DATE_EPOCH"])
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# The kernel is the one extension of the site. Others that the build's tools happen to bring into
# .venv/ would be loaded by every visitor, too.
SETTINGS = {
    "LiteBuildConfig": {
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(EXTENSION.parents[1])],
    }
}


def build_jupyterlite(runtime: Path, target: Path, scratch: Path) -> None:
    """Write the notebook, lab and repl apps, Python, and content/ as their files, to target."""
    # In a folder of its own each time: JupyterLite trusts a task database that can outlive its
    # files, and then leaves a site that looks for Python on a public host.
    staged = scratch / "lite"
    staged.mkdir()
    for name in ("jupyter-lite.json", "overrides.json"):
        shutil.copyfile(SITE / name, staged / name)
    shutil.copytree(runtime, staged / "static" / "pyodide")
    (staged / "jupyter_lite_config.json").write_text(json.dumps(SETTINGS))
    _stage_files(staged / "files")
    for path in [staged, *staged.rglob("*")]:
        os.utime(path, (FIXED_TIME, FIXED_TIME))
    command: list[str | Path] = [VENV / "bin" / "jupyter", "lite", "build", "--no-sourcemaps"]
    command += [option for app in APPS for option in ("--apps", app)]
    command += ["--lite-dir", staged, "--output-dir", target]
    advice = "remove .venv/ and .build/ and run it again."
    run("building JupyterLite", command, cwd=staged, env=EPOCH, advice=advice)
    _check_runtime_is_local(target)
    _fix_times(target)


def _stage_files(folder: Path) -> None:
    """content/ as readers find it: lessons as notebooks, and every notebook with its version."""
    hidden = shutil.ignore_patterns(".*", "__pycache__", "lessons")
    shutil.copytree(CONTENT, folder, ignore=hidden)
    if any((CONTENT / "lessons").glob("[0-9][0-9]-*.md")):
        run(
            "writing the lessons as notebooks",
            [VENV_PYTHON, "-m", "builder.lessons_pages", "--notebooks", folder / "lessons"],
            env={"PYTHONPATH": f"{SITE}:{ROOT}"},
            advice="a lesson is not written as site/builder/lessons.py says; see above.",
        )
    run(
        "running the notebooks that read before they run",
        [VENV_PYTHON, "-m", "builder.notebook_outputs", folder],
        env={"PYTHONPATH": f"{SITE}:{ROOT}"},
        advice="a cell of a notebook in content/ does not run; see above.",
    )
    stamp_notebooks(folder)


def _check_runtime_is_local(target: Path) -> None:
    config = json.loads((target / "jupyter-lite.json").read_text())["jupyter-config-data"]
    url = config["litePluginSettings"][KERNEL].get("pyodideUrl", "")
    if not re.match(r"\./static/pyodide/pyodide\.mjs(\?|$)", url):
        raise BuildError(
            f"JupyterLite was built without its own Python: pyodideUrl is {url!r}.\n"
            "What to do: remove .build/ and run it again."
        )


def _fix_times(target: Path) -> None:
    """JupyterLite lists when each file was made; the same sources would differ in it each time.

    What readers see instead is when the site was published: site/notebook-list/startup.js.
    """
    dates = re.compile(r'("(?:created|last_modified)": ")[^"]*"')
    for listing in (target / "api" / "contents").rglob("all.json"):
        listing.write_text(dates.sub(r'\g<1>2020-01-01T00:00:00Z"', listing.read_text()))
