"""Line plots over the same steps, one above the other: one step axis, one reading cursor, one zoom."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.platform.translation import said
from ui.plots.cursor import NOWHERE, ReadingCursor
from ui.plots.line_plot import LinePlot
from ui.plots.readout import Reading, ReadingRow
from ui.widgets.elided import ElidedLabel
from ui.widgets.palette import Palette

PLOT_HEIGHT = 58  # pixels of a plot without its step axis


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


class NamedPlot(QWidget):
    """A plot with one curve under a caption that says what it is and its present value."""

    def __init__(self, name: str, plot: LinePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.plot = plot
        self.caption = ElidedLabel(name)
        plot.axes.plot.setAccessibleName(self.tr("{name} over steps").format(name=name))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.caption)
        layout.addWidget(plot)

    def say(self, text: str) -> None:
        """Put the present value into the caption."""
        self.caption.setText(self.tr("{name}: {value}").format(name=self.name, value=text))


class PlotStack(LinkedPlots):
    """``parts`` from top to bottom; the lowest one carries the step axis."""

    def __init__(self, parts: Sequence[NamedPlot], parent: QWidget | None = None) -> None:
        super().__init__([part.plot for part in parts], lambda host: _StackCursor(parts, host), parent)
        self.parts = tuple(parts)
        for part in self.parts:
            self.column.addWidget(part)
            part.plot.axes.show_steps(part is self.parts[-1])
        self._fit_heights()

    def set_theme(self, palette: Palette) -> None:
        super().set_theme(palette)
        for part in self.parts:
            part.caption.setStyleSheet(f"color: {palette.muted};")
        self._fit_heights()

    def _fit_heights(self) -> None:
        """The plotted areas are equally high, whatever the step axis takes."""
        for part in self.parts:
            axis = int(part.plot.axes.plot.getAxis("bottom").height())
            part.plot.setFixedHeight(PLOT_HEIGHT + axis)


class _StackCursor(ReadingCursor):
    """Reads a row per plot: they measure different things."""

    def __init__(self, parts: Sequence[NamedPlot], host: QWidget) -> None:
        super().__init__([part.plot for part in parts], host)
        self._parts = parts

    def read(self, step: float) -> Reading:
        rows = []
        for part in self._parts:
            line = part.plot.lines[0] if part.plot.lines else None
            value = part.plot.value_at(line.key, step) if line else None
            if line and value:
                rows.append(ReadingRow(part.name, line.style.colour, (value.text,)))
        notes = tuple(said(mark.name) for mark in self._parts[0].plot.annotations.marks if mark.step == step)
        return Reading(self.tr("step {step:,}").format(step=int(step)), tuple(rows), notes)
