"""The line of a card that is always visible: number, what the layer is, its curve, its shape and its size.

It is a button (a click opens the details) that can also be taken with the mouse and dragged to another place.
It paints itself: a network of thirty layers would otherwise be two hundred small labels.
"""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from relulab.views.design import LayerView
from ui.features.design.forecast_line import ForecastLine, paint_forecast
from ui.platform.translation import said
from ui.widgets.icons import line_pixmap
from ui.widgets.labels import set_tip

CURVE = QSize(34, 24)  # pixels
GRIP = 10  # pixels of width for the dots by which a card is held
PADDING = 6
GAP = 8


class CardHeader(QAbstractButton):
    """``dragged`` carries the global position of the mouse, ``dropped`` ends a drag."""

    dragged = Signal(QPoint)
    dropped = Signal()

    def __init__(self, movable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._movable = movable
        self._number = ""
        self._layer = LayerView(None)
        self._curve = QPixmap()
        self._wrong = False
        self._forecast: ForecastLine | None = None
        self._pressed_at: QPoint | None = None
        self._dragging = False
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_layer(self, number: str, layer: LayerView, curve: QPixmap, wrong: bool) -> None:
        """Paint these; ``number`` counts from 1, ``wrong`` puts the sign of an error before the title."""
        self._number, self._layer, self._curve, self._wrong = number, layer, curve, wrong
        self._describe()

    def show_forecast(self, forecast: ForecastLine | None) -> None:
        """Paint the forecast as a third line; without one there are two."""
        grown = (forecast is None) != (self._forecast is None)
        self._forecast = forecast
        if grown:
            self.updateGeometry()
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().averageCharWidth() * 30, self._lines() * self.fontMetrics().height() + 2 * PADDING
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 20, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._movable and self._pressed_at is not None:
            way = (event.position().toPoint() - self._pressed_at).manhattanLength()
            if self._dragging or way >= QApplication.startDragDistance():
                self._dragging = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, self._dragging, self._pressed_at = self._dragging, False, None
        if dragging:
            self.setDown(False)
            self.unsetCursor()
            self.dropped.emit()
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.rect().adjusted(PADDING, PADDING, -PADDING, -PADDING)
        if self._forecast is not None:
            area = self._paint_forecast(painter, area, self._forecast)
        if self._movable:
            self._paint_grip(painter, area)
        area.setLeft(area.left() + GRIP)
        area = self._paint_number(painter, area)
        area = self._paint_curve(painter, area)
        half = area.height() // 2 if said(self._layer.details) or self._layer.parameters else 0
        self._paint_title(painter, area.adjusted(0, 0, 0, -half))
        self._paint_details(painter, area.adjusted(0, half, 0, 0))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)

    def _lines(self) -> int:
        return 2 if self._forecast is None else 3

    def _describe(self) -> None:
        forecast = self._forecast.spoken if self._forecast is not None else ""
        set_tip(self, "\n".join(text for text in (said(self._layer.spoken), forecast) if text))
        self.update()

    def _paint_forecast(self, painter: QPainter, area: QRect, forecast: ForecastLine) -> QRect:
        """The lowest line; what is left of the area for the others."""
        line = QRect(area.left() + GRIP, 0, area.width() - GRIP, self.fontMetrics().height())
        line.moveBottom(area.bottom())
        column = self.fontMetrics().horizontalAdvance("00") + GAP + CURVE.width() + GAP
        paint_forecast(painter, line, column, forecast, self)
        return area.adjusted(0, 0, 0, -line.height())

    def _paint_grip(self, painter: QPainter, area: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.PlaceholderText))
        middle = area.center().y()
        for row in (-5, 0, 5):
            for column in (0, 4):
                painter.drawRect(area.left() + column, middle + row - 1, 2, 2)

    def _paint_number(self, painter: QPainter, area: QRect) -> QRect:
        width = self.fontMetrics().horizontalAdvance("00")
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        place = QRect(area.left(), area.top(), width, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._number)
        return area.adjusted(width + GAP, 0, 0, 0)

    def _paint_curve(self, painter: QPainter, area: QRect) -> QRect:
        if not self._curve.isNull():
            place = QRect(QPoint(0, 0), CURVE)
            place.moveCenter(QPoint(area.left() + CURVE.width() // 2, area.center().y()))
            painter.drawPixmap(place, self._curve)
        return area.adjusted(CURVE.width() + GAP, 0, 0, 0)

    def _paint_title(self, painter: QPainter, line: QRect) -> None:
        """What the layer is, and on the right how many parameters it has."""
        if self._wrong:
            side = self.fontMetrics().height()
            colour = self.palette().color(QPalette.ColorRole.BrightText).name()
            painter.drawPixmap(line.left(), line.center().y() - side // 2, line_pixmap("error", colour, side))
            line = line.adjusted(side + GAP // 2, 0, 0, 0)
        line = self._paint_right(painter, line, said(self._layer.parameter_count))
        bold = self.font()
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        _draw_elided(painter, line, said(self._layer.headline))
        painter.setFont(self.font())

    def _paint_details(self, painter: QPainter, line: QRect) -> None:
        """Activation and initialization, and on the right the shape of the output."""
        line = self._paint_right(painter, line, said(self._layer.arrow))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        _draw_elided(painter, line, said(self._layer.details))

    def _paint_right(self, painter: QPainter, line: QRect, text: str) -> QRect:
        """Draw ``text`` at the right end; what is left of the line for other words."""
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        return line.adjusted(0, 0, -self.fontMetrics().horizontalAdvance(text) - GAP, 0)


def _draw_elided(painter: QPainter, place: QRect, text: str) -> None:
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
