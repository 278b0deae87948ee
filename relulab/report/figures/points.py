"""Samples as points."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from numpy.typing import NDArray

from relulab.report.figures.theme import Theme
from relulab.views.colours import BLENDED_CLASSES
from relulab.views.output import VALUE_MAP

MOST_POINTS = 300  # of a set
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
TRAIN_MARKER, TEST_MARKER = "o", "^"
POINT_AREA, POINT_SMALL = 16.0, 12.0  # square points


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
