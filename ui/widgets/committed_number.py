"""A number field for values that act at once on a running network.

Typing 1e-3 passes through 1, and a learning rate of 1 for half a second ruins a network: here a typed number
counts when it is finished (Enter, or leaving the field), a step with the arrows at once.
"""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from relulab.catalog.entry import Parameter, Value
from ui.widgets.number_field import NumberField


class CommittedNumber(NumberField):
    """``committed`` carries each finished value; a text that is no number gives way to the value before."""

    committed = Signal(object)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent=parent)
        self._finished: Value | None = self.value()
        self.editingFinished.connect(self._commit)

    def setValue(self, value: Value | None) -> None:
        super().setValue(value)
        self._finished = self.value()

    def stepBy(self, steps: int) -> None:
        super().stepBy(steps)
        self._commit()

    @Slot()
    def _commit(self) -> None:
        if self.problem:
            super().setValue(self._finished)
            self.revert()
        elif self.value() != self._finished:
            self._finished = self.value()
            self.committed.emit(self._finished)
