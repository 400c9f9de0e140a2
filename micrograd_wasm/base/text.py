"""Texts: safe in HTML, cut to a line, as wide as they are shown; and tables of texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def escape(text: str) -> str:
    """`text` as content or attribute of XML and HTML; what XML cannot hold becomes U+FFFD."""
    shown = []
    for character in text:
        code = ord(character)
        allowed = code >= 32 or character in "\t\n\r"
        if not allowed or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
            character = "\ufffd"  # noqa: PLW2901 - the same character, mended
        shown.append(_ESCAPES.get(character, character))
    return "".join(shown)


def one_line(text: str, longest: int) -> str:
    """`text` on one line of at most `longest` columns, cut with an ellipsis."""
    text = " ".join(text.split())
    if columns(text) <= longest:
        return text
    cut = text[:longest]
    while columns(cut) > longest - 1:
        cut = cut[:-1]
    return cut + "…"


def columns(text: str) -> int:
    """How many columns of a terminal, or characters of a monospace font, `text` fills at most."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def table(head: Iterable[str], rows: Iterable[Iterable[str]], *, left: int = 1) -> str:
    """An HTML table of texts, which are escaped; all columns but the first `left` are numbers."""
    cell = "padding:2px 12px 2px 0;white-space:nowrap;font-variant-numeric:tabular-nums;text-align:"

    def line(tag: str, texts: Iterable[str], extra: str = "") -> str:
        cells = (
            f'<{tag} style="{cell}{"left" if k < left else "right"}{extra}">{escape(text)}</{tag}>'
            for k, text in enumerate(texts)
        )
        return f'<tr style="background:none">{"".join(cells)}</tr>'

    heading = line("th", head, ";font-weight:600;border-bottom:1px solid currentColor")
    body = "".join(line("td", row) for row in rows)
    return (
        '<div role="group" aria-label="table, scrolls sideways" tabindex="0" '
        'style="max-width:100%;overflow-x:auto;overflow-y:hidden">'
        '<table style="border-collapse:collapse;font-size:inherit;margin:4px 0">'
        f"<thead>{heading}</thead><tbody>{body}</tbody></table></div>"
    )


def text_table(head: Iterable[str], rows: Iterable[Iterable[str]], *, left: int = 1) -> str:
    """The same as lines of plain text, the columns two spaces apart."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(columns(line[k]) for line in lines) for k in range(len(lines[0]))]

    def fill(text: str, k: int) -> str:
        space = " " * (widths[k] - columns(text))
        return text + space if k < left else space + text

    texts = ["  ".join(fill(text, k) for k, text in enumerate(line)).rstrip() for line in lines]
    return "\n".join(texts)
