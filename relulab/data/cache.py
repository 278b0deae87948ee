"""The folder in which downloaded and imported data sets are kept, and how files get there whole or not at all."""

import errno
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

import platformdirs

from relulab.errors import DataError

CACHE_VARIABLE = "RELULAB_CACHE"
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def cache_folder() -> Path:
    """The platform's cache folder of ReLU Lab, or what the environment variable RELULAB_CACHE names."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("relulab", appauthor=False))


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write ``chunks`` to ``path``: the file appears when it is complete, and any failure leaves nothing behind.

    Raises DataError for a full disk or a folder that cannot be written; errors of ``chunks`` pass through.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with _explained(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = part.open("wb", buffering=0)
        with file:
            for chunk in chunks:
                with _explained(path.parent):
                    _write_all(file, chunk)
        with _explained(path.parent):
            part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def remove(path: Path) -> None:
    """Remove a file of the cache if it is there. Raises DataError where that is not allowed."""
    with _explained(path.parent):
        path.unlink(missing_ok=True)


def _write_all(file: FileIO, data: bytes) -> None:
    """An unbuffered file may take a part only, on a disk that is nearly full."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what the operating system says into what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DataError(
                f"There is no room left on the disk that holds {folder}. Free some space, or set the environment "
                f"variable {CACHE_VARIABLE} to a folder on another disk."
            ) from None
        raise DataError(
            f"The folder {folder} cannot be written ({error.strerror or error}). Allow writing there, or set the "
            f"environment variable {CACHE_VARIABLE} to a folder of your own."
        ) from None
