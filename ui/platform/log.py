"""Where trouble is written down: a log file, because a windowed program has no console.

Every exception that nobody caught goes into the file and then to ``report``, which tells the user in
plain words. A traceback is for the file, never for the window.
"""

import logging
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ui.platform.settings import log_folder

log = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
LOG_FILES_KEPT = 2
TAIL_BYTES = 4_000  # of the file, for a report of a fault: one traceback and what led to it
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception that nobody caught. Two of one kind from one ``place`` (file and line) are the same fault."""

    kind: str
    message: str = field(compare=False)
    place: str

    @property
    def reason(self) -> str:
        """One line, as the last of a traceback."""
        return f"{self.kind}: {self.message}" if self.message else self.kind


def log_file() -> Path:
    """The file that is being written."""
    return log_folder() / "relulab.log"


def start_logging() -> logging.Handler:
    """Log to the file, or to nowhere when its folder cannot be written. Returns the handler, to be closed."""
    handler: logging.Handler
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_file(), maxBytes=LOG_BYTES, backupCount=LOG_FILES_KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    qInstallMessageHandler(_log_qt)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Undo ``start_logging`` and close the file."""
    qInstallMessageHandler(None)
    logging.getLogger().removeHandler(handler)
    handler.close()


def log_tail() -> str:
    """The end of the file that is being written, from a whole line on; nothing where there is no file."""
    try:
        with log_file().open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return text.partition("\n")[2] if size > TAIL_BYTES else text


def catch_exceptions(report: Callable[[Fault], None]) -> None:
    """Send every uncaught exception to the log and to ``report`` (called in any thread).

    The same one again is written as one line, and only the 10th, 100th … time: a panel that fails thirty times a
    second must not push out of the file what happened first.
    """
    times: Counter[Fault] = Counter()

    def caught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        fault = Fault(kind.__name__, str(error or ""), _place(trace))
        times[fault] += 1
        if times[fault] == 1:
            log.critical("not caught", exc_info=(kind, error or kind(), trace))
        elif str(times[fault]).strip("0") == "1":
            log.critical("not caught, %d times now: %s in %s", times[fault], fault.reason, fault.place)
        report(fault)

    def caught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        caught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread


def _place(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def release_exceptions() -> None:
    """Undo ``catch_exceptions``."""
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__


def surely(work: Callable[..., None], *arguments: object) -> None:
    """Do ``work`` where nothing may be raised into Qt: an exception is told as one that nobody caught."""
    try:
        work(*arguments)
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), message)
    if kind is QtMsgType.QtFatalMsg and sys.stderr is not None:
        print(message, file=sys.stderr, flush=True)  # Qt ends the process now: the last chance to say why
