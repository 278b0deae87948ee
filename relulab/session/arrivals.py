"""When the newest of each kind of record arrived, by a clock that goes only while a run is trained, and the glances."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from time import monotonic
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from relulab.training.checkpoint import Checkpoint
from relulab.training.kept_weights import KeptWeights
from relulab.training.telemetry import (
    Answers,
    EvaluationRecord,
    Glance,
    NetworkPicture,
    Picture,
    ProbeRecord,
    Record,
    StepRecord,
    UnitDetails,
    UnitTraceRecord,
)

# Records that come many times in a run. Whoever draws a run says which of them; the others concern everybody.
OFTEN = (
    *(StepRecord, ProbeRecord, EvaluationRecord, UnitTraceRecord),
    *(Answers, NetworkPicture, UnitDetails, Checkpoint, KeptWeights),
    *get_args(Picture),
)
LONGEST_STEP = 5.0  # seconds between two records of steps beyond which it was a pause


class Arrivals:
    """The newest of each kind. Not thread-safe by itself; ``RunHistory`` holds the lock."""

    def __init__(self) -> None:
        self._clock = 0.0  # seconds of training, by the arrival of the records of steps
        self._step_arrived = math.inf
        self._whole: dict[type, float] = {}  # by the clock
        self._glanced: dict[type, float] = {}
        self.glances: dict[type, Glance] = {}  # what is newer than the last record of its kind
        self.counts: Counter[type] = Counter()  # of whole records
        self.glance_counts: Counter[type] = Counter()

    def note(self, record: Record) -> None:
        """The clock stands still while nothing is trained: what was measured in a pause does not grow old in it."""
        kind = type(record.record) if isinstance(record, Glance) else type(record)
        if kind is StepRecord:
            now = monotonic()
            self._clock += min(max(0.0, now - self._step_arrived), LONGEST_STEP)
            self._step_arrived = now
        if isinstance(record, Glance):
            self.glances[kind], self._glanced[kind] = record, self._clock
            self.glance_counts[kind] += 1
        else:
            self.glances.pop(kind, None)
            self._whole[kind] = self._clock
            self.counts[kind] += 1

    def passed_over(self, kinds: tuple[type, ...], *, glances: bool) -> int:
        """How many records do not concern whoever draws these ``kinds``, or their glances; without kinds: none."""
        if not kinds:
            return 0
        others = [kind for kind in OFTEN if kind not in kinds]
        unseen = others if glances else OFTEN
        return sum(self.counts[kind] for kind in others) + sum(self.glance_counts[kind] for kind in unseen)

    def age(self, kind: type, *, glance: bool) -> float:
        """Seconds of training since the newest record of this kind, or the newest glance; 0 where there is none."""
        arrived = self._glanced if glance and kind in self.glances else self._whole
        return self._clock - arrived.get(kind, self._clock)


def row_of(glance: Glance) -> dict[str, Any]:
    """A glance as a dict of arrays and numbers."""
    return {field.name: getattr(glance.record, field.name) for field in fields(glance.record)}


def with_glance(
    columns: Sequence[NDArray[Any]], glance: Glance, names: Sequence[str], unit: int | None
) -> Iterator[NDArray[Any]]:
    """The columns ``names``, (rows, …) each, with the glance as their last row; ``unit``: only of that unit."""
    for rows, name in zip(columns, names, strict=True):
        value = np.asarray(getattr(glance.record, name))
        last = value if unit is None or not value.ndim else value[unit]
        yield np.concatenate([rows, last[np.newaxis]])
