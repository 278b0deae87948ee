"""A table in a file: read once, kept until the file or a choice changes."""

import stat
from pathlib import Path
from typing import Final, NamedTuple

from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.data.tables.choices import Choices
from relulab.data.tables.kept import Kept
from relulab.data.tables.letters import Letters, letters_of, read_bytes
from relulab.data.tables.understanding import Understanding, understanding_of
from relulab.data.untrusted_paths import note_files, refuse_withheld
from relulab.errors import DataMissingError


class FileState(NamedTuple):
    """A file as it is now: another time or size means that it was changed."""

    path: Path
    changed: int
    size: int


LETTERS: Final = Kept[tuple[FileState, str], Letters](1)
UNDERSTOOD: Final = Kept[tuple[FileState, Choices], Understanding](3)  # as guessed, as chosen, as written down


def state_of(chosen: str) -> FileState:
    """The file that the user chose. Raises DataMissingError where there is none, or none may be read."""
    chosen = chosen.strip()
    if not chosen:
        raise DataMissingError("Choose a CSV file: a table with one column per feature and one for the target.")
    refuse_withheld(chosen)
    try:
        path = Path(chosen).expanduser().absolute()
        status = path.stat()
    except (OSError, ValueError, RuntimeError) as error:
        raise DataMissingError(f"{chosen} cannot be read ({getattr(error, 'strerror', None) or error}).") from None
    if not stat.S_ISREG(status.st_mode):  # a folder, or a device that never ends
        raise DataMissingError(f"{chosen} is not a file. Choose a CSV file.")
    note_files([chosen])
    return FileState(path, status.st_mtime_ns, status.st_size)


def glance_at(chosen: str, choices: Choices, progress: Progress = ignore) -> Understanding:
    """A table as some of its rows show it, quickly. Raises DataError; ``progress`` may raise to stop."""
    state = state_of(chosen)
    if (state, choices) in UNDERSTOOD:
        return understand(chosen, choices, progress)
    letters = _letters(state, choices.encoding, progress)
    return understanding_of(letters, choices, state.path.name, progress, complete=False)


def understand(chosen: str, choices: Choices, progress: Progress = ignore) -> Understanding:
    """A table as all of its rows show it. Raises DataError; ``progress`` may raise to stop."""
    state = state_of(chosen)

    def read() -> Understanding:
        letters = _letters(state, choices.encoding, progress)
        return understanding_of(letters, choices, state.path.name, progress)

    return UNDERSTOOD.get((state, choices), read, progress)


def letters_in(chosen: str, encoding: str, progress: Progress = ignore) -> Letters:
    """The text of a file. Raises DataError; ``progress`` may raise to stop."""
    return _letters(state_of(chosen), encoding, progress)


def _letters(state: FileState, encoding: str, progress: Progress) -> Letters:
    def read() -> Letters:
        return letters_of(read_bytes(state.path, progress), encoding, state.path.name, progress)

    return LETTERS.get((state, encoding), read, progress)
