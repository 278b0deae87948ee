"""An empty window at once: what fills it takes a second to be imported and built."""

from time import monotonic, sleep
from typing import Protocol

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui.platform.settings import Settings
from ui.shell.first_look import GROUNDS, is_dark
from ui.shell.window import Window

LONGEST_WAIT = 0.2  # seconds for a screen that is slow to show it
LOOK_EVERY = 0.002


class Painted(Protocol):
    """A window, or what lies over all of it."""

    was_painted: bool


def open_frame(app: QApplication, settings: Settings) -> Window:
    """Show the window where it was the last time, in the colour of its theme, with nothing in it."""
    app.setStyle("Fusion")
    app.setPalette(QPalette(QColor(GROUNDS[is_dark(app, settings.theme)])))
    window = Window()
    window.show_frame(settings.geometry)
    wait_for_painting(app, window)
    return window


def wait_for_painting(app: QApplication, shown: Painted) -> None:
    """Let what was shown be seen, where a screen shows it soon."""
    deadline = monotonic() + LONGEST_WAIT
    while not shown.was_painted and monotonic() < deadline:
        app.processEvents()
        sleep(LOOK_EVERY)
