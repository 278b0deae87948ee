"""What an earlier window left behind that did not close in good order: find it, read it, put it away."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from relulab.data.dataset import Progress
from relulab.session.recovery import Orphan, Recovered, find_orphans
from ui.platform.jobs import Job


class Recovery(QObject):
    """``offered`` carries the newest orphan; ``recovered`` a Recovered; ``failed`` a message."""

    offered = Signal(object)
    recovered = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orphans: list[Orphan] = []
        self._loaded: Orphan | None = None
        self._job: Job | None = None

    @property
    def origin(self) -> Path | None:
        """The file that the recovered session once came from."""
        return None if self._loaded is None else self._loaded.origin

    def look(self) -> None:
        """Look for what was left behind, and offer the newest."""
        found: list[Orphan] = []
        self._start(lambda _progress: found.extend(find_orphans()), lambda: self._offer(found))

    def recover(self) -> None:
        """Read the one that was offered. It stays on the disk until ``put_away``."""
        if not self._orphans or self._job is not None:
            return
        orphan = self._orphans.pop(0)
        read: list[Recovered] = []

        def finish() -> None:
            self._loaded = orphan
            self.recovered.emit(read[0])

        self._start(lambda _progress: read.append(orphan.load()), finish)

    def discard(self) -> None:
        """Remove the one that was offered, and offer the next."""
        if self._orphans and self._job is None:
            orphan = self._orphans.pop(0)
            self._start(lambda _progress: orphan.discard(), self._offer_next)

    def put_away(self) -> None:
        """What was recovered lies safely elsewhere now."""
        if self._loaded is not None and self._job is None:
            orphan, self._loaded = self._loaded, None
            self._start(lambda _progress: orphan.discard(), self._offer_next)

    def close(self) -> None:
        """Leave the remaining ones for the next start."""
        if self._job is not None:
            self._job.close()
            self._job = None
        for orphan in (*self._orphans, *((self._loaded,) if self._loaded else ())):
            orphan.release()
        self._orphans, self._loaded = [], None

    def _offer(self, found: list[Orphan]) -> None:
        self._orphans = found
        self._offer_next()

    def _offer_next(self) -> None:
        if self._orphans:
            self.offered.emit(self._orphans[0])

    def _start(self, work: Callable[[Progress], None], finish: Callable[[], None]) -> None:
        def end() -> None:
            self._job = None
            finish()

        def fail(error: Exception) -> None:
            self._job = None
            self.failed.emit(str(error))

        job = self._job = Job(work, self)
        job.succeeded.connect(end)
        job.failed.connect(fail)
        job.start()
