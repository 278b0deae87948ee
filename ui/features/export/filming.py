"""A film of the run that is shown: a question, then a process of its own that draws it, with a button that ends it.

The run is handed over as a session in a temporary file, as for a report, so the window and a training go on.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from relulab.data.dataset import Progress
from relulab.data.untrusted_paths import is_withheld
from relulab.formatting import one_line
from relulab.session.history import RunHistory
from relulab.session.looking_back import steps_with_weights
from relulab.session.outside_files import files_named_by
from relulab.session.session import Session
from relulab.views.film import Subject, scene_names
from ui.faults.notices import Notices
from ui.features.session.controller import SessionController
from ui.features.session.new_files import file_name, with_suffix
from ui.live.base import LivePanel
from ui.live.polling import Polling
from ui.platform.child_process import FileProcess
from ui.shell.commands import Command, Controller
from ui.widgets.file_dialogs import ask_save
from ui.widgets.labels import progress_dialog, set_tip
from ui.widgets.picture_menu import Wish

if TYPE_CHECKING:
    from ui.features.export.film_dialog import FilmOrder


class Filming(Controller):
    """Asks what the film shall be, and has it drawn. ``data_root`` gives the user's folder of data sets, or nothing;
    ``is_dark`` whether the window is, ``subject`` which unit and which input are looked at."""

    def __init__(
        self, window: QWidget, polling: Polling, session_controller: SessionController, notices: Notices,
        data_root: Callable[[], str], is_dark: Callable[[], bool], subject: Callable[[], Subject],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._shown = window, polling.shown
        self._session_controller, self._notices = session_controller, notices
        self._data_root, self._is_dark, self._subject = data_root, is_dark, subject
        self._last: FilmOrder | None = None
        self._progress: QProgressDialog | None = None
        self.filmer = FileProcess(
            window,
            self.tr("A film is being made already. Wait until that is done, or cancel it."),
            self.tr("A copy of the run could not be made ({reason})."),
        )
        self.filmer.counted.connect(self._show_progress)
        self.filmer.written.connect(self._finish)
        self.filmer.failed.connect(self._fail)
        self._trained = False
        self._nothing = self.tr("Nothing was trained yet, so there is nothing to film: press Train first.")
        self._tip = self.tr(
            "Draw the kept moments of the run one after the other: a GIF, MP4 or WebM for a talk or a page"
        )
        film = Command("film", self.tr("Save &film…"), self._tip, self.ask, "file", enabled=lambda: self._trained)
        film.setIconText(self.tr("Save film…"))  # Qt would leave out the dots
        self.commands = (film,)
        self.refresh_commands()
        polling.statusPolled.connect(self.refresh_commands)
        polling.shown.changed.connect(self.refresh_commands)

    def add_panel(self, panel: LivePanel) -> None:
        """Serve the menu of ``panel``."""
        panel.exportWanted.connect(self._ask_for_panel)

    @Slot()
    def refresh_commands(self) -> None:
        """Without a trained run there is nothing to film, and the tip says so."""
        run = self._shown.run
        self._trained = run is not None and run.trained
        super().refresh_commands()
        (film,) = self.commands
        tip = self._tip if self._trained else self._nothing
        if tip != film.statusTip():
            film.setStatusTip(tip)
            set_tip(film, tip)

    def close(self) -> None:
        super().close()
        self.filmer.close()

    @Slot(object, object)
    def _ask_for_panel(self, panel: LivePanel, wish: Wish) -> None:
        if wish is Wish.FILM:
            self.ask((*scene_names(panel.figures), *panel.films)[0])

    def ask(self, what: str = "") -> None:
        """Let the user choose what is filmed and how, then a place, and film the run that is shown."""
        from ui.features.export.film_dialog import (
            FilmDialog,
            first_order,
        )  # brings numbers of torch's size: not at once

        run = self._shown.run
        if run is None or not run.trained:
            self._notices.complain(self._nothing)
            return
        last = self._last or first_order("network", dark=self._is_dark())
        name = run.title or run.info.spec.name
        subject = self._subject()
        if not run.info.layout.has_unit(*subject.unit):  # it is one of another network
            subject = replace(subject, unit=(0, 0))
        order = replace(last, what=what or last.what, subject=subject)
        dialog = FilmDialog(one_line(name), steps_with_weights(run), order, self._window, run.info.layout)
        dialog.wanted.connect(lambda wanted: self._ask_place(run, name, wanted))
        dialog.open()

    def write(self, run: RunHistory, order: "FilmOrder", path: str) -> None:
        """Film ``run`` as it is at this moment."""
        snapshot, root, form = self._session_controller.snapshot_of(run), self._data_root(), order.form

        def prepare(folder: Path, progress: Progress) -> list[str]:
            from relulab.session.file.files import save_session

            session = replace(snapshot(), pictures=())
            progress(0, 0, "")  # the moment to stop where it was cancelled
            file = folder / "run.relulab"
            save_session(session, file, compress=False)
            return ["film", str(file), order.what, "--out", path, "--tell", "--seconds", str(form.seconds),
                    "--rate", str(form.rate), "--width", str(form.width), *(["--dark"] if form.dark else []),
                    *_whom(order.subject),
                    *(["--data-root", root] if root else []), *_allowed_tables(session)]  # fmt: skip

        if not self.filmer.busy:
            self._open_progress(path)
        self.filmer.write_file(self.tr("The film"), path, prepare)

    def _ask_place(self, run: RunHistory, name: str, order: "FilmOrder") -> None:
        self._last = order
        proposal = f"{file_name(f'{name} {order.what}')}{order.suffix}"
        kind = f"{order.suffix[1:].upper()} (*{order.suffix})"
        path, _kind = ask_save(self._window, self.tr("Save film"), proposal, [kind])
        if path:
            with_suffix(self._window, path, order.suffix, lambda path: self.write(run, order, path))

    def _open_progress(self, path: str) -> None:
        words = self.tr("Drawing {file} …").format(file=one_line(Path(path).name))
        self._progress = progress_dialog(self.tr("Save film"), words, self.tr("Cancel"), self._window)
        self._progress.canceled.connect(self._cancel)
        self._progress.show()

    @Slot(int, int)
    def _show_progress(self, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress.setMaximum(total)
            self._progress.setValue(done)

    @Slot()
    def _cancel(self) -> None:
        self.filmer.cancel()
        self._close_progress()

    @Slot(str)
    def _finish(self, path: str) -> None:
        self._close_progress()
        self._notices.show_report(path)

    @Slot(str)
    def _fail(self, reason: str) -> None:
        if not self.filmer.busy:
            self._close_progress()
        self._notices.complain(reason)

    def _close_progress(self) -> None:
        if self._progress is not None:
            self._progress.blockSignals(True)
            self._progress.close()
            self._progress.deleteLater()
            self._progress = None


def _whom(subject: Subject) -> list[str]:
    """The unit and the input, as the command line takes them."""
    layer, unit = subject.unit
    own = [f"--input={','.join(map(repr, subject.inputs))}"] if subject.inputs else []
    return ["--unit", f"{layer},{unit}", "--sample", str(subject.sample), *own]


def _allowed_tables(session: Session) -> list[str]:
    """That the tables of the run may be read, where they may be in this window."""
    return [] if any(map(is_withheld, files_named_by(session))) else ["--read-tables"]
