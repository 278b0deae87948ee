"""Pictures made of pixels: blended into the page by their transparency, so that they suit light and dark ones."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from relulab.views.colours import rgb_of
from relulab.views.output import class_strength

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
