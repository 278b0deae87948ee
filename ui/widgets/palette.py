"""The colours of the window: those of ``relulab.views.colours``, which reports share, and tables of pyqtgraph."""

from functools import cache
from typing import Protocol

from relulab.views.colours import DARK_COLOURS, LIGHT_COLOURS, Colours, Rgb, rgb_of

Palette = Colours
LIGHT, DARK = LIGHT_COLOURS, DARK_COLOURS


class Themed(Protocol):
    """Whatever takes over the colours of a theme."""

    def set_theme(self, palette: Palette) -> None: ...


def palette(dark: bool) -> Palette:
    """The palette of the light or the dark theme."""
    return DARK if dark else LIGHT


@cache
def colour_table(name: str) -> Rgb:
    """(256, 3) of a colour map that ships with pyqtgraph: viridis, cividis, CET-CBL1. Do not write to it."""
    import numpy as np
    from pyqtgraph import colormap  # here, so that the window's theme does not wait for pyqtgraph

    table = np.asarray(colormap.get(name).getLookupTable(nPts=256, alpha=False), np.uint8)
    table.setflags(write=False)
    return table


def intensity_table(colours: Palette) -> Rgb:
    """(256, 3): viridis running away from the background, so that nothing looks like nothing."""
    import numpy as np

    table = colour_table("viridis")
    table = table if colours.dark else table[::-1]
    start = rgb_of(colours.background).astype(float)
    blend = np.linspace(0.0, 1.0, 256)[:, None].clip(0, 0.25) * 4  # leave the background within a quarter
    return np.asarray(start * (1 - blend) + table * blend, np.uint8)
