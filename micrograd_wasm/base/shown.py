"""What the classes inherit that show themselves: Shown (how is in display.py), and Tabled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Shown:
    """Shows itself in a notebook, and in a terminal where it is printed.

    Importing `display` waits until something is shown: a page that trains does not need it.
    """

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # IPython takes the first class that has either this or a __repr__, and they have one.
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def __str__(self) -> str:
        from ..views import display  # noqa: PLC0415 - see above

        return display.text(self)

    def _repr_html_(self) -> str:
        from ..views import display  # noqa: PLC0415 - see above

        return display.html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        from ..views import display  # noqa: PLC0415 - see above

        display.pretty(self, printer, cycle)


class Tabled:
    """Shows itself as a heading, a table and a few sentences, in a notebook and in a terminal."""

    __slots__ = ()

    def _report(self) -> Report:
        raise NotImplementedError

    def __repr__(self) -> str:
        from ..views.svg import text_table  # noqa: PLC0415 - see above

        report = self._report()
        table = [text_table(report.head, report.rows, left=report.left)] if report.rows else []
        return "\n".join(filter(None, [report.heading, *table, *report.facts]))

    def _repr_html_(self) -> str:
        from ..views.svg import escape, table  # noqa: PLC0415 - see above

        report = self._report()
        made = [f"<div><strong>{escape(report.heading)}</strong></div>"] if report.heading else []
        if report.rows:
            made.append(table(report.head, report.rows, left=report.left))
        made += [f"<div>{escape(fact)}</div>" for fact in report.facts]
        return f'<div style="line-height:1.5;overflow-wrap:anywhere">{"".join(made)}</div>'


class Report(NamedTuple):
    """What a Tabled thing has to say; the first `left` columns of the table hold texts."""

    heading: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1
    facts: Sequence[str] = ()
