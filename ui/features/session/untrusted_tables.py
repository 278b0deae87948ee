"""Asks before a table is read that an opened file names: the file may come from a stranger, see ``untrusted_paths``."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from relulab.data.untrusted_paths import release
from ui.widgets.banner import WARNING, Banner, BannerButton


class UntrustedTables(QObject):
    """Writes its question into ``banner``."""

    def __init__(self, banner: Banner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._banner = banner

    def ask(self, paths: tuple[str, ...], then: Callable[[], None]) -> str:
        """Ask whether ``paths`` may be read, and go on with ``then`` if so. Returns the question."""

        def read() -> None:
            release(paths)
            self._banner.dismiss()
            then()

        question = self.tr(
            "This file takes its data from elsewhere on this computer: {files}. Nothing of that has been read. "
            "Have it read only if you know where this file comes from."
        ).format(files=", ".join(paths))
        self._banner.show_message(WARNING, question, [BannerButton(self.tr("Read the data"), read)])
        return question
