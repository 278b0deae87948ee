"""The colours and the style that figures are painted with, and the roles that let one SVG suit light and dark pages.

Besides the light and the dark theme there is a third, ``ROLES``: its colours are marks that stand for a role and
never appear; the writer of an SVG puts a CSS variable in the place of each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Any

import matplotlib.style
import numpy as np
from cycler import cycler

from relulab.views.colours import DARK_COLOURS, DASHES, LIGHT_COLOURS, SEQUENCE_FROM, Colours, LineStyle, line_style

FONT = "DejaVu Sans"  # ships with matplotlib
FONT_POINTS = 9.0
DEPTHS = 24  # colours of the sequence for networks with many layers
MARKS_FROM = 0xFE0000  # the first colour that stands for a role


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``. ``lines`` are of runs, layers and classes; ``depths`` of many layers, input first."""

    ink: str
    muted: str
    grid: str
    background: str
    train: str
    validation: str
    error: str
    lines: tuple[str, ...]
    depths: tuple[str, ...]

    def roles(self) -> dict[str, str]:
        """Every colour by the name of its role."""
        plain = ("ink", "muted", "grid", "background", "train", "validation", "error")
        return (
            {name: getattr(self, name) for name in plain}
            | {f"line-{place + 1}": colour for place, colour in enumerate(self.lines)}
            | {f"depth-{place + 1}": colour for place, colour in enumerate(self.depths)}
        )

    def run_line(self, place: int) -> LineStyle:
        """The line of the run at ``place`` of the palette, as in the window."""
        return line_style(self.lines, place)

    def layer_lines(self, count: int) -> list[LineStyle]:
        """One style per layer, input first: categorical colours, from nine layers on a sequence."""
        if count <= SEQUENCE_FROM:
            return [line_style(self.lines, place) for place in range(count)]
        picks = np.linspace(0, DEPTHS - 1, count).round().astype(int)
        return [LineStyle(self.depths[pick], DASHES[i % 2]) for i, pick in enumerate(picks)]


def _theme(colours: Colours) -> Theme:
    cividis = (255 * matplotlib.colormaps["cividis"](np.arange(256))[:, :3]).round().astype(np.uint8)
    return Theme(
        ink=colours.foreground,
        muted=colours.muted,
        grid=colours.grid,
        background=colours.background,
        train=colours.train,
        validation=colours.validation,
        error=colours.error,
        lines=colours.lines,
        depths=tuple(colours.sequence(DEPTHS, cividis)),
    )


def _marks() -> Theme:
    """A theme whose colours all differ, so that each can be found again."""
    names = list(LIGHT.roles())
    marks = {name: f"#{MARKS_FROM + place:06x}" for place, name in enumerate(names)}
    return Theme(
        **{name: mark for name, mark in marks.items() if "-" not in name},
        lines=tuple(mark for name, mark in marks.items() if name.startswith("line-")),
        depths=tuple(mark for name, mark in marks.items() if name.startswith("depth-")),
    )


LIGHT, DARK = _theme(LIGHT_COLOURS), _theme(DARK_COLOURS)
ROLES = _marks()


def theme_css(selector: str = ":root") -> str:
    """CSS that gives every role its colour, light and dark; pages with adaptive SVGs need it once."""
    light, dark = (
        "".join(f"--figure-{name}:{colour};" for name, colour in theme.roles().items()) for theme in (LIGHT, DARK)
    )
    return f"{selector}{{{light}}}\n@media (prefers-color-scheme: dark){{{selector}{{{dark}}}}}\n"


_drawing = RLock()  # matplotlib's settings belong to the whole process


@contextmanager
def styled(theme: Theme) -> Iterator[None]:
    """Draw with our settings alone, whatever the user's own matplotlib is set to; they are put back afterwards."""
    with _drawing, matplotlib.style.context(["default", _settings(theme)]):
        yield


def _settings(theme: Theme) -> dict[str, Any]:
    return {
        "font.family": [FONT],
        "font.size": FONT_POINTS,
        "text.color": theme.ink,
        "text.parse_math": False,  # names of runs may hold dollar signs
        "axes.labelcolor": theme.muted,
        "axes.edgecolor": theme.grid,
        "axes.facecolor": "none",
        "axes.titlecolor": theme.ink,
        "axes.titlelocation": "left",
        "axes.titlesize": FONT_POINTS,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.xmargin": 0.01,
        "axes.prop_cycle": cycler(color=list(theme.lines)),
        "grid.color": theme.grid,
        "grid.linewidth": 0.7,
        "xtick.color": theme.grid,
        "ytick.color": theme.grid,
        "xtick.labelcolor": theme.muted,
        "ytick.labelcolor": theme.muted,
        "lines.linewidth": 1.5,
        "lines.solid_joinstyle": "round",
        "legend.frameon": False,
        "legend.labelcolor": theme.ink,
        "legend.fontsize": FONT_POINTS,
        "figure.facecolor": "none",
        "figure.dpi": 100,
        "savefig.bbox": None,
        "svg.fonttype": "none",
        "svg.hashsalt": "relulab",
        "pdf.fonttype": 42,
    }
