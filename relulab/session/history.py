"""What one run measured: the trainer appends, the window polls.

One lock per history, held only while rows are copied. Memory is bounded: a series that is full gets
coarser (see ``Series``), so a run of any length fits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from relulab.diagnosis.moment import Moment
from relulab.session.arrivals import Arrivals, row_of, with_glance
from relulab.session.limits import CHECKPOINT_BYTES
from relulab.session.paging import on_disk
from relulab.session.series import Series, copied, wide_rows
from relulab.session.thinning import thin, thin_weights
from relulab.training.checkpoint import Arrays, Checkpoint
from relulab.training.kept_weights import KeptWeights
from relulab.training.telemetry import (
    Answers,
    ChangeRecord,
    DeathCertificate,
    EvaluationRecord,
    FindingsRecord,
    Glance,
    NetworkPicture,
    Picture,
    ProbeRecord,
    Record,
    RunStarted,
    StepRecord,
    UnitDetails,
    UnitTraceRecord,
)

STEP_ROWS, EVALUATION_ROWS = 4096, 2048
TRIALS_AT_MOST = 6

# Records of which a history keeps many, and those among them whose size grows with the network.
SERIES = (StepRecord, ProbeRecord, EvaluationRecord, UnitTraceRecord)
WIDE = (ProbeRecord, UnitTraceRecord)


@dataclass(frozen=True, slots=True, eq=False)
class HistorySnapshot:
    """What a run has measured until some moment. ``columns``: the fields of each kind of record, (rows, …) each.

    The last unit that was looked at is not part of it: looking again tells the same. ``verdicts``: what the
    diagnosis said at each of the ``checkpoints``, oldest first. ``moments``: everything that it judged by. ``weights``:
    those of more moments, alone.
    """

    columns: Mapping[type, Mapping[str, NDArray[Any]]]
    picture: Picture | None = None
    changes: tuple[ChangeRecord, ...] = ()
    findings: FindingsRecord | None = None
    certificates: tuple[DeathCertificate, ...] = ()
    trials: tuple[RunHistory, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    verdicts: tuple[FindingsRecord, ...] = ()
    moments: tuple[Moment, ...] = ()
    weights: tuple[KeptWeights, ...] = ()

    def up_to(self, step: int) -> HistorySnapshot:
        """Only what was measured after at most ``step`` finished steps, without trials."""
        columns = {kind: _rows_up_to(step, fields) for kind, fields in self.columns.items()}
        newest = () if self.findings is None else (self.findings,)
        verdicts = tuple(verdict for verdict in self.verdicts if verdict.step <= step)
        then = [verdict for verdict in (*verdicts, *newest) if verdict.step <= step]
        return HistorySnapshot(
            columns,
            self.picture if self.picture is not None and self.picture.step <= step else None,
            tuple(change for change in self.changes if change.step <= step),
            then[-1] if then else None,
            tuple(certificate for certificate in self.certificates if certificate.replayed_to <= step),
            checkpoints=tuple(checkpoint for checkpoint in self.checkpoints if checkpoint.step <= step),
            verdicts=verdicts,
            moments=tuple(moment for moment in self.moments if moment.step <= step),
            weights=tuple(kept for kept in self.weights if kept.step <= step),
        )


class RunHistory:
    """All that one run measured. Every method may be called from any thread; arrays returned are copies."""

    def __init__(self, started: RunStarted) -> None:
        self.info = started
        self._lock = threading.Lock()
        self._revision = 0
        self._series: dict[type, Series] = {StepRecord: Series(STEP_ROWS), EvaluationRecord: Series(EVALUATION_ROWS)}
        self._picture: Picture | None = None
        self._answers: Answers | None = None
        self._network: NetworkPicture | None = None
        self._findings: FindingsRecord | None = None
        self._unit_details: UnitDetails | None = None
        self._certificates: dict[tuple[int, int], DeathCertificate] = {}
        self._changes: list[ChangeRecord] = []
        self._trials: list[RunHistory] = []
        self._checkpoints: tuple[Checkpoint, ...] = ()
        self._verdicts: tuple[FindingsRecord, ...] = ()
        self._moments: list[Moment] = []
        self._weights: tuple[KeptWeights, ...] = ()
        self._rests = False  # in a file
        self.title = ""
        self.branched_at: int | None = None  # after so many steps it left another run, with a change
        self._arrivals = Arrivals()
        self.no_picture = ""  # why there is none, where the user looks at an earlier moment
        self.no_network = ""  # why there is no picture of the network

    @classmethod
    def restored(cls, started: RunStarted, recorded: HistorySnapshot) -> Self:
        """A history that goes on from what ``recorded`` holds: out of a file, or up to some step."""
        history = cls(started)
        for kind, columns in recorded.columns.items():
            if columns and len(columns["step"]):
                capacity = wide_rows(columns) if kind in WIDE else history._series[kind].capacity
                history._series[kind] = Series.from_columns(capacity, columns)
        history._picture = recorded.picture
        history._changes = list(recorded.changes)
        history._findings = recorded.findings
        history._certificates = {(found.layer, found.unit): found for found in recorded.certificates}
        history._trials = list(recorded.trials)
        history._checkpoints = recorded.checkpoints
        history._verdicts = recorded.verdicts
        history._moments = list(recorded.moments)
        history._weights = recorded.weights
        history._revision = 1
        return history

    def recorded(self) -> HistorySnapshot:
        """A copy of everything so far. Each kind of record is copied at one moment; the trainer waits no longer."""
        columns: dict[type, dict[str, NDArray[Any]]] = {}
        for kind in SERIES:
            if series := self._series.get(kind):
                columns[kind] = copied(series, self._lock)
        with self._lock:
            return HistorySnapshot(
                columns,
                self._picture,
                tuple(self._changes),
                self._findings,
                tuple(self._certificates.values()),
                tuple(self._trials),
                self._checkpoints,
                self._verdicts,
                tuple(self._moments),
                self._weights,
            )

    def up_to(self, step: int, *, with_trials: bool = False) -> RunHistory:
        """The history as it was after ``step`` finished steps, to look back or to branch from there."""
        recorded = self.recorded().up_to(step)
        then = RunHistory.restored(self.info, replace(recorded, trials=self.trials) if with_trials else recorded)
        then.title, then.branched_at = self.title, self.branched_at
        return then

    @property
    def revision(self) -> int:
        """Grows with every record, so a reader sees cheaply whether there is anything new."""
        return self._revision

    def revision_of(self, kinds: tuple[type, ...], *, glances: bool = True) -> int:
        """Grows with every record of these kinds, and with all that comes seldom; ``glances``: with theirs, too."""
        with self._lock:
            return self._revision - self._arrivals.passed_over(kinds, glances=glances)

    def age(self, kind: type, *, glance: bool = False) -> float:
        """Seconds of training since the newest record of ``kind``, or ``glance``, arrived; 0 where nothing trains."""
        return self._arrivals.age(kind, glance=glance)

    def glance(self, kind: type) -> Glance | None:
        """What is newer than the last record of ``kind``, of few samples."""
        return self._arrivals.glances.get(kind)

    @property
    def picture(self) -> Picture | None:
        """The newest picture of what the network computes."""
        return self._picture

    @property
    def answers(self) -> Answers | None:
        """What was said last to the samples of the picture alone."""
        return self._answers

    @property
    def network(self) -> NetworkPicture | None:
        """The newest picture of the network itself; gone where the run rests, and in a run out of a file."""
        return self._network

    @property
    def trials(self) -> tuple[RunHistory, ...]:
        """Runs with one change that were trained beside this one; their ``title`` names the change."""
        with self._lock:
            return tuple(self._trials)

    def trial(self, title: str) -> Callable[[Record], None]:
        """A record callback for a trial beside this run; its history appears in ``trials``."""

        def record(record: Record) -> None:
            with self._lock:
                if isinstance(record, RunStarted):
                    history = RunHistory(record)
                    history.title = title
                    self._trials = [*self._trials[-TRIALS_AT_MOST + 1 :], history]
                else:
                    self._trials[-1].append(record)
                self._revision += 1

        return record

    @property
    def findings(self) -> FindingsRecord | None:
        """The newest verdicts."""
        return self._findings

    @property
    def unit_details(self) -> UnitDetails | None:
        """The unit that was looked at last."""
        return self._unit_details

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Everything that the run was judged by, oldest first."""
        with self._lock:
            return tuple(self._moments)

    def certificate(self, layer: int, unit: int) -> DeathCertificate | None:
        """How a unit died, where that was asked for and found."""
        with self._lock:
            return self._certificates.get((layer, unit))

    @property
    def changes(self) -> tuple[ChangeRecord, ...]:
        """What was changed by hand while the run went on."""
        with self._lock:
            return tuple(self._changes)

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """What the run can be taken back to, oldest first: what is left of all where they were too many."""
        return self._checkpoints

    @property
    def kept_weights(self) -> tuple[KeptWeights, ...]:
        """The weights alone of more moments, oldest first."""
        return self._weights

    def keep_checkpoints(self, checkpoints: Iterable[Checkpoint], limit: int = CHECKPOINT_BYTES) -> None:
        """Hold these instead, as many as fit into ``limit`` bytes."""
        with self._lock:
            self._hold(thin(checkpoints, limit))

    @property
    def trained(self) -> bool:
        """Whether the run ever went beyond step 0."""
        latest = self.latest(StepRecord)
        return latest is not None and bool(latest["step"] > 0)

    @property
    def nbytes(self) -> int:
        """Memory held by the series and, but for those on the disk, the checkpoints, in bytes."""
        with self._lock:
            if self._rests:
                return 0
            held = sum(series.nbytes for series in self._series.values())
            held += sum(kept.values.nbytes for kept in self._weights)
            return held + sum(checkpoint.nbytes for checkpoint in self._checkpoints)

    def rest(self, folder: Path) -> None:
        """Keep all numbers in a file below ``folder``, as long as nothing is recorded any more.

        Raises OSError where there is no room for it; then they stay in memory.
        """
        with self._lock:
            series = list(self._series.values())
            groups: list[Arrays] = [kept.arrays() for kept in series]
            groups.append({str(kept.step): kept.values for kept in self._weights})
            groups += [part for checkpoint in self._checkpoints for part in checkpoint.parts.values()]
            mapped = iter(on_disk((array for group in groups for array in group.values()), folder))
            moved = iter([{name: next(mapped) for name in group} for group in groups])
            for kept in series:
                kept.replace(next(moved))
            on_the_disk = next(moved)
            self._weights = tuple(replace(kept, values=on_the_disk[str(kept.step)]) for kept in self._weights)
            self._checkpoints = tuple(checkpoint.moved(moved) for checkpoint in self._checkpoints)
            self._network, self._rests = None, True

    def mark_unavailable(self, step: int, reason: str) -> None:
        """The picture after ``step`` steps cannot be had, and why; an older one is none."""
        with self._lock:
            if self._picture is None or self._picture.step < step:
                self._picture, self.no_picture = None, reason
            self._revision += 1

    def refuse_network(self, reason: str) -> None:
        """There can be no picture of the network, and why; empty where there can."""
        with self._lock:
            self.no_network = reason
            self._revision += 1

    def append(self, record: Record) -> None:
        """Take in one record."""
        with self._lock:
            self._arrivals.note(record)
            self._rests = False
            if isinstance(record, ChangeRecord):
                self._changes.append(record)
            elif isinstance(record, SERIES):
                self._series_of(record).append(record)
            elif isinstance(record, FindingsRecord):
                self._findings = record
                if record.moment is not None:
                    self._moments.append(record.moment)
            elif isinstance(record, UnitDetails):
                self._unit_details = record
            elif isinstance(record, Answers):
                self._answers = record
            elif isinstance(record, NetworkPicture):
                self._network = record
            elif isinstance(record, DeathCertificate):
                self._certificates[record.layer, record.unit] = record
            elif isinstance(record, Checkpoint):
                if self._findings is not None:
                    self._verdicts = (*self._verdicts, self._findings)
                self._hold(thin((*self._checkpoints, record)))
                if self._weights and self._weights[-1].step == record.step:  # changed by hand since
                    self._weights = (*self._weights[:-1], KeptWeights.of(record))
            elif isinstance(record, KeptWeights):
                self._weights = thin_weights((*self._weights, record))
            elif not isinstance(record, RunStarted | Glance):
                self._picture = record
            self._revision += 1

    def rows(self, kind: type) -> int:
        """How many records of ``kind`` (StepRecord, ProbeRecord, EvaluationRecord) are kept."""
        with self._lock:
            series = self._series.get(kind)
            return len(series) if series else 0

    def columns(
        self, kind: type, *names: str, unit: int | None = None, glance: bool = False
    ) -> tuple[NDArray[Any], ...]:
        """Copies of some fields of one record type over all kept rows, taken at one moment.

        ``unit``: of fields with a value per unit only that of the unit at this index, (rows,) each. ``glance``: with
        the newest glance, of fewer samples, as the last row: what is drawn while somebody watches.
        """
        with self._lock:
            series = self._series.get(kind) or Series(8)
            found = [series.column(name, unit) for name in names]
            seen = self._arrivals.glances.get(kind) if glance and len(series) else None
            return tuple(found) if seen is None else tuple(with_glance(found, seen, names, unit))

    def latest(self, kind: type, *, glance: bool = False) -> dict[str, Any] | None:
        """The newest record of ``kind``, or ``glance`` at it, as a dict of arrays and numbers, or None."""
        with self._lock:
            series = self._series.get(kind)
            if series is None or not len(series):
                return None
            seen = self._arrivals.glances.get(kind) if glance else None
            return series.row(-1) if seen is None else row_of(seen)

    def _hold(self, checkpoints: tuple[Checkpoint, ...]) -> None:
        """Hold these checkpoints, and of the verdicts the newest at each of them."""
        kept: dict[int, FindingsRecord] = {}
        for checkpoint in checkpoints:
            then = [verdict for verdict in self._verdicts if verdict.step <= checkpoint.step]
            if then:
                kept[then[-1].step] = then[-1]
        self._checkpoints, self._verdicts = checkpoints, tuple(kept.values())

    def _series_of(self, record: Record) -> Series:
        kind = type(record)
        series = self._series.get(kind)
        if series is None:  # as many rows as the width of the network allows
            row = {field.name: np.asarray(getattr(record, field.name))[np.newaxis] for field in fields(record)}
            series = self._series[kind] = Series(wide_rows(row))
        return series


def _rows_up_to(step: int, columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The rows after at most ``step`` steps, without a copy: rows are in the order of their steps."""
    rows = int(np.searchsorted(columns["step"], step, side="right")) if columns else 0
    return {name: column[:rows] for name, column in columns.items()}
