"""One input at one moment: the value of every unit for it, the answer, and how the answer came there over the run."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.gridspec import GridSpec

from relulab.formatting import shortened
from relulab.report.figures import axes as drawn
from relulab.report.figures.figure import Drawing
from relulab.report.figures.images import signed
from relulab.report.figures.quick import Figure
from relulab.report.figures.theme import Theme
from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.colours import LineStyle
from relulab.views.film import FILMED, ONE_INPUT
from relulab.views.one_input.answer import answer_bars, answer_words
from relulab.views.one_input.columns import WayColumn, forward_columns
from relulab.views.one_input.course import Course, caption, in_words
from relulab.views.samples import to_pixels
from relulab.views.unit_pictures import mosaic

SIZE = (drawn.WIDTH, 5.0)  # inches
MOST_COLUMNS = 8  # layers beside each other; of more the first and the last
MOST_BARS = 10
LETTERS = 12  # of the name of a class
LETTERS_OF_A_ROW = 60  # of what stands above all columns
TALL = 16  # units above each other


def draw_one_input(info: RunStarted, look: OneInput, course: Course) -> Drawing:
    """What ``look`` saw, and the answers of the whole run."""
    words = in_words(info, look)
    return Drawing(str(FILMED[ONE_INPUT]), caption(info, look), words, lambda theme: _paint(info, look, course, theme))


def _paint(info: RunStarted, look: OneInput, course: Course, theme: Theme) -> Figure:
    columns = _shown(forward_columns(info, look))
    figure = Figure(figsize=SIZE)
    figure.suptitle(str(answer_words(info, look)), fontsize="medium", weight="bold", y=0.985)
    grid = GridSpec(1, len(columns), figure=figure, left=0.03, right=0.67, top=0.83, bottom=0.42, wspace=0.18)
    for place, column in enumerate(columns):
        axes = figure.add_subplot(grid[0, place])
        if place == 0 and info.dataset.description.is_image:
            axes.imshow(to_pixels(np.asarray(column.values, np.float32)[None])[0], interpolation="nearest")
        else:
            axes.imshow(signed(_picture(column), dark=theme.dark), interpolation="nearest")
        axes.set_axis_off()
        axes.set_anchor("NW")
        note = wrap(str(column.note), LETTERS_OF_A_ROW // len(columns), break_long_words=False)
        axes.set_title("\n".join([str(column.titles[-1]), *note]), fontsize="x-small")
    _bars(figure.add_axes((0.79, 0.42, 0.2, 0.41)), info, look, theme)
    _course(figure.add_axes((0.075, 0.105, 0.91, 0.24)), look, course, theme)
    return figure


def _shown(columns: Sequence[WayColumn]) -> Sequence[WayColumn]:
    half = MOST_COLUMNS // 2
    return columns if len(columns) <= MOST_COLUMNS else (*columns[:half], *columns[-half:])


def _picture(column: WayColumn) -> np.ndarray:
    """Its values from -1 to 1 as cells, or maps side by side; NaN where there is none."""
    values = np.asarray(column.values, np.float32)
    values = values / (float(np.abs(np.nan_to_num(values)).max(initial=0.0)) or 1.0)
    if column.is_row:
        across = -(-len(values) // TALL)
        cells = np.full(-(-len(values) // across) * across, np.nan, np.float32)
        cells[: len(values)] = values
        return mosaic(np.kron(cells[:, None, None], np.ones((1, 6, 6), np.float32)), across)
    across = int(np.ceil(np.sqrt(len(values) / 2)))
    return mosaic(values, across, gap=max(1, values.shape[2] // 12))


def _bars(axes: Axes, info: RunStarted, look: OneInput, theme: Theme) -> None:
    """The surest classes, or the outputs."""
    bars = sorted(answer_bars(info, look), key=lambda bar: -np.nan_to_num(bar.share))[:MOST_BARS]
    bars = [bar for bar in answer_bars(info, look) if bar in bars]
    places = np.arange(len(bars))
    marks = [theme.train if bar.is_answer else theme.muted for bar in bars]
    axes.barh(places, [100 * np.nan_to_num(bar.share) for bar in bars], color=marks)
    for place, bar in enumerate(bars):
        axes.text(101, place, bar.value, va="center", fontsize="x-small", color=theme.foreground)
    names = [shortened(f"{bar.name}{' ✓' if bar.is_right else ''}", LETTERS + 2) for bar in bars]
    axes.set_yticks(places, names, fontsize="x-small")
    axes.set_xlim(0, 135)
    axes.set_xticks(())
    axes.invert_yaxis()
    axes.grid(False)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)


def _course(axes: Axes, look: OneInput, course: Course, theme: Theme) -> None:
    drawn.for_steps(axes)
    drawn.whole_run(axes, float(course.steps[-1]))
    for name, values, is_main in course.lines:
        colour, wide = (theme.train, 1.6) if is_main else (theme.muted, 0.6)
        drawn.curve(axes, course.steps, values, LineStyle(colour), linewidth=wide, label=name)
    axes.axvline(look.step, color=theme.foreground, linewidth=1.0)
    axes.set_title(str(course.title), fontsize="small")
    if course.in_percent:
        axes.set_ylim(-2, 102)
        drawn.in_percent(axes, "")
