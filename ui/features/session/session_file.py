"""The session's file: reading and writing go on in a thread of their own, and no other window's work is lost."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from relulab.data.dataset import Progress
from relulab.errors import SessionError
from relulab.session.file.files import ChangedOnDiskError, FileMark, open_session, save_session
from relulab.session.locks import FileLock, claim
from relulab.session.session import Session
from ui.platform.jobs import Job

log = logging.getLogger(__name__)

LAST_SECONDS = 30.0  # a closing window waits so long for a saving that has begun


@dataclass(slots=True)
class Claimed:
    """A file that is this window's: nobody else opens it until the lock is released."""

    path: Path
    mark: FileMark
    lock: FileLock


class SessionFile(QObject):
    """``opened`` carries a Session; ``saved`` the fingerprint of what was saved; ``failed`` a message.

    ``conflicted`` carries a message and the path: somebody else has changed the file since.
    """

    opened = Signal(object)
    saved = Signal(object)
    failed = Signal(str)
    conflicted = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._own: Claimed | None = None
        self._job: Job | None = None

    @property
    def path(self) -> Path | None:
        """Where the session lies, or None as long as it has no file."""
        return None if self._own is None else self._own.path

    @property
    def busy(self) -> bool:
        """Whether a file is being read or written."""
        return self._job is not None

    def open(self, path: Path) -> None:
        """Read a session. Nothing changes before it has been read as a whole."""
        path = path.resolve()
        found: list[tuple[Session, Claimed]] = []

        def work(_progress: Progress) -> None:
            lock = self._claim(path)
            try:
                session, mark = open_session(path)
            except BaseException:
                self._give_up(lock)
                raise
            found.append((session, Claimed(path, mark, lock)))

        def finish() -> None:
            session, claimed = found[0]
            self._take(claimed)
            self.opened.emit(session)
            log.info("opened %s, runs: %d", path, len(session.runs))

        self._start(path, work, finish)

    def save(self, path: Path, gather: Callable[[], tuple[Session, Hashable]], overwrite: bool = False) -> None:
        """Write what ``gather`` returns, a session and its fingerprint. ``overwrite`` what others did to it."""
        path = path.resolve()
        done: list[tuple[Claimed, Hashable]] = []
        expected = self._own.mark if self._own is not None and self._own.path == path and not overwrite else None

        def work(_progress: Progress) -> None:
            lock = self._claim(path)
            try:
                session, fingerprint = gather()
                mark = save_session(session, path, expected)
            except BaseException:
                self._give_up(lock)
                raise
            done.append((Claimed(path, mark, lock), fingerprint))

        def finish() -> None:
            claimed, fingerprint = done[0]
            self._take(claimed)
            self.saved.emit(fingerprint)

        self._start(path, work, finish)

    def leave(self) -> None:
        """The session has no file any more."""
        if self._own is not None:
            self._own.lock.release()
            self._own = None

    def close(self) -> None:
        """End, after a saving that has begun."""
        if self._job is not None:
            self._job.close(LAST_SECONDS)
            self._job = None
        self.leave()

    def _claim(self, path: Path) -> FileLock:
        if self._own is not None and self._own.path == path:
            return self._own.lock
        lock = claim(path)
        if lock is None:
            words = self.tr("{file} is open in another window of ReLU Lab. Close it there, or choose another name.")
            raise SessionError(words.format(file=path))
        return lock

    def _give_up(self, lock: FileLock) -> None:
        if self._own is None or lock is not self._own.lock:
            lock.release()

    def _take(self, claimed: Claimed) -> None:
        if self._own is not None and self._own.lock is not claimed.lock:
            self._own.lock.release()
        self._own = claimed

    def _start(self, path: Path, work: Callable[[Progress], None], finish: Callable[[], None]) -> None:
        if self._job is not None:
            self.failed.emit(self.tr("A session is just being read or written. Try again in a moment."))
            return

        def end() -> None:
            self._job = None
            finish()

        def fail(error: Exception) -> None:
            self._job = None
            if isinstance(error, ChangedOnDiskError):
                self.conflicted.emit(str(error), str(path))
            elif isinstance(error, SessionError):
                self.failed.emit(str(error))
            else:
                words = self.tr("{file}: this went wrong unexpectedly ({reason}). The log file has the details.")
                self.failed.emit(words.format(file=path, reason=type(error).__name__))

        self._job = Job.begin(work, self, end, fail)
