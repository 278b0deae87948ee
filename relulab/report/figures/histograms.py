"""What values each layer puts out, or what weights it has: over the steps, and at the end."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import SHADE, cell_entry, shaded, show_pixels, step_extent, time_columns
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.training.telemetry import ProbeRecord
from relulab.views import histograms
from relulab.views.colours import LineStyle
from relulab.views.histograms import LEAST_SHARE, LayerValues, Values, layer_values, levels, rebin
from relulab.views.parts import ShownRun
from relulab.views.thinning import MOST_LAYERS, spread

STRIP_INCHES = 1.05  # height of the strip of a layer, with its title
BINS = 72
PRESENT_WIDTH = 0.22  # of the present histogram, as a share of the picture over the steps

Floats = NDArray[np.float64]


def _kind(values: Values) -> FigureKind:
    return FigureKind(
        key=values.key,
        title=str(values.title),
        draw=lambda runs: _draw(values, runs),
        table=lambda runs: histograms.table(values, runs),
        several=False,
    )


HISTOGRAMS, WEIGHTS = _kind(histograms.ACTIVATIONS), _kind(histograms.WEIGHTS)


def _draw(values: Values, runs: Sequence[ShownRun]) -> Drawing | None:
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    if run is None:
        return None
    layers = spread(layer_values(values, run.history), MOST_LAYERS)
    words = str(histograms.in_words(values, run))
    return Drawing(
        str(values.title), histograms.caption(values, run.history), words, lambda theme: _paint(layers, theme)
    )


def _paint(layers: Sequence[LayerValues], theme: Theme) -> Figure:
    figure = Figure(figsize=(drawn.WIDTH, STRIP_INCHES * len(layers) + 0.6), layout="constrained")
    grid = figure.subplots(len(layers), 2, squeeze=False, sharey="row", width_ratios=(1.0, PRESENT_WIDTH))
    for (over_time, present), layer in zip(grid, layers, strict=True):
        axis = _axis(layer)
        if axis is None:
            over_time.text(0.5, 0.5, "no finite value", ha="center", transform=over_time.transAxes)
            axis = (0.0, 1.0)
        shares = rebin(layer.histogram, layer.low, layer.high, axis, BINS)
        _paint_history(over_time, layer, shares, axis, theme)
        _paint_present(present, shares[-1], axis)
        over_time.tick_params(labelbottom=over_time is grid[-1, 0])
    for over_time in grid[:-1, 0]:
        over_time.sharex(grid[-1, 0])
    drawn.for_steps(grid[-1, 0])
    grid[-1, 1].set_xlabel("at the end")
    entries: list[Any] = [cell_entry(f"{100 * LEAST_SHARE:g} %", SHADE, 0.12), cell_entry("100 % of the values", SHADE)]
    if layers[0].means is not None:
        entries.append(drawn.line_entry("mean", LineStyle(theme.validation)))
    drawn.legend(figure, entries)
    return figure


def _paint_history(axes: Axes, layer: LayerValues, shares: Floats, axis: tuple[float, float], theme: Theme) -> None:
    pixels = shaded(levels(shares)[time_columns(layer.steps)].T / 255)
    show_pixels(axes, pixels, (*step_extent(layer.steps), *axis), upper=False)
    if layer.means is not None:
        drawn.curve(axes, layer.steps, layer.means, LineStyle(theme.validation), marker=None, linewidth=1.0)
    axes.set_ylim(*axis)
    axes.set_xlim(*step_extent(layer.steps))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3))
    axes.set_title(layer.name)


def _paint_present(axes: Axes, shares: Floats, axis: tuple[float, float]) -> None:
    edges = np.linspace(*axis, BINS + 1)
    axes.stairs(np.nan_to_num(shares), edges, orientation="horizontal", fill=True, color=SHADE)
    axes.set_xlim(left=0)
    axes.set_xticks([])
    axes.tick_params(labelleft=False)


def _axis(layer: LayerValues) -> tuple[float, float] | None:
    """From the least to the greatest finite value of all measurements; None where there is none."""
    finite = np.isfinite(layer.low) & np.isfinite(layer.high)
    if not finite.any():
        return None
    low, high = float(layer.low[finite].min()), float(layer.high[finite].max())
    air = 0.03 * (high - low) or max(abs(low), 1.0) * 0.1
    return low - air, high + air
