"""Looks between two measurements, for the eye: nothing that is shown of a run is old.

The numbers of a glance are of fewer samples, and it is drawn as the newest point until the next measurement; nothing
is judged by it, and no session keeps it.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from torch import Tensor

from relulab.training.checkpoint import Tally
from relulab.training.inspection import Painter
from relulab.training.measured_run import MeasuredRun, step_record
from relulab.training.telemetry import EvaluationRecord, Glance, ProbeRecord, Record, StepRecord

PROBE_SAMPLES = 256
VALIDATION_SAMPLES = 512
OLDEST: dict[type, float] = {StepRecord: 0.15, ProbeRecord: 0.8, EvaluationRecord: 0.8}  # seconds
GRADIENTS_OLDEST = 0.8  # seconds; they are read off a step, never glanced at
MOST = 0.1  # of the time, for each kind: where one step takes seconds, looking must not take more


class Glances:
    """The glances at one run. ``batch``: outputs and labels of its newest training batch."""

    def __init__(self, run: MeasuredRun, record: Callable[[Record], None]) -> None:
        self._run = run
        self._evaluator = run.evaluator.of_few(PROBE_SAMPLES, VALIDATION_SAMPLES)
        self._painter = Painter(self._evaluator)
        self._record = record
        self._next = dict.fromkeys(OLDEST, 0.0)
        self.batch: tuple[Tensor, Tensor | None] | None = None

    def note(self, record: Record) -> None:
        """A whole measurement was recorded."""
        if type(record) in OLDEST:
            self._next[type(record)] = perf_counter() + OLDEST[type(record)]

    def look(self, losses: Tally, *, painting: bool) -> float:
        """Show what would be old by now; ``losses`` since the last record. Returns the seconds that it took."""
        looks: dict[type, Callable[[], None]] = {
            StepRecord: lambda: self._losses(losses),
            ProbeRecord: self._probe,
            EvaluationRecord: lambda: self._validation(painting),
        }
        began = now = perf_counter()
        for kind in [kind for kind in looks if now >= self._next[kind]]:
            before = perf_counter()
            looks[kind]()
            now = perf_counter()
            self._next[kind] = now + max(OLDEST[kind], (now - before) / MOST)
        return now - began

    def _losses(self, losses: Tally) -> None:
        if losses.steps and self.batch is not None:
            outputs, labels = self.batch
            unread = np.full(len(self._run.evaluator.network.layout.layers), np.nan, np.float32)
            accuracy = self._evaluator.objective.accuracy(outputs, labels)
            self._record(Glance(step_record(self._run, losses, accuracy, unread, unread, unread), len(outputs)))

    def _probe(self) -> None:
        record = self._evaluator.probe_record(self._run.step_index, self._run.epoch)
        self._record(Glance(record, len(self._evaluator.probe)))

    def _validation(self, painting: bool) -> None:
        run, few = self._run, self._evaluator.validation
        outputs = self._evaluator.outputs(few.inputs)
        judged = self._evaluator.judge(outputs, few)
        self._record(Glance(EvaluationRecord(run.step_index, run.epoch, *judged), len(few)))
        if painting and self._painter.needs_outputs:
            self._record(self._painter.paint(run.step_index, outputs))
