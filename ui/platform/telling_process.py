"""A command that goes on telling while it is carried out: lines of text, handed over little by little."""

from collections import deque
from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from ui.platform.child_process import ChildProcess

SLICE = 0.008  # seconds: more lines at once would hold the window up


class TellingProcess(ChildProcess):
    """``told`` carries a line of what the command says; all of them come before ``succeeded`` and ``failed``."""

    told = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: deque[str] = deque()
        self._begun = b""  # of a line whose end is still to come
        self._ended: tuple[int, QProcess.ExitStatus] | None = None
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._hand_over)
        self._process.readyReadStandardOutput.connect(self._read)

    def ask(self, arguments: Sequence[str], given: str) -> None:
        """Carry out ``relulab ARGUMENTS``, with ``given`` on its standard input."""
        self._lines.clear()
        self._begun, self._ended = b"", None
        self.start(arguments)
        self._process.write(given.encode())
        self._process.closeWriteChannel()

    def stop(self) -> None:
        """End the command at once; nothing more is told."""
        self._turn.stop()
        self._lines.clear()
        self._process.blockSignals(True)
        self._process.kill()
        self._process.waitForFinished()
        self._process.blockSignals(False)

    def close(self) -> None:
        self._turn.stop()
        super().close()

    @Slot()
    def _read(self) -> None:
        *lines, self._begun = (self._begun + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        self._lines.extend(line.decode("utf-8", "replace") for line in lines)
        self._turn.start()

    @Slot()
    def _hand_over(self) -> None:
        until = perf_counter() + SLICE
        while self._lines and perf_counter() < until:
            self.told.emit(self._lines.popleft())
        if not self._lines:
            self._turn.stop()
            if self._ended is not None:
                super()._finish(*self._ended)

    @Slot(int, QProcess.ExitStatus)
    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._ended = code, status
