"""The list of runs as a view: mouse and keys."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from ui.features.runs.delegate import RunDelegate, toggle
from ui.features.runs.model import RunModel

NEAR = 4  # pixels around a box that count as the box


class RunList(QListView):
    """``keyed`` carries a key that means something for the selected runs: Enter or Delete.

    A click into a box is for that box alone: it selects no run, and shows none.
    """

    keyed = Signal(object)

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.delegate = RunDelegate(self)
        self._pressed = QPersistentModelIndex()  # the run whose box the mouse went down in
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("Runs; Enter shows one, Space draws it together with others, F2 renames"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        meant = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete) and not event.modifiers()
        if meant and self.state() != QAbstractItemView.State.EditingState:
            self.keyed.emit(key)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QPersistentModelIndex(self._box_at(event))
        if not self._pressed.isValid():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressed.isValid():
            super().mouseReleaseEvent(event)
        elif self._pressed == self._box_at(event):
            toggle(self.model(), self._pressed)
        self._pressed = QPersistentModelIndex()

    def _box_at(self, event: QMouseEvent) -> QModelIndex:
        """The run whose box is under the mouse; an invalid index where there is none."""
        place: QPoint = event.position().toPoint()
        index = self.indexAt(place)
        box = self.delegate.box_rect(self.visualRect(index)).adjusted(-NEAR, -NEAR, NEAR, NEAR)
        return index if event.button() == Qt.MouseButton.LeftButton and box.contains(place) else QModelIndex()
