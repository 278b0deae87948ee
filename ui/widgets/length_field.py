"""How long to train: a number of epochs or of steps."""

from collections.abc import Iterator

from PySide6.QtWidgets import QHBoxLayout, QWidget

from relulab.catalog.entry import integer
from relulab.experiment import TrainingSpec
from ui.widgets.combo import Combo, Item
from ui.widgets.edit import Edit, Path
from ui.widgets.field_row import FieldRow
from ui.widgets.number_field import NumberField

EPOCHS, STEPS = "epochs", "steps"
LIKELY = {EPOCHS: 10, STEPS: 500}  # what a change of unit begins with


class LengthField(FieldRow):
    """Edits ``epochs`` and ``steps`` of a ``TrainingSpec``, of which exactly one is set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        title = self.tr("Train for")
        self.count = NumberField(integer("length", self.tr("Length"), 10, 1))
        self.unit = Combo(
            (
                Item(EPOCHS, self.tr("epochs"), self.tr("Once through all training samples each")),
                Item(STEPS, self.tr("steps"), self.tr("One batch each")),
            )
        )
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.count, 1)
        row.addWidget(self.unit, 1)
        pair.setFocusProxy(self.count)
        super().__init__(
            title, pair, self.tr("An epoch is once through the training set, a step is one batch."), parent
        )
        self.count.setAccessibleName(title)
        self.unit.setAccessibleName(self.tr("Epochs or steps"))
        self.count.edited.connect(lambda count: self._emit(self.unit.value(), count, typed=True))
        self.unit.edited.connect(lambda unit: self._emit(unit, LIKELY[unit], typed=False))
        self.count.problemChanged.connect(lambda: self.mark((), ""))
        self.count.problemChanged.connect(lambda: self.drafted.emit())

    def setValue(self, training: TrainingSpec) -> None:
        """Show the length of ``training`` without a signal."""
        self.unit.setValue(EPOCHS if training.epochs is not None else STEPS)
        self.count.setValue(training.epochs if training.epochs is not None else training.steps)

    def mark(self, where: Path, message: str) -> None:
        """Other fields of the training have nothing to do with its length."""
        super().mark((), message if where[:1] in ((EPOCHS,), (STEPS,)) else self.count.problem)

    def drafts(self) -> Iterator[tuple[Path, str]]:
        if self.count.problem:
            yield (self.unit.value(),), self.count.problem

    def _emit(self, unit: str, count: int, *, typed: bool) -> None:
        other = STEPS if unit == EPOCHS else EPOCHS
        self.edited.emit(Edit(self.tr("Change training length"), {(unit,): count, (other,): None}, typed))
