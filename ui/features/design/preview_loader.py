"""Loads the samples for the preview beside the window: reading sixty thousand images must not freeze it.

One job at a time, the newest request wins. The result is fetched by a timer: a thread that emits signals could
outlive the widget that listens.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from relulab.data.dataset import Description, Source, Split
from relulab.data.loading import preview_points
from relulab.errors import DataError
from relulab.experiment import DataSpec

SETTLE_MS = 120  # after the last edit
POLL_MS = 20
POINTS = 500  # as many samples as a small picture can show


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Training samples before scaling, and what they are."""

    description: Description
    points: Split


class PreviewLoader(QObject):
    """``loaded`` carries ``Samples``, ``failed`` the DataError that says why there are none."""

    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = Source()
        self._wanted: DataSpec | None = None
        self._loading: DataSpec | None = None
        self._job: Future[Samples] | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._start)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look)

    def request(self, data: DataSpec) -> None:
        """Load the samples of ``data`` soon, unless they are the ones that were asked for last."""
        if data != self._wanted:
            self._wanted = data
            self._settle.start()

    def reload(self) -> None:
        """Load again: files may have come."""
        self._loading = None
        if self._wanted is not None:
            self._settle.start()

    def set_source(self, source: Source) -> None:
        """Where the user's own files lie."""
        if source != self._source:
            self._source = source
            self.reload()

    def _start(self) -> None:
        self._settle.stop()
        if self._wanted is None or self._job is not None:
            return
        self._loading = self._wanted
        executor = ThreadPoolExecutor(1, thread_name_prefix="preview")
        self._job = executor.submit(load_samples, self._wanted, self._source)
        executor.shutdown(wait=False)  # the thread ends with its job
        self._poll.start()

    def _look(self) -> None:
        if self._job is None or not self._job.done():
            return
        job, self._job = self._job, None
        self._poll.stop()
        if self._loading != self._wanted:
            self._start()
        else:
            self._report(job)

    def _report(self, job: Future[Samples]) -> None:
        try:
            samples = job.result()
        except DataError as error:
            self.failed.emit(error)
        else:
            self.loaded.emit(samples)


def load_samples(data: DataSpec, source: Source) -> Samples:
    """The first training samples of ``data``. Raises DataError."""
    return Samples(data.dataset.describe(), preview_points(data, POINTS, source))
