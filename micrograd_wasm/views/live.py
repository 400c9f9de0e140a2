"""Training that is watched: step, loss, accuracy and a curve that is drawn while it runs.

    run = train(model, dataset, progress=live.Progress())

    with live.progress() as watched:
        run = train(model, dataset, progress=watched)

    run = await live.train(model, dataset, steps=5000)       in a notebook: with a Stop button

A notebook shows a chart that is redrawn in place, a terminal one line; where nobody watches (a
pipe, a log, a test) nothing is shown. Interrupting keeps the finished steps: `train` returns them.
A busy notebook in the browser cannot be interrupted, because Python there hears nothing while it
computes; so `live.train` lets go of it many times a second, and its Stop button works everywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import time
from array import array
from types import TracebackType
from typing import Any, Final, Self, TextIO

from ..base import checks
from ..base.text import escape
from ..engine.module import Module
from ..training import trainer
from ..training.history import HistoryRow
from ..training.run import Run
from . import plots
from .display import in_notebook
from .stop_button import StopButton
from .svg import fitted

PAUSE: Final = 0.1  # seconds between two drawings, at least
SHARE: Final = 10  # and so many times as long as the last one took: a tenth of the time is drawing
BREATH: Final = 0.02  # seconds that live.train computes between two looks at what else happens


class Progress:
    """Shows a run while it is trained; give it to `train` as `progress`.

    Args:
        steps: how many there will be, for a function that does not say it; `train` does.
        file: where a terminal's line goes; standard error by default.

    Attributes:
        step: the last finished step, or -1.
        row: its history row, or None.
    """

    def __init__(self, steps: int | None = None, *, file: TextIO | None = None) -> None:
        if steps is not None:
            steps = checks.integer("steps", steps, "a positive integer", minimum=1)
        if file is not None and not hasattr(type(file), "write"):
            checks.refuse(
                "file", "None or a stream of text, such as sys.stderr", file, kind=TypeError
            )
        self.step = -1
        self.row: HistoryRow | None = None
        self._steps = steps
        self._losses = array("d")
        self._stopped = False
        self._screen = _screen(file)
        self._next = time.monotonic() + PAUSE
        self._drawn = -2

    def __call__(self, step: int, row: HistoryRow) -> bool | None:
        """What `train` calls after each step."""
        self.step, self.row = step, row
        self._losses.append(row["loss"])
        if self._screen is not None and time.monotonic() >= self._next:
            self._draw()
        return False if self._stopped else None

    def stop(self) -> None:
        """End the run after the step that is under way."""
        self._stopped = True

    def on_start(self, steps: int) -> None:
        """Called by `train` before the first step: forget an earlier run."""
        self.step, self.row, self._steps = -1, None, steps
        self._losses = array("d")
        self._drawn = -2
        self._next = time.monotonic() + PAUSE
        if self._screen is not None:
            self._screen = self._screen.fresh()

    def on_finish(self, run: Run | None) -> None:
        """Called by `train` after the last step: show how it ended; without a run, badly."""
        self._stopped = False  # not sooner: it may be stopped before the first step
        if self._screen is None:
            return
        if run is not None and run.step_count <= self.step:  # the kernel went back to a stop
            del self._losses[run.step_count - self.step - 1 :]
            self.step, self.row = run.step_count - 1, run.history[-1]
        ending = "" if run is not None and run.stopped is None else "stopped"
        if self.row is not None and (self.step != self._drawn or ending):
            self._draw(ending)
        self._screen.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        if self._screen is not None and self.row is not None:
            if self.step != self._drawn:
                self._draw("stopped" if kind else "")
            self._screen.close()

    def _draw(self, ending: str = "") -> None:
        assert self.row is not None
        assert self._screen is not None
        began = time.monotonic()
        self._screen.show(self.row, self._steps, self._losses, ending)
        self._drawn = self.step
        ended = time.monotonic()
        self._next = ended + max(PAUSE, SHARE * (ended - began))


def progress(steps: int | None = None, *, file: TextIO | None = None) -> Progress:
    """A Progress for a with statement, which shows the end also where training raises."""
    return Progress(steps, file=file)


async def train(
    model: Module | Run,
    dataset: trainer.Examples | None = None,
    *,
    progress: Any = None,
    **options: Any,
) -> Run:
    """`trainer.train`, watched, letting other things happen meanwhile: `await live.train(...)`.

    In a notebook in the browser a Stop button ends it; in others, interrupting does; from another
    cell, `progress.stop()` does where this one runs as a task. What is done is kept: the Run ends
    with the last finished step, the same to the last bit as a run with fewer steps.

    Args:
        model, dataset, options: as for `trainer.train`.
        progress: a Progress to be used, or a function that is called besides, as for
            `trainer.train`.

    Raises:
        What `trainer.train` raises.
    """
    if progress is not None and not callable(progress):
        checks.refuse("progress", "None or a function of (step, row)", progress, kind=TypeError)
    watched = progress if isinstance(progress, Progress) else Progress()
    besides = None if isinstance(progress, Progress) else progress
    chunks = trainer.in_chunks(model, dataset, progress=_both(watched, besides), **options)
    button = StopButton(watched.stop)
    rested = time.monotonic()
    try:
        while True:
            next(chunks)
            now = time.monotonic()
            if now - rested < BREATH:
                continue
            button.show()
            try:
                await asyncio.sleep(0)
            except (asyncio.CancelledError, KeyboardInterrupt):
                _forgive()
                chunks.throw(KeyboardInterrupt)
            rested = time.monotonic()
    except StopIteration as end:
        run: Run = end.value
        return run
    finally:
        button.remove()


def _forgive() -> None:
    """Tell asyncio that a cancellation has been dealt with: the run is returned, not lost."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


def _both(watched: Progress, besides: Any) -> Any:
    if besides is None:
        return watched
    return _Both(watched, besides)


class _Both:
    def __init__(self, watched: Progress, besides: Any) -> None:
        self._watched, self._besides = watched, besides
        self.on_start, self.on_finish = watched.on_start, watched.on_finish

    def __call__(self, step: int, row: HistoryRow) -> bool | None:
        goes_on = self._watched(step, row)
        return False if self._besides(step, row) is False or goes_on is False else None


def _screen(file: TextIO | None) -> _Notebook | _Terminal | None:
    if file is None and in_notebook():
        return _Notebook()
    stream = sys.stderr if file is None else file
    # `pythonw` and some services have no stderr at all; a closed one raises.
    with contextlib.suppress(AttributeError, ValueError):
        if stream.isatty():
            return _Terminal(stream)
    return None


def _sentence(row: HistoryRow, steps: int | None, ending: str) -> str:
    done = int(row["step"]) + 1
    of = f"step {done:,}" + (f" of {steps:,}" if steps else "")
    accuracy = f"accuracy {row['accuracy'] * 100:.1f} %"
    return f"{of}{f' ({ending})' if ending else ''} · loss {row['loss']:.4f} · {accuracy}"


class _Terminal:
    """One line, written over and over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._used = False

    def fresh(self) -> _Terminal:
        return _Terminal(self._stream)

    def show(self, row: HistoryRow, steps: int | None, losses: array[float], ending: str) -> None:
        line = _sentence(row, steps, ending)
        width = shutil.get_terminal_size().columns - 1
        room = min(30, width - len(line) - 2)
        encoding = getattr(self._stream, "encoding", None) or "ascii"
        if room >= 8:
            line = f"{line}  {plots.sparkline(losses, room)}"
        text = line[:width].encode(encoding, "replace").decode(encoding)
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()
        self._used = True

    def close(self) -> None:
        if self._used:
            self._stream.write("\n")
            self._stream.flush()
            self._used = False


class _Notebook:
    """A display that is updated in place; its size never changes, so that nothing jumps."""

    def __init__(self) -> None:
        self._handle: Any = None

    def fresh(self) -> _Notebook:
        return _Notebook()

    def show(self, row: HistoryRow, steps: int | None, losses: array[float], ending: str) -> None:
        from IPython import display  # noqa: PLC0415 - it is there: a notebook runs this

        picture = _Picture(row, steps, losses, ending)
        if self._handle is None:
            self._handle = display.display(picture, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(picture)

    def close(self) -> None:
        self._handle = None


class _Picture:
    def __init__(
        self, row: HistoryRow, steps: int | None, losses: array[float], ending: str
    ) -> None:
        self._sentence = _sentence(row, steps, ending)
        title = f"Loss by step: {losses[0]:.4g} at first, {losses[-1]:.4g} now"
        done = int(row["step"]) + 1
        last = max(done, steps or 0) - 1
        first = done - len(losses)  # of a run that goes on: not 0
        self._svg = plots.curve(range(first, first + len(losses)), losses, title, last_step=last)

    def __repr__(self) -> str:
        return self._sentence

    def _repr_html_(self) -> str:
        chart = fitted(self._svg, plots.WIDTH, "loss by step", smallest=0.6)
        words = escape(self._sentence)
        return f'<div style="font-variant-numeric:tabular-nums"><div>{words}</div>{chart}</div>'
