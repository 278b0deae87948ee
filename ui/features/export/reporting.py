"""A report on the session, from the window: a question, then a process of its own that writes the file.

The session is gathered in a thread, as for saving, and given to ``relulab report`` in a temporary file. So drawing
figures takes no time from the window and from a training that is under way.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.experiment import ExperimentSpec
from relulab.session.file.files import SUFFIX, save_session
from relulab.session.records import Session
from ui.features.export.report_dialog import ReportDialog, ReportOrder
from ui.features.session.controller import SessionController
from ui.features.session.session_file import LAST_SECONDS
from ui.platform.file_process import FileProcess
from ui.platform.translation import translate

Gather = Callable[[], tuple[Session, Hashable]]


class Reporting(FileProcess):
    """``ordered`` carries the ReportOrder when somebody has said what the report shall be."""

    ordered = Signal(object)

    def __init__(self, window: QWidget, session_controller: SessionController) -> None:
        # It closes before the trainer ends: the gathering may wait for it.
        already = translate("Reporting", "A report is being written already. Wait until that is done.")
        super().__init__(window, already, translate("Reporting", "The log file has the details."), LAST_SECONDS)
        self._window = window
        self._session_controller = session_controller

    def ask(self, design: ExperimentSpec | None, author: str, folder: str) -> None:
        """Ask what shall be in the report and where it goes; then write it."""
        book = self._session_controller.book
        dialog = ReportDialog(book.head, book.records, design, author, folder, self._window)
        dialog.accepted.connect(lambda: self._order(dialog.value()))
        dialog.open()

    def write(self, order: ReportOrder, gather: Gather) -> None:
        """Write the report that was ordered on the session that ``gather`` returns, in another thread."""

        def prepare(folder: Path, progress: Progress) -> list[str]:
            session, _ = gather()
            progress(0, 0, "")  # the moment to stop when the window is closed
            file = folder / f"session{SUFFIX}"
            save_session(_ordered(session, order), file, compress=False)
            return ["report", str(file), "--out", order.path]

        self.write_file(self.tr("The report"), order.path, prepare)

    def _order(self, order: ReportOrder) -> None:
        self._session_controller.book.describe(order.title, order.author, order.notes)
        self._session_controller.mark_modified()
        self.ordered.emit(order)
        self.write(order, self._session_controller.gatherer())


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
