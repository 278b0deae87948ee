"""Two line plots over the same steps, one above the other: one x axis, one reading cursor, one zoom."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.plots.cursor import NOWHERE, ReadingCursor
from ui.plots.line_plot import LinePlot
from ui.widgets.palette import Palette


class PlotPair(QWidget):
    """``top`` and ``bottom``; the bottom one may be hidden."""

    def __init__(self, top: LinePlot, bottom: LinePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.top, self.bottom = top, bottom
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(top, 3)
        layout.addWidget(bottom, 2)
        self.reading = ReadingCursor((top, bottom), self)
        top.zoomed.connect(self._top_zoomed)
        bottom.zoomed.connect(self._bottom_zoomed)
        self.show_bottom(True)

    def show_bottom(self, shown: bool) -> None:
        """Show or hide the bottom plot; the lowest visible one carries the step axis."""
        self.bottom.setVisible(shown)
        self.top.axes.show_steps(not shown)

    def start_over(self) -> None:
        """Forget zoom, ranges and data: another run follows."""
        self.reading.show_at(NOWHERE)
        self.top.start_over()
        self.bottom.start_over()

    def redraw(self, last_step: float) -> None:
        """Draw what is visible."""
        self.top.redraw(last_step)
        if not self.bottom.isHidden():
            self.bottom.redraw(last_step)
        self.reading.refresh()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.top.set_theme(palette)
        self.bottom.set_theme(palette)
        self.reading.set_theme(palette)

    @Slot()
    def _top_zoomed(self) -> None:
        self.bottom.follow_x(self.top)

    @Slot()
    def _bottom_zoomed(self) -> None:
        self.top.follow_x(self.bottom)
