"""Makes dist/lessons/, dist/embed.js and dist/embed-demo/ from content/lessons and site/lessons."""

from pathlib import Path

from builder.pages import digest
from builder.paths import CONTENT, ROOT, SITE, files_hash
from builder.shell import run
from builder.tools import VENV_PYTHON


def build_lessons(output: Path) -> None:
    """Write the lessons into a site that holds the playground and static/pyodide already."""
    # Of all that the pages load by a name with a version in it.
    python = digest([output / "playground" / "python.js"])
    version = files_hash(
        [SITE / "lessons", SITE / "js", ROOT / "micrograd_wasm", CONTENT / "lessons"], python
    )[:8]
    run(
        "building the lessons",
        [VENV_PYTHON, "-m", "builder.lessons_pages", output, version],
        env={"PYTHONPATH": f"{SITE}:{ROOT}"},
        advice="a lesson is not written as site/builder/lessons.py says; see above.",
    )
