"""A start that fails is told in words: in a dialog where one can be shown, and on stderr where there is one.

A windowed program on Windows has no stderr, so without this it would end as if nothing had been asked of it.
Nothing of Qt is imported at the top of this file: Qt may be what is missing.
"""

import ctypes
import errno
import logging
import sys
from pathlib import Path

FAILED = 5  # the exit code of the command line for everything that is not the user's fault
TITLE = "ReLU Lab could not start"

log = logging.getLogger(__name__)


class NoWindowError(Exception):
    """Qt found no way to show a window; the text is Qt's own."""


def tell_failed_start(error: Exception) -> int:
    """Write ``error`` down, tell the user, and return the exit code of the process."""
    words = words_of(error)
    place = _written_down(error)
    if place is not None:
        words = f"{words}\n\nThe log file has the details: {place}"
    if sys.stderr is not None:
        print(f"{TITLE}. {words}", file=sys.stderr, flush=True)
    if not isinstance(error, NoWindowError):
        _show(words)
    return FAILED


def words_of(error: Exception) -> str:
    """What went wrong and what to do about it."""
    if isinstance(error, NoWindowError):
        if sys.platform == "linux":
            return (
                f"There is no display to show its window on ({error}). Start it from a desktop; without one, "
                "'relulab --help' lists what the command line can do."
            )
        return f"{error} Install ReLU Lab again."
    if isinstance(error, ImportError):
        more = " On Linux, libegl1, libgl1 and fontconfig are needed." if sys.platform == "linux" else ""
        return f"A part of it is missing or cannot be loaded ({error}). Install ReLU Lab again.{more}"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "The disk is full. Make some room, then start ReLU Lab again."
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return f"A file cannot be read or written ({what}). If the file belongs to ReLU Lab, install it again."
    if isinstance(error, MemoryError):
        return "The memory is full. Close other programs, then start ReLU Lab again."
    return f"Something unexpected happened ({type(error).__name__}: {error})."


def _written_down(error: Exception) -> Path | None:
    """The log file, with a traceback of ``error`` at its end; None where there can be none."""
    try:
        from ui.platform.log import log_file, start_logging, stop_logging
    except (ImportError, OSError):
        return None
    handler = start_logging()
    log.critical("the start failed", exc_info=error)
    stop_logging(handler)
    return log_file() if log_file().is_file() else None


def _show(words: str) -> None:
    """A dialog of Qt, or of Windows where Qt cannot be loaded."""
    try:
        from PySide6.QtWidgets import QApplication, QMessageBox

        from ui.widgets.labels import message_box
    except (ImportError, OSError):
        if sys.platform == "win32":
            ctypes.windll.user32.MessageBoxW(None, words, TITLE, 0x10)  # with the sign of an error
        return
    app = QApplication.instance() or QApplication([])
    message_box(QMessageBox.Icon.Critical, "ReLU Lab", TITLE, more=words).exec()
    del app
