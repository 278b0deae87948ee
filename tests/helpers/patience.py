"""Waiting for conditions as long as a busy machine may take: only a broken program takes longer."""

from functools import partial
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_MS = 30_000
WAITING = ("waitActive", "waitExposed", "waitSignal", "waitSignals", "waitUntil", "waitCallback")


class PatientBot(QtBot):
    """pytest-qt gives up after five seconds where a test says nothing else."""

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        for name in WAITING:
            setattr(self, name, partial(getattr(self, name), timeout=PATIENCE_MS))
