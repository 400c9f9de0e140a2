"""Embeds in somebody else's page, which another server serves than the site's."""

import gzip
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Request, expect

from builder.server import address, make_server
from tests.site.conftest import VisitMaker
from tests.site.playground import (
    BOOT_MS,
    NARROW,
    OFFICIAL,
    WIDE,
    assert_accessible,
    assert_no_sideways_scroll,
)
from tests.site.servers import FileServer
from tests.site.visits import Visit

MOST_BEFORE_A_TOUCH = 300_000
LESSON = "what-a-gradient-says"
KINDS = {
    "lesson": f'<micrograd-lesson name="{LESSON}"></micrograd-lesson>',
    "cell": "<micrograd-cell><pre>1 + 1</pre></micrograd-cell>",
    "playground": "<micrograd-playground></micrograd-playground>",
    "a run of its own": '<micrograd-playground state="dataset=xor"></micrograd-playground>',
}
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A course</title>
<link rel="stylesheet" href="host.css">
<script type="module" src="{site}embed.js"></script><script src="host.js"></script>
<h1>A course</h1><p><a href="#before">before</a></p>
{body}
<p><a href="#after">after</a></p>"""
HOST_STYLE = """
h1 { color: rgb(1, 2, 3); font: 12px serif } iframe { border: 9px solid red } p { margin: 5px }
* { letter-spacing: 3px }
"""
HOST_SCRIPT = """
window.heard = [];
window.messages = 0;
for (const type of ["micrograd-ready", "micrograd-ran", "micrograd-exercise-passed"])
  addEventListener(type, ({target, detail}) => heard.push([type, target.id, detail]));
addEventListener("message", () => { messages++; });
"""
HostMaker = Callable[..., str]


@pytest.fixture
def host(open_host: str, tmp_path: Path) -> Iterator[HostMaker]:
    """Makes a page of another origin from what stands in its body; gives its address."""
    servers: list[FileServer] = []

    def make(body: str, headers: dict[str, str] | None = None, site: str = open_host) -> str:
        folder = tmp_path / "host"
        folder.mkdir(exist_ok=True)
        (folder / "index.html").write_text(HOST.format(site=site, body=body))
        (folder / "host.css").write_text(HOST_STYLE)
        (folder / "host.js").write_text(HOST_SCRIPT)
        servers.append(FileServer(folder, headers))
        return servers[-1].address

    yield make
    for server in servers:
        server.close()


def frame_of(page: Page, selector: str) -> FrameLocator:
    page.locator(selector).evaluate("(one) => one.scrollIntoView()")
    return page.locator(selector).frame_locator("iframe")


def wait_for_event(page: Page, name: str, source: str, count: int = 1) -> None:
    page.wait_for_function(
        "([name, source, count]) => heard.filter((one) => one[0] === name && one[1] === source)"
        ".length >= count",
        arg=[name, source, count],
        timeout=BOOT_MS,
    )


def run(frame: FrameLocator | Locator, value: str | None) -> None:
    """Run a cell; wait for what its last line is worth."""
    frame.get_by_role("button", name="Run").click()
    if value is not None:
        expect(frame.locator(".value")).to_have_text(value, timeout=BOOT_MS)


def style(element: Locator, name: str) -> str:
    found: str = element.evaluate("(one, name) => getComputedStyle(one)[name]", name)
    return found


def wait_until_ready(page: Page, count: int) -> None:
    page.wait_for_function(
        "(count) => heard.filter(([type]) => type === 'micrograd-ready').length >= count",
        arg=count,
    )


def height(page: Page, selector: str) -> float:
    found: float = page.locator(selector).evaluate("(one) => one.getBoundingClientRect().height")
    return found


SIX = f"""
<micrograd-lesson id="lesson" name="{LESSON}"><a href="#">the lesson</a></micrograd-lesson>
<micrograd-cell id="first"><pre>
  x = 20
  x + 1
</pre></micrograd-cell>
<micrograd-cell id="second">'x' in globals()</micrograd-cell>
<micrograd-playground id="run" show="boundary,loss,noise"></micrograd-playground>
<micrograd-playground id="own" state="dataset=xor&amp;layers=7&amp;steps=20" show="boundary,loss">
  <a href="#">the run</a></micrograd-playground>
<micrograd-lesson id="figure" name="l2" hide="prose,cells,exercises,title,idea"></micrograd-lesson>
"""


def test_six_embeds_of_another_origin(host: HostMaker, visit: Visit) -> None:
    page = visit.page
    address = host(SIX)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(address)
    before = page.evaluate("[history.length, document.styleSheets.length]")

    # They start as they come near; nothing takes the focus, and there is no Python.
    last = page.locator("#figure")
    assert last.evaluate("(one) => one.shadowRoot.querySelector('iframe')") is None
    assert last.evaluate("(one) => one.shadowRoot.querySelector('slot').innerText") == "Lesson: l2"
    for name in ("lesson", "first", "second", "run", "own", "figure"):
        frame_of(page, f"#{name}")
        wait_for_event(page, "micrograd-ready", name)
    assert page.evaluate("document.activeElement === document.body")
    assert [path for path in asked if "pyodide" in path or "python" in path] == []
    assert [one[1] for one in page.evaluate("heard") if one[0] == "micrograd-ran"] == ["run"]

    # Styles stay on their side.
    title = frame_of(page, "#lesson").locator("h1")
    assert style(title, "color") != "rgb(1, 2, 3)"
    assert style(title, "letterSpacing") != "3px"
    assert style(page.locator("h1"), "fontSize") == "12px"
    assert style(page.locator("#lesson iframe"), "borderTopWidth") == "0px"

    # One Python for all of them.
    for name, value in (("first", "21"), ("second", "False")):
        run(frame_of(page, f"#{name}"), value)
    frame = frame_of(page, "#own")
    expect(frame.locator("#plane-over")).to_contain_text("learns 100 points (xor)")
    frame.get_by_role("button", name="Train it").click()
    wait_for_event(page, "micrograd-ran", "own")
    frame_of(page, "#run").get_by_label("Noise, slider").fill("0.3")
    wait_for_event(page, "micrograd-ran", "run", 2)
    for path in ("/static/pyodide/pyodide.asm.wasm", "/playground/python.js"):
        assert asked.count(path) == 1, path
    assert len([one for one in page.workers if one.url.startswith("data:")]) == 1

    # The host hears of it, and keeps its address and its history.
    exercise = frame_of(page, "#lesson").locator("#exercise-nudge-it-yourself")
    exercise.locator("textarea").fill("def slope(f, x):\n    return (f(x + 1e-5) - f(x)) / 1e-5")
    exercise.get_by_role("button", name="Check").click()
    wait_for_event(page, "micrograd-exercise-passed", "lesson")
    heard = page.evaluate("heard")
    passed = {"lesson": LESSON, "exercise": "nudge-it-yourself"}
    assert ["micrograd-exercise-passed", "lesson", passed] in heard
    assert ["micrograd-ready", "lesson", {"lesson": LESSON}] in heard
    assert ["micrograd-ran", "first", {"cell": "own"}] in heard
    ran = next(one[2] for one in heard if one[:2] == ["micrograd-ran", "run"])
    assert (ran["fingerprint"], ran["finalAccuracy"]) == (OFFICIAL, 1)
    assert page.url == address
    assert page.evaluate("[history.length, document.styleSheets.length]") == before

    # The frame that holds the Python goes: another one takes over.
    page.evaluate("document.getElementById('first').remove()")
    frame = frame_of(page, "#second")
    frame.locator("textarea").fill("40 + 2")
    run(frame, "42")
    assert visit.console_errors() == []
    assert visit.foreign_requests() == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_embed_is_light_before_a_touch(
    dist: Path, host: HostMaker, visit: Visit, kind: str
) -> None:
    """What it fetches, as a server sends it that compresses with gzip."""
    page = visit.page
    address = host(KINDS[kind])
    asked: set[str] = set()

    def note(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            asked.add(urlsplit(request.url).path)

    page.on("request", note)
    page.goto(address)
    wait_for_event(page, "micrograd-ready", "")
    page.wait_for_load_state("networkidle")
    sizes = {path: gzipped(dist, path) for path in asked}
    assert "/embed.js" in sizes
    assert len(sizes) > 3
    assert [path for path in asked if "pyodide" in path or "python" in path] == []
    assert sum(sizes.values()) < MOST_BEFORE_A_TOUCH, sizes
    print(f"{kind}: {sum(sizes.values()) / 1000:.0f} kB")


def gzipped(dist: Path, path: str) -> int:
    file = dist / path.lstrip("/")
    return len(gzip.compress((file / "index.html" if file.is_dir() else file).read_bytes()))


FORGED = [
    {"micrograd": "height", "height": value}
    for value in ("777", None, -5, 0, [777], {"valueOf": 777})
]


def test_only_the_frame_is_heard_and_only_sane_numbers(host: HostMaker, visit: Visit) -> None:
    page = visit.page
    cells = [f'<micrograd-cell id="{name}">1</micrograd-cell>' for name in ("one", "two")]
    page.goto(host("".join(cells)))
    wait_for_event(page, "micrograd-ready", "one")
    wait_for_event(page, "micrograd-ready", "two")
    before = [height(page, "#one"), height(page, "#two")]
    assert all(50 < one < 300 for one in before)
    own = page.locator("#one iframe").element_handle().content_frame()
    assert own
    send = "(data) => parent.postMessage(data, '*')"

    def told(act: Callable[[], object], messages: int = 1) -> list[float]:
        """The heights after so many messages have come and been handled."""
        count = page.evaluate("messages")
        act()
        page.wait_for_function("(count) => messages >= count", arg=count + messages)
        return [height(page, "#one"), height(page, "#two")]

    # From its own frame, but not a sane number.
    for message in [*FORGED, None, "height", 5]:
        assert told(lambda message=message: own.evaluate(send, message)) == before, message
    for text in ("NaN", "Infinity", "-Infinity"):
        forge = f"() => parent.postMessage({{micrograd: 'height', height: {text}}}, '*')"
        assert told(lambda forge=forge: own.evaluate(forge)) == before
    # From the page itself, and from another page in its place.
    good = {"micrograd": "height", "height": 777}
    assert told(lambda: page.evaluate("(data) => postMessage(data, '*')", good)) == before
    count = len(page.evaluate("heard"))
    forged = "<script>parent.postMessage({micrograd: 'height', height: 777}, '*');"
    forged += "parent.postMessage({micrograd: 'micrograd-ran'}, '*')</script>"
    other = (
        "(one, text) => { one.shadowRoot.querySelector('iframe').src = `data:text/html,${text}`; }"
    )
    assert told(lambda: page.locator("#two").evaluate(other, forged), messages=2) == before
    assert len(page.evaluate("heard")) == count
    # What it may say is held within bounds, and is about itself alone.
    assert told(lambda: own.evaluate(send, good)) == [777, before[1]]
    huge = {"micrograd": "height", "height": 1e9}
    assert told(lambda: own.evaluate(send, huge)) == [20_000, before[1]]
    long = {"micrograd": "micrograd-ran", "cell": "x" * 5000, "other": "y", "finalLoss": "1"}
    told(lambda: own.evaluate(send, long))
    assert page.evaluate("heard.at(-1)") == ["micrograd-ran", "one", {"cell": "x" * 100}]


def test_a_host_with_a_strict_policy(open_host: str, host: HostMaker, visit: Visit) -> None:
    policy = f"default-src 'none'; style-src 'self'; script-src 'self' {open_host}; "
    policy += f"frame-src {open_host}"
    page = visit.page
    page.goto(host(KINDS["lesson"], {"Content-Security-Policy": policy}))
    expect(frame_of(page, "micrograd-lesson").locator("h1")).to_be_visible()
    # By selector: a page that forbids eval has no wait_for_function.
    expect(page.locator("micrograd-lesson iframe:not([style*='height: 480px'])")).to_be_attached()
    assert height(page, "micrograd-lesson") > 2000
    assert style(page.locator("micrograd-lesson iframe"), "borderTopWidth") == "0px"
    assert visit.console_errors() == []


OFF = f"""
<micrograd-lesson name="{LESSON}"><a href="https://example.org/">the lesson</a></micrograd-lesson>
<micrograd-cell><pre>1 +
1</pre></micrograd-cell>"""


def test_with_scripts_off_a_link_is_left(host: HostMaker, start_visit: VisitMaker) -> None:
    with start_visit("embeds-off", java_script_enabled=False) as visit:
        visit.page.goto(host(OFF))
        expect(visit.page.get_by_role("link", name="the lesson")).to_be_visible()
        expect(visit.page.locator("micrograd-cell")).to_have_text("1 +\n1", use_inner_text=True)


def test_the_keyboard_goes_through_the_frames(host: HostMaker, visit: Visit) -> None:
    page = visit.page
    body = f'<micrograd-lesson name="{LESSON}" hide="prose,exercises,figures"></micrograd-lesson>'
    page.goto(host(body + KINDS["playground"].replace(">", ' show="plane,timeline">', 1)))
    wait_until_ready(page, 2)
    page.get_by_role("link", name="before").focus()
    where: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        where.append(page.evaluate("document.activeElement.localName"))
        if page.evaluate("document.activeElement.hash === '#after'"):
            break
    assert where[-1] == "a"
    assert set(where[:-1]) == {"micrograd-lesson", "micrograd-playground"}
    back = 0
    while page.evaluate("document.activeElement.hash !== '#before'"):
        page.keyboard.press("Shift+Tab")
        back += 1
        assert back <= len(where)


LOOKS = f"""
<div id="course"><micrograd-cell id="plain" lang="de"><pre># drei
3</pre></micrograd-cell>
<micrograd-lesson id="own" name="{LESSON}" transparent color="inherit"></micrograd-lesson></div>
"""


def test_an_embed_looks_like_the_page_around_it(host: HostMaker, start_visit: VisitMaker) -> None:
    with start_visit("embeds-looks", viewport=WIDE, color_scheme="dark") as visit:
        page = visit.page
        page.goto(host(LOOKS))
        wait_until_ready(page, 2)
        plain, own = (frame_of(page, f"#{name}") for name in ("plain", "own"))
        expect(plain.locator("html")).to_have_attribute("data-theme", "light")
        expect(own.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        expect(own.locator("html")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        # The page turns dark, and what is in it follows without being loaded again.
        own.locator("html").evaluate("(one) => { one.ownerDocument.defaultView.kept = 1; }")
        page.evaluate("document.body.style = 'background: rgb(1, 2, 3); color: rgb(250, 251, 252)'")
        for frame in (plain, own):
            expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
        expect(own.locator("html")).to_have_css("color", "rgb(250, 251, 252)")
        paper = own.locator("html").evaluate("(one) => one.style.getPropertyValue('--paper')")
        assert paper == "#010203"
        assert own.locator("html").evaluate("(one) => one.ownerDocument.defaultView.kept") == 1
        page.locator("#plain").evaluate("(one) => one.setAttribute('theme', 'light')")
        expect(plain.locator("html")).to_have_attribute("data-theme", "light")
        # No bar of our own, and the host's language is that of the host's code.
        expect(plain.locator("h1")).to_be_hidden()
        expect(plain.locator("textarea")).to_have_attribute("lang", "de")
        expect(plain.locator("html")).to_have_attribute("lang", "en")
        link = plain.get_by_role("link", name="open in micrograd_wasm")
        expect(link).to_have_attribute("target", "_blank")
        assert "3" in unquote(str(link.get_attribute("href")))


def test_attributes_change_the_embed(host: HostMaker, visit: Visit) -> None:
    page = visit.page
    page.goto(host(f'<micrograd-lesson id="it" name="{LESSON}" height="300"></micrograd-lesson>'))
    frame = frame_of(page, "#it")
    expect(frame.locator(".exercise").first).to_be_visible()
    assert height(page, "#it") == 300
    page.evaluate("it.setAttribute('hide', 'exercises,link')")
    expect(frame.locator(".exercise").first).to_be_hidden()
    expect(frame.locator(".embed-link")).to_be_hidden()
    page.evaluate("it.setAttribute('height', 'auto')")
    page.wait_for_function("it.getBoundingClientRect().height > 1500")
    page.evaluate("it.name = 'x'; it.setAttribute('name', '../../evil')")
    expect(frame.get_by_role("heading", name="Lessons")).to_be_attached()
    assert page.evaluate("history.length") == 2


@pytest.mark.parametrize("start", ["eager", "visible", "click"])
def test_python_is_fetched_when_the_host_says(host: HostMaker, visit: Visit, start: str) -> None:
    page = visit.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    space = '<div style="height: 3000px"></div>'
    page.goto(host(f'{space}<micrograd-cell id="it" start="{start}">1 + 1</micrograd-cell>'))
    wasm = "**/static/pyodide/pyodide.asm.wasm"
    if start == "eager":
        page.wait_for_function("heard.length", timeout=BOOT_MS)
        if "/static/pyodide/pyodide.asm.wasm" not in asked:
            page.wait_for_event("request", lambda request: "pyodide.asm.wasm" in request.url)
        assert page.evaluate("scrollY") == 0
        return
    page.wait_for_load_state("networkidle")
    assert not [path for path in asked if "lessons" in path or "pyodide" in path]
    frame = page.locator("#it").frame_locator("iframe")
    if start == "visible":
        with page.expect_request(wasm, timeout=BOOT_MS):
            page.locator("#it").evaluate("(one) => one.scrollIntoView()")
        return
    page.locator("#it").evaluate("(one) => one.scrollIntoView()")
    wait_for_event(page, "micrograd-ready", "it")
    page.wait_for_load_state("networkidle")
    assert not [path for path in asked if "pyodide" in path]
    run(frame, "2")


def test_a_site_under_a_sub_path_is_embedded_too(
    dist: Path, tmp_path: Path, host: HostMaker, visit: Visit
) -> None:
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "site").symlink_to(dist)
    server = make_server(tmp_path / "projects", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = visit.page
    body = KINDS["lesson"] + KINDS["cell"] + KINDS["playground"]
    page.goto(host(body, site=f"{address(server)}site/"))
    for name in ("lesson", "cell", "playground"):
        frame = frame_of(page, f"micrograd-{name}")
        expect(frame.locator("html")).to_be_attached()
    wait_until_ready(page, 3)
    run(frame_of(page, "micrograd-cell"), "2")
    assert visit.console_errors() == []
    server.shutdown()
    server.server_close()


SANDBOXED = """
<iframe id="lesson" sandbox="allow-scripts" title="a lesson" style="width: 100%; height: 900px"
  src="{site}lessons/what-a-gradient-says/#embed"></iframe>
<iframe id="run" sandbox="allow-scripts" title="a run" style="width: 100%; height: 700px"
  src="{site}#dataset=xor&amp;layers=7&amp;steps=20&amp;embed&amp;show=plane"></iframe>
"""


def test_plain_frames_work_in_a_sandbox(open_host: str, host: HostMaker, visit: Visit) -> None:
    page = visit.page
    page.goto(host(SANDBOXED.format(site=open_host)))
    frame = page.frame_locator("#lesson")
    frame.get_by_label("input x").fill("1")
    expect(frame.locator("#figure-slope .readout")).to_contain_text("gradient is 0.00")
    run(frame.locator("#cell-nudge"), None)
    expect(frame.locator("#cell-nudge .stdout")).to_contain_text("before:")
    frame = page.frame_locator("#run")
    frame.get_by_role("button", name="Train it").click()
    expect(frame.locator("#plane-over")).to_be_hidden(timeout=BOOT_MS)
    expect(frame.locator("body[data-painted]:not([aria-busy])")).to_be_attached()
    assert visit.console_errors() == []


# Of a page as it is written: each code block's first tag, and the tag of the piece below it.
LINES_AND_PIECES = """(text) => {
  const read = (text) => new DOMParser().parseFromString(text, "text/html").body;
  const tag = ({ localName, attributes }) =>
    [localName, ...[...attributes].map(({ name, value }) => `${name}=${value}`)];
  const kinds = "iframe, micrograd-lesson, micrograd-cell, micrograd-playground";
  return [...read(text).querySelectorAll("main > pre")]
    .map((line) => [line, line.nextElementSibling])
    .filter(([, piece]) => piece.matches(kinds))
    .map(([line, piece]) => [tag(read(line.textContent).firstElementChild), tag(piece)]);
}"""


def test_the_pretend_course(
    dist: Path, open_host: str, tmp_path: Path, start_visit: VisitMaker
) -> None:
    """On another origin than the site, as a course would have it."""
    text = (dist / "embed-demo" / "index.html").read_text()
    assert "MicrogradEx’s run, with which the playground begins" in text  # not the original's
    given = text
    # A course's own page is under no policy of ours.
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    (tmp_path / "index.html").write_text(text.replace("../", open_host))
    server = FileServer(tmp_path)
    with start_visit("course", viewport=NARROW) as visit:
        page, asked = visit.page, list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.address)
        embeds = page.locator("micrograd-lesson, micrograd-cell, micrograd-playground")
        assert embeds.count() == 6
        for at in range(6):
            embeds.nth(at).evaluate("(one) => one.scrollIntoView()")
            expect(embeds.nth(at).locator("iframe")).to_be_attached()
        expect(page.locator("#heard li").filter(has_text="micrograd-ready")).to_have_count(6)
        expect(page.frame_locator("body > main > iframe").locator("h1")).to_be_visible()
        assert_no_sideways_scroll(page)
        assert_accessible(page)
        assert page.evaluate("document.activeElement === document.body")
        assert (page.url, page.evaluate("history.length")) == (server.address, 2)
        # What stands above each piece is the line that made it, and what is said of Python holds.
        lines = page.evaluate(LINES_AND_PIECES, given)
        assert len(lines) == 6
        for line, piece in lines:
            assert line == piece
        first, last = (
            page.locator("micrograd-playground").nth(at).frame_locator("iframe") for at in (0, 1)
        )
        expect(last.get_by_role("button", name="Train it")).to_be_visible()
        first.get_by_role("slider", name="Noise").press("ArrowRight")
        expect(page.locator("#heard li").filter(has_text="micrograd-ran")).to_have_count(2)
        assert not [path for path in asked if "pyodide" in path]
        assert visit.console_errors() == []
    server.close()
