"""Python's cyclic garbage collector, which graphs have no use for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cyclic garbage collection inside.

    A training step builds some hundred thousand objects without one reference cycle among them, and
    the collector would walk them several times to find nothing: half of the step's time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
