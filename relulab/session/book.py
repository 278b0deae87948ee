"""The session behind a window: its runs with their names and checkpoints, from a file or just trained.

``SessionStore`` holds what runs measured; this book adds what makes them records of a session.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, datetime

from relulab.session.checkpoints import thin
from relulab.session.environment import describe_environment
from relulab.session.records import DataFacts, RunRecord, Session
from relulab.session.results import last_step
from relulab.session.store import RunHistory, SessionStore
from relulab.spec import ExperimentSpec
from relulab.training.checkpoint import Checkpoint
from relulab.training.resumption import Resumption
from relulab.training.state import State, Status
from relulab.training.telemetry import Record, RunStarted
from relulab.training.trainer import Trainer

CHECKPOINT_SECONDS = 10.0  # a worker that is that long in one step is stuck; the session is then saved without
WITH_RUN = (State.READY, State.RUNNING, State.PAUSED, State.FINISHED, State.DIVERGED)


class RunBook:
    """Makes a ``Session`` of the runs of ``store``, and fills the store from one. Any thread may call it."""

    def __init__(self, store: SessionStore, threads: Callable[[], int] = lambda: 1) -> None:
        self._store = store
        self._threads = threads
        self._lock = threading.Lock()
        self._records: dict[RunHistory, RunRecord] = {}
        self._head = Session()

    @property
    def head(self) -> Session:
        """Title, author, notes and pictures, without the runs."""
        return self._head

    @property
    def trained(self) -> bool:
        """Whether any run went beyond step 0."""
        return any(run.trained for run in self._store.runs)

    def fingerprint(self, design: ExperimentSpec | None) -> Hashable:
        """Differs where a session would be worth saving again. Cheap."""
        return design, tuple(
            (last_step(run), len(run.changes), len(run.trials)) for run in self._store.runs if run.trained
        )

    def open(self, session: Session) -> None:
        """Take over a session out of a file in the place of the present one."""
        with self._lock:
            self._head = replace(session, runs=())
            self._records = {run.history: run for run in session.runs}
            self._store.adopt(self._records)

    def resumption(self) -> Resumption | None:
        """How to go on with the last run, where it has a checkpoint and did not diverge."""
        with self._lock:
            current = self._store.current
            run = self._records.get(current) if current is not None else None
        if run is None or not run.checkpoints or run.state is State.DIVERGED:
            return None
        checkpoint = run.checkpoints[-1]
        ended = (run.message or "This run had ended.") if run.state is State.FINISHED else ""
        return Resumption(run.spec, checkpoint, self._receiver(run, checkpoint), run.data.check, run.seconds, ended)

    def snapshot(self, design: ExperimentSpec | None, trainer: Trainer | None) -> Session:
        """The session at this moment, with a fresh checkpoint of the present run. Takes its time: not in a window."""
        if trainer is not None and trainer.status.state in WITH_RUN:
            self._take_checkpoint(trainer)
        histories = [run for run in self._store.runs if run.trained]
        facts = {run: DataFacts.of(run.info.dataset) for run in histories if run not in self._records}
        with self._lock:
            for run in histories:
                if run in facts and run not in self._records:
                    self._records[run] = self._new_record(run, facts[run])
            runs = [self._records[run] for run in self._store.runs if run in self._records]
            self._records = {run.history: run for run in runs}
            others = self._head.experiments[1:]
            head = replace(self._head, experiments=(() if design is None else (design,)) + others)
        return replace(head, runs=tuple(_at_one_moment(run) for run in runs))

    def _take_checkpoint(self, trainer: Trainer) -> None:
        done = threading.Event()
        taken: list[tuple[RunHistory | None, Checkpoint | None, Status]] = []

        def receive(checkpoint: Checkpoint | None, status: Status) -> None:
            taken.append((self._store.trained, checkpoint, status))  # in the worker: they belong together
            done.set()

        trainer.checkpoint(receive)
        if done.wait(CHECKPOINT_SECONDS):
            self._note(*taken[0])

    def _note(self, history: RunHistory | None, checkpoint: Checkpoint | None, status: Status) -> None:
        if history is None or not history.trained:
            return
        data = None if history in self._records else DataFacts.of(history.info.dataset)
        with self._lock:
            record = self._records.get(history)
            if record is None:
                assert data is not None
                record = self._new_record(history, data)
            kept = record.checkpoints if checkpoint is None else thin((*record.checkpoints, checkpoint))
            self._records[history] = replace(
                record, state=status.state, message=status.message, seconds=status.seconds, checkpoints=kept
            )

    def _new_record(self, history: RunHistory, data: DataFacts) -> RunRecord:
        return RunRecord(
            name=history.info.spec.name,
            history=history,
            data=data,
            state=State.PAUSED,
            colour=len(self._records),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            environment=describe_environment(history.info.device, self._threads()),
        )

    def _receiver(self, run: RunRecord, checkpoint: Checkpoint) -> Callable[[Record], None]:
        """Takes the records of a run that goes on, whose history then is another one with the whole data set."""
        receive = self._store.continuation(run.history, checkpoint.step)

        def record(record: Record) -> None:
            if not isinstance(record, RunStarted):
                receive(record)
                return
            with self._lock:  # nobody may see the new history without its record
                receive(record)
                going_on = self._store.trained
                known = self._records.pop(run.history, run)
                if going_on is not None:
                    self._records[going_on] = replace(known, history=going_on)

        return record


def _at_one_moment(run: RunRecord) -> RunRecord:
    """A run that is being trained, as it was when its checkpoint was taken: the file tells of one moment."""
    if run.state is not State.RUNNING or not run.checkpoints or run.checkpoints[-1].step >= last_step(run.history):
        return run
    return replace(run, history=run.history.up_to(run.checkpoints[-1].step, with_trials=True))
