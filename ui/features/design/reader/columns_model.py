"""The columns of a table as lines of a list; only those that are seen are worked out."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from relulab.data.tables.columns import TableColumn
from relulab.views.table import TableView
from relulab.views.table_lines import ColumnLine, Line, RunLine, line_of
from ui.platform.translation import said
from ui.widgets.labels import tip

Index = QModelIndex | QPersistentModelIndex


class ColumnsModel(QAbstractListModel):
    """``single`` shows columns of a run one by one; ``wanted`` is a part of a name that is searched for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view: TableView | None = None
        self.lines: Sequence[Line] = ()
        self.single = False
        self.wanted = ""

    def show_table(self, view: TableView | None) -> None:
        """Show the columns of a table; the list keeps its place where it has as many lines as before."""
        self.view = view
        lines = self._wanted_lines()
        if len(lines) == len(self.lines):
            self.lines = lines
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    @property
    def has_runs(self) -> bool:
        return any(isinstance(line, RunLine) for line in self.lines)

    def columns(self, row: int) -> tuple[TableColumn, ...]:
        """The columns that a line stands for."""
        return self.lines[row].columns

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return said(line.spoken)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(line, ColumnLine):
            return tip(f"{line.column.name}: {said(line.kind)}, {said(line.column.why)}\n{line.values}")
        return None

    def _wanted_lines(self) -> Sequence[Line]:
        if self.view is None:
            return ()
        table = self.view.table
        if self.wanted:
            wanted = self.wanted.casefold()
            return [line_of(table, column) for column in table.columns if wanted in column.name.casefold()]
        return [line_of(table, column) for column in table.columns] if self.single else self.view.lines
