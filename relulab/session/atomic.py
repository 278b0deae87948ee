"""A file is replaced as a whole or not at all, whatever happens in between: a full disk, a crash, a pulled plug."""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from pathlib import Path

from relulab.errors import SessionError

_PREFIX, _SUFFIX = ".relulab-", ".part"
_ABANDONED = 1800.0  # seconds that nothing was written into it: it was left by a crash
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def replacing(path: Path) -> Iterator[BufferedRandom]:
    """A file, open for writing and reading, that takes the place of ``path`` when the block ends well.

    It lies in the same folder until then. If anything fails, ``path`` is what it was. Links are followed, and the
    permissions of the old file are kept. Raises SessionError that says why it cannot be written and what to do.
    """
    path = Path(os.path.realpath(path))
    part = path.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
    with _explained(path):
        file = part.open("x+b")
        _remove_abandoned(path.parent, os.fstat(file.fileno()).st_mtime)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _copy_mode(path, part)
            file.close()
            part.replace(path)
        except BaseException:
            with suppress(OSError):  # what is still buffered does not fit either
                file.close()
            with suppress(OSError):
                part.unlink()
            raise
        _sync_folder(path.parent)


def _remove_abandoned(folder: Path, now: float) -> None:
    """Remove what an earlier crash left behind. ``now`` by the clock of the disk: a server may have another."""
    oldest = now - _ABANDONED
    for entry in folder.iterdir():
        if entry.name.startswith(_PREFIX) and entry.name.endswith(_SUFFIX):
            with suppress(OSError):
                if entry.stat().st_mtime < oldest:
                    entry.unlink()


def _copy_mode(old: Path, new: Path) -> None:
    with suppress(OSError):
        new.chmod(stat.S_IMODE(old.stat().st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut. Windows has no such call, and some file systems refuse it."""
    if sys.platform != "win32":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the operating system says into what to do about it."""
    try:
        yield
    except OSError as error:
        kept = " The file that is there is unchanged." if path.exists() else ""
        if error.errno in _FULL:
            reason = f"there is no room left on its disk.{kept} Free some space or choose another disk."
        elif error.errno in _FORBIDDEN:
            reason = f"writing is not allowed there.{kept} Choose another folder."
        elif error.errno == errno.ENOENT:
            reason = "the folder is no longer there. Choose another one."
        else:
            reason = f"{error.strerror or error}.{kept} Choose another folder or disk."
        raise SessionError(f"{path} could not be saved: {reason}") from None
