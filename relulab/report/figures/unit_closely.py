"""One unit at one moment: what it computes, what it listens to, and how it came there."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec

from relulab.formatting import shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing
from relulab.report.figures.images import opaque, signed
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.training.telemetry import UnitDetails
from relulab.views import unit as unit_views
from relulab.views.network.arrange import Shown
from relulab.views.network.cells import large_image
from relulab.views.network.colours import network_colours
from relulab.views.network.edges import strongest
from relulab.views.network.formula import described, picture_words
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView, network_view
from relulab.views.parts import Curve, ShownRun
from relulab.views.samples import input_names
from relulab.views.units import Unit, unit_name

SIZE = (drawn.WIDTH, 5.6)  # inches
PIXELS = 360  # of the picture of the unit
MOST_WEIGHTS = 12  # that are told by name
LEAST_BARS = 4  # for which there is room
LETTERS = 18  # of a name
TICKS = 3  # of steps below each of four narrow plots


def draw_unit_closely(run: ShownRun, unit: Unit) -> Drawing | None:
    """The unit at the newest moment of ``run``; None where it was not looked at there."""
    history = run.history
    view, details, facts = network_view(history), history.unit_details, unit_views.unit_facts(history, unit)
    cell = None if view is None else _cell(view, unit)
    if view is None or cell is None or details is None or facts is None or (details.layer, details.unit) != unit:
        return None
    curves = [curve for curve in unit_views.unit_curves(history, unit) if curve.is_number]
    title = f"{unit_name(history.info.layout, unit)}: {facts.status_words}"
    return Drawing(
        title,
        unit_views.caption(history, unit),
        f"{described(view, cell)}. {unit_views.in_words(run, unit, facts, curves)}",
        lambda theme: _paint(title, history, view, cell, details, curves, theme),
    )


def _cell(view: NetworkView, unit: Unit) -> Cell | None:
    places = (place for place, column in enumerate(view.columns) if column.measured == unit[0])
    return next(((place, unit[1]) for place in places), None)


def _paint(
    title: str, history: RunHistory, view: NetworkView, cell: Cell, details: UnitDetails, curves: list[Curve],
    theme: Theme,
) -> Figure:  # fmt: skip
    figure = Figure(figsize=SIZE, layout="constrained")
    figure.suptitle(title, fontsize="medium", weight="bold")
    grid = GridSpec(2, 2 * max(1, len(curves)), figure=figure, height_ratios=(3, 2))
    half = max(1, len(curves))
    if view.columns[cell[0]].shown is Shown.WEIGHTS:  # there is nothing beside them
        axes = figure.add_subplot(grid[0, :])
        _picture(axes, view, cell, theme)
        words = picture_words(view, cell), unit_views.weights_in_words(details)
        axes.set_title("\n".join(map(str, words)), fontsize="small", loc="center")
        axes.set_title("", loc="left")
    else:
        _picture(figure.add_subplot(grid[0, :half]), view, cell, theme)
        _weights(figure.add_subplot(grid[0, half:]), history, details, theme)
    for place, curve in enumerate(curves):
        axes = figure.add_subplot(grid[1, 2 * place : 2 * place + 2])
        share = curve.key == unit_views.FIRING
        axes.set_title(str(curve.name), fontsize="small")
        drawn.for_steps(axes, TICKS)
        drawn.whole_run(axes, float(curve.steps[-1]))
        drawn.curve(axes, curve.steps, (100 if share else 1) * curve.values, curve.style(theme))
        axes.axvline(view.step, color=theme.muted, linewidth=0.8)
        axes.tick_params(labelsize="x-small")
        if share:
            drawn.in_percent(axes, "")
    return figure


def _picture(axes: Axes, view: NetworkView, cell: Cell, theme: Theme) -> None:
    """As the window shows the unit under the mouse."""
    image = large_image(view, cell, PIXELS, theme.dark)
    over = (0.0, 1.0, 0.0, 1.0)
    if view.columns[cell[0]].shown is Shown.PLANE:
        (left, right), (low, high) = view.picture.ranges
        over = left, right, low, high
        names = input_names(view.info.dataset.description)
        axes.set_xlabel(f"{names[0]}, as scaled")
        axes.set_ylabel(f"{names[1]}, as scaled")
    else:
        axes.set_xticks(())
        axes.set_yticks(())
    axes.imshow(opaque(image.table[image.indices]), extent=over, interpolation="nearest", aspect="auto")
    axes.set_box_aspect(1)
    axes.grid(False)
    axes.set_title(str(picture_words(view, cell)), fontsize="small")


def _weights(axes: Axes, history: RunHistory, details: UnitDetails, theme: Theme) -> None:
    """Of a few inputs or units before the largest as bars; of pixels and filters as a picture."""
    axes.set_title(str(unit_views.weights_in_words(details)), fontsize="small")
    axes.grid(False)
    if unit_views.is_picture(details):
        image = details.weights if details.weights.ndim == 2 else details.weights.mean(axis=0)
        axes.imshow(signed(image / (float(np.abs(image).max()) or 1.0), dark=theme.dark), interpolation="nearest")
        axes.set_xticks(())
        axes.set_yticks(())
        return
    names = unit_views.source_names(history.info, details)
    shown = sorted(strongest(details.weights, MOST_WEIGHTS))
    values = details.weights[shown]
    colours = network_colours(theme.dark)
    places = np.arange(len(shown))
    axes.barh(places, values, color=[colours.full(positive=bool(value >= 0)) for value in values])
    axes.set_yticks(places, [shortened(names(index), LETTERS) for index in shown], fontsize="x-small")
    beyond = 0.5 + max(0, LEAST_BARS - len(shown)) / 2  # no bar is a wall
    axes.set_ylim(len(shown) - 1 + beyond, -beyond)
    axes.axvline(0.0, color=theme.muted, linewidth=0.8)
    axes.set_xlabel("weight")
