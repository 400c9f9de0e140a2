"""Makes dist/service-worker.js: ours, which keeps the site for use offline, and JupyterLite's."""

from pathlib import Path

from builder.pages import digest
from builder.paths import SITE
from builder.shell import BuildError

NAME = "service-worker.js"
VERSION = "SITE_VERSION"


def build_service_worker(output: Path) -> None:
    """Write it into a site that is otherwise whole: its version is that of all the rest."""
    path = output / NAME
    theirs = path.read_text()
    if 'self.addEventListener("fetch",' not in theirs:
        raise BuildError(
            f"{NAME} is not the service worker that JupyterLite had.\n"
            f"What to do: see whether site/{NAME} still may stand before it."
        )
    ours = (SITE / NAME).read_text().replace(VERSION, digest([output]))
    path.write_text(f"{ours}\n{theirs}")
