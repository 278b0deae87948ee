"""One unit over the steps: its bias, the size of its weights and of their gradient, and how often it fires."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.theme import Theme
from relulab.session.history import RunHistory
from relulab.views import unit as views
from relulab.views.parts import Curve, ShownRun, last_step
from relulab.views.units import Unit, unit_name

PART_INCHES = 1.2


def unit_figure(layer: int, unit: int) -> FigureKind:
    """The figure of one unit, both counted from 0: ``layer`` in the layout, ``unit`` in the layer."""
    return FigureKind(
        key="unit",
        title="One unit",
        draw=lambda runs: _draw(runs, (layer, unit)),
        table=lambda runs: views.table(runs, (layer, unit)),
        several=False,
    )


def _draw(runs: Sequence[ShownRun], unit: Unit) -> Drawing | None:
    run = views.with_unit(runs, unit)
    facts = None if run is None else views.unit_facts(run.history, unit)
    if run is None or facts is None:
        return None
    history = run.history
    curves = [curve for curve in views.unit_curves(history, unit) if curve.is_number]
    return Drawing(
        title=str(unit_name(history.info.layout, unit)),
        caption=views.caption(history),
        alternative=str(views.in_words(run, unit, facts, curves)),
        paint=lambda theme: _paint(history, curves, theme),
    )


def _paint(history: RunHistory, curves: Sequence[Curve], theme: Theme) -> Figure:
    figure, axes = drawn.sheet([PART_INCHES] * len(curves))
    drawn.whole_run(axes[0], last_step(curves))
    for axis, curve in zip(axes, curves, strict=True):
        is_share = curve.key == views.FIRING
        axis.set_title(str(curve.name))
        drawn.curve(axis, curve.steps, (100 if is_share else 1) * curve.values, curve.style(theme))
        drawn.marks(axis, history, theme)
        if is_share:
            drawn.in_percent(axis, "")
        elif curve.key == "gradient_norm" and (curve.values > 0).any():
            drawn.logarithmic(axis)
    return figure
