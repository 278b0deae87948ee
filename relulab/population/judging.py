"""The verdicts on each net of a stack: at the steps, with the measurements and by the rules of a run that is alone."""

import math
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from relulab.data.dataset import Dataset
from relulab.diagnosis.diagnose import LINGER
from relulab.diagnosis.ending import last_end
from relulab.diagnosis.ends import End, end_of
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.moment import Moment
from relulab.errors import DivergedError
from relulab.population.preparation import Prepared
from relulab.population.stack import Losses, Lost, Reading, Stack
from relulab.training.non_finite import first_non_finite
from relulab.training.run_diagnosis import RunDiagnosis
from relulab.training.schedule import MeasurementAgenda, MeasurementPlan, judged_plan
from relulab.training.telemetry import FindingsRecord

Ratios = NDArray[np.float32]  # (nets, layers)


class Judge:
    """The diagnosis of one net. ``error``: why it diverged, where it did; ``said`` is the newest verdict.

    ``ends_only``: nobody asks for findings. ``beside``: the data of the nets that are judged with it.
    ``looked_at_whole``: the steps at which it is looked at as a whole.
    """

    def __init__(
        self, prepared: Prepared, total_steps: int, *, ends_only: bool = False, beside: Sequence[Dataset] = ()
    ) -> None:
        self._evaluator = prepared.evaluator
        few = () if ends_only else beside  # of those whose end alone is asked few are compared with anything
        self.diagnosis = RunDiagnosis(prepared.evaluator, prepared.dataset, judging=not ends_only, beside=few)
        self._latest, self._ends_only = deque[Evidence](maxlen=LINGER), ends_only
        looked_at = len(self._evaluator.probe) + len(self._evaluator.validation)
        operations = prepared.network.plan.operations
        plan = judged_plan(total_steps, prepared.spec.training.batch_size, looked_at, operations)
        steps = judged_steps(plan, total_steps)
        self.moments = frozenset(steps)
        self.looked_at_whole = frozenset(steps[-LINGER:]) if ends_only else self.moments
        self.said: FindingsRecord | None = None
        self.error: DivergedError | None = None

    @property
    def end(self) -> End | None:
        """How it ended; None where that has to be judged from its start on."""
        if self._ends_only:
            return last_end(self._latest)
        assert self.said is not None, "each net is judged at its start"
        return end_of(self.diagnosis.evidence, self.said.current)

    def judge(self, moment: Moment) -> None:
        """Ask the doctor. Where the last update has ruined the network no further step would notice it."""
        self.said = self.diagnosis.observe(moment)
        self._latest.append(self.diagnosis.evidence)
        if moment.final and not math.isfinite(moment.loss):
            self._lose(moment.step, moment.loss, self._evaluator.probe.inputs, moment.learning_rate)

    def lose(self, lost: Lost, rate: float) -> None:
        """The loss is no longer finite, and the network holds its last weights. ``rate``: of the step before."""
        inputs = lost.inputs.view(-1, *self._evaluator.probe.inputs.shape[1:])
        self._lose(lost.step, lost.loss, inputs, rate)

    def _lose(self, step: int, loss: float, inputs: torch.Tensor, rate: float) -> None:
        self.error = DivergedError(step, loss, first_non_finite(self._evaluator.network, inputs))
        self.said = self.diagnosis.lose(self.error, rate)
        self._latest.append(self.diagnosis.evidence)


class BatchLosses:
    """The mean loss of the training batches of each net since it was judged last."""

    def __init__(self, nets: int) -> None:
        self._total, self._steps = np.zeros(nets), np.zeros(nets)

    def count(self, losses: Losses) -> None:
        """Take in the losses of some steps, (steps, nets or more)."""
        self._total += losses[:, : len(self._total)].sum(0)
        self._steps += len(losses)

    def begin_anew(self, net: int) -> None:
        """The net has been judged."""
        self._total[net] = self._steps[net] = 0

    @property
    def means(self) -> list[float]:
        """By net; NaN where none was counted."""
        with np.errstate(invalid="ignore"):
            means: list[float] = (self._total / self._steps).tolist()
        return means


@lru_cache
def judged_steps(plan: MeasurementPlan, total_steps: int) -> tuple[int, ...]:
    """The steps at which a run that keeps this plan is judged; the last is always one."""
    agenda = MeasurementAgenda(plan, total_steps)
    steps = []
    for step in range(1, total_steps + 1):
        if step == total_steps or agenda.due(step, 0.0, epoch_end=False):
            steps.append(step)
            agenda.done(step, 0.0, 0.0)
    return tuple(steps)


def read_off(stack: Stack, reading: Reading) -> list[dict[str, Any]]:
    """What was read off the training batch of the newest step, of each net: fields of its Moment.

    At step 0 there is no update yet.
    """
    storage, started = stack.storage, stack.step_index > 0
    norms = _norms(stack, reading.gradients)
    change, size = _norms(stack, reading.after - reading.before), _norms(stack, reading.before)
    with np.errstate(all="ignore"):
        ratios = np.where((size == 0.0) | (not started), np.nan, np.log10(change / size))
        rms = norms.astype(np.float32) / np.sqrt(storage.sizes.numpy())
    norms, rms, ratios = map(_as_kept, (norms, rms, ratios))
    return [
        {
            "step": stack.step_index,
            "learning_rate": stack.rate(net, stack.step_index),
            "gradient_norm": norms[net],
            "gradient_rms": rms[net],
            "update_ratio": ratios[net],
        }
        for net in range(storage.nets)
    ]


def _as_kept(numbers: NDArray[Any]) -> NDArray[np.float64]:
    """As precise as records and sessions keep them."""
    return numbers.astype(np.float32).astype(np.float64)


def _norms(stack: Stack, flat: torch.Tensor) -> NDArray[np.float64]:
    """Euclidean norm of each weight matrix in a flat tensor: (nets, layers). What is filled up is 0."""
    blocks = stack.storage.blocks(flat)
    norms = [torch.linalg.vector_norm(block[:, :, :-1], dim=(1, 2), dtype=torch.float64) for block in blocks]
    return np.asarray(torch.stack(norms, 1).numpy())
