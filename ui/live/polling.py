"""From the engine to the window: the window pulls what is new, thirty times a second.

The trainer writes into the store at its own pace and the window asks for the newest state. A Qt signal per
step would stall the window for seconds behind a fast run; polling costs the worker nothing. Only rare events
(the state changed) travel as signals.

Where nothing is trained and nothing new comes for a while, it looks only twice a second, until a record, a change of
state, a choice of the user or a panel that comes into view wakes it.

Only visible panels draw, at most two per tick (one while a network trains), each when what it draws is new and at its
own pace, so that drawing never crowds out the user's clicks or the training thread: whatever Python draws, the training
thread waits for.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QRegion

from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.state import State, Status

log = logging.getLogger(__name__)

TICK_MS = 33
RESTING_MS = 500
IDLE_TICKS = 15  # without anything new, before it rests
PANELS_PER_TICK = 2  # at rest; one while a network trains: two after each other hold the window for twice as long
DRAWING_SHARE = 0.06  # of a processor at most, for each panel: an expensive panel is drawn less often
LONGEST_REST = 0.8  # seconds
LATEST = 1.0  # seconds after which a panel is drawn if anything is new of the run: its age, its axis of steps
STATUS_INTERVAL = 0.25  # seconds between two updates of the control bar: readable, not flickering


class ViewSelection(QObject):
    """What the panels draw: ``history``. ``changed`` is emitted when another run or moment was chosen.

    By itself the window follows the newest run, live. A run of the list, or an earlier moment, is shown until the
    user goes back or a new run begins. The run of a file that cannot go on is kept in view until there is training.
    While the experiment of the design has no run of its own (see ``leave_empty``), nothing is shown by itself.
    """

    changed = Signal()

    def __init__(self, store: SessionStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._chosen: RunHistory | None = None
        self._step: int | None = None
        self._kept = False
        self.is_empty = False
        self._moment: RunHistory | None = None  # the chosen run as it was after ``_step`` steps

    @property
    def run(self) -> RunHistory | None:
        """The run that is shown, whole: the chosen one while the store has it, else the current one, if any."""
        by_itself = None if self.is_empty else self._store.current
        return self._chosen if self._chosen in self._store.runs else by_itself

    @property
    def step(self) -> int | None:
        """The moment that is shown, in finished steps; None is the newest state."""
        return self._step if self._moment is not None and self.run is self._chosen else None

    @property
    def history(self) -> RunHistory | None:
        """What the panels draw: the run, or what it had measured at the chosen moment."""
        return self.run if self.step is None else self._moment

    @property
    def live(self) -> bool:
        """Whether the newest state of the run that the trainer works on is shown."""
        return not self.is_empty and self.history is (self._store.trained or self._store.current)

    def follow(self) -> None:
        """Show the newest state of the current run, whichever that will be."""
        self._choose(None, None)

    def show_run(self, run: RunHistory) -> None:
        """Show the newest state of ``run``."""
        self._choose(None if run is self._store.current and not self.is_empty else run, None)

    def leave_empty(self, empty: bool) -> None:
        """Whether the newest run is not that of the experiment: then it is shown only where the user chooses it."""
        if empty != self.is_empty:
            self.is_empty = empty
            self.changed.emit()

    def keep_run(self, run: RunHistory) -> None:
        """Show ``run`` although another network is built meanwhile, until the user trains or chooses another run."""
        self._choose(run, None)
        self._kept = True

    def follow_new_run(self) -> None:
        """A new run has begun: it is followed, unless a run is kept in view and the new one was not trained yet."""
        current = self._store.current
        if not (self._kept and self.run is self._chosen and (current is self._chosen or not _trained(current))):
            self.follow()

    def show_moment(self, run: RunHistory, step: int, moment: RunHistory | None = None) -> None:
        """Show ``run`` as it was after ``step`` finished steps; ``moment`` is what it was, where that is at hand."""
        self._choose(run, step, moment)

    def _choose(self, run: RunHistory | None, step: int | None, moment: RunHistory | None = None) -> None:
        self._kept = False
        if (run, step) == (self._chosen, self._step) and moment is None:
            return
        self._chosen, self._step = run, step
        self._moment = None if run is None or step is None else moment or run.up_to(step)
        self.changed.emit()


def _trained(run: RunHistory | None) -> bool:
    return run is not None and run.trained


class Panel(Protocol):
    """What the bridge needs of a live panel; every ``ui.live.base.LivePanel`` is one.

    ``drawn_from``: the kinds of records that it draws, none for all, with their ``glances`` or without; ``interval``:
    seconds between two drawings.
    """

    drawn_from: tuple[type, ...]
    glances: bool
    interval: float

    def show_history(self, history: RunHistory | None) -> None: ...
    def visibleRegion(self) -> QRegion: ...
    def installEventFilter(self, watcher: QObject, /) -> None: ...


class StatusSource(Protocol):
    """What the bridge needs of a trainer."""

    @property
    def status(self) -> Status: ...


News = tuple[tuple[RunHistory, int] | None, ...]  # of runs: it differs whenever there is something new


@dataclass(slots=True, eq=False)
class Turn:
    """When a panel has its next turn, and which state of things it shows."""

    panel: Panel
    failed: bool = False
    drawn: News | None = None  # of what it draws
    seen: News | None = None  # of everything, when it was drawn
    due: float = 0.0
    late: float = 0.0
    visible: bool | None = None  # not looked at yet

    def is_current(self, runs: Sequence[RunHistory | None]) -> bool:
        """Whether it shows the newest of what it draws."""
        return self.drawn == self._news(runs)

    def shows(self, history: RunHistory | None) -> bool:
        """Whether it has drawn the newest of ``history``, whatever is drawn with it."""
        return self.drawn is not None and self.drawn[:1] == self._news((history,))

    def waits(self, runs: Sequence[RunHistory | None], now: float) -> bool:
        """Whether it is to be drawn now."""
        if not self.visible or now < self.due:
            return False
        return not self.is_current(runs) or (now >= self.late and self.seen != _all_news(runs))

    def draw(self, runs: Sequence[RunHistory | None]) -> None:
        """Draw the first of ``runs`` and rest in proportion to what that cost."""
        self.drawn, self.seen = self._news(runs), _all_news(runs)
        began = thread_time()
        try:
            self.panel.show_history(runs[0])
        except Exception:  # the other panels and the run must live on
            if not self.failed:
                log.exception("%s cannot draw", type(self.panel).__name__)
            self.failed = True
        rest, now = (thread_time() - began) / DRAWING_SHARE, perf_counter()
        self.due, self.late = now + max(self.panel.interval, min(rest, LONGEST_REST)), now + LATEST

    def hurry(self) -> None:
        """It is drawn next, whether anything is new or not."""
        self.due, self.drawn = 0.0, None

    def _news(self, runs: Sequence[RunHistory | None]) -> News:
        kinds, glances = self.panel.drawn_from, self.panel.glances
        return tuple(None if run is None else (run, run.revision_of(kinds, glances=glances)) for run in runs)


def _all_news(runs: Sequence[RunHistory | None]) -> News:
    return tuple(None if run is None else (run, run.revision) for run in runs)


class Polling(QObject):
    """Polls a store and a trainer, and draws in the panels what is ``shown``. A new run takes the stage.

    ``stateChanged`` and ``statusPolled`` carry a ``Status``, ``runChanged`` a ``RunHistory``; ``panelVisible``
    carries a panel and whether it can be seen, ``panelFailed`` one that cannot draw, once. ``restChanged`` tells
    whether it looks seldom, because nothing happens. All are emitted in the window's thread.
    """

    stateChanged = Signal(object)
    statusPolled = Signal(object)
    runChanged = Signal(object)
    panelVisible = Signal(object, bool)
    panelFailed = Signal(object)
    restChanged = Signal(bool)
    _reported = Signal(object)
    _rung = Signal()

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
        self._idle_ticks = 0
        self._resting = False
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.shown.changed.connect(self._hurry)
        # A bound method of a QObject runs in the window's thread; a lambda would run in the worker.
        self._reported.connect(self._show_state, Qt.ConnectionType.QueuedConnection)
        self._rung.connect(self.wake, Qt.ConnectionType.QueuedConnection)
        store.news = self._ring

    def report_state(self, status: Status) -> None:
        """The trainer's ``on_state``: called in the worker thread at each change of state."""
        self._reported.emit(status)

    def _ring(self) -> None:
        """Something was recorded: called in the worker thread, as often as it likes.

        What comes at the very moment at which it begins to rest is found by the next look.
        """
        if self._resting:
            self._rung.emit()

    @Slot()
    def wake(self) -> None:
        """Look often again: something may have changed."""
        self._idle_ticks = 0
        self._rest(False)

    def add_panel(self, panel: Panel) -> None:
        """Draw ``panel`` from now on, whenever it can be seen."""
        self._turns.append(Turn(panel))
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A panel that is painted may have come into view just now."""
        if self._resting and event.type() == QEvent.Type.Paint:
            self.wake()
        return False

    def start(self, source: StatusSource) -> None:
        """Begin to poll."""
        self._source = source
        self.wake()
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
        visible, runs = [turn for turn in self._turns if turn.visible], self._drawn_runs()
        return bool(visible) and all(turn.is_current(runs) for turn in visible)

    @property
    def is_behind(self) -> bool:
        """Whether a visible panel has not yet drawn what is shown."""
        return any(turn.visible and not turn.shows(self.shown.history) for turn in self._turns)

    def _drawn_runs(self) -> tuple[RunHistory | None, ...]:
        """What there is to draw: the shown run, and those that are drawn together with it."""
        return (self.shown.history, *self._companions)

    @Slot()
    def _hurry(self) -> None:
        """What the user chose is drawn at once, however dear the drawing before was, and whatever it is made of.

        Seeds as a band are drawn of the same runs as before, which have nothing new.
        """
        for turn in self._turns:
            turn.hurry()
        self.wake()

    @Slot(object)
    def _show_state(self, status: Status) -> None:
        self.wake()
        self._poll_run()
        if status.state is State.RUNNING:
            self.shown.follow()
        self.stateChanged.emit(status)

    @Slot()
    def _tick(self) -> None:
        news = self._poll_run() | self._poll_status()
        now = perf_counter()
        news |= self._poll_visibility(now)
        runs = self._drawn_runs()
        waiting = [turn for turn in self._turns if turn.waits(runs, now)]
        most = 1 if self._status.state is State.RUNNING else PANELS_PER_TICK
        for turn in sorted(waiting, key=lambda turn: turn.due)[:most]:
            failed_before = turn.failed
            turn.draw(runs)
            if turn.failed and not failed_before:
                self.panelFailed.emit(turn.panel)
        self._count_idle(news or self._is_late(runs))

    def _is_late(self, runs: Sequence[RunHistory | None]) -> bool:
        """Whether a panel that can be seen has still to draw something, when its turn comes."""
        news = _all_news(runs)
        return any(turn.visible and (turn.seen != news or not turn.is_current(runs)) for turn in self._turns)

    def _count_idle(self, busy: bool) -> None:
        """Rest after some ticks at which nothing was new, and nothing is being worked on."""
        working = self._status.state in (State.RUNNING, State.PREPARING)
        self._idle_ticks = 0 if busy or working else self._idle_ticks + 1
        self._rest(self._idle_ticks >= IDLE_TICKS)

    def _rest(self, resting: bool) -> None:
        if resting != self._resting:
            self._resting = resting
            self._timer.setInterval(RESTING_MS if resting else TICK_MS)
            self.restChanged.emit(resting)

    def _poll_run(self) -> bool:
        run = self._store.current
        if run is self._run:
            return False
        self._run = run
        self.shown.follow_new_run()
        self.runChanged.emit(run)
        return True

    def _poll_status(self) -> bool:
        now = perf_counter()
        if self._source is None or now < self._status_due:
            return False
        status = self._source.status
        if status == self._status:
            return False
        self._status = status
        self._status_due = now + STATUS_INTERVAL
        self.statusPolled.emit(status)
        return True

    def _poll_visibility(self, now: float) -> bool:
        """A dock behind another tab still says ``isVisible``; only its visible region is empty."""
        changed = False
        for turn in self._turns:
            visible = not turn.panel.visibleRegion().isEmpty()
            if visible != turn.visible:
                turn.visible = visible
                turn.due = now
                changed = True
                self.panelVisible.emit(turn.panel, visible)
        return changed
