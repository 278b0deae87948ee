"""The session in the window: open, save, ask before work is lost, copies for a crash, recent files, the title.

It decides when; ``SessionFile``, ``Autosaver`` and ``Recovery`` do the reading and writing in their own threads.
"""

from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from relulab.experiment import ExperimentSpec
from relulab.formatting import one_line
from relulab.session.history import RunHistory
from relulab.session.model import SessionModel
from relulab.session.outside_files import designs_of, keep_shut
from relulab.session.recovery import Orphan, Recovered
from relulab.session.session import Session
from relulab.session.store import SessionStore
from relulab.training.state import State, Status
from relulab.training.trainer import default_threads
from ui.features.session.documents import Documents, RecentFiles
from ui.features.session.recovery import Autosaver, Recovery, offer
from ui.features.session.session_file import Claimed, SessionFile
from ui.features.session.untrusted_tables import UntrustedTables
from ui.features.training.controller import RunController
from ui.shell.commands import Command, Controller
from ui.shell.window import Window
from ui.widgets.banner import ERROR, INFO, SUCCESS, WARNING, BannerButton
from ui.widgets.labels import as_title


class SessionController(Controller):
    """Wires the session to a window.

    ``asks``: whether unsaved work is asked about before it would be lost. ``complaint``: what the banner said last
    about a file that could not be read or written. ``runOpened`` carries the last run of a session that was opened.
    ``dataReleased``: data may be read that were not before.
    """

    runOpened = Signal(object)
    dataReleased = Signal()

    def __init__(
        self,
        window: Window,
        store: SessionStore,
        run_controller: RunController,
        documents: Documents,
        recent: list[str],
    ) -> None:
        super().__init__(window)
        self.asks = False
        self.complaint = ""
        self.recent = RecentFiles(window.menu("recent"), documents, recent)
        self.model = SessionModel(store, default_threads)
        self.file = SessionFile(window, lambda: self.model.generation, self)
        self.recovery = Recovery(self)
        self._tables = UntrustedTables(window.banner, self)
        self.autosaver = Autosaver(
            self._look, self.gatherer, lambda: self.file.path, lambda: self.model.generation, self
        )
        self._window = window
        self._run_controller = run_controller
        self._documents = documents
        self._title = ""
        self._clean: Hashable = None
        self._agreed = False  # to close without saving, or after it
        self._may_be_lost = False  # what there is when a file that was chosen has been read
        self._after_saving: Callable[[], None] | None = None
        self.commands = self._session_commands()
        self._connect()

    @property
    def modified(self) -> bool:
        """Whether there is anything that no file has."""
        return self._look() != self._clean

    def protect(self) -> None:
        """What a window of a real user does: ask before work is lost, keep copies, offer what a crash left behind."""
        self.asks = True
        self.autosaver.start()
        self.recovery.look()

    def snapshot_of(self, run: RunHistory) -> Callable[[], Session]:
        """To be called in another thread: a session of ``run`` alone, as it is then. Raises SessionError."""
        model, design, trainer = self.model, self.design, self._trainer
        return lambda: model.snapshot_of(run, design, trainer)

    def close(self) -> None:
        """End all reading and writing in good order."""
        self._documents.close()
        self.file.close()
        self.autosaver.close()
        self.recovery.close()
        super().close()

    @Slot()
    def save(self) -> None:
        """Save to the session's file, or ask for one."""
        if self.file.path is None:
            self.save_as()
        else:
            self._save_to(str(self.file.path))

    @Slot()
    def save_as(self) -> None:
        """Ask for a file and save there."""

        def stay() -> None:
            self._after_saving = None

        if self.design is None:
            stay()
        else:
            self._documents.ask_save(self.design, stay)

    def show_title(self, title: str) -> None:
        """The name of the experiment in the title of the window, with the file of the session."""
        self._title = title
        path = self.file.path
        name = title if path is None else self.tr("{name} ({file})").format(name=one_line(title), file=path.name)
        self._window.setWindowTitle(self.tr("{name}[*] – ReLU Lab").format(name=as_title(name)))
        self.mark_modified()

    @Slot(object)
    def show_state(self, status: Status) -> None:
        """A run that comes to rest is worth a copy."""
        self.mark_modified()
        if status.state is State.PAUSED or status.state.has_ended:
            self.autosaver.save()

    def _session_commands(self) -> tuple[Command, ...]:
        return (
            Command("open", self.tr("&Open…"), self.tr("Open a session or an experiment"), self._documents.ask_open,
                    "file", keys=("Ctrl+O",), picture="open", submenu="recent"),
            Command("save", self.tr("&Save"),
                    self.tr("Save the session: the design, all runs and what they measured, to go on later"),
                    self.save, "file", keys=("Ctrl+S",), picture="save"),
            Command("save-as", self.tr("Save &as…"),
                    self.tr("Save the session under another name, or the design alone as an experiment"),
                    self.save_as, "file", keys=("Ctrl+Shift+S",)),
        )  # fmt: skip

    def _connect(self) -> None:
        self._window.may_close = self._may_close
        self._documents.opened.connect(lambda spec: self.go_on_or_begin(partial(self._show_design, spec)))
        self._documents.sessionChosen.connect(self._ask_then_open)
        self._documents.sessionNamed.connect(self._save_to)
        self._run_controller.availabilityChanged.connect(self.mark_modified)
        self._run_controller.loaded.connect(self._begin)
        self.file.opened.connect(self._show_opened)
        self.file.saved.connect(self._show_saved)
        self.file.savedBefore.connect(self._say_saved)
        self.file.failed.connect(self._show_failure)
        self.file.conflicted.connect(self._show_conflict)
        self.autosaver.failed.connect(self._show_no_copy)
        self.autosaver.saved.connect(self.recovery.put_away)
        self.recovery.offered.connect(self._offer)
        self.recovery.recovered.connect(self._show_recovered)
        self.recovery.failed.connect(self._show_failure)

    # What there is to lose

    def _look(self) -> Hashable:
        return self.model.fingerprint(self._run_controller.design)

    @property
    def design(self) -> ExperimentSpec | None:
        """The design in the editor; while that is invalid, the one of the run."""
        return self._run_controller.design or self._run_controller.built

    def gatherer(self) -> Callable[[], tuple[Session, Hashable]]:
        """To be called in another thread: the session as it is then, and a fingerprint that is not newer."""
        model, shown, design, trainer = self.model, self._run_controller.design, self.design, self._trainer
        generation = model.generation

        def gather() -> tuple[Session, Hashable]:
            fingerprint = model.fingerprint(shown)
            return model.snapshot(design, trainer, generation), fingerprint

        return gather

    @Slot()
    def mark_modified(self) -> None:
        """Show in the title whether there is anything to save."""
        self._window.setWindowModified(self.modified)

    @Slot()
    def _begin(self) -> None:
        """Another experiment is shown: as long as nothing was trained there is nothing to save."""
        if self.file.path is None and not self.model.trained:
            self._clean = self._look()
        self.mark_modified()

    # Asking

    def _may_close(self) -> bool:
        if self._agreed or not self.asks:
            return True
        if self.file.saving is not None and self._after_saving is None:
            self._after_saving = self._close_window
            words = self.tr("{file} is being saved. The window closes after that; close it again not to wait.")
            self._window.banner.show_message(INFO, words.format(file=self.file.saving.name))
            return False
        if not self.modified:
            return True
        self._ask(self._close_window)
        return False

    def _close_window(self) -> None:
        self._agreed = True
        self._window.close()

    def _if_agreed(self, then: Callable[[], None]) -> None:
        if self.asks and self.modified:
            self._ask(then)
        else:
            then()

    def _ask(self, then: Callable[[], None], stay: Callable[[], None] | None = None) -> None:
        """Ask what to do with unsaved work, and go on with ``then`` unless the answer is to ``stay``."""

        def save() -> None:
            self._after_saving = then
            self.save()

        self._documents.ask_about_changes(self._title or "ReLU Lab", save, then, stay)

    # Opening and saving

    def begin_session(self, then: Callable[[], None]) -> None:
        """A session without runs and without a file, with the design that ``then`` shows; asks about unsaved work."""

        def begin() -> None:
            self._window.banner.dismiss()
            self.file.leave()
            self.model.open(Session())
            then()
            self._clean = self._look()
            self.autosaver.forget(self._clean)
            self.show_title(self._title)

        self._if_agreed(begin)

    def go_on_or_begin(self, then: Callable[[], None]) -> None:
        """Before another experiment is shown: ask whether it goes into the file that is open, which may be another's.

        ``then`` shows it, in this session or in a new one.
        """
        if self.asks and self.file.path is not None:
            self._documents.ask_where(self.file.path.name, partial(self.begin_session, then), then)
        else:
            then()

    @Slot(str)
    def _ask_then_open(self, path: str) -> None:
        def read() -> None:
            self._may_be_lost = self.modified
            self.file.open(Path(path))

        self._if_agreed(read)

    @Slot(object, object)
    def _show_opened(self, session: Session, claimed: Claimed) -> None:
        if self.asks and self.modified and not self._may_be_lost:  # since then
            self._ask(partial(self._show_session, session, claimed), partial(self.file.give_up, claimed))
        else:
            self._show_session(session, claimed)

    def _show_session(self, session: Session, claimed: Claimed) -> None:
        self._window.banner.dismiss()
        self.file.take(claimed)
        self.recent.remember(str(self.file.path))
        self._take_over(session)
        self._clean = self._look()
        self.autosaver.forget(self._clean)
        self.show_title(self._title)

    def _show_design(self, spec: ExperimentSpec) -> None:
        """Show an experiment out of a file and build it."""
        self._window.banner.dismiss()
        paths = keep_shut([spec])
        self._run_controller.load(spec)
        if paths:
            self._ask_to_read(paths, partial(self._run_controller.load, spec))

    def _take_over(self, session: Session) -> bool:
        """Show a session and go on with its last run. Returns False where the user is asked about its data first."""
        paths = keep_shut(designs_of(session))
        self.model.open(session)
        if not paths:
            self._go_on(session)
            return True
        for spec in session.experiments[:1]:
            self._run_controller.load(spec)
        for run in session.runs[-1:]:
            self.runOpened.emit(run.history)
        self._ask_to_read(paths, partial(self._go_on, session))
        return False

    def _ask_to_read(self, paths: tuple[str, ...], then: Callable[[], None]) -> None:
        def go_on() -> None:
            self.dataReleased.emit()
            then()

        self.complaint = self._tables.ask(paths, go_on)

    def _go_on(self, session: Session) -> None:
        resumption = self.model.resumption()
        specs = (*session.experiments[:1], *(run.spec for run in reversed(session.runs)))
        if resumption is not None:
            self._run_controller.resume(specs[0], resumption)
        elif specs:
            self._run_controller.load(specs[0])
        if resumption is None and session.runs:
            self.runOpened.emit(session.runs[-1].history)

    @Slot(str)
    def _save_to(self, path: str, overwrite: bool = False) -> None:
        self.file.save(Path(path), self.gatherer(), overwrite)

    @Slot(object)
    def _show_saved(self, fingerprint: Hashable) -> None:
        path = str(self.file.path)
        self._clean = fingerprint
        self.recent.remember(path)
        self.autosaver.forget(fingerprint)
        self.recovery.put_away(self.model.generation)
        self.show_title(self._title)
        self._say_saved(path)
        then, self._after_saving = self._after_saving, None
        if then is not None:
            then()

    @Slot(str)
    def _say_saved(self, path: str) -> None:
        self._window.banner.show_message(SUCCESS, self.tr("Saved {file}").format(file=path), brief=True)

    @Slot(str)
    def _show_failure(self, message: str) -> None:
        self._after_saving = None
        self.complaint = message
        self._window.banner.show_message(ERROR, message)

    @Slot(str, str)
    def _show_conflict(self, message: str, path: str) -> None:
        self._after_saving = None
        self.complaint = message
        buttons = [
            BannerButton(self.tr("Save as…"), self.save_as),
            BannerButton(self.tr("Overwrite"), partial(self._save_to, path, True)),
        ]
        self._window.banner.show_message(ERROR, message, buttons)

    @Slot(str)
    def _show_no_copy(self, reason: str) -> None:
        words = self.tr("No copy of your work could be kept for the case of a crash: {reason} Save it yourself.")
        self.complaint = words.format(reason=reason)
        self._window.banner.show_message(WARNING, self.complaint)

    # After a crash

    @Slot(object)
    def _offer(self, orphan: Orphan) -> None:
        offer(self._window.banner, orphan, partial(self._if_agreed, self.recovery.recover), self.recovery.discard)

    @Slot(object)
    def _show_recovered(self, recovered: Recovered) -> None:
        """Shown without a file, so that the older one is not overwritten before the user says so."""
        self.file.leave()
        understood = self._take_over(recovered.session)
        self.recovery.generation = self.model.generation
        self._clean = None
        origin = self.recovery.origin
        if origin is not None:
            self._documents.folder = str(origin.parent)
        self.show_title(self._title)
        self.autosaver.copy_anew()
        words = [self.tr("Your work is back. Save it to keep it."), *recovered.problems]
        if understood:
            self._window.banner.show_message(INFO if recovered.problems else SUCCESS, " ".join(words))
