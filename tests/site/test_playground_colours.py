"""The playground's colours for every eye: told apart with each kind of colour blindness, in both
themes, and legible. Vision is simulated from the style sheet's own values; no browser is needed.

The matrices are those of Machado, Oliveira and Fernandes (2009) for a missing kind of cone, on
linear RGB; grey is what is left of a colour in print or with no colour vision at all. Distances
are Euclidean in Oklab (Ottosson, 2020), in which black and white are 1 apart and a step of 0.02 is
about the least that is seen between neighbouring patches.
"""

import itertools
import math
import re

import pytest

from builder.paths import ROOT

BASE = (ROOT / "site" / "css" / "base.css").read_text()
Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]

VISIONS: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}
COLOURED = [name for name in VISIONS if name != "grey"]


def theme(selector: str) -> dict[str, str]:
    """The colours that a rule of the style sheet sets."""
    block = BASE.split(selector + " {")[1].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


THEMES = {"light": theme(":root"), "dark": theme(':root[data-theme="dark"]')}


def linear(colour: str) -> Colour:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return r, g, b


def times(matrix: Matrix, colour: Colour) -> Colour:
    r, g, b = (sum(m * c for m, c in zip(row, colour, strict=True)) for row in matrix)
    return r, g, b


def seen(colour: str, vision: str) -> Colour:
    """A colour in Oklab as somebody sees it."""
    r, g, b = times(VISIONS[vision], linear(colour))
    r, g, b = (min(1.0, max(0.0, c)) for c in (r, g, b))
    cones = times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        (r, g, b),
    )
    return times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        (math.cbrt(cones[0]), math.cbrt(cones[1]), math.cbrt(cones[2])),
    )


def apart(one: str, other: str, vision: str) -> float:
    return math.dist(seen(one, vision), seen(other, vision))


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    light = [times(VISIONS["grey"], linear(colour))[0] + 0.05 for colour in (one, other)]
    return max(light) / min(light)


def mixed(one: str, other: str, share: float) -> str:
    """As surface.js shades: between two colours, channel by channel."""
    both = zip(*([int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in (one, other)), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in both)


def test_the_simulation_is_one() -> None:
    """Red and green are apart for most, and close without red or green cones; grey stays grey."""
    red, green = "#b03030", "#4f7a00"
    assert apart(red, green, "usual") > 0.2
    assert apart(red, green, "deuteranopia") < 0.1
    assert apart("#b03030", "#5a4f14", "protanopia") < 0.06 < apart("#b03030", "#5a4f14", "usual")
    for vision in VISIONS:
        assert apart("#777777", "#777777", vision) == 0
        assert apart("#000000", "#ffffff", vision) == pytest.approx(1, abs=0.01)


def test_both_ways_to_the_dark_theme_have_its_colours() -> None:
    assert theme(":root:not([data-theme])") == THEMES["dark"]


@pytest.mark.parametrize("vision", COLOURED)
@pytest.mark.parametrize("name", THEMES)
class TestEachVision:
    def test_the_two_classes_are_told_apart(self, name: str, vision: str) -> None:
        colours = THEMES[name]
        assert apart(colours["minus"], colours["plus"], vision) >= 0.19

    def test_the_two_sides_of_the_boundary_are_told_apart(self, name: str, vision: str) -> None:
        colours = THEMES[name]
        for share, least in ((0.5, 0.08), (1.0, 0.16)):  # at the margin, and at a score of 2
            sides = [
                mixed(colours["paper"], colours[f"{k}-shade"], share) for k in ("minus", "plus")
            ]
            assert apart(*sides, vision) >= least

    def test_a_shade_grows_away_from_the_paper_evenly(self, name: str, vision: str) -> None:
        colours = THEMES[name]
        for side in ("minus-shade", "plus-shade"):
            steps = [mixed(colours["paper"], colours[side], share / 4) for share in range(5)]
            ways = [apart(colours["paper"], step, vision) for step in steps]
            assert ways == sorted(ways)
            assert ways[-1] >= 0.15, "a score of 2 is not paper"
            assert min(b - a for a, b in itertools.pairwise(ways)) >= 0.02

    def test_a_point_stands_out_from_the_shade_it_lies_on(self, name: str, vision: str) -> None:
        colours = THEMES[name]
        for point, shade in itertools.product(("minus", "plus"), ("minus-shade", "plus-shade")):
            # Its rim is paper, so one of the two is enough; the fill is to be seen by itself.
            assert apart(colours[point], colours[shade], vision) >= 0.1


@pytest.mark.parametrize("name", THEMES)
def test_without_any_colour_shape_dash_and_lightness_remain(name: str) -> None:
    """In grey the classes are circle and square, a negative line is dashed, and so are the losses;
    the page's drawing says so. The two shades differ in lightness as well."""
    drawing = {
        part: (ROOT / "site" / "js" / "playground" / folder / f"{part}.js").read_text()
        for folder, part in (("plane", "plane"), ("network", "network-draw"))
    }
    assert re.search(r"label < 0\) context\.arc\(.*\n\s*else context\.rect\(", drawing["plane"])
    assert "setLineDash(value(j, i) < 0 ? [5, 2.5] : [])" in drawing["network-draw"]
    styles = (ROOT / "site" / "css" / "run.css").read_text()
    for key, dash in (("minus", "dashed"), ("data", "dashed"), ("reg", "dotted")):
        assert re.search(rf"\.key\.{key} {{[^}}]*border-top-style: {dash}", styles)
    colours = THEMES[name]
    assert apart(colours["minus-shade"], colours["plus-shade"], "grey") >= 0.03


@pytest.mark.parametrize("name", THEMES)
def test_words_lines_and_points_have_the_contrast_that_wcag_asks_for(name: str) -> None:
    colours = THEMES[name]
    for word in ("ink", "quiet", "accent", "warn"):
        assert contrast(colours[word], colours["paper"]) >= 4.5
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    for drawn in ("minus", "plus", "total", "data", "reg"):
        assert contrast(colours[drawn], colours["paper"]) >= 3
