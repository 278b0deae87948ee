"""A combo box that is safe inside a scrolling form: the wheel only turns it while it has the focus."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from relulab.formatting import one_line
from ui.widgets.labels import set_tip, tip

Index = QModelIndex | QPersistentModelIndex
TIP = Qt.ItemDataRole.UserRole + 1  # the tip of an item as it was given

SHORTEST = 8  # characters that stay visible however narrow the form is


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a combo: ``key`` is its value. Lines of one ``group`` stand under its name."""

    key: str
    title: str
    tip: str = ""
    group: str = ""
    icon: QIcon | None = None


class _Lines(QStandardItemModel):
    """The lines of a combo. Which are pale is kept here: an item that C++ made must not be asked for (``contents``)."""

    def __init__(self, parent: QComboBox) -> None:
        super().__init__(parent)
        self._pale: frozenset[int] = frozenset()

    def make_pale(self, rows: Iterable[int]) -> None:
        """These lines can be seen, and not be chosen."""
        self._pale = frozenset(rows)
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags & ~Qt.ItemFlag.ItemIsEnabled if index.row() in self._pale else flags


class Combo(QComboBox):
    """Chooses one key. ``edited`` carries the key that a user chose."""

    edited = Signal(object)

    def __init__(self, items: Iterable[Item] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = _Lines(self)
        self._offered: tuple[Item, ...] = ()
        self.setModel(self._items)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(SHORTEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(20)
        self.activated.connect(self._activated)
        self.set_items(items)

    def set_items(self, items: Iterable[Item]) -> None:
        """Offer ``items``, keeping the present choice where it is still there."""
        items = tuple(items)
        if items == self._offered and not any(item.icon for item in items):
            return
        self._offered = items
        kept = self.value()
        self._items.clear()
        self._items.make_pale(())
        for group, lines in groupby(items, key=lambda item: item.group):
            if group:
                self._items.appendRow(_heading(group))
            self._add(tuple(lines))
        self.setValue(kept)

    def _add(self, items: tuple[Item, ...]) -> None:
        """All at once: hundreds of columns as objects of Python's would hold the window for a tenth of a second."""
        first = self._items.rowCount()
        self.insertItems(first, [one_line(item.title) for item in items])
        for row, item in enumerate(items, first):
            self.setItemData(row, item.key)
            if item.tip:
                self.setItemData(row, tip(item.tip), Qt.ItemDataRole.ToolTipRole)
                self.setItemData(row, item.tip, TIP)
            if item.icon is not None:
                self.setItemIcon(row, item.icon)

    def value(self) -> str:
        """The chosen key, empty when none is."""
        return str(self.currentData() or "")

    def setValue(self, key: str) -> None:
        """Choose ``key``; one that is not among the items shows the placeholder."""
        index = self.findData(key)
        self.setCurrentIndex(index)
        set_tip(self, str(self.itemData(index, TIP) or "") if index >= 0 else "")

    def set_enabled_keys(self, keys: Iterable[str]) -> None:
        """Only these keys can be chosen; the others are shown pale."""
        allowed = set(keys)
        lines = [(row, self.itemData(row)) for row in range(self.count())]
        self._items.make_pale(row for row, key in lines if key and key not in allowed)

    def showPopup(self) -> None:
        """A list that is wide enough for its longest line."""
        width = self.view().sizeHintForColumn(0) + 2 * self.iconSize().width()
        self.view().setMinimumWidth(max(self.width(), width))
        super().showPopup()

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), super().sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _activated(self, index: int) -> None:
        set_tip(self, str(self.itemData(index, TIP) or ""))
        self.edited.emit(self.value())


def _heading(title: str) -> QStandardItem:
    heading = QStandardItem(title)
    heading.setFlags(Qt.ItemFlag.NoItemFlags)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    return heading
