"""Charts of rows that you made yourself: curves, and a shade for each pair of two settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import checks
from .chart import CLASS_COLORS, INK, LOSS_DASHES, SHADES, Chart, Spec, narrowing, number, pixels

SERIES_COLORS: Final = (*reversed(CLASS_COLORS), "#2f7d4f", "#8a4b9e", "#7b818b")
# 0.01, 1, 1000, and then 1e+10.
_POWERS: Final = "format(datum.value, datum.value < 1e5 ? '~g' : '.0e')"
SERIES_DASHES: Final = (*LOSS_DASHES, [8, 3, 2, 3], [10, 4])


def lines(
    rows: Sequence[Mapping[str, Any]],
    x: str,
    y: str,
    series: str | None = None,
    *,
    log: str = "",
    width: int = 600,
    height: int = 260,
) -> Chart:
    """A curve through rows of your own, or one for each text in the column `series`.

    Args:
        rows: such as [{"step": 0, "loss": 1.5, "run": "fast"}, ...].
        x, y, series: which columns.
        log: the axes with a logarithmic scale: "", "x", "y" or "xy".
        width, height: of the plot, in pixels.

    Raises:
        TypeError, ValueError: an argument is not as above, a row has no such column, or a number
            does not fit the scale.
    """
    if log not in ("", "x", "y", "xy"):
        checks.refuse("log", '"", "x", "y" or "xy"', log)
    values = _columns(rows, {"x": x, "y": y} | ({"series": series} if series else {}))
    for name in ("x", "y"):
        for i, row in enumerate(values):
            above = 0.0 if name in log else -float("inf")
            expected = "a positive number for a logarithmic scale" if name in log else "a number"
            checks.real(f"rows[{i}]", row[name], expected, above=above)
    powers: Spec = {"scale": {"type": "log"}, "axis": {"labelExpr": _POWERS}}
    scales: dict[str, Spec] = {n: powers if n in log else {} for n in "xy"}
    names = list(dict.fromkeys(row["series"] for row in values)) if series else []
    styled: Spec = {"color": {"value": SERIES_COLORS[0]}}
    if names:
        which: Spec = {"field": "series", "type": "nominal", "title": ""}
        which["legend"] = {"symbolType": "stroke", "symbolSize": 500}
        colors, dashes = (
            [kinds[i % len(kinds)] for i in range(len(names))]
            for kinds in (SERIES_COLORS, SERIES_DASHES)
        )
        styled = {"color": {**which, "scale": {"domain": names, "range": colors}}}
        styled["strokeDash"] = {**which, "scale": {"domain": names, "range": dashes}}
    tips = [{"field": "series", "type": "nominal", "title": series}] if series else []
    tips += [{**number(name), "title": title} for name, title in (("x", x), ("y", y))]
    spec: Spec = {
        **narrowing(width),
        "height": pixels("height", height),
        "data": {"values": values},
        "encoding": {
            "x": {**number("x"), "title": x, **scales["x"]},
            "y": {**number("y"), "title": y, **scales["y"]},
            "tooltip": tips,
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2}, "encoding": styled},
            {"mark": {"type": "point", "size": 120, "opacity": 0}},  # what the pointer finds
        ],
    }
    return Chart(spec, f"{y} by {x}" + (f", {len(names)} curves" if names else ""))


def heat_map(
    rows: Sequence[Mapping[str, Any]],
    x: str,
    y: str,
    value: str,
    *,
    digits: int = 0,
    width: int = 600,
    height: int | None = None,
) -> Chart:
    """A cell for each pair of x and y, the darker the greater its value, with the value in it.

    Args:
        rows: such as [{"noise": 0.1, "width": 8, "accuracy": 97.0}, ...]; cells come in the rows'
            order, from left to right and from the bottom up.
        x, y, value: which columns.
        digits: how many behind the point of the values.
        width, height: of the plot, in pixels.

    Raises:
        TypeError, ValueError: an argument is not as above, or a row has no such column or number.
    """
    digits = checks.integer("digits", digits, "an integer, 0 or more", minimum=0)
    cells = _columns(rows, {"x": x, "y": y, "value": value})
    for i, cell in enumerate(cells):
        checks.real(f"rows[{i}]", cell["value"], "a number")
    columns, lines = ([*dict.fromkeys(cell[name] for cell in cells)] for name in ("x", "y"))
    lines.reverse()
    tall = 30 * len(lines) if height is None else pixels("height", height)
    shown = number("value", f".{digits}f")
    # In a narrow window every second label is left out, or more, so that none meets another.
    axis = {"grid": False, "labelAngle": 0, "labelOverlap": "parity"}
    spec: Spec = {
        **narrowing(width),
        "height": tall,
        "data": {"values": cells},
        "encoding": {
            "x": {"field": "x", "type": "ordinal", "title": x, "sort": columns, "axis": axis},
            "y": {"field": "y", "type": "ordinal", "title": y, "sort": lines, "axis": axis},
            "tooltip": [
                {"field": "x", "type": "nominal", "title": x},
                {"field": "y", "type": "nominal", "title": y},
                {**shown, "title": value},
            ],
        },
        "layer": [
            {
                "mark": {"type": "rect"},
                "encoding": {
                    "color": {
                        **shown,
                        "title": value,
                        "scale": {"range": SHADES[1:], "interpolate": "rgb", "zero": False},
                        "legend": {"gradientLength": 200, "direction": "horizontal"},
                    }
                },
            },
            {
                # Where a cell is too narrow for its number, pointing at it tells.
                "mark": {
                    "type": "text",
                    "fontSize": 12,
                    "opacity": {"expr": f"width < {(12 + 8 * digits + 16) * len(columns)} ? 0 : 1"},
                },
                "encoding": {"text": shown, "color": {"value": INK}},
            },
        ],
    }
    return Chart(spec, f"{value} by {x} and {y}, {len(cells)} cells")


def _columns(rows: Any, names: Mapping[str, str]) -> list[Spec]:
    """The rows with these columns alone, under plain names."""
    rows = checks.sequence("rows", rows, "a list of rows")
    if not len(rows):
        checks.refuse("rows", "one row or more", rows)
    found = []
    for i, row in enumerate(rows):
        if not isinstance(row, Mapping):
            checks.refuse(
                f"rows[{i}]", "a row such as {'step': 0, 'loss': 1.5}", row, kind=TypeError
            )
        for name in names.values():
            if name not in row:
                checks.refuse(f"rows[{i}]", f"a column {name!r}", dict(row))
        found.append({plain: row[name] for plain, name in names.items()})
    return found
