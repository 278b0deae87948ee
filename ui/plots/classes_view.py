"""The output as classes: sample pictures with the network's answers, and the confusion matrix."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from relulab.formatting import percent
from relulab.views.colours import hex_of, ink_on
from relulab.views.output import PREDICTED, TRUE, ClassesOutput, taken_for
from ui.platform.translation import said
from ui.plots.legend import LegendEntry
from ui.plots.readout import CellReader, Reading, ReadingRow
from ui.plots.thumbnails import Thumbnails
from ui.widgets.palette import LIGHT, Palette, intensity_table
from ui.widgets.sizes import share

WIDEST_CELL = 1.8  # times its height
LABEL_SHARE = 0.25  # of the width, at most, for class names
IMAGES = 64  # of the validation set, made ready to be shown
SIDE_BY_SIDE_FROM = 460  # pixels of width for samples and matrix beside each other

Cell = tuple[int, int]  # true class, predicted class


class ConfusionMatrix(QWidget):
    """Rows are true classes, columns predicted ones; a cell is as strong as its share of its row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: NDArray[np.int64] = np.zeros((1, 1), np.int64)
        self._shares: NDArray[np.float64] = np.zeros((1, 1))
        self.names: tuple[str, ...] = ("",)
        self.reader: CellReader[Cell] = CellReader(self, self)
        self._colours = LIGHT
        self.setAccessibleName(self.tr("Confusion matrix; the arrow keys walk from cell to cell"))

    def show_classes(self, output: ClassesOutput) -> None:
        """Show how many samples of each class were taken for which."""
        counts = output.picture.confusion
        kept = self.reader.current if counts.shape == self.counts.shape else None
        self.counts, self.names, self._shares = counts, output.class_names, output.row_shares
        self.reader.show_cell(kept)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.reader.card.set_theme(palette)
        self.update()

    def read(self, cell: Cell) -> Reading:
        """What one cell says."""
        true, predicted = cell
        count, row = int(self.counts[true, predicted]), int(self.counts[true].sum())
        of_row = f" ({percent(count / row)})" if row else ""
        said_of = self.tr("{count:,} of {row:,}").format(count=count, row=row) + of_row
        return Reading(said(taken_for(self.names, true, predicted)), (ReadingRow(said_of, "", ()),))

    def cell_at(self, at: QPoint) -> Cell | None:
        grid = self._grid()
        column, row = int((at.x() - grid.left()) // grid.width()), int((at.y() - grid.top()) // grid.height())
        classes = len(self.counts)
        return (row, column) if 0 <= column < classes and 0 <= row < classes else None

    def rect_of(self, cell: Cell) -> QRect:
        first = self._grid()
        return first.translated(cell[1] * first.width(), cell[0] * first.height()).toRect()

    def neighbour(self, cell: Cell | None, across: int, down: int) -> Cell | None:
        true, predicted = cell or (-down, -across)
        last = len(self.counts) - 1
        return min(max(true + down, 0), last), min(max(predicted + across, 0), last)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        first = self._grid()
        table = intensity_table(self._colours)
        metrics = QFontMetrics(self.font())
        widest = metrics.horizontalAdvance(f"{self.counts.max():,}")
        numbered = widest <= first.width() - 2 and metrics.height() <= first.height()
        for true, predicted in np.ndindex(*self.counts.shape):
            cell = first.translated(predicted * first.width(), true * first.height()).adjusted(0, 0, -1, -1)
            part = float(self._shares[true, predicted])
            fill = hex_of(table[round(255 * part)]) if part else self._colours.window
            painter.fillRect(cell, QColor(fill))
            if true == predicted:
                painter.setPen(QPen(QColor(self._colours.muted), share()))
                painter.drawRect(cell.adjusted(0, 0, -1, -1))
            if (true, predicted) == self.reader.current:
                painter.setPen(QPen(QColor(self._colours.foreground), 2 * share()))
                painter.drawRect(cell)
            if numbered and part:
                painter.setPen(QColor(ink_on(fill)))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{self.counts[true, predicted]:,}")
        self._paint_names(painter, first)

    def _grid(self) -> QRectF:
        """The first cell; the others follow to the right and below."""
        line = QFontMetrics(self.font()).height()
        left = line + self._label_width() + 4
        width = max(2, (self.width() - left) // len(self.counts))
        top = line + (self._label_width() + 4 if self._widest_name() > width else line) + 2
        height = max(2, min((self.height() - top) // len(self.counts), width))
        return QRectF(left, top, min(width, int(WIDEST_CELL * height)), height)

    def _label_width(self) -> int:
        return min(self._widest_name(), int(LABEL_SHARE * self.width()), int(LABEL_SHARE * self.height()))

    def _widest_name(self) -> int:
        metrics = QFontMetrics(self.font())
        return max(metrics.horizontalAdvance(name) for name in self.names)

    def _paint_names(self, painter: QPainter, first: QRectF) -> None:
        metrics = QFontMetrics(self.font())
        line, classes, centre = metrics.height(), len(self.counts), Qt.AlignmentFlag.AlignCenter
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(QRectF(first.left(), 0, first.width() * classes, line), centre, said(PREDICTED))
        painter.save()
        painter.translate(0, first.top() + first.height() * classes / 2)
        painter.rotate(-90)
        room = metrics.horizontalAdvance(said(TRUE))
        painter.drawText(QRectF(-room / 2, 0, room, line), centre, said(TRUE))
        painter.restore()
        painter.setPen(QColor(self._colours.foreground))
        beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        upright = first.top() < 2 * line + 4
        room = self._label_width()
        every = max(1, int(np.ceil(line / first.height())))
        for i in range(0, classes, every):
            name = metrics.elidedText(self.names[i], Qt.TextElideMode.ElideRight, room)
            row = QRectF(line, first.top() + i * first.height(), room, first.height())
            painter.drawText(row, beside, name)
            middle = first.left() + (i + 0.5) * first.width()
            if upright:
                painter.drawText(QRectF(middle - room, line, 2 * room, line), centre, name)
            else:  # too wide for the columns: from below upwards
                painter.save()
                painter.translate(middle - line / 2, first.top() - 2)
                painter.rotate(-90)
                painter.drawText(QRectF(0, 0, room + 4, line), Qt.AlignmentFlag.AlignLeft, name)
                painter.restore()


class ClassesView:
    """Classes of anything: sample predictions where the samples are images, and the confusion matrix."""

    def __init__(self) -> None:
        self.thumbnails = Thumbnails()
        self.matrix = ConfusionMatrix()
        self.widget = SideBySide(self.thumbnails, self.matrix)
        self._images: NDArray[np.uint8] = np.empty(0, np.uint8)

    def begin(self, output: ClassesOutput, palette: Palette) -> None:
        self.thumbnails.set_theme(palette)
        self.matrix.set_theme(palette)
        self.widget.set_has_first(output.description.is_image)
        self._images = output.images(IMAGES)

    def show(self, output: ClassesOutput) -> None:
        self.matrix.show_classes(output)
        self.thumbnails.show_answers(output.answers(self._images))

    def legend(self) -> tuple[LegendEntry, ...]:
        return ()


class SideBySide(QWidget):
    """Two widgets beside each other; in a narrow view one of them, as ``chosen`` (0 or 1)."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self.chosen = 0
        self.narrow = False
        self._parts = (first, second)
        self._has_first = True
        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(first, 1)
        layout.addWidget(second, 1)

    @property
    def has_choice(self) -> bool:
        """Whether only one of two parts is to be seen."""
        return self.narrow and self._has_first

    def set_has_first(self, has: bool) -> None:
        """Whether there is a first part at all."""
        self._has_first = has
        self._arrange()

    def choose(self, part: int) -> None:
        """The part to be seen in a narrow view."""
        self.chosen = part
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.narrow = self.width() < SIDE_BY_SIDE_FROM
        self._arrange()

    def _arrange(self) -> None:
        self._parts[0].setVisible(self._has_first and (not self.narrow or self.chosen == 0))
        self._parts[1].setVisible(not self.has_choice or self.chosen == 1)
