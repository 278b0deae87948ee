"""The line of a unit moved with the mouse on its plane: parallel to itself, so it is the bias that changes."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from ui.plots.unit_plane import UnitPlane
from ui.widgets.labels import set_tip

NEAR = 7.0  # pixels from the line that count as on it


class LineHand(QObject):
    """``moved`` carries the bias with which the line goes through the place where it was let go."""

    moved = Signal(float)

    def __init__(self, plane: UnitPlane) -> None:
        super().__init__(plane)
        self._plane = plane
        self._view = plane.axes.plot.viewport()
        self._allowed = self._holding = False
        self._bias: float | None = None  # where it is held now, once it was moved
        self._view.installEventFilter(self)

    def allow(self, on: bool) -> None:
        """Whether the line can be moved: only of a run that waits, and of a unit with a bias."""
        if on == self._allowed:
            return
        self._allowed, self._holding = on, False
        set_tip(self._plane, self.tr("Drag the line: its bias follows, and the next batch uses it.") if on else "")
        if not on:
            self._view.unsetCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes what happens to the line; everything else is the plot's own."""
        if not self._allowed or not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() is Qt.MouseButton.LeftButton:
                self._holding, self._bias = self._is_on_line(event.position()), None
                return self._holding
            case QEvent.Type.MouseMove if self._holding:
                self._bias = self._plane.bias_through(self._plane.axes.place_of(event.position()))
                self._plane.move_line(self._bias)
                return True
            case QEvent.Type.MouseMove:
                on_line = self._is_on_line(event.position())
                self._view.setCursor(Qt.CursorShape.SizeAllCursor if on_line else Qt.CursorShape.ArrowCursor)
            case QEvent.Type.MouseButtonRelease if self._holding:
                self._holding = False
                if self._bias is not None:
                    self.moved.emit(self._bias)
                return True
        return False

    def _is_on_line(self, at: QPointF) -> bool:
        if self._plane.line is None:
            return False
        pixels = [self._plane.axes.pixel_of(QPointF(*end)) for end in self._plane.line]
        start, end = (np.array([pixel.x(), pixel.y()]) for pixel in pixels)
        along, here = end - start, np.array([at.x(), at.y()]) - start
        length = max(1e-9, float(np.hypot(*along)))
        share = float(np.clip(here @ along / length**2, 0.0, 1.0))
        return float(np.hypot(*(here - share * along))) <= NEAR
