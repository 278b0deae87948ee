"""A table in use: its file, what is learned from what, a picture, and the ways to change how it is read."""

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from relulab.catalog.entry import Value
from relulab.data.shipped_tables import table_parameters
from relulab.data.table import KEY, version
from relulab.data.tables.choices import Choices
from relulab.experiment.experiment import DatasetChoice
from relulab.formatting import capital
from ui.platform.jobs import Job
from ui.platform.translation import said
from ui.widgets.contents import nest
from ui.widgets.elided import ElidedLabel
from ui.widgets.explained import all_explained
from ui.widgets.labels import Label, set_tip
from ui.widgets.palette import LIGHT, Palette
from ui.widgets.sizes import px

if TYPE_CHECKING:
    from relulab.data.tables.understanding import Understanding
    from ui.features.design.reader.picture import TablePicture

LOOK_MS = 2000  # between two looks at whether the file has changed
PICTURE_HEIGHT = 230  # pixels


class TableSummary(QWidget):
    """Shown while the data are a table; one of the user's own can be exchanged and read otherwise.

    ``openWanted`` asks for a table, ``readerWanted`` for the reader of the one in use, ``againWanted`` to read it anew.
    """

    openWanted = Signal()
    readerWanted = Signal()
    againWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel()
        self.words = Label(wordWrap=True)
        self.open_button = QPushButton(self.tr("Open a table…"))
        self.reader_button = QPushButton(self.tr("What was understood…"))
        self.changed = QFrame()
        self.again_button = QPushButton(self.tr("Read again"))
        self._parameters: Mapping[str, Value] = {}
        self._version: Hashable = None
        self._colours = LIGHT
        self._looking = False
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)
        self._arrange()
        all_explained("table", self.name, self.words)
        self.open_button.clicked.connect(self.openWanted)
        self.reader_button.clicked.connect(self.readerWanted)
        self.again_button.clicked.connect(self.againWanted)

    def show_choice(self, choice: DatasetChoice) -> None:
        """Show what is known of the table of ``choice``; nothing where the data are none."""
        parameters = table_parameters(choice.name, choice.parameters)
        is_own = choice.name == KEY
        self.setVisible(parameters is not None)
        self._parameters = parameters if parameters is not None and is_own else {}
        self._version = version(self._parameters) if self._parameters else None
        path = str(self._parameters.get("path", ""))
        self.name.setText(_name_of(path) if path else self.tr("No table is chosen yet."))
        for part in (self.name, self.reader_button, self.open_button):
            part.setVisible(is_own)
        self.reader_button.setEnabled(bool(path))
        self._show_table(parameters)
        self.changed.setVisible(False)
        self._watch()

    def _show_table(self, parameters: Mapping[str, Value] | None) -> None:
        table = None if parameters is None else _understood(parameters)
        is_drawn = table is not None and not table.questions
        if is_drawn or "picture" in vars(self):
            self.picture.setVisible(is_drawn)
        self.words.setVisible(table is not None)
        if parameters is None or table is None:
            return
        from relulab.data.tables.baseline import to_beat
        from relulab.views.table import TableView

        view = TableView(table, Choices.of(parameters))
        beaten = capital(said(to_beat(table, str(parameters["unit"]).strip())))
        self.words.setText(f"{said(view.sentence)} {beaten}." if beaten else said(view.sentence))
        if is_drawn:
            self.picture.show_table(view)

    @cached_property
    def picture(self) -> "TablePicture":
        """Made for the first table: it needs all that plots need, and the design is there before them."""
        from ui.features.design.reader.picture import TablePicture

        picture = TablePicture(self)
        picture.setFixedHeight(px(PICTURE_HEIGHT))
        picture.set_theme(self._colours)
        all_explained("table", picture)
        self._column.insertWidget(self._column.indexOf(self.words) + 1, picture)
        return picture

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        self._colours = palette
        if "picture" in vars(self):
            self.picture.set_theme(palette)

    @Slot()
    def look(self) -> None:
        """Whether the file is still the one that was read: beside the window, for its drive may answer late."""
        if self._looking or self._version is None:
            return
        parameters, read = self._parameters, self._version
        found: list[Hashable] = []

        def end() -> None:
            self._looking = False
            if parameters is self._parameters:
                self.changed.setVisible(found != [read])

        self._looking = True
        Job.begin(lambda _progress: found.append(version(parameters)), self, end, lambda _error: end())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()

    def _watch(self) -> None:
        if self.isVisible() and self._parameters.get("path"):
            self._look.start()
        else:
            self._look.stop()

    def _arrange(self) -> None:
        font = self.name.font()
        font.setBold(True)
        self.name.setFont(font)
        self.words.setProperty("role", "muted")
        buttons = QHBoxLayout()
        for button, tip in (
            (
                self.reader_button,
                self.tr("How the file was read, what its columns are, what is learned: to be changed"),
            ),
            (self.open_button, self.tr("Choose a table: a text file with one row per sample")),
        ):
            set_tip(button, tip)
            buttons.addWidget(button)
        buttons.addStretch()
        self.changed.setObjectName("banner")
        self.changed.setProperty("level", "warning")
        row = QHBoxLayout(self.changed)
        row.addWidget(Label(self.tr("The file has changed since it was read."), wordWrap=True), 1)
        row.addWidget(self.again_button)
        set_tip(self.again_button, self.tr("Read the file as it is now; your choices are kept"))
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.name, self.words, self.changed):
            column.addWidget(part)
        nest(column, buttons)
        self.hide()


def _name_of(path: str) -> str:
    from relulab.views.table import table_name

    return table_name(path)


def _understood(parameters: Mapping[str, Value]) -> "Understanding | None":
    """What is known of a table. What reads tables is imported for those who have one."""
    from relulab.data.table_reading import known

    return known(parameters)
