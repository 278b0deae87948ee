"""Files to open, save and drop, and those that were opened or saved last, the newest first.

Experiments are read and written here, in jobs; sessions are handed on. What goes wrong is told in a sentence, and no
file is half written. The window itself touches no file: a drive may answer late, or never.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from relulab.data.dataset import Progress
from relulab.errors import SessionError, SpecError
from relulab.experiment import ExperimentSpec
from relulab.formatting import one_line, quoted
from relulab.session.atomic import replacing
from relulab.session.file import SUFFIX
from relulab.untrusted import EXPERIMENT_BYTES, read_plain
from ui.features.session.new_files import file_name, folder_of, with_suffix
from ui.features.session.reading import show_reading
from ui.platform.jobs import Job
from ui.widgets.file_dialogs import ask_open, ask_save, begin_in, last_folder
from ui.widgets.labels import BUTTON, as_entry, message_box, set_tip

MOST = 8  # recent files
TABLES = (".csv", ".tsv", ".tab")  # endings of tables; a text file may be anything
LAST_SECONDS = 10.0  # a closing window waits so long for a design that is being saved


class Documents(QObject):
    """``opened`` carries a spec, ``saved`` the path, ``failed`` a message for the user.

    ``sessionChosen`` and ``sessionNamed`` carry the path of a session to open, and of one to save;
    ``used`` that of an experiment that was opened or saved, ``tableChosen`` that of a table to learn from.
    """

    opened = Signal(object)
    saved = Signal(str)
    failed = Signal(str)
    sessionChosen = Signal(str)
    sessionNamed = Signal(str)
    used = Signal(str)
    tableChosen = Signal(str)

    def __init__(self, window: QWidget, folder: str = "") -> None:
        super().__init__(window)
        self._window = window
        begin_in(folder)
        self._job: Job | None = None
        self._savings: list[Job] = []

    @property
    def folder(self) -> str:
        """Where the last file was, and the next question for one begins."""
        return last_folder()

    @folder.setter
    def folder(self, folder: str) -> None:
        begin_in(folder)

    def ask_open(self) -> None:
        """Let the user choose a file and open it."""
        kinds = self.tr("Sessions, experiments and tables (*.relulab *.json *.csv *.tsv)")
        path = ask_open(self._window, self.tr("Open a session, an experiment or a table"), [kinds])
        if path:
            self.open(path)

    def ask_save(self, spec: ExperimentSpec, stay: Callable[[], None]) -> None:
        """Let the user choose a file for the session, or for ``spec`` alone; ``stay`` where the session gets none."""
        sessions, experiments = self.tr("Session with all runs (*.relulab)"), self.tr("The design alone (*.json)")
        path, chosen = ask_save(
            self._window, self.tr("Save the session"), f"{file_name(spec.name)}{SUFFIX}", [sessions, experiments]
        )

        def save(path: str) -> None:
            if path.endswith(SUFFIX):
                self.folder = folder_of(path)
                self.sessionNamed.emit(path)
            else:
                stay()
                self.save(spec, path)

        known = Path(path).suffix if Path(path).suffix in (SUFFIX, ".json") else ""
        if path:
            with_suffix(self._window, path, known or (".json" if chosen == experiments else SUFFIX), save, stay)
        else:
            stay()

    def ask_where(self, name: str, begin: Callable[[], None], go_on: Callable[[], None]) -> None:
        """Ask whether another experiment is to ``begin`` a session of its own, or to ``go_on`` in the file ``name``."""
        if self._window.findChild(QMessageBox, "which-session") is not None:
            return
        box = message_box(
            QMessageBox.Icon.Question,
            self.tr("New session?"),
            self.tr("The session {name} is open. Begin a new session for this experiment?").format(name=one_line(name)),
            more=self.tr("In a new session the list of runs is empty, and nothing that you save goes into that file."),
            buttons=BUTTON.Yes | BUTTON.No | BUTTON.Cancel,
            parent=self._window,
        )
        box.setObjectName("which-session")
        box.setDefaultButton(BUTTON.Yes)
        box.button(BUTTON.Yes).setText(self.tr("&New session"))
        box.button(BUTTON.No).setText(self.tr("&Go on in this file"))
        _answered(box, {BUTTON.Yes: begin, BUTTON.No: go_on})

    def ask_about_changes(
        self, name: str, save: Callable[[], None], go_on: Callable[[], None], stay: Callable[[], None] | None = None
    ) -> None:
        """Ask what to do with unsaved work: ``save`` it, or ``go_on`` without, or ``stay``."""
        if self._window.findChild(QMessageBox, "save-changes") is not None:
            if stay is not None:
                stay()
            return
        box = message_box(
            QMessageBox.Icon.Question,
            self.tr("Save changes?"),
            self.tr("Save the changes to {name}?").format(name=one_line(name)),
            more=self.tr("Otherwise the design, its runs and all they measured since the last saving are lost."),
            buttons=BUTTON.Save | BUTTON.Discard | BUTTON.Cancel,
            parent=self._window,
        )
        box.setObjectName("save-changes")
        box.setDefaultButton(BUTTON.Save)
        box.button(BUTTON.Discard).setText(self.tr("&Discard"))  # so that keys can answer on every platform
        _answered(box, {BUTTON.Save: save, BUTTON.Discard: go_on}, stay)

    def open(self, path: str) -> None:
        """Read a saved experiment, or have a session opened. What was being read before is given up."""
        self._read_no_more()
        folder = folder_of(path)
        if Path(path).suffix.lower() == SUFFIX:
            self.folder = folder
            self.sessionChosen.emit(path)
        elif Path(path).suffix.lower() in TABLES:
            self.folder = folder
            self.tableChosen.emit(path)
        else:
            self._read(path, folder)

    def close(self) -> None:
        """Read nothing any more, and wait for what is being saved."""
        self._read_no_more()
        for job in self._savings:
            job.close(LAST_SECONDS)
        self._savings.clear()

    def _read_no_more(self) -> None:
        if self._job is not None:
            self._job.close(timeout=0)
            self._job = None

    def _read(self, path: str, folder: str) -> None:
        read: list[ExperimentSpec] = []

        def work(progress: Progress) -> None:
            read.append(read_experiment(Path(path)))
            progress(1, 1, "")  # or it was cancelled meanwhile

        def finish() -> None:
            self._job = None
            self.folder = folder
            self.used.emit(path)
            self.opened.emit(read.pop())

        def fail(error: Exception) -> None:
            self._job = None
            self.failed.emit(self._in_words(path, error))

        self._job = Job.begin(work, self, finish, fail, self._read_no_more)
        show_reading(Path(path), self._job, self._window)

    def _in_words(self, path: str, error: Exception) -> str:
        """Why an experiment could not be opened."""
        name = one_line(Path(path).name)
        if isinstance(error, OSError):
            return self.tr("{file} could not be read: {reason}").format(file=name, reason=error.strerror)
        if isinstance(error, SpecError):
            reason = str(error)
        elif isinstance(error, UnicodeDecodeError):
            reason = self.tr("It is not a text file.")
        else:
            reason = self.tr("This went wrong unexpectedly. The log file has the details.")
        if Path(path).suffix.lower() != ".json":
            reason = self.tr(
                "ReLU Lab opens sessions (.relulab), experiments (.json) and tables (.csv). A table with another "
                "ending is chosen in the Design panel, under Data."
            )
        return self.tr("{file} could not be opened. {reason}").format(file=name, reason=reason)

    def save(self, spec: ExperimentSpec, path: str) -> None:
        """Save ``spec``, whole or not at all."""

        def work(_progress: Progress) -> None:
            with replacing(Path(path)) as file:
                file.write(spec.to_json().encode())

        def finish() -> None:
            self._savings.remove(job)
            self.folder = folder_of(path)
            self.used.emit(path)
            self.saved.emit(path)

        def fail(error: Exception) -> None:
            self._savings.remove(job)
            words = self.tr("{file} could not be saved. The log file has the details.").format(file=quoted(path))
            self.failed.emit(str(error) if isinstance(error, SessionError) else words)

        job = Job.begin(work, self, finish, fail)
        self._savings.append(job)


def read_experiment(path: Path) -> ExperimentSpec:
    """A design out of a file. Raises OSError, UnicodeDecodeError and SpecError."""
    return ExperimentSpec.from_json(read_plain(path, EXPERIMENT_BYTES).decode("utf-8"))


def _answered(
    box: QMessageBox,
    answers: dict[QMessageBox.StandardButton, Callable[[], None]],
    stay: Callable[[], None] | None = None,
) -> None:
    """Show ``box`` without stopping the window, and do what its button stands for, else ``stay``."""

    def answer(button: int) -> None:
        box.setParent(None)
        box.deleteLater()
        act = next((act for kind, act in answers.items() if kind.value == button), stay)
        if act is not None:
            act()

    box.finished.connect(answer)
    box.open()


class RecentFiles(QObject):
    """Fills ``menu`` with ``paths``, as the settings keep them, and opens what is chosen there."""

    def __init__(self, menu: QMenu, documents: Documents, paths: list[str]) -> None:
        super().__init__(menu)
        self.paths = paths[:MOST]
        self._menu = menu
        self._documents = documents
        documents.used.connect(self.remember)
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._open)

    @Slot(str)
    def remember(self, path: str) -> None:
        """``path`` was opened or saved."""
        path = str(Path(path).absolute())
        self.paths = [path, *(other for other in self.paths if other != path)][:MOST]

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        for path in self.paths:
            action = self._menu.addAction(as_entry(Path(path).name))
            action.setData(path)
            set_tip(action, path)
        if not self.paths:
            self._menu.addAction(self.tr("No files yet")).setEnabled(False)

    @Slot(QAction)
    def _open(self, action: QAction) -> None:
        if action.data():
            self._documents.open(action.data())
