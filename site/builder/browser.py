"""Finds a Chromium for the tests, and installs one where there is none."""

import os
import shutil
import subprocess
from pathlib import Path

from builder.shell import BuildError, Command, run
from builder.tools import VENV_PYTHON

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_PROGRAMS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Quiet, and able to run as root in a container.
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,"
    "CertificateTransparencyComponentUpdater",
)
NO_BROWSER = (
    "install Chromium or Google Chrome so that `chromium` or `google-chrome` is on the PATH "
    "(Debian, Ubuntu: apt-get install chromium), then run it again."
)


def ensure_browser() -> Path:
    """The system's Chromium; else Debian's package, when we may install it; else Playwright's."""
    found = system_browser() or playwright_browser()
    if found:
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        quietly = {"DEBIAN_FRONTEND": "noninteractive"}
        try:
            run("updating package lists", ["apt-get", "update"], env=quietly, advice=NO_BROWSER)
            install: Command = [
                "apt-get",
                "install",
                "--yes",
                "--no-install-recommends",
                "chromium",
            ]
            run("installing chromium with apt-get", install, env=quietly, advice=NO_BROWSER)
        except BuildError:
            pass  # a Debian-like system without that package: Playwright's download is next
    if not system_browser():
        download: Command = [VENV_PYTHON, *"-m playwright install chromium".split()]
        run("downloading Playwright's Chromium", download, advice=NO_BROWSER)
    found = system_browser() or playwright_browser()
    if found is None:
        raise BuildError(f"No Chromium was found for the tests.\nWhat to do: {NO_BROWSER}")
    return found


def system_browser() -> Path | None:
    for name in NAMES:
        if program := shutil.which(name):
            return Path(program)
    return next((Path(p) for p in MAC_PROGRAMS if Path(p).is_file()), None)


def playwright_browser() -> Path | None:
    """The browser that Playwright downloaded earlier, if it did."""
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    shown = subprocess.run(
        [VENV_PYTHON, "-c", ask], capture_output=True, text=True, check=False, timeout=60
    )
    path = Path(shown.stdout.strip() or "/nowhere")
    return path if path.is_file() else None
