"""The confusion matrix: how many samples of each class were taken for which."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.plots.readout import Reading, ReadingRow, Readout
from ui.plots.scales import percent
from ui.widgets.palette import LIGHT, Palette, hex_of, ink_on

LABEL_SHARE = 0.25  # of the width, at most, for class names


class ConfusionMatrix(QWidget):
    """Rows are true classes, columns predicted ones; a cell is as strong as its share of its row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts: NDArray[np.int64] = np.zeros((1, 1), np.int64)
        self.names: tuple[str, ...] = ("",)
        self.card = Readout(self)
        self._colours = LIGHT
        self.setMouseTracking(True)

    def show_counts(self, counts: NDArray[np.int64], names: Sequence[str]) -> None:
        """``counts``: (true, predicted) for the classes ``names``."""
        self.counts, self.names = counts, tuple(names)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.card.set_theme(palette)
        self.update()

    def read(self, true: int, predicted: int) -> Reading:
        """What one cell says."""
        count, row = int(self.counts[true, predicted]), int(self.counts[true].sum())
        share = f" ({percent(count / row, 1)})" if row else ""
        heading = self.tr("{true} taken for {predicted}").format(true=self.names[true], predicted=self.names[predicted])
        return Reading(
            heading, (ReadingRow(self.tr("{count:,} of {row:,}").format(count=count, row=row) + share, "", ()),)
        )

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """(true, predicted) of the cell at a pixel."""
        area, side = self._area()
        column, row = (place.x() - area.left()) // side, (place.y() - area.top()) // side
        classes = len(self.counts)
        return (int(row), int(column)) if 0 <= column < classes and 0 <= row < classes else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.background))
        area, side = self._area()
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        table = self._colours.intensity_table()
        metrics = QFontMetrics(self.font())
        numbered = metrics.horizontalAdvance(f"{self.counts.max():,}") <= side - 2 and metrics.height() <= side
        for true, predicted in np.ndindex(*self.counts.shape):
            cell = QRectF(area.left() + predicted * side, area.top() + true * side, side - 1, side - 1)
            share = float(shares[true, predicted])
            fill = hex_of(table[round(255 * share)]) if share else self._colours.window
            painter.fillRect(cell, QColor(fill))
            if true == predicted:
                painter.setPen(QPen(QColor(self._colours.muted), 1))
                painter.drawRect(cell.adjusted(0, 0, -1, -1))
            if numbered and share:
                painter.setPen(QColor(ink_on(fill)))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{self.counts[true, predicted]:,}")
        self._paint_names(painter, area, side)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is None:
            self.card.hide()
        else:
            self.card.show_reading(self.read(*cell), event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        self.card.hide()

    def _area(self) -> tuple[QRectF, float]:
        """Where the cells are, and the side of one."""
        line = QFontMetrics(self.font()).height()
        left = line + self._label_width() + 4
        top = 2 * line + 2
        side = max(2.0, min((self.width() - left) / len(self.counts), (self.height() - top) / len(self.counts)))
        return QRectF(left, top, side * len(self.counts), side * len(self.counts)), float(int(side))

    def _label_width(self) -> int:
        metrics = QFontMetrics(self.font())
        widest = max(metrics.horizontalAdvance(name) for name in self.names)
        return min(widest, int(LABEL_SHARE * self.width()))

    def _paint_names(self, painter: QPainter, area: QRectF, side: float) -> None:
        metrics = QFontMetrics(self.font())
        line = metrics.height()
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(
            QRectF(area.left(), 0, side * len(self.counts), line), Qt.AlignmentFlag.AlignCenter, self.tr("predicted")
        )
        painter.save()
        painter.translate(0, area.top() + side * len(self.counts) / 2)
        painter.rotate(-90)
        painter.drawText(QRectF(-60, 0, 120, line), Qt.AlignmentFlag.AlignCenter, self.tr("true"))
        painter.restore()
        painter.setPen(QColor(self._colours.foreground))
        every = max(1, int(np.ceil(line / side)))
        for i, name in enumerate(self.names):
            if i % every:
                continue
            row = QRectF(line, area.top() + i * side, self._label_width(), side)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._label_width())
            painter.drawText(row, right, short)
            column = QRectF(area.left() + i * side - side * (every - 1) / 2, line, side * every, line)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(side * every))
            painter.drawText(column, Qt.AlignmentFlag.AlignCenter, short)
