"""Every unit of every layer over the steps: how often it fires, and when it dies; and one of them closely."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from relulab.measurements.status import UnitStatus
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import cell_entry, painted, shaded, show_pixels, step_extent, time_columns
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord
from relulab.views import unit as unit_views
from relulab.views import units
from relulab.views.colours import BLENDED_STATUS
from relulab.views.parts import Curve, ShownRun, last_step
from relulab.views.thinning import layers_drawn, spread
from relulab.views.units import Unit, unit_name

UNIT_INCHES = 0.05  # height of a unit where there is room
LEAST_INCHES, MOST_INCHES = 0.3, 2.2  # of a layer
SHEET_INCHES = 8.5  # of all layers: a page
MOST_LAYERS = 12  # of more layers some are chosen, evenly
TITLE_INCHES = 0.3
ROOM_INCHES = 0.9  # for the legend and the steps
PART_INCHES = 1.2  # of a quantity of one unit
FAINT, STRONG = 0.12, 0.75  # opacity of a living unit that never fires, and of one that always does


def draw_units(runs: Sequence[ShownRun]) -> Drawing | None:
    """A row of pixels for every unit of the first run that was probed, a column for every moment."""
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    if run is None:
        return None
    history = run.history
    return Drawing(
        title=str(units.TITLE),
        caption=units.caption(history) + layers_drawn(MOST_LAYERS, len(history.info.layout.layers)),
        alternative=str(units.in_words(run)),
        paint=lambda theme: _paint(history, theme),
    )


UNITS = FigureKind(key="units", title="Units", draw=draw_units, table=units.table, several=False)


def _paint(history: RunHistory, theme: Theme) -> Figure:
    steps, layers = units.over_time(history)
    parts = spread(layers, MOST_LAYERS)
    heights = _heights([part.layer.units for part in parts])
    figure, axes = drawn.sheet(heights, ROOM_INCHES)
    for axis, part in zip(axes, parts, strict=True):
        _paint_layer(axis, part, steps)
    present = units.occurring(np.concatenate([part.status.ravel() for part in layers]))
    living = BLENDED_STATUS[UnitStatus.ACTIVE]
    drawn.legend(
        figure,
        [
            cell_entry("active, fires on few samples", living, 2 * FAINT),
            cell_entry("on all", living, STRONG),
            *(cell_entry(str(s.label), BLENDED_STATUS[s]) for s in present if s is not UnitStatus.ACTIVE),
        ],
    )
    return figure


def _paint_layer(axes: Axes, part: units.LayerOverTime, steps: NDArray[Any]) -> None:
    moments = time_columns(steps)
    seen, rates = part.status[moments].T, part.firing_rate[moments].T.astype(float)
    pixels = painted(seen, {int(status): colour for status, colour in BLENDED_STATUS.items()})
    living = seen == UnitStatus.ACTIVE
    strength = np.nan_to_num(rates, nan=1.0)  # units that are never off
    pixels[living] = shaded(FAINT + (STRONG - FAINT) * strength)[living]
    show_pixels(axes, pixels, (*step_extent(steps), part.layer.units + 0.5, 0.5))
    axes.set_yticks([1, part.layer.units] if part.layer.units > 1 else [1])
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)
    axes.set_title(f"{part.layer.title} · {part.counts}")


def _heights(counts: Sequence[int]) -> list[float]:
    """Inches of each layer with its title, all together at most a page."""
    heights = [float(np.clip(count * UNIT_INCHES, LEAST_INCHES, MOST_INCHES)) for count in counts]
    room = max(SHEET_INCHES - TITLE_INCHES * len(counts), LEAST_INCHES * len(counts))
    squeeze = min(1.0, room / sum(heights))
    return [squeeze * height + TITLE_INCHES for height in heights]


def unit_figure(layer: int, unit: int) -> FigureKind:
    """The figure of one unit, both counted from 0: ``layer`` in the layout, ``unit`` in the layer."""
    return FigureKind(
        key="unit",
        title="One unit",
        draw=lambda runs: _draw_unit(runs, (layer, unit)),
        table=lambda runs: unit_views.table(runs, (layer, unit)),
        several=False,
    )


def _draw_unit(runs: Sequence[ShownRun], unit: Unit) -> Drawing | None:
    run = unit_views.with_unit(runs, unit)
    facts = None if run is None else unit_views.unit_facts(run.history, unit)
    if run is None or facts is None:
        return None
    history = run.history
    curves = [curve for curve in unit_views.unit_curves(history, unit) if curve.is_number]
    return Drawing(
        title=str(unit_name(history.info.layout, unit)),
        caption=unit_views.caption(history, unit),
        alternative=str(unit_views.in_words(run, unit, facts, curves)),
        paint=lambda theme: _paint_unit(history, curves, theme),
    )


def _paint_unit(history: RunHistory, curves: Sequence[Curve], theme: Theme) -> Figure:
    figure, axes = drawn.sheet([PART_INCHES] * len(curves))
    drawn.whole_run(axes[0], last_step(curves))
    for axis, curve in zip(axes, curves, strict=True):
        is_share = curve.key == unit_views.FIRING
        axis.set_title(str(curve.name))
        drawn.curve(axis, curve.steps, (100 if is_share else 1) * curve.values, curve.style(theme))
        drawn.marks(axis, history, theme)
        if is_share:
            drawn.in_percent(axis, "")
        elif curve.key == "gradient_norm" and (curve.values > 0).any():
            drawn.logarithmic(axis)
    return figure
