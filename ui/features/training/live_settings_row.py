"""What can be changed while a network trains, besides the learning rate: clipping, L1 and L2."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QFrame, QWidget

from relulab.catalog.entry import real
from relulab.catalog.optimizers import CLIPPINGS
from relulab.experiment import ClippingChoice, TrainingSpec
from ui.widgets.combo import Combo, Item
from ui.widgets.labels import Label, set_tip
from ui.widgets.number_field import CommittedNumber

LIMIT = real("limit", "Limit", 1.0, 1e-6, 1e6)
PENALTY = 1e-4  # where the arrows begin above 0
L1 = real("l1", "L1", PENALTY, 0.0, 1e3)
L2 = real("l2", "L2", PENALTY, 0.0, 1e3)


class LiveSettings(QFrame):
    """A small form in a pop-up. ``changed`` carries the changed fields of ``TrainingSpec`` by name."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.clipping = Combo(Item(entry.key, entry.title, entry.summary) for entry in CLIPPINGS.values())
        self.limit = CommittedNumber(LIMIT)
        self.l1 = CommittedNumber(L1)
        self.l2 = CommittedNumber(L2)
        self._choice = ClippingChoice(name="none")
        self._arrange()
        self._connect()
        self._show_choice()

    def set_value(self, training: TrainingSpec) -> None:
        """Show the values of ``training`` without telling anybody."""
        self._choice = training.clipping
        self._show_choice()
        self.l1.setValue(training.l1)
        self.l2.setValue(training.l2)

    def _arrange(self) -> None:
        hint = Label(self.tr("These act at once, without a reset."))
        hint.setProperty("role", "muted")
        layout = QFormLayout(self)
        for text, widget, tip in (
            (self.tr("Clip gradients"), self.clipping, self.tr("Limit the gradient before each step")),
            (self.tr("Limit"), self.limit, self.tr("The largest norm or value that a gradient may have")),
            (self.tr("L1"), self.l1, self.tr("Penalty on the sum of |w|: pushes weights to exactly 0")),
            (self.tr("L2"), self.l2, self.tr("Penalty on the sum of w²: keeps weights small")),
        ):
            set_tip(widget, tip)
            widget.setAccessibleName(text)
            layout.addRow(text, widget)
        layout.addRow(hint)

    def _connect(self) -> None:
        self.clipping.edited.connect(self._choose_clipping)
        self.limit.committed.connect(self._change_limit)
        self.l1.committed.connect(lambda value: self.changed.emit({"l1": value}))
        self.l2.committed.connect(lambda value: self.changed.emit({"l2": value}))

    def _show_choice(self) -> None:
        self.clipping.setValue(self._choice.name)
        limits = list(self._choice.parameters.values())
        self.limit.setEnabled(bool(limits))
        if limits:
            self.limit.setValue(limits[0])

    @Slot(object)
    def _choose_clipping(self, name: str) -> None:
        self._choice = ClippingChoice(name=name)
        self._show_choice()
        self.changed.emit({"clipping": self._choice})

    @Slot(object)
    def _change_limit(self, value: float) -> None:
        (name,) = self._choice.parameters
        self._choice = self._choice.replace(parameters={name: value})
        self.changed.emit({"clipping": self._choice})
