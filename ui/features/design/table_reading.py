"""Tables between the design panel, the reader and the run: chosen, looked at, used, and read again."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from relulab.data.table import KEY
from relulab.data.tables.choices import FIRST, Choices
from relulab.data.untrusted_paths import release
from ui.features.design.panel import DesignPanel
from ui.features.training.controller import RunController
from ui.shell.commands import Command
from ui.shell.window import Window
from ui.widgets.file_dialogs import ask_open
from ui.widgets.palette import Palette

if TYPE_CHECKING:
    from ui.features.design.reader import TableDialog

TURN_MS = 10  # milliseconds in which what waits in the window comes first
PAINTED_MS = 70  # milliseconds after which a new dialog is on the screen


class TableReading(QObject):
    """``dialog`` is the reader while it is open."""

    def __init__(
        self, panel: DesignPanel, window: Window, run_controller: RunController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.dialog: TableDialog | None = None
        self._panel = panel
        self._window = window
        self._run_controller = run_controller
        self._reads_again = False
        tip = self.tr("Learn from a table of your own: see how it is read, then use it")
        self.command = Command(
            "open-table", self.tr("Open a &table…"), tip, self.choose, "file", keys=("Ctrl+T",), picture="open",
        )  # fmt: skip
        panel.data.table.openWanted.connect(self.choose)
        panel.data.table.readerWanted.connect(self.show_reader)
        panel.data.table.againWanted.connect(self._read_again)
        panel.data.reading.ended.connect(self._go_on)
        panel.coloursChanged.connect(self._recolour)

    @property
    def _path(self) -> str:
        """The table in use, empty for none."""
        dataset = self._panel.value().data.dataset
        return str(dataset.parameters["path"]) if dataset.name == KEY else ""

    @Slot()
    def choose(self) -> None:
        """Let the user choose a table, and show how it is read."""
        tables = self.tr("Tables (*.csv *.tsv *.tab *.txt *.dat *.data)")
        path = ask_open(self.dialog or self._window, self.tr("Open a table"), [tables], beside=self._path)
        if path:
            self.open(path)

    @Slot(str)
    def open(self, path: str) -> None:
        """Show how the table at ``path`` is read. Nothing is taken over from another table."""
        self._show_table(path, Choices())

    @Slot()
    def show_reader(self) -> None:
        """Show how the table in use is read."""
        if self._path:
            parameters = self._panel.value().data.dataset.parameters
            is_first = parameters["reading"] == FIRST
            self._show_table(self._path, Choices() if is_first else Choices.of(parameters))

    def close(self) -> None:
        """The window closes."""
        if self.dialog is not None:
            self.dialog.close()

    def _show_table(self, path: str, choices: Choices) -> None:
        """In the dialog that is there. A new one is made, painted, and only then reads: each a turn of the window.

        Together they would hold it: painting and reading both want Python's lock.
        """
        release([path])
        if self.dialog is not None:
            self.dialog.show_table(path, choices)
            return
        from ui.features.design.reader import TableDialog

        self.dialog = dialog = TableDialog(self._window, self._panel.colours)
        dialog.used.connect(self._panel.use_table)
        dialog.otherWanted.connect(self.choose)
        dialog.finished.connect(self._forget)
        QTimer.singleShot(TURN_MS, dialog, dialog.open)
        QTimer.singleShot(PAINTED_MS, dialog, partial(dialog.show_table, path, choices))

    @Slot(object)
    def _recolour(self, palette: Palette) -> None:
        if self.dialog is not None:
            self.dialog.set_theme(palette)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None

    @Slot()
    def _read_again(self) -> None:
        """The file has changed: the choices stay, the run begins anew with what the file holds now."""
        self._reads_again = True
        self._panel.reload_data()

    @Slot()
    def _go_on(self) -> None:
        if not self._reads_again:
            return
        self._reads_again = False
        if self._panel.problem is not None:
            self.show_reader()  # what no longer fits is asked there
        else:
            self._run_controller.build()
