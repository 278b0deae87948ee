"""All runs as small pictures, each in its place: what it computes, how it ended, how far it is."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.views.colours import ink_on
from relulab.views.many.ends import DEAD_FRAME, DEAD_GROUND, DEAD_INK, ENDS, EndStyle
from relulab.views.many.seeds import Starts
from ui.features.population.signs import frame_pen, paint_hatched, paint_sign
from ui.platform.translation import said
from ui.plots.lettering import CAPTION, small
from ui.plots.small_pictures import paint_picture
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px

GAP = 14  # pixels between pictures
LEAST_WITH_CAPTIONS, LEAST = 64, 24
LARGEST = 220
TAG = 18
DEAD_WORDS_FROM = 100
PROGRESS = 3
RING, EDGE = 2.0, 4  # pixels of the ring around the one that is spoken of, and its room at the edges


class SeedGrid(QWidget):
    """``pointed`` carries the run under the mouse or the focus, -1 for none; ``chosen`` the one that was clicked."""

    pointed = Signal(int)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.starts: Starts | None = None
        self.order: tuple[int, ...] = ()
        self.current = -1
        self._colours = LIGHT
        self._painted: dict[int, tuple[Standing, int, QPixmap]] = {}
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_starts(self, starts: Starts, order: Sequence[int]) -> None:
        """Show these runs in this order."""
        if starts is not self.starts:
            self._painted.clear()
        self.starts, self.order = starts, tuple(order)
        if self.current not in self.order:
            self.point(-1)
        self.setAccessibleName(said(starts.summary))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        self._painted.clear()
        self.update()

    def point(self, run: int) -> None:
        """Make a run the one that is spoken of; -1 for none."""
        if run != self.current:
            self.current = run
            if self.starts is not None and run >= 0:
                self.setAccessibleDescription(said(self.starts.in_words(run)))
            self.pointed.emit(run)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, 520)

    def cells(self) -> list[QRectF]:
        """Where the pictures are, in their order: the largest squares with which all fit."""
        if not self.order:
            return []
        side, columns = self._fitting()
        caption = self._caption_height(side)
        return [
            QRectF(
                EDGE + place % columns * (side + GAP), EDGE + place // columns * (side + caption + GAP / 2), side, side
            )
            for place in range(len(self.order))
        ]

    def run_at(self, x: float, y: float) -> int:
        """The run whose picture is there, -1 for none."""
        for run, cell in zip(self.order, self.cells(), strict=True):
            if cell.adjusted(0, 0, 0, self._caption_height(cell.width())).contains(x, y):
                return run
        return -1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self.font()))
        for run, cell in zip(self.order, self.cells(), strict=True):
            self._paint_cell(painter, run, cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point(self.run_at(event.position().x(), event.position().y()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if self.current >= 0 else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        run = self.run_at(event.position().x(), event.position().y())
        if run >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(run)

    def leaveEvent(self, event: QEvent) -> None:
        self.point(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.order and self.current < 0 and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.point(self.order[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk, Home and End jump, Enter opens."""
        if not self.order:
            super().keyPressEvent(event)
            return
        place = self.order.index(self.current) if self.current in self.order else -1
        columns = self._fitting()[1]
        moves = {
            Qt.Key.Key_Right: place + 1,
            Qt.Key.Key_Left: place - 1,
            Qt.Key.Key_Down: place + columns,
            Qt.Key.Key_Up: place - columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self.order) - 1,
        }
        if event.key() in moves:
            self.point(self.order[min(max(0, moves[Qt.Key(event.key())]), len(self.order) - 1)])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current >= 0:
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _fitting(self) -> tuple[int, int]:
        """The side of a picture and the number of columns."""
        best = LEAST, max(1, self.width() // (LEAST + GAP))
        for columns in range(1, len(self.order) + 1):
            rows = -(-len(self.order) // columns)
            across = (self.width() - 2 * EDGE + GAP) // columns - GAP
            down = int((self.height() - 2 * EDGE + GAP / 2) // rows - GAP / 2)
            side = min(across, down - px(CAPTION) - 6)
            if side < px(LEAST_WITH_CAPTIONS):
                side = min(across, down)
                side = min(side, px(LEAST_WITH_CAPTIONS) - 1)
            if side > best[0]:
                best = side, columns
        return min(LARGEST, best[0]), best[1]

    def _caption_height(self, side: float) -> int:
        return px(CAPTION) + 6 if side >= px(LEAST_WITH_CAPTIONS) else 0

    def _paint_cell(self, painter: QPainter, run: int, cell: QRectF) -> None:
        assert self.starts is not None, "there are cells only where there are runs"
        found = self.starts.runs.get(run)
        if found is None:
            self._paint_waiting(painter, run, cell)
        else:
            painter.drawPixmap(cell.topLeft(), self._pixmap(found, cell.toRect().size()))
            if not found.end and found.total_steps:
                share = found.step / found.total_steps
                foot = QRectF(cell.left(), cell.bottom() - PROGRESS, cell.width() * share, PROGRESS)
                painter.fillRect(foot, QColor(self._colours.accent))
        if run == self.current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._colours.foreground), RING))
            painter.drawRoundedRect(cell.adjusted(-3, -3, 3, 3), 3, 3)
        if self._caption_height(cell.width()):
            self._paint_caption(painter, run, cell)

    def _paint_caption(self, painter: QPainter, run: int, cell: QRectF) -> None:
        assert self.starts is not None, "there are cells only where there are runs"
        below = QRectF(cell.left(), cell.bottom() + 3, cell.width(), px(CAPTION) + 4)
        painter.setPen(QColor(self._colours.foreground if run == self.current else self._colours.muted))
        left = self.tr("seed {seed}").format(seed=self.starts.seed_of(run))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        right = said(self.starts.right(run))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)

    def _paint_waiting(self, painter: QPainter, run: int, cell: QRectF) -> None:
        assert self.starts is not None, "there are cells only where there are runs"
        painter.fillRect(cell, QColor(self._colours.window))
        pen = QPen(QColor(self._colours.muted), 1)
        pen.setDashPattern([1, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(cell)
        if cell.width() < px(LEAST_WITH_CAPTIONS):
            return
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(self.starts.seed_of(run)))

    def _pixmap(self, found: Standing, size: QSize) -> QPixmap:
        """The picture of a run as it is now, painted once."""
        kept = self._painted.get(found.run)
        if kept is not None and kept[0] is found and kept[1] == size.width():
            return kept[2]
        ratio = self.devicePixelRatioF()
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self.font())
        self._paint_run(painter, found, QRectF(0, 0, size.width(), size.height()))
        painter.end()
        self._painted[found.run] = found, size.width(), picture
        return picture

    def _paint_run(self, painter: QPainter, found: Standing, area: QRectF) -> None:
        assert self.starts is not None, "there are cells only where there are runs"
        style = ENDS[End(found.end)] if found.end else None
        if style is not None and not style.keeps_picture:
            self._paint_ground(painter, found, style, area)
            return
        scene = self.starts.scene
        if scene is not None and found.kind:
            paint_picture(painter, area, found, scene, self.starts.samples.get(found.run), self._colours)
        elif style is not None:  # what it computes was not told
            side = area.width() * 0.3
            middle = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
            paint_sign(painter, style.end, middle, style.colour(self._colours.dark), max(1.6, side / 12))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(self._colours.grid), 1) if style is None else frame_pen(style, self._colours)
        half = pen.widthF() / 2
        painter.setPen(pen)
        painter.drawRect(area.adjusted(half, half, -half, -half))
        if style is not None:
            self._paint_tag(painter, style.end, area)
        elif found.diverged or found.dead:
            self._paint_tag(painter, End.DIVERGED if found.diverged else End.DEAD, area)

    def _paint_tag(self, painter: QPainter, end: End, area: QRectF) -> None:
        side = min(TAG, max(11, area.width() * 0.15))
        tag = QRectF(area.right() - side, area.top(), side, side)
        colour = ENDS[end].colour(self._colours.dark)
        painter.fillRect(tag, QColor(colour))
        inset = side * 0.22
        paint_sign(painter, end, tag.adjusted(inset, inset, -inset, -inset), ink_on(colour), side / 9)

    def _paint_ground(self, painter: QPainter, found: Standing, style: EndStyle, area: QRectF) -> None:
        """What has no picture any more: a dark cell, or a hatched one."""
        dark = self._colours.dark
        share = 0.3 if area.width() >= 80 else 0.4 if area.width() >= 40 else 0.56
        colour = style.colour(dark)
        if style.end is End.DEAD:
            painter.fillRect(area, QColor(DEAD_GROUND[dark]))
            painter.setPen(QPen(QColor(DEAD_FRAME[dark]), style.frame))
        else:
            paint_hatched(painter, area, colour)
            painter.setPen(frame_pen(style, self._colours))
        half = style.frame / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(half, half, -half, -half))
        side = area.width() * share
        middle = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
        paint_sign(painter, style.end, middle, colour, max(1.6, side / 16))
        if style.end is End.DEAD and found.dead and area.width() >= DEAD_WORDS_FROM and self.starts is not None:
            painter.setFont(small(painter.font()))
            painter.setPen(QColor(DEAD_INK))
            foot = area.adjusted(2, area.height() * 0.78, -2, 0)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, said(self.starts.dead_words(found.run)))
