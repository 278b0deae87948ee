"""What the columns are: a list that only draws what is seen, with a search where there are many."""

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListView, QMenu, QPushButton, QVBoxLayout, QWidget

from relulab.data.tables.columns import Role
from relulab.data.tables.roles import may_have
from relulab.views.table import TableView
from relulab.views.table_lines import HEADINGS, ROLES
from ui.features.design.reader.columns_model import ColumnsModel
from ui.features.design.reader.columns_painter import ColumnPainter, cells
from ui.platform.translation import said
from ui.widgets.labels import set_tip
from ui.widgets.palette import LIGHT, Palette

SEARCH_FROM = 20  # columns
KEYS = {Qt.Key.Key_L: Role.FEATURE, Qt.Key.Key_P: Role.TARGET, Qt.Key.Key_O: Role.IGNORE}


class Headings(QWidget):
    """The titles above the list, in the places of its parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colours = LIGHT
        self.right = 0  # pixels that a scroll bar takes
        self.setFixedHeight(self.fontMetrics().height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colours.background))
        painter.setPen(QColor(self.colours.muted))
        area = QRectF(0, 0, self.width() - self.right, self.height())
        for title, part in zip(map(said, HEADINGS), cells(area), strict=True):
            shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(part.width()))
            painter.drawText(part, Qt.AlignmentFlag.AlignVCenter, shown)


class ColumnList(QListView):
    """``roleWanted`` carries a line and a role: chosen from a list, or by the keys L, P and O."""

    roleWanted = Signal(int, object)

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
        self.setAccessibleName(self.tr("Columns of the table; L learns from one, P predicts it, O leaves it out"))

    def menu_of(self, row: int) -> QMenu:
        """What can be done with the columns of a line."""
        menu = QMenu(self)
        columns = self.columns.columns(row)
        for role in (Role.FEATURE, Role.TARGET, Role.IGNORE):
            action = menu.addAction(said(ROLES[role]))
            allowed = all(may_have(column, role) for column in columns) and (
                role is not Role.TARGET or len(columns) == 1
            )
            action.setEnabled(allowed)
            action.setData(role)
            action.triggered.connect(lambda _=False, wanted=role: self.roleWanted.emit(row, wanted))
        return menu

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._role_area(index).contains(event.position().toPoint()):
            self._open_menu(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        role = KEYS.get(Qt.Key(event.key()))
        if index.isValid() and role is not None and not event.modifiers():
            columns = self.columns.columns(index.row())
            if all(may_have(column, role) for column in columns) and (role is not Role.TARGET or len(columns) == 1):
                self.roleWanted.emit(index.row(), role)
        elif index.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open_menu(index)
        else:
            super().keyPressEvent(event)

    def _open_menu(self, index: QModelIndex) -> None:
        menu = self.menu_of(index.row())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(self._role_area(index).bottomLeft()))

    def _role_area(self, index: QModelIndex) -> QRect:
        return cells(QRectF(self.visualRect(index)))[5].toRect()


class ColumnsPart(QFrame):
    """``roleWanted`` carries the numbers of columns and a role."""

    roleWanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.headings = Headings()
        self.list = ColumnList()
        self.search = QLineEdit()
        self.one_by_one = QPushButton()
        self._arrange()
        self.list.roleWanted.connect(self._want)
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
