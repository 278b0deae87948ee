"""Forward, layer by layer: what each unit says, which are on, and what changes when those that are off are hidden."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.one_input.columns import WayColumn, cut_words, forward_columns, layer_words
from ui.features.one_input.walk import Walk
from ui.platform.translation import said
from ui.widgets.labels import set_tip
from ui.widgets.layouts import column
from ui.widgets.palette import Palette


class ForwardPage(QWidget):
    """Stands at the last layer at first, where everything is to be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hide_off = QCheckBox(self.tr("Hide units that are off"))
        self.walk = Walk(self.tr("What this layer computes"), self.hide_off)
        self._shown: tuple[RunStarted, OneInput, tuple[WayColumn, ...]] | None = None
        set_tip(self.hide_off, self.tr("Take them out of the network and compute the outputs again"))
        column(self, self.walk)
        self.walk.verdict.hide()
        self.walk.steps.moved.connect(self._draw)
        self.hide_off.toggled.connect(self._draw)

    def show_look(self, info: RunStarted, look: OneInput) -> None:
        """Draw the way of this input."""
        columns = forward_columns(info, look)
        changed = self._shown is None or self._shown[0].layout != info.layout
        self._shown = (info, look, columns)
        self.walk.steps.set_steps(len(columns))
        if changed:
            self.walk.steps.show_step(len(columns) - 1)
        self._draw()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.walk.picture.set_theme(palette)

    @Slot()
    def _draw(self) -> None:
        if self._shown is None:
            return
        info, look, columns = self._shown
        walk, step, hides = self.walk, self.walk.steps.step, self.hide_off.isChecked()
        walk.steps.name.setText(said(columns[step].titles[0]))
        walk.picture.show_columns(columns, step, range(step + 1), hides_off=hides)
        walk.lines.show_lines(layer_words(info, look, step))
        walk.verdict.setText(said(cut_words(look)) if hides else "")
        walk.verdict.setVisible(hides)
