"""How a table is read, what its columns are and what will be learned: shown, asked, and to be changed.

The order is that of thought: the file, its columns, the aim. Nothing changes in the design before the table is used; a
run goes on behind the dialog. Every choice is a new reading, beside the window.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from relulab.catalog.entry import Value
from relulab.data.table import CSV
from relulab.data.table_reading import settled
from relulab.data.tables.choices import Choices
from relulab.data.tables.columns import Role, Type
from relulab.data.tables.guesses import Answer, Question
from relulab.data.tables.roles import with_answer, with_role, with_type
from ui.features.design.reader.columns_part import ColumnsPart
from ui.features.design.reader.file_part import FilePart
from ui.features.design.reader.footer import Footer, ProgressLine
from ui.features.design.reader.learned_part import LearnedPart
from ui.features.design.reader.questions import QuestionBox
from ui.features.design.reader.reading import Reading, TableReader
from ui.widgets.contents import nest
from ui.widgets.fitting import fit
from ui.widgets.labels import Label, as_title
from ui.widgets.messages import ProblemLine
from ui.widgets.palette import Palette
from ui.widgets.sizes import px, px_size

INSET = 38  # pixels inside the window
LARGEST = QSize(1500, 900)
MARGIN = 120  # pixels around answers, with the bar that scrolls
RIGHT = 404  # pixels of the last part
LEFT = 460  # that the others need beside it; where there is less, it stands below them


class TableDialog(QDialog):
    """``used`` carries the parameters of the data set ``csv``; ``otherWanted`` asks for another file."""

    used = Signal(object)
    otherWanted = Signal()

    def __init__(self, parent: QWidget, palette: Palette) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.reader = TableReader(self)
        self._room = parent.window().size() - QSize(2 * INSET, 2 * INSET)
        self.questions = QuestionBox(self._room.width() - px(MARGIN))
        self.problem = ProblemLine()
        self.progress = ProgressLine()
        self.file = FilePart()
        self.columns = ColumnsPart()
        self.learned = LearnedPart()
        self.footer = Footer()
        self.reading: Reading | None = None
        self._path = ""
        self._choices = Choices()
        self._parts: list[Callable[[], None]] = []  # that have still to show what was read
        self._turn = QTimer(self, interval=0)
        self._is_new = True  # nothing of the file has been shown
        self._waits = False  # the button was pressed before all rows were read
        self._arrange()
        self._connect()
        self.set_theme(palette)
        self._forget()

    @property
    def choices(self) -> Choices:
        """What was chosen until now."""
        return self._choices

    def show_table(self, path: str, choices: Choices | None = None) -> None:
        """Read the table at ``path``, which the user chose; what is not chosen is found in it."""
        self._path = path
        self._choices = choices or Choices()
        self._forget()
        self.setWindowTitle(self.tr("{file} – How this table is read").format(file=as_title(Path(path).name)))
        self._read()

    def _forget(self) -> None:
        """Nothing of a file is shown: there is nothing to choose before some of it has been read."""
        self.reading, self._is_new = None, True
        self.setWindowTitle(self.tr("How this table is read"))
        for part in (self.file, self.columns, self.learned):
            part.setEnabled(False)

    def set_theme(self, palette: Palette) -> None:
        """Take over the colours of ``palette``."""
        for part in (self.file, self.columns, self.learned):
            part.set_theme(palette)

    def done(self, result: int) -> None:
        """However it ends, nothing is read any more."""
        self.reader.close()
        self._turn.stop()
        super().done(result)

    def _read(self) -> None:
        self._waits = False
        self.reader.request(self._path, self._choices)
        self._tell()

    @Slot(str, str)
    def _choose(self, name: str, value: str) -> None:
        self._change(replace(self._choices, **{name: value}))

    @Slot(object, object)
    def _give_role(self, numbers: tuple[int, ...], role: Role) -> None:
        if self.reading is not None and self.reading.table is not None:
            self._change(with_role(self._choices, self.reading.table, numbers, role))

    @Slot(int, object)
    def _give_type(self, number: int, kind: Type | None) -> None:
        if self.reading is not None and self.reading.table is not None:
            self._change(with_type(self._choices, self.reading.table, number, kind))

    @Slot(object, object)
    def _answer(self, question: Question, answer: Answer) -> None:
        if self.reading is not None and self.reading.table is not None:
            self._change(with_answer(self._choices, self.reading.table, question, answer))

    def _change(self, choices: Choices) -> None:
        if choices != self._choices:
            self._choices = choices
            self._read()

    @Slot(object)
    def _show(self, reading: Reading) -> None:
        """What was read takes the place of what was shown; nothing scrolls by itself."""
        self.reading = reading
        self.questions.show_questions(reading.table.questions if reading.table else ())
        self.problem.set_text(reading.problem)
        self._tell()
        self.file.setEnabled(True)
        self.columns.setEnabled(True)
        self._parts = [
            lambda: self.file.show_reading(reading),
            lambda: self.columns.show_table(reading.view),
            lambda: self.learned.show_reading(reading),
            lambda: self.learned.draw_reading(reading),
        ]
        self._turn.start()

    @Slot()
    def _show_part(self) -> None:
        """One part after the other, with what waits in the window between them: all at once would be a jerk."""
        if self._parts:
            self._parts.pop(0)()
            if not self._parts:
                self._lead()
        else:  # the last part is painted too
            self._turn.stop()
            self.reader.go_on()

    def _lead(self) -> None:
        """At first sight, and when something is asked, the keys are where something is to be decided."""
        asked = self.questions.answers if self.questions.isVisible() else []
        if asked and self.focusWidget() not in asked:
            asked[0].setFocus()
        elif not asked and self._is_new:
            self.learned.target.setFocus()
        self._is_new = False

    @property
    def is_shown(self) -> bool:
        """Whether everything that was read is on the screen."""
        return self.reading is not None and not self._parts

    @Slot()
    def _settle(self) -> None:
        self.progress.end()
        self._tell()
        if self._waits and self._can_use():
            self._use()

    def _tell(self) -> None:
        """The sentence at the bottom, what the button does, and what is known of the size."""
        self.progress.show_reading(self.reading, self.reader.busy)
        self.footer.show_reading(self.reading, self.reader.busy, self._waits)

    def _can_use(self) -> bool:
        reading = self.reading
        return reading is not None and reading.is_usable and reading.is_complete and reading.choices == self._choices

    @Slot()
    def _use(self) -> None:
        if self._can_use():
            parameters: Mapping[str, Value] = settled(CSV.complete(asdict(self._choices) | {"path": self._path}))
            self.used.emit(dict(parameters))
            self.accept()
        elif self.reader.busy:
            self._waits = True
            self._tell()

    @Slot()
    def _read_on(self) -> None:
        self._read()

    def _connect(self) -> None:
        self.reader.found.connect(self._show)
        self.reader.settled.connect(self._settle)
        self._turn.timeout.connect(self._show_part)
        self.reader.progressed.connect(self.progress.show_progress)
        self.progress.stop_button.clicked.connect(self.reader.stop)
        self.progress.again_button.clicked.connect(self._read_on)
        self.questions.answered.connect(self._answer)
        self.file.chosen.connect(self._choose)
        self.columns.roleWanted.connect(self._give_role)
        self.columns.typeWanted.connect(self._give_type)
        self.learned.targetWanted.connect(lambda number: self._give_role((number,), Role.TARGET))
        self.learned.chosen.connect(self._choose)
        self.footer.use_button.clicked.connect(self._use)
        self.footer.cancel_button.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._use)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.columns.search.setFocus)
        self.footer.other_button.clicked.connect(self.otherWanted)

    def _arrange(self) -> None:
        left = QVBoxLayout()
        nest(left, _heading("1", self.tr("How the file is read"), self.progress))
        left.addWidget(self.file)
        nest(left, _heading("2", self.tr("What the columns are"), self.columns.tools))
        left.addWidget(self.columns, 1)
        right = QVBoxLayout()
        nest(right, _heading("3", self.tr("What will be learned")))
        right.addWidget(self.learned, 1)
        is_wide = self._room.width() >= px(LEFT + RIGHT)
        parts = QBoxLayout(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        parts.setSpacing(14)
        if is_wide:
            self.learned.setFixedWidth(px(RIGHT))
        nest(parts, left, 1)
        nest(parts, right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self.questions)
        layout.addWidget(self.problem)
        nest(layout, parts, 1)
        layout.addWidget(self.footer)
        fit(self, self._room.boundedTo(px_size(LARGEST)), self.footer)


def _heading(number: str, title: str, beside: QWidget | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    mark, words = Label(number, alignment=Qt.AlignmentFlag.AlignCenter), Label(title)
    mark.setObjectName("part-number")
    words.setObjectName("coach-title")
    row.addWidget(mark)
    row.addWidget(words)
    row.addStretch()
    if beside is not None:
        row.addWidget(beside)
    return row
