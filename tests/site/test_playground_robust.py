"""The playground when something breaks: Python dies after it had been there, a worker is held up, a
file does not come, WebAssembly is missing. What happened is said, a way on is offered, the controls
stay alive, and nothing stale passes for new."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.playground import (
    BOOT_MS,
    OFFICIAL,
    WIDE,
    assert_accessible,
    assert_only_numbers,
    expect_panel,
    open_playground,
    pixels,
    result,
    set_state,
    settle,
)
from tests.site.visits import Visit

# The page's workers by the name of their file, for a test to get at. `hold` keeps what they say
# from the page until `release`.
WORKERS = """
window.workers = {};
{
    const Native = Worker;
    const listen = EventTarget.prototype.addEventListener;
    const held = [];
    let holding = false;
    window.hold = () => { holding = true; };
    window.release = () => { holding = false; held.splice(0).forEach((tell) => tell()); };
    window.Worker = class extends Native {
        constructor(url, how) {
            super(url, how);
            workers[how.name ?? String(url).match(/(\\w+)\\.js/)[1]] = this;
        }
        addEventListener(type, listener) {
            listen.call(this, type, (event) => {
                if (holding && type === "message") held.push(() => listener(event));
                else listener(event);
            });
        }
    };
}
"""
# In Python's worker: its memory, and on demand rubbish in all of it, as after a bug in the runtime.
SABOTAGE = """
let memory;
const instantiate = WebAssembly.instantiate;
const keep = (answer) => {
    memory ??= Object.values((answer.instance ?? answer).exports)
        .find((one) => one instanceof WebAssembly.Memory);
    return answer;
};
for (const name of ["instantiate", "instantiateStreaming"]) {
    const native = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...how) => {
        for (const part of Object.values(how[1] ?? {}).flatMap((one) => Object.values(one)))
            if (part instanceof WebAssembly.Memory) memory = part;
        return keep(await native(...how));
    };
}
self.addEventListener("message", ({data}) => {
    if (data.sabotage === "memory") new Uint8Array(memory.buffer).fill(0xa5);
    if (data.sabotage === "throw") setTimeout(() => { throw new Error("out of memory"); });
});
"""


# A network that has no kernel among the site's files.
ASKS_PYTHON = {"layers": [7], "activations": ["relu"]}


@pytest.fixture
def page(visit: Visit) -> Page:
    visit.page.set_viewport_size(WIDE)
    visit.page.add_init_script(WORKERS)

    def sabotaged(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=SABOTAGE + answer.text())

    visit.page.context.route("**/playground/python.js*", sabotaged)
    return visit.page


def ask_for(page: Page, **state: Any) -> None:
    """Change the state by script and do not wait for its run."""
    page.evaluate("(state) => { micrograd.set(state).catch(() => null); }", state)


@pytest.mark.parametrize(("how", "told"), [("memory", ""), ("throw", "out of memory")])
def test_python_that_dies_later_says_so_and_is_started_again(
    at_root: str, visit: Visit, page: Page, how: str, told: str
) -> None:
    open_playground(visit, at_root)
    page.evaluate("(how) => workers.python.postMessage({sabotage: how})", how)
    if how == "throw":
        expect(page.locator("#notices")).to_contain_text("Python stopped (Uncaught Error: out of")
    ask_for(page, **ASKS_PYTHON)
    expect(page.locator("#stage")).to_contain_text("Python stopped.", timeout=BOOT_MS)
    expect_panel(page, "This run could not be made.")
    expect_panel(page, told)
    expect(page.locator("#main")).to_have_class(re.compile("stale"))
    assert_only_numbers(page)
    assert_accessible(page)
    # What needs no Python goes on, by the controls.
    ask_for(page, layers=[16, 16], activations=["relu", "relu"])
    page.get_by_label("Steps", exact=True).fill("50")
    page.get_by_label("Steps", exact=True).press("Enter")
    page.wait_for_function("micrograd.result !== null && micrograd.state.steps === 50")
    settle(page)
    assert "stale" not in (page.locator("#main").get_attribute("class") or "")
    expect(page.locator("#stage")).to_contain_text("Python stopped.")
    ask_for(page, **ASKS_PYTHON)
    page.get_by_role("button", name="Retry").click()
    page.wait_for_function(
        "micrograd.state.layers.join() === '7' && micrograd.result !== null", timeout=BOOT_MS
    )
    settle(page)
    expect(page.locator("#stage")).to_be_empty()
    expect(page.locator("#notices")).to_be_empty()
    expect(page.locator("#plane-over")).to_be_hidden()


def test_python_that_falls_silent_is_noticed_and_can_be_replaced(
    at_root: str, visit: Visit, page: Page
) -> None:
    open_playground(visit, at_root)
    page.clock.install()
    page.evaluate("workers.python.terminate()")
    ask_for(page, **ASKS_PYTHON)
    page.clock.run_for(21_000)
    expect(page.locator("#stage")).to_contain_text("Python does not answer.")
    page.clock.resume()
    page.get_by_role("button", name="Retry").click()
    page.wait_for_function("micrograd.result !== null", timeout=BOOT_MS)
    settle(page)
    expect(page.locator("#stage")).to_be_empty()


def test_what_is_drawn_is_marked_while_a_slower_request_runs(
    at_root: str, visit: Visit, page: Page
) -> None:
    open_playground(visit, at_root)
    before = pixels(page, "plane-canvas")
    page.evaluate("hold()")
    page.get_by_role("button", name="Add a layer").click()
    expect(page.locator("#main")).to_have_class(re.compile("stale"))
    expect(page.locator("#stage")).to_have_text("Training anew …")
    expect(page.locator("body")).to_have_attribute("aria-busy", "true")
    assert result(page) is None
    assert pixels(page, "plane-canvas") == before
    # The controls are alive: a newer request is taken, and it alone is drawn.
    page.get_by_role("button", name="Hidden layer 3: one neuron fewer").click()
    page.wait_for_function("micrograd.state.layers.join() === '16,16,15'")
    page.evaluate("release()")
    settle(page)
    expect(page.locator("#main")).not_to_have_class(re.compile("stale"))
    expect(page.locator("#fact-arithmetic")).to_have_text("48 + 272 + 255 + 16 = 591")
    assert result(page)["parameterCount"] == 591


@pytest.mark.parametrize(("pattern", "tab"), [("graph-layout-worker*", "Graph"), ("curves*", None)])
def test_a_part_that_does_not_come_is_named_and_the_rest_works(
    at_root: str, visit: Visit, page: Page, pattern: str, tab: str | None
) -> None:
    page.context.route(f"**/playground/{pattern}", lambda route: route.abort())
    page.goto(at_root)
    page.wait_for_function("micrograd.result !== null")
    if tab:
        settle(page)
        page.locator("#plane-canvas").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#panel-graph")).to_contain_text("did not load", timeout=BOOT_MS)
    else:
        expect(page.locator("#notices")).to_contain_text("The curves could not be drawn")
    assert page.evaluate("micrograd.set({alpha: 0.01})")["parameterCount"] == 337


@pytest.mark.parametrize(
    "lack", ["delete globalThis.WebAssembly", "WebAssembly.validate = () => false"]
)
def test_a_browser_without_webassembly_is_told_what_is_missing(
    at_root: str, visit: Visit, lack: str
) -> None:
    page = visit.page
    page.add_init_script(lack)
    page.goto(at_root)
    expect(page.locator("#plane-over")).to_contain_text("This page computes with WebAssembly")
    assert page.evaluate("micrograd.ready.catch((error) => error.message)") == "no WebAssembly"
    assert_only_numbers(page)
    expect(page.get_by_label("Noise", exact=True)).to_be_visible()
    page.get_by_role("button", name="Dark theme").click()
    assert_accessible(page)
    assert visit.console_errors() == []


def test_loading_tells_its_stages_with_sizes(at_root: str, visit: Visit) -> None:
    page = visit.page
    page.add_init_script("""
        window.told = [];
        window.heard = [];
        addEventListener("DOMContentLoaded", () => {
            const line = document.getElementById("stage");
            const bar = () => line.querySelector("progress:not([hidden])")?.value;
            const record = () => told.push([line.textContent, bar()]);
            new MutationObserver(record).observe(line, {childList: true, subtree: true});
            const aloud = () => heard.push(line.firstChild?.textContent ?? "");
            new MutationObserver(aloud).observe(line, {childList: true});
        });
    """)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_playground(visit, at_root)
    told = page.evaluate("told")
    texts = [text for text, _ in told]
    loading = [text for text in texts if text.startswith("Loading Python")]
    assert all(re.fullmatch(r"Loading Python: \d+\.\d of \d+\.\d MB", text) for text in loading)
    assert len(set(loading)) > 3
    assert any(text.startswith("Starting the engine") for text in texts)
    values = [value for _, value in told if value is not None]
    assert values == sorted(values)
    assert values[-1] > 1e7
    expect(page.locator("#stage")).to_be_empty()
    # Who listens hears each stage once: the sizes are hidden from screen readers.
    heard = page.evaluate("heard")
    assert heard.count("Loading Python") == heard.count("Starting the engine") == 1
    assert result(page)["fingerprint"] == OFFICIAL
    assert set_state(page, noise=0.2)["fingerprint"] != OFFICIAL
    # Graphviz comes when a graph is asked for.
    assert not any("graph-layout" in url for url in asked)
    page.get_by_role("tab", name="Graph").click()
    expect(page.locator(".graph-view svg")).to_be_visible(timeout=30_000)
    assert any("graph-layout" in url for url in asked)
