"""What of the words in a window cannot be read where they stand."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QToolButton, QWidget

from ui.widgets.elided import ElidedLabel


def clipped(window: QWidget) -> Iterator[str]:
    """What of the words on visible labels, boxes and buttons is not in view; dots tell of more, and are fine."""
    for widget in window.findChildren(QWidget):
        words = words_on(widget)
        if not words or widget.visibleRegion().isEmpty():
            continue
        metrics, room = QFontMetrics(widget.font()), widget.contentsRect()
        wide = max(metrics.horizontalAdvance(line) for line in words.splitlines())
        high = (len(words.splitlines()) - 1) * metrics.lineSpacing() + metrics.ascent()
        if isinstance(widget, QLabel) and widget.wordWrap():
            wide, high = 0, widget.heightForWidth(widget.width()) - metrics.descent()
        if wide > room.width() + 1 or high > room.height() + 1:
            yield f"{type(widget).__name__} {words!r} needs {wide} x {high}, has {room.width()} x {room.height()}"


def words_on(widget: QWidget) -> str:
    """The words that it paints, as they stand there."""
    if isinstance(widget, ElidedLabel) or not isinstance(widget, QLabel | QAbstractButton):
        return ""
    icons = Qt.ToolButtonStyle.ToolButtonIconOnly
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() is icons and not widget.icon().isNull():
        return ""
    return widget.text().replace("&", "").strip()


def sideways(window: QWidget) -> Iterator[str]:
    """What has to be scrolled to the side to be read, and by how many pixels."""
    for area in window.findChildren(QAbstractScrollArea):
        bar = area.horizontalScrollBar()
        if area.isVisible() and bar.isVisible() and bar.maximum() > 0:
            yield f"{type(area).__name__} {area.accessibleName()!r} scrolls to the side by {bar.maximum()} pixels"
