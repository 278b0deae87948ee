"""A view that tells its content how much room there is, and scrolls when that is not enough."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class FittedScroll(QScrollArea):
    """Scrolls ``content`` vertically; ``fit`` is told the size that is free beside a scroll bar."""

    def __init__(self, content: QWidget, fit: Callable[[QSize], None]) -> None:
        super().__init__()
        self._fit = fit
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        bar = self.verticalScrollBar().sizeHint().width()
        self._fit(QSize(self.width() - bar, self.height()))
