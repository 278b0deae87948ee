"""A command of ReLU Lab that writes a file, in a process of its own, out of what a thread lays ready for it.

So neither the window nor a training that is under way is disturbed.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, Signal, Slot

from relulab.data.dataset import Progress
from relulab.errors import ReluLabError
from ui.platform.child_process import ChildProcess
from ui.platform.jobs import Job

Prepare = Callable[[Path, Progress], Sequence[str]]  # fills the folder; returns the arguments of ``relulab``


class FileProcess(QObject):
    """One file at a time. ``started`` and ``written`` carry its path, ``failed`` a message for the user.

    ``already``: the message while another file is being written. ``unprepared``: the one for an error that says
    nothing to a user, with room for its ``{reason}``. ``patience``: seconds that ``close`` waits for the thread.
    """

    started = Signal(str)
    written = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QObject, already: str, unprepared: str, patience: float = 2.0) -> None:
        super().__init__(parent)
        self._already, self._unprepared, self._patience = already, unprepared, patience
        self._process = ChildProcess(self)
        self._process.succeeded.connect(self._finish)
        self._process.failed.connect(self._fail)
        self._job: Job | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._title = self._path = ""

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._folder is not None

    def write_file(self, title: str, path: str, prepare: Prepare) -> None:
        """Write ``path``, which messages call ``title``. ``prepare`` runs in a thread; its folder is removed later."""
        if self.busy:
            self.failed.emit(self._already)
            return
        self._title, self._path = title, path
        try:
            self._folder = TemporaryDirectory(prefix="relulab-")
        except OSError as error:
            self._fail_to_prepare(error)
            return
        folder = Path(self._folder.name)
        arguments: list[str] = []

        def work(progress: Progress) -> None:
            arguments.extend(prepare(folder, progress))

        self._job = Job(work, self)
        self._job.succeeded.connect(lambda: self._process.start(arguments))
        self._job.failed.connect(self._fail_to_prepare)
        self._job.start()
        self.started.emit(path)

    @Slot()
    def close(self) -> None:
        """End what is under way, without a word."""
        self.blockSignals(True)
        if self._job is not None:
            self._job.close(self._patience)
        self._process.close()
        self._clean_up()

    @Slot()
    def _finish(self) -> None:
        self._clean_up()
        self.written.emit(self._path)

    @Slot(object)
    def _fail_to_prepare(self, error: Exception) -> None:
        self._fail(str(error) if isinstance(error, ReluLabError) else self._unprepared.format(reason=error))

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
