"""Backward in slow motion: the loss, then the deltas of each layer, each product written out, and a check of them."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from relulab.training.one_input import OneInput
from relulab.training.telemetry import RunStarted
from relulab.views.one_input.back import BackView, back_view
from ui.features.one_input.walk import Walk
from ui.platform.translation import said
from ui.widgets.labels import Label
from ui.widgets.palette import LIGHT, Palette


class BackwardPage(QStackedWidget):
    """Its verdict says whether backpropagation agrees with a difference quotient; it is red where it does not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.walk = Walk(self.tr("What this step computes"))
        self.why_not = Label(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._view: BackView | None = None
        self._colours = LIGHT
        self.addWidget(self.why_not)
        self.addWidget(self.walk)
        self.walk.steps.moved.connect(self._draw)

    def show_look(self, info: RunStarted, look: OneInput) -> None:
        """Draw the way back of this input, or say why there is none."""
        view = back_view(info, look)
        self._view = view if isinstance(view, BackView) else None
        self.setCurrentIndex(int(self._view is not None))
        if isinstance(view, BackView):
            self.walk.steps.set_steps(len(view.steps))
            self._draw()
        else:
            self.why_not.setText(said(view))

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self.walk.picture.set_theme(palette)
        self.why_not.setStyleSheet(f"color: {palette.muted};")
        self._draw()

    @Slot()
    def _draw(self) -> None:
        view, walk = self._view, self.walk
        if view is None:
            return
        step = view.steps[walk.steps.step]
        walk.steps.name.setText(said(step.title))
        revealed = range(step.layer if walk.steps.step else len(view.columns), len(view.columns))
        walk.picture.show_columns(view.columns, step.layer, revealed, hides_off=False)
        walk.lines.show_lines(step.lines)
        mark, colour = ("✓", self._colours.good) if view.agrees else ("✗", self._colours.error)
        walk.verdict.setText(f"{mark} {said(view.verdict)}")
        walk.verdict.setStyleSheet(f"color: {colour}; font-weight: bold;")
