"""What the instruments read of a run, and what they say of one step."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.training.checkpoint import Checkpoint, Tally
from relulab.training.dropped_units import DroppedUnits
from relulab.training.evaluator import Evaluator
from relulab.training.flat_parameters import FlatParameters
from relulab.training.telemetry import StepRecord

Ratios = NDArray[np.float32]  # (L,)


class MeasuredRun(Protocol):
    """What the instruments read of a run."""

    spec: ExperimentSpec
    dataset: Dataset
    evaluator: Evaluator
    parameters: FlatParameters
    dropped: DroppedUnits
    step_index: int
    total_steps: int

    learning_rate_used: float

    @property
    def batch_size(self) -> int: ...
    @property
    def steps_per_epoch(self) -> int: ...
    @property
    def epoch(self) -> float: ...
    @property
    def finished(self) -> bool: ...
    def penalty(self) -> float: ...
    def checkpoint(self) -> Checkpoint: ...


def step_record(
    run: MeasuredRun, losses: Tally, accuracy: float, norms: Ratios, rms: Ratios, ratios: Ratios
) -> StepRecord:
    """The newest step: ``losses`` since the record before; norms and RMS of gradients, and log10 of updates, (L,)."""
    return StepRecord(
        step=run.step_index,
        epoch=run.epoch,
        learning_rate=run.learning_rate_used,
        loss=losses.total / losses.steps,
        loss_low=losses.low,
        loss_high=losses.high,
        penalty=run.penalty(),
        accuracy=accuracy,
        gradient_norm=norms,
        gradient_rms=rms,
        update_ratio=ratios,
    )
