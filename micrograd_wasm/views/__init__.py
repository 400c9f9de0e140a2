"""How things show themselves: text in a terminal, HTML and SVG in a notebook.

The functions here are what `base.shown` asks for, each loading no more than it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..engine.value import Value


def text(thing: Any) -> str:
    """See `display.text`."""
    from . import display  # noqa: PLC0415 - loaded when something is shown

    return display.text(thing)


def html(thing: Any) -> str:
    """See `display.html`."""
    from . import display  # noqa: PLC0415 - loaded when something is shown

    return display.html(thing)


def pretty(thing: Any, printer: Any, cycle: bool) -> None:
    """See `display.pretty`."""
    from . import display  # noqa: PLC0415 - loaded when something is shown

    display.pretty(thing, printer, cycle)


def graph_of(value: Value) -> str | None:
    """See `drawing.of_value`."""
    from .graph import drawing  # noqa: PLC0415 - loaded when something is drawn

    return drawing.of_value(value)
