"""Where a unit fires: its activation over a plane of inputs, and the training samples that excite it most."""

import numpy as np
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from relulab.catalog.losses import Task
from relulab.formatting import rounded, signed
from relulab.text import text
from relulab.training.telemetry import RunStarted, UnitDetails
from relulab.views.output import VALUE_MAP
from relulab.views.samples import TRAINING_SAMPLES, input_names, sample_images
from relulab.views.unit import excitement_in_words, exciting_samples, is_excited
from ui.platform.translation import said
from ui.plots.legend import Legend, LegendEntry, scale_entry
from ui.plots.line_hand import LineHand
from ui.plots.thumbnails import Thumbnails
from ui.plots.unit_plane import UnitPlane
from ui.widgets.labels import HtmlLabel, as_html
from ui.widgets.palette import LIGHT, Palette, colour_table
from ui.widgets.sizes import px
from ui.widgets.wrapped import WrappedLabel

PLANE_HEIGHT = 250  # pixels
IMAGES_HEIGHT = 176


class Excitement(QWidget):
    """``begin`` comes before the first unit of a run and after a change of theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = WrappedLabel()
        self.legend = Legend()
        self.plane = UnitPlane()
        self.hand = LineHand(self.plane)
        self.images = Thumbnails()
        self.table = HtmlLabel()
        self._colours: Palette = LIGHT
        self._info: RunStarted | None = None
        self.table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.plane.setFixedHeight(px(PLANE_HEIGHT))
        self.images.setFixedHeight(px(IMAGES_HEIGHT))
        self.images.setAccessibleName(said(TRAINING_SAMPLES))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for part in (self.sentence, self.legend, self.plane, self.images, self.table):
            layout.addWidget(part)

    def begin(self, info: RunStarted, palette: Palette) -> None:
        """Get ready for the units of a run."""
        self._info, self._colours = info, palette
        self.plane.set_theme(palette)
        self.images.set_theme(palette)
        if info.dataset.description.input_shape == (2,):
            train = info.dataset.train
            classes = info.dataset.description.task is Task.CLASSIFICATION
            colours = [palette.class_colour(int(k)) if classes else palette.muted for k in train.targets.reshape(-1)]
            self.plane.axes.set_titles(*input_names(info.dataset.description, said))
            self.plane.show_samples(train.inputs, colours[: len(train)])

    def show_details(self, details: UnitDetails | None, reason: str = "") -> None:
        """Draw ``details``; None while they are on their way, or for the ``reason`` that they cannot be had."""
        info = self._info
        if info is None:
            return
        shape = info.dataset.description.input_shape
        excited = details is not None and is_excited(details)
        self.sentence.setText(reason if details is None else said(excitement_in_words(details, info)))
        for part, wanted in (
            (self.plane, details is not None and details.plane is not None),
            (self.legend, details is not None and details.plane is not None),
            (self.images, excited and len(shape) == 3),
            (self.table, excited and len(shape) == 1 and shape != (2,)),
        ):
            part.setVisible(wanted)
        if details is None:
            return
        if details.plane is not None:
            self._show_plane(details, info, excited)
        elif len(shape) == 3:
            notes = [text("h = {value}", value=value) for value in details.activations]
            self.images.show_answers(sample_images(info.dataset, details.samples.tolist(), notes, said))
        else:
            self.table.setText(table_html(exciting_samples(details, info, said)))

    def _show_plane(self, details: UnitDetails, info: RunStarted, excited: bool) -> None:
        plane = details.plane
        assert plane is not None
        self.plane.show_unit(plane.values, plane.x_range, plane.y_range, self.tr("activation h"))
        train = info.dataset.train.inputs
        held = details.samples[details.samples < len(train)] if excited else details.samples[:0]
        self.plane.ring(train[held])
        low, high = float(np.nanmin(plane.values)), float(np.nanmax(plane.values))
        entries = [scale_entry(signed(f"h: {rounded(low)} … {rounded(high)}"), colour_table(VALUE_MAP))]
        if info.layout.layers[details.layer].kind == "dense" and details.layer == 0:
            self.plane.show_line(details.weights, details.bias, plane.x_range, plane.y_range)
            line = self.tr("w·x + b = 0, arrow: where it is above 0")
            name = line if self.plane.line else self.tr("w·x + b = 0: outside")
            entries.append(LegendEntry(name, (self._colours.foreground,)))
        else:
            self.plane.hide_line()
        self.legend.set_entries(tuple(entries))


def table_html(rows: list[list[str]]) -> str:
    """Rows of as many values each."""
    cells = ["".join(f'<td align="right">&nbsp;&nbsp;{as_html(text)}</td>' for text in row) for row in rows]
    return f"<table cellspacing=0>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
