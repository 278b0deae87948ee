"""What values each layer puts out, or what weights it has: over the steps, and at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from relulab.formatting import count, number
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import SHADE, cell_entry, shaded, show_pixels, step_extent, time_columns
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord
from relulab.views.colours import LineStyle
from relulab.views.parts import ShownRun, Table
from relulab.views.rebinning import LEAST_SHARE, levels, rebin
from relulab.views.thinning import spread

STRIP_INCHES = 1.05  # height of the strip of a layer, with its title
MOST_LAYERS = 8  # of more layers some are chosen, evenly
BINS = 72
PRESENT_WIDTH = 0.22  # of the present histogram, as a share of the picture over the steps

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Values:
    """Which histograms: ``fields`` are shares, least and greatest value. ``has_mean``: a mean is measured, too."""

    key: str
    title: str
    what: str
    fields: tuple[str, str, str]
    has_mean: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """One layer: its histograms (n, bins) between ``low`` and ``high`` (n,), and its means (n,) or None."""

    title: str
    histogram: Floats
    low: Floats
    high: Floats
    means: Floats | None


ACTIVATION_VALUES = Values(
    "histograms", "Histograms of activations", "activations", ("histogram", "histogram_low", "histogram_high"), True
)
WEIGHT_VALUES = Values(
    "weights", "Histograms of weights", "weights", ("weight_histogram", "weight_low", "weight_high"), False
)


def _kind(values: Values) -> FigureKind:
    return FigureKind(
        key=values.key,
        title=values.title,
        draw=lambda runs: _draw(values, runs),
        table=lambda runs: _tabulate(values, runs),
        several=False,
    )


HISTOGRAMS, WEIGHTS = _kind(ACTIVATION_VALUES), _kind(WEIGHT_VALUES)


def _draw(values: Values, runs: Sequence[ShownRun]) -> Drawing | None:
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    if run is None:
        return None
    history = run.history
    (steps,) = history.columns(ProbeRecord, "step")
    strips = _strips(values, history)
    layers = len(history.info.layout.layers)
    sample = f"Probe set: {history.info.probe_samples:,} training samples, dropout off; " if values.has_mean else ""
    caption = (
        f"Share of the {values.what} of a layer at each value, over the steps (left) and in the last measurement "
        f"(right, each to its own scale). {sample}{count(len(steps), 'measurement')}."
    )
    if layers > len(strips):
        caption += f" {len(strips)} of {layers} layers are drawn."
    words = "; ".join(f"{strip.title} {_words(strip)}" for strip in strips)
    alternative = f"{values.title} over the steps, {run.label}. At step {int(steps[-1]):,}: {words}."
    return Drawing(values.title, caption, alternative, lambda theme: _paint(strips, steps, theme))


def _strips(values: Values, history: RunHistory) -> list[Strip]:
    histogram, low, high, means = history.columns(ProbeRecord, *values.fields, "mean")
    places = spread(list(enumerate(history.info.layout.layers)), MOST_LAYERS)
    return [
        Strip(layer.title, histogram[:, i], low[:, i], high[:, i], means[:, i] if values.has_mean else None)
        for i, layer in places
    ]


def _words(strip: Strip) -> str:
    low, high = float(strip.low[-1]), float(strip.high[-1])
    text = f"from {number(low)} to {number(high)}"
    return text if strip.means is None else f"{text}, mean {number(float(strip.means[-1]))}"


def _paint(strips: Sequence[Strip], steps: NDArray[np.int64], theme: Theme) -> Figure:
    figure = Figure(figsize=(drawn.WIDTH, STRIP_INCHES * len(strips) + 0.6), layout="constrained")
    grid = figure.subplots(len(strips), 2, squeeze=False, sharey="row", width_ratios=(1.0, PRESENT_WIDTH))
    for (over_time, present), strip in zip(grid, strips, strict=True):
        axis = _axis(strip)
        if axis is None:
            over_time.text(0.5, 0.5, "no finite value", ha="center", transform=over_time.transAxes)
            axis = (0.0, 1.0)
        shares = rebin(strip.histogram, strip.low, strip.high, axis, BINS)
        _paint_history(over_time, strip, steps, shares, axis, theme)
        _paint_present(present, shares[-1], axis)
        over_time.tick_params(labelbottom=over_time is grid[-1, 0])
    for over_time in grid[:-1, 0]:
        over_time.sharex(grid[-1, 0])
    drawn.for_steps(grid[-1, 0])
    grid[-1, 1].set_xlabel("at the end")
    entries: list[Any] = [
        cell_entry(f"{100 * LEAST_SHARE:g} %", SHADE, 0.12),
        cell_entry("100 % of the values", SHADE),
    ]
    if strips[0].means is not None:
        entries.append(drawn.line_entry("mean", LineStyle(theme.validation)))
    drawn.legend(figure, entries)
    return figure


def _paint_history(
    axes: Axes, strip: Strip, steps: NDArray[np.int64], shares: Floats, axis: tuple[float, float], theme: Theme
) -> None:
    pixels = shaded(levels(shares)[time_columns(steps)].T / 255)
    show_pixels(axes, pixels, (*step_extent(steps), *axis), upper=False)
    if strip.means is not None:
        drawn.curve(axes, steps, strip.means, LineStyle(theme.validation), marker=None, linewidth=1.0)
    axes.set_ylim(*axis)
    axes.set_xlim(*step_extent(steps))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3))
    axes.set_title(strip.title)


def _paint_present(axes: Axes, shares: Floats, axis: tuple[float, float]) -> None:
    edges = np.linspace(*axis, BINS + 1)
    axes.stairs(np.nan_to_num(shares), edges, orientation="horizontal", fill=True, color=SHADE)
    axes.set_xlim(left=0)
    axes.set_xticks([])
    axes.tick_params(labelleft=False)


def _axis(strip: Strip) -> tuple[float, float] | None:
    """From the least to the greatest finite value of all measurements; None where there is none."""
    finite = np.isfinite(strip.low) & np.isfinite(strip.high)
    if not finite.any():
        return None
    low, high = float(strip.low[finite].min()), float(strip.high[finite].max())
    air = 0.03 * (high - low) or max(abs(low), 1.0) * 0.1
    return low - air, high + air


def _tabulate(values: Values, runs: Sequence[ShownRun]) -> Table | None:
    rows = [row for run in runs[:1] for row in _rows(values, run)]
    bins = len(rows[0]) - 5 if rows else 0
    names = ("run", "step", "layer", "low", "high", *(f"bin {place + 1}" for place in range(bins)))
    return Table(names, rows) if rows else None


def _rows(values: Values, run: ShownRun) -> Iterator[tuple[Any, ...]]:
    steps, histogram, low, high = run.history.columns(ProbeRecord, "step", *values.fields)
    for row, step in enumerate(steps):
        for place, layer in enumerate(run.history.info.layout.layers):
            yield (run.label, step, layer.name, low[row, place], high[row, place], *histogram[row, place])
