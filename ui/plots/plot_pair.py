"""Line plots over the same steps, one above the other: one step axis, one reading cursor, one zoom."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.plots.cursor import NOWHERE, ReadingCursor
from ui.plots.line_plot import LinePlot
from ui.widgets.palette import Palette


class LinkedPlots(QWidget):
    """``plots`` from top to bottom; a subclass lays them out in its ``column``."""

    def __init__(
        self,
        plots: Sequence[LinePlot],
        make_reading: Callable[[QWidget], ReadingCursor],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.plots = tuple(plots)
        self.reading = make_reading(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        for plot in self.plots:
            plot.zoomed.connect(self._zoomed)

    def start_over(self) -> None:
        """Forget zoom, ranges and data: another run follows."""
        self.reading.show_at(NOWHERE)
        for plot in self.plots:
            plot.start_over()

    def redraw(self, last_step: float) -> None:
        """Draw what was set and is not hidden, up to ``last_step``."""
        for plot in self.plots:
            if not plot.isHidden():
                plot.redraw(last_step)
        self.reading.refresh()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        for plot in self.plots:
            plot.set_theme(palette)
        self.reading.set_theme(palette)

    @Slot()
    def _zoomed(self) -> None:
        moved = self.sender()
        for plot in self.plots:
            if isinstance(moved, LinePlot) and plot is not moved:
                plot.follow_x(moved)


class PlotPair(LinkedPlots):
    """Two plots; the bottom one may be hidden."""

    def __init__(self, top: LinePlot, bottom: LinePlot, parent: QWidget | None = None) -> None:
        super().__init__((top, bottom), lambda host: ReadingCursor((top, bottom), host), parent)
        self.column.addWidget(top, 3)
        self.column.addWidget(bottom, 2)
        self.show_bottom(True)

    def show_bottom(self, shown: bool) -> None:
        """Show or hide the bottom plot; the lowest visible one carries the step axis."""
        top, bottom = self.plots
        bottom.setVisible(shown)
        top.axes.show_steps(not shown)
