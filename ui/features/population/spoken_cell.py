"""How a cell of a map is drawn: its own colour always; the one that is spoken of has a frame, which is no value."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.widgets.palette import LIGHT, Palette

FRAME = 2.0  # pixels, in the colour of the text on a rim of the background: seen on every colour


class SpokenCell(QStyledItemDelegate):
    """``colours`` are those of the theme. ``picture`` paints a cell that is no text, and says whether it did."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colours: Palette = LIGHT
        self.picture: Callable[[QPainter, QRectF, int, int], bool] = lambda *_asked: False

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        is_spoken = bool(option.state & QStyle.StateFlag.State_Selected)
        option.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        if is_spoken:  # the view has painted the colour of a selection already
            painter.fillRect(option.rect, QColor(self.colours.background))
        if not self.picture(painter, QRectF(option.rect), index.row(), index.column()):
            super().paint(painter, option, index)
        if is_spoken:
            inside = QRectF(option.rect).adjusted(FRAME / 2, FRAME / 2, -FRAME / 2, -FRAME / 2)
            painter.save()
            for colour, frame in (
                (self.colours.foreground, inside),
                (self.colours.background, inside.adjusted(FRAME, FRAME, -FRAME, -FRAME)),
            ):
                painter.setPen(QPen(QColor(colour), FRAME))
                painter.drawRect(frame)
            painter.restore()
