"""Drives a notebook that is open in the browser, through the application object JupyterLab exposes.

Outputs are read from the notebook's model: what is scrolled out of sight is not in the page.
"""

from typing import Any, NamedTuple

from playwright.sync_api import Page

WIDGET = "window.jupyterapp?.shell?.currentWidget"
BOOT_MS = 90_000
# All cells of a notebook, some of them eager training in Python, on a machine that may be slow.
RUN_MS = 240_000
MIME = "application/vnd.vegalite.v5+json"

# The width and height in pixels over which a chart shows colour. Its data are in colour; axes and
# text are in greys, so that an empty chart measures nothing.
COLOURED = """([index, position]) => {
    const cell = window.jupyterapp.shell.currentWidget.content.widgets[index];
    const canvas = cell.outputArea.widgets[position].node.querySelector("canvas");
    if (!canvas || !canvas.width) return [0, 0];
    const {width, height} = canvas;
    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
    const [columns, rows] = [new Set(), new Set()];
    for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, alpha] = data.subarray(at, at + 4);
        if (alpha > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) {
            columns.add((at / 4) % width);
            rows.add(Math.floor(at / 4 / width));
        }
    }
    const span = (seen) => seen.size ? Math.max(...seen) - Math.min(...seen) + 1 : 0;
    return [span(columns), span(rows)];
}"""


def wait_until_open(page: Page) -> None:
    """The notebook is shown and its Python answers."""
    page.wait_for_function(f"{WIDGET}?.content?.model?.cells?.length > 0", timeout=BOOT_MS)
    page.wait_for_function(
        f"{WIDGET}.sessionContext.session?.kernel?.status === 'idle'", timeout=BOOT_MS
    )


# Without its kernel, and without the question what is to become of the outputs.
CLOSE = """async () => {
    const widget = window.jupyterapp.shell.currentWidget;
    await widget.sessionContext.shutdown();
    widget.context.model.dirty = false;
    widget.close();
}"""
# The one before this one, and not its kernel. JupyterLab draws on for a moment after a run,
# and stumbles over a notebook that is gone.
CLOSE_EARLIER = """() => {
    const {earlier} = window;
    window.earlier = window.jupyterapp.shell.currentWidget;
    if (!earlier) return;
    earlier.context.model.dirty = false;
    earlier.close();
}"""
OPEN = """([path, kernel]) => window.jupyterapp.commands.execute(
    'docmanager:open', { path, factory: 'Notebook', kernel: kernel ? { id: kernel } : undefined }
).then(() => null)"""
KERNEL = f"{WIDGET}.sessionContext.session.kernel"
# The kernel forgets what an earlier notebook has defined.
FORGET = f"""async () => {{
    const code = "get_ipython().reset(new_session=True)";
    await {KERNEL}.requestExecute({{ code, silent: true }}).done;
}}"""


class Ran(NamedTuple):
    """A notebook after all its cells ran: the outputs of each, and the charts' sizes in pixels."""

    well: bool
    cells: list[list[dict[str, Any]]]
    charts: list[tuple[float, float]]


def wait_until_started(page: Page) -> None:
    """JupyterLab is there and takes commands."""
    page.wait_for_function(
        "window.jupyterapp?.commands?.hasCommand('docmanager:open')", timeout=BOOT_MS
    )
    page.evaluate("() => window.jupyterapp.restored")


class Lab:
    """Runs notebooks in a page that shows JupyterLab, one after the other."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._kernel: str | None = None  # which some of them share

    def run(self, path: str, *, share_kernel: bool = False) -> Ran:
        """Open a notebook, run all of it, look at it, and close it.

        Args:
            path: the notebook's.
            share_kernel: take the kernel of the last one that did, emptied: a new one takes long.
        """
        page = self._page
        page.evaluate(OPEN, [path, self._kernel if share_kernel else None])
        page.wait_for_function(
            f"(path) => {WIDGET}?.context?.path === path", arg=path, timeout=BOOT_MS
        )
        wait_until_open(page)
        if share_kernel:
            self._kernel = page.evaluate(f"{KERNEL}.id")
            page.evaluate(FORGET)
        ran = Ran(
            run_all(page),
            outputs(page),
            [wait_until_drawn(page, chart) for chart in charts(page)],
        )
        page.evaluate(CLOSE_EARLIER if share_kernel else CLOSE)
        return ran


def start_all(page: Page) -> None:
    """Start "Run All Cells" and return at once; window.ranAll tells when and how it ended."""
    page.evaluate(
        "() => { window.ranAll = null; window.jupyterapp.commands"
        ".execute('notebook:run-all-cells').then((well) => { window.ranAll = [well]; }); }"
    )


def run_all(page: Page) -> bool:
    """Run all cells to the end; False if one of them failed."""
    start_all(page)
    page.wait_for_function("window.ranAll", timeout=RUN_MS)
    return bool(page.evaluate("window.ranAll[0]"))


def outputs(page: Page) -> list[list[dict[str, Any]]]:
    """The outputs of every cell in order; none for prose."""
    return page.evaluate(
        "Array.from(window.jupyterapp.shell.currentWidget.content.model.cells,"
        " (cell) => cell.type === 'code' ? cell.outputs.toJSON() : [])"
    )


def text_of(cells: list[list[dict[str, Any]]]) -> str:
    """Everything that the cells print or show as text."""
    shown = [output for cell in cells for output in cell]
    return "\n".join(
        "".join(output.get("text") or output.get("data", {}).get("text/plain", ""))
        for output in shown
    )


def wait_until_printed(page: Page) -> str:
    """The text of the first cell that is run and puts anything out; what is stored is older."""
    page.wait_for_function(
        f"Array.from({WIDGET}.content.model.cells)"
        ".some((cell) => cell.outputs?.length > 0 && cell.executionCount > 0)",
        timeout=BOOT_MS,
    )
    return text_of(outputs(page))


def charts(page: Page) -> list[tuple[int, int]]:
    """Which outputs are Vega-Lite charts: cell and position."""
    return [
        (index, position)
        for index, cell in enumerate(outputs(page))
        for position, output in enumerate(cell)
        if MIME in output.get("data", {})
    ]


def wait_until_drawn(page: Page, chart: tuple[int, int]) -> tuple[float, float]:
    """Scroll to a chart, wait for its data, and measure them: width and height in pixels."""
    page.evaluate(
        "(index) => window.jupyterapp.shell.currentWidget.content.scrollToItem(index)", chart[0]
    )
    page.wait_for_function(
        f"(chart) => ({COLOURED})(chart)[0] > 0", arg=list(chart), timeout=BOOT_MS
    )
    width, height = page.evaluate(COLOURED, list(chart))
    return width, height
