"""Several small line plots over the same steps, one below the other: one step axis, one reading cursor, one zoom."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.platform.translation import said
from ui.plots.cursor import NOWHERE, ReadingCursor
from ui.plots.line_plot import LinePlot
from ui.plots.readout import Reading, ReadingRow
from ui.widgets.elided import ElidedLabel
from ui.widgets.palette import Palette

PLOT_HEIGHT = 58  # pixels of a plot without its step axis


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


class PlotStack(QWidget):
    """``parts`` from top to bottom; the lowest one carries the step axis."""

    def __init__(self, parts: Sequence[NamedPlot], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts = tuple(parts)
        self.reading = _StackCursor(self.parts, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for part in self.parts:
            layout.addWidget(part)
            part.plot.zoomed.connect(self._zoomed)
            part.plot.axes.show_steps(part is self.parts[-1])
        self._fit_heights()

    def start_over(self) -> None:
        """Forget zoom, ranges and data."""
        self.reading.show_at(NOWHERE)
        for part in self.parts:
            part.plot.start_over()

    def redraw(self, last_step: float) -> None:
        """Draw what was set, up to ``last_step``."""
        for part in self.parts:
            part.plot.redraw(last_step)
        self.reading.refresh()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        for part in self.parts:
            part.plot.set_theme(palette)
            part.caption.setStyleSheet(f"color: {palette.muted};")
        self.reading.set_theme(palette)
        self._fit_heights()

    def _fit_heights(self) -> None:
        """The plotted areas are equally high, whatever the step axis takes."""
        for part in self.parts:
            axis = int(part.plot.axes.plot.getAxis("bottom").height())
            part.plot.setFixedHeight(PLOT_HEIGHT + axis)

    @Slot()
    def _zoomed(self) -> None:
        moved = self.sender()
        for part in self.parts:
            if isinstance(moved, LinePlot) and part.plot is not moved:
                part.plot.follow_x(moved)


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
