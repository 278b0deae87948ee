"""One unit of the network large, in the place of the output while somebody points at it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from relulab.text import Text
from relulab.views.network.arrange import Shown
from relulab.views.network.cells import large_image
from relulab.views.network.formula import picture_words, unit_title
from relulab.views.network.layout import Cell
from relulab.views.network.view import NetworkView
from ui.platform.translation import said
from ui.plots.network.marks import Fonts
from ui.plots.network.pictures import image_of_column
from ui.widgets.palette import LIGHT, Palette

INSET = 10  # pixels
MARGIN = 4.0  # pixels beside words
DOT = 3.0  # pixels: half of a training point
POINTS = 400  # at most so many are drawn


class LargeUnit(QWidget):
    """The picture of one unit, with the training points over a plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[NetworkView, Cell] | None = None
        self._palette = LIGHT
        self.setAccessibleName(self.tr("The unit that is pointed at"))

    def show_unit(self, view: NetworkView, cell: Cell) -> None:
        """Draw this unit."""
        self._shown = view, cell
        self.setAccessibleDescription(f"{said(unit_title(view, cell))}: {said(self.caption(view, cell))}")
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self.update()

    def caption(self, view: NetworkView, cell: Cell) -> Text:
        """What is seen, and on which scale."""
        return picture_words(view, cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.background))
        if self._shown is None:
            return
        (view, cell), fonts = self._shown, Fonts.of(self.font())
        title, caption = said(unit_title(view, cell)), said(self.caption(view, cell))
        line, wide = QFontMetricsF(fonts.bold).height(), self.width() - 2 * MARGIN
        below = line * (1 + (QFontMetricsF(fonts.small).horizontalAdvance(caption) > wide))
        side = int(min(self.width(), self.height() - line - below) - 2 * INSET)
        if side < INSET:
            return
        box = QRectF((self.width() - side) / 2, line + INSET, side, side)
        painter.drawImage(box, image_of_column(large_image(view, cell, side, self._palette.dark)))
        if view.columns[cell[0]].shown is Shown.PLANE:
            self._points(painter, view, box)
        inks, fonts_used = (self._palette.foreground, self._palette.muted), (fonts.bold, fonts.small)
        for words, top, font, ink in zip((title, caption), (0, box.bottom()), fonts_used, inks, strict=True):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(MARGIN, top + 4, wide, 2 * line), flags, words)

    def _points(self, painter: QPainter, view: NetworkView, box: QRectF) -> None:
        """The training samples, in the colours of their classes."""
        data = view.info.dataset
        (left, right), (low, high) = view.picture.ranges
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._palette.background))
        classes = data.train.targets.ndim == 1
        for (x, y), target in zip(data.train.inputs[:POINTS].tolist(), data.train.targets[:POINTS], strict=True):
            fill = self._palette.class_colour(int(target)) if classes else self._palette.muted
            painter.setBrush(QColor(fill))
            at = box.left() + (x - left) / (right - left) * box.width()
            painter.drawEllipse(QPointF(at, box.bottom() - (y - low) / (high - low) * box.height()), DOT, DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)
