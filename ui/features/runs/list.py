"""The list of runs as a view: how a run is drawn in it, mouse and keys."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from relulab.session.session import LONGEST_NAME
from relulab.text import Text
from relulab.training.state import State
from relulab.views.colours import mix
from relulab.views.explained.entry import Value
from relulab.views.room import ways
from relulab.views.runs import RunRow
from ui.features.runs.model import RunModel
from ui.platform.translation import said
from ui.plots.legend import LegendEntry, paint_sample
from ui.widgets.elided import fitting
from ui.widgets.explained import Shown, explained_at
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px, share

Index = QModelIndex | QPersistentModelIndex
MARGIN = 6  # pixels
BAR = 3  # pixels of the bar at the left of the run that is shown
SWATCH = 28  # pixels
NEAR = 4  # pixels around a box that count as the box
SMALLER = 0.92  # size of the second and third line
FAINT = 0.55  # of a hidden run
TINT = 0.16  # of the accent, behind selected runs
TICK = ((0.22, 0.5), (0.42, 0.7), (0.78, 0.3))  # in the box


class RunDelegate(QStyledItemDelegate):
    """Three lines per run; a box at the left draws the run together with others."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colours: Palette = LIGHT

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = QFontMetrics(option.font).height()
        small = QFontMetrics(_smaller(option.font)).height()
        return QSize(px(200), height + 2 * small + 2 * px(MARGIN))

    def box_rect(self, area: QRect) -> QRect:
        """Where the box is in the row that fills ``area``."""
        measure, metric = QApplication.style().pixelMetric, QStyle.PixelMetric
        width, height = px(measure(metric.PM_IndicatorWidth)), px(measure(metric.PM_IndicatorHeight))
        return QRect(area.left() + px(BAR + MARGIN), area.center().y() - height // 2, width, height)

    def name_rect(self, area: QRect, font: QFont) -> QRect:
        """Where the name is, right of the swatch, for the editor."""
        left = self.box_rect(area).right() + px(2 * MARGIN + SWATCH)
        return QRect(left, area.top() + px(MARGIN), area.right() - px(MARGIN) - left, QFontMetrics(font).height())

    def figures_rect(self, area: QRect, font: QFont) -> QRect:
        """Where the third line is."""
        line, small = self.name_rect(area, font), QFontMetrics(_smaller(font)).height()
        return QRect(line.left(), line.bottom() + 1 + small, line.width(), small)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(row, RunRow):
            return
        painter.save()
        self._paint_ground(painter, option, row)
        painter.setOpacity(FAINT if row.hidden else 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter, self.box_rect(option.rect), row.overlaid)
        line = self.name_rect(option.rect, option.font)
        style = self.colours.run_line(row.colour)
        swatch = QRect(line.left() - px(SWATCH + MARGIN - 2), line.top(), px(SWATCH), line.height())
        paint_sample(painter, LegendEntry("", (style.colour,), dash=style.dash), swatch.toRectF())
        bold, small = QFont(option.font), _smaller(option.font)
        bold.setBold(row.shown)
        muted = self.colours.muted
        state = _Ink(ways_of(row.standing), small, self._state_ink(row.state))
        # of a long name beginning and end tell it from others: there is the number
        name = _Ink((row.name,), bold, self.colours.foreground, Qt.TextElideMode.ElideMiddle)
        _paint_line(painter, line, name, state)
        line.moveTop(line.bottom() + 1)
        line.setHeight(QFontMetrics(small).height())
        difference, seed = (_Ink(ways_of(words), small, muted) for words in (row.difference, row.seed_words))
        _paint_line(painter, line, difference, seed)
        line.translate(0, line.height())
        _paint_line(painter, line, _Ink(ways_of(row.figures), small, muted), _Ink(("",), small, muted))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(LONGEST_NAME)
        editor.setAccessibleName(self.tr("Name of the run"))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = self.name_rect(option.rect, option.font)
        place.setHeight(editor.sizeHint().height())
        place.moveTop(option.rect.top() + 1)
        editor.setGeometry(place)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:  # fmt: skip
        """The space key answers for the box; clicks into it never come here, see ``RunList``."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            return toggle(model, index)
        return False

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: RunRow) -> None:
        """A tint where the run is selected (the lines of all runs can be seen on it), a bar where it is shown."""
        area, flag, colours = option.rect, QStyle.StateFlag, self.colours
        if option.state & flag.State_Selected:
            painter.fillRect(area, QColor(mix(colours.accent, colours.background, TINT)))
        if row.shown:
            painter.fillRect(area.left(), area.top(), px(BAR), area.height(), QColor(colours.accent))
        painter.setPen(QPen(QColor(colours.grid), share()))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if option.state & flag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), share(), Qt.PenStyle.DotLine))
            painter.drawRect(area.adjusted(px(BAR), 0, -1, -2))

    def _paint_box(self, painter: QPainter, box: QRect, on: bool) -> None:
        """As the other boxes of the window."""
        colours = self.colours
        painter.setPen(QPen(QColor(colours.accent if on else colours.muted), share()))
        painter.setBrush(QColor(colours.accent if on else colours.background))
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), px(3), px(3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if on:
            painter.setPen(QPen(QColor(colours.background), 2 * share()))
            width, height = box.width(), box.height()
            painter.drawPolyline([box.topLeft() + QPoint(round(x * width), round(y * height)) for x, y in TICK])

    def _state_ink(self, state: State) -> str:
        colours = self.colours
        inks = {State.RUNNING: colours.accent, State.DIVERGED: colours.error, State.FAILED: colours.error}
        return inks.get(state, colours.muted)


@dataclass(frozen=True, slots=True)
class _Ink:
    """A text as it is written, the longest way first."""

    ways: tuple[str, ...]
    font: QFont
    colour: str
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight


def _paint_line(painter: QPainter, area: QRect, left: _Ink, right: _Ink) -> None:
    """Two texts in one line: where there is no room for both, the right one says less, then the left one."""
    align, middle = Qt.AlignmentFlag, Qt.AlignmentFlag.AlignVCenter
    wide, beside = QFontMetrics(left.font).horizontalAdvance, QFontMetrics(right.font).horizontalAdvance
    rooms = [area.width() - (beside(words) + px(MARGIN) if words else 0) for words in right.ways]
    place = next((place for place, room in enumerate(rooms) if wide(left.ways[0]) <= room), len(rooms) - 1)
    if right.ways[place]:
        painter.setFont(right.font)
        painter.setPen(QColor(right.colour))
        painter.drawText(area, int(align.AlignRight | middle), right.ways[place])
    painter.setFont(left.font)
    painter.setPen(QColor(left.colour))
    text = fitting(left.ways, left.font, rooms[place], left.elide)
    painter.drawText(area, int(align.AlignLeft | middle), text)


def ways_of(sentence: Text) -> tuple[str, ...]:
    """How a sentence can be said, with less and less."""
    return tuple(line.words for line in ways([sentence], said))


def _smaller(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALLER)
    return small


def toggle(model: QAbstractItemModel, index: Index) -> bool:
    """Draw the run together with others, or not any more."""
    role, states = Qt.ItemDataRole.CheckStateRole, Qt.CheckState
    checked = states(index.data(role)) == states.Checked
    return model.setData(model.index(index.row(), 0), states.Unchecked if checked else states.Checked, role)


class RunList(QListView):
    """``keyed`` carries a key that means something for the selected runs: Enter or Delete.

    A click into a box is for that box alone: it selects no run, and shows none.
    """

    keyed = Signal(object)

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.delegate = RunDelegate(self)
        self._pressed = QPersistentModelIndex()  # the run whose box the mouse went down in
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        explained_at(self, self._explained_run)
        self.setAccessibleName(self.tr("Runs; Enter shows one, Space draws it together with others, F2 renames"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        meant = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete) and not event.modifiers()
        if meant and self.state() != QAbstractItemView.State.EditingState:
            self.keyed.emit(key)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QPersistentModelIndex(self._box_at(event))
        if not self._pressed.isValid():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressed.isValid():
            super().mouseReleaseEvent(event)
        elif self._pressed == self._box_at(event):
            toggle(self.model(), self._pressed)
        self._pressed = QPersistentModelIndex()

    def _explained_run(self, at: QPoint | None) -> Shown | None:
        index = self.currentIndex() if at is None else self.indexAt(at)
        if not index.isValid():
            return None
        row = index.data(Qt.ItemDataRole.UserRole)
        area = self.visualRect(index)
        figure = None if at is None else self._figure_at(row, area, at)
        if figure is not None:
            return figure
        return Shown("run", area=area, name=row.name, sentence=said(row.details))

    def _figure_at(self, row: RunRow, area: QRect, at: QPoint) -> Shown | None:
        """The figure of a run that the mouse is over, in the third line."""
        metrics = QFontMetrics(_smaller(self.font()))
        line = self.delegate.figures_rect(area, self.font())
        if not line.contains(at):
            return None
        shown = ways_of(row.figures)
        written = fitting(shown, _smaller(self.font()), line.width(), Qt.TextElideMode.ElideRight)
        for key, words in row.parts:
            begin = written.find(said(words))
            left = line.left() + metrics.horizontalAdvance(written[:begin])
            place = QRect(left, line.top(), metrics.horizontalAdvance(said(words)), line.height())
            if begin >= 0 and place.contains(at):
                share = row.results.dead
                facts = {"share": share} if key == "dead_share" else {}
                return Shown(key, area=place, value=Value(share if facts else None, said(words), facts, place=row.name))
        return None

    def _box_at(self, event: QMouseEvent) -> QModelIndex:
        """The run whose box is under the mouse; an invalid index where there is none."""
        place: QPoint = event.position().toPoint()
        index = self.indexAt(place)
        box = self.delegate.box_rect(self.visualRect(index)).adjusted(-NEAR, -NEAR, NEAR, NEAR)
        return index if event.button() == Qt.MouseButton.LeftButton and box.contains(place) else QModelIndex()
