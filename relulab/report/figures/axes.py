"""What figures have in common: sheets of axes, steps, logarithms, curves thinned to their width, outer legends."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from relulab.formatting import shortened
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.views.colours import BAND_OPACITY, LineStyle
from relulab.views.parts import Reference
from relulab.views.thinning import DOTS, MARKED_POINTS, UNMEASURED, Columns, stretches

WIDTH = 7.2  # inches of a figure: the text width of a page
STEPS = "step"  # the name of the axis that counts them
COLUMNS = 280  # a curve keeps least and greatest value in so many
TREND_COLUMNS = 160  # and a trend the mean in so many
LEGEND_LETTERS = 88  # of a line of a legend, symbols included
ENTRY_LETTERS = 9  # that a symbol and its gaps take
SMALL_POINTS = 7.0  # of a note within a plot
NOTE_LETTERS = 10  # of a line of a note beside it
STEP_TICKS = 8  # at most, over the whole width
FEW_DECADES = 2.5  # of a logarithmic axis: below it, ticks stand between the powers of ten, too

Floats = NDArray[np.floating[Any]] | NDArray[np.integer[Any]]  # what histories hold


def sheet(heights: Sequence[float], room: float = 0.0) -> tuple[Figure, list[Axes]]:
    """A figure of axes above each other on one axis of steps.

    Each is so many inches high with its words; ``room`` is for what is above and below them all.
    """
    figure = Figure(figsize=(WIDTH, sum(heights) + room), layout="constrained")
    grid = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=list(heights))
    axes = [row[0] for row in grid]
    for_steps(axes[-1])
    for upper in axes[:-1]:
        upper.tick_params(labelbottom=False)
    return figure, axes


def plane(size: tuple[float, float], x_name: str, y_name: str) -> tuple[Figure, Axes]:
    """A figure of so many inches with one pair of named axes."""
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x_name)
    axes.set_ylabel(y_name)
    return figure, axes


def for_steps(axes: Axes, ticks: int = STEP_TICKS) -> None:
    """The x axis counts steps."""
    axes.set_xlabel(STEPS)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.0f}" if value == int(value) else ""))


def whole_run(axes: Axes, last_step: float) -> None:
    """Show the whole run, also where nothing can be drawn of its end, and at least one step of it."""
    end = max(1.0, last_step)
    axes.set_xlim(-0.01 * end, 1.01 * end)


def logarithmic(axes: Axes) -> None:
    """A logarithmic y axis with plain numbers, for data that are drawn already. A line to 0 leaves it at the bottom."""
    axes.set_yscale("log", nonpositive="clip")
    low, high = axes.get_ylim()
    few = np.log10(high / low) < FEW_DECADES
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,), numticks=8))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))


def in_percent(axes: Axes, label: str) -> None:
    """The y axis shows shares from 0 to 100 %."""
    axes.set_ylabel(label)
    axes.set_ylim(-2, 102)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g} %"))


def curve(axes: Axes, x: Floats, y: Floats, style: LineStyle, **more: Any) -> None:
    """A line through every extremum. Few points are marked; a point alone is at least that."""
    x, y = _finite_or_gap(x, y)
    if len(x):
        _plot(axes, *Columns(x, _span(x), COLUMNS).envelope(y), style, len(x) <= MARKED_POINTS, **more)


def trend(axes: Axes, x: Floats, y: Floats, style: LineStyle, logarithmic: bool = False, **more: Any) -> None:
    """A line through the mean of each column; for a logarithmic axis the geometric one, without zeros."""
    x, y = _finite_or_gap(x, y)
    if len(x):
        drawn = np.log10(y, out=np.full(len(y), np.nan), where=y > 0).astype(float) if logarithmic else y
        places, means = Columns(x, _span(x), TREND_COLUMNS).means(drawn)
        _plot(axes, places, 10**means if logarithmic else means, style, len(x) == 1, **more)


def band(axes: Axes, x: Floats, low: Floats, high: Floats, colour: str) -> None:
    """The area between the least and the greatest values."""
    x, low = _finite_or_gap(x, low)
    x, high = _finite_or_gap(x, high)
    if len(x):
        columns = Columns(x, _span(x), TREND_COLUMNS)
        places, lows = columns.envelope(low)
        _, highs = columns.envelope(high)
        if len(places) != len(x):  # two values for each column
            places, lows, highs = places[::2], lows[::2], highs[1::2]
        axes.fill_between(places, lows, highs, color=colour, alpha=BAND_OPACITY, linewidth=0)


def guide(axes: Axes, reference: Reference, theme: Theme) -> None:
    """A level to compare with, named beside the axes."""
    axes.axhline(reference.value, color=theme.muted, linewidth=0.8, linestyle=(0, (2, 3)))
    axes.annotate(
        fill(str(reference.name), NOTE_LETTERS),
        (1.0, reference.value),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_POINTS,
        color=theme.muted,
    )


def marks(axes: Axes, history: RunHistory, theme: Theme) -> None:
    """A numbered line for every change by hand; the caption says which (``change_words``)."""
    for place, change in enumerate(history.changes, 1):
        axes.axvline(change.step, color=theme.muted, linewidth=0.8)
        axes.annotate(
            str(place),
            (change.step, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(2, -7),
            textcoords="offset points",
            fontsize=SMALL_POINTS,
            color=theme.muted,
        )


def line_entry(label: str, style: LineStyle, **more: Any) -> Line2D:
    """An entry of a legend."""
    return Line2D([], [], label=label, **_line(style), **more)


def legend(figure: Figure, entries: Sequence[Any]) -> None:
    """A legend above all axes, where it hides nothing, in as many columns as fit."""
    for entry in entries:
        entry.set_label(shortened(entry.get_label(), LEGEND_LETTERS - ENTRY_LETTERS))
    longest = max((len(entry.get_label()) for entry in entries), default=0) + ENTRY_LETTERS
    columns = max(1, min(len(entries), LEGEND_LETTERS // longest))
    figure.legend(handles=list(entries), loc="outside upper left", ncols=columns, borderpad=0.2, handlelength=2.6)


def _plot(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], style: LineStyle, marked: bool, **more: Any
) -> None:
    """A line, with dots where nothing was measured for long."""
    marks = {"marker": "o" if marked else None, "markersize": 3.0}
    low, high = _span(x)
    measured, unmeasured = stretches(x, y, UNMEASURED * (high - low))
    if not unmeasured:
        axes.plot(x, y, **(_line(style) | marks | more))
        return
    axes.plot(x, y, **(_line(style) | marks | more | {"linestyle": "none"}))
    width = more.get("linewidth", rcParams["lines.linewidth"])
    for runs, dash in ((measured, style.dash), (unmeasured, DOTS)):
        lines = [np.column_stack([x[run], y[run]]) for run in runs]
        pattern = (0, dash) if dash else "solid"
        look = {"colors": style.colour, "linewidths": width, "linestyles": [pattern], "alpha": more.get("alpha")}
        axes.add_collection(LineCollection(lines, **look))


def _line(style: LineStyle) -> dict[str, Any]:
    return {"color": style.colour, "linestyle": (0, style.dash) if style.dash else "solid"}


def _finite_or_gap(x: Floats, y: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.asarray(x, float), np.where(np.isfinite(y), y, np.nan).astype(float)


def _span(x: Floats) -> tuple[float, float]:
    return float(x[0]), float(max(x[-1], x[0] + 1))
