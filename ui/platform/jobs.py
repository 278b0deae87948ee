"""One long piece of work in a thread of its own, with progress and cancel, so that the window never waits.

The thread is a daemon: a download that hangs in the network cannot keep the program from closing.
"""

import logging
import threading
from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Self

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from relulab.data.dataset import Progress
from relulab.errors import CancelledError

log = logging.getLogger(__name__)

PROGRESS_INTERVAL = 0.05  # seconds between two reports: a fast copy must not flood the window


class WindowThread(QObject):
    """Calls in the window's thread what another thread hands over.

    It lives as long as the program. A thread that emitted a signal of something else could do so in the moment in which
    the window deletes that, which ends the program.
    """

    _handed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._handed.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def call(self, of: QObject, act: Callable[[], None]) -> None:
        """From any thread: have ``act`` called soon, unless the object ``of`` which it is has been deleted by then."""
        self._handed.emit(of, act)

    @Slot(object, object)
    def _call(self, of: QObject, act: Callable[[], None]) -> None:
        if isValid(of):
            act()


@cache
def window_thread() -> WindowThread:
    """The one of this program. It is asked for in the window's thread first."""
    return WindowThread()


class Job(QObject):
    """Runs ``work(progress)``. Ends in exactly one of ``succeeded``, ``failed`` (an exception), ``cancelled``.

    ``progressed`` carries done, total (0 when unknown) and what is going on. All signals arrive in the
    window's thread. After that it is deleted, with all that its work and its listeners hold.
    """

    progressed = Signal(object, object, str)
    succeeded = Signal()
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, work: Callable[[Progress], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stop = threading.Event()
        self._last_report = 0.0
        self._thread = threading.Thread(target=self._run, name="job", daemon=True)
        self._window_thread = window_thread()

    @classmethod
    def begin(
        cls, work: Callable[[Progress], None], parent: QObject, then: Callable[[], None],
        fail: Callable[[Exception], None], cancelled: Callable[[], None] | None = None,
    ) -> Self:  # fmt: skip
        """Start ``work``; call ``then`` when it has succeeded, or ``fail``, or ``cancelled``."""
        job = cls(work, parent)
        if cancelled is not None:
            job.cancelled.connect(cancelled)
        job.succeeded.connect(then)
        job.failed.connect(fail)
        job.start()
        return job

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; it does so at its next report of progress."""
        self._stop.set()

    def give_up(self) -> None:
        """Cancel, and be cancelled at once: work that waits for a drive may never report again, and isn't listened to.

        What it claimed it gives back itself, when it finds at its next report that it was cancelled.
        """
        self.cancel()
        self.cancelled.emit()
        self.blockSignals(True)
        self.deleteLater()

    def close(self, timeout: float = 2.0) -> None:
        """Cancel, say nothing any more, and wait a little for the thread."""
        self.cancel()
        self.blockSignals(True)
        self._thread.join(timeout)
        self.deleteLater()

    def _progress(self, done: int, total: int, what: str) -> None:
        if self._stop.is_set():
            raise CancelledError("Cancelled.")
        now = monotonic()
        if now - self._last_report >= PROGRESS_INTERVAL or done == total:
            self._last_report = now
            self._window_thread.call(self, lambda: self.progressed.emit(done, total, what))

    def _run(self) -> None:
        try:
            self._work(self._progress)
        except Exception as error:
            if not isinstance(error, CancelledError):
                log.warning("job failed", exc_info=True)
            self._end(error)
        else:
            self._end(None)

    def _end(self, error: Exception | None) -> None:
        self._window_thread.call(self, lambda: self._finish(error))

    def _finish(self, error: Exception | None) -> None:
        self._thread.join()
        if error is None:
            self.succeeded.emit()
        elif isinstance(error, CancelledError):
            self.cancelled.emit()
        else:
            self.failed.emit(error)
        self.deleteLater()
