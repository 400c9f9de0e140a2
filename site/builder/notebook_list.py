"""Makes notebook-list/, the page that lists the notebooks, and ties JupyterLite's pages to it.

- index.html, list.js, list.css: the page; it reads without scripts, except for readers' own copies.
- notebooks.json: the version of each notebook, by path. Asked for anew on each visit.
- startup.js: what JupyterLite's own pages load before they start (site/notebook-list/startup.js).
"""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from urllib.parse import quote

from builder.notebooks import Notebook, read_notebooks
from builder.paths import ROOT, SITE
from builder.shell import BuildError, run
from builder.tools import node

SOURCES = SITE / "notebook-list"
FOLDER = "notebook-list"
APPS_WITH_FILES = ("notebooks", "lab", "tree", "edit")
APPS = (*APPS_WITH_FILES, "repl", "consoles")
# What the notebook app itself fetches, in bytes: its many small scripts are chosen as it runs. A
# test counts it in a browser, and fails when this is no longer about true.
APP_BYTES = 7_200_000
# What every app loads before it starts: without these it does not.
BEFORE = ("link.js", "outputs.js", "kernel.js", "kernel-worker.js")
CONFIG = "await import(\n          '../config-utils.js"
ICON = '<link rel="icon" href="../favicon.svg" type="image/svg+xml">'


def build_notebook_list(output: Path) -> None:
    """Write the page into a site that is otherwise whole."""
    notebooks = read_notebooks(output / "files")
    target = output / FOLDER
    target.mkdir()
    run(
        "bundling the list of notebooks",
        [node(), SOURCES / "build.mjs", SITE, target],
        advice="a script or style of site/notebook-list does not parse; see above.",
    )
    write_facts(notebooks, output)
    names = ("list.js", "list.css", *BEFORE, "startup.js", "prompt.js")
    scripts = [target / name for name in names]
    version = _digest([*scripts, ROOT / "package-lock.json"])
    (target / "index.html").write_text(page(notebooks, output, version))
    for app in APPS:
        starts = "startup.js" if app in APPS_WITH_FILES else "prompt.js" if app == "repl" else None
        _tie(output / app / "index.html", version, starts)


def write_facts(notebooks: list[Notebook], output: Path) -> None:
    """What scripts want to know: the notebooks' versions by path, and what to fetch ahead."""
    versions = {one.path: {"title": one.title, "version": one.version} for one in notebooks}
    facts = {"notebooks": versions, "ahead": fetched_ahead(output)}
    text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    (output / FOLDER / "notebooks.json").write_text(text)


def page(notebooks: list[Notebook], output: Path, version: str) -> str:
    """The list as HTML."""
    own = [one for one in notebooks if not one.of_a_lesson]
    lessons = [one for one in notebooks if one.of_a_lesson]
    template = (SOURCES / "index.html").read_text()
    parts = {
        "version": version,
        "megabytes": str(round(first_visit_bytes(output) / 1e6)),
        "lessons_link": '<a href="../lessons/">Lessons</a>' if lessons else "",
        "notebooks": "\n".join(map(entry, own)),
        "lessons": _lessons(lessons),
    }
    for name, text in parts.items():
        template = template.replace("{{" + name + "}}", text)
    return template


def entry(notebook: Notebook) -> str:
    """One notebook: what it is, what it takes, and what can be done with it."""
    opens = f"../notebooks/index.html?path={quote(notebook.path)}"
    file = f"../files/{quote(notebook.path)}"
    name = Path(notebook.path)
    title = escape(notebook.title)
    facts = [
        f"{notebook.minutes} min to read",
        f"runs in {notebook.runs.removeprefix('in ')}",
        f"needs {notebook.needs}",
    ]
    return f"""\
<li id="{escape(name.stem)}" data-path="{escape(notebook.path)}" data-title="{title}">
  <h3><a href="{opens}" data-open>{title}</a></h3>
  <p>{escape(notebook.about)}</p>
  <p class="facts">{"".join(f"<span>{escape(fact)}</span>" for fact in facts)}</p>
  <p class="copy" hidden></p>
  <div class="row">
    <a class="button primary" href="{opens}" data-open aria-label="Open {title}">Open</a>
    <a class="button" href="{file}" download="{escape(name.name)}"
      aria-label="Download {title}">Download</a>
    <button type="button" data-reset hidden aria-label="Reset {title}">Reset</button>
  </div>
</li>"""


def _lessons(lessons: list[Notebook]) -> str:
    if not lessons:
        return ""
    entries = "\n".join(map(entry, lessons))
    return (
        '<section aria-labelledby="lessons-title">\n'
        '<h2 id="lessons-title">The lessons as notebooks</h2>\n'
        '<p class="quiet">The same text, cells and exercises as the <a href="../lessons/">lessons'
        "</a>, to change and keep as you like.</p>\n"
        f'<ol class="shelf">\n{entries}\n</ol>\n</section>'
    )


def python_files(output: Path) -> list[Path]:
    """What a notebook fetches for Python: all of the runtime but what nothing here depends on."""
    return sorted((output / "static" / "pyodide").iterdir())


def first_visit_bytes(output: Path) -> int:
    """How much opening a first notebook fetches, uncompressed, up to a notebook's own size."""
    return APP_BYTES + sum(path.stat().st_size for path in python_files(output))


def fetched_ahead(output: Path) -> list[str]:
    """The large files that every notebook needs, as paths from the site's root, in use order."""
    (core,) = (output / "build").glob("jlab_core.*.js")
    large = [path for path in python_files(output) if path.stat().st_size > 100_000]
    return [path.relative_to(output).as_posix() for path in (core, *large)]


def _tie(path: Path, version: str, starts: str | None) -> None:
    """Give a page of JupyterLite the site's icon and what it loads of ours before it starts."""
    text = path.read_text()
    if "<title>" not in text or CONFIG not in text:
        raise BuildError(
            f"{path.name} of {path.parent.name}/ is not the page that JupyterLite had.\n"
            "What to do: compare it with _tie() in site/builder/notebook_list.py."
        )
    text = text.replace("<title>", f"{ICON}\n    <title>", 1)
    script = ""
    for name in BEFORE[:-1]:  # the last one is the worker's
        script += f"await import('../{FOLDER}/{name}?{version}');\n        "
    text = text.replace(CONFIG, script + CONFIG, 1)
    if starts:
        script = f"../{FOLDER}/{starts}?{version}"
        first = f"await import('{script}').then((own) => own.ready).catch(console.warn);"
        text = text.replace(CONFIG, f"{first}\n        {CONFIG}", 1)
    path.write_text(text)


def _digest(paths: list[Path]) -> str:
    """Eight hex digits that change with the contents of these files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]
