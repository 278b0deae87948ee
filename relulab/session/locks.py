"""Locks that the operating system takes back when a process dies, so that none is ever left behind."""

import hashlib
import os
import sys
from pathlib import Path

import platformdirs

from relulab.errors import SessionError

STATE_VARIABLE = "RELULAB_STATE"


def state_folder() -> Path:
    """The platform's folder for the state of ReLU Lab, or what the environment variable RELULAB_STATE names."""
    chosen = os.environ.get(STATE_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_state_dir("relulab", appauthor=False))


class FileLock:
    """A file that one holder at a time can lock, in this process or another, until ``release`` or its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock unless somebody else has it. Raises SessionError where the file cannot be made."""
        if self._descriptor is not None:
            return True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SessionError(
                f"The folder {self.path.parent} cannot be written ({error.strerror or error}). Allow writing there, or "
                f"set the environment variable {STATE_VARIABLE} to a folder of your own."
            ) from None
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go; the file stays."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def claim(path: Path) -> FileLock | None:
    """A lock that says "this session is open in my window", or None where another window has it open.

    It covers all windows of one user on one machine. For changes from elsewhere there is ``FileMark``.
    Raises SessionError where locks cannot be written.
    """
    name = os.path.normcase(os.path.realpath(path)).encode("utf-8", "surrogateescape")
    lock = FileLock(state_folder() / "locks" / f"{hashlib.sha256(name).hexdigest()[:32]}.lock")
    return lock if lock.acquire() else None
