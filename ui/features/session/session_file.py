"""The session's file: reading and writing go on in a thread of their own, and no other window's work is lost."""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.errors import SessionError
from relulab.formatting import quoted
from relulab.session.locks import FileLock, claim
from relulab.session.session import Session
from ui.features.session.reading import show_reading
from ui.platform.jobs import Job
from ui.platform.translation import translate

if TYPE_CHECKING:  # files are read and written by modules that a start does without
    from relulab.session.file.files import FileMark

log = logging.getLogger(__name__)

Result = TypeVar("Result")
# What is done with a file: where it really lies, its mark if it is the session's own, progress. Returns the new mark.
Work = Callable[[Path, "FileMark | None", Progress], tuple["FileMark", Result]]

LAST_SECONDS = 30.0  # a closing window waits so long for a saving that has begun


@dataclass(slots=True)
class Claimed:
    """A file that is this window's: nobody else opens it until the lock is released."""

    path: Path
    mark: "FileMark"
    lock: FileLock


class SessionFile(QObject):
    """``opened`` carries a Session and the Claimed to ``take`` with it, or to ``give_up``.

    ``saved`` carries the fingerprint of what was saved; ``savedBefore`` the path, where another session has taken the
    place of the saved one meanwhile, as ``generation`` tells. ``failed`` carries a message, ``conflicted`` a message
    and the path: somebody else has changed the file since.
    """

    opened = Signal(object, object)
    saved = Signal(object)
    savedBefore = Signal(str)
    failed = Signal(str)
    conflicted = Signal(str, str)

    def __init__(self, window: QWidget, generation: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._generation = generation
        self._own: Claimed | None = None
        self._job: Job | None = None
        self._left: FileLock | None = None  # of a file that was left while one was being read or written
        self.saving: Path | None = None  # where to, while it goes on

    @property
    def path(self) -> Path | None:
        """Where the session lies, or None as long as it has no file."""
        return None if self._own is None else self._own.path

    @property
    def busy(self) -> bool:
        """Whether a file is being read or written."""
        return self._job is not None

    def open(self, path: Path) -> None:
        """Read a session. Nothing changes before it has been read as a whole, and is taken."""

        def work(path: Path, _own: "FileMark | None", progress: Progress) -> "tuple[FileMark, Session]":
            from relulab.session.file.files import open_session

            session, mark = open_session(path, progress)
            return mark, session

        def finish(claimed: Claimed, session: Session) -> None:
            log.info("opened %s, runs: %d", claimed.path, len(session.runs))
            self.opened.emit(session, claimed)

        if (job := self._start(path, work, finish)) is not None:
            show_reading(path, job, self._window)

    def save(self, path: Path, gather: Callable[[], tuple[Session, Hashable]], overwrite: bool = False) -> None:
        """Write what ``gather`` returns, a session and its fingerprint. ``overwrite`` what others did to it."""
        generation = self._generation()

        def work(path: Path, own: "FileMark | None", _progress: Progress) -> "tuple[FileMark, Hashable]":
            from relulab.session.file.files import save_session

            session, fingerprint = gather()
            return save_session(session, path, None if overwrite else own), fingerprint

        def finish(claimed: Claimed, fingerprint: Hashable) -> None:
            if self._generation() == generation:
                self.take(claimed)
                self.saved.emit(fingerprint)
            else:
                self.give_up(claimed)
                self.savedBefore.emit(str(claimed.path))

        if self._start(path, work, finish) is not None:
            self.saving = path

    def take(self, claimed: Claimed) -> None:
        """The session lies in this file from now on."""
        if self._own is not None and self._own.lock is not claimed.lock:
            self._own.lock.release()
        self._own = claimed

    def give_up(self, claimed: Claimed) -> None:
        """This file is not needed."""
        if self._own is None or claimed.lock is not self._own.lock:
            claimed.lock.release()

    def leave(self) -> None:
        """The session has no file any more. What is just being read or written may be that one: it is let go later."""
        if self._own is not None:
            if self._job is not None:
                self._left = self._own.lock
            else:
                self._own.lock.release()
            self._own = None

    def close(self) -> None:
        """End, after a saving that has begun."""
        if self._job is not None:
            self._job.close(LAST_SECONDS)
            self._end()
        self.leave()

    def _end(self, used: FileLock | None = None) -> None:
        self._job = self.saving = None
        left, self._left = self._left, None
        if left is not None and left is not used:
            left.release()

    def _start(self, chosen: Path, work: Work[Result], finish: Callable[[Claimed, Result], None]) -> Job | None:
        """Do ``work`` on the file that ``chosen`` leads to, in a thread: it may lie where looking takes long."""
        if self._job is not None:
            self.failed.emit(self.tr("A session is just being read or written. Try again in a moment."))
            return None
        own = self._own
        done: list[tuple[Claimed, Result]] = []

        def do(progress: Progress) -> None:
            path = _real(chosen)
            mine = own if own is not None and own.path == path else None
            lock = self._claim(path) if mine is None else mine.lock
            try:
                mark, result = work(path, None if mine is None else mine.mark, progress)
                done.append((Claimed(path, mark, lock), result))
                progress(1, 1, "")  # or nobody waits for it any more
            except BaseException:
                if mine is None:
                    lock.release()
                raise

        def end() -> None:
            claimed, result = done.pop()
            self._end(claimed.lock)
            finish(claimed, result)

        def stop() -> None:
            for claimed, _result in done:
                self.give_up(claimed)
            self._end()

        self._job = Job.begin(do, self, end, lambda error: self._fail(chosen, error), stop)
        return self._job

    def _claim(self, path: Path) -> FileLock:
        lock = claim(path)
        if lock is None:
            words = self.tr("{file} is open in another window of ReLU Lab. Close it there, or choose another name.")
            raise SessionError(words.format(file=path))
        return lock

    def _fail(self, path: Path, error: Exception) -> None:
        from relulab.session.file.files import ChangedOnDiskError

        self._end()
        if isinstance(error, ChangedOnDiskError):
            self.conflicted.emit(str(error), str(path))
        elif isinstance(error, SessionError):
            self.failed.emit(str(error))
        else:
            words = self.tr("{file}: this went wrong unexpectedly ({reason}). The log file has the details.")
            self.failed.emit(words.format(file=path, reason=type(error).__name__))


def _real(path: Path) -> Path:
    """Where the file really lies, links followed. Raises SessionError."""
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a zero byte, a circle of links
        words = translate("SessionFile", "{file} could not be read: {reason}")
        raise SessionError(words.format(file=quoted(str(path)), reason=error)) from None
