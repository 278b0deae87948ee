"""The one QApplication: its name, its icon, its language."""

import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

import relulab
from ui.platform.translation import install_translations
from ui.shell.first_look import application_icon

TURN = 0.0005  # seconds: Python's own five make a thread that trains wait for whatever the window draws


class Application(QApplication):
    """Takes the files that the system asks a running program to open, as macOS does for a double click.

    What is meant for the application alone comes to its own ``event``; a filter of events would see those of every
    widget, some twenty thousand in a start.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self._open: Callable[[str], None] | None = None
        self._waiting = ""

    def deliver_files_to(self, open: Callable[[str], None]) -> None:
        """Hand every file to ``open`` from now on, and first the last one that came before."""
        self._open = open
        if self._waiting:
            open(self._waiting)
            self._waiting = ""

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return super().event(event)
        if self._open is None:
            self._waiting = event.file()
        else:
            self._open(event.file())
        return True


def create_application(arguments: Sequence[str] = ()) -> Application:
    """The one QApplication, with name, icon and translations, whose thread takes short turns with the others."""
    sys.setswitchinterval(TURN)
    app = Application(["relulab", *arguments])
    app.setApplicationName("relulab")
    app.setApplicationDisplayName("ReLU Lab")
    app.setApplicationVersion(relulab.__version__)
    app.setDesktopFileName("relulab")
    app.setWindowIcon(application_icon())
    install_translations(app)
    return app
