"""Small plots as SVG, or as characters of a terminal: a curve, points of the plane, images.

They are for a glance, where `charts` are for a look: no library draws them, nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ..base.text import escape
from .svg import BLUE, ORANGE, number, picture, text_width

FONT: Final = 11.0
WIDTH: Final = 480.0
SQUARE: Final = 280.0
MOST_POINTS: Final = 600  # of a curve or a scatter; more than anyone can tell apart
BLOCKS: Final = "▁▂▃▄▅▆▇█"

# Quadrants of a character: upper left, upper right, lower left, lower right as bits 1, 2, 4, 8.
QUADRANTS: Final = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"


def thinned(count: int, most: int = MOST_POINTS) -> list[int]:
    """At most `most` of the numbers 0 ... count-1, evenly spread, the first and last among them."""
    if count <= most:
        return list(range(count))
    return [k * (count - 1) // (most - 1) for k in range(most)]


def curve(
    steps: Sequence[int], values: Sequence[float], title: str, *, last_step: int, height: float = 96
) -> str:
    """A line over steps, from 0 to `last_step`, with its extremes written beside it.

    Args:
        steps, values: the points, as many of each, at least one.
        last_step: where the axis ends.
    """
    chosen = thinned(len(values))
    low, high = min(0.0, *values), max(values)
    labels = [f"{high:.4g}", f"{low:.4g}"]
    left = max(60.0, *(text_width(label, FONT) + 8 for label in labels))  # as good as never moves
    top, bottom = 8.0, height - 20
    right = WIDTH - 8
    across, up = (right - left) / max(1, last_step), (bottom - top) / ((high - low) or 1.0)
    points = [(left + steps[k] * across, bottom - (values[k] - low) * up) for k in chosen]
    line = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    end_x, end_y = points[-1]
    ink = f'fill="currentColor" font-size="{FONT:g}"'
    body = (
        f'<path d="M{number(left)} {number(top)}H{number(right)}M{number(left)} {number(bottom)}'
        f'H{number(right)}" stroke="currentColor" stroke-opacity=".25"/>'
        f'<polyline points="{line}" stroke="{BLUE}" stroke-width="2" stroke-linejoin="round"/>'
        f'<circle cx="{number(end_x)}" cy="{number(end_y)}" r="3.5" fill="{BLUE}"/>'
        f'<text x="{number(left - 6)}" y="{number(top + 4)}" text-anchor="end" {ink}>'
        f"{escape(labels[0])}</text>"
        f'<text x="{number(left - 6)}" y="{number(bottom + 4)}" text-anchor="end" {ink}>'
        f"{escape(labels[1])}</text>"
        f'<text x="{number(left)}" y="{number(height - 4)}" {ink}>step 0</text>'
        f'<text x="{number(right)}" y="{number(height - 4)}" text-anchor="end" {ink}>'
        f"{last_step:,}</text>"
    )
    return picture(body, WIDTH, height, title)


def scatter(points: Sequence[tuple[float, float, float]], title: str) -> str:
    """Points (x, y, label) of the plane: class 1 as blue squares, the other as orange dots."""
    chosen = [points[k] for k in thinned(len(points))]
    xs, ys = [p[0] for p in chosen], [p[1] for p in chosen]
    x_span, y_span = max(xs) - min(xs), max(ys) - min(ys)
    width, pad = SQUARE, 8.0
    ratio = min(max(y_span / (x_span or y_span or 1.0), 0.3), 1.0)
    height = round((width - 2 * pad) * ratio + 2 * pad)
    scale = min((width - 2 * pad) / (x_span or 1e-300), (height - 2 * pad) / (y_span or 1e-300))
    if not x_span and not y_span:
        scale = 1.0
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    dots, squares = [], []
    for x, y, label in chosen:
        across, down = width / 2 + (x - middle_x) * scale, height / 2 - (y - middle_y) * scale
        if label > 0.0:
            squares.append(f"M{number(across - 2.5)} {number(down - 2.5)}h5v5h-5z")
        else:
            dots.append(f"M{number(across)} {number(down)}h.01")
    body = (
        f'<path d="{"".join(dots)}" stroke="{ORANGE}" stroke-width="6" stroke-linecap="round"/>'
        f'<path d="{"".join(squares)}" fill="{BLUE}"/>'
    )
    ink = f'y="{height + 14}" fill="currentColor" font-size="{FONT:g}"'
    body += (
        f'<path d="M{number(pad)} {height + 10}h.01" stroke="{ORANGE}" stroke-width="6" '
        f'stroke-linecap="round"/><text x="{number(pad + 8)}" {ink}>class -1</text>'
        f'<path d="M{number(pad + 90)} {height + 7.5}h5v5h-5z" fill="{BLUE}"/>'
        f'<text x="{number(pad + 101)}" {ink}>class 1</text>'
    )
    return picture(body, width, height + 20, title)


def images(rows: Sequence[Sequence[float]], captions: Sequence[str], title: str) -> str:
    """Square images side by side, each with a caption; a pixel goes from 0 (paper) to 1 (ink)."""
    side = math.isqrt(len(rows[0]))
    cell, gap = 40.0, 10.0
    dot = cell / side
    # One path for each strength of ink is a fraction of the size of one square for each pixel.
    strengths: dict[int, list[str]] = {}
    texts = []
    for i, (row, caption) in enumerate(zip(rows, captions, strict=True)):
        left = i * (cell + gap)
        for k, ink in enumerate(row):
            if strength := round(min(max(ink, 0.0), 1.0) * 16):
                x, y = left + k % side * dot, k // side * dot
                square = f"M{number(x)} {number(y)}h{number(dot)}v{number(dot)}h-{number(dot)}z"
                strengths.setdefault(strength, []).append(square)
        texts.append(
            f'<text x="{number(left + cell / 2)}" y="{number(cell + 14)}" text-anchor="middle" '
            f'fill="currentColor" font-size="{FONT:g}">{escape(caption)}</text>'
        )
    paths = (
        f'<path d="{"".join(strengths[s])}" fill="currentColor" fill-opacity="{s / 16:.2f}"/>'
        for s in sorted(strengths)
    )
    width = len(rows) * (cell + gap) - gap
    return picture("".join([*paths, *texts]), width, cell + 18, title)


# -- characters ------------------------------------------------------------------------------------


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """A curve in one line of blocks, from the least value (low) to the largest (high)."""
    chosen = [values[k] for k in thinned(len(values), width)]
    low, high = min(chosen), max(chosen)
    scale = (len(BLOCKS) - 1) / ((high - low) or 1.0)
    return "".join(BLOCKS[round((value - low) * scale)] for value in chosen)


def text_curve(values: Sequence[float], width: int = 60, height: int = 8) -> list[str]:
    """A curve in lines of characters, two by two dots in each, with its extremes beside it."""
    across, down = 2 * width, 2 * height
    chosen = [values[k * (len(values) - 1) // max(1, across - 1)] for k in range(across)]
    low, high = min(0.0, *chosen), max(chosen)
    scale = (down - 1) / ((high - low) or 1.0)
    dots = [[0] * width for _ in range(height)]
    before = None
    for x, value in enumerate(chosen):
        y = down - 1 - round((value - low) * scale)
        reach = range(min(y, before), max(y, before) + 1) if before is not None else [y]
        for row in reach:  # a steep piece has no gaps
            if row == y or row != before:
                dots[row // 2][x // 2] |= 1 << (x % 2 + 2 * (row % 2))
        before = y
    labels = [f"{high:.4g}", *[""] * (height - 2), f"{low:.4g}"]
    pad = max(map(len, labels))
    lines = ("".join(QUADRANTS[bits] for bits in row).rstrip() for row in dots)
    return [f"{label:>{pad}} │{line}" for label, line in zip(labels, lines, strict=True)]
