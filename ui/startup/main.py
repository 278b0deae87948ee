"""The start of the window, from the first line of the log to the exit code."""

import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

import relulab
from ui.faults.crash_reports import CrashReport, take_earlier_reports
from ui.platform.log import catch_exceptions, log_file, release_exceptions, start_logging, stop_logging
from ui.platform.native import name_in_task_bar
from ui.platform.settings import Settings, load_settings, log_folder
from ui.startup.application import Application, create_application
from ui.startup.frame import open_frame, wait_for_painting
from ui.startup.startup_errors import NoWindowError, tell_failed_start

if TYPE_CHECKING:  # what takes long to be imported comes when there is a window to look at
    from relulab.training.state import Status
    from ui.app import Lab
    from ui.features.design.first_parts import FirstParts
    from ui.shell.window import Window

LONGEST_REST_MS = 20_000  # of Python's collector, from the window on: an engine may never be there, without its data
# Imported one by one, so that what is there answers meanwhile.
LATER = "plots live.network live.output features.findings features.one_input features.compare"


class EngineIsThere(QObject):
    """Puts what the engine brought aside, once: it stays until the end, and looking through it takes 90 ms each time.

    Python's collector walks over all objects now and then, in whatever thread, while every other one waits. Where the
    start let it rest (``ui.startup.launch``) it works again from then on, or when the engine is not there soon.
    """

    def __init__(self, lab: "Lab") -> None:
        super().__init__(lab)
        self._lab = lab
        lab.polling.stateChanged.connect(self._look)
        QTimer.singleShot(LONGEST_REST_MS, self, gc.enable)

    @Slot(object)
    def _look(self, status: "Status") -> None:
        from relulab.training.state import State

        if status.state is State.READY:
            self._lab.polling.stateChanged.disconnect(self._look)
            gc.enable()
            gc.collect()
            gc.freeze()


log = logging.getLogger(__name__)


def main(arguments: Sequence[str] = ()) -> int:
    """Open the window and stay until it closes. ``arguments``: a session or an experiment to open."""
    handler = start_logging()
    log.info("ReLU Lab %s, log in %s", relulab.__version__, log_file())
    name_in_task_bar()
    crashed = take_earlier_reports(log_folder())
    for text in crashed:
        log.error("an earlier window crashed:\n%s", text)
    report = CrashReport(log_folder())
    try:
        with _fatal_in_words():
            app = create_application(arguments)
        report.open()
        return _run(app, arguments, bool(crashed))
    finally:
        report.close()
        stop_logging(handler)


def _run(app: Application, arguments: Sequence[str], crashed: bool) -> int:
    settings = load_settings()
    first = _first_parts(app, open_frame(app, settings), settings.start_page and not arguments and not crashed)
    from ui.app import Lab

    lab = Lab(app, first=first)
    try:
        catch_exceptions(lab.faults.report)
        lab.open()
        lab.welcome(crashed)
        if not arguments:
            lab.offer_start()
        EngineIsThere(lab)
        if arguments:
            lab.documents.open(arguments[0])
        app.deliver_files_to(partial(open_in_front, lab))
        signal.signal(signal.SIGINT, lambda _number, _frame: lab.window.close())  # Ctrl+C in a terminal
        return app.exec()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        release_exceptions()
        lab.close()


def _first_parts(app: QApplication, window: "Window", start_page: bool) -> "FirstParts":
    """What can be used while the rest is imported: the start page, or else the tool bar and the design."""
    from ui.shell.preferences import Preferences

    preferences = Preferences(app, None)
    at_once = preferences.settings.text_size == Settings().text_size  # others are taken up by the whole
    if at_once and start_page:
        from ui.features.start.early import show_early

        wait_for_painting(app, show_early(window, preferences))
    from relulab.experiment.presets import DEFAULT_PRESET, load_preset
    from ui.features.design.first_parts import FirstParts

    first = FirstParts(app, window=window, preferences=preferences)
    if at_once and not start_page:
        first.show(load_preset(DEFAULT_PRESET))
        wait_for_painting(app, window)
    if at_once:
        for name in LATER.split():
            import_module(f"ui.{name}")
            app.processEvents()
    return first


def open_in_front(lab: "Lab", path: str) -> None:
    """A file out of the file manager: the window that opens it comes to the front."""
    lab.window.activateWindow()
    lab.documents.open(path)


@contextmanager
def _fatal_in_words() -> Iterator[None]:
    """Where Qt finds no way to show a window it ends the process itself: say so before it does."""
    before: Callable[..., Any]

    def heard(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            os._exit(tell_failed_start(NoWindowError(message.splitlines()[0])))
        before(kind, context, message)

    before = qInstallMessageHandler(heard)  # type: ignore[assignment]  # annotated as an object
    yield
    qInstallMessageHandler(before)
