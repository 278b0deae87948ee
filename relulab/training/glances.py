"""Looks between two measurements, for the eye: nothing that is shown of a run is old.

The numbers of a glance are of fewer samples, and it is drawn as the newest point until the next measurement; nothing
is judged by it, and no session keeps it.
"""

from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np
from torch import Tensor

from relulab.model.network import Network
from relulab.training.beside import Beside, Receive
from relulab.training.checkpoint import Tally
from relulab.training.evaluator import Evaluator
from relulab.training.inspection import Painter
from relulab.training.measured_run import MeasuredRun, step_record
from relulab.training.schedule import MOST
from relulab.training.telemetry import EvaluationRecord, Glance, ProbeRecord, Record, StepRecord

PROBE_SAMPLES = 256
VALIDATION_SAMPLES = 512
OLDEST: dict[type, float] = {StepRecord: 0.15, ProbeRecord: 0.8, EvaluationRecord: 0.8}  # seconds
GRADIENTS_OLDEST = 0.8  # seconds; they are read off a step, never glanced at

Measure = Callable[[Evaluator, int, float], list[Record]]  # at a step and epoch


class Glances:
    """The glances at one run. ``batch``: outputs and labels of its newest training batch."""

    def __init__(self, run: MeasuredRun, beside: Beside, record: Callable[[Record], None]) -> None:
        self._run = run
        self._evaluator = few = run.evaluator.of_few(PROBE_SAMPLES, VALIDATION_SAMPLES)
        self._beside = beside
        self._looks_beside = beside.is_worth(few.network.plan.operations * (len(few.probe) + len(few.validation)))
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
            ProbeRecord: lambda: self._look(self._probe),
            EvaluationRecord: lambda: self._look(partial(self._validation, painting=painting)),
        }
        began = now = perf_counter()
        for kind in [kind for kind in looks if now >= self._next[kind]]:
            if kind is not StepRecord and self._beside.busy:
                continue  # what is measured there is as fresh
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

    def _look(self, measure: Measure) -> None:
        """Measure, in the other thread where that is worth it, and record."""
        step, epoch = self._run.step_index, self._run.epoch

        def beside(network: Network) -> Receive:
            return partial(self._hand_over, measure(self._evaluator.on(network), step, epoch))

        if self._looks_beside:
            self._beside.start(beside)
        else:
            self._hand_over(measure(self._evaluator, step, epoch))

    def _hand_over(self, found: list[Record]) -> None:
        for record in found:
            self._record(record)

    def _probe(self, few: Evaluator, step: int, epoch: float) -> list[Record]:
        return [Glance(few.probe_record(step, epoch), len(few.probe))]

    def _validation(self, few: Evaluator, step: int, epoch: float, *, painting: bool) -> list[Record]:
        outputs = few.outputs(few.validation.inputs)
        judged = few.judge(outputs, few.validation)
        found: list[Record] = [Glance(EvaluationRecord(step, epoch, *judged), len(few.validation))]
        if painting and self._painter.needs_outputs:
            found.append(self._painter.paint(step, outputs))
        return found
