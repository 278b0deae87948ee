"""The output as classes: sample pictures with the network's answers, and the confusion matrix."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from relulab.formatting import percent
from relulab.report.figures.pixels import to_pixels
from relulab.session.store import RunInfo
from relulab.training.telemetry import ClassesPicture
from ui.platform.translation import translate
from ui.plots.confusion import ConfusionMatrix
from ui.plots.legend import LegendEntry
from ui.plots.picture_words import class_names, samples_name
from ui.plots.thumbnails import Thumbnail, Thumbnails
from ui.widgets.palette import LIGHT, Palette

IMAGES = 64  # of the validation set, made ready to be shown
SIDE_BY_SIDE_FROM = 460  # pixels of width for samples and matrix beside each other


class ClassesView:
    """Classes of anything: sample predictions where the samples are images, and the confusion matrix."""

    def __init__(self) -> None:
        self.thumbnails = Thumbnails()
        self.matrix = ConfusionMatrix()
        self.widget = SideBySide(self.thumbnails, self.matrix)
        self._palette = LIGHT
        self._names: tuple[str, ...] = ()
        self._samples = ""
        self._pixels: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._targets: NDArray[np.int64] = np.empty(0, np.int64)

    def begin(self, info: RunInfo, palette: Palette) -> None:
        self._palette, self._names, self._samples = palette, class_names(info), samples_name(info)
        self.thumbnails.set_theme(palette)
        self.matrix.set_theme(palette)
        dataset = info.dataset
        shown = dataset.validation if len(dataset.validation) else dataset.train
        self._targets = shown.targets
        self.widget.set_has_first(dataset.description.is_image)
        self._pixels = to_pixels(shown.inputs[:IMAGES]) if dataset.description.is_image else self._pixels[:0]

    def show(self, picture: ClassesPicture) -> None:
        self.matrix.show_counts(picture.confusion, self._names)
        shares = np.nan_to_num(picture.probabilities, nan=-1.0)
        best = shares.argmax(axis=1)
        self.thumbnails.show_thumbnails(
            [
                Thumbnail(
                    self._pixels[sample],
                    self._names[best[i]],
                    self._names[int(self._targets[sample])],
                    float(picture.probabilities[i, best[i]]),
                )
                for i, sample in enumerate(picture.samples)
                if sample < len(self._pixels)
            ]
        )

    def legend(self) -> tuple[LegendEntry, ...]:
        return ()

    def sentence(self, picture: ClassesPicture) -> str:
        total = int(picture.confusion.sum())
        right = int(np.trace(picture.confusion))
        share = percent(right / total, 1) if total else "–"
        words = translate(
            "Pictures", "Right: {right:,} of {total:,} {samples} ({share}), dropout off · last at step {step:,}"
        )
        return words.format(right=right, total=total, samples=self._samples, share=share, step=picture.step)


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
