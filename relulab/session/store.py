"""The runs of a session in memory."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from relulab.callbacks import ignore
from relulab.session.history import RunHistory
from relulab.session.limits import OLDER_CHECKPOINT_BYTES, RESIDENT_BYTES
from relulab.session.locks import state_folder
from relulab.training.checkpoint import Checkpoint
from relulab.training.telemetry import ChangeRecord, Record, RunStarted

log = logging.getLogger(__name__)


class SessionStore:
    """The runs of this session, oldest first. ``append`` is the trainer's record callback.

    A run that was built but never trained makes room for the next; all others stay. Where they hold more than
    ``RESIDENT_BYTES``, the oldest go on in files below ``folder`` (the state of ReLU Lab, if not given).
    Checkpoints of the current run are kept within ``CHECKPOINT_BYTES``, those of each older one within
    ``OLDER_CHECKPOINT_BYTES``. ``news`` is called after each record, in the thread that brought it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._runs: list[RunHistory] = []
        self._trained: RunHistory | None = None
        self.news: Callable[[], None] = ignore

    @property
    def runs(self) -> tuple[RunHistory, ...]:
        """Every run so far."""
        with self._lock:
            return tuple(self._runs)

    @property
    def current(self) -> RunHistory | None:
        """The run that is shown: the newest, or the last one of a file; None before the first."""
        with self._lock:
            return self._runs[-1] if self._runs else None

    @property
    def trained(self) -> RunHistory | None:
        """The run that the trainer works on; None while it still works on one that a file took the place of."""
        return self._trained

    def append(self, record: Record) -> None:
        """Take in one record; a ``RunStarted`` begins a new history."""
        if isinstance(record, RunStarted):
            self._begin(RunHistory(record))
        elif (run := self._trained) is not None:
            run.append(record)
        self.news()

    def recorder(self, begin: Callable[[RunStarted], RunHistory]) -> Callable[[Record], None]:
        """As ``append``, for a run whose history ``begin`` makes."""
        record = recorder(begin)

        def take_in(one: Record) -> None:
            record(one)
            self.news()

        return take_in

    def adopt(self, histories: Iterable[RunHistory]) -> None:
        """Hold these runs, out of a file, instead of all others; the last one is the current.

        What the trainer still tells of the run before is dropped.
        """
        with self._lock:
            self._trained = None
            self._runs = list(histories)

    def _begin(self, run: RunHistory) -> None:
        """Another run is the current one."""
        with self._lock:
            trained = [before for before in self._runs if before.trained]
            self._trained = run
            self._runs = [*trained, run]
        for before in trained:
            before.keep_checkpoints(before.checkpoints, OLDER_CHECKPOINT_BYTES)
        self._make_room(trained)

    def _make_room(self, older: list[RunHistory]) -> None:
        """Put the oldest of these onto the disk until the others are few enough for the memory."""
        held = [run.nbytes for run in older]
        surplus = sum(held) - RESIDENT_BYTES
        for run, nbytes in zip(older, held, strict=True):
            if surplus > 0 and nbytes:
                try:
                    run.rest(self._folder or state_folder() / "older")
                except OSError as error:  # it stays in memory, whatever that costs
                    log.warning("an older run could not be put onto the disk: %s", error)
                    return
                surplus -= nbytes

    def accompany(self, history: RunHistory) -> None:
        """Take in a run that is trained beside the current one, which stays the current."""
        with self._lock:
            self._runs.insert(max(0, len(self._runs) - 1), history)

    def remove(self, history: RunHistory) -> int:
        """Take a run out. Returns its index, for ``insert``. Raises ValueError where there is no such run."""
        with self._lock:
            index = self._runs.index(history)
            del self._runs[index]
        return index

    def insert(self, index: int, history: RunHistory) -> None:
        """Put a run back that was taken out."""
        with self._lock:
            self._runs.insert(index, history)

    def resume(self, history: RunHistory, step: int, started: RunStarted) -> RunHistory:
        """Go on from ``step`` of ``history``, a run of this store out of a file.

        ``started`` brings the whole data set: a history with it, and with what was measured up to ``step``, takes the
        place of ``history`` and becomes the current one.
        """
        recorded = history.recorded()
        before = replace(started, spec=history.info.spec, layout=history.info.layout)
        going_on = RunHistory.restored(before, replace(recorded.up_to(step), trials=recorded.trials))
        going_on.title, going_on.branched_at = history.title, history.branched_at
        with self._lock:
            self._trained = going_on
            self._runs = [*(run for run in self._runs if run is not history), going_on]
        return going_on

    def branch(
        self, history: RunHistory, checkpoint: Checkpoint, changes: Iterable[ChangeRecord], started: RunStarted
    ) -> RunHistory:
        """Begin a run that leaves ``history`` at ``checkpoint`` with these ``changes``.

        It holds what ``history`` had measured until then.
        """
        recorded = history.recorded().up_to(checkpoint.step)
        before = [kept for kept in recorded.checkpoints if kept.step < checkpoint.step]
        recorded = replace(recorded, changes=(*recorded.changes, *changes), checkpoints=(*before, checkpoint))
        run = RunHistory.restored(started, recorded)
        run.branched_at = checkpoint.step
        self._begin(run)
        return run


def recorder(begin: Callable[[RunStarted], RunHistory]) -> Callable[[Record], None]:
    """A record callback of a run: its ``RunStarted`` begins a history, which takes all records after it.

    What ``begin`` holds, such as the history that goes on in this one, is let go then.
    """
    beginnings = [begin]
    history: RunHistory | None = None

    def receive(record: Record) -> None:
        nonlocal history
        if isinstance(record, RunStarted):
            history = beginnings.pop()(record)
        elif history is not None:
            history.append(record)

    return receive
