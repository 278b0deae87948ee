"""The regions in which a network is affine: the bent lines of each layer over its output, or the kinks of its curve."""

from collections.abc import Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from relulab.introspection.kinks import Kinks
from relulab.report.figures import axes as drawn
from relulab.report.figures import images
from relulab.report.figures.brought_back import brought_back
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.output import CURVE_SIZE, PLANE_SIZE
from relulab.report.figures.theme import Theme
from relulab.training.telemetry import CurvePicture, PlanePicture
from relulab.views.colours import LineStyle
from relulab.views.output import NETWORK, VALUE_MAP, CurveOutput, OutputView, PlaneOutput, output_view
from relulab.views.parts import ShownRun, Table
from relulab.views.regions import (
    FADED,
    REGIONS_TITLE,
    SHADED,
    RegionsView,
    has_regions,
    kinks_of,
    kinks_words,
    pictured,
    regions_view,
)

LINE_POINTS = 0.6  # width of a bend
GREY, SHADE = "#808080", 0.2  # every other region, on a light page and on a dark one


def draw_regions(runs: Sequence[ShownRun]) -> Drawing | None:
    """The regions of the first run where its newest picture shows it; None where it has none."""
    output = _output(runs)
    return None if output is None else drawing_of(output, runs[0].label)


def drawing_of(output: OutputView, run: str) -> Drawing | None:
    """The regions or kinks of the network of this picture; None where it has none."""
    view = _view(output)
    if isinstance(view, RegionsView):
        plane = view
        shaded = "" if plane.shaded is None else f" {SHADED}"
        words = f"{plane.caption}{shaded} {output.caption}"
        return Drawing(REGIONS_TITLE, words, str(plane.in_words(run)), lambda theme: paint_regions(plane, theme))
    if view is None:
        return None
    curve, kinks = view
    words = f"{kinks_words(kinks)}. {curve.caption}"
    return Drawing(REGIONS_TITLE, words, str(curve.in_words(run)), lambda theme: _paint_kinks(curve, kinks, theme))


def tabulate_regions(runs: Sequence[ShownRun]) -> Table | None:
    """The numbers of every region, or of every kink."""
    found = _output(runs)
    view = None if found is None else _view(found)
    if view is None:
        return None
    if isinstance(view, RegionsView):
        return view.table(runs[0].label)
    output, kinks = view
    titles = [output.info.layout.layers[layer].title for layer in kinks.layers]
    rows = [
        (runs[0].label, output.step, x, title, unit + 1)
        for x, title, unit in zip(kinks.positions, titles, kinks.units, strict=True)
    ]
    return Table(("run", "step", output.axis_names()[0], "layer", "unit"), rows)


REGIONS = FigureKind(key="regions", title=REGIONS_TITLE, draw=draw_regions, table=tabulate_regions, several=False)


def paint_regions(view: RegionsView, theme: Theme) -> Figure:
    """The bent lines over a faded picture of the output."""
    output, colours = view.output, theme.layer_lines(len(view.layout.layers))
    figure, axes = drawn.plane(PLANE_SIZE, *output.axis_names())
    extent = (*output.picture.x_range, *output.picture.y_range)
    if output.is_classes:
        pixels = images.class_pixels(output.values, images.class_shades(len(output.class_names)))
        pixels[..., 3] = np.round(FADED * pixels[..., 3])
        images.show_pixels(axes, pixels, extent, upper=False)
    else:
        axes.imshow(output.values[0], extent=extent, origin="lower", aspect="auto", cmap=VALUE_MAP, alpha=FADED)
    if view.shaded is not None:
        images.show_pixels(axes, images.shaded(SHADE * view.shaded, GREY), extent, upper=False)
    entries = []
    for layer, segments in view.lines:
        style = LineStyle(colours[layer].colour)
        axes.add_collection(LineCollection(list(segments), colors=style.colour, linewidths=LINE_POINTS))
        entries.append(drawn.line_entry(view.title_of(layer), style))
    axes.grid(False)
    axes.set_xlim(*output.picture.x_range)
    axes.set_ylim(*output.picture.y_range)
    cells = [images.cell_entry(name, theme.class_colour(i)) for i, name in enumerate(output.class_names)]
    drawn.legend(figure, [*entries, *(cells if output.is_classes else [])])
    return figure


def _paint_kinks(output: CurveOutput, kinks: Kinks, theme: Theme) -> Figure:
    """The fitted curve with a mark at every kink, in the colour of its layer."""
    figure, axes = drawn.plane(CURVE_SIZE, *output.axis_names())
    entries = [drawn.line_entry(str(NETWORK), LineStyle(theme.validation), linewidth=2.0)]
    for y in output.picture.y:
        axes.plot(output.picture.x, np.where(np.isfinite(y), y, np.nan), color=theme.validation, linewidth=2.0)
    colours = theme.layer_lines(len(output.info.layout.layers))
    for layer in np.unique(kinks.layers):
        x = kinks.positions[kinks.layers == layer]
        for y in output.picture.y:
            heights = np.interp(x, output.picture.x, y)
            axes.scatter(
                x, heights, s=images.POINT_AREA, c=colours[layer].colour, edgecolors=theme.background, zorder=3
            )
        entries.append(images.point_entry(output.info.layout.layers[layer].title, colours[layer].colour, "o"))
    drawn.legend(figure, entries)
    return figure


def _output(runs: Sequence[ShownRun]) -> OutputView | None:
    if not runs:
        return None
    history = runs[0].history
    picture = pictured(history)
    drawn = history.info.dataset.description.input_shape in ((1,), (2,))
    bare = picture is None or (isinstance(picture, PlanePicture | CurvePicture) and picture.stack is None)
    if drawn and bare and has_regions(history.info):
        then = brought_back(history)  # the newest weights are of another step than the picture, or there is none
        picture = picture if then is None else then.picture
    return None if picture is None else output_view(history.info, picture)


def _view(output: OutputView) -> RegionsView | tuple[CurveOutput, Kinks] | None:
    if isinstance(output, PlaneOutput):
        view = regions_view(output)
        return view if isinstance(view, RegionsView) else None
    kinks = kinks_of(output) if isinstance(output, CurveOutput) else None
    return None if kinks is None or not isinstance(output, CurveOutput) else (output, kinks)
