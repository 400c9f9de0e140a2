"""Firefox and WebKit do what Chromium does: ten checks, and CPython's bits in each of them.

Where a browser is missing its checks are skipped with a word, and fail on continuous integration;
`./build.sh test --all-browsers` installs them first, where it can.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from builder.browser import OTHERS, PACKAGES
from builder.server import Server, address, make_server
from micrograd_wasm import MLP, datasets, train
from tests.site import other_browsers
from tests.site.other_browsers import Tab, WebKit
from tests.site.playground import OFFICIAL, SETTLED

BROWSERS = {"Firefox": other_browsers.firefox, "WebKit": other_browsers.webkit}
LESSON = "what-a-gradient-says"
SETTLED_NOW = f"document.querySelector({SETTLED!r})"
OFFICIAL_NOW = f"micrograd.result?.fingerprint === {OFFICIAL!r}"
ALIVE = "document.documentElement.classList.contains('alive')"
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A course</title></head>
<script type="module" src="{site}embed.js"></script>
<script>window.heard = []; for (const type of ["micrograd-ready", "micrograd-ran"])
  addEventListener(type, ({{target}}) => heard.push(`${{type}} ${{target.localName}}`));</script>
<micrograd-cell><pre>1 + 1</pre></micrograd-cell>
<micrograd-lesson name="{lesson}"></micrograd-lesson></html>"""
WRITE = """const field = document.querySelector(args[0]);
field.focus();
field.value = args[1];
field.dispatchEvent(new Event("input", {bubbles: true}));"""
BARS = """const page = document.documentElement;
await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
return [page.scrollHeight - page.clientHeight, innerWidth - page.clientWidth];"""
# Of the controls, what is wider than its place.
OVERRUNS = """const right = (one) => one.getBoundingClientRect().right;
const words = (one) => { const all = new Range(); all.selectNodeContents(one); return right(all); };
return [...document.querySelectorAll("#rail .choices label, #rail .layer")]
  .filter((one) => words(one) > right(one)).map((one) => one.textContent);"""
PYTHON_KEPT = """(await Promise.all((await caches.keys()).map(async (name) =>
  (await (await caches.open(name)).keys()).map(({url}) => url)))).flat()
  .some((url) => url.endsWith("pyodide.asm.wasm"))"""


@pytest.fixture(scope="module", params=list(BROWSERS))
def tab(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Tab]:
    if not OTHERS[request.param]():
        word = f"{request.param} is not installed (Debian: {' '.join(PACKAGES[request.param])})"
        if os.environ.get("GITHUB_ACTIONS"):
            pytest.fail(word)
        pytest.skip(word)
    with BROWSERS[request.param](playwright) as tab:
        yield tab


@pytest.fixture(scope="module")
def site(dist: Path) -> Iterator[str]:
    server = serve(dist)
    yield address(server)
    stop(server)


def serve(folder: Path) -> Server:
    server = make_server(folder, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server: Server) -> None:
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def playground(tab: Tab, site: str) -> Tab:
    tab.open(site)
    tab.until(SETTLED_NOW)
    tab.call("await micrograd.ready")
    return tab


def go_back_to_the_default(tab: Tab) -> None:
    tab.call("location.hash = ''")
    tab.until(OFFICIAL_NOW)
    tab.until(SETTLED_NOW)


def test_the_default_run_is_there(playground: Tab) -> None:
    assert playground.call("return micrograd.result.fingerprint") == OFFICIAL
    assert playground.wrong() == []


def assert_cpythons_bits(playground: Tab) -> None:
    """Of the default run, and of one with other sizes, data and mathematics."""
    assert playground.call("return micrograd.result.fingerprint") == OFFICIAL
    state = {
        "dataset": "spiral",
        "samples": 30,
        "noise": 0.05,
        "dataSeed": [3, 1, 4],
        "layers": [5, 3],
        "activations": ["tanh", "relu"],
        "modelSeed": 9,
        "steps": 20,
        "loss": "logistic",
        "batchSize": 8,
        "seed": 4,
        "learningRate": {"kind": "constant", "start": 0.2, "end": 0.2},
    }
    found = playground.call("return (await micrograd.set(args[0])).fingerprint", state)
    run = train(
        MLP(2, [5, 3, 1], activation=["tanh", "relu"], seed=9),
        datasets.spiral(30, noise=0.05, seed=(3, 1, 4)),
        steps=20,
        learning_rate=0.2,
        batch_size=8,
        seed=4,
        loss="logistic",
        engine="eager",
    )
    assert found == run.fingerprint


def test_the_bits_are_cpythons(playground: Tab) -> None:
    assert_cpythons_bits(playground)
    go_back_to_the_default(playground)


def test_a_slider_is_dragged_and_the_picture_follows(playground: Tab) -> None:
    playground.call("window.pictures = 0; document.addEventListener('painted', () => pictures++)")
    slider = "[data-slider=noise]"
    (x0, y), (x1, _) = (playground.middle(slider, share) for share in (0.12, 0.6))
    playground.drag([(x0, y), *[(x0 + (x1 - x0) * k / 8, y) for k in range(1, 9)]])
    playground.until("micrograd.result !== null && micrograd.state.noise > 0.4")
    playground.until(SETTLED_NOW)
    assert playground.call("return pictures") >= 2
    go_back_to_the_default(playground)


def test_the_controls_have_room_beside_a_scrollbar(playground: Tab) -> None:
    assert playground.call(OVERRUNS) == []


def test_the_timeline_is_scrubbed_by_key(playground: Tab) -> None:
    playground.call("document.getElementById('scrub').focus()")
    playground.press("Home")
    playground.until("document.getElementById('fact-step').textContent === 'step 0 of 100'")
    assert playground.call("return document.getElementById('fact-accuracy').textContent") == "42 %"
    assert playground.wrong() == []


@pytest.fixture(scope="module")
def lesson(tab: Tab, site: str) -> Tab:
    tab.open(f"{site}lessons/{LESSON}/")
    tab.until(ALIVE)
    return tab


def test_a_lessons_cell_exercise_and_figure_answer(lesson: Tab) -> None:
    words = "document.querySelector('[data-cell] .output').textContent.split(/\\s+/).join(' ')"
    built = lesson.call(f"return {words}")
    lesson.call("document.querySelector('[data-cell] .output').replaceChildren()")
    lesson.click("[data-cell] .run")
    lesson.until(f"{words}.trim() !== ''")
    assert lesson.call(f"return {words}").strip() == built.strip()
    exercise = "#exercise-nudge-it-yourself"
    answers = {"wrong": "f(x)", "right": "(f(x + 1e-5) - f(x)) / 1e-5"}
    for verdict, answer in answers.items():
        source = f"def slope(f, x):\n    return {answer}"
        lesson.call(WRITE, f"{exercise} textarea", source)
        lesson.click(f"{exercise} .check")
        lesson.until(f"document.querySelector('{exercise} .{verdict}')")
    readout = "document.querySelector('#figure-slope .readout').textContent"
    before = lesson.call(f"return {readout}")
    x, y = lesson.middle("#figure-slope [data-handle]")
    lesson.drag([(x, y), *[(x + 10 * k, y) for k in range(1, 6)]])
    assert lesson.call(f"return {readout}") != before


def test_an_endless_cell_is_stopped_and_its_text_is_kept(lesson: Tab) -> None:
    source = "while True: pass"
    lesson.call(WRITE, "[data-cell] textarea", source)
    lesson.click("[data-cell] .run")
    lesson.until("document.querySelector('[data-cell] .stop')")
    lesson.click("[data-cell] .stop")
    lesson.until("document.querySelector('[data-cell] .error')?.textContent.startsWith('Stopped')")
    assert lesson.wrong() == []
    lesson.open(lesson.call("return location.href"))
    lesson.until(ALIVE)
    assert lesson.call("return document.querySelector('[data-cell] textarea').value") == source


def leave_to_integration(tab: Tab) -> None:
    """Those in which Python has the most to do, in the browser where it is slowest."""
    if isinstance(tab, WebKit) and not os.environ.get("GITHUB_ACTIONS"):
        pytest.skip("in WebKit only on continuous integration: it takes a minute more")


def test_the_browser_is_measured(tab: Tab, site: str) -> None:
    leave_to_integration(tab)
    tab.open(f"{site}bench/")
    tab.until("!document.getElementById('measure').disabled")
    tab.click("#measure")
    tab.until("document.getElementById('verdict').textContent.includes('to the last bit')")
    assert tab.wrong() == []


def test_embeds_have_no_scrollbars(tab: Tab, site: str, tmp_path: Path) -> None:
    assert_no_scrollbars_in_embeds(tab, site, tmp_path)


def test_chromium_as_readers_have_it_shows_no_scrollbars_and_the_same_bits(
    playwright: Playwright, site: str, tmp_path: Path
) -> None:
    with other_browsers.usual_chromium(playwright) as tab:
        assert_no_scrollbars_in_embeds(tab, site, tmp_path)
        tab.open(site)
        tab.until(SETTLED_NOW)
        rail = "const { offsetWidth, clientWidth } = document.getElementById('rail');"
        assert tab.call(f"{rail} return offsetWidth - clientWidth") > 5  # there is one
        assert tab.call(OVERRUNS) == []
        assert_cpythons_bits(tab)


def assert_no_scrollbars_in_embeds(tab: Tab, site: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(HOST.format(site=site, lesson=LESSON))
    server = serve(tmp_path)
    tab.open(address(server).replace("127.0.0.1", "localhost"))
    tab.until("heard.length === 2")
    assert tab.call_in_frame("micrograd-cell", BARS) == [0, 0]
    assert tab.call_in_frame("micrograd-lesson", BARS) == [0, 0]
    tab.call_in_frame("micrograd-cell", "document.querySelector('.run').click()")
    tab.until("heard.includes('micrograd-ran micrograd-cell')")
    assert tab.call_in_frame("micrograd-cell", BARS) == [0, 0]
    tab.open("about:blank")
    stop(server)


def test_what_was_visited_opens_without_a_network(tab: Tab, dist: Path) -> None:
    leave_to_integration(tab)
    server = serve(dist)
    tab.open(address(server))
    tab.until(SETTLED_NOW)
    tab.call("await micrograd.ready")
    tab.until(PYTHON_KEPT)
    stop(server)
    tab.open(address(server))
    tab.until(OFFICIAL_NOW)
    again = "return (await micrograd.set({layers: [5], dataSeed: 3})).parameterCount"
    assert tab.call(again) == 21


def test_a_notebook_runs_from_first_cell_to_last(tab: Tab, site: str) -> None:
    leave_to_integration(tab)
    tab.open(f"{site}notebooks/index.html?path=micrograd_demo.ipynb")
    widget = "window.jupyterapp?.shell?.currentWidget"
    tab.until(f"{widget}?.sessionContext?.session?.kernel?.status === 'idle'")
    tab.until(f"{widget}.content.model.cells.length > 0")
    run = "jupyterapp.commands.execute('notebook:run-all-cells')"
    tab.call(f"{run}.then((well) => {{ window.ran = [well]; }})")
    tab.until("window.ran")
    cells = "[...jupyterapp.shell.currentWidget.content.model.cells]"
    code = f"{cells}.filter((cell) => cell.type === 'code')"
    assert tab.call(f"return {code}.map((cell) => cell.executionCount)") == list(
        range(1, 1 + tab.call(f"return {code}.length"))
    )
    outputs = f"{code}.flatMap((cell) => cell.sharedModel.outputs)"
    assert tab.call(f"return {outputs}.filter((one) => one.output_type === 'error')") == []
    assert [one for one in tab.wrong() if "ResizeObserver" not in one] == []
