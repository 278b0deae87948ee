"""Line plots over the same steps, one above the other: one step axis, one reading cursor, one zoom."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.platform.translation import said
from ui.plots.line_plot import LinePlot
from ui.plots.readout import ROWS_AT_MOST, Reading, ReadingRow, Readout
from ui.plots.scales import Floats
from ui.widgets.elided import ElidedLabel
from ui.widgets.layouts import column
from ui.widgets.palette import Palette
from ui.widgets.sizes import px

NOWHERE = float("nan")  # where no reading is wanted
PLOT_HEIGHT = 58  # pixels of a plot without its step axis
ROW_BELOW, ROW_FROM = 150, 420  # pixels: a pair that is lower, and as wide, stands in a row
TURN_MS = 16  # between two plots that are drawn in turns: half of what lies between two looks for news


class ReadingCursor(QObject):
    """One vertical line through ``plots``, snapped to recorded steps, with one card of exact values on ``host``."""

    def __init__(self, plots: Sequence[LinePlot], host: QWidget) -> None:
        super().__init__(host)
        self.step = NOWHERE
        self.card = Readout(host)
        self._plots = tuple(plots)
        self._host = host
        self._pixel = QPoint()
        self._near: float | None = None
        for plot in plots:
            plot.axes.plot.installEventFilter(self)
            plot.axes.plot.viewport().installEventFilter(self)

    def show_at(self, step: float) -> None:
        """Stand at the recorded step nearest to ``step``; NaN puts the cursor away."""
        steps = self._steps()
        self.step = float(steps[nearest(steps, step)]) if len(steps) and not np.isnan(step) else NOWHERE
        for plot in self._plots:
            plot.set_crosshair(self.step)
        if np.isnan(self.step):
            self.card.hide()
            return
        reading = self.read(self.step)
        self.card.show_reading(reading, self._pixel)
        for plot in self._plots:
            plot.axes.plot.setAccessibleDescription(reading.text)

    def refresh(self) -> None:
        """Say the values anew after the data changed."""
        if not np.isnan(self.step):
            self.show_at(self.step)

    def read(self, step: float) -> Reading:
        """The values of all visible plots at ``step``: a row per curve, a column per plot.

        Of a curve without a point there, the last point before counts, and the row says its step. Of many curves
        those are kept that are nearest to the mouse.
        """
        plots = [plot for plot in self._plots if not plot.isHidden()]
        lines = [line for line in plots[0].lines if not line.quiet]
        left_out = max(0, len(lines) - ROWS_AT_MOST)
        if left_out:
            kept = sorted(lines, key=lambda line: plots[0].distance(line.key, step, self._near))[:ROWS_AT_MOST]
            lines = [line for line in lines if line in kept]
        rows = []
        for line in lines:
            values = [value for plot in plots if (value := plot.value_at(line.key, step))]
            if values:
                late = "" if values[0].step == step else self.tr(" (step {step:,})").format(step=int(values[0].step))
                rows.append(ReadingRow(line.name + late, line.style.colour, tuple(value.text for value in values)))
        notes = tuple(said(mark.name) for mark in plots[0].annotations.marks if mark.step == step)
        return Reading(self.tr("step {step:,}").format(step=int(step)), tuple(rows), notes, left_out)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            plot = next(plot for plot in self._plots if watched in (plot.axes.plot, plot.axes.plot.viewport()))
            place = plot.axes.place_of(event.position())
            self._pixel = plot.axes.plot.mapTo(self._host, event.position().toPoint())
            self._near = place.y()
            self.show_at(place.x())
        elif event.type() == QEvent.Type.Leave:
            self.show_at(NOWHERE)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._walk(Qt.Key(event.key()))
        return False

    def _steps(self) -> Floats:
        """Every step at which some curve of a visible plot has a point."""
        found = [x for plot in self._plots if not plot.isHidden() for x, _ in plot.data.values()]
        return np.unique(np.concatenate([*found, np.empty(0)]))

    def _walk(self, key: Qt.Key) -> bool:
        """Left and right go from record to record, Home and End jump, Escape puts the cursor away."""
        if key == Qt.Key.Key_Escape and not np.isnan(self.step):
            self.show_at(NOWHERE)
            return True
        steps = self._steps()
        if not len(steps):
            return False
        last = len(steps) - 1
        here = last if np.isnan(self.step) else nearest(steps, self.step)
        targets = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if key not in targets:
            return False
        step = float(steps[min(max(targets[key], 0), last)])
        axes = self._plots[0].axes
        middle = axes.pixel_of(QPointF(step, sum(axes.y_range) / 2))
        self._pixel, self._near = axes.plot.mapTo(self._host, middle.toPoint()), None
        self.show_at(step)
        return True


def nearest(x: Floats, value: float) -> int:
    """Index of the element of ascending, non-empty ``x`` nearest to ``value``; the lower one of two."""
    after = int(np.searchsorted(x, value))
    if after == 0 or after == len(x):
        return min(after, len(x) - 1)
    return after - 1 if value - x[after - 1] <= x[after] - value else after


class LinkedPlots(QWidget):
    """``plots`` from top to bottom; a subclass lays them out in its ``column``.

    Plots with ``names`` measure different things: each has a row of its own in the reading. ``in_turns``: each
    is drawn in a turn of its own, and the window can do something else in between: in training, painting takes long.
    """

    def __init__(self, plots: Sequence[LinePlot], names: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = tuple(plots)
        self.in_turns = False
        self._last_step = 1.0
        self._waiting: list[LinePlot] = []  # for their turn
        self._turn = QTimer(self, singleShot=True, interval=TURN_MS)
        self._turn.timeout.connect(self._draw_next)
        self.reading = _StackCursor(plots, names, self) if names else ReadingCursor(plots, self)
        self.column = column(self, spacing=2)
        for plot in self.plots:
            plot.zoomed.connect(self._zoomed)

    def start_over(self) -> None:
        """Forget zoom, ranges and data: another run follows."""
        self._waiting = []
        self.reading.show_at(NOWHERE)
        for plot in self.plots:
            plot.start_over()

    def redraw(self, last_step: float) -> None:
        """Draw what was set and is not hidden, up to ``last_step``."""
        self._last_step = last_step
        self._waiting = [plot for plot in self.plots if not plot.isHidden()]
        if self.in_turns:
            self._turn.start()
        else:
            self._draw_next()
        self.reading.refresh()

    @Slot()
    def _draw_next(self) -> None:
        while self._waiting:
            self._waiting.pop(0).redraw(self._last_step)
            if self.in_turns:
                break
        if self._waiting:
            self._turn.start()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        for plot in self.plots:
            plot.set_theme(palette)
        self.reading.card.set_theme(palette)

    @Slot()
    def _zoomed(self) -> None:
        moved = self.sender()
        for plot in self.plots:
            if isinstance(moved, LinePlot) and plot is not moved:
                plot.follow_x(moved)


class PlotPair(LinkedPlots):
    """Two plots, the bottom one may be hidden; beside each other where both would be low."""

    def __init__(self, top: LinePlot, bottom: LinePlot, parent: QWidget | None = None) -> None:
        super().__init__((top, bottom), parent=parent)
        self.column.addWidget(top, 3)
        self.column.addWidget(bottom, 2)
        self.show_bottom(True)

    def show_bottom(self, shown: bool) -> None:
        """Show or hide the bottom plot; the lowest visible one carries the step axis."""
        self.plots[1].setVisible(shown)
        self._give_steps()

    @property
    def is_row(self) -> bool:
        """Whether the plots stand beside each other."""
        return self.column.direction() == QBoxLayout.Direction.LeftToRight

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        row = self.height() < px(ROW_BELOW) and self.width() >= px(ROW_FROM)
        if row != self.is_row:
            ways = QBoxLayout.Direction
            self.column.setDirection(ways.LeftToRight if row else ways.TopToBottom)
            self._give_steps()

    def _give_steps(self) -> None:
        self.plots[0].axes.show_steps(self.plots[1].isHidden() or self.is_row)


class NamedPlot(QWidget):
    """A plot with one curve under a caption that says what it is and its present value."""

    def __init__(self, name: str, plot: LinePlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.plot = plot
        self.caption = ElidedLabel(name)
        plot.axes.plot.setAccessibleName(self.tr("{name} over steps").format(name=name))
        column(self, self.caption, plot, spacing=0)

    def say(self, text: str) -> None:
        """Put the present value into the caption."""
        self.caption.setText(self.tr("{name}: {value}").format(name=self.name, value=text))


class PlotStack(LinkedPlots):
    """``parts`` from top to bottom; the lowest one that is shown carries the step axis."""

    def __init__(self, parts: Sequence[NamedPlot], parent: QWidget | None = None) -> None:
        super().__init__([part.plot for part in parts], [part.name for part in parts], parent)
        self.parts = tuple(parts)
        for part in self.parts:
            self.column.addWidget(part)
        self._give_steps()

    def show_part(self, part: NamedPlot, shown: bool) -> None:
        """Show or hide one of the parts."""
        if part.isHidden() == shown:
            part.setVisible(shown)
            self._give_steps()

    def set_theme(self, palette: Palette) -> None:
        super().set_theme(palette)
        for part in self.parts:
            part.caption.setStyleSheet(f"color: {palette.muted};")
        self._fit_heights()

    def _give_steps(self) -> None:
        seen = [part for part in self.parts if not part.isHidden()]
        for part in self.parts:
            part.plot.axes.show_steps(part in seen[-1:])
        self._fit_heights()

    def _fit_heights(self) -> None:
        """The plotted areas are equally high, whatever the step axis takes."""
        for part in self.parts:
            axis = int(part.plot.axes.plot.axes["bottom"].height())
            part.plot.setFixedHeight(PLOT_HEIGHT + axis)


class _StackCursor(ReadingCursor):
    """Reads a row per plot: they measure different things."""

    def __init__(self, plots: Sequence[LinePlot], names: Sequence[str], host: QWidget) -> None:
        super().__init__(plots, host)
        self._names = names

    def read(self, step: float) -> Reading:
        rows = []
        for name, plot in zip(self._names, self._plots, strict=True):
            for line in plot.lines[:1]:
                if value := plot.value_at(line.key, step):
                    rows.append(ReadingRow(name, line.style.colour, (value.text,)))
        notes = tuple(said(mark.name) for mark in self._plots[0].annotations.marks if mark.step == step)
        return Reading(self.tr("step {step:,}").format(step=int(step)), tuple(rows), notes)
