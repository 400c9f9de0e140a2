"""Charts of rows that you made yourself: curves, and a shade for each pair of two settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from ...base import checks
from .chart import CLASS_COLORS, INK, LOSS_DASHES, SHADES, Chart, Spec, narrowing, number, pixels

SERIES_COLORS: Final = (*reversed(CLASS_COLORS), "#2f7d4f", "#8a4b9e", "#7b818b")
# 0.01, 1, 1000, and then 1e+10.
_POWERS: Final = "format(datum.value, datum.value < 1e5 ? '~g' : '.0e')"
MOST_DIGITS: Final = 20  # that a browser writes
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
        x, y, series: which columns; those of x and y hold numbers, that of `series` texts or
            numbers.
        log: the axes with a logarithmic scale: "", "x", "y" or "xy".
        width, height: of the plot, in pixels.

    Raises:
        TypeError, ValueError: an argument is not as above, a row has no such column, or a number
            does not fit the scale.
    """
    log = checks.choice("log", log, ("", "x", "y", "xy"))
    columns = {"x": x, "y": y} | ({} if series is None else {"series": series})
    values = _columns(rows, columns, texts=("series",))
    for name in log:
        for i, row in enumerate(values):
            expected = "a positive number for a logarithmic scale"
            checks.real(f"rows[{i}]", row[name], expected, above=0.0)
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
        x, y, value: which columns; those of x and y hold texts or numbers, that of `value` numbers.
        digits: how many behind the point of the values, up to 20.
        width, height: of the plot, in pixels.

    Raises:
        TypeError, ValueError: an argument is not as above, or a row has no such column or number.
    """
    expected = f"an integer, 0 or more, at most {MOST_DIGITS}"
    digits = checks.integer("digits", digits, expected, minimum=0)
    if digits > MOST_DIGITS:
        checks.refuse("digits", expected, digits)
    cells = _columns(rows, {"x": x, "y": y, "value": value}, texts=("x", "y"))
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


def _columns(rows: Any, columns: Mapping[str, Any], *, texts: Collection[str]) -> list[Spec]:
    """The rows with these columns alone, under plain names: numbers, in `texts` also texts."""
    names = {plain: checks.text(plain, name, "a column's name") for plain, name in columns.items()}
    rows = checks.sequence("rows", rows, "a list of rows")
    if not len(rows):
        checks.refuse("rows", "one row or more", rows)
    return [
        {plain: _cell(i, row, name, plain, plain in texts) for plain, name in names.items()}
        for i, row in enumerate(rows)
    ]


def _cell(i: int, row: Any, name: str, plain: str, may_be_text: bool) -> Any:
    where = f"rows[{i}]"
    expected = "a row such as {'step': 0, 'loss': 1.5}"
    if not isinstance(row, Mapping):
        checks.refuse(where, expected, row, kind=TypeError)
    try:
        cell = row[name]
    except KeyError:
        checks.refuse(where, f"a column {checks.shown(name)} ({plain})", row)
    except Exception:
        checks.refuse(where, expected, row, kind=TypeError)
    if may_be_text and isinstance(cell, str):
        return checks.text(where, cell, "a text")
    expected = f"a {'text or a ' if may_be_text else ''}number in {checks.shown(name)}"
    number = checks.real(where, cell, expected)
    return cell if type(cell) is int else number
