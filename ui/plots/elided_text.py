"""A line or two of secondary text that never makes its panel wider or taller: what does not fit ends in "…"."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

LINES_AT_MOST = 2


class ElidedText(QWidget):
    """Wraps its text into at most two lines; the whole text is in the tool tip and the accessible name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        """Show ``text``; cheap when it is the same as before."""
        if text == self._text:
            return
        lines_before = self.heightForWidth(self.width())
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        if self.heightForWidth(self.width()) != lines_before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, self.heightForWidth(max(100, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).height())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return len(wrap(self._text, self.font(), width, LINES_AT_MOST)) * QFontMetrics(self.font()).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        for row, line in enumerate(wrap(self._text, self.font(), self.width(), LINES_AT_MOST)):
            painter.drawText(QPointF(0, row * metrics.height() + metrics.ascent()), line)


def wrap(text: str, font: QFont, width: int, lines: int) -> list[str]:
    """``text`` broken at words into at most ``lines`` lines of ``width`` pixels, the last one cut with "…"."""
    if not text:
        return []
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    broken: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        start = line.textStart()
        if len(broken) == lines - 1:
            broken.append(QFontMetrics(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, max(1, width)))
            break
        broken.append(text[start : start + line.textLength()].rstrip())
    layout.endLayout()
    return broken
