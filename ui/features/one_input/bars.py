"""What the network says as bars: a share for each class."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from relulab.views.one_input.answer import Bar
from ui.widgets.painted import PaintedWidget

LEAST_BAR = 0.12  # of the width stay for the bars, however long the names are
GAP = 6  # pixels
MOST_BARS = 12


class AnswerBars(PaintedWidget):
    """The bars of the classes, the answer bold and the right one with a tick; of a regression the values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the network says"))

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draw these; of many classes the strongest."""
        strongest = sorted(bars, key=lambda bar: -bar.share)[:MOST_BARS] if len(bars) > MOST_BARS else bars
        resized = len(strongest) != len(self.bars)
        self.bars = tuple(strongest)
        self.setAccessibleDescription("; ".join(f"{bar.name} {bar.value}" for bar in self.bars))
        if resized:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, len(self.bars) * self._line + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        bold = QFont(self.font())
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        names = [f"✓ {bar.name}" if bar.is_right else bar.name for bar in self.bars]
        number = max((metrics.horizontalAdvance(bar.value) for bar in self.bars), default=0) + GAP
        bars = LEAST_BAR * self.width() if any(bar.share == bar.share for bar in self.bars) else 0
        most = int(self.width() - number - bars)
        room = min(max(map(metrics.horizontalAdvance, names), default=0) + GAP, most)
        for place, (bar, name) in enumerate(zip(self.bars, names, strict=True)):
            row = QRectF(0, place * self._line, self.width(), self._line)
            painter.setFont(bold if bar.is_answer else self.font())
            painter.setPen(QColor(self._colours.foreground))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room - GAP // 2)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, bar.value)
            whole = QRectF(room, row.top() + 4, self.width() - room - number, self._line - 8)
            if bar.share == bar.share and whole.width() > 0:
                painter.fillRect(whole, QColor(self._colours.grid))
                fill = self._colours.accent if bar.is_answer else self._colours.muted
                painter.fillRect(
                    QRectF(whole.left(), whole.top(), bar.share * whole.width(), whole.height()), QColor(fill)
                )

    @property
    def _line(self) -> int:
        return self.fontMetrics().height() + 4
