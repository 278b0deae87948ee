"""Many networks in one child process: asked for, told of while they learn, ended at once."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from relulab.population.standing import told
from relulab.population.told import Asked
from ui.platform.telling_process import TellingProcess

SHOWN_EVERY_MS = 50


class PopulationTraining(QObject):
    """``told`` carries what is told of a network; ``shown`` says now and then that there is something new to draw.

    It ends in ``finished``, or in ``failed`` with the reason. ``options``: of the command that trains.
    """

    told = Signal(object)
    shown = Signal()
    finished = Signal()
    failed = Signal(str)

    def __init__(self, options: Callable[[], list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._options = options
        self._process = TellingProcess(self)
        self._draw = QTimer(self, singleShot=True, interval=SHOWN_EVERY_MS)
        self._draw.timeout.connect(self.shown)
        self._process.told.connect(self._take)
        self._process.succeeded.connect(self._finish)
        self._process.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether networks are being trained."""
        return self._process.busy

    def start(self, asked: Asked) -> None:
        """Train these, and no others any more."""
        self.stop()
        self._process.ask(["population", *self._options()], asked.text())

    def stop(self) -> None:
        """End what is under way, at once."""
        self._draw.stop()
        self._process.stop()

    def close(self) -> None:
        """The window closes."""
        self.blockSignals(True)
        self._draw.stop()
        self._process.close()

    @Slot(str)
    def _take(self, line: str) -> None:
        self.told.emit(told(line))
        if not self._draw.isActive():
            self._draw.start()

    @Slot()
    def _finish(self) -> None:
        self._draw.stop()
        self.shown.emit()
        self.finished.emit()

    @Slot(str)
    def _fail(self, reason: str) -> None:
        self._draw.stop()
        self.shown.emit()
        self.failed.emit(reason)
