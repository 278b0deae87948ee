"""Why the network says what it says: what each input adds to the answer, and the affine map of its region."""

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from relulab.text import Text
from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.one_input.answer import Matrix, Reasons, matrix_of, reasons_of
from ui.features.one_input.lines import Lines
from ui.features.one_input.tables import NumberTable
from ui.platform.translation import said
from ui.plots.legend import Legend
from ui.plots.weight_images import WeightImages
from ui.widgets.contents import nest
from ui.widgets.palette import Palette
from ui.widgets.wrapped import WrappedLabel


class WhyPage(QWidget):
    """The reasons in words and, of an image, as a picture; the matrix below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.about = WrappedLabel(), WrappedLabel()
        self.lines = Lines(self.tr("What each input adds"))
        self.picture, self.scale = WeightImages(), Legend()
        self.matrix = NumberTable(self.tr("The affine map of this region as a matrix"))
        self._image = QWidget()
        self._arrange()

    def show_look(self, info: RunStarted, look: OneInput) -> None:
        """Say why for this input."""
        reasons = reasons_of(info, look)
        self.title.setText(said(reasons.title if isinstance(reasons, Reasons) else reasons))
        self.lines.show_lines(reasons.words if isinstance(reasons, Reasons) else ())
        needed = self.lines.label.heightForWidth(self.lines.viewport().width()) + 2 * self.lines.frameWidth()
        self.lines.setMaximumHeight(needed)
        self.lines.setMinimumHeight(min(needed, self.height() // 2))  # else it scrolls beside a low picture
        self.lines.setVisible(isinstance(reasons, Reasons))
        picture = reasons.picture if isinstance(reasons, Reasons) else None
        self._image.setVisible(picture is not None)
        if picture is not None:
            self.picture.show_weights(np.asarray(picture[None], np.float32))
            self.scale.set_entries(self.picture.scale)
        self._show_matrix(matrix_of(info, look))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.picture.set_theme(palette)
        self.scale.set_entries(self.picture.scale)

    def _show_matrix(self, matrix: Matrix | Text) -> None:
        """Every number of a small one; of a large one how many there are."""
        self.about.setText(said(matrix.words) if isinstance(matrix, Matrix) else "")
        self.about.setVisible(isinstance(matrix, Matrix))
        small = isinstance(matrix, Matrix) and matrix.is_small
        self.matrix.setVisible(small)
        if not isinstance(matrix, Matrix) or not small:
            return
        rows = np.column_stack([matrix.weights, matrix.biases])
        self.matrix.show_numbers(matrix.outputs, [*matrix.inputs, self.tr("bias")], rows.tolist())

    def _arrange(self) -> None:
        self.picture.setAccessibleName(self.tr("What each pixel adds; the arrow keys walk from pixel to pixel"))
        image = QVBoxLayout(self._image)
        image.setContentsMargins(0, 0, 0, 0)
        image.addWidget(self.scale)
        image.addWidget(self.picture)
        image.addStretch()
        middle, words = QHBoxLayout(), QVBoxLayout()
        words.addWidget(self.lines, 1)
        words.addStretch()
        nest(middle, words, 3)
        middle.addWidget(self._image, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self.title)
        nest(layout, middle)
        layout.addWidget(self.about)
        layout.addWidget(self.matrix)
        layout.addStretch(1)
