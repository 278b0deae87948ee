"""A mouse that drags something in a plot, button down all the way."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
WAYPOINTS = 6


def drag(axes, start, end):
    """From one place of a plot to another, both in its coordinates."""
    limit = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)  # pyqtgraph leaves out what comes faster than a hand moves
    try:
        _drag(axes, start, end)
    finally:
        pg.setConfigOption("mouseRateLimit", limit)


def _drag(axes, start, end):
    plot = axes.plot.viewport()
    first, last = axes.pixel_of(QPointF(*start)), axes.pixel_of(QPointF(*end))

    def send(kind, at, button, held):
        event = QMouseEvent(kind, at, plot.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(plot, event)

    send(QEvent.Type.MouseMove, first, NO_BUTTON, NO_BUTTON)
    send(QEvent.Type.MouseButtonPress, first, LEFT, LEFT)
    for waypoint in range(1, WAYPOINTS + 1):
        send(QEvent.Type.MouseMove, first + (last - first) * (waypoint / WAYPOINTS), NO_BUTTON, LEFT)
    send(QEvent.Type.MouseButtonRelease, last, LEFT, NO_BUTTON)
