"""The columns of a table as lines of a list; only those that are seen are worked out."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from relulab.catalog.losses import Task
from relulab.data.tables.columns import Role, TableColumn
from relulab.data.tables.understanding import Understanding
from relulab.views.table import first_values, kind, run_kind, run_name, spoken
from relulab.views.table_pictures import Run, Spread, lines_of, spread_of
from ui.platform.translation import said
from ui.widgets.labels import tip

Line = TableColumn | Run
Index = QModelIndex | QPersistentModelIndex


class ColumnsModel(QAbstractListModel):
    """``single`` shows columns of a run one by one; ``wanted`` is a part of a name that is searched for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: Understanding | None = None
        self.lines: Sequence[Line] = ()
        self.single = False
        self.wanted = ""
        self._spreads: dict[int, Spread | None] = {}

    def show_table(self, table: Understanding | None) -> None:
        """Show the columns of ``table``; the list keeps its place where it has as many lines as before."""
        self.table = table
        self._spreads = {}
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
        return any(isinstance(line, Run) for line in self.lines)

    def task_of(self, column: TableColumn) -> Task | None:
        """How a column is predicted, None where it is not."""
        return self.table.task.value if self.table is not None and column.role is Role.TARGET else None

    def spread(self, column: TableColumn) -> Spread | None:
        """How the values of a column are spread, worked out once."""
        if column.number not in self._spreads:
            self._spreads[column.number] = spread_of(column)
        return self._spreads[column.number]

    def columns(self, row: int) -> tuple[TableColumn, ...]:
        """The columns that a line stands for."""
        line = self.lines[row]
        return line.columns if isinstance(line, Run) else (line,)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{run_name(line)}, {said(run_kind(line))}" if isinstance(line, Run) else said(spoken(line))
        if role == Qt.ItemDataRole.ToolTipRole and not isinstance(line, Run):
            return tip(f"{line.name}: {said(kind(line, self.task_of(line)))}, {said(line.why)}\n{first_values(line)}")
        return None

    def _wanted_lines(self) -> Sequence[Line]:
        if self.table is None:
            return ()
        if self.wanted:
            wanted = self.wanted.casefold()
            return [column for column in self.table.columns if wanted in column.name.casefold()]
        return list(self.table.columns) if self.single else lines_of(self.table)
