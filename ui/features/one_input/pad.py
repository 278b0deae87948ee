"""A pad to draw an image on, or to paint over one that was laid on it."""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from relulab.data.drawn_images import Pad
from ui.widgets.labels import set_tip
from ui.widgets.layouts import column
from ui.widgets.painted import PaintedWidget
from ui.widgets.sizes import px

SIDE = 168  # pixels on the screen
PEN = 1 / 11  # of the pad: two to three pixels of an image of 28
RUBBER = 1 / 7


class Paper(PaintedWidget):
    """The ink, white on black as the data have it. ``drawn`` with every piece of a stroke."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rubs = False
        self._pad: Pad | None = None
        self._ink = QImage()
        self._last: QPointF | None = None
        self.setFixedSize(px(SIDE), px(SIDE))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Pad to draw on with the mouse"))

    def set_pad(self, pad: Pad) -> None:
        """Draw images of this kind from now on, on an empty pad."""
        self._pad = pad
        self._ink = QImage(pad.dots, pad.dots, QImage.Format.Format_Grayscale8)
        self.clear()

    def clear(self) -> None:
        """Take all ink away."""
        self._ink.fill(Qt.GlobalColor.black)
        self.update()

    def lay(self, image: NDArray[np.float64]) -> None:
        """Lay an image (rows, columns) of the data on the pad, in their units."""
        assert self._pad is not None, "a pad comes first"
        ink = np.ascontiguousarray(np.round(255 * self._pad.laid(image)).astype(np.uint8))
        rows, columns = ink.shape
        self._ink = QImage(ink.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
        self.update()

    def image(self) -> NDArray[np.float64]:
        """What is drawn as an image of the data (rows, columns), in their units."""
        assert self._pad is not None, "a pad comes first"
        rows = np.frombuffer(self._ink.constBits(), np.uint8).reshape(self._ink.height(), self._ink.bytesPerLine())
        return self._pad.image(rows[:, : self._ink.width()] / 255.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._last = None
            self._draw_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._draw_to(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._ink)
        painter.setPen(QColor(self._colours.muted))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw_to(self, event: QMouseEvent) -> None:
        """A line from where the mouse was; the right button rubs out."""
        to = event.position() * (self._ink.width() / self.width())
        rubs = self.rubs or bool(event.buttons() & Qt.MouseButton.RightButton)
        colour = Qt.GlobalColor.black if rubs else Qt.GlobalColor.white
        width = self._ink.width() * (RUBBER if rubs else PEN)
        painter = QPainter(self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawLine(
            to if self._last is None else self._last, to + QPointF(0.01, 0.0)
        )  # a line of no length leaves no dot
        painter.end()
        self._last = to
        self.update()
        self.drawn.emit()


class DrawingPad(QWidget):
    """The paper with its buttons. ``drawn`` when what is on it was changed by hand."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paper = Paper()
        self.empty, self.rubber = QToolButton(), QToolButton()
        self.empty.setText(self.tr("Clear"))
        set_tip(self.empty, self.tr("Take everything off the pad, then draw with the mouse"))
        self.rubber.setCheckable(True)
        self.rubber.setText(self.tr("Rub out"))
        set_tip(self.rubber, self.tr("Rub out with the left mouse button, as the right one always does"))
        for button in (self.empty, self.rubber):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.empty)
        row.addWidget(self.rubber)
        row.addStretch()
        column(self, self.paper, buttons, spacing=4)
        self.paper.drawn.connect(self.drawn)
        self.rubber.toggled.connect(partial(setattr, self.paper, "rubs"))
        self.empty.clicked.connect(self._clear)

    def _clear(self) -> None:
        self.paper.clear()
        self.drawn.emit()
