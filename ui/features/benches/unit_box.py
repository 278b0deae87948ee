"""The chosen ReLU of a sum: its numbers as fields, and what can be done with it."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QWidget

from relulab.catalog.entry import real
from relulab.introspection.relu_sum import LEFT, RIGHT, BuiltUnit, ReluSum
from relulab.views.activations import LARGEST_INPUT
from relulab.views.hand_built import MOST_UNITS
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.icons import IconButton
from ui.widgets.labels import Label
from ui.widgets.layouts import column
from ui.widgets.number_field import NumberField

SIDES = {"right": RIGHT, "left": LEFT}


class UnitBox(QWidget):
    """``edited`` carries what the chosen ReLU became, ``offsetEdited`` the number that is added to all ReLUs.

    ``walked`` says by how many to go on, ``added`` and ``removed`` that one shall come or go.
    """

    edited = Signal(object)
    offsetEdited = Signal(object)
    walked = Signal(int)
    added = Signal()
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = BuiltUnit(0.0, 0.0)
        self.which = Label()
        self.before = IconButton("up", self.tr("The ReLU before"))
        self.after = IconButton("down", self.tr("The next ReLU"))
        self.kink = NumberField(real("kink", self.tr("Kink"), 0.0, -LARGEST_INPUT, LARGEST_INPUT))
        self.slope = NumberField(real("slope", self.tr("Slope"), 0.1, -LARGEST_INPUT, LARGEST_INPUT))
        self.side = Combo([Item("right", self.tr("to the right")), Item("left", self.tr("to the left"))])
        self.offset = NumberField(real("offset", self.tr("Offset"), 0.0, -LARGEST_INPUT, LARGEST_INPUT))
        self.add = QPushButton(self.tr("&Add a ReLU"))
        self.remove = QPushButton(self.tr("&Remove it"))
        self._arrange()
        self._connect()

    def show_sum(self, built: ReluSum, chosen: int) -> None:
        """Show the chosen ReLU, or that there is none."""
        count = len(built.units)
        some = count > 0
        if some:
            self._unit = built.units[chosen]
            self.kink.setValue(self._unit.kink)
            self.slope.setValue(self._unit.slope)
            self.side.setValue("right" if self._unit.side == RIGHT else "left")
        chosen_words = self.tr("ReLU {number} of {count}").format(number=chosen + 1, count=count)
        self.which.setText(chosen_words if some else self.tr("No ReLU yet"))
        self.offset.setValue(built.offset)
        for widget in (self.kink, self.slope, self.side, self.remove):
            widget.setEnabled(some)
        for button in (self.before, self.after):
            button.setEnabled(count > 1)
        self.add.setEnabled(count < MOST_UNITS)

    def _connect(self) -> None:
        self.kink.edited.connect(lambda value: self.edited.emit(replace(self._unit, kink=value)))
        self.slope.edited.connect(lambda value: self.edited.emit(replace(self._unit, slope=value)))
        self.side.edited.connect(self._turn)
        self.offset.edited.connect(self.offsetEdited)
        self.before.clicked.connect(lambda: self.walked.emit(-1))
        self.after.clicked.connect(lambda: self.walked.emit(1))
        self.add.clicked.connect(lambda: self.added.emit())
        self.remove.clicked.connect(lambda: self.removed.emit())

    @Slot(object)
    def _turn(self, key: str) -> None:
        self.edited.emit(replace(self._unit, side=SIDES[key]))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.which, 1)
        head.addWidget(self.before)
        head.addWidget(self.after)
        form = QFormLayout()
        form.addRow(self.tr("Kink at x ="), self.kink)
        form.addRow(self.tr("Slope"), self.slope)
        form.addRow(self.tr("On"), self.side)
        form.addRow(self.tr("Added to all"), self.offset)
        buttons = QHBoxLayout()
        for button in (self.add, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = column(self, spacing=8)
        nest(layout, head)
        nest(layout, form)
        nest(layout, buttons)
