"""The colours of the window: those of ``relulab.views.colours``, which reports share, and what pyqtgraph adds."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Self

import numpy as np

from relulab.views.colours import (
    DARK_COLOURS,
    LIGHT_COLOURS,
    SEQUENCE_FROM,
    Colours,
    LineStyle,
    Rgb,
    StatusStyle,
    contrast,
    hex_of,
    ink_on,
    line_style,
    mix,
    rgb_of,
)

__all__ = [
    "DARK",
    "LIGHT",
    "SEQUENCE_FROM",
    "LineStyle",
    "Palette",
    "Rgb",
    "StatusStyle",
    "colour_table",
    "contrast",
    "hex_of",
    "ink_on",
    "mix",
    "palette",
    "rgb_of",
]


@dataclass(frozen=True, slots=True)
class Palette(Colours):
    """All colours of one theme, with those that follow from them."""

    @classmethod
    def of(cls, colours: Colours) -> Self:
        """The palette with these colours."""
        return cls(**{field.name: getattr(colours, field.name) for field in fields(colours)})

    def layer_lines(self, count: int) -> list[LineStyle]:
        """One style per layer, input first: categorical colours, from nine layers on a sequence (cividis)."""
        if count <= SEQUENCE_FROM:
            return [line_style(self.lines, place) for place in range(count)]
        return [LineStyle(colour) for colour in self.sequence(count, colour_table("cividis"))]

    def run_line(self, place: int) -> LineStyle:
        """The line of a run, wherever it is drawn. Eight colours; when they begin again, the dashes are others."""
        return line_style(self.lines, place)

    def class_colour(self, index: int) -> str:
        """The colour of class ``index``; classes beyond the palette begin again (their symbols differ)."""
        return self.lines[index % len(self.lines)]

    def intensity_table(self) -> Rgb:
        """(256, 3): viridis running away from the background, so that nothing looks like nothing."""
        table = colour_table("viridis")
        table = table if self.dark else table[::-1]
        start = rgb_of(self.background).astype(float)
        blend = np.linspace(0.0, 1.0, 256)[:, None].clip(0, 0.25) * 4  # leave the background within a quarter
        return np.asarray(start * (1 - blend) + table * blend, np.uint8)


LIGHT, DARK = Palette.of(LIGHT_COLOURS), Palette.of(DARK_COLOURS)


def palette(dark: bool) -> Palette:
    """The palette of the light or the dark theme."""
    return DARK if dark else LIGHT


@cache
def colour_table(name: str) -> Rgb:
    """(256, 3) of a colour map that ships with pyqtgraph: viridis, cividis, CET-CBL1. Do not write to it."""
    from pyqtgraph import colormap  # here, so that the window's theme does not wait for pyqtgraph

    table = np.asarray(colormap.get(name).getLookupTable(nPts=256, alpha=False), np.uint8)
    table.setflags(write=False)
    return table
