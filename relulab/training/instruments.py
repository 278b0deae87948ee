"""The instruments on a run: they measure when their plan says so, and account for the time they take."""

import math
from collections.abc import Callable
from time import perf_counter
from typing import Protocol

import numpy as np
from torch import Tensor

from relulab.data.dataset import Dataset
from relulab.errors import DivergedError
from relulab.measurements.gradients import gradient_norms, gradient_rms
from relulab.measurements.updates import update_ratios
from relulab.training.checkpoint import NO_LOSSES, Checkpoint, Tally
from relulab.training.evaluator import Evaluator
from relulab.training.flat_parameters import FlatParameters
from relulab.training.inspection import Painter, unit_details, unit_traces
from relulab.training.run_diagnosis import RunDiagnosis
from relulab.training.schedule import NEVER, MeasurementSchedule, agendas_of
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, Record, StepRecord


class MeasuredRun(Protocol):
    """What the instruments read of a run."""

    dataset: Dataset
    evaluator: Evaluator
    parameters: FlatParameters
    step_index: int
    total_steps: int

    @property
    def steps_per_epoch(self) -> int: ...
    @property
    def epoch(self) -> float: ...
    @property
    def finished(self) -> bool: ...
    def learning_rate_now(self) -> float: ...
    def penalty(self) -> float: ...
    def checkpoint(self) -> Checkpoint: ...


class Instruments:
    """Everything that is measured on one run. ``seconds`` is the time that measuring has taken so far."""

    def __init__(self, run: MeasuredRun, recording: MeasurementSchedule, record: Callable[[Record], None]) -> None:
        self._run = run
        self._evaluator = run.evaluator
        self._record = record
        self._agendas = agendas_of(recording, run.total_steps)
        self.inspected: tuple[int, int] | None = None  # layer of the layout and unit that the user looks at
        self.diagnosis = RunDiagnosis(run.evaluator, run.dataset)
        self._painter = Painter(run.evaluator)
        self.tally = NO_LOSSES
        self._latest_step: StepRecord | None = None
        self._latest_probe: ProbeRecord | None = None
        self._latest_evaluation: EvaluationRecord | None = None
        self._examined = -1
        self._kept = -1  # the step of the newest checkpoint
        self._values_before: Tensor | None = None
        self._norms = self._rms = np.empty(0, np.float32)
        self._accuracy = math.nan
        self._weights = [run.parameters.slice_of(weight) for weight in run.evaluator.network.weights()]
        self._light_began = 0.0
        self.seconds = 0.0
        self.pictures_wanted = True

    def due_in_step(self, step: int) -> bool:
        """Whether the training batch of ``step`` is to be read off."""
        epoch_end = step % self._run.steps_per_epoch == 0 or step == self._run.total_steps
        return step == self._run.total_steps or self._agendas["steps"].due(step, perf_counter(), epoch_end)

    def before_update(self, outputs: Tensor, labels: Tensor | None) -> None:
        """Read the gradients before penalties and clipping, and remember the weights."""
        self._light_began = perf_counter()
        gradients = [self._run.parameters.gradients[part] for part in self._weights]
        norms = gradient_norms(gradients)
        self._norms, self._rms = norms, gradient_rms(norms, gradients)
        self._accuracy = self._evaluator.objective.accuracy(outputs, labels)
        self._values_before = self._run.parameters.values.detach().clone()

    def after_update(self) -> None:
        """Read the update that was really made and write the record of this step."""
        values, before = self._run.parameters.values.detach(), self._values_before
        assert before is not None, "before_update comes first"
        ratios = update_ratios([before[part] for part in self._weights], [values[part] for part in self._weights])
        self._write_step(ratios)
        now = perf_counter()
        self._account("steps", now - self._light_began, now)

    def start(self, loss: float) -> None:
        """Everything at step 0; there is no update yet."""
        self.count(loss)
        self._write_step(np.full(len(self._weights), np.nan, np.float32))
        self.measure_all()

    def resume(self, tally: Tally) -> None:
        """Go on from a checkpoint: what was due before it is done."""
        self.tally = tally
        self._latest_probe = self._latest_evaluation = None
        now = perf_counter()
        self._kept = self._run.step_index
        for agenda in self._agendas.values():
            agenda.done(self._run.step_index, now, 0.0)

    def take_over(self, before: "Instruments") -> None:
        """Continue the account of another run's instruments, and look where they looked."""
        self.seconds = before.seconds
        self.pictures_wanted = before.pictures_wanted
        self.inspected = before.inspected
        self._latest_step = before._latest_step

    def measure_again(self) -> None:
        """Everything once more at the same step, after a change by hand."""
        self._latest_probe = self._latest_evaluation = None
        self._examined = self._kept = -1
        self.measure_all()

    def count(self, loss: float) -> None:
        """Take the loss of one step into the running mean."""
        self.tally = self.tally.with_loss(loss)

    def measure(self, epoch_end: bool) -> None:
        """After a step: whatever else is due now."""
        run, now = self._run, perf_counter()
        step = run.step_index
        epoch_end = epoch_end or run.finished
        if self._agendas["probes"].due(step, now, epoch_end):
            self._timed("probes", self._measure_probe)
        if self._agendas["evaluations"].due(step, now, epoch_end):
            self._timed("evaluations", self._measure_validation)
        if self._paints_alone and self._agendas["pictures"].due(step, now, epoch_end):
            self._timed("pictures", self._paint)
        if self.inspected is not None and self._agendas["inspections"].due(step, now, epoch_end):
            self.inspect()
        if self._agendas["findings"].due(step, now, epoch_end):
            self.examine()

    def keep_checkpoint(self) -> None:
        """After a step and everything that it decides: a checkpoint, if one is due now."""
        if self._agendas["checkpoints"].due(self._run.step_index, perf_counter(), epoch_end=False):
            self._timed("checkpoints", self._keep)

    def renew_checkpoint(self) -> None:
        """Where there is a checkpoint of this very step: take it again, after a change by hand."""
        if self._kept == self._run.step_index and self._agendas["checkpoints"].plan != NEVER:
            self._timed("checkpoints", self._keep)

    def measure_all(self) -> None:
        """Everything now, whatever the plans say: at the start, in a pause, at the end."""
        if not self._is_present(self._latest_evaluation):
            self._timed("evaluations", self._measure_validation)
        if self._paints_alone:
            self._timed("pictures", self._paint)
        self.inspect()
        if self._examined != self._run.step_index:
            self.examine()
        if self._kept != self._run.step_index and self._agendas["checkpoints"].plan != NEVER:
            self._timed("checkpoints", self._keep)

    def inspect(self) -> None:
        """Look closely at the unit that the user wants to see."""
        if self.inspected is not None:
            self._timed("inspections", self._inspect)

    def examine(self, lost: DivergedError | None = None) -> None:
        """Ask the doctor. ``lost``: what the run ended with, where its loss is no longer finite."""
        if not (lost or self._is_present(self._latest_probe)):
            self._timed("probes", self._measure_probe)
        self._timed("findings", lambda: self._examine(lost))

    def measure_picture(self) -> None:
        """The picture alone, for a user who has just begun to look."""
        self._timed("pictures", self._paint)

    def show_picture(self) -> None:
        """The picture, where the user looks."""
        if self.pictures_wanted:
            self.measure_picture()

    def validation_loss(self) -> float:
        """The validation loss at the present step."""
        if not self._is_present(self._latest_evaluation):
            self._timed("evaluations", self._measure_validation)
        assert self._latest_evaluation is not None
        return self._latest_evaluation.loss

    def _write_step(self, ratios: np.typing.NDArray[np.float32]) -> None:
        run, tally = self._run, self.tally
        self._latest_step = StepRecord(
            step=run.step_index,
            epoch=run.epoch,
            learning_rate=run.learning_rate_now(),
            loss=tally.total / tally.steps,
            loss_low=tally.low,
            loss_high=tally.high,
            penalty=run.penalty(),
            accuracy=self._accuracy,
            gradient_norm=self._norms,
            gradient_rms=self._rms,
            update_ratio=ratios,
        )
        self._record(self._latest_step)
        self.tally = NO_LOSSES

    def _measure_probe(self) -> None:
        step = self._run.step_index
        self._latest_probe = self._evaluator.probe_record(step, self._run.epoch)
        self._record(self._latest_probe)
        self._record(unit_traces(self._evaluator.network, step))

    def _measure_validation(self) -> None:
        run, validation = self._run, self._evaluator.validation
        outputs = self._evaluator.outputs(validation.inputs)
        loss, accuracy = self._evaluator.judge(outputs, validation)
        self._latest_evaluation = EvaluationRecord(run.step_index, run.epoch, loss, accuracy)
        self._record(self._latest_evaluation)
        if self.pictures_wanted and self._painter.needs_outputs:
            self._record(self._painter.paint(run.step_index, outputs))

    def _examine(self, lost: DivergedError | None) -> None:
        self._examined = self._run.step_index
        if self._latest_probe is not None and self._latest_step is not None:
            record = self.diagnosis.examine(self._latest_probe, self._latest_step, self._latest_evaluation, lost)
            self._record(record)

    def _inspect(self) -> None:
        assert self.inspected is not None
        self._record(unit_details(self._evaluator, self._run.step_index, *self.inspected))

    @property
    def _paints_alone(self) -> bool:
        """Whether the picture is wanted and does not come with an evaluation."""
        return self.pictures_wanted and not self._painter.needs_outputs

    def _is_present(self, record: ProbeRecord | EvaluationRecord | None) -> bool:
        return record is not None and record.step == self._run.step_index

    def _keep(self) -> None:
        self._kept = self._run.step_index
        self._record(self._run.checkpoint())

    def _paint(self) -> None:
        self._record(self._painter.paint(self._run.step_index))

    def _timed(self, plan: str, measurement: Callable[[], None]) -> None:
        began = perf_counter()
        measurement()
        now = perf_counter()
        self._account(plan, now - began, now)

    def _account(self, plan: str, cost: float, now: float) -> None:
        """What was measured on this plan of the schedule took ``cost`` seconds."""
        self.seconds += cost
        self._agendas[plan].done(self._run.step_index, now, cost)
