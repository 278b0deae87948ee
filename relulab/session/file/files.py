"""Save a session to a .relulab file and open one, from whomever it comes."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import TypeVar

from relulab.errors import SessionError, SpecError
from relulab.session.atomic import replacing
from relulab.session.file.container import Container, write_container
from relulab.session.file.decoding import decode
from relulab.session.file.encoding import encode
from relulab.session.session import Session

File = BufferedRandom | BufferedReader
Result = TypeVar("Result")

SUFFIX = ".relulab"
LONGEST = 500  # letters of a reason; a text out of the file may be quoted in it


class ChangedOnDiskError(SessionError):
    """The file is not what it was when it was opened or saved last: somebody else has written to it."""


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file was at some moment, to see later whether it still is."""

    size: int
    modified: float
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileMark | None":
        """The mark of a file, or None where there is none. Raises SessionError where it cannot be read."""
        try:
            with path.open("rb") as file:
                return cls._of(file)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SessionError(f"{path} cannot be read: {error.strerror or error}.") from None

    @classmethod
    def _of(cls, file: File) -> "FileMark":
        file.seek(0)
        status = os.fstat(file.fileno())
        return cls(status.st_size, status.st_mtime, hashlib.file_digest(file, "sha256").hexdigest())

    def still_holds(self, path: Path) -> bool:
        """Whether the file has the same content. A file that is gone has not been changed by anybody."""
        try:
            if path.stat().st_size != self.size:
                return False
        except FileNotFoundError:
            return True
        now = FileMark.of(path)
        return now is None or now.sha256 == self.sha256


def save_session(session: Session, path: Path, expected: FileMark | None = None, *, compress: bool = True) -> FileMark:
    """Write ``session`` to ``path``, as a whole or not at all, and return the new file's mark.

    ``expected`` is the mark that opening or the last saving gave: ChangedOnDiskError is raised where the file is
    another one now. Without it, whatever is there is replaced. ``compress``: half the size at five times the
    time. What was written is read back before it takes
    the place of the old file. Raises SessionError, and the old file is whole, when anything goes wrong.
    """
    if expected is not None and not expected.still_holds(path):
        raise ChangedOnDiskError(
            f"{path} was changed by another window or program since you opened it. "
            "Save under another name, or open it again to see what changed."
        )
    with replacing(path) as file:
        _guarded(f"{path} could not be saved", partial(_write, session, file, compress))
        return FileMark._of(file)


def load_session(path: Path) -> Session:
    """Open a session. Nothing in it is executed, and nothing outside it is read. Raises SessionError."""
    return open_session(path)[0]


def open_session(path: Path) -> tuple[Session, FileMark]:
    """``load_session``, and the mark to save with."""
    if path.exists() and not path.is_file():
        raise SessionError(f"{path} cannot be opened: it is not a file.")
    try:
        with path.open("rb") as file:
            session = _guarded(f"{path} cannot be opened", partial(_read, file))
            return session, FileMark._of(file)
    except OSError as error:
        raise SessionError(f"{path} cannot be opened: {error.strerror or error}.") from None


def _write(session: Session, file: File, compress: bool) -> None:
    write_container(file, partial(encode, session), compress=compress)
    file.flush()
    _read(file)


def _read(file: File) -> Session:
    return decode(Container(file))


def _guarded(what: str, work: Callable[[], Result]) -> Result:
    """Say which file it is about; ``work`` raises errors that only say what is wrong with it."""
    try:
        return work()
    except (SessionError, SpecError) as error:
        reason = str(error)
        raise SessionError(f"{what}: {reason if len(reason) <= LONGEST else reason[:LONGEST] + ' …'}") from None
    except MemoryError:
        raise SessionError(f"{what}: there is not enough memory.") from None
