"""Takes the pictures of README.md: the built playground, light and dark.

    ./build.sh picture

A page's picture is a matter of its browser's fonts, so nothing compares these byte by byte; they
are made anew when the playground's looks have changed.
"""

from __future__ import annotations

import base64
import threading
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from builder.browser import CHROMIUM_OPTIONS, ensure_browser
from builder.dist import ensure_dist
from builder.paths import ROOT
from builder.server import address, make_server

FOLDER = ROOT / "docs" / "pictures"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTH, HEIGHT = 1280, 760
SCALE = 1.5
QUALITY = 0.7
WAIT_MS = 60_000
# Trained, painted finely, with its curves and its code: Python has come.
SHOWN = """() => document.body.dataset.painted >= 2 && document.querySelector("#loss-chart canvas")
    && document.querySelector("#code-text")?.textContent.includes("import")
    && document.querySelector("#stage").textContent === "" """
# Chromium's own encoder: a third of a PNG's bytes.
TO_WEBP = """async ([png, quality]) => {
    const image = await createImageBitmap(await (await fetch(png)).blob());
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def path_of(theme: Theme) -> Path:
    return FOLDER / f"playground-{theme}.webp"


def take(browser: Browser, site: str, theme: Theme) -> bytes:
    """The playground at this address as a WebP file."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=SCALE,
        color_scheme=theme,
        service_workers="block",
    )
    page = context.new_page()
    page.goto(site)
    page.wait_for_function(SHOWN, timeout=WAIT_MS)
    png = base64.b64encode(page.screenshot()).decode()
    page.goto("about:blank")  # which has no policy of its own
    packed: str = page.evaluate(TO_WEBP, [f"data:image/png;base64,{png}", QUALITY])
    context.close()
    return base64.b64decode(packed)


def main() -> None:
    server = make_server(ensure_dist(), 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        program = ensure_browser()
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_OPTIONS))
        for theme in THEMES:
            path_of(theme).write_bytes(take(browser, address(server), theme))
            print(f"{path_of(theme).relative_to(ROOT)}: {path_of(theme).stat().st_size:,} bytes")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
