"""From records to verdicts: collects the evidence of a moment and asks the diagnosis what it means.

Some evidence (how units vary together, whether the whole network is a straight line) costs more than a probe
pass, so the doctor has a plan of its own.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from relulab.data.dataset import Dataset
from relulab.diagnosis.diagnose import Diagnosis
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.moment import Moment, unmeasured
from relulab.errors import DivergedError
from relulab.measurements.registry import JUDGED, PROBE, STEP
from relulab.training.checkpoint import Tally
from relulab.training.evaluator import Evaluator
from relulab.training.relations import Relations, bias_means
from relulab.training.telemetry import EvaluationRecord, FindingsRecord, ProbeRecord, StepRecord


class RunDiagnosis:
    """The diagnosis of one run. ``examine`` is called at its judged steps; ``evidence`` is what it has seen.

    Without ``judging`` it only sees, and finds nothing. ``beside``: the data of runs that are judged at the same time.
    """

    def __init__(
        self, evaluator: Evaluator, dataset: Dataset, *, judging: bool = True, beside: Sequence[Dataset] = ()
    ) -> None:
        self._network = evaluator.network
        self.evidence = Evidence.of(self._network.plan, dataset, len(evaluator.probe), beside)
        self._diagnosis, self._is_judging = Diagnosis(), judging
        self._has_validation = len(dataset.validation) > 0

    def examine(
        self, probe: ProbeRecord, step: StepRecord | Moment | None, evaluation: EvaluationRecord | None, losses: Tally,
        relations: Relations, *, final: bool,
    ) -> FindingsRecord:  # fmt: skip
        """Judge the present moment.

        ``step``: what was read off its training batch; None where a run was ended between planned steps: then that
        of the moment before stands. ``losses``: of the training batches since the moment before. ``relations``: of the
        present network. ``final``: the run ends here.
        """
        before = self.evidence.moment
        read = step if step is not None else before
        found: dict[str, Any] = {entry.key: _exact(getattr(probe, entry.key)) for entry in JUDGED if entry.key in PROBE}
        if read is not None:
            found |= {entry.key: _exact(getattr(read, entry.key)) for entry in JUDGED if entry.key in STEP}
            found["learning_rate"] = read.learning_rate
        if losses.steps:
            found["batch_loss"] = losses.total / losses.steps
        elif before is not None:
            found["batch_loss"] = before.batch_loss
        if evaluation is not None and self._has_validation:
            found |= {"validation_loss": evaluation.loss, "validation_accuracy": evaluation.accuracy}
        return self.observe(
            Moment(
                step=probe.step, loss=probe.loss, accuracy=probe.accuracy, final=final, **relations._asdict(), **found
            )
        )

    def lose(self, error: DivergedError, learning_rate: float) -> FindingsRecord:
        """Judge the end of a run whose loss is no longer finite, with what was measured at the moment before."""
        before = self.evidence.moment or Moment(step=0)
        return self.observe(
            replace(
                before,
                step=error.step,
                batch_loss=error.loss,
                learning_rate=learning_rate,
                bias_mean=bias_means(self._network),
                diverged=True,
                final=True,
                non_finite=error.layer,
                duplicates=unmeasured(),
                effective_rank=unmeasured(),
                linear_r2=math.nan,
                linear_rank=None,
            )
        )

    def recall(self, moments: Iterable[Moment]) -> None:
        """Judge moments of before once more, in their order: what stands after the last is known again then."""
        for moment in moments:
            self.observe(moment)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Everything that it has judged by, oldest first."""
        return self.evidence.moments

    def observe(self, moment: Moment) -> FindingsRecord:
        """Judge a moment that was measured already."""
        self.evidence = self.evidence.then(moment)
        current = self._diagnosis.observe(self.evidence) if self._is_judging else ()
        return FindingsRecord(moment.step, current, self._diagnosis.ended, moment)


def _exact(values: np.typing.NDArray[Any]) -> np.typing.NDArray[Any]:
    """Numbers as a session keeps them, so that a run that is opened again is judged by the same ones."""
    return values.astype(np.float64) if values.dtype.kind == "f" else values
