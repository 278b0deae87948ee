"""Where the axes of a figure are: worked out once for all figures of one form, as a report has them for each run.

Matplotlib asks every text twice for its size to place the axes, which takes as long as drawing them. Figures of one
form differ in little but the numbers at their axes, so the places found for one suit the others, as long as no
label is longer; and figures that can be laid over each other compare better.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter
from matplotlib.transforms import Bbox

from relulab.callbacks import ignore


@dataclass(frozen=True, slots=True)
class _Places:
    """What was found for one figure, and the most letters that its axes have room for."""

    letters: tuple[int, ...]
    axes: tuple[Bbox, ...]
    texts: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, figure: Figure) -> "_Places":
        boxes = tuple(axes.get_position().frozen() for axes in figure.axes)
        return cls(_letters(figure), boxes, tuple(text.get_position() for text in figure.texts))

    def give(self, figure: Figure) -> None:
        """Put everything in its place."""
        for axes, box in zip(figure.axes, self.axes, strict=True):
            axes.set_position(box)
            axes.set_in_layout(True)  # which ``set_position`` ends: they may have to be placed anew
        for text, place in zip(figure.texts, self.texts, strict=True):
            text.set_position(place)

    def suit(self, figure: Figure) -> bool:
        """Whether what is written at the axes of ``figure``, which lie there already, is nowhere longer."""
        return all(most >= wanted for most, wanted in zip(self.letters, _letters(figure), strict=True))


class Layouts:
    """The places found so far, by the form of their figure. Make one for each document.

    ``placed`` is called once for each figure that gets its places, for who waits for the document.
    """

    def __init__(self, placed: Callable[[], None] = ignore) -> None:
        self._placed = placed
        self._found: dict[Hashable, list[_Places]] = {}

    def place(self, figure: Figure) -> None:
        """Place the axes once, before the figure is drawn; ``savefig`` would draw everything another time for it."""
        self._placed()
        engine = figure.get_layout_engine()
        if engine is None:
            return
        figure.set_layout_engine("none")
        known = self._found.setdefault(_form(figure), [])
        for places in known:
            places.give(figure)
            if places.suit(figure):
                return
        engine.execute(figure)
        known.append(_Places.of(figure))


def _form(figure: Figure) -> Hashable:
    """All that the places depend on, but for how long the numbers at the axes are."""
    legends = tuple(tuple(text.get_text() for text in legend.get_texts()) for legend in figure.legends)
    texts = tuple((text.get_text(), text.get_fontsize()) for text in figure.texts)
    return (*figure.get_size_inches(), legends, texts, *map(_form_of, figure.axes))


def _form_of(axes: Axes) -> Hashable:
    place = axes.get_subplotspec()
    sides = place and (place.get_gridspec().get_width_ratios(), place.get_gridspec().get_height_ratios())
    grid = place and (*place.get_geometry(), str(sides))
    title = axes.get_title(loc="left").count("\n")
    notes = tuple(text.get_text() for text in axes.texts if text.get_in_layout())
    shown = (axes.get_visible(), axes.axison, axes.get_aspect(), axes.get_yscale())
    return grid, title, notes, shown, _words(axes.xaxis), _words(axes.yaxis)


def _words(axis: Axis) -> Hashable:
    """What is written at an axis, but for numbers."""
    formatter = axis.get_major_formatter()
    return axis.get_label_text(), tuple(formatter.seq) if isinstance(formatter, FixedFormatter) else None


def _letters(figure: Figure) -> tuple[int, ...]:
    """The length of the longest number at each axis, and of what stands at its end."""
    return tuple(
        max((len(text.get_text()) for text in texts), default=0)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for texts in (axis.get_majorticklabels(), [axis.get_offset_text()])
    )
