"""Pictures made of pixels, and samples as small pictures or points.

Areas are blended into the page by their transparency, so that they suit light and dark ones.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from relulab.report.figures.theme import Theme
from relulab.views.colours import BLENDED_CLASSES, rgb_of
from relulab.views.network.colours import unit_table
from relulab.views.output import VALUE_MAP, class_strength

MOST_POINTS = 300  # of a set
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
TRAIN_MARKER, TEST_MARKER = "o", "^"
POINT_AREA, POINT_SMALL = 16.0, 12.0  # square points
GAP = 0.14  # between pictures, in pictures
WORDS = 0.56  # height of the words below a picture, in pictures
LETTERS = 11  # of a line of words at most
WORD_POINTS = 7.0
SHADE = "#3a94cf"  # of amounts: the more, the less transparent
TIME_COLUMNS = 360  # of a picture over the steps

Rgba = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]


def shaded(amounts: Floats, colour: str = SHADE) -> Rgba:
    """Amounts (rows, columns) from 0 (transparent) to 1 (opaque) as pixels (rows, columns, 4); NaN is transparent."""
    pixels = np.empty((*amounts.shape, 4), np.uint8)
    pixels[..., :3] = rgb_of(colour)
    pixels[..., 3] = (255 * np.clip(np.nan_to_num(amounts, nan=0.0), 0.0, 1.0)).round()
    return pixels


def signed(values: Floats, *, dark: bool) -> Rgba:
    """Values (rows, columns) from -1 to 1 in the colours of units; NaN is transparent."""
    table = unit_table(dark)
    pixels = np.empty((*values.shape, 4), np.uint8)
    at = np.rint((np.clip(np.nan_to_num(values), -1, 1) + 1) / 2 * (len(table) - 1)).astype(int)
    pixels[..., :3] = table[at]
    pixels[..., 3] = np.where(np.isnan(values), 0, 255)
    return pixels


def opaque(pixels: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(rows, columns, 3) of pixels 0xffRRGGBB (rows, columns)."""
    return np.stack([pixels >> shift & 0xFF for shift in (16, 8, 0)], axis=2).astype(np.uint8)


def painted(codes: NDArray[np.uint8], colours: Mapping[int, str]) -> Rgba:
    """Codes (rows, columns) as opaque pixels (rows, columns, 4)."""
    table = np.zeros((256, 4), np.uint8)
    for code, colour in colours.items():
        table[code] = (*rgb_of(colour), 255)
    return table[codes]


def class_pixels(shares: Floats, colours: Sequence[str]) -> Rgba:
    """The colour of the likeliest class, the stronger the surer, of shares (classes, rows, columns)."""
    best, strength = class_strength(shares)
    pixels = shaded(strength)
    pixels[..., :3] = np.array([rgb_of(colour) for colour in colours])[best]
    return pixels


def time_columns(steps: NDArray[Any]) -> NDArray[np.intp]:
    """Which record holds at each of the equal columns between the first and the last step.

    Between two records the earlier one holds. Few columns where there are few records and steps.
    """
    first, last = int(steps[0]), int(steps[-1])
    count = min(TIME_COLUMNS, last - first + 1)
    positions = np.linspace(first, last, count)
    return np.asarray(np.searchsorted(steps, positions, side="right") - 1)


def step_extent(steps: NDArray[Any]) -> tuple[float, float]:
    """The left and the right edge of such columns."""
    first, last = float(steps[0]), float(steps[-1])
    half = (last - first) / (2 * max(1, min(TIME_COLUMNS, last - first + 1) - 1)) if last > first else 0.5
    return first - half, last + half


def show_pixels(axes: Axes, pixels: Rgba, extent: tuple[float, float, float, float], upper: bool = True) -> None:
    """Draw pixels over (left, right, bottom, top), their first row at the top or at the bottom, not smoothed."""
    axes.imshow(pixels, extent=extent, aspect="auto", interpolation="none", origin="upper" if upper else "lower")
    axes.grid(False)


def cell_entry(label: str, colour: str, opacity: float = 1.0) -> Line2D:
    """An entry of a legend: a square."""
    return Line2D([], [], linestyle="", marker="s", markersize=8, color=colour, alpha=opacity, label=label)


def point_entry(label: str, colour: str, marker: str) -> Line2D:
    """An entry of a legend: a point."""
    return Line2D([], [], linestyle="", marker=marker, markersize=5, color=colour, label=label)


def show_pictures(
    axes: Axes, pixels: Sequence[NDArray[np.uint8]], words: Sequence[str], colours: Sequence[str], columns: int
) -> None:
    """Draw ``pixels`` (height, width, 3) each in rows of so many columns, as large as fits."""
    down, across = 1 + WORDS, 1 + GAP
    for place, picture in enumerate(pixels):
        row, column = divmod(place, columns)
        left, top = column * across, row * down
        axes.imshow(picture, extent=(left, left + 1, top + 1, top), interpolation="none")
        below = axes.text(left + 0.5, top + 1.05, words[place], ha="center", va="top", fontsize=WORD_POINTS)
        below.set(color=colours[place], in_layout=False)  # the limits have room for it
    rows = -(-len(pixels) // columns)
    axes.set_xlim(-GAP / 2, columns * across - GAP / 2)
    axes.set_ylim(rows * down, -GAP / 2)
    axes.set_aspect("equal")
    axes.set_axis_off()


def height_of(count: int, columns: int, width: float) -> float:
    """The height of such rows that are ``width`` wide."""
    return -(-count // columns) * (1 + WORDS) * width / (columns * (1 + GAP))


def class_shades(count: int) -> list[str]:
    """The colours of the classes for areas that are blended into the page."""
    return [BLENDED_CLASSES[index % len(BLENDED_CLASSES)] for index in range(count)]


def scatter_classes(axes: Axes, x: Any, y: Any, classes: NDArray[Any], theme: Theme, marker: str = "") -> None:
    """Points in the colours of their classes; each class has a symbol of its own unless one ``marker`` is given."""
    for index in np.unique(classes.astype(int)):
        chosen = classes == index
        symbol = marker or CLASS_MARKERS[index % len(CLASS_MARKERS)]
        colour = theme.class_colour(int(index))
        axes.scatter(
            x[chosen], y[chosen], s=POINT_AREA, c=colour, marker=symbol, edgecolors=theme.background, linewidths=0.4
        )


def scatter_values(
    axes: Axes, x: Any, y: Any, values: NDArray[Any], theme: Theme, scale: Normalize | None = None, marker: str = "o"
) -> PathCollection:
    """Points whose colour tells a number."""
    points = axes.scatter(x, y, s=POINT_AREA, c=values, cmap=VALUE_MAP, norm=scale, marker=marker, linewidths=0.4)
    points.set_edgecolor(theme.background)
    return points
