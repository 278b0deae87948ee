"""A command of ReLU Lab in a process of its own, so that it disturbs neither the window nor a training.

What may hang, end the process or take its time belongs there: the search for devices, exports.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from relulab.edition import is_packaged

CLOSING_MS = 2000


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
    """One command at a time. Ends in ``succeeded``, or in ``failed`` with what the command said last."""

    succeeded = Signal()
    failed = Signal(str)

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
