"""Which curve is to be built: one of a few, or a formula of one's own with its range."""

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from relulab.catalog.entry import real
from relulab.errors import DataError
from relulab.views.hand_built import OWN, TARGETS, Target
from ui.platform.translation import said
from ui.widgets.combo import Combo, Item
from ui.widgets.contents import nest
from ui.widgets.controls import TextField
from ui.widgets.labels import Label
from ui.widgets.layouts import column
from ui.widgets.messages import ProblemLine
from ui.widgets.number_field import NumberField

FURTHEST = 1000.0  # of x, as in the data set of one's own formula


class TargetRow(QWidget):
    """``chosen`` carries a ``Target`` that can be computed; of another one the row says what is wrong."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = Combo([Item(target.key, said(target.title)) for target in TARGETS.values()])
        self.formula = TextField()
        self.low = NumberField(real("low", self.tr("The lower end of x"), 0.0, -FURTHEST, FURTHEST))
        self.high = NumberField(real("high", self.tr("The upper end of x"), 1.0, -FURTHEST, FURTHEST))
        self.own_fields = QWidget()
        self.problem = ProblemLine()
        self._own = TARGETS[OWN]
        self._arrange()
        self.combo.edited.connect(self._choose)
        for field in (self.formula, self.low, self.high):
            field.edited.connect(self._read)
        self.show_target(next(iter(TARGETS.values())))

    def show_target(self, target: Target) -> None:
        """Show this one without a signal."""
        self.combo.setValue(target.key)
        self.formula.setValue(target.formula)
        self.low.setValue(target.low)
        self.high.setValue(target.high)
        self.own_fields.setVisible(target.key == OWN)
        self.problem.set_text("")

    @Slot(object)
    def _choose(self, key: str) -> None:
        target = self._own if key == OWN else TARGETS[key]
        self.show_target(target)
        self.chosen.emit(target)

    @Slot()
    def _read(self) -> None:
        low, high = (self._number(field) for field in (self.low, self.high))
        target = self._own.own(self.formula.value(), low, high)
        try:
            len(target.curve)
        except DataError as error:
            self.problem.set_text(str(error))
            return
        self.problem.set_text("")
        self._own = target
        self.chosen.emit(target)

    def _number(self, field: NumberField) -> float:
        value = field.value()
        return float(value) if isinstance(value, int | float) else math.nan

    def _arrange(self) -> None:
        own = QHBoxLayout(self.own_fields)
        own.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        for words, field, stretch, part in (
            (self.tr("Target"), self.combo, 2, row),
            ("y =", self.formula, 3, own),
            (self.tr("from x ="), self.low, 1, own),
            (self.tr("to"), self.high, 1, own),
        ):
            name = Label(words)
            name.setBuddy(field)
            part.addWidget(name)
            part.addWidget(field, stretch)
        row.addWidget(self.own_fields, 3)
        row.addStretch(1)
        layout = column(self)
        nest(layout, row)
        layout.addWidget(self.problem)
