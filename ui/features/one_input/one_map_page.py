"""The whole network as one map, where no unit bends: the product of its matrices, and one layer in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from relulab.experiment import ExperimentSpec
from relulab.text import Text
from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.one_input.answer import Matrix
from relulab.views.one_input.one_map import (
    REPLACE,
    REPLACE_TIP,
    difference_words,
    matrix_of_map,
    one_layer_design,
    pictures_words,
    product_words,
)
from ui.features.one_input.tables import NumberTable
from ui.platform.translation import said
from ui.plots.legend import Legend
from ui.plots.weight_images import WeightImages
from ui.widgets.contents import nest
from ui.widgets.labels import set_tip
from ui.widgets.palette import Palette
from ui.widgets.wrapped import WrappedLabel

if TYPE_CHECKING:
    from relulab.introspection.one_map import OneMap


class OneMapPage(QWidget):
    """``replaceWanted``: a design of one layer, and the map that it begins with."""

    replaceWanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.product, self.difference = WrappedLabel(), WrappedLabel()
        self.table = NumberTable(self.tr("The one matrix and the biases of the whole network"))
        self.pictures, self.scale, self.legend = WeightImages(), Legend(), WrappedLabel()
        self.replace = QPushButton(said(REPLACE))
        self._wanted: tuple[ExperimentSpec, OneMap] | None = None
        set_tip(self.replace, said(REPLACE_TIP))
        self.replace.clicked.connect(self._replace)
        self._arrange()

    def show_look(self, info: RunStarted, look: OneInput) -> None:
        """Show the map, or say why there is none; nothing before it was computed."""
        one = look.one_map
        self._wanted = None
        for part in (self.table, self.pictures, self.scale, self.legend, self.difference, self.replace):
            part.setVisible(not isinstance(one, Text | None))
        if one is None or isinstance(one, Text):
            self.product.setText("" if one is None else said(one))
            return
        self.product.setText(said(product_words(one)))
        self._show_matrix(info, matrix_of_map(info, one))
        design = one_layer_design(info.spec, one)
        self._wanted = None if isinstance(design, Text) else (design, one)
        self.replace.setEnabled(self._wanted is not None)
        self.difference.setText(said(design if isinstance(design, Text) else difference_words(one)))
        self.replace.setVisible(len(one.shapes) > 1)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.pictures.set_theme(palette)
        self.scale.set_entries(self.pictures.scale)
        self.legend.setStyleSheet(f"color: {palette.muted};")

    def _show_matrix(self, info: RunStarted, matrix: Matrix) -> None:
        """Every number of a small one; of an image a picture for each output."""
        shape = info.dataset.description.input_shape
        is_image = info.dataset.description.is_image and shape[0] == 1
        self.table.setVisible(matrix.is_small)
        for part in (self.pictures, self.scale, self.legend):
            part.setVisible(is_image)
        if matrix.is_small:
            rows = np.column_stack([matrix.weights, matrix.biases])
            self.table.show_numbers(matrix.outputs, [*matrix.inputs, self.tr("bias")], rows.tolist())
        if is_image:
            self.pictures.show_weights(matrix.weights.reshape(-1, *shape[1:]).astype(np.float32))
            self.legend.setText(said(pictures_words(matrix)))
            self.scale.set_entries(self.pictures.scale)

    @Slot()
    def _replace(self) -> None:
        if self._wanted is not None:
            self.replaceWanted.emit(*self._wanted)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.difference, 1)
        row.addWidget(self.replace)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        for part in (self.product, self.table, self.scale, self.pictures, self.legend):
            layout.addWidget(part)
        nest(layout, row)
        layout.addStretch()
