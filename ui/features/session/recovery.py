"""Copies of the session for the next start, should this one end in a crash, and what an earlier window left behind.

The writing and reading happens in a thread of its own, one copy at a time.
"""

from collections.abc import Callable, Hashable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from relulab.data.dataset import Progress
from relulab.session.recovery import Autosave, Orphan, Recovered, find_orphans
from relulab.session.session import Session
from ui.platform.jobs import Job
from ui.platform.translation import translate
from ui.shell.help import open_log_folder
from ui.widgets.banner import INFO, Banner, BannerButton

INTERVAL_MS = 60_000
FIRST_MS = 2_000  # the first copy of a session is not waited for so long
LAST_SECONDS = 30.0


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
        self.generation: int | None = None  # of the session that was recovered

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
            if self._loaded is not None:  # never saved since: for another time
                self._loaded.release()
            self._loaded, self.generation = orphan, None
            self.recovered.emit(read[0])

        self._start(lambda _progress: read.append(orphan.load()), finish)

    def discard(self) -> None:
        """Remove the one that was offered, and offer the next."""
        if self._orphans and self._job is None:
            orphan = self._orphans.pop(0)
            self._start(lambda _progress: orphan.discard(), self._offer_next)

    @Slot(int)
    def put_away(self, generation: int) -> None:
        """A session lies safely elsewhere now. If it is what was recovered, that has served."""
        if self._loaded is not None and self._job is None and generation == self.generation:
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

        self._job = Job.begin(work, self, end, fail)


def offer(banner: Banner, orphan: Orphan, recover: Callable[[], None], discard: Callable[[], None]) -> None:
    """Tell of the work that a crash left behind, with what can be done about it."""

    def put_away() -> None:
        banner.dismiss()
        discard()

    count = len(orphan.runs)
    runs = translate("Recovery", "one run") if count == 1 else translate("Recovery", "{count} runs").format(count=count)
    name = orphan.origin.name if orphan.origin is not None else translate("Recovery", "a session without a file")
    words = translate("Recovery", "ReLU Lab did not close in good order. Your work of {when} was kept: {what}.").format(
        when=orphan.saved.astimezone().strftime("%Y-%m-%d %H:%M"),
        what=translate("Recovery", "{name} with {runs}").format(name=name, runs=runs),
    )
    buttons = [
        BannerButton(translate("Recovery", "Recover"), recover),
        BannerButton(translate("Recovery", "Discard"), put_away),
        BannerButton(translate("Recovery", "Open the log folder"), open_log_folder),
    ]
    banner.show_message(INFO, words, buttons)


class Autosaver(QObject):
    """Makes a copy within seconds of the first change, and brings it up to date every minute and when a run rests.

    ``saved`` carries the generation of the session of which there is a new copy. ``failed`` carries why there is none,
    once until it works again.
    """

    saved = Signal(int)
    failed = Signal(str)

    def __init__(
        self, look: Callable[[], Hashable], gatherer: Callable[[], Callable[[], tuple[Session, Hashable]]],
        origin: Callable[[], Path | None], generation: Callable[[], int], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._look = look
        self._gatherer = gatherer
        self._origin = origin
        self._generation = generation
        self._copied = False  # whether there is a copy at all
        self._autosave: Autosave | None = None
        self._job: Job | None = None
        self._known: Hashable = None  # the fingerprint of the copy, or of what needs none
        self._again = False
        self._forgotten = False  # there is a copy that is not needed any more
        self._complained = False
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.save)
        self._first = QTimer(self, interval=FIRST_MS)
        self._first.timeout.connect(self._save_first)

    def start(self) -> None:
        """Begin to keep copies."""
        self._autosave = Autosave()
        self._known = self._look()
        self._timer.start()
        self._first.start()

    @Slot()
    def save(self) -> None:
        """Bring the copy up to date, unless it is."""
        if self._autosave is None or self._look() == self._known:
            return
        if self._job is not None:
            self._again = True
            return
        autosave, gather, origin, generation = self._autosave, self._gatherer(), self._origin(), self._generation()
        copied: list[Hashable] = []

        def work(_progress: Progress) -> None:
            session, fingerprint = gather()
            autosave.save(session, origin)
            copied.append(fingerprint)

        def finish() -> None:
            self._complained = False
            if generation == self._generation() and not self._forgotten:
                self._known, self._copied = copied[0], True
                self.saved.emit(generation)

        self._start(work, finish)

    def copy_anew(self) -> None:
        """Make a copy whatever there is: the session is another one now."""
        self._known = None
        self.save()

    def forget(self, fingerprint: Hashable) -> None:
        """The session lies safely in its file with this fingerprint: no copy is needed until it changes."""
        self._known = fingerprint
        self._copied = False
        autosave = self._autosave
        if autosave is not None and self._job is None:
            self._start(lambda _progress: autosave.close(), lambda: None)
        elif autosave is not None:
            self._forgotten = True  # as soon as that copy is done: it is of what needs none

    def close(self) -> None:
        """The window closes in good order: there is nothing to recover."""
        self._timer.stop()
        self._first.stop()
        if self._job is not None:
            self._job.close(LAST_SECONDS)
            self._job = None
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None

    @Slot()
    def _save_first(self) -> None:
        if not self._copied and not self._complained and self._job is None:
            self.save()

    def _start(self, work: Callable[[Progress], None], finish: Callable[[], None]) -> None:
        def end() -> None:
            self._job = None
            finish()
            if self._forgotten:
                self._forgotten = False
                self.forget(self._known)
            elif self._again:
                self._again = False
                self.save()

        def fail(error: Exception) -> None:
            self._job = None
            self._again = False
            if not self._complained:
                self._complained = True
                self.failed.emit(str(error))

        self._job = Job.begin(work, self, end, fail)
