"""From the engine to the window: the window pulls what is new, thirty times a second.

The trainer writes into the store at its own pace and the window asks for the newest state. A Qt signal per
step would stall the window for seconds behind a fast run; polling costs the worker nothing. Only rare events
(the state changed) travel as signals.

Only visible panels draw, at most two per tick and each about ten times a second, so that drawing never
crowds out the user's clicks or the training thread.
"""

import logging
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QRegion

from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.state import State, Status
from ui.live.selection import ViewSelection

log = logging.getLogger(__name__)

TICK_MS = 33
PANELS_PER_TICK = 2
PANEL_INTERVAL = 0.1  # seconds between two drawings of one panel
DRAWING_SHARE = 0.06  # of the time at most, for each panel: an expensive panel is drawn less often
STATUS_INTERVAL = 0.15  # seconds between two updates of the control bar: readable, not flickering


class Panel(Protocol):
    """What the bridge needs of a live panel; every ``ui.live.base.LivePanel`` is one."""

    def show_history(self, history: RunHistory | None) -> None: ...
    def visibleRegion(self) -> QRegion: ...


class StatusSource(Protocol):
    """What the bridge needs of a trainer."""

    @property
    def status(self) -> Status: ...


@dataclass(slots=True, eq=False)
class Turn:
    """When a panel has its next turn, and which state of things it shows."""

    panel: Panel
    failed: bool = False
    state: object = None
    due: float = 0.0
    visible: bool | None = None  # not looked at yet

    def draw(self, history: RunHistory | None, state: object) -> None:
        """Draw ``history`` and rest in proportion to what that cost."""
        self.state = state
        began = perf_counter()
        try:
            self.panel.show_history(history)
        except Exception:  # the other panels and the run must live on
            if not self.failed:
                log.exception("%s cannot draw", type(self.panel).__name__)
            self.failed = True
        now = perf_counter()
        self.due = now + max(PANEL_INTERVAL, (now - began) / DRAWING_SHARE)


class Polling(QObject):
    """Polls a store and a trainer, and draws in the panels what is ``shown``. A new run takes the stage.

    ``stateChanged`` and ``statusPolled`` carry a ``Status``, ``runChanged`` a ``RunHistory``; ``panelVisible``
    carries a panel and whether it can be seen, ``panelFailed`` one that cannot draw, once. All are emitted in
    the window's thread.
    """

    stateChanged = Signal(object)
    statusPolled = Signal(object)
    runChanged = Signal(object)
    panelVisible = Signal(object, bool)
    panelFailed = Signal(object)
    _reported = Signal(object)

    def __init__(self, store: SessionStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = ViewSelection(store, self)
        self._companions: tuple[RunHistory, ...] = ()
        self._store = store
        self._source: StatusSource | None = None
        self._turns: list[Turn] = []
        self._run: RunHistory | None = None
        self._status = Status()
        self._status_due = 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.shown.changed.connect(self._hurry)
        # A bound method of a QObject runs in the window's thread; a lambda would run in the worker.
        self._reported.connect(self._show_state, Qt.ConnectionType.QueuedConnection)

    def report_state(self, status: Status) -> None:
        """The trainer's ``on_state``: called in the worker thread at each change of state."""
        self._reported.emit(status)

    def add_panel(self, panel: Panel) -> None:
        """Draw ``panel`` from now on, whenever it can be seen."""
        self._turns.append(Turn(panel))

    def start(self, source: StatusSource) -> None:
        """Begin to poll."""
        self._source = source
        self._timer.start()

    def stop(self) -> None:
        """Poll no more."""
        self._timer.stop()

    def draw_with(self, companions: tuple[RunHistory, ...]) -> None:
        """Draw whenever one of these runs has something new, too: panels draw them together with the shown one."""
        self._companions = companions
        self._hurry()

    def drawn(self) -> bool:
        """Whether there are visible panels, and all of them show the newest state of what is to be shown."""
        self._poll_visibility(perf_counter())
        visible = [turn for turn in self._turns if turn.visible]
        return bool(visible) and all(turn.state == self._state_of_things() for turn in visible)

    def _state_of_things(self) -> tuple[tuple[RunHistory, int] | None, ...]:
        """What there is to draw: it differs whenever there is something new."""
        runs = (self.shown.history, *self._companions)
        return tuple(None if run is None else (run, run.revision) for run in runs)

    @Slot()
    def _hurry(self) -> None:
        """What the user chose is drawn at once, however dear the drawing before was."""
        for turn in self._turns:
            turn.due = 0.0

    @Slot(object)
    def _show_state(self, status: Status) -> None:
        self._poll_run()
        if status.state is State.RUNNING:
            self.shown.follow()
        self.stateChanged.emit(status)

    @Slot()
    def _tick(self) -> None:
        self._poll_run()
        self._poll_status()
        now = perf_counter()
        self._poll_visibility(now)
        history, state = self.shown.history, self._state_of_things()
        waiting = [t for t in self._turns if t.visible and t.due <= now and t.state != state]
        for turn in sorted(waiting, key=lambda turn: turn.due)[:PANELS_PER_TICK]:
            failed_before = turn.failed
            turn.draw(history, state)
            if turn.failed and not failed_before:
                self.panelFailed.emit(turn.panel)

    def _poll_run(self) -> None:
        run = self._store.current
        if run is not self._run:
            self._run = run
            self.shown.follow_new_run()
            self.runChanged.emit(run)

    def _poll_status(self) -> None:
        now = perf_counter()
        if self._source is None or now < self._status_due:
            return
        status = self._source.status
        if status != self._status:
            self._status = status
            self._status_due = now + STATUS_INTERVAL
            self.statusPolled.emit(status)

    def _poll_visibility(self, now: float) -> None:
        """A dock behind another tab still says ``isVisible``; only its visible region is empty."""
        for turn in self._turns:
            visible = not turn.panel.visibleRegion().isEmpty()
            if visible != turn.visible:
                turn.visible = visible
                turn.due = now
                self.panelVisible.emit(turn.panel, visible)
