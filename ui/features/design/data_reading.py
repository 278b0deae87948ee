"""Reads the file of a data set beside the window: what a table is stands in none of its first bytes.

The window asks nothing of a data set that ``is_read`` does not vouch for; what reads it is a job that can be stopped.
"""

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from relulab.experiment.experiment import DatasetChoice
from relulab.formatting import one_line
from ui.platform.jobs import Job
from ui.widgets.labels import Label, set_tip

PATIENCE_MS = 300  # what is read within this is not worth a word
PROGRESS_STEPS = 100


class DataReading(QObject):
    """Reads one data set at a time, the newest. ``ended`` says that it is read, or cannot be.

    ``progressed`` carries done, total (0 when unknown) and what is going on; ``stopped`` that the user wants no more.
    """

    ended = Signal()
    stopped = Signal()
    progressed = Signal(object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._wanted: DatasetChoice | None = None
        self.refused: DatasetChoice | None = None  # stopped, or it went wrong: not read again unasked

    @property
    def busy(self) -> bool:
        return self._job is not None

    def follow(self, choice: DatasetChoice) -> None:
        """See to it that ``choice`` is read."""
        if choice == self._wanted and self.busy:
            return
        self._drop()
        if not choice.is_read and choice != self.refused:
            self._wanted, self.refused = choice, None
            self._job = job = Job(choice.read, self)
            job.progressed.connect(self.progressed)
            job.succeeded.connect(self._end)
            job.failed.connect(self._end)
            job.start()

    def again(self) -> None:
        """Whatever was stopped may be read now."""
        self.refused = None

    @Slot()
    def stop(self) -> None:
        """Read no further."""
        if self.busy:
            self.refused = self._wanted
            self._drop()
            self.stopped.emit()

    def close(self) -> None:
        """End at once: the window closes."""
        if self._job is not None:
            self._job.close()
            self._job = None

    def _drop(self) -> None:
        if self._job is not None:
            self._job.disconnect(self)
            self._job.cancel()
            self._job = None

    @Slot()
    def _end(self) -> None:
        self._job = None
        if self._wanted is not None and not self._wanted.is_read:
            self.refused = self._wanted  # a fault of the reader, which is in the log
        self.ended.emit()


class ReadingStrip(QWidget):
    """How far ``reading`` is, with a button that stops it, or that begins anew what was stopped."""

    againWanted = Signal()

    def __init__(self, reading: DataReading, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = reading
        self._words = Label(wordWrap=True)
        self.bar = QProgressBar(textVisible=False, maximum=PROGRESS_STEPS)
        self.stop_button = QPushButton(self.tr("Stop reading"))
        self.again_button = QPushButton(self.tr("Read it"))
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        self._arrange()
        reading.progressed.connect(self._show)
        reading.ended.connect(self.settle)
        self.stop_button.clicked.connect(reading.stop)
        self.again_button.clicked.connect(self.againWanted)

    def text(self) -> str:
        """What is said at the moment."""
        return self._words.text()

    @Slot()
    def settle(self) -> None:
        """Show what is to be shown now: nothing, the progress in a moment, or that the reading was stopped."""
        stopped = self._reading.refused is not None and not self._reading.busy
        self.again_button.setVisible(stopped)
        self.stop_button.setVisible(not stopped)
        self.bar.setVisible(not stopped)
        if stopped:
            self._words.setText(self.tr("The file was not read to its end."))
        self.setVisible(stopped)
        if self._reading.busy:
            self._patience.start()
        else:
            self._patience.stop()

    @Slot()
    def _appear(self) -> None:
        self.setVisible(self._reading.busy)

    @Slot(object, object, str)
    def _show(self, done: int, total: int, what: str) -> None:
        if total:
            self.bar.setValue(round(PROGRESS_STEPS * done / total))
        self._words.setText(one_line(what))

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        for button, tip in (
            (self.stop_button, self.tr("Stop reading the file of this data set")),
            (self.again_button, self.tr("Read the file of this data set")),
        ):
            set_tip(button, tip)
            row.addWidget(button)
        self.bar.setAccessibleName(self.tr("How much of the file is read"))
        self.hide()
