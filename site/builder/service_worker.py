"""Makes dist/service-worker.js: ours, which keeps the site for use offline, and JupyterLite's; and
dist/site-files.json, what ours proves files with: the size and SHA-256 of every file."""

import base64
import hashlib
import json
import re
from pathlib import Path

from builder.paths import SITE
from builder.shell import BuildError

NAME = "service-worker.js"
LIST = "site-files.json"
THEIRS = "\n// JupyterLite's:\n"
# What a reader keeps who keeps all of the course: the playground, the lessons, and their Python.
COURSE = re.compile(
    r"(index\.html|favicon\.svg|playground/.*|bench/.*|lessons/.*"
    r"|static/pyodide/(pyodide[.-].*|python_stdlib\.zip|micrograd_wasm-.*\.whl))$"
)


def build_service_worker(output: Path) -> None:
    """Write both into a site that is otherwise whole: their version is that of all the rest."""
    path = output / NAME
    theirs = path.read_text().split(THEIRS)[-1]  # also of a site that had ours before
    if 'self.addEventListener("fetch",' not in theirs:
        raise BuildError(
            f"{NAME} is not the service worker that JupyterLite had.\n"
            f"What to do: see whether site/{NAME} still may stand before it."
        )
    listed = json.dumps(file_list(output), separators=(",", ":")).encode()
    (output / LIST).write_bytes(listed)
    sha256 = _sha256(listed)
    ours = (SITE / NAME).read_text()
    for name, value in {
        "SITE_VERSION": hashlib.sha256(listed).hexdigest()[:8],
        "SITE_FILES": LIST,
        "LIST_SHA256": sha256,
    }.items():
        ours = ours.replace(name, value)
    path.write_text(f"{ours}{THEIRS}{theirs}")


def file_list(output: Path) -> dict[str, object]:
    """What is in the site: {"files": {path: [bytes, SHA-256 in Base64]}, "course": the addresses of
    what belongs to the course, "versions": what stands behind the ? in addresses of our files}."""
    found = {
        file.relative_to(output).as_posix(): file.read_bytes()
        for file in sorted(output.rglob("*"))
        if file.is_file() and file.name not in (NAME, LIST)
    }
    texts = (data for name, data in found.items() if name.endswith((".html", ".js")))
    own = (text for text in texts if b"micrograd" in text)
    return {
        "versions": sorted({mark.decode() for text in own for mark in _MARK.findall(text)}),
        "course": [
            re.sub(r"(^|/)index\.html$", r"\1", name) for name in found if COURSE.match(name)
        ],
        "files": {name: [len(data), _sha256(data)] for name, data in found.items()},
    }


_MARK = re.compile(rb"""\?([0-9a-f]{8})["'`]""")


def _sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
