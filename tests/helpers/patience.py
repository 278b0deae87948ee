"""Waiting for conditions as long as a busy machine may take: only a broken program takes longer."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

PATIENCE_MS = 30_000
AWAY = 20_000, 20_000  # pixels: beyond all windows
WAITING = ("waitActive", "waitExposed", "waitSignal", "waitSignals", "waitUntil", "waitCallback")


class PatientBot(QtBot):
    """pytest-qt gives up after five seconds where a test says nothing else.

    It keeps what is added: where a test returns, its own name for a window goes, and pytest-qt still paints it;
    Python's collector may take the window apart in the middle of that, which ends the process. And it puts the mouse
    where no window is: left behind by another test it would point at something.
    """

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        self._added: dict[int, QWidget] = {}
        QCursor.setPos(*AWAY)
        mine = {name: partial(getattr(self, name), timeout=PATIENCE_MS) for name in WAITING}
        mine["addWidget"] = partial(self._add, self.addWidget)
        for name, method in mine.items():
            setattr(self, name, method)

    def _add(self, close_at_end: Callable[..., None], widget: QWidget, **options: Any) -> None:
        self._added[id(widget)] = widget
        widget.destroyed.connect(partial(self._added.pop, id(widget), None))
        close_at_end(widget, **options)
