"""A ring around whatever has the focus of the keyboard: plots, cards, pictures and buttons alike.

Styles mark some controls by a shade that is hard to see, and what paints itself not at all.
"""

from typing import Any

from PySide6.QtCore import QObject, QRect, Qt, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QFocusFrame, QMenu, QMenuBar, QProxyStyle, QScrollArea, QStyle, QWidget
from shiboken6 import isValid

RING = 2  # pixels
LARGE = 0.3  # of the height of an area that scrolls


class _Above(QProxyStyle):
    """Lets the ring lie above the widget and reach beyond it, wherever there is room."""

    def styleHint(self, hint: QStyle.StyleHint, *rest: Any) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        if hint == QStyle.StyleHint.SH_FocusFrame_Mask:
            return 0
        return super().styleHint(hint, *rest)

    def pixelMetric(self, metric: QStyle.PixelMetric, *rest: Any) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return RING
        return super().pixelMetric(metric, *rest)


class _Frame(QFocusFrame):
    """Drawn around its widget, and inside of it where there is no room beyond."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._above = _Above("Fusion")
        self._above.setParent(self)
        self.setStyle(self._above)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        around = self.parentWidget()
        seen = self.rect() if around is None else self.rect() & QRect(-self.pos(), around.size())
        half = RING // 2
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), RING, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(seen.adjusted(half, half, -half, -half))


class FocusRing(QObject):
    """Follows the focus of the whole program.

    Where a mouse button is down, the hand knows where it is: then there is no ring.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.frame: QFocusFrame | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    @Slot("QWidget*", "QWidget*")
    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        ringed = None if now is None or by_mouse or now.isWindow() or isinstance(now, QMenu | QMenuBar) else now
        if self.frame is not None and not isValid(self.frame):  # it went with the window that it was in
            self.frame = None
        if ringed is not None:
            if ringed.window() is not self.parent():
                bring_into_view(ringed)  # a dialog; in the main window Tab does it, and nothing moves under the mouse
            self.frame = self.frame or _Frame(ringed.window())
        if self.frame is not None:
            self.frame.setWidget(ringed)  # type: ignore[arg-type]  # None takes it away; the stub does not know

    def reveal(self) -> None:
        """Scroll to what has the focus: it was reached by a key."""
        now = QApplication.focusWidget()
        if now is not None and self.frame is not None and isValid(self.frame):
            bring_into_view(now)
            self.frame.setWidget(None)  # type: ignore[arg-type]  # it hides for good where it was out of view
            self.frame.setWidget(now)


def bring_into_view(widget: QWidget) -> None:
    """Scroll every area that it lies in: Qt does so only where the focus was in that area before.

    A list or a picture that is seen in part stays where it is: its end would push what stands above it out of view.
    """
    above, is_seen = widget.parentWidget(), not widget.visibleRegion().isEmpty()
    while above is not None:
        if isinstance(above, QScrollArea) and not (is_seen and widget.height() > above.height() * LARGE):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
