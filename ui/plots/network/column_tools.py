"""What adds and removes below a column of the network: a unit, a layer. The design does it, as its cards do."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from relulab.catalog.layers import LAYERS
from relulab.views.network.arrange import Shown
from relulab.views.network.columns import Column
from ui.widgets.labels import set_tip

CONTEXT = "ColumnTools"
ADD_UNIT, REMOVE_UNIT, REMOVE_LAYER = "add unit", "remove unit", "remove layer"
COPY_LAYER, FIRST_LAYER, LAST_LAYER = "copy layer", "first layer", "last layer"


def possible(column: Column) -> tuple[str, ...]:
    """What can be added to a column of the network, or taken from it."""
    if column.layer is None:
        return () if column.shown is Shown.IMAGE else (FIRST_LAYER,)
    if column.layer.index is None:
        return (LAST_LAYER,)
    if not LAYERS[column.layer.kind].sized_by:
        return COPY_LAYER, REMOVE_LAYER
    return (ADD_UNIT, *((REMOVE_UNIT,) if column.units > 1 else ()), COPY_LAYER, REMOVE_LAYER)


class ColumnTools(QWidget):
    """Small buttons below a column. ``wanted`` carries one of the keys above."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.buttons = {key: QToolButton(self, autoRaise=True) for key in _words()}
        for key, (words, tip) in _words().items():
            button = self.buttons[key]
            button.setText(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the network
            button.setAccessibleName(tip)
            set_tip(button, tip)
            button.clicked.connect(lambda _checked=False, key=key: self.wanted.emit(key))
            row.addWidget(button)
        self.hide()

    def offer(self, keys: Sequence[str], middle: float, top: int) -> None:
        """Show these below the column whose middle is there, inside of the network's width."""
        for key, button in self.buttons.items():
            button.setVisible(key in keys)
        self.setVisible(bool(keys))
        self.adjustSize()
        around = self.parentWidget()
        room = around.width() - self.width() if around is not None else 0
        self.move(round(min(max(middle - self.width() / 2, 0), max(0, room))), top)
        self.raise_()


def _words() -> dict[str, tuple[str, str]]:
    """What stands on each button, and what it does."""
    say = QCoreApplication.translate
    return {
        ADD_UNIT: (say(CONTEXT, "+ unit"), say(CONTEXT, "Add a unit to this layer of the design (Insert)")),
        REMOVE_UNIT: (say(CONTEXT, "× unit"), say(CONTEXT, "Remove a unit of this layer of the design (Delete)")),
        FIRST_LAYER: (say(CONTEXT, "+ layer"), say(CONTEXT, "Add a dense layer right behind the input")),
        LAST_LAYER: (say(CONTEXT, "+ layer"), say(CONTEXT, "Add a dense layer right before the output")),
        COPY_LAYER: (say(CONTEXT, "+ layer"), say(CONTEXT, "Add a layer like this one behind it (Shift+Insert)")),
        REMOVE_LAYER: (say(CONTEXT, "× layer"), say(CONTEXT, "Remove this layer from the design (Shift+Delete)")),
    }
