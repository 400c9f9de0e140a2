"""What every chart is made of: the card it is drawn on, its colours, its size.

See charts.py for the charts.
"""

from __future__ import annotations

import json
from typing import Any, Final

from ...base import checks

Spec = dict[str, Any]

# The MIME type of Vega-Lite 5: what JupyterLab (4.x, and so JupyterLite) draws by itself.
MIME_TYPE: Final = "application/vnd.vegalite.v5+json"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"

# Class -1 orange and class 1 blue, which most kinds of colour vision tell apart.
CLASS_COLORS: Final = ("#c85a08", "#1a5fa0")
SHADES: Final = ("#f0a868", "#faf8f5", "#86b6e0")  # at scores of -2, 0 and 2
LOSS_DASHES: Final = ([1, 0], [6, 4], [2, 3])

INK: Final = "#24282e"
QUIET: Final = "#565c66"
MOST_PIXELS: Final = 32767  # of a canvas in a browser
MARGIN: Final = 170  # of a window's width, what a page and the axis take beside the plot

# Every colour is named: a chart is a white card, also in a dark notebook that would lend it others.
# Nothing here is None: Pyodide's notebook kernel loses a None on the way to the page.
_TEXT: Final = {"labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": "normal"}
_CONFIG: Final[Spec] = {
    "background": "white",
    "padding": 12,
    "font": "system-ui, sans-serif",
    "view": {"stroke": "transparent"},
    "axis": {
        **_TEXT, "labelColor": QUIET, "titleColor": INK, "gridColor": "#e9eaec", "domain": False,
        "ticks": False, "tickCount": 4, "labelPadding": 6, "labelFlush": False
    },
    "legend": {
        **_TEXT, "labelColor": INK, "titleColor": INK, "orient": "top", "labelLimit": 0,
        "layout": {"top": {"direction": "vertical", "anchor": "start", "margin": 6}}
    }
}  # fmt: skip
# The menu beside a chart saves it as a picture. The editor would send the data to a public page.
_MENU: Final = {"export": True, "source": False, "compiled": False, "editor": False}


class Chart:
    """A Vega-Lite specification that a notebook draws.

    Args:
        spec: the specification without "$schema" and "config", which are added.
        summary: one sentence that says what is to be seen: shown where nothing can draw, and read
            aloud by screen readers.
    """

    def __init__(self, spec: Spec, summary: str) -> None:
        self._spec = {"$schema": SCHEMA, "description": summary, "config": _CONFIG, **spec}
        self._summary = summary

    @property
    def spec(self) -> Spec:
        """The whole specification, as a fresh copy."""
        copy: Spec = json.loads(self.to_json())
        return copy

    def to_json(self) -> str:
        """The specification as JSON text."""
        return json.dumps(self._spec)

    def __repr__(self) -> str:
        return f"Chart({self._summary})"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[Spec, dict[str, Spec]]:
        metadata = {MIME_TYPE: {"embed_options": {"actions": dict(_MENU)}}}
        return {MIME_TYPE: self.spec, "text/plain": repr(self)}, metadata


def narrowing(width: int) -> Spec:
    """The plot's width: as asked for, less in a window that is too narrow for it."""
    width = pixels("width", width)
    fits = f"max(200, min({width}, windowSize()[0] - {MARGIN}))"
    expr = f"isFinite(windowSize()[0]) ? {fits} : {width}"
    return {"width": width, "params": [{"name": "width", "expr": expr}]}


def number(name: str, digits: str | None = None) -> Spec:
    return {"field": name, "type": "quantitative", **({"format": digits} if digits else {})}


def pixels(name: str, number: Any) -> int:
    expected = f"a number of pixels, 1 or more, at most {MOST_PIXELS}"
    pixels = checks.integer(name, number, expected, minimum=1)
    if pixels > MOST_PIXELS:
        checks.refuse(name, expected, number)
    return pixels
