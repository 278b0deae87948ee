"""From records to verdicts: collects the evidence of a moment and asks the diagnosis what it means.

Some evidence (how units vary together, whether the whole network is a straight line) costs more than a probe
pass, so the doctor has a plan of its own.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor

from relulab.data.dataset import Dataset
from relulab.diagnosis.diagnose import Diagnosis
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.linear_map import effective_map, is_linear, is_one_matrix
from relulab.diagnosis.moment import Moment, unmeasured
from relulab.errors import DivergedError
from relulab.measurements.linear_collapse import linear_fit
from relulab.measurements.probe import measuring
from relulab.measurements.reductions import as_matrix
from relulab.measurements.registry import JUDGED, PROBE, STEP
from relulab.measurements.unit_relations import Covariance, duplicate_units, effective_rank
from relulab.model.network import LayerParameters
from relulab.training.checkpoint import Tally
from relulab.training.evaluator import Evaluator
from relulab.training.telemetry import EvaluationRecord, FindingsRecord, Floats, ProbeRecord, StepRecord

MOST_INPUTS_FOR_A_LINE = 64  # a straight-line fit to more inputs takes longer than it tells
MOST_ROWS = 4096  # samples times positions from which correlations are taken
MOST_UNITS = 1024  # wider layers take seconds; their correlations are left out


class RunDiagnosis:
    """The diagnosis of one run. ``examine`` is called at its judged steps; ``evidence`` is what it has seen."""

    def __init__(self, evaluator: Evaluator, dataset: Dataset) -> None:
        self._network = evaluator.network
        self._inputs = evaluator.probe.inputs
        self.evidence = Evidence.of(self._network.plan, dataset, len(evaluator.probe))
        self._diagnosis = Diagnosis()
        self._has_validation = len(dataset.validation) > 0
        self._linear = is_linear(self._network.plan.spec.model)
        self._one_matrix = is_one_matrix(self._network.plan.spec.model)

    def examine(
        self,
        probe: ProbeRecord,
        step: StepRecord | Moment | None,
        evaluation: EvaluationRecord | None,
        losses: Tally,
        *,
        final: bool,
    ) -> FindingsRecord:
        """Judge the present moment.

        ``step``: what was read off its training batch; None where a run was ended between planned steps: then that
        of the moment before stands. ``losses``: of the training batches since the moment before. ``final``: the run
        ends here.
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
                step=probe.step,
                loss=probe.loss,
                accuracy=probe.accuracy,
                final=final,
                bias_mean=self._bias_means(),
                **self._relations(),
                **found,
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
                bias_mean=self._bias_means(),
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
        current = self._diagnosis.observe(self.evidence)
        return FindingsRecord(moment.step, current, self._diagnosis.ended, moment)

    def _relations(self) -> dict[str, Any]:
        """How the units of each layer vary together, and how straight the whole network is."""
        inputs = self._inputs[:MOST_ROWS]
        few = inputs[0].numel() <= MOST_INPUTS_FOR_A_LINE
        with measuring(self._network):
            outputs, kept = self._network.forward_kept(inputs)
            relations = [self._relation(layer.activation) for layer in kept]
            fit = linear_fit(inputs, outputs) if few or self._linear else math.nan
        return {
            "duplicates": np.array([share for share, _ in relations]),
            "effective_rank": np.array([rank for _, rank in relations]),
            "linear_r2": fit,
            "linear_rank": self._rank(),
        }

    def _relation(self, activation: Tensor) -> tuple[float, float]:
        """Share of duplicate units and effective rank of one layer; NaN where it is too wide."""
        matrix = as_matrix(activation)[:MOST_ROWS].cpu()
        if matrix.shape[1] > MOST_UNITS:
            return math.nan, math.nan
        units = Covariance.of(matrix)
        return float(duplicate_units(units).double().mean()), effective_rank(units)

    def _rank(self) -> int | None:
        if not self._one_matrix:
            return None
        return effective_map([(_array(weight), _optional(bias)) for weight, bias in self._parameters()]).rank

    def _bias_means(self) -> Floats:
        biases = [_optional(bias) for _, bias in self._parameters()]
        return np.array([math.nan if bias is None else float(bias.mean()) for bias in biases])

    def _parameters(self) -> list[LayerParameters]:
        return [self._network.parameters_of(layer) for layer in range(len(self._network.layout.layers))]


def _exact(values: np.typing.NDArray[Any]) -> np.typing.NDArray[Any]:
    """Numbers as a session keeps them, so that a run that is opened again is judged by the same ones."""
    return values.astype(np.float64) if values.dtype.kind == "f" else values


def _array(tensor: Any) -> np.typing.NDArray[np.floating]:
    array: np.typing.NDArray[np.floating] = tensor.detach().cpu().numpy()
    return array


def _optional(tensor: Any) -> np.typing.NDArray[np.floating] | None:
    return None if tensor is None else _array(tensor)
