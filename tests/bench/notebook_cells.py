"""How long each cell of each notebook takes in the browser, from the command to run it to its end.

    .venv/bin/python tests/bench/notebook_cells.py [--rounds 3] [NAME ...]

Each round opens a notebook in a fresh browser and runs its cells in their order, as a reader does
with Shift+Enter; what is told is the median of the rounds. On a machine with other work the
processor's time, of all of the browser together, says more than the clock. At the end the digits:
trained as the README does, with the accuracy on images that were held out.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from browser import ROOT, Tab
from notebook import EXECUTE

from tests.site.notebooks import WIDGET, wait_until_open
from tests.site.servers import FileServer

# Runs one cell as the reader's key does, and gives its seconds, and whether it went well.
RUN_CELL = f"""async (index) => {{
    const {{ content }} = {WIDGET};
    content.activeCellIndex = index;
    const began = performance.now();
    await window.jupyterapp.commands.execute("notebook:run-cell");
    const seconds = (performance.now() - began) / 1000;
    const outputs = content.model.cells.get(index).outputs.toJSON();
    return [seconds, outputs.every((one) => one.output_type !== "error")];
}}"""
CELLS = f"""Array.from({WIDGET}.content.model.cells, (cell) => [cell.type, cell.id])"""
DIGITS = """
import json, time
from micrograd_wasm import MLP, datasets, predictions, train

began = time.perf_counter()
training, held_out = datasets.digits(held_out=0.2)
loaded = time.perf_counter()
run = train(MLP(64, [32, 10], seed=1), training, loss="one_vs_rest_margin",
            optimizer="adam", learning_rate=0.01, alpha=1e-3, batch_size=128, steps=500, seed=1337)
trained = time.perf_counter()
accuracy = predictions.accuracy(run.final_model, held_out)
print(json.dumps([loaded - began, trained - loaded, time.perf_counter() - trained, accuracy]))
"""


def processor_seconds() -> float:
    """What all processes below this one have used so far; 0 where there is no /proc."""
    used, parents = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents[int(stat.parent.name)] = int(fields[1])
        used[int(stat.parent.name)] = int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    ours.remove(os.getpid())
    return sum(used.get(pid, 0) for pid in ours) / os.sysconf("SC_CLK_TCK")


def measured(tab: Tab, address: str, path: str) -> dict[str, tuple[float, float]]:
    """The seconds of each code cell by the clock, and of the processor, by the cell's name."""
    page = tab.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}notebooks/index.html?path={path}")
    wait_until_open(page)
    seconds = {}
    for index, (kind, name) in enumerate(page.evaluate(CELLS)):
        if kind == "code":
            before = processor_seconds()
            clock, well = page.evaluate(RUN_CELL, index)
            seconds[name] = (clock, processor_seconds() - before)
            if not well:
                sys.exit(f"{path}: the cell {name} failed")
    page.close()
    return seconds


def digits(tab: Tab, address: str) -> list[Any]:
    """Seconds to load, train and measure the digits in a notebook's kernel, and the accuracy."""
    import json

    page = tab.new_page()
    page.goto(f"{address}notebooks/index.html?path=micrograd_extras.ipynb")
    wait_until_open(page)
    told: list[Any] = json.loads(page.evaluate(EXECUTE, DIGITS))
    page.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="notebooks, without .ipynb (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    site = ROOT / "dist"
    files = site / "files"
    every = sorted(path.relative_to(files).as_posix() for path in files.rglob("*.ipynb"))
    chosen = [path for path in every if not options.names or Path(path).stem in options.names]
    server = FileServer(site)
    try:
        for path in chosen:
            rounds = []
            for _ in range(options.rounds):
                with Tab() as tab:
                    rounds.append(measured(tab, server.address, path))
            clock, processor = (
                {name: statistics.median(one[name][k] for one in rounds) for name in rounds[0]}
                for k in (0, 1)
            )
            print(f"\n{path}: {len(clock)} cells, {sum(clock.values()):.1f} s together")
            for name, seconds in sorted(clock.items(), key=lambda item: -item[1])[:12]:
                print(
                    f"  {seconds:6.2f} s  (processor {processor[name]:5.2f} s)  {name}", flush=True
                )
        for _ in range(options.rounds):
            with Tab() as tab:
                load, train, measure, accuracy = digits(tab, server.address)
            print(
                f"digits: load {load:.2f} s, train {train:.2f} s, measure {measure:.2f} s, "
                f"held out {accuracy * 100:.1f} %"
            )
    finally:
        server.close()


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"\nall of it took {time.monotonic() - began:.0f} s")
