"""The verdicts on each net of a stack: at the steps, with the measurements and by the rules of a run that is alone."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

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
    """The diagnosis of one net. ``error``: why it diverged, where it did; ``said`` is the newest verdict."""

    def __init__(self, prepared: Prepared, total_steps: int) -> None:
        self._evaluator = prepared.evaluator
        self.diagnosis = RunDiagnosis(prepared.evaluator, prepared.dataset)
        looked_at = len(self._evaluator.probe) + len(self._evaluator.validation)
        operations = prepared.network.plan.operations
        plan = judged_plan(total_steps, prepared.spec.training.batch_size, looked_at, operations)
        self.moments = frozenset(judged_steps(plan, total_steps))
        self.said: FindingsRecord | None = None
        self.error: DivergedError | None = None

    def judge(self, moment: Moment) -> None:
        """Ask the doctor. Where the last update has ruined the network no further step would notice it."""
        self.said = self.diagnosis.observe(moment)
        if moment.final and not math.isfinite(moment.loss):
            self._lose(moment.step, moment.loss, self._evaluator.probe.inputs, moment.learning_rate)

    def lose(self, lost: Lost, rate: float) -> None:
        """The loss is no longer finite, and the network holds its last weights. ``rate``: of the step before."""
        inputs = lost.inputs.view(-1, *self._evaluator.probe.inputs.shape[1:])
        self._lose(lost.step, lost.loss, inputs, rate)

    def _lose(self, step: int, loss: float, inputs: torch.Tensor, rate: float) -> None:
        self.error = DivergedError(step, loss, first_non_finite(self._evaluator.network, inputs))
        self.said = self.diagnosis.lose(self.error, rate)


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


def read_off(stack: Stack, reading: Reading) -> list[Moment]:
    """What was read off the training batch of the newest step, of each net; at step 0 there is no update yet."""
    storage, started = stack.storage, stack.step_index > 0
    sizes = np.array([[part.numel() for part in storage.of_net(storage.values, net)] for net in range(storage.nets)])
    norms = _norms(stack, reading.gradients)
    change, size = _norms(stack, reading.after - reading.before), _norms(stack, reading.before)
    with np.errstate(all="ignore"):
        ratios = np.where((size == 0.0) | (not started), np.nan, np.log10(change / size))
        rms = norms.astype(np.float32) / np.sqrt(sizes)
    return [
        Moment(
            step=stack.step_index,
            learning_rate=stack.rate(net, stack.step_index),
            gradient_norm=_as_kept(norms[net]),
            gradient_rms=_as_kept(rms[net]),
            update_ratio=_as_kept(ratios[net]),
        )
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
