"""Pieces of SVG that all pictures share: text's width, a frame.

A picture takes its ink from the page (`currentColor`), so that it is readable on light and on dark
paper alike; colours of its own are middle tones that are told apart on both.
"""

from __future__ import annotations

from typing import Final

from ..base.text import columns, escape

MONOSPACE: Final = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
ADVANCE: Final = 0.62  # width of a monospace character in ems, of the widest such font
BLUE: Final = "#3f8fd2"
ORANGE: Final = "#d9730d"
SMALLEST: Final = 0.85  # a picture shrinks to this share of its size before it scrolls


def text_width(text: str, size: float) -> float:
    """Pixels that `text` takes at most, in monospace of `size` pixels."""
    return columns(text) * size * ADVANCE


def number(value: float) -> str:
    """A coordinate: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def picture(body: str, width: float, height: float, title: str, description: str = "") -> str:
    """An `<svg>` with a title that is read aloud, as wide as it likes to be."""
    w, h = number(width), number(height)
    described = f"<desc>{escape(description)}</desc>" if description else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        f'role="img" aria-label="{escape(title)}" fill="none" stroke="none" '
        f'font-family="{MONOSPACE}"><title>{escape(title)}</title>{described}{body}</svg>'
    )


def fitted(svg: str, width: float, label: str, *, smallest: float = SMALLEST) -> str:
    """A picture in HTML that is never wider than its place.

    It shrinks a little, and what is wider still scrolls sideways in a frame of its own, which a
    keyboard reaches; the page itself neither grows nor gets stuck on the picture.
    """
    least = number(width * smallest)
    style = f"display:block;width:100%;min-width:{least}px;max-width:{number(width)}px;height:auto"
    svg = svg.replace("<svg ", f'<svg style="{style}" ', 1)
    if width * smallest < 320:
        return f'<div style="max-width:100%;overflow:hidden">{svg}</div>'
    return (
        f'<div role="group" aria-label="{escape(label)}" tabindex="0" '
        f'style="max-width:100%;overflow-x:auto;overflow-y:hidden">{svg}</div>'
    )
