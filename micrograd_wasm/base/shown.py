"""Shown: what the classes inherit that show themselves. How is for the views to say, far above.

They fill the one hook that is here when the package is imported (`views` below); what draws is
loaded when something is shown: a page that trains does not need it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Views(Protocol):
    """What the views can do: functions of views/__init__.py."""

    def text(self, thing: Any) -> str: ...
    def html(self, thing: Any) -> str: ...
    def pretty(self, thing: Any, printer: Any, cycle: bool) -> None: ...
    def graph_of(self, value: Any) -> str | None: ...


_load: Callable[[], Views]


def fill(load: Callable[[], Views]) -> None:
    """Let `load` bring the views where something is to be shown."""
    global _load  # noqa: PLW0603 - one hook for all
    _load = load


def views() -> Views:
    """The views, loaded now if they are not there yet."""
    return _load()


class Shown:
    """Shows itself in a notebook, and in a terminal where it is printed."""

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # IPython takes the first class that has either this or a __repr__, and they have one.
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def __str__(self) -> str:
        return views().text(self)

    def _repr_html_(self) -> str:
        return views().html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        views().pretty(self, printer, cycle)
