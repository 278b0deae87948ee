"""The figures that a run is judged by: for the run list and for the table of a report."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relulab.data.error_unit import ErrorUnit, error_unit
from relulab.session.history import RunHistory
from relulab.session.session import RunRecord
from relulab.training.telemetry import EvaluationRecord, ProbeRecord, StepRecord


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a run. Losses are without penalty; accuracies and shares run from 0 to 1; NaN: not known.

    ``loss``: the least validation loss, measured at ``loss_step``; ``accuracy``: the greatest validation accuracy
    (another moment, maybe), NaN in a regression. Both are over the training set where there is no validation set.
    ``test_loss`` and ``test_accuracy``: of the test set, with the network as it was when the run finished.
    ``dead``: the share of dead units in the last probe, see ``dead_shares``. ``steps``: the newest step that was
    measured; ``seconds``: of training alone. ``final_loss`` and ``final_accuracy``: see ``final_check``.
    ``unit``: what the losses mean in the unit of the data, where they are of standardized targets.
    """

    loss: float
    loss_step: int
    accuracy: float
    test_loss: float
    test_accuracy: float
    dead: float
    steps: int
    seconds: float
    final_loss: float = math.nan
    final_accuracy: float = math.nan
    unit: ErrorUnit | None = None


def results(run: RunRecord) -> Results:
    """The figures of ``run`` so far."""
    steps, losses, accuracies = run.history.columns(EvaluationRecord, "step", "loss", "accuracy")
    finite = np.flatnonzero(np.isfinite(losses))
    best = finite[np.argmin(losses[finite])] if len(finite) else None
    _, dead = dead_shares(run.history)
    final_loss, final_accuracy = final_check(run.history)
    return Results(
        loss=math.nan if best is None else float(losses[best]),
        loss_step=0 if best is None else int(steps[best]),
        accuracy=float(np.nanmax(accuracies)) if np.isfinite(accuracies).any() else math.nan,
        test_loss=run.test_loss,
        test_accuracy=run.test_accuracy,
        dead=float(dead[-1]) if len(dead) else math.nan,
        steps=last_step(run.history),
        seconds=run.seconds,
        final_loss=final_loss,
        final_accuracy=final_accuracy,
        unit=error_unit(run.history.info.spec.training.loss, run.history.info.dataset),
    )


def final_check(history: RunHistory) -> tuple[float, float]:
    """The loss and accuracy over validation (or training) samples as measured last; NaN where they never were."""
    last = history.latest(EvaluationRecord)
    return (math.nan, math.nan) if last is None else (float(last["loss"]), float(last["accuracy"]))


def last_step(history: RunHistory) -> int:
    """The newest step that anything was measured at: steps themselves are only recorded some times a second."""
    steps = [history.columns(kind, "step")[0] for kind in (StepRecord, ProbeRecord, EvaluationRecord)]
    return max((int(column[-1]) for column in steps if len(column)), default=0)


def dead_shares(history: RunHistory, layer: int | None = None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Steps and the share of dead units at each probe, (P,) both: dead units over units that can die.

    Units can die in layers whose activation has that state (``ProbeRecord.dead`` is not NaN there); the share is
    NaN where no layer has. ``layer``: of one layer of the layout alone; NaN throughout where there is no such layer.
    """
    steps, shares = history.columns(ProbeRecord, "step", "dead")
    units = np.array([measured.units for measured in history.info.layout.layers], float)
    if not len(steps):
        return np.empty(0, np.int64), np.empty(0)
    if layer is not None:
        column = shares[:, layer] if -len(units) <= layer < len(units) else np.full(len(steps), math.nan)
        return steps, np.asarray(column, float)
    can_die = ~np.isnan(shares)
    total = (can_die * units).sum(1)
    dead = (np.where(can_die, shares, 0.0) * units).sum(1)
    return steps, np.divide(dead, total, out=np.full(len(steps), math.nan), where=total > 0)
