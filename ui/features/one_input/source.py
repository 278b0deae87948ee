"""Which input is looked at: a sample by its number, one that is drawn, or numbers of one's own."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QToolButton, QWidget

from relulab.data.drawn_images import pad_for
from relulab.training.one_input import Question
from relulab.training.telemetry import RunStarted
from relulab.views.samples import checked_split, to_pixels
from ui.features.one_input.numbers import NumberFields
from ui.features.one_input.pad import SIDE, DrawingPad
from ui.platform.translation import said
from ui.plots.snapshot import image_of
from ui.widgets.explained import all_explained
from ui.widgets.labels import Label, set_tip
from ui.widgets.layouts import column
from ui.widgets.palette import Palette
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

LEAST_FIELD = 100  # pixels


class Source(QWidget):
    """``asked``: another input is looked at, because the user said so."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sample = QSpinBox(minimum=1, prefix=self.tr("sample "))
        self.before, self.after = QToolButton(), QToolButton()
        self.what = WrappedLabel()
        self.pad, self.numbers, self._picture = DrawingPad(), NumberFields(), Label()
        self._info: RunStarted | None = None
        self._own: NDArray[np.float32] | None = None  # as scaled: what is drawn, typed or pointed at
        self._arrange()
        all_explained("sample", self.sample, self.what)

    @property
    def question(self) -> Question | None:
        """The input that is looked at; None before there is any data."""
        if self._info is None:
            return None
        if self._own is not None:
            return Question(self._own)
        split = checked_split(self._info.dataset)[1]
        index = min(self.sample.value() - 1, len(split) - 1)
        one = split.at(slice(index, index + 1))
        return Question(one.inputs[0], one.targets[0])

    @property
    def followed(self) -> tuple[int, tuple[float, ...]]:
        """The chosen sample, from 0, and where there is one the user's own input, in the units of the data in a row."""
        if self._own is None or self._info is None:
            return self.sample.value() - 1, ()
        own = self._info.dataset.original(self._own[None])[0]
        return self.sample.value() - 1, tuple(float(value) for value in own.reshape(-1))

    def begin(self, info: RunStarted) -> None:
        """Offer the samples of this run's data, and the way to make an input of one's own."""
        same = self._info is not None and self._info.dataset.description == info.dataset.description
        self._info = info
        held = len(checked_split(info.dataset)[1])
        with QSignalBlocker(self.sample):
            self.sample.setMaximum(max(1, held))
        self.sample.setSuffix(self.tr(" of {count:,}").format(count=held))
        if not same or self._own is None:
            self._own = None
            self._choose_part(info)
            self._show_sample()

    def choose(self, index: int) -> None:
        """Look at this sample, counted from 0."""
        if index + 1 == self.sample.value():
            self._take_sample()
        else:
            self.sample.setValue(index + 1)

    def choose_point(self, point: NDArray[np.float32]) -> None:
        """Look at a point of the plane, as scaled."""
        if self._info is not None:
            self.numbers.show_values(self._info.dataset.original(point[None])[0])
            self._take_own(point, self.tr("a point chosen by you"))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.pad.paper.set_theme(palette)
        self.what.setStyleSheet(f"color: {palette.muted};")

    def _choose_part(self, info: RunStarted) -> None:
        """The part that suits the data."""
        description = info.dataset.description
        pad = pad_for(info.spec.data.dataset.name, description)
        if pad is not None:
            self.pad.paper.set_pad(pad)
        elif not description.is_image:
            self.numbers.begin(info.dataset)
        self.pad.setVisible(pad is not None)
        self.numbers.setVisible(not description.is_image)
        self._picture.setVisible(description.is_image and pad is None)

    @Slot()
    def _take_sample(self) -> None:
        """The chosen sample again, in the place of an input of one's own."""
        self._own = None
        self._show_sample()
        self.asked.emit()

    def _show_sample(self) -> None:
        """Show the chosen sample where an input of one's own is made, so that it can be changed."""
        question = self.question
        if question is None or self._info is None:
            return
        dataset = self._info.dataset
        own = dataset.original(question.inputs[None])[0]
        self.what.setText(self.tr("from the {kind}").format(kind=said(checked_split(dataset)[0])))
        if not self.numbers.isHidden():
            self.numbers.show_values(own)
        elif not self.pad.isHidden():
            self.pad.paper.lay(own[0].astype(np.float64))
        else:
            image = QPixmap.fromImage(image_of(to_pixels(question.inputs[None])[0]))
            self._picture.setPixmap(image.scaled(SIDE, SIDE))

    @Slot()
    def _take_drawing(self) -> None:
        self._take_own(self._scaled(self.pad.paper.image()[None]), self.tr("drawn by you"))

    @Slot()
    def _take_numbers(self) -> None:
        self._take_own(self._scaled(self.numbers.values), self.tr("chosen by you"))

    def _scaled(self, own: NDArray[np.float64]) -> NDArray[np.float32]:
        assert self._info is not None, "inputs are made for a run alone"
        return np.asarray((own - self._info.dataset.offset) / self._info.dataset.scale, np.float32)

    def _take_own(self, inputs: NDArray[np.float32], what: str) -> None:
        self._own = inputs
        self.what.setText(what)
        self.asked.emit()

    def _arrange(self) -> None:
        self.sample.setAccessibleName(self.tr("The sample that is looked at"))
        self.sample.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.sample.setMinimumWidth(px(LEAST_FIELD))
        self.sample.setKeyboardTracking(False)
        for button, arrow, step, tip in (
            (self.before, Qt.ArrowType.LeftArrow, self.sample.stepDown, self.tr("The sample before")),
            (self.after, Qt.ArrowType.RightArrow, self.sample.stepUp, self.tr("The next sample")),
        ):
            button.setArrowType(arrow)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(tip)
            set_tip(button, tip)
            button.clicked.connect(step)
        row = QWidget()
        chooser = QHBoxLayout(row)
        chooser.setContentsMargins(0, 0, 0, 0)
        chooser.setSpacing(2)
        chooser.addWidget(self.before)
        chooser.addWidget(self.sample, 1)
        chooser.addWidget(self.after)
        column(self, row, self.what, self.pad, self.numbers, self._picture, spacing=4)
        for part in (self.pad, self.numbers, self._picture):
            part.hide()
        self.sample.valueChanged.connect(self._take_sample)
        self.pad.drawn.connect(self._take_drawing)
        self.numbers.changed.connect(self._take_numbers)
