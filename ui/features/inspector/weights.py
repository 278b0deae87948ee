"""What a unit listens to: its incoming weights as pictures, as bars, or as a formula where they are few."""

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.training.telemetry import RunStarted, UnitDetails
from relulab.views.unit import has_formula, is_picture, source_names, weights_in_words
from ui.platform.translation import said
from ui.plots.legend import Legend
from ui.plots.weight_images import WeightBars, WeightImages, greatest, weight_scale
from ui.widgets.palette import Palette
from ui.widgets.wrapped import WrappedLabel


class Weights(QWidget):
    """``sentence`` says what is drawn; of few weights it is the formula of z."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images = WeightImages()
        self.bars = WeightBars()
        self.scale = Legend()
        self.sentence = WrappedLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for part in (self.sentence, self.scale, self.images, self.bars):
            layout.addWidget(part)

    def show_details(self, details: UnitDetails | None, info: RunStarted) -> None:
        """Draw the weights of ``details``; None while they are on their way."""
        pictured = details is not None and is_picture(details)
        barred = details is not None and not (pictured or has_formula(details))
        weights = np.zeros(0, np.float32) if details is None else details.weights
        pictures = weights.reshape(-1, *weights.shape[-2:]) if pictured else np.zeros((0, 1, 1), np.float32)
        self.images.show_weights(pictures)
        name_of = str if details is None else source_names(info, details, said)
        self.bars.show_weights(weights if barred else np.zeros(0, np.float32), name_of)
        self.images.setVisible(pictured)
        self.scale.setVisible(pictured)
        self.bars.setVisible(barred)
        self.scale.set_entries((weight_scale(greatest(pictures)),) if pictured else ())
        self.sentence.setText("" if details is None else said(weights_in_words(details, self.images.left_out)))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.images.set_theme(palette)
        self.bars.set_theme(palette)
