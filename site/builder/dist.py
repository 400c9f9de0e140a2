"""Makes dist/, the whole site, unless the one that is there was made from the same sources."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from builder.jupyterlite import build_jupyterlite
from builder.lessons_build import build_lessons
from builder.notebook_list import build_notebook_list
from builder.pages import build_pages
from builder.paths import CACHE, CONTENT, DIST, REQUIREMENTS, ROOT, SITE, Stamp, files_hash
from builder.policy import build_policy
from builder.runtime import make_runtime
from builder.service_worker import build_service_worker
from builder.shell import BuildError, say
from builder.tools import ensure_facts, ensure_node, ensure_venv

SOURCES = (
    *(ROOT / name for name in ("micrograd_wasm", "pyproject.toml", "README.md", "LICENSE")),
    *(ROOT / name for name in ("package.json", "package-lock.json")),
    *(REQUIREMENTS, SITE, CONTENT),
)


def ensure_dist() -> Path:
    """The up-to-date site; two callers at once do not build it twice."""
    CACHE.mkdir(exist_ok=True)
    with _one_at_a_time(CACHE / "dist.lock"):
        stamp = Stamp(CACHE / "dist.stamp", files_hash(SOURCES))
        if not (stamp.holds() and (DIST / "index.html").is_file()):
            say("Building the site into dist/")
            stamp.path.unlink(missing_ok=True)
            ensure_venv()
            ensure_node()
            ensure_facts()
            scratch = CACHE / "scratch"
            shutil.rmtree(scratch, ignore_errors=True)
            # Built aside and put in place in one move: dist/ is never half a site.
            build_site(scratch / "site", scratch)
            shutil.rmtree(DIST, ignore_errors=True)
            (scratch / "site").rename(DIST)
            stamp.write()
    return DIST


def build_site(output: Path, scratch: Path) -> None:
    """The whole site in a new folder; the same bytes whenever the sources are the same."""
    scratch.mkdir(parents=True, exist_ok=True)
    make_runtime(scratch / "runtime", scratch)
    build_jupyterlite(scratch / "runtime", output, scratch)
    for leftover in output.glob("rspack.config*.js"):
        leftover.unlink()  # JupyterLite's, for building JupyterLite
    build_pages(output)
    build_notebook_list(output)
    build_lessons(output)
    build_policy(output)
    build_service_worker(output)
    # GitHub Pages would otherwise leave out what begins with an underscore.
    (output / ".nojekyll").touch()
    for path in output.rglob("*.map"):
        raise BuildError(f"{path} is a source map; visitors would load it for nothing.")
    for path in output.rglob("*"):
        os.utime(path)  # servers compare dates: a changed file must not carry its old one
        path.chmod(0o755 if path.is_dir() else 0o644)


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
