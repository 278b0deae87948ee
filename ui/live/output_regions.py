"""The regions of the network over the picture of its output: computed beside the window, at a bounded cost.

They take a hundred times as long as the picture. So while the network learns, a picture of them that took c seconds is
followed by a rest of c / SHARE. What stands still is drawn at once.
"""

from time import thread_time

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent

from relulab.text import NOTHING, Text, joined, text
from relulab.views.output import PlaneOutput
from relulab.views.regions import BOUNDARY, FADED, NOT_FILLED, RegionsView, regions_view
from ui.platform.jobs import Job
from ui.platform.translation import said
from ui.plots.legend import LegendEntry
from ui.plots.plane_plot import PictureItem, PlanePlot, every_other
from ui.plots.region_lines import RegionLines
from ui.widgets.palette import LIGHT, Palette

SHARE = 0.024  # of a core: with what telling of them costs, it stays below 3 %
LOOK = text("Click into a region to read its map.")
NOBODY = np.empty((0, 2))
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OutputRegions(QObject):
    """Draws the regions of what ``show`` was given last. ``changed``: others are drawn, or another one is looked at."""

    changed = Signal()

    def __init__(self, plot: PlanePlot, parent: QObject) -> None:
        super().__init__(parent)
        self.lines, self.fill = RegionLines(), PictureItem()
        self._filled = False
        self.view: RegionsView | Text | None = None
        self.point: tuple[float, float] | None = None  # of the plane, where the user looks
        self._plot = plot
        self._palette: Palette = LIGHT
        self._wanted: PlaneOutput | None = None
        self._picture: object = None  # that is wanted
        self._begun: object = None  # that was computed last, or is being computed
        self._found: RegionsView | Text | None = None
        self._cost = 0.0
        self._live = False
        self._thorough = False  # pieces and the whole plane were worked out, too
        self._job: Job | None = None
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._compute)
        plot.axes.add(self.fill, depth=4)
        plot.axes.add(self.lines, depth=5)
        plot.axes.plot.viewport().installEventFilter(self)
        plot.axes.plot.installEventFilter(self)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._palette = palette
        self.lines.set_theme(palette)
        self._draw()

    def show(self, output: PlaneOutput, picture: object, live: bool) -> None:
        """Draw the regions of ``picture``, of which ``output`` is the view. ``live``: the next one comes anyway."""
        self._wanted, self._picture, self._live = output, picture, live
        if not live or not self._rest.isActive():
            self._compute()

    def set_filled(self, filled: bool) -> None:
        """Fill every other region, or draw the lines alone."""
        self._filled, self._begun = filled, None
        self._compute()

    def hide(self) -> None:
        """Draw none, and compute none."""
        self._wanted = self._picture = self._begun = self.view = self.point = None
        self._rest.stop()
        self._draw()

    def words(self) -> Text:
        """What is seen; of the region that is looked at also its map."""
        if not isinstance(self.view, RegionsView):
            return self.view or NOTHING
        count = self.view.words if self._thorough else self.view.count_words
        at = text("{count}, at step {step:,}.", count=count, step=self.view.output.step)
        point = self.view.middle if self.view.is_one_map else self.point
        if self._filled and not self.view.is_whole:
            at = joined([at, NOT_FILLED], " ")
        inside = None if point is None else self.view.region_words(*point, said)
        if inside is None:
            return joined([at, LOOK], " ") if self.view.is_whole else at
        return joined([at, inside], " ")

    def legend(self) -> tuple[LegendEntry, ...]:
        """A line for each layer that bends somewhere."""
        if not isinstance(self.view, RegionsView):
            return ()
        colours = self._palette.layer_lines(len(self.view.layout.layers))
        lines = (LegendEntry(self.view.title_of(layer), (colours[layer].colour,)) for layer, _ in self.view.lines)
        boundary = (LegendEntry(said(BOUNDARY), (self._palette.foreground,)),) if len(self.view.boundary) else ()
        return (*lines, *boundary)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(self.view, RegionsView):
            if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
                self._look(self._plot.cell_at(event.position().toPoint()))
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in ENTER:
                self._look(self._plot.reader.current)
        return False

    def _look(self, point: tuple[float, float] | None) -> None:
        """At the region that holds this point."""
        self.point = point
        self._rim()
        self.changed.emit()

    @property
    def _is_done(self) -> bool:
        """Whether what is wanted is there, and as well as it is wanted."""
        return self._picture is self._begun and (self._live or self._thorough)

    @Slot()
    def _compute(self) -> None:
        output = self._wanted
        if output is None or self._is_done or self._job is not None:
            return
        self._rest.stop()
        self._begun, self._thorough = self._picture, not self._live
        thorough, filled = self._thorough, self._filled

        def work(_progress: object) -> None:
            began = thread_time()
            self._found = found = regions_view(output)
            if thorough and isinstance(found, RegionsView):
                found.work_out()
            if filled and isinstance(found, RegionsView):
                _ = found.alternating
            self._cost = thread_time() - began

        self._job = Job.begin(work, self, self._take, self._fail)

    @Slot()
    def _take(self) -> None:
        """What was computed is there: draw it, then rest before the next, or go on at once where nothing trains."""
        self._job = None
        if self._wanted is None:
            return
        began = thread_time()
        self.view = self._found
        self._draw()
        cost = self._cost + self.lines.seconds + thread_time() - began
        self.changed.emit()
        if not self._is_done or self._live:
            self._rest.start(int(1000 * cost / SHARE) if self._live else 0)

    @Slot(object)
    def _fail(self, _error: Exception) -> None:
        """It is in the log; the picture itself is there."""
        self._job, self.view = None, None
        self._draw()
        self.changed.emit()

    def _draw(self) -> None:
        view = self.view
        self._plot.picture.setOpacity(FADED if isinstance(view, RegionsView) else 1.0)
        if not isinstance(view, RegionsView):
            self.lines.show_lines([], QRectF())
            self.fill.hide()
            self.lines.show_chosen(NOBODY)
            return
        colours = self._palette.layer_lines(len(view.layout.layers))
        (x0, x1), (y0, y1) = view.regions.box
        area = QRectF(x0, y0, x1 - x0, y1 - y0)
        lines = [(colours[layer].colour, segments) for layer, segments in view.lines]
        if len(view.boundary):
            lines.append((self._palette.foreground, view.boundary))
        self.lines.show_lines(lines, area)
        shaded = view.alternating if self._filled else None
        self.fill.setVisible(shaded is not None)
        if shaded is not None:
            self.fill.show_picture(every_other(shaded, self._palette), area)
        self._rim()

    def _rim(self) -> None:
        view, corners = self.view, NOBODY
        if self.point is not None and isinstance(view, RegionsView) and view.is_whole:
            index = view.regions.at(*self.point)
            corners = NOBODY if index is None else view.regions.polygons[index]
        self.lines.show_chosen(corners)
