"""A report on the session, from the window: a question, then a process of its own that writes the file.

The session is gathered in a thread, as for saving, and given to ``relulab report`` in a temporary file. So drawing
figures takes no time from the window and from a training that is under way.
"""

from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from relulab.data.dataset import Progress
from relulab.session.file import SUFFIX
from relulab.session.session import Session
from ui.faults.notices import Notices
from ui.features.session.controller import SessionController
from ui.features.session.session_file import LAST_SECONDS
from ui.features.session.taken_out import TakenOut
from ui.platform.child_process import FileProcess
from ui.shell.commands import Command, Controller
from ui.shell.window import Window

if TYPE_CHECKING:
    from ui.features.export.report_dialog import ReportOrder

Gather = Callable[[], tuple[Session, Hashable]]


class Reporting(Controller):
    """Asks what the report shall be, and has ``reporter`` write it. ``author`` is proposed the next time.

    ``ticked`` gives the keys of the runs that are drawn together: these are proposed, where there are any.
    """

    def __init__(
        self, window: Window, session_controller: SessionController, notices: Notices, author: str,
        ticked: Callable[[], Collection[str]],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self.author = author
        self.reporter = FileProcess(
            window,
            self.tr("A report is being written already. Wait until that is done."),
            self.tr("The log file has the details."),
            LAST_SECONDS,
        )
        self.reporter.written.connect(notices.show_report)
        self.reporter.failed.connect(notices.complain)
        self.reporter.counted.connect(notices.show_reporting)
        self._window = window
        self._session_controller = session_controller
        self._taken_out = TakenOut(session_controller.model)
        self._ticked = ticked
        tip = self.tr("Write a report on the runs as a web page, PDF or Markdown, to hand in")
        report = Command("report", self.tr("&Report…"), tip, self._ask, "file", keys=("Ctrl+Shift+R",))
        tip = self.tr("Look at the pictures and maps that this session keeps, and take some out again")
        kept = Command("kept", self.tr("&Kept pictures and maps…"), tip, self._show_kept, "file")
        self.commands = (report, kept)

    def close(self) -> None:
        """Before the trainer ends: the gathering may wait for it."""
        super().close()
        self.reporter.close()

    def _show_kept(self) -> None:
        """Let pictures and maps be taken out."""
        from ui.features.session.kept_dialog import KeptDialog

        dialog = KeptDialog(self._session_controller.model, self._window, self._taken_out)
        dialog.edited.connect(self._session_controller.mark_modified)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask(self) -> None:
        """Ask what shall be in the report and where it goes; then write it."""
        from ui.features.export.report_dialog import ReportDialog  # brings what writes reports: not at every start

        model, design = self._session_controller.model, self._session_controller.design
        dialog = ReportDialog(model.head, model.records, design, self.author, self._ticked(), self._window)
        dialog.accepted.connect(lambda: self._order(dialog.value()))
        dialog.open()

    def write(self, order: "ReportOrder", gather: Gather) -> None:
        """Write the report that was ordered on the session that ``gather`` returns, in another thread."""

        def prepare(folder: Path, progress: Progress) -> list[str]:
            from relulab.session.file.files import save_session

            session, _ = gather()
            progress(0, 0, "")  # the moment to stop when the window is closed
            file = folder / f"session{SUFFIX}"
            save_session(_ordered(session, order), file, compress=False)
            network = "--network" if order.network else "--no-network"
            return ["report", str(file), "--out", order.path, network, "--tell"]

        self.reporter.write_file(self.tr("The report"), order.path, prepare)

    def _order(self, order: "ReportOrder") -> None:
        self._session_controller.model.describe(order.title, order.author, order.notes)
        self._session_controller.mark_modified()
        self.author = order.author
        self.write(order, self._session_controller.gatherer())


def _ordered(session: Session, order: "ReportOrder") -> Session:
    """The session with the chosen runs alone, and of their weights the newest, where the network is drawn of them."""
    runs = (run for run in session.runs if run.key in order.runs)
    newest = slice(-1, None) if order.network else slice(0)
    return replace(
        session,
        title=order.title,
        author=order.author,
        notes=order.notes,
        runs=tuple(replace(run, hidden=False, checkpoints=run.checkpoints[newest]) for run in runs),
    )
