"""The colours and the style that figures are painted with, and the roles that let one SVG suit light and dark pages.

Besides the light and the dark theme there is a third, ``ROLES``: its colours are marks that stand for a role and
never appear; the writer of an SVG puts a CSS variable in the place of each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import Any

import matplotlib.style
from cycler import cycler

from relulab.collector import collector_off
from relulab.views.colours import DARK_COLOURS, LIGHT_COLOURS, Colours

FONT = "DejaVu Sans"  # ships with matplotlib
FONT_POINTS = 9.0
MARKS_FROM = 0xFE0000  # the first colour that stands for a role


Theme = Colours
PLAIN_ROLES = {"ink": "foreground"} | {
    name: name for name in ("muted", "grid", "background", "train", "validation", "error")
}


def roles(theme: Theme) -> dict[str, str]:
    """Every colour that figures are painted with, by the name of its role."""
    return (
        {role: getattr(theme, name) for role, name in PLAIN_ROLES.items()}
        | {f"line-{number}": colour for number, colour in enumerate(theme.lines, 1)}
        | {f"depth-{number}": colour for number, colour in enumerate(theme.depths, 1)}
    )


def _marks() -> Theme:
    """A theme whose colours all differ, so that each can be found again."""
    marks = {role: f"#{MARKS_FROM + index:06x}" for index, role in enumerate(roles(LIGHT))}
    marked: dict[str, Any] = {name: marks[role] for role, name in PLAIN_ROLES.items()}
    for kind in ("line", "depth"):
        marked[f"{kind}s"] = tuple(mark for role, mark in marks.items() if role.startswith(f"{kind}-"))
    return replace(LIGHT, **marked)


LIGHT, DARK = LIGHT_COLOURS, DARK_COLOURS
ROLES = _marks()


def theme_css(selector: str = ":root") -> str:
    """CSS that gives every role its colour, light and dark; pages with adaptive SVGs need it once."""
    light, dark = (
        "".join(f"--figure-{name}:{colour};" for name, colour in roles(theme).items()) for theme in (LIGHT, DARK)
    )
    return f"{selector}{{{light}}}\n@media (prefers-color-scheme: dark){{{selector}{{{dark}}}}}\n"


_drawing = RLock()  # matplotlib's settings belong to the whole process


@contextmanager
def styled(theme: Theme) -> Iterator[None]:
    """Draw with our settings alone, whatever the user's own matplotlib is set to; they are put back afterwards.

    A figure is ten thousand objects for a moment: Python's collector would look through them again and again.
    """
    with _drawing, collector_off(), matplotlib.style.context(["default", _settings(theme)]):
        yield


def _settings(theme: Theme) -> dict[str, Any]:
    return {
        "font.family": [FONT],
        "font.size": FONT_POINTS,
        "text.color": theme.foreground,
        "text.parse_math": False,  # names of runs may hold dollar signs
        "axes.labelcolor": theme.muted,
        "axes.edgecolor": theme.grid,
        "axes.facecolor": "none",
        "axes.titlecolor": theme.foreground,
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
        "legend.labelcolor": theme.foreground,
        "legend.fontsize": FONT_POINTS,
        "figure.facecolor": "none",
        "figure.dpi": 100,
        "savefig.bbox": None,
        "svg.fonttype": "none",
        "svg.hashsalt": "relulab",
        "pdf.fonttype": 42,
    }
