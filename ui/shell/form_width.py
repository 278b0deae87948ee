"""The width that a window gains goes to the pictures: the form keeps its own."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow
from shiboken6 import isValid


class FormWidth(QObject):
    """Gives the form, or what lies before it in its tabs, the width back that it had before ``window`` was resized."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._form: QDockWidget | None = None
        self._settled = 0  # the width of the window for which ``_wanted`` was seen
        self._wanted = 0
        window.installEventFilter(self)

    def watch(self, dock: QDockWidget) -> None:
        """Look at the form, which is the first one, whenever ``dock`` has another size."""
        self._form = self._form or dock
        dock.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isValid(self._window):  # it ends before its docks do
            if watched is not self._window:
                self._look()
            elif self._window.width() != self._settled:
                self._settle()
        return False

    def _look(self) -> None:
        """A width that came with no other width of the window is wanted: by the user, or by an arrangement."""
        front = self._front()
        if front is not None and self._window.width() == self._settled:
            self._wanted = front.width()

    def _settle(self) -> None:
        """The window has its new width, and its docks theirs."""
        front, first = self._front(), not self._settled
        self._settled = self._window.width()
        if front is None or not self._wanted or first:
            return
        beside = [dock for dock in self._seen() if dock.x() > front.geometry().right()]
        if beside:  # they share the rest as they share it now
            more = (self._settled - self._wanted) / max(1, self._settled - front.width())
            widths = [self._wanted, *(round(dock.width() * more) for dock in beside)]
            self._window.resizeDocks([front, *beside], widths, Qt.Orientation.Horizontal)

    def _front(self) -> QDockWidget | None:
        """The form, or the dock that lies before it in its tabs; None where neither is seen in the window."""
        if self._form is None:
            return None
        column = (self._form, *self._window.tabifiedDockWidgets(self._form))
        return next((dock for dock in self._seen() if dock in column), None)

    def _seen(self) -> list[QDockWidget]:
        docks = self._window.findChildren(QDockWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [dock for dock in docks if not dock.isFloating() and not dock.visibleRegion().isEmpty()]
