"""Numbers and pictures of many networks, written to files beside the window."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QFileDialog

from relulab.errors import SessionError
from relulab.export.export_input import write_bytes, write_table
from relulab.views.parts import Table
from ui.features.session.new_files import with_suffix
from ui.platform.jobs import Job
from ui.platform.translation import translate

Write = Callable[[Path], None]
Tell = Callable[[str], None]


def save_numbers(dialog: QDialog, name: str, table: Table, tell: Tell) -> None:
    """Ask for a file and write a table as CSV; ``tell`` is told what came of it."""

    def write(path: Path) -> None:
        write_table(path, table.columns, table.rows)

    _save(dialog, translate("Saving", "Save numbers"), f"{name}.csv", write, tell)


def save_picture(dialog: QDialog, name: str, picture: QPixmap, tell: Tell) -> None:
    """Ask for a file and write a picture as PNG; ``tell`` is told what came of it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    data = bytes(buffer.data().data())

    def write(path: Path) -> None:
        write_bytes(path, data)

    _save(dialog, translate("Saving", "Save picture"), f"{name}.png", write, tell)


def _save(dialog: QDialog, title: str, proposal: str, write: Write, tell: Tell) -> None:
    chosen, _filter = QFileDialog.getSaveFileName(dialog, title, proposal)

    def begin(path: str) -> None:
        def fail(error: Exception) -> None:
            unknown = translate("Saving", "{file} could not be written; the log file has the details.")
            tell(str(error) if isinstance(error, SessionError) else unknown.format(file=path))

        saved = translate("Saving", "Saved {file}").format(file=path)
        Job.begin(lambda _progress: write(Path(path)), dialog, partial(tell, saved), fail)

    if chosen:
        with_suffix(dialog, chosen, Path(proposal).suffix, begin)
