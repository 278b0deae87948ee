"""A table in a file: read once, kept until the file or a choice changes."""

import stat
from typing import Final

from relulab.callbacks import ignore
from relulab.data.chosen_file import FileState, look_up
from relulab.data.dataset import Progress
from relulab.data.tables.choices import Choices
from relulab.data.tables.kept import Kept
from relulab.data.tables.letters import Letters, letters_of, read_bytes
from relulab.data.tables.understanding import Understanding, understanding_of
from relulab.data.untrusted_paths import note_files
from relulab.errors import DataMissingError

LETTERS: Final = Kept[tuple[FileState, str], Letters](1)
UNDERSTOOD: Final = Kept[tuple[FileState, Choices], Understanding](3)  # as guessed, as chosen, as written down


def state_of(chosen: str) -> FileState:
    """The file that the user chose. Raises DataMissingError where there is none, or none may be read."""
    advice = "Choose a CSV file: a table with one column per feature and one for the target."
    state, status = look_up(chosen, advice)
    if not stat.S_ISREG(status.st_mode):  # a folder, or a device that never ends
        raise DataMissingError(f"{chosen.strip()} is not a file. Choose a CSV file.")
    note_files([chosen.strip()])
    return state


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
