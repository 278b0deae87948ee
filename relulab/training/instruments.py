"""The instruments on a run: they measure when their plan says so, and account for the time they take.

At the steps of ``judged_plan`` everything is measured at once and judged. What is measured beside that, as time
allows, is only drawn.

Looking on must not end a run: see ``attempts.py``.
"""

import math
from collections.abc import Callable
from functools import partial
from time import perf_counter

import numpy as np
from torch import Tensor

from relulab.errors import DivergedError
from relulab.measurements.gradients import gradient_norms, gradient_rms
from relulab.measurements.probe import measuring
from relulab.measurements.updates import update_ratios
from relulab.model.network import Network
from relulab.training.attempts import Attempts
from relulab.training.beside import Beside, Receive
from relulab.training.checkpoint import NO_LOSSES, Checkpoint, Tally
from relulab.training.glances import GRADIENTS_OLDEST, Glances
from relulab.training.inspection import Painter, unit_details, unit_traces
from relulab.training.judging import Judging, Occasion
from relulab.training.measured_run import MeasuredRun, Ratios, step_record
from relulab.training.network_picture import NetworkPainter
from relulab.training.read_batch import BatchReader
from relulab.training.relations import Relations, relations_of
from relulab.training.requests import NetworkWish
from relulab.training.run_diagnosis import RunDiagnosis
from relulab.training.schedule import NEVER, MeasurementSchedule, agendas_of
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, Record, StepRecord
from relulab.training.weight_keeper import WeightKeeper


class Instruments:
    """Everything that is measured on one run. ``seconds`` is the time that measuring has taken so far."""

    def __init__(self, run: MeasuredRun, recording: MeasurementSchedule, record: Callable[[Record], None]) -> None:
        self._run = run
        self._evaluator = run.evaluator
        self._tell = record
        self._agendas = agendas_of(recording, run.total_steps)
        self.inspected: tuple[int, int] | None = None  # layer of the layout and unit that the user looks at
        self.judging = Judging(run, planned=recording.judged)
        self._beside = Beside(run)
        self._looked_beside = -1  # the newest step that was looked at in the other thread
        self._painter = Painter(run.evaluator)
        self._network_painter = NetworkPainter(run.evaluator)
        self._batch_reader = BatchReader(run.evaluator.network, run.parameters)
        self._glances = Glances(run, self._beside, record) if recording.glances else None
        self.tally = NO_LOSSES  # of the steps since the last record
        self._latest_step: StepRecord | None = None
        self._latest_probe: ProbeRecord | None = None
        self._latest_evaluation: EvaluationRecord | None = None
        self._relations: Relations | None = None  # of a probe at a step that is judged next
        self._kept = -1  # the step of the newest checkpoint
        self._values_before: Tensor | None = None
        self._norms = self._rms = np.empty(0, np.float32)
        self._accuracy = math.nan
        self._weights = [run.parameters.slice_of(weight) for weight in run.evaluator.network.weights()]
        self._light_began = 0.0
        self.seconds = 0.0
        self.pictures_wanted = True
        self.network_wanted = False  # its picture
        self.network_wish = NetworkWish()
        self._attempts = Attempts()
        self._keeper = WeightKeeper(run, self._record, wanted=recording.keeps_weights)

    @property
    def trouble(self) -> str:
        """What could not be measured and why, in a sentence or two; empty where all went well."""
        return self._attempts.trouble

    @property
    def diagnosis(self) -> RunDiagnosis:
        """Everything that the run was judged by."""
        return self.judging.diagnosis

    def due_in_step(self, step: int) -> bool:
        """Whether the training batch of ``step`` is to be read off."""
        if step == self._run.total_steps or self.judging.is_planned(step):
            return True
        now = perf_counter()
        if self._glances is not None and now - self._light_began > GRADIENTS_OLDEST:
            return True
        return self._agendas["steps"].due(step, now, step % self._run.steps_per_epoch == 0)

    def before_update(self, outputs: Tensor, labels: Tensor | None) -> None:
        """Read the gradients before penalties and clipping, and remember the weights."""
        self._light_began, self._values_before = perf_counter(), None
        self._attempts.make("steps", lambda: self._read_gradients(outputs, labels))

    def _read_gradients(self, outputs: Tensor, labels: Tensor | None) -> None:
        gradients = [self._run.parameters.gradients[part] for part in self._weights]
        norms = gradient_norms(gradients)
        self._norms, self._rms = norms, gradient_rms(norms, gradients)
        self._accuracy = self._evaluator.objective.accuracy(outputs, labels)
        self._values_before = self._run.parameters.values.detach().clone()
        if self.network_wanted:
            self._batch_reader.take_gradients()

    def after_update(self) -> None:
        """Read the update that was really made and write the record of this step."""
        if self._values_before is not None:  # the gradients could be read
            before = self._values_before
            self._attempts.make("steps", lambda: self._read_update(before))
        now = perf_counter()
        self._account("steps", now - self._light_began, now)

    def _read_update(self, before: Tensor) -> None:
        values = self._run.parameters.values.detach()
        ratios = update_ratios([before[part] for part in self._weights], [values[part] for part in self._weights])
        self._batch_reader.take_update(self._run.step_index, before)
        self._write_step(ratios)

    def start(self, loss: float, outputs: Tensor, labels: Tensor | None) -> None:
        """Everything at step 0; there is no update yet."""
        self.count(loss, outputs, labels)
        self._batch_reader.take_update(0, None)
        if self._values_before is not None:
            self._attempts.make("steps", lambda: self._write_step(np.full(len(self._weights), np.nan, np.float32)))
        self.conclude()

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint: what was due before it is done, and what was judged before it is known."""
        self.settle()
        self.tally = checkpoint.tally
        self._latest_probe = self._latest_evaluation = None
        self._attempts.make("findings", lambda: self.judging.resume(checkpoint))
        now = perf_counter()
        self._kept = self._run.step_index
        for agenda in self._agendas.values():
            agenda.done(self._run.step_index, now, 0.0)

    def take_over(self, before: "Instruments") -> None:
        """Continue the account of another run's instruments, and look where they looked."""
        self.seconds = before.seconds
        self.pictures_wanted = before.pictures_wanted
        self.network_wanted, self.network_wish = before.network_wanted, before.network_wish
        self.inspected = before.inspected
        self._latest_step = before._latest_step
        self._attempts = before._attempts

    def measure_again(self) -> None:
        """Everything once more at the same step, after a change by hand."""
        self.settle()
        self._latest_probe = self._latest_evaluation = None
        self._kept = -1
        if self.judging.wanted:
            self.judge()
        self.measure_all()

    def count(self, loss: float, outputs: Tensor, labels: Tensor | None) -> None:
        """Take the loss of one step into the running mean, and remember its batch for a glance."""
        if self._glances is not None:
            self._glances.batch = outputs.detach(), labels
        self.tally, self.judging.tally = self.tally.with_loss(loss), self.judging.tally.with_loss(loss)

    def measure(self, epoch_end: bool) -> None:
        """After a step: whatever else is due now."""
        run = self._run
        if self._beside.done:
            self.settle()
        if not run.finished and self.judging.due and self._beside.is_worth(self.judging.operations):
            self._judge_beside()
        self._measure_due(epoch_end or run.finished)
        if self._glances is not None and not run.finished:
            self.seconds += self._glances.look(self.tally, painting=self.pictures_wanted)
        if self.judging.due:
            self.judge(final=run.finished)

    def _measure_due(self, epoch_end: bool) -> None:
        step, now = self._run.step_index, perf_counter()
        looked = self._looked_beside == step
        if not looked and self._agendas["probes"].due(step, now, epoch_end) and self._is_free("probes"):
            self._timed("probes", self._measure_probe)
        looked = looked or self._is_present(self._latest_evaluation)  # by early stopping, which looks first
        if not looked and self._agendas["evaluations"].due(step, now, epoch_end) and self._is_free("evaluations"):
            self._timed("evaluations", self._measure_validation)
        if self._paints_alone and self._agendas["pictures"].due(step, now, epoch_end):
            self._timed("pictures", self._paint)
        if self.network_wanted and self._agendas["networks"].due(step, now, epoch_end):
            self.show_network()
        if self.inspected is not None and self._agendas["inspections"].due(step, now, epoch_end):
            self.inspect()

    def _is_free(self, plan: str) -> bool:
        """Whether nothing older is still measured beside the run; what is planned in steps waits for it."""
        if self._agendas[plan].plan.rate is None:
            self.settle()
        return not self._beside.busy

    def settle(self) -> None:
        """Wait for what is measured beside the run, and record it."""
        if self._beside.busy:
            began = perf_counter()
            self._attempts.make("findings", self._beside.collect)
            self.seconds += perf_counter() - began

    def _judge_beside(self) -> None:
        """Begin with a planned verdict in the other thread; what it measures is drawn, too."""
        self.settle()
        began, run = perf_counter(), self._run
        occasion = Occasion(
            step=run.step_index,
            epoch=run.epoch,
            read=self._latest_step if self._is_present(self._latest_step) else None,
            losses=self.judging.begin(),
            evaluation=self._latest_evaluation if self._is_present(self._latest_evaluation) else None,
            painter=self._painter if self.pictures_wanted and self._painter.needs_outputs else None,
        )
        self._looked_beside = occasion.step

        def measure(network: Network) -> Receive:
            with np.errstate(all="ignore"):
                records = self.judging.look(network, occasion)
            return partial(self._record_all, records)

        self._attempts.make("findings", lambda: self._beside.start(measure))
        now = perf_counter()
        for plan in ("probes", "evaluations"):
            self._account(plan, 0.0, now)
        self.seconds += now - began

    def keep_checkpoint(self) -> None:
        """After a step and everything that it decides: a checkpoint or the weights alone, if they are due now."""
        self.seconds += self._keeper.look(self._run.step_index, self._attempts)
        due = self._agendas["checkpoints"].due(self._run.step_index, perf_counter(), epoch_end=False)
        if due and not self._beside.busy:  # it holds the verdicts so far
            self._timed("checkpoints", self._keep)

    def renew_checkpoint(self) -> None:
        """Where there is a checkpoint of this very step: take it again, after a change by hand."""
        if self._kept == self._run.step_index and self._agendas["checkpoints"].plan != NEVER:
            self._timed("checkpoints", self._keep)

    def measure_all(self) -> None:
        """Everything now that is drawn, whatever the plans say: in a pause. What is judged stays as it was planned."""
        self.settle()
        if not self._is_present(self._latest_probe):
            self._timed("probes", self._measure_probe)
        if not self._is_present(self._latest_evaluation):
            self._timed("evaluations", self._measure_validation)
        if self._paints_alone:
            self._timed("pictures", self._paint)
        self.show_network()
        self.inspect()
        if self._kept != self._run.step_index and self._agendas["checkpoints"].plan != NEVER:
            self._timed("checkpoints", self._keep)

    def inspect(self) -> None:
        """Look closely at the unit that the user wants to see."""
        if self.inspected is not None:
            self._timed("inspections", self._inspect)

    def conclude(self) -> None:
        """The last word on a run that ends here, or begins: judge it, and measure all that is drawn."""
        self.settle()
        if self.judging.wanted and self.judging.judged != self._run.step_index:
            self.judge(final=self._run.step_index > 0)
        self.measure_all()

    def judge(self, *, final: bool = False) -> None:
        """Measure everything at this step, and ask the doctor. ``final``: the run ends here."""
        self.settle()
        with measuring(self._evaluator.network):
            if not self._is_present(self._latest_probe):
                self._timed("probes", self._measure_probe)
            if not self._is_present(self._latest_evaluation):
                self._timed("evaluations", self._measure_validation)
            self._judge(final)

    def judge_lost(self, error: DivergedError) -> None:
        """Judge a run whose loss is no longer finite, by what was judged before."""
        self.settle()
        if self.judging.wanted:
            self._attempts.make("findings", lambda: self._record(self.judging.lose(error)))

    def measure_picture(self) -> None:
        """The picture alone, for a user who has just begun to look."""
        self._timed("pictures", self._paint)

    def show_picture(self) -> None:
        """The picture, where the user looks."""
        if self.pictures_wanted:
            self.measure_picture()

    def show_network(self) -> None:
        """The picture of the network, where the user looks."""
        if self.network_wanted:
            self._timed("networks", self._draw_network)

    def validation_loss(self) -> float:
        """The validation loss at the present step. The run's course depends on it, so here an error is one."""
        self.settle()
        if not self._is_present(self._latest_evaluation):
            self._measure_validation()
        assert self._latest_evaluation is not None
        return self._latest_evaluation.loss

    def _record(self, record: Record) -> None:
        if self._glances is not None:
            self._glances.note(record)
        self._tell(record)

    def _record_all(self, records: list[Record]) -> None:
        for record in records:
            self._record(record)

    def _write_step(self, ratios: Ratios) -> None:
        self._latest_step = step_record(self._run, self.tally, self._accuracy, self._norms, self._rms, ratios)
        self._record(self._latest_step)
        self.tally = NO_LOSSES

    def _measure_probe(self) -> None:
        step = self._run.step_index
        seen = self._evaluator.probed()
        self._latest_probe = self._evaluator.record_of(seen, step, self._run.epoch)
        self._record(self._latest_probe)
        if self.judging.due:
            self._relations = relations_of(self._evaluator.network, seen, self._evaluator.probe.inputs)
        self._record(unit_traces(self._evaluator.network, step))

    def _measure_validation(self) -> None:
        run, validation = self._run, self._evaluator.validation
        outputs = self._evaluator.outputs(validation.inputs)
        loss, accuracy = self._evaluator.judge(outputs, validation)
        self._latest_evaluation = EvaluationRecord(run.step_index, run.epoch, loss, accuracy)
        self._record(self._latest_evaluation)
        if self.pictures_wanted and self._painter.needs_outputs:
            self._record(self._painter.paint(run.step_index, outputs))

    def _judge(self, final: bool) -> None:
        began, step = perf_counter(), self._run.step_index
        planned = step in (0, self._run.total_steps) or self.judging.is_planned(step)
        losses = self.judging.begin()
        if self._is_present(self._latest_probe):  # it could be measured
            self._attempts.make("findings", lambda: self._examine(losses, planned, final))
        self._relations = None
        self.seconds += perf_counter() - began

    def _examine(self, losses: Tally, planned: bool, final: bool) -> None:
        probe, read, seen = self._latest_probe, self._latest_step, self._evaluator
        assert probe is not None, "it was measured just before"
        if not planned or not self._is_present(read):
            read = None  # between planned steps a record may be there, as time allowed, or not
        evaluation = self._latest_evaluation if self._is_present(self._latest_evaluation) else None
        relations = self._relations or relations_of(seen.network, seen.probed(), seen.probe.inputs)
        self._record(self.diagnosis.examine(probe, read, evaluation, losses, relations, final=final))

    def _inspect(self) -> None:
        assert self.inspected is not None
        self._record(unit_details(self._evaluator, self._run.step_index, *self.inspected))

    @property
    def _paints_alone(self) -> bool:
        """Whether the picture is wanted and does not come with an evaluation."""
        return self.pictures_wanted and not self._painter.needs_outputs

    def _is_present(self, record: ProbeRecord | EvaluationRecord | StepRecord | None) -> bool:
        return record is not None and record.step == self._run.step_index

    def _keep(self) -> None:
        self._kept = self._run.step_index
        self._record(self._run.checkpoint())

    def _paint(self) -> None:
        self._record(self._painter.paint(self._run.step_index))

    def _draw_network(self) -> None:
        step = self._run.step_index
        dropped = self._run.dropped.masks(step)
        self._record(self._network_painter.paint(step, self.network_wish, self._batch_reader.newest, dropped))

    def _timed(self, plan: str, measurement: Callable[[], None]) -> None:
        began = perf_counter()
        self._attempts.make(plan, measurement)
        now = perf_counter()
        self._account(plan, now - began, now)

    def _account(self, plan: str, cost: float, now: float) -> None:
        """What was measured on this plan of the schedule took ``cost`` seconds."""
        self.seconds += cost
        self._agendas[plan].done(self._run.step_index, now, cost)
