"""What survives a crash: each window keeps a copy of its session in a folder of its own, and the next one finds it.

    <state>/recovery/<name>/
        lock               held by the window that the folder belongs to; free means that it is no more
        recovery.json      which runs there are, where the session came from, when it was saved: written last
        session.relulab    everything but the runs
        <key>.relulab      one run with its newest checkpoint; written again only when it has changed
        <key>-<step>.relulab   an older checkpoint of it; written once, removed when it is thinned out

So saving costs what the one run costs that is being trained, however many there are, and what is new of it.
"""

import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from relulab.errors import SessionError
from relulab.session.atomic import replacing
from relulab.session.history import RunHistory
from relulab.session.limits import JSON_BYTES
from relulab.session.locks import FileLock, state_folder
from relulab.session.session import RunRecord, Session
from relulab.training.checkpoint import Checkpoint
from relulab.untrusted import read_plain

if TYPE_CHECKING:  # files are described and read by modules that a start does without
    from relulab.session.file.recovery_index import RecoveryIndex

_INDEX = "recovery.json"
_HEAD = "session.relulab"
_LOCK = "lock"
_ABANDONED = 3600.0  # seconds; a folder without an index is then no longer one that is just being made


class Autosave:
    """The recovery folder of one window. Not thread-safe; one thread saves.

    ``close`` when the window closes in good order: then there is nothing to recover.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or _root()
        self._folder: Path | None = None
        self._lock: FileLock | None = None
        self._head: Session | None = None
        self._runs: dict[str, tuple[RunRecord, int]] = {}
        self._older: dict[str, Checkpoint] = {}  # by name of the file

    def save(self, session: Session, origin: Path | None = None) -> None:
        """Bring the copy up to date. ``origin`` is the file that the session was opened from or saved to.

        Raises SessionError, for example for a full disk; the copy is then the older one or partly the newer,
        but always readable.
        """
        from relulab.session.file.document import to_json
        from relulab.session.file.files import save_session
        from relulab.session.file.recovery_index import RecoveryIndex

        folder = self._own_folder()
        for run in session.runs:
            self._save_run(run, folder)
        if self._head is None or _head(self._head) != _head(session):
            save_session(replace(session, runs=()), folder / _HEAD)
            self._head = replace(session, runs=())
        keys = tuple(run.key for run in session.runs)
        index = RecoveryIndex.parse(
            {"title": session.title, "origin": str(origin or ""), "saved": datetime.now(UTC), "runs": keys}
        )
        with replacing(folder / _INDEX) as file:
            file.write(to_json(index))
        for key in self._runs.keys() - set(keys):
            del self._runs[key]
            (folder / f"{key}.relulab").unlink(missing_ok=True)
        wanted = {_older_name(run, checkpoint) for run in session.runs for checkpoint in run.checkpoints[:-1]}
        for name in self._older.keys() - wanted:
            del self._older[name]
            (folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the copy."""
        if self._folder is not None and self._lock is not None:
            _remove(self._folder, self._lock)
        self._folder = self._lock = self._head = None
        self._runs, self._older = {}, {}

    def _save_run(self, run: RunRecord, folder: Path) -> None:
        from relulab.session.file.files import save_session

        revision = run.history.revision
        known, known_revision = self._runs.get(run.key, (None, -1))
        for checkpoint in run.checkpoints[:-1]:
            name = _older_name(run, checkpoint)
            if self._older.get(name) is not checkpoint:
                save_session(Session(runs=(_bare(run, checkpoint),)), folder / name, compress=False)
                self._older[name] = checkpoint
        if known is None or revision != known_revision or not _is_same(known, run):
            newest = replace(run, checkpoints=run.checkpoints[-1:])
            save_session(Session(runs=(newest,)), folder / f"{run.key}.relulab", compress=False)
            self._runs[run.key] = (run, revision)

    def _own_folder(self) -> Path:
        """Made when it is needed, and anew where somebody has removed it."""
        if self._folder is not None and self._lock is not None and not (self._folder / _LOCK).exists():
            self._lock.release()
            self._folder = self._lock = self._head = None
            self._runs, self._older = {}, {}
        while self._folder is None:
            folder = self._root / secrets.token_hex(8)
            lock = FileLock(folder / _LOCK)
            if lock.acquire():
                self._folder, self._lock = folder, lock
        return self._folder


@dataclass(frozen=True, slots=True)
class Recovered:
    """What could be read of an orphan, and a sentence for each part that could not."""

    session: Session
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Orphan:
    """The copy that a window left behind which did not close in good order.

    It is locked, so that no other window offers it too, until ``release`` or ``discard``. After ``load``, discard
    it when the session has been saved elsewhere; the own recovery folder will do.
    """

    folder: Path
    title: str
    origin: Path | None
    saved: datetime
    runs: tuple[str, ...]
    lock: FileLock

    def load(self) -> Recovered:
        """As much of the session as can be read."""
        problems: list[str] = []
        head = self._part(_HEAD, problems)
        parts = [self._part(f"{key}.relulab", problems) for key in self.runs]
        runs = tuple(self._with_older(run, problems) for part in parts for run in part.runs)
        return Recovered(replace(head, runs=runs), tuple(problems))

    def release(self) -> None:
        """Leave it for another time."""
        self.lock.release()

    def discard(self) -> None:
        """Remove it."""
        _remove(self.folder, self.lock)

    def _with_older(self, run: RunRecord, problems: list[str]) -> RunRecord:
        """The run with all its checkpoints. One that is newer than the run was saved just before the end."""
        newest = run.checkpoints[-1].step if run.checkpoints else 0
        files = sorted(self.folder.glob(f"{run.key}-*.relulab"))
        parts = [self._part(file.name, problems) for file in files]
        judged = run.history.moments  # in a file of their own, older checkpoints are without a history
        older = [
            replace(checkpoint, moments=tuple(moment for moment in judged if moment.step <= checkpoint.step))
            for part in parts
            for bare in part.runs
            for checkpoint in bare.checkpoints
        ]
        return replace(run, checkpoints=(*(c for c in older if c.step < newest), *run.checkpoints))

    def _part(self, name: str, problems: list[str]) -> Session:
        from relulab.session.file.files import load_session

        try:
            return load_session(self.folder / name)
        except SessionError as error:
            problems.append(str(error))
            return Session(title=self.title)


def find_orphans(root: Path | None = None) -> tuple[Orphan, ...]:
    """What windows left behind that are no more, the newest first. Raises SessionError where locks cannot be made."""
    root = root or _root()
    folders = [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []
    orphans = [orphan for folder in folders if (orphan := _orphan(folder)) is not None]
    return tuple(sorted(orphans, key=lambda orphan: orphan.saved, reverse=True))


def _orphan(folder: Path) -> Orphan | None:
    lock = FileLock(folder / _LOCK)
    if not lock.acquire():
        return None
    try:
        index = _read_index(folder / _INDEX)
    except SessionError:
        lock.release()
        return None
    if index is None:
        if time.time() - folder.stat().st_mtime > _ABANDONED:
            _remove(folder, lock)
        lock.release()
        return None
    origin = Path(index.origin) if index.origin else None
    return Orphan(folder, index.title, origin, index.saved, index.runs, lock)


def _older_name(run: RunRecord, checkpoint: Checkpoint) -> str:
    return f"{run.key}-{checkpoint.step:012}.relulab"


def _bare(run: RunRecord, checkpoint: Checkpoint) -> RunRecord:
    """A run with nothing but this checkpoint, to be put into a file."""
    info = run.history.info
    none = info.dataset.train.first(1)
    data = replace(info.dataset, train=none, validation=none, test=none)
    return replace(run, history=RunHistory(replace(info, dataset=data)), checkpoints=(checkpoint,))


def _read_index(path: Path) -> "RecoveryIndex | None":
    """None where the window ended before it saved anything. Raises SessionError for what cannot be read."""
    try:
        content = read_plain(path, JSON_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SessionError(f"{path} cannot be read: {error.strerror or error}.") from None
    from relulab.session.file.recovery_index import RecoveryIndex

    return RecoveryIndex.read(content, path.name)


def _root() -> Path:
    return state_folder() / "recovery"


def _remove(folder: Path, lock: FileLock) -> None:
    """The index goes first: without it nothing is left to recover, should the rest fail."""
    with suppress(OSError):
        (folder / _INDEX).unlink(missing_ok=True)
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)


def _head(session: Session) -> tuple[object, ...]:
    maps = tuple((kept.sweep, len(kept.runs)) for kept in session.maps)
    return session.title, session.author, session.notes, session.experiments, session.pictures, maps


def _is_same(first: RunRecord, second: RunRecord) -> bool:
    """Whether a file of the one would be a file of the other, apart from what their history measures."""
    from relulab.session.file.schema import PLAIN_FIELDS

    return (
        first.history is second.history
        and len(first.checkpoints) == len(second.checkpoints)
        and all(a is b for a, b in zip(first.checkpoints, second.checkpoints, strict=True))
        and all(_equal(getattr(first, name), getattr(second, name)) for name in PLAIN_FIELDS)
    )


def _equal(first: object, second: object) -> bool:
    """Equal, or both not a number."""
    return first == second or (first != first and second != second)
