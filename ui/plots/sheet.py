"""What a plot is drawn on: pyqtgraph's view box with an axis at its left and one below it, and nothing else.

pyqtgraph's own plot makes forty widgets for menus that nobody sees here, two more axes and a title, each time.
"""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsItem, QScrollArea, QSizePolicy

from ui.plots.rules import AxisLine

PLACES = {"left": (0, 0), "bottom": (1, 1)}  # row and column; the view box is at 0, 1
ABOVE_PICTURES = 0.5  # of an axis: they lie at 0


class Sheet(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """``box`` shows a part of the plane, ``axes`` are left and bottom, ``margins`` lies around them.

    Where a page scrolls, the wheel scrolls it: there it zooms with Ctrl held. Tab stops here once.
    """

    spoken_as = QAccessible.Role.Chart

    def __init__(self) -> None:
        super().__init__()
        expanding = QSizePolicy.Policy.Expanding
        self.setSizePolicy(expanding, expanding)
        self.enableMouse(False)
        around = pg.GraphicsWidget()
        self.box: Any = pg.ViewBox(parent=around, enableMenu=False)
        self.margins = QGraphicsGridLayout()
        self.margins.setContentsMargins(1, 1, 1, 1)
        self.margins.setSpacing(0)
        around.setLayout(self.margins)
        self.margins.addItem(self.box, 0, 1)
        self.axes: dict[str, Any] = {side: self._axis(side, around) for side in PLACES}
        self.margins.setRowStretchFactor(0, 100)
        self.margins.setColumnStretchFactor(1, 100)
        self.setCentralItem(around)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)  # else a second stop, which sends the focus back here

    def wheelEvent(self, event: QWheelEvent) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    def _axis(self, side: str, parent: pg.GraphicsWidget) -> Any:
        axis = AxisLine(orientation=side, parent=parent)
        axis.linkToView(self.box)
        self.margins.addItem(axis, *PLACES[side])
        axis.setZValue(ABOVE_PICTURES)
        axis.setFlag(QGraphicsItem.GraphicsItemFlag.ItemNegativeZStacksBehindParent)
        return axis
