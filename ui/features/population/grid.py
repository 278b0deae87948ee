"""All runs as small pictures, each in its place: what it computes, how it ended, how far it is."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from relulab.population.standing import Standing
from relulab.views.many.seeds import Starts
from ui.features.population.run_picture import paint_run
from ui.platform.translation import said
from ui.plots.lettering import CAPTION, small
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px

GAP = 14  # pixels between pictures
APART = 6  # pixels between the two captions of one, at least
LEAST_WITH_CAPTIONS, LEAST = 64, 24
LARGEST = 220
PROGRESS = 3
RING, EDGE = 2.0, 4  # pixels of the ring around the one that is spoken of, and its room at the edges


class SeedGrid(QWidget):
    """``pointed`` carries the run under the mouse or the focus, -1 for none; ``chosen`` the one that was clicked.

    Keys: ``filterWanted`` carries the run whose end alone is wanted, ``keepWanted`` the one that is to be kept;
    ``orderWanted`` asks for the next order, ``otherWanted`` for the same as a table.
    """

    pointed = Signal(int)
    chosen = Signal(int)
    filterWanted = Signal(int)
    keepWanted = Signal(int)
    orderWanted = Signal()
    otherWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.starts: Starts | None = None
        self.order: tuple[int, ...] = ()
        self.current = -1
        self._colours = LIGHT
        self._painted: dict[int, tuple[Standing, int, bool, QPixmap]] = {}
        self.setAccessibleName(self.tr("Pictures of all starts"))
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
        """Arrows walk, Home and End jump, Enter opens; F filters, O orders, T shows a table, Space keeps."""
        if not self.order or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
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
        elif event.key() == Qt.Key.Key_F:
            self.filterWanted.emit(self.current)
        elif event.key() == Qt.Key.Key_Space and self.current >= 0:
            self.keepWanted.emit(self.current)
        elif event.key() == Qt.Key.Key_O:
            self.orderWanted.emit()
        elif event.key() == Qt.Key.Key_T:
            self.otherWanted.emit()
        else:
            super().keyPressEvent(event)

    def picture_of(self, run: int, side: int) -> QPixmap:
        """The picture of a run as large as is asked."""
        assert self.starts is not None, "there are pictures only of runs"
        picture = QPixmap(side, side)
        picture.fill(QColor(self._colours.background))
        painter = QPainter(picture)
        painter.setFont(self.font())
        drawn = self.starts.drawn(run)
        paint_run(painter, QRectF(0, 0, side, side), self.starts.runs[run], drawn, self._colours)
        painter.end()
        return picture

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
            painter.drawPixmap(cell.topLeft(), self._pixmap(run, found, cell.toRect().size()))
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
        left, right = self.tr("seed {seed}").format(seed=self.starts.seed_of(run)), said(self.starts.right(run))
        wide = painter.fontMetrics().horizontalAdvance(left + right) + px(APART)
        if wide > cell.width():  # the number alone: the window says elsewhere what it is
            left = str(self.starts.seed_of(run))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
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

    def _pixmap(self, run: int, found: Standing, size: QSize) -> QPixmap:
        """The picture of a run as it is now, painted once; a dead one is seen while it is spoken of."""
        is_seen = run == self.current and bool(found.end)
        kept = self._painted.get(run)
        if kept is not None and kept[0] is found and kept[1:3] == (size.width(), is_seen):
            return kept[3]
        ratio = self.devicePixelRatioF()
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(self.font())
        assert self.starts is not None, "there are cells only where there are runs"
        drawn = self.starts.drawn(run)
        area = QRectF(0, 0, size.width(), size.height())
        paint_run(painter, area, found, drawn, self._colours, is_seen=is_seen)
        painter.end()
        self._painted[run] = found, size.width(), is_seen, picture
        return picture
