"""File > Open recent: the files that were opened or saved last, the newest first."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ui.features.session.documents import Documents

MOST = 8


class RecentFiles(QObject):
    """Fills ``menu`` with ``paths``, as the settings keep them, and opens what is chosen there."""

    def __init__(self, menu: QMenu, documents: Documents, paths: list[str]) -> None:
        super().__init__(menu)
        self.paths = [path for path in paths if isinstance(path, str)][:MOST]
        self._menu = menu
        self._documents = documents
        documents.used.connect(self.remember)
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._open)

    @Slot(str)
    def remember(self, path: str) -> None:
        """``path`` was opened or saved."""
        path = str(Path(path).resolve())
        self.paths = [path, *(other for other in self.paths if other != path)][:MOST]

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        for path in self.paths:
            action = self._menu.addAction(Path(path).name.replace("&", "&&"))
            action.setData(path)
            action.setToolTip(path)
        if not self.paths:
            self._menu.addAction(self.tr("No files yet")).setEnabled(False)

    @Slot(QAction)
    def _open(self, action: QAction) -> None:
        if action.data():
            self._documents.open(action.data())
