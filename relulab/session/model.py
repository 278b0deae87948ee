"""The session behind a window: its runs with their names and checkpoints, from a file or just trained.

``SessionStore`` holds what runs measured; this model adds what makes them records of a session.
"""

import math
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from operator import is_
from typing import Any

from relulab.data.dataset import Dataset
from relulab.errors import SessionError
from relulab.experiment import ExperimentSpec
from relulab.experiment.changes import changes, in_words
from relulab.session.history import RunHistory
from relulab.session.kept_maps import KeptMap
from relulab.session.limits import MAPS, PICTURES
from relulab.session.results import last_step
from relulab.session.run_names import run_name
from relulab.session.session import (
    LONGEST_NAME,
    DataFingerprint,
    PinnedPicture,
    RunRecord,
    Session,
    describe_environment,
    free_colour,
    unique_name,
)
from relulab.session.store import SessionStore
from relulab.training.branching import branched
from relulab.training.checkpoint import Checkpoint
from relulab.training.requests import Companion, Resumption
from relulab.training.state import State, Status
from relulab.training.telemetry import ChangeRecord, RunStarted
from relulab.training.trainer import Trainer

CHECKPOINT_SECONDS = 10.0  # a worker that is that long in one step is stuck; the session is then saved without


@dataclass(frozen=True, slots=True, eq=False)
class Deleted:
    """A run that was taken out of the session, and where it stood, to put it back."""

    record: RunRecord
    index: int


class SessionModel:
    """Makes a ``Session`` of the runs of ``store``, and fills the store from one. Any thread may call it."""

    def __init__(self, store: SessionStore, threads: Callable[[], int] = lambda: 1) -> None:
        self._store = store
        self._threads = threads
        self._lock = threading.Lock()
        self._records: dict[RunHistory, RunRecord] = {}
        self._head = Session()
        self._status: Status | None = None  # of the run that is trained; None before its first step
        self._beside: set[RunHistory] = set()  # those that are trained in step with the run
        self._edits = 0
        self._generation = 0

    @property
    def head(self) -> Session:
        """Title, author, notes, pictures and maps, without the runs."""
        return self._head

    @property
    def generation(self) -> int:
        """Another number for each session that was opened or begun: what was started for one is not for the next."""
        return self._generation

    @property
    def trained(self) -> bool:
        """Whether any run went beyond step 0, or anything is kept beside the runs."""
        return bool(self.records or self._head.pictures or any(kept.runs for kept in self._head.maps))

    @property
    def edits(self) -> int:
        """How often a run was renamed, hidden, deleted or written about, or the session was."""
        return self._edits

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """The runs that were trained, oldest first. A run has a record from its first step on."""
        with self._lock:
            runs = self._store.runs
            self._records = {run: self._records[run] for run in runs if run in self._records}
            for run in runs:
                if run not in self._records and run.trained:
                    self._records[run] = self._new_record(run)
            return tuple(self._records[run] for run in runs if run in self._records)

    def record(self, key: str) -> RunRecord:
        """One of ``records``. Raises KeyError."""
        for record in self.records:
            if record.key == key:
                return record
        raise KeyError(key)

    def note_status(self, status: Status) -> None:
        """The trainer's state changed. Called in its thread, where the status is that of the run it works on."""
        with self._lock:
            trained = self._store.trained
            failed = status.state is State.FAILED
            began = status.state.is_under_way or status.state.is_over or (failed and status.step > 0)
            self._status = status if began else None
            for history, record in self._records.items():
                if began and history is trained:
                    self._records[history] = _with_status(record, status)
                elif record.state is State.RUNNING:  # it was left
                    self._records[history] = replace(record, state=State.PAUSED)

    def describe(self, title: str, author: str, notes: str) -> None:
        """What the user wrote about the session as a whole."""
        with self._lock:
            head = replace(self._head, title=title, author=author, notes=notes)
            if (head.title, head.author, head.notes) != (self._head.title, self._head.author, self._head.notes):
                self._head = head
                self._edits += 1

    def pin(self, picture: PinnedPicture) -> None:
        """Keep a picture with the session and its reports. Raises SessionError where a file has no room for more."""
        picture = replace(picture, title=picture.title[:LONGEST_NAME])
        with self._lock:
            if len(self._head.pictures) >= PICTURES:
                raise SessionError(f"A session keeps at most {PICTURES} pictures. File, Kept pictures: take some out.")
            self._head = replace(self._head, pictures=(*self._head.pictures, picture))
            self._edits += 1

    def keep_map(self, kept: KeptMap) -> None:
        """Keep a map, as it is trained on; of more than a file may hold the newest."""
        others = (other for other in self._head.maps if other is not kept)
        self.keep(self._head.pictures, (kept, *others)[:MAPS])

    def keep(self, pictures: tuple[PinnedPicture, ...], maps: tuple[KeptMap, ...]) -> None:
        """Keep these and no others: one was taken out, or put back."""
        with self._lock:
            self._head = replace(self._head, pictures=pictures, maps=maps)
            self._edits += 1

    def rename(self, key: str, name: str) -> None:
        """Call a run ``name``, or nearly so where another run has that name. An empty name changes nothing."""
        record = self.record(key)
        if name.strip() and name.strip() != record.name:
            others = [other.name for other in self.records if other.key != key]
            self._edit(record, name=unique_name(name, others))

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Keep a run out of the list and the overlays, or show it again."""
        self._edit(self.record(key), hidden=hidden)

    def set_notes(self, key: str, notes: str) -> None:
        """What the user wrote about a run."""
        self._edit(self.record(key), notes=notes)

    def is_under_way(self, key: str) -> bool:
        """Whether the trainer works on this run, or waits to go on with it: then it cannot be deleted."""
        record = self.record(key)
        return record.history is self._store.trained and record.state.is_under_way

    def delete(self, key: str) -> Deleted:
        """Take a run out of the session. Raises SessionError for the one that is being trained."""
        record = self.record(key)
        if self.is_under_way(key):
            raise SessionError(f"{record.name} is being trained. Stop it before you delete it.")
        index = self._store.remove(record.history)
        self._edits += 1
        return Deleted(record, index)

    def undo_delete(self, deleted: Deleted) -> None:
        """Put a run back where it was, with its name and colour unless another run has taken them since."""
        record, others = deleted.record, self.records
        colours = [other.colour for other in others]
        with self._lock:
            self._records[record.history] = replace(
                record,
                name=unique_name(record.name, [other.name for other in others]),
                colour=free_colour(colours) if record.colour in colours else record.colour,
            )
            self._store.insert(deleted.index, record.history)
        self._edits += 1

    def fingerprint(self, design: ExperimentSpec | None) -> Hashable:
        """Differs where a session would be worth saving again. Cheap."""
        runs = tuple(
            (last_step(run.history), len(run.history.changes), len(run.history.trials), math.isfinite(run.test_loss))
            for run in self.records
        )
        return design, runs, self._edits, tuple(len(kept.runs) for kept in self._head.maps)

    def open(self, session: Session) -> None:
        """Take over a session out of a file in the place of the present one."""
        with self._lock:
            self._generation += 1
            self._head = replace(session, runs=())
            self._records = {run.history: run for run in session.runs}
            self._store.adopt(self._records)
        for run in session.runs:
            run.history.keep_checkpoints(run.checkpoints)
            run.history.branched_at = run.branched_at if run.parent else None

    def resumption(self) -> Resumption | None:
        """How to go on with the last run, where it has a checkpoint and did not diverge."""
        with self._lock:
            current = self._store.current
            run = self._records.get(current) if current is not None else None
        if run is None or not run.checkpoints or run.state is State.DIVERGED:
            return None
        checkpoint = run.checkpoints[-1]
        ended = (run.message or "This run had ended.") if run.state is State.FINISHED else ""
        record = self._store.recorder(partial(self._resume, run, checkpoint.step))
        return Resumption(run.spec, checkpoint, record, run.data.check, run.seconds, ended)

    def branch(self, history: RunHistory, checkpoint: Checkpoint, spec: ExperimentSpec) -> Resumption:
        """How to begin a run that leaves ``history`` at ``checkpoint``, with the settled spec changed to ``spec``.

        Raises SpecError for what cannot be changed in the middle of a run.
        """
        first = branched(checkpoint, spec)
        settled = checkpoint.settled_spec()
        records = ChangeRecord.between(settled, spec, checkpoint.step, history.info.layout)
        words = f"at step {checkpoint.step:,}: {in_words(changes(settled, spec))}."

        def begin(started: RunStarted) -> RunHistory:
            parent = self._record_of(history)
            with self._lock:  # nobody may see the new history without its record
                run = self._store.branch(history, first, records, started)
                self._records[run] = replace(
                    self._new_record(run),
                    data=parent.data,
                    notes=f"Branch of {parent.name} {words}",
                    parent=parent.key,
                    branched_at=checkpoint.step,
                )
            return run

        return Resumption(spec, first, self._store.recorder(begin), partial(self.check_data, history))

    def companion(self, spec: ExperimentSpec) -> Companion:
        """A design to be trained in step with the present run: a run of this session as soon as it is built."""
        began: list[RunHistory] = []

        def begin(started: RunStarted) -> RunHistory:
            began.append(RunHistory(started))
            with self._lock:
                self._beside.add(began[0])
                self._store.accompany(began[0])
            return began[0]

        def ended(status: Status) -> None:
            with self._lock:
                self._beside -= set(began)
            self._note(began[0] if began else None, status)

        return Companion(spec, self._store.recorder(begin), ended)

    def check_data(self, history: RunHistory, dataset: Dataset) -> None:
        """Raises DataError unless ``dataset`` is what the run learned from. Takes its time: not in a window."""
        if dataset is not history.info.dataset:
            self._record_of(history).data.check(dataset)

    def _record_of(self, history: RunHistory) -> RunRecord:
        """The record of a run with what its data are. Takes its time: not in a window."""
        known = self._records.get(history)
        data = DataFingerprint.of(history.info.dataset) if known is None or not known.data.sha256 else known.data
        with self._lock:
            record = self._records.get(history) or self._new_record(history)
            self._records[history] = replace(record, data=data)
            return self._records[history]

    def snapshot(
        self, design: ExperimentSpec | None, trainer: Trainer | None, generation: int | None = None
    ) -> Session:
        """The session at this moment, with a fresh checkpoint of the present run. Takes its time: not in a window.

        Raises SessionError where ``generation`` is given and another session has taken the place of that one.
        """
        if trainer is not None and trainer.status.state.has_run:
            self._take_checkpoint(trainer)
        facts = {run.key: DataFingerprint.of(run.history.info.dataset) for run in self.records if not run.data.sha256}
        records = self.records
        with self._lock:
            if generation not in (None, self._generation):
                raise SessionError("Another session was opened or begun before this one could be saved.")
            for run in records:
                if run.key in facts and run.history in self._records:
                    self._records[run.history] = replace(self._records[run.history], data=facts[run.key])
            runs = [_with_checkpoints(self._records[run]) for run in self._store.runs if run in self._records]
            self._records = {run.history: run for run in runs}
            others = self._head.experiments[1:]
            maps = tuple(kept.at_one_moment() for kept in self._head.maps if kept.runs)
            head = replace(self._head, experiments=(() if design is None else (design,)) + others, maps=maps)
        return replace(head, runs=tuple(_at_one_moment(run) for run in runs))

    def snapshot_of(self, run: RunHistory, design: ExperimentSpec | None, trainer: Trainer | None) -> Session:
        """The session at this moment with one of its runs alone. Raises SessionError where that run is gone."""
        session = self.snapshot(design, trainer)
        with self._lock:
            record = self._records.get(run)
        runs = tuple(other for other in session.runs if record is not None and other.key == record.key)
        if not runs:
            raise SessionError("The run is no longer there.")
        return replace(session, runs=runs)

    def _edit(self, record: RunRecord, **fields: Any) -> None:
        with self._lock:
            if record.history in self._records:
                self._records[record.history] = replace(self._records[record.history], **fields)
                self._edits += 1

    def _take_checkpoint(self, trainer: Trainer) -> None:
        done = threading.Event()
        taken: list[tuple[RunHistory | None, Status]] = []

        def receive(checkpoint: Checkpoint | None, status: Status) -> None:
            history = self._store.trained  # in the worker: they belong together
            if history is not None and checkpoint is not None:
                history.append(checkpoint)  # at once: one that is taken later is newer
            taken.append((history, status))
            done.set()

        trainer.checkpoint(receive)
        if done.wait(CHECKPOINT_SECONDS):
            self._note(*taken[0])

    def _note(self, history: RunHistory | None, status: Status) -> None:
        known = {record.history for record in self.records}  # a run that was just begun has its record now
        with self._lock:
            if history is not None and history in known and history in self._records:
                self._records[history] = _with_status(self._records[history], status)

    def _new_record(self, history: RunHistory) -> RunRecord:
        record = RunRecord(
            name=run_name(history.info.spec, tuple(self._records.values())),
            history=history,
            data=DataFingerprint.sizes(history.info.dataset),
            state=State.RUNNING if history in self._beside else State.PAUSED,
            colour=free_colour([record.colour for record in self._records.values()]),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            environment=describe_environment(history.info.device, self._threads()),
        )
        known = self._status is not None and history is self._store.trained
        return _with_status(record, self._status) if known and self._status is not None else record

    def _resume(self, run: RunRecord, step: int, started: RunStarted) -> RunHistory:
        """A run that goes on has another history then, with the whole data set."""
        with self._lock:  # nobody may see the new history without its record
            history = self._store.resume(run.history, step, started)
            self._records[history] = replace(self._records.pop(run.history, run), history=history)
        return history


def _with_checkpoints(run: RunRecord) -> RunRecord:
    """The record with the checkpoints that its history holds now."""
    checkpoints = run.history.checkpoints
    same = len(checkpoints) == len(run.checkpoints) and all(map(is_, checkpoints, run.checkpoints))
    return run if same else replace(run, checkpoints=checkpoints)


def _with_status(run: RunRecord, status: Status) -> RunRecord:
    """``run`` where ``status`` says it stands. Test figures are kept: a run that goes on out of a file has none."""
    tested = math.isfinite(status.test_loss)
    return replace(
        run,
        state=status.state,
        message=status.message,
        seconds=status.seconds,
        test_loss=status.test_loss if tested else run.test_loss,
        test_accuracy=status.test_accuracy if tested else run.test_accuracy,
    )


def _at_one_moment(run: RunRecord) -> RunRecord:
    """A run that is being trained, as it was when its checkpoint was taken: the file tells of one moment.

    Also where nothing is newer yet: its history grows while the file is written.
    """
    if run.state is not State.RUNNING or not run.checkpoints:
        return run
    return replace(run, history=run.history.up_to(run.checkpoints[-1].step, with_trials=True))
