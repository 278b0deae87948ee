"""What the columns are: a list that only draws what is seen, with a search where there are many."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QMenu, QPushButton, QVBoxLayout, QWidget

from relulab.data.tables.columns import Role, TableColumn, Type
from relulab.data.tables.roles import may_have
from relulab.data.tables.types import CHOSEN, may_hold
from relulab.views.table import TableView
from relulab.views.table_lines import HEADINGS, ROLES, TYPES, ColumnLine
from ui.features.design.reader.columns_model import ColumnsModel
from ui.features.design.reader.columns_painter import ROLE, TYPE, ColumnPainter, cells
from ui.platform.translation import said
from ui.widgets.labels import set_tip
from ui.widgets.palette import LIGHT, Palette

SEARCH_FROM = 20  # columns
KEYS = {Qt.Key.Key_L: Role.FEATURE, Qt.Key.Key_P: Role.TARGET, Qt.Key.Key_O: Role.IGNORE}
TYPE_KEYS = {
    Qt.Key.Key_N: Type.NUMBER, Qt.Key.Key_C: Type.CLASS, Qt.Key.Key_D: Type.DATE, Qt.Key.Key_T: Type.TEXT,
}  # fmt: skip


class Headings(QWidget):
    """The titles above the list, in the places of its parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours, self.right = LIGHT, 0  # pixels that a scroll bar takes
        self.setAccessibleName(self.tr("Titles of the list of columns"))
        self.setAccessibleDescription(", ".join(map(said, HEADINGS)))
        self.setFixedHeight(self.fontMetrics().height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = QPainter(self), QRectF(0, 0, self.width() - self.right, self.height())
        painter.fillRect(self.rect(), QColor(self.colours.background))
        painter.setPen(QColor(self.colours.muted))
        for title, part in zip(map(said, HEADINGS), cells(room), strict=True):
            shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(part.width()))
            painter.drawText(part, Qt.AlignmentFlag.AlignVCenter, shown)


class ColumnList(QListView):
    """``roleWanted`` carries a line and a role: chosen from a list, or by the keys L, P and O.

    ``typeWanted`` carries a line and a type, None for the one that was found: from a list, or by N, C, D and T.
    """

    roleWanted = Signal(int, object)
    typeWanted = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnsModel(self)
        self.painter = ColumnPainter(self)
        self.setModel(self.columns)
        self.setItemDelegate(self.painter)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(
            self.tr(
                "Columns of the table; L learns from one, P predicts it, O leaves it out; N takes it for numbers, "
                "C for classes, D for dates, T for text"
            )
        )

    def menu_of(self, row: int) -> QMenu:
        """What can be done with the columns of a line."""
        menu = QMenu(self)
        columns = self.columns.columns(row)
        for role in (Role.FEATURE, Role.TARGET, Role.IGNORE):
            action = menu.addAction(said(ROLES[role]))
            action.setEnabled(_may_all_have(columns, role))
            action.setData(role)
            action.triggered.connect(lambda _=False, wanted=role: self.roleWanted.emit(row, wanted))
        return menu

    def type_menu_of(self, row: int) -> QMenu | None:
        """What the column of a line may be taken for; None where the line stands for several, or for nothing."""
        line = self.columns.lines[row]
        if not isinstance(line, ColumnLine) or not line.can_change:
            return None
        menu = QMenu(self)
        for kind in CHOSEN.values():
            action = menu.addAction(said(TYPES[kind]))
            action.setEnabled(may_hold(line.column, kind))
            action.setData(kind)
            action.triggered.connect(lambda _=False, wanted=kind: self.typeWanted.emit(row, wanted))
        menu.addSeparator()
        menu.addAction(self.tr("as found in the file")).triggered.connect(lambda: self.typeWanted.emit(row, None))
        return menu

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        for part in (TYPE, ROLE):
            if index.isValid() and self._area(index, part).contains(event.position().toPoint()):
                self._open_menu(index, part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        role, kind = KEYS.get(Qt.Key(event.key())), TYPE_KEYS.get(Qt.Key(event.key()))
        if not index.isValid() or event.modifiers():
            super().keyPressEvent(event)
        elif role is not None:
            if _may_all_have(self.columns.columns(index.row()), role):
                self.roleWanted.emit(index.row(), role)
        elif kind is not None:
            line = self.columns.lines[index.row()]
            if isinstance(line, ColumnLine) and may_hold(line.column, kind):
                self.typeWanted.emit(index.row(), kind)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open_menu(index, ROLE)
        else:
            super().keyPressEvent(event)

    def _open_menu(self, index: QModelIndex, part: int) -> None:
        menu = self.menu_of(index.row()) if part == ROLE else self.type_menu_of(index.row())
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(self._area(index, part).bottomLeft()))

    def _area(self, index: QModelIndex, part: int) -> QRect:
        return cells(QRectF(self.visualRect(index)))[part].toRect()


def _may_all_have(columns: Sequence[TableColumn], role: Role) -> bool:
    """Whether all of them can have it; only one is predicted."""
    return all(may_have(column, role) for column in columns) and (role is not Role.TARGET or len(columns) == 1)


class ColumnsPart(QFrame):
    """``roleWanted`` carries the numbers of columns and a role; ``typeWanted`` one number, and a type or None."""

    roleWanted = Signal(object, object)
    typeWanted = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.headings = Headings()
        self.list = ColumnList()
        self.search = QLineEdit()
        self.one_by_one = QPushButton()
        self._arrange()
        self.list.roleWanted.connect(self._want)
        self.list.typeWanted.connect(lambda row, kind: self.typeWanted.emit(self._number(row), kind))
        self.search.textChanged.connect(self._find)
        self.one_by_one.toggled.connect(self._show_single)

    def show_table(self, view: TableView | None) -> None:
        """Show the columns of a table."""
        self.list.columns.show_table(view)
        count = len(view.table.columns) if view else 0
        self.search.setVisible(count >= SEARCH_FROM)
        self.search.setPlaceholderText(self.tr("Find one of {count} columns").format(count=f"{count:,}"))
        self.one_by_one.setVisible(self.list.columns.has_runs or self.list.columns.single)
        self._place()

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self.headings.colours = self.list.painter.colours = palette
        self.headings.update()
        self.list.viewport().update()

    @Slot(int, object)
    def _want(self, row: int, role: Role) -> None:
        self.roleWanted.emit(tuple(column.number for column in self.list.columns.columns(row)), role)

    def _number(self, row: int) -> int:
        return self.list.columns.columns(row)[0].number

    @Slot(str)
    def _find(self, wanted: str) -> None:
        self.list.columns.wanted = wanted.strip()
        self.list.columns.show_table(self.list.columns.view)

    @Slot(bool)
    def _show_single(self, single: bool) -> None:
        self.list.columns.single = single
        self.list.columns.show_table(self.list.columns.view)

    def _place(self) -> None:
        bar = self.list.verticalScrollBar()
        self.headings.right = bar.width() if bar.isVisible() else 0
        self.headings.update()

    def _arrange(self) -> None:
        self.one_by_one.setCheckable(True)
        self.one_by_one.setText(self.tr("One by one"))
        set_tip(self.one_by_one, self.tr("Show columns whose names count up one by one"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(self.tr("Find a column by its name"))
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        row.addWidget(self.one_by_one)
        row.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.headings)
        layout.addWidget(self.list, 1)
        self.list.verticalScrollBar().rangeChanged.connect(self._place)
        self.list.setMinimumHeight(4 * self.fontMetrics().height() * 2)
