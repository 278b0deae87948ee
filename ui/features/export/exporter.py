"""Take the design, the trained network or what was measured out of the lab, from the window.

A process of its own runs ``relulab export``: it loads the data again, may train some steps for the losses that code
compares itself with, and must not disturb a training that is under way here. Of a run it gets a copy of this moment.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.errors import ReluLabError
from relulab.export.formats import Format
from ui.platform.child_process import ChildProcess
from ui.platform.jobs import Job

Prepare = Callable[[Path], Path]  # writes into the folder, and returns what there is to be exported


class Exporter(QObject):
    """``started`` and ``exported`` carry the path of the file or folder, ``failed`` a message for the user."""

    started = Signal(str)
    exported = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._process = ChildProcess(self)
        self._process.succeeded.connect(self._finish)
        self._process.failed.connect(self._fail)
        self._job: Job | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._title = ""
        self._path = ""

    @property
    def busy(self) -> bool:
        """Whether something is being exported."""
        return self._folder is not None

    def write(self, entry: Format, prepare: Prepare, path: str, data_root: str = "") -> None:
        """Write what ``prepare`` makes, an experiment or a session, to ``path``. One export at a time.

        ``prepare`` runs in a thread.
        """
        if self.busy:
            self.failed.emit(self.tr("Something is being exported already. Wait until that is done."))
            return
        self._title, self._path = entry.title, path
        try:
            self._folder = TemporaryDirectory(prefix="relulab-")
        except OSError as error:
            self._fail_to_prepare(error)
            return
        folder = Path(self._folder.name)
        found: list[str] = []
        roots = ["--data-root", data_root] if data_root else []

        def work(_progress: Progress) -> None:
            found.append(str(prepare(folder)))

        def go_on() -> None:
            self._process.start(["export", *found, "--format", entry.key, "--out", path, *roots])

        self._job = Job(work, self)
        self._job.succeeded.connect(go_on)
        self._job.failed.connect(self._fail_to_prepare)
        self._job.start()
        self.started.emit(path)

    @Slot()
    def close(self) -> None:
        """End what is under way, without a word."""
        self.blockSignals(True)
        if self._job is not None:
            self._job.close()
        self._process.close()
        self._clean_up()

    @Slot()
    def _finish(self) -> None:
        self._clean_up()
        self.exported.emit(self._path)

    @Slot(object)
    def _fail_to_prepare(self, error: Exception) -> None:
        told = isinstance(error, ReluLabError)
        words = self.tr("A copy of what is shown could not be made ({reason}).").format(reason=error)
        self._fail(str(error) if told else words)

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self._clean_up()
        words = self.tr("{what} could not be written. {reason}")
        self.failed.emit(words.format(what=self._title, reason=reason))

    def _clean_up(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
