"""Numbers and pictures of many networks, written to files beside the window."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog

from relulab.errors import ReluLabError
from relulab.export.csv_tables import columns_of, write_parquet_table
from relulab.export.export_input import write_bytes, write_table
from relulab.views.parts import Table
from ui.features.session.new_files import with_suffix
from ui.platform.jobs import Job
from ui.platform.translation import translate
from ui.widgets.file_dialogs import ask_save

Write = Callable[[Path], None]
Tell = Callable[[str], None]

CSV, PARQUET, PNG = ".csv", ".parquet", ".png"


def save_numbers(dialog: QDialog, name: str, table: Table, tell: Tell) -> None:
    """Ask for a file and write a table as CSV, or as Parquet where that can be; ``tell`` is told what came of it."""

    def write(path: Path) -> None:
        if path.suffix == PARQUET:
            write_parquet_table(path, columns_of(table.columns, table.rows))
        else:
            write_table(path, table.columns, table.rows)

    kinds = (CSV, PARQUET) if find_spec("pyarrow") else (CSV,)
    _save(dialog, translate("Saving", "Save numbers"), name, kinds, write, tell)


def save_picture(dialog: QDialog, name: str, picture: QPixmap, tell: Tell) -> None:
    """Ask for a file and write a picture as PNG; ``tell`` is told what came of it."""
    data = png_of(picture)

    def write(path: Path) -> None:
        write_bytes(path, data)

    _save(dialog, translate("Saving", "Save picture"), name, (PNG,), write, tell)


def png_of(picture: QPixmap) -> bytes:
    """A picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def _save(dialog: QDialog, title: str, name: str, kinds: Sequence[str], write: Write, tell: Tell) -> None:
    """``kinds``: the endings that the file can have, the usual one first."""
    filters = [f"{kind[1:].upper()} (*{kind})" for kind in kinds]
    chosen, chosen_filter = ask_save(dialog, title, f"{name}{kinds[0]}", filters)
    kind = kinds[filters.index(chosen_filter)] if chosen_filter in filters else kinds[0]

    def begin(path: str) -> None:
        def fail(error: Exception) -> None:
            unknown = translate("Saving", "{file} could not be written; the log file has the details.")
            tell(str(error) if isinstance(error, ReluLabError) else unknown.format(file=path))

        saved = translate("Saving", "Saved {file}").format(file=path)
        Job.begin(lambda _progress: write(Path(path)), dialog, partial(tell, saved), fail)

    if chosen:
        with_suffix(dialog, chosen, Path(chosen).suffix if Path(chosen).suffix in kinds else kind, begin)
