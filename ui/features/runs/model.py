"""The rows of the run list for Qt: only what has changed is drawn again, and the selection stays."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from relulab.views.runs import RunRow
from ui.platform.translation import said
from ui.widgets.labels import tip

Index = QModelIndex | QPersistentModelIndex


class RunModel(QAbstractListModel):
    """``renamed`` carries key and name, ``overlaid`` key and whether it is drawn together with others."""

    renamed = Signal(str, str)
    overlaid = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show ``rows``. Rows keep their place in the view unless runs came, went or changed places."""
        rows = tuple(rows)
        before, self.rows = self.rows, rows
        keys, keys_before = [row.key for row in rows], [row.key for row in before]
        if keys == keys_before:
            for number, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.rows = before
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        self.rows = rows
        places = {key: number for number, key in enumerate(keys)}
        moved = [self._place(places.get(keys_before[index.row()])) for index in kept]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def index_of(self, key: str) -> QModelIndex:
        """Where a run stands; an invalid index where it does not."""
        return self._place(next((number for number, row in enumerate(self.rows) if row.key == key), None))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable | flag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        roles = Qt.ItemDataRole
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        match role:
            case roles.DisplayRole | roles.EditRole:
                return row.name
            case roles.CheckStateRole:
                return Qt.CheckState.Checked if row.overlaid else Qt.CheckState.Unchecked
            case roles.ToolTipRole:
                return tip(said(row.details))
            case roles.AccessibleDescriptionRole:
                return said(row.details)
            case roles.AccessibleTextRole:
                return ", ".join((row.name, *map(said, (row.standing, row.difference, row.seed_words, row.figures))))
            case Qt.ItemDataRole.UserRole:
                return row
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for the change: the row follows when it has happened."""
        if not 0 <= index.row() < len(self.rows):
            return False
        key = self.rows[index.row()].key
        if role == Qt.ItemDataRole.EditRole:
            self.renamed.emit(key, str(value))
        elif role == Qt.ItemDataRole.CheckStateRole:
            self.overlaid.emit(key, Qt.CheckState(value) == Qt.CheckState.Checked)
        else:
            return False
        return True

    def _place(self, number: int | None) -> QModelIndex:
        return QModelIndex() if number is None else self.index(number)
