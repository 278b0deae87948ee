"""A report on the session, from the window: a question, then a process of its own that writes the file.

The session is gathered in a thread, as for saving, and given to ``relulab report`` in a temporary file. So drawing
figures takes no time from the window and from a training that is under way.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.errors import ReluLabError
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import SUFFIX, save_session
from relulab.session.records import Session
from ui.features.export.report_dialog import ReportDialog, ReportOrder
from ui.features.session.controller import SessionController
from ui.features.session.session_file import LAST_SECONDS
from ui.platform.child_process import ChildProcess
from ui.platform.jobs import Job

Gather = Callable[[], tuple[Session, Hashable]]


class Reporting(QObject):
    """``written`` carries the path of the report, ``failed`` a message for the user. One report at a time.

    ``ordered`` carries the ReportOrder when somebody has said what the report shall be.
    """

    ordered = Signal(object)
    written = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, session_controller: SessionController) -> None:
        super().__init__(window)
        self._window = window
        self._session_controller = session_controller
        self._process = ChildProcess(self)
        self._process.succeeded.connect(self._finish)
        self._process.failed.connect(self._fail)
        self._job: Job | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._path = ""

    @property
    def busy(self) -> bool:
        """Whether a report is being written."""
        return self._folder is not None

    def ask(self, design: ExperimentSpec | None, author: str, folder: str) -> None:
        """Ask what shall be in the report and where it goes; then write it."""
        book = self._session_controller.book
        dialog = ReportDialog(book.head, book.records, design, author, folder, self._window)
        dialog.accepted.connect(lambda: self._order(dialog.value()))
        dialog.open()

    def write(self, order: ReportOrder, gather: Gather) -> None:
        """Write the report that was ordered on the session that ``gather`` returns, in another thread."""
        if self.busy:
            self.failed.emit(self.tr("A report is being written already. Wait until that is done."))
            return
        self._path = order.path
        self._folder = TemporaryDirectory(prefix="relulab-")
        file = Path(self._folder.name) / f"session{SUFFIX}"

        def work(progress: Progress) -> None:
            session, _ = gather()
            progress(0, 0, "")  # the moment to stop when the window is closed
            save_session(_ordered(session, order), file, compress=False)

        self._job = Job(work, self)
        self._job.succeeded.connect(lambda: self._process.start(["report", str(file), "--out", order.path]))
        self._job.failed.connect(self._fail_to_gather)
        self._job.start()

    def _order(self, order: ReportOrder) -> None:
        self._session_controller.book.describe(order.title, order.author, order.notes)
        self._session_controller.mark_modified()
        self.ordered.emit(order)
        self.write(order, self._session_controller.gatherer())

    @Slot()
    def close(self) -> None:
        """End what is under way, without a word. Before the trainer ends: the gathering may wait for it."""
        self.blockSignals(True)
        if self._job is not None:
            self._job.close(LAST_SECONDS)
        self._process.close()
        self._clean_up()

    @Slot()
    def _finish(self) -> None:
        self._clean_up()
        self.written.emit(self._path)

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self._clean_up()
        self.failed.emit(self.tr("The report could not be written. {reason}").format(reason=reason))

    @Slot(object)
    def _fail_to_gather(self, error: Exception) -> None:
        known = isinstance(error, ReluLabError)
        self._fail(str(error) if known else self.tr("The log file has the details."))

    def _clean_up(self) -> None:
        self._job = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _ordered(session: Session, order: ReportOrder) -> Session:
    """The session with the chosen runs alone; weights are no part of a report."""
    runs = (run for run in session.runs if run.key in order.runs)
    return replace(
        session,
        title=order.title,
        author=order.author,
        notes=order.notes,
        runs=tuple(replace(run, hidden=False, checkpoints=()) for run in runs),
    )
