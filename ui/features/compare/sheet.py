"""The sheet of a comparison: pictures in a row, what differs, losses, dead units; one point is spoken of in all."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from relulab.views.compare import DIFFER, LETTERS, CompareView
from relulab.views.compare_units import UnitLayer, unit_layers
from relulab.views.glimpse import Glimpse, glimpse_of
from relulab.views.output import CurveOutput
from ui.features.compare.dead_bars import paint_dead_bars
from ui.features.compare.losses import LossPlot
from ui.features.compare.painting import PlaneMap, paint_cross, paint_difference, paint_run, paint_title, paint_words
from ui.features.compare.places import Places, places_of
from ui.features.compare.unit_rows import paint_unit_rows
from ui.platform.translation import said
from ui.plots.lettering import CAPTION, small
from ui.widgets.painted import PaintedWidget
from ui.widgets.sizes import px_size, share

KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
KEY_SHARE = 1 / 40  # of what is shown, for each press


class CompareSheet(PaintedWidget):
    """``point`` is the input that is spoken of, ``step`` the one in the losses; None for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, self.tr("Runs side by side; the arrow keys move the point that is read"))
        self.view: CompareView | None = None
        self.point: tuple[float, ...] | None = None
        self.step: int | None = None
        self._glimpses: list[Glimpse | None] = []
        self._units: list[UnitLayer] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(220, 120)

    def sizeHint(self) -> QSize:
        return px_size(QSize(1000, 600))

    def show_view(self, view: CompareView) -> None:
        """Show these runs as they are now."""
        self.view = view
        self._glimpses = [None if output is None else glimpse_of(output) for output in view.outputs]
        self._units = unit_layers(view)
        self.update()

    @property
    def places(self) -> Places:
        """Where everything lies now, in pixels of plain letters: larger ones enlarge all of it."""
        view = self.view
        cells = 0 if view is None else len(view.runs) + (view.differing is not None)
        return places_of(self.width() / share() - 2.0, self.height() / share() - 2.0, max(cells, 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._look_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self.point = self.step = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the point by a fortieth of what is shown; Escape lets it go."""
        ranges = self._ranges()
        if event.key() in KEYS and ranges:
            begin = self.point or tuple((low + high) / 2 for low, high in ranges)
            moved = zip(begin, KEYS[Qt.Key(event.key())], ranges, strict=False)
            self.point = tuple(min(max(at + by * KEY_SHARE * (high - low), low), high) for at, by, (low, high) in moved)
            self.setAccessibleDescription(self.words())
            self.update()
        else:
            super().keyPressEvent(event)

    def words(self) -> str:
        """What is seen, and what each run says to the point that is spoken of."""
        view = self.view
        if view is None:
            return ""
        told = [said(view.in_words)]
        if self.point is not None:
            told += [
                f"{said(view.title_of(place))}, {said(view.here(place, self.point))}" for place in range(len(view.runs))
            ]
        return "; ".join(told)

    def paintEvent(self, event: QPaintEvent) -> None:
        view = self.view
        if view is None:
            return
        painter = QPainter(self)
        painter.scale(share(), share())
        painter.translate(1, 1)
        font = small(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        places = self.places
        for place in range(len(view.runs)):
            self._paint_run(painter, view, place, places.pictures[place])
        if view.differing is not None:
            self._paint_difference(painter, view, places.pictures[len(view.runs)])
        self._paint_losses(painter, view, places.losses)
        if places.below.height() > 0:
            self._paint_below(painter, view, places.below)

    def _paint_run(self, painter: QPainter, view: CompareView, place: int, area: QRectF) -> None:
        glimpse, style = self._glimpses[place], self._colours.run_line(view.runs[place].colour)
        self._in_bold(painter, lambda: paint_title(painter, area, said(view.title_of(place)), style, self._colours))
        over = self._map(area)
        if glimpse is not None:
            paint_run(painter, area, glimpse, view.boundary(place), over, self._colours)
        self._paint_cross(painter, area, over)
        here = "" if self.point is None else said(view.here(place, self.point))
        paint_words(painter, area, here, said(view.result(place)), self._colours)

    def _paint_difference(self, painter: QPainter, view: CompareView, area: QRectF) -> None:
        over = self._map(area)
        if over is None:
            return
        self._in_bold(painter, lambda: paint_title(painter, area, said(DIFFER), None, self._colours))
        paint_difference(painter, area, view, over, self._colours)
        self._paint_cross(painter, area, over)
        words = [said(view.differing_words), ""]
        if self.point is not None:
            words = [f"{LETTERS[place]} {said(view.here(place, self.point))}" for place in (0, 1)]
        paint_words(painter, area, words[0], words[1], self._colours)

    def _paint_losses(self, painter: QPainter, view: CompareView, area: QRectF) -> None:
        plot = LossPlot(view, area)
        title = said(view.checked)
        if self.step is not None:
            title = self.tr("{title} at step {step}: {losses}").format(
                title=title, step=f"{self.step:,}", losses=plot.words_at(self.step)
            )
        self._in_bold(painter, lambda: paint_title(painter, area, title, None, self._colours))
        plot.paint(painter, self.step, self._colours)

    def _paint_below(self, painter: QPainter, view: CompareView, area: QRectF) -> None:
        if self._units:
            title = self.tr(
                "Units over the plane: unit n of A stands above unit n of B (they began with the same weights)"
            )
            paint_unit_rows(painter, area, self._units, title, self.tr("+{count}"), self._colours)
            return
        none = self.tr("no unit can die")
        paint_dead_bars(painter, area, view, self.tr("Dead units of each layer"), none, self._colours)

    def _paint_cross(self, painter: QPainter, area: QRectF, over: PlaneMap | None) -> None:
        if self.point is not None and over is not None:
            at, is_plane = over.place(*self.point), len(self.point) > 1
            paint_cross(painter, area, at, is_plane=is_plane, colours=self._colours)

    def _in_bold(self, painter: QPainter, paint: Callable[[], None]) -> None:
        plain, bold = painter.font(), QFont(painter.font())
        bold.setBold(True)
        painter.setFont(bold)
        paint()
        painter.setFont(plain)

    def _ranges(self) -> tuple[tuple[float, float], ...]:
        """Of the inputs that are shown; none where pictures are of samples."""
        if self.view is None:
            return ()
        if self.view.ranges is not None:
            return self.view.ranges
        curves = [output.picture.x for output in self.view.outputs if isinstance(output, CurveOutput)]
        return ((float(curves[0][0]), float(curves[0][-1])),) if curves else ()

    def _map(self, area: QRectF) -> PlaneMap | None:
        ranges = self._ranges()
        return PlaneMap(ranges, area) if ranges else None

    def _look_at(self, at: QPointF) -> None:
        """The point of a picture, or the step of the losses, under the mouse."""
        at, places = at / share() - QPointF(1, 1), self.places
        area = next((area for area in places.pictures if area.contains(at)), None)
        over = None if area is None else self._map(area)
        self.point = None if over is None else over.point(at)
        self.step = None if self.view is None else LossPlot(self.view, places.losses).step_at(at)
        self.update()
