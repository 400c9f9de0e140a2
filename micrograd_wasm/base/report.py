"""Tabled: what shows itself as a table with a heading and a few sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .text import escape, table, text_table


class Report(NamedTuple):
    """What a Tabled thing has to say; the first `left` columns of the table hold texts."""

    heading: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1
    facts: Sequence[str] = ()


class Tabled:
    """Shows itself as a heading, a table and a few sentences, in a notebook and in a terminal."""

    __slots__ = ()

    def _report(self) -> Report:
        raise NotImplementedError

    def __repr__(self) -> str:
        report = self._report()
        table = [text_table(report.head, report.rows, left=report.left)] if report.rows else []
        return "\n".join(filter(None, [report.heading, *table, *report.facts]))

    def _repr_html_(self) -> str:
        report = self._report()
        made = [f"<div><strong>{escape(report.heading)}</strong></div>"] if report.heading else []
        if report.rows:
            made.append(table(report.head, report.rows, left=report.left))
        made += [f"<div>{escape(fact)}</div>" for fact in report.facts]
        return f'<div style="line-height:1.5;overflow-wrap:anywhere">{"".join(made)}</div>'
