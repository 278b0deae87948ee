"""The network itself: units as pictures of what they compute, weights as lines, dead units with a cross."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle as Box

from relulab.measurements.status import UnitStatus
from relulab.report.figures import axes as drawn
from relulab.report.figures.brought_back import brought_back
from relulab.report.figures.figure import Drawing, FigureKind
from relulab.report.figures.images import opaque
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.text import Text
from relulab.views.network.arrange import arrange
from relulab.views.network.colours import STEPS, NetworkColours, network_colours, opacity
from relulab.views.network.edges import EdgeChoice, Lines
from relulab.views.network.layout import NetworkLayout, Place
from relulab.views.network.lines import curve_points, widest, width
from relulab.views.network.sheets import column_images
from relulab.views.network.view import TITLE, NetworkView, caption, in_words, network_view, table
from relulab.views.parts import ShownRun, Table

SIZE = (998, 540)  # in pixels of the layout; it is as wide as the page
RATIO = 2  # pixels of a picture for one of them
LETTER = 6.4  # pixels that a letter takes about
BOLD_LETTER = 9.6  # of a title, so that no two of them lie over each other
BORDER = 16  # pixels for names that are longer than their pictures are wide
BOLD, PLAIN = 8.0, 7.0  # points
CROSSED = 0.28  # of a side: from the middle of a dead unit to the ends of its cross


def draw_network(runs: Sequence[ShownRun]) -> Drawing | None:
    """The network of the first run; None where it has no picture."""
    view = _view(runs)
    return None if view is None else drawing_of(view, runs[0].label)


def drawing_of(view: NetworkView, run: str) -> Drawing:
    """The network of this picture."""
    return Drawing(TITLE, caption(view), str(in_words(run, view)), lambda theme: paint(view, theme))


def tabulate_network(runs: Sequence[ShownRun]) -> Table | None:
    """A row for every unit."""
    view = _view(runs)
    return None if view is None else table(runs[0].label, view)


NETWORK = FigureKind(key="network", title=TITLE, draw=draw_network, table=tabulate_network, several=False)


def _view(runs: Sequence[ShownRun]) -> NetworkView | None:
    """The newest picture of the first run, made again where it rests."""
    if not runs:
        return None
    view = network_view(runs[0].history)
    then = brought_back(runs[0].history) if view is None else None
    return view if then is None else network_view(then)


def paint(view: NetworkView, theme: Theme) -> Figure:
    """As in the window. Words and page are in the colours of the page; pictures keep the light or dark of the theme."""
    colours = network_colours(theme.dark)
    layout = arrange(view.sizes(_length), *SIZE)
    assert layout is not None, "the page is large enough for the smallest cells"
    figure = Figure(figsize=(drawn.WIDTH, drawn.WIDTH * SIZE[1] / SIZE[0]), facecolor=theme.background)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    _lines(axes, view, layout, colours)
    _pictures(axes, view, layout, theme.dark)
    _words(axes, view, layout, theme)
    axes.set_xlim(-BORDER, SIZE[0] + BORDER)
    axes.set_ylim(SIZE[1], 0)
    axes.set_aspect("auto")
    return figure


def _lines(axes: Axes, view: NetworkView, layout: NetworkLayout, colours: NetworkColours) -> None:
    points = 72 * drawn.WIDTH / SIZE[0]  # of a pixel
    for before, after in layout.gaps():
        rule, sender, receiver = view.rules[after - 1], layout.places[before], layout.places[after]
        edges = EdgeChoice(rule).choose(view.weights(after))
        thickest = widest(rule, sender, receiver, len(edges))
        paths, tints, widths = [], [], []
        for end, start, strength, positive in zip(
            edges.receivers.tolist(), edges.senders.tolist(), edges.strength.tolist(), edges.positive, strict=True
        ):
            paths.append(curve_points(sender.port(start, outgoing=True), receiver.port(end, outgoing=False)))
            sign = bool(positive) if rule.lines is Lines.WEIGHTS else None
            tints.append(to_rgba(colours.full(positive=sign), opacity(round(strength * (STEPS - 1)))))
            widths.append(width(strength, thickest) * points)
        axes.add_collection(LineCollection(paths, colors=tints, linewidths=widths, zorder=1))


def _pictures(axes: Axes, view: NetworkView, layout: NetworkLayout, dark: bool) -> None:
    colours = network_colours(dark)
    grounds = [place.ground for place in layout.places if place.block] + [strip.ground for strip in layout.strips]
    for ground in grounds:
        size = ground.width, ground.height
        axes.add_patch(Box((ground.left, ground.top), *size, fc=colours.ground, ec=colours.ground_rim, zorder=2))
    scales = [view.scale(column) for column in range(len(view.columns))]
    images = column_images(view, layout, scales, RATIO, dark)
    for place in layout.places:
        area, image = place.area, images[place.column]
        rgb = opaque(image.table[image.indices])
        axes.imshow(rgb, extent=(area.left, area.right, area.bottom, area.top), zorder=3, interpolation="nearest")
        dead = np.flatnonzero(view.states(place.column) == UnitStatus.DEAD).tolist()
        crosses = [_cross(place, unit) for unit in dead]
        strokes = [stroke for cross in crosses for stroke in cross]
        axes.add_collection(LineCollection(strokes, colors=colours.cross, linewidths=1.0, zorder=4))


def _cross(place: Place, unit: int) -> list[list[tuple[float, float]]]:
    (x, y), reach = place.rectangle(unit).centre, CROSSED * place.side
    return [[(x - reach, y - reach), (x + reach, y + reach)], [(x - reach, y + reach), (x + reach, y - reach)]]


def _words(axes: Axes, view: NetworkView, layout: NetworkLayout, theme: Theme) -> None:
    for column in layout.captioned:
        strip = layout.strip_of(column)
        columns = range(column, column + 1) if strip is None else range(strip.first, strip.last)
        middle, left, right = layout.caption_room(column)
        room = 2 * min(middle - left, right - middle)
        axes.text(middle, 18, _fitting(view.titles(columns), room, BOLD_LETTER), ha="center", fontsize=BOLD,
                  weight="bold", color=theme.foreground)  # fmt: skip
        axes.text(middle, 36, _fitting(view.counts(columns), room), ha="center", fontsize=PLAIN, color=theme.muted)
    for before, after in layout.gaps():
        left, right = layout.places[before].ground.right, layout.places[after].ground.left
        words = _fitting(view.rules[after - 1].words, right - left + 40)
        row = layout.rules.top + layout.rules.height / 2
        axes.text((left + right) / 2, row, words, ha="center", fontsize=PLAIN, color=theme.muted)
    for place in layout.places:
        for unit, name in enumerate(view.columns[place.column].names):
            where = place.rectangle(unit)
            if place.label:
                side, x = ("right", where.left - 6) if place.label < 0 else ("left", where.right + 6)
                axes.text(x, where.centre[1], str(name), ha=side, va="center", fontsize=PLAIN, color=theme.muted)
            elif place.below >= LETTER * 2:
                y = where.bottom + 12
                axes.text(where.centre[0], y, str(name), ha="center", fontsize=PLAIN, color=theme.muted)


def _length(words: str) -> float:
    return LETTER * len(words)


def _fitting(words: Sequence[Text], room: float, letter: float = LETTER) -> str:
    return next((str(one) for one in words if letter * len(str(one)) <= room), "")
