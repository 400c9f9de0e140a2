"""Benchmark: the official run, compiled, against everything it is compared with, in one run.

    ./build.sh                                          (once)
    .venv/bin/python -m venv .venv-bench
    .venv-bench/bin/pip install --require-hashes -r tests/bench/requirements.txt
    .venv-bench/bin/python tests/bench/compiled.py

The first line brings Pyodide and a site with notebooks, and finds a Chromium; npm packages for the
comparison are installed below tests/bench on the first run. gcc is needed for the limit in C. The
job is job.py's. What is fast is measured in turns, several rounds, and the median stands in the
table; what takes minutes is measured once, over a few steps where the table says so, and scaled to
100. `--skip-slow` leaves those out, `--slow-steps` says how many of the 100 steps the original
takes under CPython.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "contenders"), str(HERE.parents[1])]

import bundles  # noqa: E402 - the benchmark's own modules stand beside it
from browser import ROOT, Tab, package_files, python_files  # noqa: E402
from job import INT_SEED, SEED, official_job  # noqa: E402
from limit import OPTIONS, Limit, gcc_version  # noqa: E402
from notebook import NotebookKernel  # noqa: E402
from ours import Ours  # noqa: E402
from results import Results  # noqa: E402

Report = dict[str, Any]
TENSORFLOW, JAX = bundles.address("tensorflow"), bundles.address("jax")
LIBRARIES = {
    "TensorFlow.js, cpu backend": (TENSORFLOW, {"backend": "cpu"}),
    "TensorFlow.js, wasm backend": (TENSORFLOW, {"backend": "wasm"}),
    "jax-js, wasm backend, jit": (JAX, {}),
}
C = {
    "C, the loops one writes": "plain",
    "C, the loops one writes, same skip": "plain-skip",
    "C, laid out for vectors": "lanes",
    "C, laid out for vectors, same skip": "lanes-skip",
}
CHROMIUM, NOTEBOOK, CPYTHON = "Chromium worker", "Chromium, notebook", "CPython"


class Bench:
    """The contenders, and what they have reported so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.job = official_job(SEED)
        self.int_job = official_job(INT_SEED)
        self.results = Results()
        self.browser = ""
        self.python = ""

    def measure(self) -> None:
        """Cold runs, then the rounds of warm ones, then what is slow."""
        for _ in range(self.options.cold_rounds):
            self._cold_ours()
            self._cold_notebook()
            for name in LIBRARIES:
                self._cold_library(name)
        with tempfile.TemporaryDirectory() as folder, Tab() as tab:
            self.browser = tab.version
            self._warm(tab, Limit(self.job, Path(folder)))
        if not self.options.skip_slow:
            with Tab() as tab:
                self._slow_in_browser(tab)
            self._slow()

    # -- ours, in Pyodide -------------------------------------------------------------------------

    def _start_python(self, tab: Tab) -> None:
        tab.start("python", "python.js")
        files = {**python_files(), "job.json": json.dumps(self.job)}
        files |= package_files("micrograd")
        self.python = tab.ask("python", "prepare", {"files": files})
        setup = "import json; from ours import Ours; job = json.load(open('/bench/job.json'))"
        tab.ask("python", "run", {"setup": f"{setup}; ours = Ours(job)", "expression": "0"})

    def _cold_ours(self) -> None:
        with Tab() as tab:
            self._start_python(tab)
            self._note("ours, compiled: cold", CHROMIUM, self._python(tab, "ours.train('auto')"))

    def _cold_notebook(self) -> None:
        with Tab() as tab:
            kernel = NotebookKernel(tab, self.options.site)
            kernel.prepare(self.job)
            self._note("ours, compiled: cold", NOTEBOOK, kernel.run("ours.train('auto')"))
            kernel.close()

    @staticmethod
    def _python(tab: Tab, expression: str, setup: str = "") -> Report:
        report: Report = tab.ask("python", "run", {"setup": setup, "expression": expression})
        return report

    # -- others in the browser --------------------------------------------------------------------

    def _start_library(self, tab: Tab, name: str) -> None:
        script, details = LIBRARIES[name]
        tab.start(name, script)
        tab.ask(name, "prepare", {"job": self.job, **details})

    def _cold_library(self, name: str) -> None:
        with Tab() as tab:
            self._start_library(tab, name)
            self._note(f"{name}: cold", CHROMIUM, self._run(tab, name, 1))

    def _run(self, tab: Tab, name: str, repeats: int, steps: int = 100) -> Report:
        report: Report = tab.ask(name, "run", {"repeats": repeats, "steps": steps})
        return report

    def _objects(self, tab: Tab) -> Report:
        return self._run(tab, "objects", 1)

    # -- the rounds -------------------------------------------------------------------------------

    def _warm(self, tab: Tab, limit: Limit) -> None:
        self._start_python(tab)
        self._python(tab, "0", "ours.prepare_kernel()")
        notebook = NotebookKernel(tab, self.options.site)
        notebook.prepare(self.job)
        notebook.run("0", "ours.prepare_kernel()")
        wasmtime = Ours(self.job)
        wasmtime.prepare_kernel()
        tab.start("objects", "objects.js")
        tab.ask("objects", "prepare", {"job": self.job})
        turns: list[tuple[str, str, Callable[[], Report]]] = [
            ("ours, compiled: kernel", CHROMIUM, partial(self._python, tab, "ours.run_kernel(10)")),
            ("ours, compiled: train()", CHROMIUM, partial(self._python, tab, "ours.train('auto')")),
            ("ours, compiled: kernel", NOTEBOOK, partial(notebook.run, "ours.run_kernel(10)")),
            ("ours, compiled: train()", NOTEBOOK, partial(notebook.run, "ours.train('auto')")),
            ("ours, compiled: kernel", "wasmtime", partial(wasmtime.run_kernel, 10)),
            ("ours, compiled: train()", "wasmtime", partial(wasmtime.train, "compiled")),
            ("JavaScript objects and closures", CHROMIUM, partial(self._objects, tab)),
        ]
        turns += [(name, "gcc", partial(limit.run, variant, 10)) for name, variant in C.items()]
        for name in LIBRARIES:
            self._start_library(tab, name)
        turns += [(name, CHROMIUM, partial(self._run, tab, name, 1)) for name in LIBRARIES]
        for _, _, run in turns:  # warming up
            run()
            run()
        for k in range(self.options.rounds):
            for name, where, run in turns:
                if name.startswith("JavaScript") and k >= 5:
                    continue  # takes seconds; five times are enough
                self._note(name, where, run())
        notebook.close()

    # -- what is slow -----------------------------------------------------------------------------

    def _slow_in_browser(self, tab: Tab) -> None:
        self._start_python(tab)
        self._python(tab, "0", "import original_given")
        steps = self.options.eager_steps
        eager = f"ours.train('eager', {steps})"
        self._note("ours, eager", CHROMIUM, self._python(tab, eager), steps)
        for collector in (False, True):
            steps = self.options.original_steps
            name = f"original micrograd, collector {'on' if collector else 'off'}"
            train = f"original_given.train(job, {steps}, {collector})"
            self._note(name, CHROMIUM, self._python(tab, train), steps)

    def _slow(self) -> None:
        steps = self.options.slow_steps
        report = self._process("eager.py")
        self._note("ours, eager", CPYTHON, report, losses=self.int_job["losses"])
        for collector in ("off", "on"):
            report = self._process("original.py", "--collector", collector, "--steps", str(steps))
            name = f"original micrograd, collector {collector}"
            self._note(name, CPYTHON, report, steps, self.int_job["losses"])

    @staticmethod
    def _process(script: str, *arguments: str) -> Report:
        command = [sys.executable, str(HERE / "contenders" / script), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            sys.exit(f"{script} failed:\n{done.stderr}")
        report = json.loads(done.stdout)
        return {"ms": report["seconds"] * 1000.0, **report}

    def _note(
        self,
        name: str,
        where: str,
        report: Report,
        steps: int = 100,
        losses: list[float] | None = None,
    ) -> None:
        expected = (losses or self.job["losses"])[steps - 1]
        self.results.row(name, where, steps).note(report["ms"], report["loss"], expected)
        print(f"{name}, {where}: {report['ms']:.2f} ms", file=sys.stderr, flush=True)

    def machine(self) -> str:
        """What it ran on, and with which versions."""
        load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
        return (
            f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
            f"CPython {platform.python_version()}; Chromium {self.browser}; "
            f"Python in it {self.python}; wasmtime {version('wasmtime')}; micrograd "
            f"{version('micrograd')}; {bundles.versions()}; {gcc_version()} {' '.join(OPTIONS)}; "
            f"load average at the end {load}."
        )


def processor() -> str:
    """The processor's name, as far as it is told."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--skip-slow", action="store_true", help="leave out what takes minutes")
    parser.add_argument("--slow-steps", type=int, default=100, help="the original's, CPython")
    parser.add_argument("--original-steps", type=int, default=5, help="the original's, Pyodide")
    parser.add_argument("--eager-steps", type=int, default=10, help="our eager engine's, Pyodide")
    parser.add_argument("--rounds", type=int, default=15, help="of the warm contenders")
    parser.add_argument("--cold-rounds", type=int, default=5, help="fresh browsers for each")
    parser.add_argument("--site", type=Path, default=ROOT / "dist", help="the built site")
    parser.add_argument("--markdown", type=Path, help="write the table there, too")
    options = parser.parse_args()
    bundles.ensure_bundles()
    bench = Bench(options)
    bench.measure()
    table = f"{bench.results.table()}\n\n{bench.machine()}\n\n{bench.results.goals()}\n"
    print(table)
    if options.markdown:
        options.markdown.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
