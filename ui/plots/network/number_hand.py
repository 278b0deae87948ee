"""Weights and biases changed by hand in the picture of a network that waits: typed, or dragged up or down."""

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from relulab.catalog.entry import real
from relulab.views.network.edges import Lines
from relulab.views.network.view import NetworkView
from ui.plots.network.canvas import NetworkCanvas
from ui.widgets.messages import ProblemLine
from ui.widgets.number_field import NumberField
from ui.widgets.sizes import px

LIMIT = 1e6  # a larger weight overflows 32 bits within a few layers
PER_SCALE = 100.0  # pixels that a number is dragged by the largest of its kind
LEAST_SCALE = 0.1
DIGITS = 3  # of a number that is dragged
WIDTH, COMPLAINT = 130, 260  # pixels
BESIDE = 8  # pixels between the mouse and the field


class Held(NamedTuple):
    """A number of the network: the weight of a unit (layer of the layout) from ``source``, or with None its bias."""

    layer: int
    unit: int
    source: int | None
    value: float
    scale: float  # the largest of its kind


class GivenNumber(NumberField):
    """A field over the network. ``given`` carries a number that was entered; Escape gives none."""

    given = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(real("value", "Value", 0.0, -LIMIT, LIMIT), parent=parent)
        self._asked = 0.0
        self.setFixedWidth(px(WIDTH))
        self.complaint = ProblemLine(parent)
        self.complaint.setAutoFillBackground(True)
        self.problemChanged.connect(self._complain)
        self.editingFinished.connect(self._give)
        self.hide()

    def ask(self, at: QPointF, value: float, name: str) -> None:
        """Open over this point of the network with a number to change."""
        self._asked = value
        self.show_number(at, value)
        self.setAccessibleName(name)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.lineEdit().selectAll()

    def show_number(self, at: QPointF, value: float) -> None:
        """Show a number beside this point, inside of the network."""
        self.setValue(value)
        self.revert()
        around = self.parentWidget()
        room = (0, 0) if around is None else (around.width() - self.width(), around.height() - self.height())
        x, y = round(at.x()) + BESIDE, round(at.y()) + BESIDE
        self.move(max(0, min(x, room[0])), max(0, min(y, room[1])))
        self.show()
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_field()
        else:
            super().keyPressEvent(event)

    def close_field(self) -> None:
        """Give the keys back to the network."""
        self.hide()
        self.revert()
        around = self.parentWidget()
        if around is not None:
            around.setFocus()

    @Slot(str)
    def _complain(self, problem: str) -> None:
        """Below the field stands what is wrong with the text in it."""
        self.complaint.set_text(problem)
        height = self.complaint.heightForWidth(COMPLAINT)
        self.complaint.resize(COMPLAINT, max(height, self.height()))
        around = self.parentWidget()
        right = 0 if around is None else around.width() - COMPLAINT
        self.complaint.move(max(0, min(self.x(), right)), self.y() + self.height())
        self.complaint.raise_()

    @Slot()
    def _give(self) -> None:
        if self.isHidden():
            return
        if self.problem and self.hasFocus():
            return
        value = None if self.problem else self.value()
        self.close_field()
        if isinstance(value, int | float) and value != self._asked:
            self.given.emit(float(value))


class NumberHand(QObject):
    """Watches the mouse over a ``canvas`` for numbers that can be changed, while that is ``allowed``.

    ``weightGiven``: layer of the layout, unit, input of the layer (None: its bias), new value.
    """

    weightGiven = Signal(int, int, object, float)

    def __init__(self, canvas: NetworkCanvas) -> None:
        super().__init__(canvas)
        self.field = GivenNumber(canvas)
        self._canvas = canvas
        self._allowed = False
        self._held: Held | None = None
        self._pressed: QPointF | None = None
        self._dragged: float | None = None
        self.field.given.connect(self._give)
        canvas.installEventFilter(self)

    def allow(self, on: bool) -> None:
        """Whether numbers can be changed: only of a run that waits, as it stands."""
        if on == self._allowed:
            return
        self._allowed = on
        self._canvas.show_hint(self.tr("Click or drag a weight, or a bias, to change it.") if on else "")
        if not on:
            self._pressed = self._dragged = None
            self.field.hide()
            self._canvas.unsetCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes what happens to a number; everything else is the canvas's own."""
        if not self._allowed or not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress:
                return self._press(event)
            case QEvent.Type.MouseMove:
                return self._move(event)
            case QEvent.Type.MouseButtonRelease:
                return self._release(event)
        return False

    def number_at(self, at: QPointF) -> Held | None:
        """The weight whose line or number is at a point of the canvas, or the bias."""
        canvas, view = self._canvas, self._canvas.view
        if view is None:
            return None
        if canvas.zoom == 3:
            target = canvas.sheet.target_at(at)
            if target is None:
                return None
            return _held(view, canvas.sheet.cell, None if target.source is None else target.source[1])
        edge = None if canvas.cell_at(at) is not None else canvas.edge_at(at)
        if edge is None or view.rules[edge.column - 1].lines is not Lines.WEIGHTS:
            return None
        return _held(view, edge.target, edge.sender)

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        self._held, self._dragged = self.number_at(event.position()), None
        self._pressed = event.position() if self._held is not None else None
        return self._held is not None

    def _move(self, event: QMouseEvent) -> bool:
        at = event.position()
        if self._pressed is None or self._held is None:
            over = self.number_at(at) is not None
            self._canvas.setCursor(Qt.CursorShape.SizeVerCursor if over else Qt.CursorShape.ArrowCursor)
            return False
        up = self._pressed.y() - at.y()
        if self._dragged is not None or abs(up) >= QApplication.startDragDistance():
            value = self._held.value + up / PER_SCALE * max(LEAST_SCALE, self._held.scale)
            self._dragged = float(f"{min(max(value, -LIMIT), LIMIT):.{DIGITS}g}")
            self.field.show_number(at, self._dragged)
        return True

    def _release(self, event: QMouseEvent) -> bool:
        held, dragged = self._held, self._dragged
        if self._pressed is None or held is None:
            return False
        self._pressed = self._dragged = None
        if dragged is None:
            bias = self.tr("Bias of unit {unit}").format(unit=held.unit + 1)
            weight = self.tr("Weight of unit {unit}").format(unit=held.unit + 1)
            self.field.ask(event.position(), held.value, bias if held.source is None else weight)
            return True
        self.field.close_field()
        if dragged != held.value:
            self._give(dragged)
        return True

    @Slot(float)
    def _give(self, value: float) -> None:
        held = self._held
        if held is not None and self._allowed:
            self.weightGiven.emit(held.layer, held.unit, held.source, value)


def _held(view: NetworkView, cell: tuple[int, int], source: int | None) -> Held | None:
    """A number of the unit ``cell`` as it is; with the fewest digits that are it."""
    layer, unit = view.columns[cell[0]].measured, cell[1]
    if layer is None:
        return None
    weights, biases = view.picture.weights[layer], view.picture.biases[layer]
    kind = biases if source is None else weights
    if kind is None:
        return None
    value = kind[unit] if source is None else kind[unit, source]
    scale = float(np.abs(np.nan_to_num(kind)).max(initial=0.0))
    return Held(layer, unit, source, float(str(np.float32(value))), scale)
