"""What can be done to a unit of a run that waits. Every change is written into the history of the run."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from relulab.catalog.activations import ACTIVATIONS
from relulab.catalog.entry import real
from relulab.model.layout import MeasuredLayer
from relulab.training.state import State
from ui.widgets.contents import nest
from ui.widgets.explained import explained
from ui.widgets.labels import set_tip
from ui.widgets.number_field import NumberField
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

NUDGE = real("amount", "Amount", 0.1, -1e3, 1e3)
SLOPE = next(p for p in ACTIVATIONS["leaky_relu"].parameters if p.name == "negative_slope")
RECTIFIERS = ("relu", "relu6", "leaky_relu")  # what can be made leaky and computes nearly the same
AMOUNT_WIDTH = 96  # pixels


class UnitActions(QWidget):
    """``wanted`` carries a key of the engine's operations on units, and the amount (0 where there is none).

    ``undoWanted``: the last change is to be taken back.
    """

    wanted = Signal(str, float)
    undoWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = WrappedLabel()
        explained(self, "push")
        self.buttons = {
            "reinitialize": QPushButton(self.tr("Re-initialize")),
            "freeze": QPushButton(self.tr("Freeze")),
            "silence": QPushButton(self.tr("Silence")),
            "nudge_bias": QPushButton(self.tr("Nudge its bias by")),
            "make_leaky": QPushButton(self.tr("Make its layer leaky, slope")),
        }
        self.amounts = {"nudge_bias": NumberField(NUDGE), "make_leaky": NumberField(SLOPE)}
        self.undo = QPushButton(self.tr("Undo the last change"))
        self._tips = self._describe()
        self._arrange()
        for key, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, key=key: self._press(key))

    def show_possible(self, state: State, layer: MeasuredLayer, has_bias: bool, live: bool = True) -> None:
        """Which of them are possible; those that are not say why in their tip. ``live``: the run stands as shown."""
        past = self.tr("This is not how the run stands: go to Now to change the unit.")
        waiting = self._not_waiting(state) if live else past
        reasons = dict.fromkeys(self.buttons, waiting)
        if not waiting and not has_bias:
            reasons["nudge_bias"] = self.tr("This unit has no bias.")
        if not waiting and (layer.index is None or layer.activation not in RECTIFIERS):
            reasons["make_leaky"] = self.tr("Only a layer of ReLUs can be made leaky.")
        self._show_reasons(reasons)
        self.hint.setText(waiting or self.tr("Each change is kept in the history and marked in the loss."))

    def show_to_undo(self, changes: int) -> None:
        """How many changes can be taken back."""
        self.undo.setEnabled(changes > 0)

    def _show_reasons(self, reasons: Mapping[str, str]) -> None:
        for key, button in self.buttons.items():
            button.setEnabled(not reasons[key])
            set_tip(button, reasons[key] or self._tips[key])
            button.setAccessibleDescription(button.toolTip())
            if key in self.amounts:
                self.amounts[key].setEnabled(not reasons[key])

    def _not_waiting(self, state: State) -> str:
        """Why a run in this state is left alone; nothing where it waits."""
        if state.is_resting:
            return ""
        if state is State.RUNNING:
            return self.tr("Pause the run to change the unit.")
        if state.is_over:
            return self.tr("This run is over: reset it, train, and pause before its end to change the unit.")
        return self.tr("There is no network yet that could be changed.")

    def _press(self, key: str) -> None:
        amount = self.amounts.get(key)
        if amount is None:
            self.wanted.emit(key, 0.0)
            return
        amount.finish()
        if not amount.problem:
            self.wanted.emit(key, float(amount.value() or 0.0))

    def _describe(self) -> dict[str, str]:
        return {
            "reinitialize": self.tr(
                "Draw its incoming weights and its bias anew, as at the start. A frozen unit learns again."
            ),
            "freeze": self.tr("Keep its incoming weights and its bias as they are from now on."),
            "silence": self.tr(
                "Set its incoming weights and its bias to 0 and keep them there: what is it needed for?"
            ),
            "nudge_bias": self.tr("Add this to its bias. A large enough push wakes a dead ReLU."),
            "make_leaky": self.tr(
                "Give every unit of its layer a small slope below 0, so that a gradient passes again. The weights stay."
            ),
        }

    def _arrange(self) -> None:
        self.hint.setProperty("role", "muted")
        self.hint.reserve(2)
        self.undo.setEnabled(False)
        set_tip(self.undo, self.tr("Take the last change by hand back. Once training goes on, it stays."))
        self.undo.clicked.connect(self.undoWanted)
        self.amounts["nudge_bias"].setAccessibleName(self.tr("How much to add to the bias"))
        self.amounts["make_leaky"].setAccessibleName(self.tr("Slope below 0"))
        row = QHBoxLayout()
        for key in ("reinitialize", "freeze", "silence"):
            row.addWidget(self.buttons[key])
        row.addStretch()
        grid = QGridLayout()
        for line, (key, amount) in enumerate(self.amounts.items()):
            grid.addWidget(self.buttons[key], line, 0)
            amount.setFixedWidth(px(AMOUNT_WIDTH))
            grid.addWidget(amount, line, 1)
        grid.addWidget(self.undo, len(self.amounts), 0)
        grid.setColumnStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.hint)
        nest(layout, row)
        nest(layout, grid)
