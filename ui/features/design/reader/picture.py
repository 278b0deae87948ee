"""A table before anything is learned: two columns against each other, coloured by what is predicted, its gaps, or the
mean of every class as an image.
"""

from functools import cached_property
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QTransform
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from relulab.data.tables.understanding import Understanding
from relulab.formatting import one_line
from relulab.text import text
from relulab.views.colours import mix
from relulab.views.table import TableView
from relulab.views.table_pictures import Gaps, Scatter, drawable, scatter_of
from ui.features.design.reader.means_picture import MeansPicture
from ui.platform.translation import said
from ui.plots.axes import Axes
from ui.plots.rules import rim
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.labels import Label, set_tip
from ui.widgets.layouts import column
from ui.widgets.painted import PaintedWidget
from ui.widgets.palette import LIGHT, Palette, colour_table
from ui.widgets.sizes import px_size
from ui.widgets.symbols import symbol

POINT = 7  # pixels across
WIDEST_TICK = "1,000,000"  # of tables, which hold prices and years
LEGEND_SYMBOL = 4.5  # pixels: radius
LONGEST_NAME = 20  # letters of a class
SHADES = 16  # of a number that is predicted
MARGIN = 0.05  # of the range, around the points
LEAST = QSize(160, 150)
LIST_WIDTH = 4  # of a list beside others
COLUMNS_WITH_GAPS = 12  # rows of the picture of gaps


class ScatterPlot(QWidget):
    """Draws a ``Scatter``; its accessible description says it in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axes = Axes("", "", widest_tick=WIDEST_TICK)
        self.axes.freeze()
        self.legend = ClassLegend()
        self.scatter: Scatter | None = None
        self._colours = LIGHT
        self._items: list[Any] = []
        column(self, self.axes, self.legend, spacing=2)
        self.setMinimumSize(px_size(LEAST))
        self.axes.plot.setAccessibleName(self.tr("Two columns against each other"))

    def show_scatter(self, scatter: Scatter) -> None:
        """Draw ``scatter``."""
        self.scatter = scatter
        for item in self._items:
            self.axes.remove(item)
        self._items = [self._item(scatter, *group) for group in self._groups(scatter)]
        for item in self._items:
            self.axes.add(item, depth=10)
        self.axes.set_titles(one_line(scatter.x_title), one_line(scatter.y_title))
        self.axes.set_note(said(scatter.note))
        self.legend.show_names(scatter.names if scatter.classes is not None else (), self._colours)
        if len(scatter.x):
            self.axes.set_ranges(_around(scatter.x), _around(scatter.y))
        words = text(
            "{x} from left to right, {y} upwards, {points:point|points}",
            x=scatter.x_title, y=scatter.y_title, points=len(scatter.x),
        )  # fmt: skip
        self.setAccessibleDescription(said(words))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.axes.set_theme(palette)
        if self.scatter is not None:
            self.show_scatter(self.scatter)

    def _groups(self, scatter: Scatter) -> list[tuple[np.ndarray, str, int]]:
        """Which points (n,) of bool have which colour and the symbol of which class."""
        if scatter.classes is not None:
            present = np.unique(scatter.classes)
            return [(scatter.classes == one, self._colours.class_colour(int(one)), int(one)) for one in present]
        if scatter.amounts is None:
            return [(np.ones(len(scatter.x), bool), self._colours.train, 0)]
        shades = np.minimum((scatter.amounts * SHADES).astype(int), SHADES - 1)
        table = colour_table("cividis")
        return [
            (shades == shade, QColor(*map(int, table[shade * 255 // (SHADES - 1)])).name(), 0)
            for shade in np.unique(shades)
        ]

    def _item(self, scatter: Scatter, points: np.ndarray, colour: str, place: int) -> Any:
        shape = QTransform.fromScale(0.5, 0.5).map(symbol(place))
        pen = rim(mix(self._colours.foreground, colour, 0.35), POINT)
        return pg.ScatterPlotItem(
            x=scatter.x[points], y=scatter.y[points], symbol=shape, size=POINT, pen=pen, brush=pg.mkBrush(colour)
        )


class ClassLegend(QWidget):
    """Symbol and name of as many classes as fit on a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._colours = LIGHT
        self.setFixedHeight(self.fontMetrics().height() + 4)

    def show_names(self, names: tuple[str, ...], colours: Palette) -> None:
        """Show these classes; nothing takes no room."""
        self._names, self._colours = names, colours
        self.setAccessibleName(", ".join(map(one_line, names)))
        self.setVisible(bool(names))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle, metrics = 8.0, self.height() / 2, self.fontMetrics()
        for place, name in enumerate(self._names):
            words = one_line(name, LONGEST_NAME)
            end = x + 2 * LEGEND_SYMBOL + 6 + metrics.horizontalAdvance(words)
            painter.setPen(QColor(self._colours.foreground))
            if end > self.width() - 12:
                painter.drawText(QPointF(x, middle + metrics.ascent() / 2 - 1), "…")
                return
            painter.drawText(QPointF(x + 2 * LEGEND_SYMBOL + 6, middle + metrics.ascent() / 2 - 1), words)
            shape = QTransform.fromScale(LEGEND_SYMBOL, LEGEND_SYMBOL).map(symbol(place))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colours.class_colour(place)))
            painter.drawPath(shape.translated(x + LEGEND_SYMBOL, middle))
            x = end + 14


def _around(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * MARGIN or max(abs(low), 1.0) * MARGIN
    return low - room, high + room


class GapsPicture(PaintedWidget):
    """The columns with gaps from top to bottom, the rows of the file from left to right: dark where cells are empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gaps: Gaps | None = None
        self.setMinimumSize(px_size(LEAST))
        self.setAccessibleName(self.tr("Missing cells"))

    def show_gaps(self, gaps: Gaps | None) -> None:
        """Draw ``gaps``."""
        self.gaps = gaps
        each = zip(gaps.names, gaps.missing, strict=True) if gaps else ()
        words = ", ".join(f"{one_line(name)}: {many:,}" for name, many in each)
        self.setAccessibleDescription(words)
        set_tip(self, words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        if self.gaps is None:
            return
        metrics, shown = self.fontMetrics(), self.gaps.names[:COLUMNS_WITH_GAPS]
        left = min(self.width() * 2 // 5, max(metrics.horizontalAdvance(one_line(name)) for name in shown) + 12)
        below = metrics.height() + 6
        high = min(float(self.height() - below) / len(shown), 2.0 * metrics.height())
        wide = (self.width() - left - 8) / self.gaps.shares.shape[1]
        for row, name in enumerate(shown):
            words = metrics.elidedText(one_line(name), Qt.TextElideMode.ElideRight, left - 10)
            painter.setPen(QColor(self._colours.foreground))
            painter.drawText(QRectF(0, row * high, left - 6, high), Qt.AlignmentFlag.AlignVCenter, words)
            for block, share in enumerate(self.gaps.shares[row]):
                strength = 0.25 + 0.75 * float(share) if share else 0.0
                ink = mix(self._colours.warning, self._colours.window, strength)
                painter.fillRect(QRectF(left + block * wide, row * high + 2, wide + 0.5, high - 4), QColor(ink))
        painter.setPen(QColor(self._colours.muted))
        area = QRectF(left, len(shown) * high, self.width() - left - 8, below)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.tr("first row"))
        last = self.tr("row {number}").format(number=f"{self.gaps.rows:,}")
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, last)


class TablePicture(QWidget):
    """The scatter of two columns that can be chosen, the gaps, the means of classes; a sentence where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.across, self.up, self.kind = Combo(), Combo(), Combo()
        self.gaps, self.means, self.hint = GapsPicture(), MeansPicture(), Label(wordWrap=True)
        self._colours = LIGHT
        self._stack = QStackedWidget()
        self._table: Understanding | None = None
        self._can_draw = False
        self._aim: tuple[object, ...] | None = None  # the table and what is predicted, for which axes were chosen
        self._arrange()
        self.across.edited.connect(self._draw)
        self.up.edited.connect(self._draw)
        self.kind.edited.connect(self._draw)

    @cached_property
    def plot(self) -> ScatterPlot:
        """Made when something is drawn first: axes take long enough to be felt where the reader opens."""
        plot = ScatterPlot()
        plot.set_theme(self._colours)
        self._stack.addWidget(plot)
        return plot

    def show_table(self, view: TableView | None, hint: str = "") -> None:
        """Draw a table, with the axes that were chosen where it has them; or say the ``hint``."""
        self._table = table = view.table if view is not None else None
        self.hint.setText(hint)
        shown = view if not hint else None
        axes = shown.axes if shown is not None else None
        is_another = False
        if table is not None:
            aim = (table.name, tuple(column.name for column in table.columns), table.target.value)
            is_another = aim != self._aim
            self._aim = aim if axes is not None else None
            items = [Item(str(one.number), one_line(one.name)) for one in drawable(table)]
            for combo, place in ((self.across, 0), (self.up, 1)):
                combo.set_items(items)
                if axes is not None and (is_another or not combo.value()):
                    combo.setValue(str(axes[place]))
        self.gaps.show_gaps(shown.gaps if shown is not None else None)
        self.means.show_means(shown.class_means if shown is not None else None)
        self._offer_kinds(is_another)
        self._can_draw = axes is not None
        self._draw()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        if "plot" in vars(self):
            self.plot.set_theme(palette)
        self.gaps.set_theme(palette)
        self.means.set_theme(palette)

    def _offer_kinds(self, is_another: bool) -> None:
        """What can be drawn; of another table that holds images these come first."""
        kinds = {"scatter": self.tr("two columns")}
        if self.gaps.gaps is not None:
            kinds["gaps"] = self.tr("missing cells")
        if self.means.means is not None:
            kinds["means"] = self.tr("class means")
        wanted = "means" if is_another and "means" in kinds else self.kind.value()
        self.kind.set_items([Item(key, title) for key, title in kinds.items()])
        self.kind.setValue(wanted if wanted in kinds else "scatter")
        self.kind.setVisible(len(kinds) > 1)

    def _draw(self) -> None:
        others: dict[str, QWidget] = {"gaps": self.gaps, "means": self.means}
        other = others.get(self.kind.value())
        can_choose = other is None and self._table is not None and self._can_draw
        for part in (self.across, self.up, *self._words):
            part.setVisible(can_choose)
        if other is not None:
            self._stack.setCurrentWidget(other)
        elif can_choose and self._table is not None and self.across.value() and self.up.value():
            self.plot.show_scatter(scatter_of(self._table, int(self.across.value()), int(self.up.value())))
            self._stack.setCurrentWidget(self.plot)
        else:
            if not self.hint.text():
                self.hint.setText(self.tr("This table has no column of numbers to draw."))
            self._stack.setCurrentWidget(self.hint)

    def _arrange(self) -> None:
        self._offer_kinds(is_another=False)
        self._words = (Label(self.tr("across")), Label(self.tr("up")))
        row = QHBoxLayout()
        for word, combo, name in (
            (self._words[0], self.across, self.tr("Column from left to right")),
            (self._words[1], self.up, self.tr("Column upwards")),
        ):
            word.setProperty("role", "muted")
            combo.setAccessibleName(name)
            combo.setMinimumContentsLength(LIST_WIDTH)
            row.addWidget(word)
            row.addWidget(combo, 1)
        self.kind.setMinimumContentsLength(LIST_WIDTH)
        self.kind.setAccessibleName(self.tr("What is drawn of the table"))
        row.addWidget(self.kind, 1)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for part in (self.hint, self.gaps, self.means):
            self._stack.addWidget(part)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = column(self, spacing=4)
        nest(layout, row)
        layout.addWidget(self._stack)
