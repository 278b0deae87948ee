"""The line at the bottom of the reader, one sentence for each state, and the line that says how far the reading is."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from relulab.data.tables.columns import Role
from relulab.data.tables.guesses import Sure
from relulab.formatting import listed, one_line
from relulab.text import text
from ui.features.design.reader.reading import Reading
from ui.platform.translation import said
from ui.widgets.elided import ElidedLabel
from ui.widgets.labels import Label, set_tip

PROGRESS_STEPS = 100
OMITTED_NAMED = 4  # of columns that are left out
KILO = 1000


class Footer(QWidget):
    """What state the table is in, and what can be done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel()
        self.other_button = QPushButton(self.tr("Another file…"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.use_button = QPushButton(self.tr("Use this table"))
        self.use_button.setObjectName("use-table")
        self.use_button.setDefault(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(self.words, 1)
        for button in (self.other_button, self.cancel_button, self.use_button):
            row.addWidget(button)
        set_tip(self.cancel_button, self.tr("Leave the design as it is"))
        set_tip(self.other_button, self.tr("Choose another table"))

    def show_reading(self, reading: Reading | None, busy: bool, waits: bool) -> None:
        """One sentence for the state; the button is off where something has to be done first."""
        wholly = reading is not None and reading.is_complete and not busy
        can_be_used = reading is not None and reading.is_usable
        self.use_button.setText(self.tr("Use this table") if wholly or not can_be_used else self.tr("Use when read"))
        self.use_button.setEnabled(can_be_used and not waits and (wholly or busy))
        self.words.setText(self._sentence(reading, busy, waits))

    def _sentence(self, reading: Reading | None, busy: bool, waits: bool) -> str:
        if reading is None:
            return self.tr("… The file is being read.") if busy else self.tr("The reading was stopped.")
        if reading.problem:
            return self.tr("! This table cannot be used as it is: see above.")
        if reading.table is not None and reading.table.questions:
            return self.tr("? Answer what is asked above, then the table can be used.")
        if waits:
            return self.tr("… The table will be used as soon as all rows are read.")
        if not reading.is_complete:
            told = self.tr("… Guessed from some of the rows; each guess is checked while the rest is read.")
            return told if busy else self.tr("! Not all rows were read: read on to use the table.")
        return self._clear(reading)

    def _clear(self, reading: Reading) -> str:
        assert reading.table is not None
        left_out = [one.name for one in reading.table.columns if one.role in (Role.IGNORE, Role.IDENTIFIER)]
        names = listed(map(one_line, left_out[:OMITTED_NAMED]))
        parts = []
        if left_out:
            shown = names if len(left_out) <= OMITTED_NAMED else f"{names} …"
            parts.append(self.tr("Left out: {names}.").format(names=shown))
        likely = any(
            guess.sure is not Sure.CERTAIN
            for guess in (reading.table.separator, reading.table.numbers, reading.table.header, reading.table.encoding)
        )
        if likely:
            parts.append(self.tr("What is likely (≈) was taken so; have a look."))
        elif not left_out:
            parts.append(self.tr("Everything was clear."))
        return "✓ " + " ".join([*parts, self.tr("The file itself is never changed.")])


class ProgressLine(QWidget):
    """How large the table is; while it is read, how far that is, with a button that stops it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Label()
        self.bar = QProgressBar(textVisible=False, maximum=PROGRESS_STEPS)
        self.stop_button = QPushButton(self.tr("Stop reading"))
        self.again_button = QPushButton(self.tr("Read on"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.words.setProperty("role", "muted")
        self.bar.setFixedWidth(14 * self.fontMetrics().averageCharWidth())
        self.bar.setAccessibleName(self.tr("How much of the file is read"))
        for part in (self.words, self.bar, self.stop_button, self.again_button):
            row.addWidget(part)
        for part in (self.bar, self.stop_button, self.again_button):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(False)
            part.setSizePolicy(policy)
            part.hide()

    def show_reading(self, reading: Reading | None, busy: bool) -> None:
        """Say how large the table is, and whether it was read to its end."""
        stopped = not busy and (reading is None or not reading.is_complete)
        self.again_button.setVisible(stopped)
        if reading is not None and reading.is_complete and not busy:
            self.words.setText(self._size(reading))

    @Slot(object, object, str)
    def show_progress(self, done: int, total: int, what: str) -> None:
        """How far the reading is."""
        self.bar.setVisible(True)
        self.stop_button.setVisible(True)
        if total:
            self.bar.setValue(round(PROGRESS_STEPS * done / total))
        self.words.setText(one_line(what))

    def end(self) -> None:
        """Nothing is read at the moment."""
        self.bar.hide()
        self.stop_button.hide()

    def _size(self, reading: Reading) -> str:
        size = _bytes(reading.size)
        if reading.table is None:
            return size
        words = text(
            "{size} · {rows:row|rows}, {columns:column|columns}",
            size=size, rows=reading.table.rows, columns=len(reading.table.columns),
        )  # fmt: skip
        return said(words)


def _bytes(size: int) -> str:
    """``14.7 kB``."""
    if size < KILO:
        return f"{size} bytes"
    value, unit = (size / KILO, "kB") if size < KILO**2 else (size / KILO**2, "MB")
    return f"{value:.1f} {unit}"
