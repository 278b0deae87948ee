"""Where trouble is written down: a log file, because a windowed program has no console.

Every exception that nobody caught goes into the file and then to ``report``, which tells the user in
plain words. A traceback is for the file, never for the window.
"""

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ui.settings import log_folder

log = logging.getLogger(__name__)

LOG_BYTES = 1_000_000
LOG_FILES_KEPT = 2
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


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


def catch_exceptions(report: Callable[[str], None]) -> None:
    """Send every uncaught exception to the log, and its last line to ``report`` (called in any thread)."""

    def caught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        log.critical("not caught", exc_info=(kind, error or kind(), trace))
        report(f"{kind.__name__}: {error}")

    def caught_in_thread(arguments: threading.ExceptHookArgs) -> None:
        caught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread


def release_exceptions() -> None:
    """Undo ``catch_exceptions``."""
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__


def _log_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS.get(kind, logging.WARNING), message)
