"""Training that is watched: what a terminal, a notebook and nobody get to see, and how it stops."""

import asyncio
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from micrograd_wasm import MLP, TrainingDiverged, datasets, live, train, trainer

ROOT = Path(__file__).parents[2]
DATA = datasets.moons(10)
MODEL = MLP(2, [4, 1], seed=1)
HOW = {"learning_rate": 0.1, "engine": "eager"}


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Clock:
    """A clock on which every look takes a millisecond."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        self.now += 0.001
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(live, "time", clock)
    return clock


def drawn(terminal):
    return terminal.getvalue().split("\r")[1:]


def test_watching_changes_no_bit():
    plain = train(MODEL, DATA, steps=5, **HOW)
    watched = train(MODEL, DATA, steps=5, progress=live.Progress(file=Terminal()), **HOW)
    assert watched.fingerprint == plain.fingerprint
    assert watched.stopped is None
    later = asyncio.run(live.train(MODEL, DATA, steps=5, **HOW))
    assert later.fingerprint == plain.fingerprint


def test_a_terminal_gets_one_line_that_ends_with_the_last_step():
    terminal = Terminal()
    run = train(MODEL, DATA, steps=7, progress=live.Progress(file=terminal), **HOW)
    lines = drawn(terminal)
    numbers = f"loss {run.final_loss:.4f} · accuracy {run.final_accuracy * 100:.1f} %"
    assert lines[-1].startswith(f"\x1b[Kstep 7 of 7 · {numbers}")
    assert terminal.getvalue().endswith("\n")
    assert terminal.getvalue().count("\n") == 1


def test_it_is_drawn_at_most_ten_times_a_second(clock):
    terminal = Terminal()
    train(MODEL, DATA, steps=1000, progress=live.Progress(file=terminal), **HOW)
    seconds = clock.now
    assert 5 <= len(drawn(terminal)) <= seconds / live.PAUSE + 2
    steps = [int(re.search(r"step ([\d,]+)", line)[1].replace(",", "")) for line in drawn(terminal)]
    assert steps == sorted(set(steps))
    assert steps[-1] == 1000


def test_a_slow_screen_takes_a_tenth_of_the_time_at_most(clock):
    class Slow(Terminal):
        def write(self, text):
            clock.now += 0.5
            return super().write(text)

    terminal = Slow()
    train(MODEL, DATA, steps=20_000, progress=live.Progress(file=terminal), learning_rate=0.1)
    assert 0.5 * (len(drawn(terminal)) - 2) <= clock.now / 10


def test_a_fast_run_is_drawn_once(clock):
    terminal = Terminal()
    train(MODEL, DATA, steps=20, progress=live.Progress(file=terminal), **HOW)
    assert len(drawn(terminal)) == 1


def test_the_line_fits_a_narrow_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    terminal = Terminal()
    train(MODEL, DATA, steps=3, progress=live.Progress(file=terminal), **HOW)
    assert all(len(line.removeprefix("\x1b[K").rstrip("\n")) <= 29 for line in drawn(terminal))


def test_where_nobody_watches_nothing_is_shown(capfd):
    for stream in (None, io.StringIO()):
        watched = live.Progress(file=stream)
        train(MODEL, DATA, steps=3, progress=watched, **HOW)
        assert watched.step == 2
        if stream is not None:
            assert stream.getvalue() == ""
    assert capfd.readouterr() == ("", "")


def test_an_ascii_terminal_is_no_trouble():
    class Ascii(Terminal):
        encoding = "ascii"

    terminal = Ascii()
    train(MODEL, DATA, steps=3, progress=live.Progress(file=terminal), **HOW)
    assert terminal.getvalue().isascii()


def test_the_with_statement_shows_the_end_of_a_function_that_does_not_tell():
    terminal = Terminal()
    with live.progress(3, file=terminal) as watched:
        for step in range(2):
            watched(step, {"step": step, "loss": 0.5, "accuracy": 1.0})
    assert "step 2 of 3" in drawn(terminal)[-1]
    assert terminal.getvalue().endswith("\n")


def test_the_with_statement_shows_how_far_a_function_came_that_failed():
    terminal = Terminal()

    def fails():
        with live.progress(3, file=terminal) as watched:
            watched(0, {"step": 0, "loss": 0.5, "accuracy": 1.0})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert "step 1 of 3 (stopped)" in terminal.getvalue()


def test_a_run_that_diverges_leaves_its_last_step_on_the_screen():
    terminal = Terminal()
    with pytest.raises(TrainingDiverged):
        train(MODEL, DATA, steps=50, progress=live.Progress(file=terminal), learning_rate=1e200)
    assert "(stopped)" in drawn(terminal)[-1]
    assert terminal.getvalue().endswith("\n")


def test_the_same_progress_can_watch_two_runs():
    terminal = Terminal()
    watched = live.Progress(file=terminal)
    for _ in range(2):
        train(MODEL, DATA, steps=3, progress=watched, **HOW)
    assert terminal.getvalue().count("step 3 of 3") == 2
    assert watched.step == 2


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_stop_keeps_what_is_done(engine):
    watched = live.Progress(file=Terminal())

    class Stopper:
        on_start, on_finish = watched.on_start, watched.on_finish

        def __call__(self, step, row):
            if step == 4:
                watched.stop()
            return watched(step, row)

    run = train(MODEL, DATA, steps=100, progress=Stopper(), learning_rate=0.1, engine=engine)
    assert (run.step_count, run.stopped) == (5, "progress")
    shorter = train(MODEL, DATA, steps=5, learning_rate=0.1, engine=engine)
    assert run.fingerprint == shorter.fingerprint


@pytest.mark.slow
def test_others_get_their_turn_while_it_trains():
    """A task that runs beside it stops it; what is done is kept."""

    async def both():
        watched = live.Progress()
        task = asyncio.create_task(
            live.train(MODEL, DATA, steps=10**7, progress=watched, learning_rate=[0.1] * 10**7)
        )
        while watched.step < 10:
            await asyncio.sleep(0)
        watched.stop()
        return await task

    run = asyncio.run(both())
    assert run.stopped == "progress"
    again = train(MODEL, DATA, steps=run.step_count, learning_rate=0.1)
    assert run.fingerprint == again.fingerprint


def test_cancelling_it_keeps_what_is_done():
    async def cancelled():
        watched = live.Progress()
        task = asyncio.create_task(
            live.train(MODEL, DATA, steps=10**6, progress=watched, learning_rate=0.1)
        )
        while watched.step < 10:
            await asyncio.sleep(0)
        task.cancel()
        run = await task
        assert not task.cancelled()
        return run

    run = asyncio.run(cancelled())
    assert run.stopped == "interrupted"
    assert (
        run.fingerprint == train(MODEL, DATA, steps=run.step_count, learning_rate=0.1).fingerprint
    )


def test_a_function_can_be_called_besides():
    seen = []
    asyncio.run(live.train(MODEL, DATA, steps=3, progress=lambda step, _: seen.append(step), **HOW))
    assert seen == [0, 1, 2]
    run = asyncio.run(live.train(MODEL, DATA, steps=9, progress=lambda step, _: step < 1, **HOW))
    assert run.step_count == 2


def test_wrong_arguments_are_refused_as_by_train():
    with pytest.raises(TypeError, match="progress: expected None or a function"):
        asyncio.run(live.train(MODEL, DATA, progress=5))
    with pytest.raises(ValueError, match="steps: expected a positive integer"):
        asyncio.run(live.train(MODEL, DATA, steps=0))
    with pytest.raises(TypeError, match="nothing"):
        asyncio.run(live.train(MODEL, DATA, nothing=1))
    with pytest.raises(ValueError, match="steps: expected a positive integer"):
        live.Progress(0)


def test_an_interrupt_between_two_chunks_is_not_lost():
    chunks = trainer.in_chunks(MODEL, DATA, steps=9, **HOW)
    assert [next(chunks), next(chunks)] == [1, 2]
    with pytest.raises(StopIteration) as ended:
        chunks.throw(KeyboardInterrupt)
    run = ended.value.value
    assert (run.step_count, run.stopped) == (2, "interrupted")


NOTEBOOK = [
    "from micrograd_wasm import MLP, datasets, live, train\n"
    "data, model = datasets.moons(10), MLP(2, [4, 1], seed=1)\n"
    "def wait(step, row):\n"
    "    import time; time.sleep(0.03)",
    "with live.progress() as watched:\n"
    "    def slowly(step, row):\n"
    "        wait(step, row); return watched(step, row)\n"
    "    train(model, data, steps=20, learning_rate=0.1, progress=slowly)\n"
    "    print('trained')",
    "import _thread, threading\n"
    "def interrupt_once_it_runs(step, row):\n"
    "    if step == 10: _thread.interrupt_main()\n"
    "run = await live.train(model, data, steps=10**6, learning_rate=0.1,"
    " progress=interrupt_once_it_runs)\n"
    "print(run.stopped, run.step_count < 10**6,"
    " run.fingerprint == train(model, data, steps=run.step_count, learning_rate=0.1).fingerprint)",
    "data",
]


def test_in_a_notebook_one_display_is_redrawn_in_place():
    """In a real kernel: the messages that it sends, and what an interrupt does."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in NOTEBOOK])
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}})
    sent = []
    handle = client.process_message

    def listen(message, cell, index):
        sent.append((index, message["msg_type"], message["content"]))
        return handle(message, cell, index)

    client.process_message = listen
    client.execute()

    first = [content for index, kind, content in sent if (index, kind) == (1, "display_data")]
    updates = [c for index, kind, c in sent if (index, kind) == (1, "update_display_data")]
    assert len(first) == 1
    assert len(updates) >= 2
    assert {u["transient"]["display_id"] for u in updates} == {first[0]["transient"]["display_id"]}
    pictures = [content["data"]["text/html"] for content in (*first, *updates)]
    sizes = {re.search(r'viewBox="[^"]+"', picture)[0] for picture in pictures}
    assert len(sizes) == 1, "a picture of another size would make the page jump"
    assert "step 20 · " in pictures[-1]
    displays = [o for o in notebook.cells[1].outputs if o.output_type == "display_data"]
    assert [o.data["text/plain"].split(" ·")[0] for o in displays] == ["step 20"]

    assert notebook.cells[2].outputs[-1].text == "interrupted True True\n"
    shown = [o for o in notebook.cells[2].outputs if o.output_type == "display_data"]
    assert len(shown) == 1
    assert "(stopped)" in shown[0].data["text/plain"]
    assert "<svg" in notebook.cells[3].outputs[0].data["text/html"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_in_a_real_terminal_the_line_goes_to_standard_error():
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "micrograd_wasm", "train", "--steps", "3", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=60
    )
    os.close(theirs)
    told = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "\r\x1b[Kstep 3 of 3 · loss " in told
    assert done.stdout.startswith(b"{")
