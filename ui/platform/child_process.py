"""A command of ReLU Lab in a process of its own, so that it disturbs neither the window nor a training.

What may hang, end the process or take its time belongs there: the search for devices, exports.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from relulab.data.dataset import Progress
from relulab.edition import is_packaged
from relulab.errors import ReluLabError
from ui.platform.jobs import Job

CLOSING_MS = 2000
Prepare = Callable[[Path, Progress], Sequence[str]]  # fills the folder; returns the arguments of ``relulab``


def command_line(arguments: Sequence[str]) -> tuple[str, list[str]]:
    """The program and its arguments for ``relulab ARGUMENTS``, from source and in the packaged program.

    A packaged program is its own command line. On Windows the one with the window has no output that could be read,
    so the one for consoles beside it is called.
    """
    if not is_packaged():
        return sys.executable, ["-m", "ui.startup.launch", *arguments]
    program = Path(sys.executable)
    console = program.with_name(f"{program.stem}-console{program.suffix}")
    return str(console if console.is_file() else program), [*arguments]


class ChildProcess(QObject):
    """One command at a time. Ends in ``succeeded``, or in ``failed`` with what the command said last.

    ``counted`` carries how much of how many is done, once ``listen`` was called: lines of two numbers.
    """

    succeeded = Signal()
    failed = Signal(str)
    counted = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail_to_start)

    @property
    def busy(self) -> bool:
        """Whether a command is being carried out."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def start(self, arguments: Sequence[str]) -> None:
        """Carry out ``relulab ARGUMENTS``."""
        self._process.start(*command_line(arguments))

    def listen(self) -> None:
        """Tell how far the command is, as it says on its standard output."""
        self._process.readyReadStandardOutput.connect(self._count)

    @Slot()
    def _count(self) -> None:
        while self._process.canReadLine():
            words = bytes(self._process.readLine().data()).decode("utf-8", "replace").split()
            if len(words) == 2 and all(word.isdecimal() for word in words):
                self.counted.emit(int(words[0]), int(words[1]))

    def stop(self) -> None:
        """End what is under way at once, without a word; another command can follow."""
        self._process.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished()
        self._process.blockSignals(False)

    def close(self) -> None:
        """End what is under way, without a word."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished(CLOSING_MS)

    @Slot(int, QProcess.ExitStatus)
    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        if code == 0 and status is QProcess.ExitStatus.NormalExit:
            self.succeeded.emit()
        else:
            self.failed.emit(said.splitlines()[-1].removeprefix("Error: ") if said else self.tr("The program ended."))

    @Slot(QProcess.ProcessError)
    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.failed.emit(self._process.errorString())


class FileProcess(QObject):
    """Writes files with commands, each out of what a thread lays ready for it, one at a time.

    ``started`` and ``written`` carry the path of the file, ``failed`` a message for the user; ``counted`` how much of
    how many is done, of commands that say it.
    ``already``: the message while another file is being written. ``unprepared``: the one for an error that says
    nothing to a user, with room for its ``{reason}``. ``patience``: seconds that ``close`` waits for the thread.
    """

    started = Signal(str)
    written = Signal(str)
    failed = Signal(str)
    counted = Signal(int, int)

    def __init__(self, parent: QObject, already: str, unprepared: str, patience: float = 2.0) -> None:
        super().__init__(parent)
        self._already, self._unprepared, self._patience = already, unprepared, patience
        self._process = ChildProcess(self)
        self._process.succeeded.connect(self._finish)
        self._process.failed.connect(self._fail)
        self._process.counted.connect(self.counted)
        self._process.listen()
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

        def run() -> None:
            self._job = None  # it is over, and soon deleted
            self._process.start(arguments)

        self._job = Job.begin(work, self, run, self._fail_to_prepare)
        self.started.emit(path)

    @Slot()
    def cancel(self) -> None:
        """End what is under way at once, without a word; another file can follow."""
        if self._job is not None:
            self._job.give_up()
            self._job = None
        self._process.stop()
        self._clean_up()

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
