"""Many networks in child processes: asked for, told of while they learn, ended at once."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from relulab.population.standing import told
from relulab.population.told import Asked
from ui.platform.telling_process import TellingProcess

SHOWN_EVERY_MS = 50


class PopulationTraining(QObject):
    """``told`` carries what is told of a network; ``shown`` says now and then that there is something new to draw.

    It ends in ``finished``, or in ``failed`` with the reason of the first that failed; then all end. ``options``: of
    the command that trains.
    """

    told = Signal(object)
    shown = Signal()
    finished = Signal()
    failed = Signal(str)

    def __init__(self, options: Callable[[], list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self._processes: list[TellingProcess] = []
        self._under_way = 0
        self._draw = QTimer(self, singleShot=True, interval=SHOWN_EVERY_MS)
        self._draw.timeout.connect(self.shown)

    @property
    def busy(self) -> bool:
        """Whether networks are being trained."""
        return self._under_way > 0

    def start(self, asked: Asked, processes: int = 1) -> None:
        """Train these, and no others any more; a large map by several processes."""
        self.stop()
        shares = asked.shares(processes)
        while len(self._processes) < len(shares):
            self._processes.append(self._new_process())
        self._under_way = len(shares)
        for process, share in zip(self._processes, shares, strict=False):
            process.ask(["population", *self._options()], share.text())

    def stop(self) -> None:
        """End what is under way, at once."""
        self._draw.stop()
        self._under_way = 0
        for process in self._processes:
            process.stop()

    def close(self) -> None:
        """The window closes."""
        self.blockSignals(True)
        self._draw.stop()
        for process in self._processes:
            process.close()

    def _new_process(self) -> TellingProcess:
        process = TellingProcess(self)
        process.told.connect(self._take)
        process.succeeded.connect(self._finish)
        process.failed.connect(self._fail)
        return process

    @Slot(str)
    def _take(self, line: str) -> None:
        self.told.emit(told(line))
        if not self._draw.isActive():
            self._draw.start()

    @Slot()
    def _finish(self) -> None:
        self._under_way -= 1
        if self._under_way:
            return
        self._draw.stop()
        self.shown.emit()
        self.finished.emit()

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self.stop()
        self.shown.emit()
        self.failed.emit(reason)
