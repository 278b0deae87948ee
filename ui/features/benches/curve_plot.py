"""The curve to be built, what was built of it, and two lines to compare it with."""

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.introspection.best_pieces import Floats, PiecewiseLine
from relulab.views.colours import DASHES, LineStyle
from relulab.views.hand_built import BEST, BUILT, EQUAL, TARGET, HandBuiltView
from ui.platform.translation import said
from ui.plots.axes import Axes
from ui.plots.curves import CurveItem, Stroke
from ui.plots.legend import Legend, LegendEntry
from ui.plots.scales import keep_or_move, linear_range
from ui.widgets.explained import explained
from ui.widgets.layouts import column
from ui.widgets.palette import LIGHT, Palette


class CurvePlot(QWidget):
    """Two curves and two lines over x, the built one in front."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("x", "y")
        self.axes.plot.setAccessibleName(self.tr("The target and what you built"))
        self.curves = CurveItem()
        self.legend = Legend()
        explained(self.legend, "by_hand")
        self._palette = LIGHT
        self._y_range: tuple[float, float] | None = None
        self.axes.add(self.curves, depth=10)
        self.axes.freeze()
        layout: QVBoxLayout = column(self, self.axes, self.legend, spacing=2)
        layout.setStretch(0, 1)

    def start_over(self) -> None:
        """Another target follows."""
        self._y_range = None

    def show_view(self, view: HandBuiltView) -> None:
        """Draw the target and all lines; the y range holds the target and moves only as far as it must."""
        target, x = view.target, view.target.x
        seen = [target.curve, _within(view.values, target.curve)]
        ends = min(float(y.min()) for y in seen), max(float(y.max()) for y in seen)
        low, high = self._y_range = keep_or_move(self._y_range, linear_range(*ends))
        self.axes.set_ranges(target.seen, (low, high))
        lines: list[tuple[LineStyle, Floats, Floats]] = [(self._styles()[0], x, target.curve)]
        for style, line in zip(self._styles()[1:3], (view.equal, view.best), strict=True):
            if isinstance(line, PiecewiseLine):
                lines.append((style, line.x, line.y))
        lines.append((self._styles()[3], x, view.values))
        strokes = [Stroke(style.colour, style.dash, x, y, bold=True) for style, x, y in lines]
        self.curves.show_strokes(strokes, QRectF(target.seen[0], low, target.seen[1] - target.seen[0], high - low))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self.axes.set_theme(palette)
        names = (TARGET, EQUAL, BEST, BUILT)
        self.legend.set_entries(
            tuple(
                LegendEntry(said(name), (style.colour,), dash=style.dash)
                for name, style in zip(names, self._styles(), strict=True)
            )
        )

    def _styles(self) -> tuple[LineStyle, ...]:
        """Of the target, the equal pieces, the best ones, and what was built."""
        colours = self._palette
        return (
            LineStyle(colours.muted),
            LineStyle(colours.lines[2], DASHES[1]),
            LineStyle(colours.lines[4], DASHES[2]),
            LineStyle(colours.validation),
        )


FURTHEST = 1.0  # spans of the target above and below it that what was built can be seen in


def _within(values: Floats, curve: Floats) -> Floats:
    """``values`` cut where they are far from the curve, which would be flat beside them."""
    span = float(curve.max() - curve.min()) or 1.0
    return values.clip(float(curve.min()) - FURTHEST * span, float(curve.max()) + FURTHEST * span)
