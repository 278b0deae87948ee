"""What every test gets: no display, and its own folders for settings, data and logs instead of the user's."""

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that no test reads or writes what belongs to the user."""
    home = tmp_path / "home"
    for name in ("CACHE", "CONFIG", "LOG"):
        monkeypatch.setenv(f"RELULAB_{name}", str(home / name.lower()))
    return home


@pytest.fixture
def no_leaks(qapp) -> Iterator[None]:
    """Fail a test that leaves threads, running timers or top-level widgets behind."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    def widgets() -> set[int]:
        return {id(widget) for widget in QApplication.topLevelWidgets() if widget.parent() is None}

    def timers() -> list[QTimer]:
        things = (thing for thing in gc.get_objects() if issubclass(type(thing), QTimer))  # isinstance asks too much
        return [timer for timer in things if isValid(timer) and timer.isActive()]

    threads_before, widgets_before = set(threading.enumerate()), widgets()
    timers_before = {id(timer) for timer in timers()}
    yield
    _delete_what_is_due(qapp)
    threads = [thread.name for thread in threading.enumerate() if thread not in threads_before]
    assert not threads, f"threads left behind: {threads}"
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) in widgets() - widgets_before]
    assert not left, f"windows left behind: {left}"
    running = [timer for timer in timers() if id(timer) not in timers_before]
    assert not running, f"timers still running: {[(timer, timer.parent()) for timer in running]}"


def _delete_what_is_due(qapp) -> None:
    from PySide6.QtCore import QEvent

    for _ in range(3):
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
        gc.collect()
