"""Every unit of every layer over the steps: how often it fires, and when it dies."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from relulab.formatting import count, listed
from relulab.measurements.status import UnitStatus
from relulab.model.layout import MeasuredLayer
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import cell_entry, painted, shaded, show_pixels, step_extent, time_columns
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.training.telemetry import ProbeRecord
from relulab.views.colours import BLENDED_STATUS
from relulab.views.parts import ShownRun, Table
from relulab.views.thinning import spread

UNIT_INCHES = 0.05  # height of a unit where there is room
LEAST_INCHES, MOST_INCHES = 0.3, 2.2  # of a layer
SHEET_INCHES = 8.5  # of all layers: a page
MOST_LAYERS = 12  # of more layers some are chosen, evenly
TITLE_INCHES = 0.3
ROOM_INCHES = 0.9  # for the legend and the steps
FAINT, STRONG = 0.12, 0.75  # opacity of a living unit that never fires, and of one that always does
COLUMNS = ("run", "step", "layer", "unit", "status", "firing_rate", "dormancy", "max_pre_activation")

Codes = NDArray[np.uint8]


def status_word(status: int) -> str:
    """``dead``, ``never active``, …"""
    return UnitStatus(status).name.lower().replace("_", " ")


def draw_units(runs: Sequence[ShownRun]) -> Drawing | None:
    """A row of pixels for every unit of the first run that was probed, a column for every moment."""
    run = next((run for run in runs if run.history.rows(ProbeRecord)), None)
    if run is None:
        return None
    history = run.history
    steps, status, rates = history.columns(ProbeRecord, "step", "unit_status", "firing_rate")
    layers = len(history.info.layout.layers)
    some = f" {MOST_LAYERS} of {layers} layers are drawn." if layers > MOST_LAYERS else ""
    caption = (
        f"A row for each unit, over the steps. Probe set: {history.info.probe_samples:,} training samples, "
        f"dropout off; {count(len(steps), 'measurement')}.{some}"
    )
    alternative = f"State of every unit over the steps, {run.label}. At step {int(steps[-1]):,}: " + "; ".join(
        f"{layer.title}: {_counts(codes[-1])}" for layer, codes, _ in _by_layer(history, status, rates)
    )
    return Drawing("Units over the steps", caption, f"{alternative}.", lambda theme: _paint(history, theme))


def tabulate_units(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every measurement of every unit of the first run."""
    rows = [row for run in runs[:1] for row in _rows(run)]
    return Table(COLUMNS, rows) if rows else None


UNITS = FigureKind(key="units", title="Units", draw=draw_units, table=tabulate_units, several=False)


def _by_layer(
    history: RunHistory, status: Codes, rates: NDArray[np.float32]
) -> Iterator[tuple[MeasuredLayer, Codes, NDArray[np.float32]]]:
    layout = history.info.layout
    for layer, start, end in zip(layout.layers, layout.offsets[:-1], layout.offsets[1:], strict=True):
        yield layer, status[:, start:end], rates[:, start:end]


def _counts(codes: Codes) -> str:
    """How many units are in each state."""
    counts = np.bincount(codes, minlength=len(UnitStatus))
    states = [f"{counts[s]:,} {status_word(s)}" for s in UnitStatus if counts[s]]
    return f"{listed(states)} of {count(len(codes), 'unit')}"


def _paint(history: RunHistory, theme: Theme) -> Figure:
    steps, status, rates = history.columns(ProbeRecord, "step", "unit_status", "firing_rate")
    parts = spread(list(_by_layer(history, status, rates)), MOST_LAYERS)
    heights = _heights([codes.shape[1] for _, codes, _ in parts])
    figure, axes = drawn.sheet(heights, ROOM_INCHES)
    for axis, (layer, codes, firing) in zip(axes, parts, strict=True):
        _paint_layer(axis, layer, steps, codes, firing)
    present = [s for s in UnitStatus if s is not UnitStatus.ACTIVE and (s is UnitStatus.DEAD or (status == s).any())]
    living = BLENDED_STATUS[UnitStatus.ACTIVE]
    drawn.legend(
        figure,
        [
            cell_entry("active, fires on few samples", living, 2 * FAINT),
            cell_entry("on all", living, STRONG),
            *(cell_entry(status_word(s), BLENDED_STATUS[s]) for s in present),
        ],
    )
    return figure


def _paint_layer(
    axes: Axes, layer: MeasuredLayer, steps: NDArray[Any], codes: Codes, firing: NDArray[np.float32]
) -> None:
    moments = time_columns(steps)
    seen, rates = codes[moments].T, firing[moments].T.astype(float)
    pixels = painted(seen, {int(status): colour for status, colour in BLENDED_STATUS.items()})
    living = seen == UnitStatus.ACTIVE
    pixels[living] = shaded(FAINT + (STRONG - FAINT) * rates)[living]
    units = codes.shape[1]
    show_pixels(axes, pixels, (*step_extent(steps), units + 0.5, 0.5))
    axes.set_yticks([1, units] if units > 1 else [1])
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)
    axes.set_title(f"{layer.title} · {_counts(codes[-1])}")


def _heights(units: Sequence[int]) -> list[float]:
    """Inches of each layer with its title, all together at most a page."""
    heights = [float(np.clip(count * UNIT_INCHES, LEAST_INCHES, MOST_INCHES)) for count in units]
    room = max(SHEET_INCHES - TITLE_INCHES * len(units), LEAST_INCHES * len(units))
    squeeze = min(1.0, room / sum(heights))
    return [squeeze * height + TITLE_INCHES for height in heights]


def _rows(run: ShownRun) -> Iterator[tuple[Any, ...]]:
    fields = ("step", "unit_status", "firing_rate", "dormancy", "max_pre_activation")
    steps, *values = run.history.columns(ProbeRecord, *fields)
    layout = run.history.info.layout
    places = [(layer.name, unit) for layer in layout.layers for unit in range(layer.units)]
    for row, step in enumerate(steps):
        for place, (layer, unit) in enumerate(places):
            status, *numbers = (field[row, place] for field in values)
            yield (run.label, step, layer, unit, status_word(int(status)), *numbers)
