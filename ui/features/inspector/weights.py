"""What a unit listens to: its incoming weights as pictures, as bars, or as a formula where they are few."""

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from relulab.training.telemetry import RunStarted, UnitDetails
from relulab.views.samples import input_name, input_names
from ui.features.inspector.words import unit_label
from ui.platform.translation import said
from ui.plots.legend import Legend
from ui.plots.weight_bars import WeightBars
from ui.plots.weight_images import WeightImages, greatest, weight_scale
from ui.widgets.palette import Palette
from ui.widgets.wrapped import WrappedLabel

FORMULA_UP_TO = 3  # weights


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
        weights = np.zeros(0, np.float32) if details is None else details.weights
        pictures = weights[np.newaxis] if weights.ndim == 2 else weights
        is_picture = pictures.ndim == 3
        few = not is_picture and len(weights) <= FORMULA_UP_TO
        self.images.show_weights(pictures if is_picture else np.zeros((0, 1, 1), np.float32))
        name_of = source_names(info, details.layer, len(weights)) if details is not None else str
        self.bars.show_weights(weights if not (is_picture or few) else weights[:0], name_of)
        self.images.setVisible(is_picture)
        self.scale.setVisible(is_picture)
        self.bars.setVisible(not (is_picture or few))
        self.scale.set_entries((weight_scale(greatest(pictures)),) if is_picture else ())
        self.sentence.setText("" if details is None else self._sentence(details, few))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.images.set_theme(palette)
        self.bars.set_theme(palette)

    def _sentence(self, details: UnitDetails, few: bool) -> str:
        if few:
            return self.tr("z = {formula}").format(formula=formula(details))
        norm = float(np.linalg.norm(details.weights))
        parts = [self.tr("{count:,} weights, norm {norm:.4g}").format(count=details.weights.size, norm=norm)]
        if np.isfinite(details.bias):
            parts.append(self.tr("bias {bias:.4g}").format(bias=details.bias))
        if self.images.left_out:
            parts.append(self.tr("{count:,} more channels are not drawn").format(count=self.images.left_out))
        return " · ".join(parts)


def formula(details: UnitDetails) -> str:
    """The sum that a unit of few weights computes. The scale and shift of a norm layer act on one number x."""
    weights = details.weights.tolist()
    names = ["x"] if len(weights) == 1 else [f"x{'₁₂₃'[i]}" for i in range(len(weights))]
    terms = [f"{weight:.4g}·{name}" for weight, name in zip(weights, names, strict=True)]
    if np.isfinite(details.bias):
        terms.append(f"{details.bias:.4g}")
    return " + ".join(terms).replace("+ -", "− ")


def source_names(info: RunStarted, layer: int, count: int) -> Callable[[int], str]:
    """What the ``count`` inputs of a layer are called: features of the data, or units of the layer before."""
    layers = info.layout.layers
    if layer == 0 and len(info.dataset.description.input_shape) == 1:
        names = input_names(info.dataset.description, said)
        return lambda i: names[i] if i < len(names) else str(i + 1)
    if layer > 0 and layers[layer - 1].units == count:
        return lambda i: unit_label(info.layout, (layer - 1, i))
    return lambda i: said(input_name(i))
