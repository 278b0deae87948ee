"""What a hard crash leaves behind: a segmentation fault in a library ends the process before Python can say a word.

Each process that shows a window has a file in the log folder into which ``faulthandler`` writes where every thread
was. A process that ends in good order removes its file; what the next start finds goes into its own log.
"""

import faulthandler
import logging
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from relulab.errors import SessionError
from relulab.session.locks import FileLock

log = logging.getLogger(__name__)

PREFIX = "crash-"
LONGEST = 20_000  # characters: the stacks of all threads have some thousand


class CrashReport:
    """The file of this process, from ``open`` to ``close``. A folder that cannot be written costs only the report."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{PREFIX}{secrets.token_hex(8)}.txt"
        self._lock = FileLock(_lock_of(self._path))
        self._file: TextIO | None = None

    def open(self) -> None:
        """From now on a hard crash is written down."""
        try:
            self._lock.acquire()
            self._file = self._path.open("w", encoding="utf-8")
        except (OSError, SessionError) as error:
            log.warning("no report of a crash will be kept: %s", error)
        else:
            faulthandler.enable(self._file)

    def close(self) -> None:
        """This process ends in good order: there is nothing to report."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            _remove(self._path, self._lock)


def take_earlier_reports(folder: Path) -> list[str]:
    """What crashed processes have written, the oldest first; their files are removed.

    A process that was merely killed has written nothing and is not among them. Those that still run are left alone.
    """
    texts = []
    for path in sorted(_reports(folder), key=_changed):
        lock = FileLock(_lock_of(path))
        with suppress(OSError, SessionError):
            if lock.acquire():
                texts.append(path.read_text("utf-8", errors="replace")[:LONGEST].strip())
                _remove(path, lock)
    return [text for text in texts if text]


def _reports(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(folder.glob(f"{PREFIX}*.txt"))
    return []


def _changed(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _remove(path: Path, lock: FileLock) -> None:
    with suppress(OSError):
        path.unlink()
    lock.release()  # Windows removes no file that is open
    with suppress(OSError):
        lock.path.unlink()
