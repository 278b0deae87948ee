"""The line of a map at which half of the starts do it: through shares that are smoothed over neighbouring cells."""

import numpy as np
from numpy.typing import NDArray

from relulab.text import NOTHING, Text, text
from relulab.views.level_lines import level_lines
from relulab.views.many.counts import HALF
from relulab.views.many.map import MapView, Measure

Floats = NDArray[np.float64]

WEIGHTS = np.array([1.0, 2.0, 1.0])  # of a cell and its neighbours, in either direction
LEAST = 3  # cells in either direction from which on there is a line to draw


def half_lines(view: MapView, measure: Measure) -> list[Floats]:
    """Lines (points, 2) of places (column, row), of which whole numbers are the middles of cells.

    None before the map is complete, over one setting alone, and of a measure that is no share.
    """
    if not view.is_complete or measure.counts is None or min(view.columns, view.rows) < LEAST:
        return []
    shares = np.pad(smoothed(view.values(measure)).T, 1, mode="edge")  # so that lines reach the edge of the map
    most = np.array([view.columns, view.rows]) - HALF
    return [np.clip(line - 1, -HALF, most) for line in level_lines(shares, HALF)]


def half_words(view: MapView, measure: Measure) -> Text:
    """What stands at the line."""
    return text("half {will} (smoothed)", will=measure.will) if half_lines(view, measure) else NOTHING


def smoothed(values: NDArray[np.floating]) -> Floats:
    """Each cell with its eight neighbours; cells that are no number count for nothing, and stay so."""
    is_known = np.isfinite(values)
    weights = np.outer(WEIGHTS, WEIGHTS)
    sums, counted = _sums(np.where(is_known, values, 0.0), weights), _sums(is_known.astype(float), weights)
    return np.where(is_known, sums / np.maximum(counted, 1.0), np.nan)


def _sums(values: Floats, weights: Floats) -> Floats:
    padded = np.pad(values, 1)
    columns, rows = values.shape
    found = np.zeros_like(values)
    for (across, up), weight in np.ndenumerate(weights):
        found += weight * padded[across : across + columns, up : up + rows]
    return found
