"""Tables that an opened file names and that are not read before the user says so.

A session or an experiment may come from a stranger, and a path in it leads anywhere: to somebody's private file, or to
a server of another network. Opening such a file must not touch what lies there.
"""

import threading
from collections.abc import Iterable

from relulab.errors import DataMissingError

_lock = threading.Lock()
_withheld: set[str] = set()
_released: set[str] = set()
_files: set[str] = set()


def withhold(paths: Iterable[str]) -> tuple[str, ...]:
    """Read none of these until ``release``. Returns those that the user has not released before."""
    with _lock:
        unknown = tuple(dict.fromkeys(path for path in map(str.strip, paths) if path and path not in _released))
        _withheld.update(unknown)
        return unknown


def release(paths: Iterable[str]) -> None:
    """The user chose these files, or allowed them to be read."""
    with _lock:
        known = {path.strip() for path in paths} - {""}
        _released.update(known)
        _withheld.difference_update(known)


def refuse_withheld(path: str) -> None:
    """Raise DataMissingError, with what to do, where nobody has said yet that this file may be read."""
    if is_withheld(path):
        raise DataMissingError(
            f"{path} was not read: a file that you opened names it, and that file may come from somebody else. "
            "Have it read in the message at the top, or choose it here yourself; on the command line, --read-tables "
            "has it read."
        )


def is_withheld(path: str) -> bool:
    """Whether nobody has said yet that this file may be read."""
    return path.strip() in _withheld


def note_files(paths: Iterable[str]) -> None:
    """Files lay there when somebody looked."""
    with _lock:
        _files.update(map(str.strip, paths))


def released_files() -> tuple[str, ...]:
    """What was released, to be remembered, without looking again: most of what was typed names no file."""
    with _lock:
        return tuple(sorted(_released & _files))
