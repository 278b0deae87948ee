"""Files that the system asks a running program to open: on macOS a double-clicked session comes as an event.

It may come before there is a window, so it waits here until it is taken.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QFileOpenEvent


class FileEvents(QObject):
    """Listens on ``app`` from now on."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._open: Callable[[str], None] | None = None
        self._waiting = ""
        app.installEventFilter(self)

    def deliver_to(self, open: Callable[[str], None]) -> None:
        """Hand every file to ``open`` from now on, and first the last one that came before."""
        self._open = open
        if self._waiting:
            open(self._waiting)
            self._waiting = ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return False
        if self._open is None:
            self._waiting = event.file()
        else:
            self._open(event.file())
        return True
