"""A restless visitor of the playground, and what its page and workers hold in memory."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

MB = 1e6
# One round of use, as a visitor could do it; `k` numbers the rounds.
ROUND = """async (k) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const $ = (id) => document.getElementById(id);
    const slide = async (name, shares) => {
        const slider = document.querySelector(`[data-slider=${name}]`);
        if (!slider?.checkVisibility()) return;
        for (const share of shares) {
            slider.value = Number(slider.min) + share * (slider.max - slider.min);
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            await frame();
        }
        slider.dispatchEvent(new Event("change", {bubbles: true}));
    };
    const sway = Array.from({length: 30}, (_, i) => 0.5 + 0.4 * Math.sin(i / 5 + k));
    const presets = [...$("preset").options].map((one) => one.value).filter(Boolean);
    $("preset").value = presets[k % presets.length];
    $("preset").dispatchEvent(new Event("change", {bubbles: true}));
    await frame();
    await slide("noise", sway);
    await slide("alpha", sway);
    const layers = [[16, 16], [4 + k % 9], [8, 3 + k % 5, 2]][k % 3];
    await micrograd.set({layers, steps: 40 + k % 60}).catch(() => null);
    for (let i = 0; i <= 20; i++) {
        $("scrub").value = (i / 20) * $("scrub").max;
        $("scrub").dispatchEvent(new Event("input", {bubbles: true}));
        await frame();
    }
    for (const tab of ["graph", "code", "kernel", "compare"]) {
        $(`tab-${tab}`).click();
        await new Promise((resolve) => setTimeout(resolve, 350));
        if (tab === "compare") document.querySelector("#panel-compare button")?.click();
        if (tab === "graph") {
            $("plane-canvas").focus();
            for (const key of ["ArrowRight", "Enter"]) {
                $("plane-canvas").dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
            }
            await new Promise((resolve) => setTimeout(resolve, 600));
        }
    }
    $("theme").click();
    $("run").click();
    await new Promise((resolve) => setTimeout(resolve, 500));
    $("run").click();
}"""
_rounds = count()


def use(page: Page, seconds: float) -> int:
    """Use the page for this long; how many rounds that were."""
    ends, rounds = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        page.evaluate(ROUND, next(_rounds))
        rounds += 1
    return rounds


class Targets:
    """Speaks to a page and to its workers, each in a session of its own."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._cdp = page.context.new_cdp_session(page)
        self._answers: dict[int, Any] = {}
        self._ids = count(1)
        self.workers: dict[str, str] = {}
        self._cdp.on("Target.attachedToTarget", self._attached)
        self._cdp.on("Target.receivedMessageFromTarget", self._received)
        self._cdp.send(
            "Target.setAutoAttach",
            {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False},
        )

    def _attached(self, event: dict[str, Any]) -> None:
        url = event["targetInfo"]["url"].split("?")[0]
        self.workers[event["sessionId"]] = url.rsplit("/", 1)[-1]

    def _received(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self._answers[message["id"]] = message.get("result")

    def page(self, method: str) -> Any:
        return self._cdp.send(method)

    def worker(self, session: str, method: str) -> Any:
        number = next(self._ids)
        message = json.dumps({"id": number, "method": method, "params": {}})
        self._cdp.send("Target.sendMessageToTarget", {"message": message, "sessionId": session})
        while number not in self._answers:
            self._page.wait_for_timeout(20)
        return self._answers.pop(number)

    def close(self) -> None:
        self._cdp.detach()


def heaps(page: Page) -> dict[str, float]:
    """MB after a collection, by thread: objects, the browser's own ones, the bytes of buffers."""
    targets = Targets(page)
    page.wait_for_timeout(100)
    found: dict[str, float] = {}
    threads: list[tuple[str, Callable[[str], Any]]] = [("page", targets.page)]
    threads += [(name, partial(targets.worker, one)) for one, name in targets.workers.items()]
    for name, ask in threads:
        ask("HeapProfiler.collectGarbage")
        held = ask("Runtime.getHeapUsage")
        kinds = ("usedSize", "embedderHeapUsedSize", "backingStorageSize")
        found[name] = found.get(name, 0.0) + sum(held.get(kind, 0) for kind in kinds) / MB
    targets.close()
    return found


def resident(browser: Browser) -> float:
    """MB of its own that the largest page process holds, by Linux's account: all of the heaps,
    WebAssembly's memories (Python's, above all), canvases and compiled code."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    sizes = [0.0]
    for process in processes:
        status = Path(f"/proc/{process['id']}/status")
        if process["type"] == "renderer" and status.is_file():
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
            sizes.append(int(lines["RssAnon"].split()[0]) * 1024 / MB)
    return max(sizes)
