"""Two line plots over the same steps, one above the other: one x axis, one reading cursor, one zoom."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.plots.cursor import NOWHERE, ReadingCursor
from ui.plots.line_plot import LinePlot
from ui.widgets.palette import Palette


class PlotPair(QWidget):
    """``upper`` and ``lower``; the lower one may be hidden."""

    def __init__(self, upper: LinePlot, lower: LinePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.upper, self.lower = upper, lower
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(upper, 3)
        layout.addWidget(lower, 2)
        self.reading = ReadingCursor((upper, lower), self)
        upper.zoomed.connect(self._upper_zoomed)
        lower.zoomed.connect(self._lower_zoomed)
        self.show_lower(True)

    def show_lower(self, shown: bool) -> None:
        """Show or hide the lower plot; the lowest visible one carries the step axis."""
        self.lower.setVisible(shown)
        self.upper.axes.show_steps(not shown)

    def start_over(self) -> None:
        """Forget zoom, ranges and data: another run follows."""
        self.reading.show_at(NOWHERE)
        self.upper.start_over()
        self.lower.start_over()

    def redraw(self, last_step: float) -> None:
        """Draw what is visible."""
        self.upper.redraw(last_step)
        if not self.lower.isHidden():
            self.lower.redraw(last_step)
        self.reading.refresh()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.upper.set_theme(palette)
        self.lower.set_theme(palette)
        self.reading.set_theme(palette)

    @Slot()
    def _upper_zoomed(self) -> None:
        self.lower.follow_x(self.upper)

    @Slot()
    def _lower_zoomed(self) -> None:
        self.upper.follow_x(self.lower)
