"""Names for files that are to be written: proposed, and asked about where something lies there already.

Looking takes as long as the drive does, which may be in another building: a job looks, and the window goes on.
"""

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from relulab.data.dataset import Progress
from relulab.untrusted import exists
from ui.features.session.reading import show_looking
from ui.platform.jobs import Job
from ui.platform.translation import translate
from ui.widgets.labels import confirmed

LONGEST_NAME = 120  # bytes of a proposed name; systems allow 255, with an ending and a number
DEVICES = re.compile(r"CON|PRN|AUX|NUL|(COM|LPT)[0-9]", re.IGNORECASE)  # Windows gives these to no file

Found = TypeVar("Found")


def file_name(title: str) -> str:
    """``title`` without what some system forbids in the name of a file."""
    kept = "".join("-" if letter in '<>:"/\\|?*' or ord(letter) < 32 else letter for letter in title)
    kept = kept.encode("utf-8", "replace")[:LONGEST_NAME].decode("utf-8", "ignore").strip(" .")
    return f"_{kept}" if DEVICES.fullmatch(kept.partition(".")[0]) else kept or "experiment"


def folder_of(path: str) -> str:
    """The folder that a file lies in, worked out from its name alone: nothing is looked for on the drive."""
    return str(Path(path).absolute().parent)


def with_suffix(
    window: QWidget, path: str, suffix: str, then: Callable[[str], None], stay: Callable[[], None] = lambda: None
) -> None:
    """Go on with ``path`` and its ``suffix``, or ``stay`` where the user does not want to replace what lies there.

    The dialog for files asks about the name as it was typed; a suffix that is added later it does not know.
    """
    if path.endswith(suffix):
        then(path)
        return
    path += suffix

    def ask(is_there: bool) -> None:
        words = translate("Documents", "{file} exists already. Replace it?").format(file=Path(path).name)
        if not is_there or confirmed(window, translate("Documents", "Replace?"), words):
            then(path)
        else:
            stay()

    _look(window, path, lambda: exists(Path(path)), ask, stay)


def new_folder(window: QWidget, parent: str, name: str, then: Callable[[str], None]) -> None:
    """Go on with a folder inside ``parent`` that is not there yet: nothing that is there is touched."""
    numbered = (Path(parent) / (name if number == 1 else f"{name} {number}") for number in count(1))
    _look(window, parent, lambda: next(str(path) for path in numbered if not exists(path)), then)


def _look(
    window: QWidget, path: str, look: Callable[[], Found], then: Callable[[Found], None],
    stay: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Do ``look`` beside the window and go on with what it finds; ``stay`` where the user does not wait for that."""
    found: list[Found] = []

    def work(progress: Progress) -> None:
        found.append(look())
        progress(1, 1, "")  # or nobody waits for it any more

    job = Job.begin(work, window, lambda: then(found.pop()), lambda _error: stay(), stay)
    show_looking(Path(path), job, window)
