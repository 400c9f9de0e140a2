"""Finds the browsers of the tests: a Chromium, which is installed where there is none, and Firefox
and WebKit, which are installed on demand."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from builder.shell import BuildError, Command, run
from builder.tools import VENV_PYTHON

# A Chromium without windows: a page in a context of its own costs it a tenth of a second of a
# processor, and a whole Chromium eight tenths, most of them for a toolbar that nobody sees.
HEADLESS = "chromium-headless-shell"  # both the program and Debian's package
NAMES = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
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
# Debian's packages of the other browsers.
PACKAGES = {"Firefox": ("firefox-esr",), "WebKit": ("webkit2gtk-driver", "xvfb")}
MINIBROWSERS = "webkit2gtk-4.*/MiniBrowser"
NO_BROWSER = (
    "install Chromium or Google Chrome so that `chromium` or `google-chrome` is on the PATH "
    "(Debian, Ubuntu: apt-get install chromium), then run it again."
)


def ensure_browser() -> Path:
    """The system's Chromium, the one without windows first (which root gets by its package); else
    Debian's package, when we may install it; else Playwright's."""
    if not shutil.which(HEADLESS) and os.geteuid() == 0:
        with contextlib.suppress(BuildError):
            _apt_install([HEADLESS], NO_BROWSER)
    found = system_browser() or playwright_browser()
    if found:
        return found
    with contextlib.suppress(BuildError):  # without that package: Playwright's download is next
        _apt_install(["chromium"], NO_BROWSER)
    if not system_browser():
        download: Command = [VENV_PYTHON, *"-m playwright install chromium".split()]
        run("downloading Playwright's Chromium", download, advice=NO_BROWSER)
    found = system_browser() or playwright_browser()
    if found is None:
        raise BuildError(f"No Chromium was found for the tests.\nWhat to do: {NO_BROWSER}")
    return found


def ensure_all_browsers() -> None:
    """Firefox and WebKit beside Chromium, by Debian's packages where we may install them."""
    for name, find in OTHERS.items():
        if find():
            continue
        advice = (
            f"as root, apt-get install {' '.join(PACKAGES[name])} (Ubuntu names its Firefox "
            "otherwise); without --all-browsers the tests skip a browser that is not there."
        )
        _apt_install(PACKAGES[name], advice)
        if not find():
            raise BuildError(f"{name} was not found for the tests.\nWhat to do: {advice}")


def _apt_install(packages: Sequence[str], advice: str) -> None:
    """With Debian's packages, where there are such and we may; nothing otherwise."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if not all(map(shutil.which, ["apt-get", *as_root[:1]])):
        return
    apt: Command = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    run("updating package lists", [*apt, "update"], advice=advice)
    install: Command = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    run(f"installing {' '.join(packages)} with apt-get", install, advice=advice)


def firefox_program() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def webkit_programs() -> list[str] | None:
    """Driver, browser and screen; None where one of them is missing."""
    browser = next(Path("/usr/lib").glob(f"*/{MINIBROWSERS}"), None)
    programs = [shutil.which("WebKitWebDriver"), browser and str(browser), shutil.which("Xvfb")]
    found = [program for program in programs if program]
    return found if len(found) == len(programs) else None


OTHERS = {"Firefox": firefox_program, "WebKit": webkit_programs}


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
