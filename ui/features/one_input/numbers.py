"""Fields for an input of few numbers: a point of a plane, a row of a table."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Dataset
from relulab.views.samples import input_names
from ui.widgets.decimal_field import DecimalField
from ui.widgets.explained import explained
from ui.widgets.layouts import column
from ui.widgets.number_field import field_height

MOST_FIELDS = 40
ROOM = 0.5  # of the data's extent, beyond which no number can be chosen
LEAST_DECIMALS = 4
STEPS = 50  # of the arrows, from one end of the data to the other


class NumberFields(QWidget):
    """A field for each input, in the units of the data; none where they are many. ``changed``: see ``values``."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[DecimalField] = []
        self._column = column(self, spacing=2)

    @property
    def values(self) -> NDArray[np.float64]:
        """What the fields say."""
        return np.array([field.value() for field in self.fields])

    def begin(self, dataset: Dataset) -> None:
        """Fields for the inputs of this data set."""
        while self.fields:
            self.fields.pop().deleteLater()
        if dataset.description.is_image or dataset.description.input_shape[0] > MOST_FIELDS:
            return
        own = dataset.original(dataset.train.inputs)
        for name, low, high in zip(input_names(dataset.description), own.min(axis=0), own.max(axis=0), strict=True):
            extent = max(float(high - low), 1e-6)
            reach = ROOM * extent
            field = DecimalField(float(low) - reach, float(high) + reach, _decimals(extent), f"{name} = ")
            field.setAccessibleName(name)
            field.setKeyboardTracking(False)
            field.setSingleStep(extent / STEPS)
            field.setMinimumSize(1, field_height(field))
            field.valueChanged.connect(self._tell)
            explained(field, "input")
            self.fields.append(field)
            self._column.addWidget(field)

    def show_values(self, own: NDArray[np.float32]) -> None:
        """Show these, without a signal."""
        for field, value in zip(self.fields, own, strict=False):
            with QSignalBlocker(field):
                field.setValue(float(value))

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()


def _decimals(extent: float) -> int:
    """So many that a step of the arrows has three digits, and at least four."""
    return max(LEAST_DECIMALS, 2 - math.floor(math.log10(extent / STEPS)))
