"""The output as classes: sample pictures with the network's answers, and the confusion matrix."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from relulab.views.output import ClassesOutput
from ui.plots.confusion import ConfusionMatrix
from ui.plots.legend import LegendEntry
from ui.plots.thumbnails import Thumbnails
from ui.widgets.palette import Palette

IMAGES = 64  # of the validation set, made ready to be shown
SIDE_BY_SIDE_FROM = 460  # pixels of width for samples and matrix beside each other


class ClassesView:
    """Classes of anything: sample predictions where the samples are images, and the confusion matrix."""

    def __init__(self) -> None:
        self.thumbnails = Thumbnails()
        self.matrix = ConfusionMatrix()
        self.widget = SideBySide(self.thumbnails, self.matrix)
        self._images: NDArray[np.uint8] = np.empty(0, np.uint8)

    def begin(self, output: ClassesOutput, palette: Palette) -> None:
        self.thumbnails.set_theme(palette)
        self.matrix.set_theme(palette)
        self.widget.set_has_first(output.description.is_image)
        self._images = output.images(IMAGES)

    def show(self, output: ClassesOutput) -> None:
        self.matrix.show_classes(output)
        self.thumbnails.show_answers(output.answers(self._images))

    def legend(self) -> tuple[LegendEntry, ...]:
        return ()


class SideBySide(QWidget):
    """Two widgets beside each other; in a narrow view one of them, as ``chosen`` (0 or 1)."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self.chosen = 0
        self.narrow = False
        self._parts = (first, second)
        self._has_first = True
        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(first, 1)
        layout.addWidget(second, 1)

    @property
    def has_choice(self) -> bool:
        """Whether only one of two parts is to be seen."""
        return self.narrow and self._has_first

    def set_has_first(self, has: bool) -> None:
        """Whether there is a first part at all."""
        self._has_first = has
        self._arrange()

    def choose(self, part: int) -> None:
        """The part to be seen in a narrow view."""
        self.chosen = part
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.narrow = self.width() < SIDE_BY_SIDE_FROM
        self._arrange()

    def _arrange(self) -> None:
        self._parts[0].setVisible(self._has_first and (not self.narrow or self.chosen == 0))
        self._parts[1].setVisible(not self.has_choice or self.chosen == 1)
