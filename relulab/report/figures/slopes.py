"""Slopes multiply: the product of slopes and weights from the output back, beside the measured gradient."""

from matplotlib.figure import Figure

from relulab.formatting import rounded
from relulab.introspection.slopes import Slopes
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing
from relulab.report.figures.theme import Theme
from relulab.views.colours import LineStyle
from relulab.views.slopes import CAPTION, EXPECTED, MEASURED, OVER, TITLE

HEIGHT = 3.4  # inches
ROOM = 3.0  # times above and below: what differs by a few percent looks so
WRITTEN_LAYERS = 10  # with more, their numbers do not fit beside each other


def draw_slopes(found: Slopes, samples: int) -> Drawing:
    """All hidden layers of one network."""
    layers = zip(found.titles, found.slopes, found.weights, found.gains, strict=True)
    words = [f"{t}: {rounded(s)} × {rounded(w)} = {rounded(g)}" for t, s, w, g in layers]
    ends = f"{rounded(found.products[0])} expected at the first layer, {rounded(found.measured[0])} measured"
    return Drawing(
        str(TITLE),
        f"{CAPTION} {OVER.filled(samples=samples)}",
        f"Slope × weights = gain of each layer: {'; '.join(words)}. Of the output's gradient {ends}.",
        lambda theme: _paint(found, theme),
    )


def _paint(found: Slopes, theme: Theme) -> Figure:
    figure, axes = drawn.plane((drawn.WIDTH, HEIGHT), "", "gradient, share of the output's")
    places = list(range(len(found.titles)))
    expected, measured = LineStyle(theme.train, (3, 3)), LineStyle(theme.validation)
    axes.plot(places, found.products, color=expected.colour, linestyle=(0, expected.dash), marker="o", markersize=4)
    axes.plot(places, found.measured, color=measured.colour, marker="o", markersize=4)
    axes.set_xlim(-0.5, len(places) - 0.5)
    both = [value for value in (*found.products, *found.measured) if value > 0]
    if both:
        axes.set_ylim(min(both) / ROOM, max(both) * ROOM)
    drawn.logarithmic(axes)
    if len(places) <= WRITTEN_LAYERS:
        gains = zip(found.titles, found.slopes, found.weights, strict=True)
        axes.set_xticks(places, [f"{title}\n{rounded(s, 2)}\n× {rounded(w, 2)}" for title, s, w in gains])
    else:
        axes.set_xlabel("hidden layer, from the input on")
    drawn.legend(figure, [drawn.line_entry(str(EXPECTED), expected), drawn.line_entry(str(MEASURED), measured)])
    return figure
