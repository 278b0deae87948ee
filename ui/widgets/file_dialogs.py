"""The questions for a file or a folder: each says what for, shows its kinds of files, and begins where the user was.

Outside of this file nothing makes a ``QFileDialog`` (``tests/ui/widgets/test_file_dialogs.py``).
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.platform.translation import translate

_visited: list[str] = []  # the folder that was chosen last in this process, by whichever dialog


def begin_in(folder: str) -> None:
    """Begin in ``folder`` from now on: it is known from an earlier start, or a file in it was opened."""
    _visited[:] = [folder] if folder else []


def last_folder() -> str:
    """Where the user last was, the folder of documents at first; never the one that the program lies in."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return _visited[0] if _visited else documents or str(Path.home())


def ask_open(parent: QWidget | None, title: str, kinds: Sequence[str], beside: str = "") -> str:
    """The path of a file to open, empty where none was chosen. ``kinds``: ``Tables (*.csv *.tsv)``.

    ``beside`` is a file whose folder is a better place to begin in. All files can be shown, too.
    """
    place = str(Path(beside).parent) if beside else last_folder()
    every = translate("FileDialogs", "All files (*)")
    path, _kind = QFileDialog.getOpenFileName(parent, title, place, ";;".join((*kinds, every)))
    return _went_to(path)


def ask_save(parent: QWidget | None, title: str, name: str, kinds: Sequence[str]) -> tuple[str, str]:
    """The path of a file to write, empty where none was chosen, and which of the ``kinds`` it shall be."""
    path, kind = QFileDialog.getSaveFileName(parent, title, str(Path(last_folder()) / name), ";;".join(kinds))
    return _went_to(path), kind


def ask_folder(parent: QWidget | None, title: str) -> str:
    """The path of a folder, empty where none was chosen."""
    path = QFileDialog.getExistingDirectory(parent, title, last_folder())
    if path:
        begin_in(str(Path(path).absolute()))
    return path


def _went_to(path: str) -> str:
    if path:
        begin_in(str(Path(path).absolute().parent))
    return path
