"""Several small line plots over the same steps, one below the other: one step axis, one reading cursor, one zoom."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.platform.translation import said
from ui.plots.cursor import ReadingCursor
from ui.plots.line_plot import LinePlot
from ui.plots.plot_pair import LinkedPlots
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
