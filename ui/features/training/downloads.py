"""Getting image sets onto this machine: a download, or files that the user has, with progress and cancel."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from relulab.data.dataset import Progress
from relulab.data.datasets import DATASETS
from relulab.formatting import readable
from ui.faults.notices import Notices
from ui.platform.jobs import Job
from ui.shell.commands import Controller
from ui.widgets.file_dialogs import ask_folder
from ui.widgets.labels import progress_dialog

PROGRESS_STEPS = 1000


class Fetcher(Controller):
    """Downloads or imports one set at a time. ``fetched`` carries its key, ``failed`` an exception."""

    fetched = Signal(str)
    failed = Signal(object)

    def __init__(self, window: QWidget, notices: Notices) -> None:
        super().__init__(window)
        self.failed.connect(notices.show_error)
        notices.downloadWanted.connect(self.download)
        notices.folderWanted.connect(self.choose_folder)
        self._window = window
        self._job: Job | None = None
        self.dialog: QProgressDialog | None = None  # shows the progress
        self._name = ""

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._job is not None

    @Slot(str)
    def download(self, name: str) -> None:
        """Fetch the published files of the set ``name``."""

        def work(progress: Progress) -> None:
            from relulab.data.image_files import download_images

            download_images(name, progress)

        self._start(name, work)

    @Slot(str)
    def choose_folder(self, name: str) -> None:
        """Ask for the folder that holds the files of the set ``name``, and take them in."""
        title = self.tr("The folder that holds the files of {data}").format(data=DATASETS[name].title)
        if folder := ask_folder(self._window, title):
            self.take_in(name, [Path(folder)])

    def take_in(self, name: str, paths: Sequence[Path]) -> None:
        """Check the user's own files and copy them into the cache."""

        def work(progress: Progress) -> None:
            from relulab.data.image_files import import_files

            import_files(name, paths, progress)

        self._start(name, work)

    def close(self) -> None:
        """Cancel what is under way."""
        if self._job is not None:
            self._job.close()
        self._forget()

    def _start(self, name: str, work: Callable[[Progress], None]) -> None:
        if self.busy:
            return
        self._name = name
        title = DATASETS[name].title
        self.dialog = progress_dialog(title, self.tr("Starting…"), self.tr("Cancel"), self._window)
        self._job = Job(work, self)
        self._job.progressed.connect(self._show)
        self._job.succeeded.connect(self._succeed)
        self._job.failed.connect(self._fail)
        self._job.cancelled.connect(self._forget)
        self.dialog.canceled.connect(self._job.cancel)
        self.dialog.show()
        self._job.start()

    @Slot(object, object, str)
    def _show(self, done: int, total: int, what: str) -> None:
        if self.dialog is None:
            return
        self.dialog.setMaximum(PROGRESS_STEPS if total else 0)
        self.dialog.setValue(round(PROGRESS_STEPS * done / total) if total else 0)
        self.dialog.setLabelText(readable(what))

    @Slot()
    def _succeed(self) -> None:
        self._forget()
        self.fetched.emit(self._name)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._forget()
        self.failed.emit(error)

    @Slot()
    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None
        if self._job is not None:
            self._job.deleteLater()
            self._job = None
