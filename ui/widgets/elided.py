"""A label that shortens its text with dots instead of widening the window."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets.labels import Label, set_tip, tip


class ElidedLabel(Label):
    """One line of plain text; the whole of it is in the tip when it does not fit.

    ``shorter``: what is said instead where there is no room for all, the longest first; the last one is cut if need be.
    """

    shorter: tuple[str, ...] = ()

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def say(self, text: str, *shorter: str) -> None:
        """Say ``text``, and ``shorter`` where there is less room."""
        if shorter != self.shorter:
            self.shorter = shorter
            self.update()
        self.setText(text)

    def shown(self) -> str:
        """What there is room for."""
        return fitting((self.text(), *self.shorter), self.font(), self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.shown()
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
        whole = self.text() if shown != self.text() else ""
        if tip(whole) != self.toolTip():
            set_tip(self, whole)


def fitting(
    ways: Sequence[str], font: QFont, room: float, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> str:
    """The first of the ways to say it that has so many pixels; where none has, the last one, cut."""
    metrics = QFontMetrics(font)
    whole = next((words for words in ways if metrics.horizontalAdvance(words) <= room), None)
    return metrics.elidedText(ways[-1], elide, int(room)) if whole is None else whole
