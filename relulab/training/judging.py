"""The planned verdicts of a run: at which steps it is judged, by what, and what was counted for the next one."""

from dataclasses import dataclass

from relulab.errors import DivergedError
from relulab.model.network import Network
from relulab.training.checkpoint import NO_LOSSES, Checkpoint, Tally
from relulab.training.inspection import Painter, unit_traces
from relulab.training.measured_run import MeasuredRun
from relulab.training.relations import relations_of
from relulab.training.run_diagnosis import RunDiagnosis
from relulab.training.schedule import NEVER, MeasurementAgenda, MeasurementPlan, judged_plan
from relulab.training.telemetry import EvaluationRecord, FindingsRecord, Record, StepRecord


@dataclass(frozen=True, slots=True)
class Occasion:
    """A planned step of a run, and what is known of it. ``read``: what was read off its training batch; ``losses``: of
    the training batches since the moment before. ``painter``: paints a picture of the outputs, where one is wanted.
    """

    step: int
    epoch: float
    read: StepRecord | None
    losses: Tally
    evaluation: EvaluationRecord | None
    painter: Painter | None


class Judging:
    """The verdicts on one run. ``tally``: losses since the newest. ``judged``: its step, -1 before the first."""

    def __init__(self, run: MeasuredRun, *, planned: bool) -> None:
        seen, operations = run.evaluator, run.evaluator.network.plan.operations
        looked_at = len(seen.probe) + len(seen.validation)
        self._run = run
        self.diagnosis = RunDiagnosis(seen, run.dataset)
        self.operations = operations * looked_at
        plan = judged_plan(run.total_steps, run.batch_size, looked_at, operations) if planned else NEVER
        self._agenda = MeasurementAgenda(plan)
        self.tally: Tally = NO_LOSSES
        self.judged = -1

    @property
    def plan(self) -> MeasurementPlan:
        """The steps of the planned verdicts; never where the run is not judged."""
        return self._agenda.plan

    @property
    def wanted(self) -> bool:
        """Whether the run is judged at all."""
        return self.plan != NEVER

    def is_planned(self, step: int) -> bool:
        """Whether a verdict is planned for this step."""
        return self._agenda.due(step, 0.0, epoch_end=False)

    @property
    def due(self) -> bool:
        """Whether the run is to be judged at its present step, as planned or because it ends here, and was not yet."""
        step = self._run.step_index
        return self.judged != step and (self.is_planned(step) or (self._run.finished and self.wanted))

    def begin(self) -> Tally:
        """A verdict on the present step begins: it is of these losses, and the next one of those that come."""
        step, losses = self._run.step_index, self.tally
        self._agenda.done(step, 0.0, 0.0)
        self.judged, self.tally = step, NO_LOSSES
        return losses

    def look(self, network: Network, at: Occasion) -> list[Record]:
        """Measure all that a verdict needs, and give it. May be called in another thread, on a copy of the network."""
        seen = self._run.evaluator.on(network)
        probed = seen.probed()
        probe, evaluation = seen.record_of(probed, at.step, at.epoch), at.evaluation
        records: list[Record] = [probe, unit_traces(network, at.step)]
        if evaluation is None:
            outputs = seen.outputs(seen.validation.inputs)
            evaluation = EvaluationRecord(at.step, at.epoch, *seen.judge(outputs, seen.validation))
            records.append(evaluation)
            if at.painter is not None:
                records.append(at.painter.paint(at.step, outputs))
        relations = relations_of(network, probed, seen.probe.inputs)
        return [*records, self.diagnosis.examine(probe, at.read, evaluation, at.losses, relations, final=False)]

    def lose(self, error: DivergedError) -> FindingsRecord:
        """The verdict on a run whose loss is no longer finite, by what was judged before."""
        return self.diagnosis.lose(error, self._run.learning_rate_used)

    def resume(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint: what was judged before it is known."""
        self.tally = checkpoint.judged_tally
        self.diagnosis.recall(checkpoint.moments)
        if checkpoint.moments:
            self.judged = checkpoint.moments[-1].step
        if self.wanted:
            if checkpoint.judged_every:
                self._agenda = MeasurementAgenda(MeasurementPlan(checkpoint.judged_every, logarithmic=True))
            self._agenda.done(checkpoint.step, 0.0, 0.0)
