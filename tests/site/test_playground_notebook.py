"""A run's code as a notebook: opened, run, the same to the bit; and a reader's files are safe."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.site.notebooks import BOOT_MS, WIDGET, charts, outputs, run_all, text_of, wait_until_open
from tests.site.playground import open_playground, set_state
from tests.site.visits import Visit

pytestmark = pytest.mark.service_worker

LATE = ".micrograd-notice a"
EDITED = "print('my own thoughts')"


def open_notebook(page: Page) -> Page:
    """Follow the link of the Code tab."""
    page.get_by_role("tab", name="Code").click()
    link = page.get_by_role("link", name="Open in a notebook")
    expect(link).to_be_visible()
    with page.context.expect_page() as waiting:
        link.click()
    opened = waiting.value
    expect(opened.get_by_role("link", name="Back to the playground")).to_have_attribute(
        "href", page.url
    )
    opened.get_by_role("button", name="Make the notebook").click()
    opened.wait_for_url("**/notebooks/index.html?path=*")
    wait_until_shown(opened)
    return opened


def wait_until_shown(page: Page) -> None:
    """One that does not come (it does not, once in twenty times, where a tab with the same notebook
    has just been closed) is asked for anew, as its notice offers to a reader."""
    shown, late = f"{WIDGET}?.content?.model?.cells?.length > 1", page.locator(LATE)
    page.wait_for_function(f"({shown}) || document.querySelector('{LATE}')", timeout=BOOT_MS)
    if late.count():
        late.click()
        page.wait_for_function(shown, timeout=BOOT_MS)


def test_the_notebook_of_a_run_makes_the_same_run(at_sub_path: str, visit: Visit) -> None:
    page = open_playground(visit, at_sub_path)
    found = set_state(page, dataset="xor", samples=40, steps=20, layers=[4], activations=["tanh"])
    notebook = open_notebook(page)
    wait_until_open(notebook)
    assert notebook.url.endswith("path=playground-run.ipynb")
    assert run_all(notebook)
    text = text_of(outputs(notebook))
    assert found["fingerprint"] in text
    assert str(found["finalLoss"]) in text
    assert len(charts(notebook)) == 2
    expect(notebook.get_by_role("link", name="this state of the playground")).to_have_attribute(
        "href", page.url
    )

    # What the reader has changed is never written over; the same run leads to the same notebook.
    notebook.evaluate(f"{WIDGET}.content.model.cells.get(1).sharedModel.setSource({EDITED!r})")
    notebook.evaluate("() => { jupyterapp.commands.execute('docmanager:save'); }")
    notebook.wait_for_function(f"!{WIDGET}.context.model.dirty")
    notebook.close()
    again = open_notebook(page)
    assert again.url.endswith("path=playground-run-2.ipynb")
    assert "datasets.xor(40" in source(again)
    again.close()
    once_more = open_notebook(page)
    assert once_more.url.endswith("path=playground-run-2.ipynb")
    once_more.goto(at_sub_path + "notebooks/index.html?path=playground-run.ipynb")
    wait_until_shown(once_more)
    assert source(once_more) == EDITED
    assert visit.foreign_requests() == []


def source(page: Page) -> str:
    found: str = page.evaluate(f"{WIDGET}.content.model.cells.get(1).sharedModel.getSource()")
    return found


def test_without_storage_the_page_shows_the_code(at_root: str, visit: Visit) -> None:
    visit.page.add_init_script("delete globalThis.indexedDB; delete Window.prototype.indexedDB;")
    visit.page.goto(f"{at_root}notebook.html#code={quote('print(1)')}")
    visit.page.get_by_role("button", name="Make the notebook").click()
    expect(visit.page.locator("#notebook-message")).to_contain_text("keeps no files")
    expect(visit.page.locator("pre")).to_have_text("print(1)")
    expect(visit.page.get_by_role("button", name="Copy the code")).to_be_visible()


def test_a_link_without_code_says_so(at_root: str, visit: Visit) -> None:
    visit.page.goto(f"{at_root}notebook.html")
    expect(visit.page.locator("#notebook-message")).to_contain_text("names no code")
    expect(visit.page.get_by_role("link", name="Back to the playground")).to_be_visible()
