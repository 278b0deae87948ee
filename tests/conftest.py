"""What every test gets: no display, and its own folders for settings, data and logs instead of the user's."""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

PATIENCE = 30.0  # seconds


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that no test reads or writes what belongs to the user."""
    home = tmp_path / "home"
    for name in ("CACHE", "CONFIG", "LOG", "STATE"):
        monkeypatch.setenv(f"RELULAB_{name}", str(home / name.lower()))
    return home


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """The application that users have."""
    from ui.startup.application import Application

    return Application


@pytest.fixture
def qtbot(qapp, request: pytest.FixtureRequest):
    """pytest-qt's, with more patience."""
    from tests.helpers.patience import PatientBot

    return PatientBot(request)


@pytest.fixture
def no_leaks(qapp) -> Iterator[None]:
    """Fail a test that leaves threads, running timers or open windows behind."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    gc.collect()
    gc.freeze()  # what exists already is not looked at again: torch alone brings 300,000 objects
    threads_before = set(threading.enumerate())
    widgets_before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    _delete_what_is_due(qapp)
    threads = [thread for thread in threading.enumerate() if thread not in threads_before]
    for thread in threads:
        thread.join(PATIENCE)  # one that was told to end may not have had its turn yet
    left = [thread.name for thread in threads if thread.is_alive()]
    assert not left, f"threads left behind: {left}"
    windows = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in widgets_before]
    seen = [window for window in windows if window.isVisible()]  # others wait for the test's own references
    assert not seen, f"windows left behind: {seen}"
    things = [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer)]  # isinstance asks too much
    timers = [timer for timer in things if isValid(timer) and timer.isActive()]
    assert not timers, f"timers still running: {[(timer, timer.parent()) for timer in timers]}"


def _delete_what_is_due(qapp) -> None:
    from PySide6.QtCore import QEvent

    for _ in range(2):
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
        gc.collect()


@pytest.fixture
def no_table_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process: nobody has allowed or forbidden a table yet."""
    monkeypatch.setattr("relulab.data.untrusted_paths._withheld", set())
    monkeypatch.setattr("relulab.data.untrusted_paths._released", set())
    monkeypatch.setattr("relulab.data.untrusted_paths._files", set())
