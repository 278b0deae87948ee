"""Samples as points, and what their classes and inputs are called."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from numpy.typing import NDArray

from relulab.data.dataset import Description, Split
from relulab.report.figures.theme import Theme
from relulab.session.store import RunInfo
from relulab.views.colours import BLENDED_CLASSES

MOST_POINTS = 300  # of a set
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
VALUE_MAP = "cividis"
POINT_AREA = 16.0  # square points


def class_names(description: Description) -> tuple[str, ...]:
    """The names of the classes; numbers where they have none."""
    count = max(2, description.outputs)
    names = description.class_names
    return names if len(names) == count else tuple(str(index) for index in range(count))


def input_names(description: Description) -> tuple[str, ...]:
    """The names of the input features; numbered where they have none."""
    count, names = description.input_shape[0], description.feature_names
    return names if len(names) == count else tuple(f"input {place + 1}" for place in range(count))


def checked_split(info: RunInfo) -> tuple[str, Split]:
    """The samples that pictures of the output are made from, and what they are called."""
    data = info.dataset
    return ("validation samples", data.validation) if len(data.validation) else ("training samples", data.train)


def class_colour(theme: Theme, index: int) -> str:
    """The colour of a class; classes beyond the palette begin again."""
    return theme.lines[index % len(theme.lines)]


def class_shades(count: int) -> list[str]:
    """The colours of the classes for areas that are blended into the page."""
    return [BLENDED_CLASSES[index % len(BLENDED_CLASSES)] for index in range(count)]


def scatter_classes(axes: Axes, x: Any, y: Any, classes: NDArray[Any], theme: Theme, marker: str = "") -> None:
    """Points in the colours of their classes; each class has a symbol of its own unless one ``marker`` is given."""
    for index in np.unique(classes.astype(int)):
        chosen = classes == index
        symbol = marker or CLASS_MARKERS[index % len(CLASS_MARKERS)]
        colour = class_colour(theme, int(index))
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
