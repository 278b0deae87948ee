"""What came out of a run: its best numbers, and the one sentence that a reader needs first."""

import math
from dataclasses import dataclass

import numpy as np

from relulab.diagnosis.findings import Finding, Severity
from relulab.report.content.words import count, duration, listed, number, percent
from relulab.session.records import RunRecord
from relulab.session.store import RunHistory
from relulab.training.state import State
from relulab.training.telemetry import EvaluationRecord, StepRecord

NAMED_ILLNESSES = 2  # in a sentence
HEALTH = {
    Severity.ERROR: "ill",
    Severity.WARNING: "not well",
    Severity.HEALTHY: "healthy",
    Severity.INFO: "no illness found",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The numbers of one run. Accuracies run from 0 to 1; what was never measured, or does not exist, is NaN.

    ``measured_on`` names the samples of ``loss`` and ``accuracy``, which are the last measured; ``best_…`` are the
    best that was measured at any time, ``best_step`` where the accuracy (in a regression the loss) was best.
    """

    steps: int
    epochs: float
    seconds: float
    parameters: int
    measured_on: str
    first_loss: float
    train_loss: float
    loss: float
    accuracy: float
    best_loss: float
    best_accuracy: float
    best_step: int
    test_loss: float
    test_accuracy: float

    @classmethod
    def of(cls, run: RunRecord) -> "Outcome":
        """Read off the history of a run."""
        history = run.history
        steps, losses, accuracies = history.columns(EvaluationRecord, "step", "loss", "accuracy")
        loss, accuracy = final_validation(history)
        best = _best(losses, accuracies)
        last = history.latest(StepRecord)
        batch = history.columns(StepRecord, "loss")[0]
        return cls(
            steps=_last_step(run),
            epochs=float(last["epoch"]) if last else 0.0,
            seconds=run.seconds,
            parameters=sum(layer.parameters for layer in history.info.layout.layers),
            measured_on=measured_on(run),
            first_loss=float(batch[0]) if len(batch) else math.nan,
            train_loss=float(batch[-1]) if len(batch) else math.nan,
            loss=loss,
            accuracy=accuracy,
            best_loss=_extreme(np.fmin, losses),
            best_accuracy=_extreme(np.fmax, accuracies),
            best_step=int(steps[best]) if best is not None else 0,
            test_loss=run.test_loss,
            test_accuracy=run.test_accuracy,
        )


def measured_on(run: RunRecord) -> str:
    """The samples that the curve of the validation is measured on."""
    part = "validation" if run.data.validation else "training"
    return f"{run.history.info.validation_samples:,} {part} samples"


def final_validation(history: RunHistory) -> tuple[float, float]:
    """The loss and accuracy on the validation samples that were measured last; NaN where there are none."""
    last = history.latest(EvaluationRecord)
    return (math.nan, math.nan) if last is None else (float(last["loss"]), float(last["accuracy"]))


def current_findings(run: RunRecord) -> tuple[Finding, ...]:
    """The findings that stood when the run was measured last."""
    findings = run.history.findings
    return () if findings is None else findings.current


def key_figure(run: RunRecord) -> tuple[str, str]:
    """The number that counts most, and what it is; empty texts where nothing was measured."""
    outcome = Outcome.of(run)
    part = "validation" if run.data.validation else "training"
    for value, show, name in (
        (outcome.test_accuracy, percent, "test accuracy"),
        (outcome.test_loss, number, "test loss"),
        (outcome.accuracy, percent, f"{part} accuracy"),
        (outcome.loss, number, f"{part} loss"),
    ):
        if math.isfinite(value):
            return show(value), name
    return "", ""


def health(run: RunRecord) -> tuple[Severity, str]:
    """The worst that can be said of the run, and how it is called; notes say nothing about its health."""
    found = {finding.severity for finding in current_findings(run)}
    for severity, word in HEALTH.items():
        if severity in found:
            return severity, word
    return Severity.INFO, "not examined"


def sentence(run: RunRecord) -> str:
    """How the run ended and whether it is well: two or three plain sentences, without the name."""
    outcome = Outcome.of(run)
    if not outcome.steps:
        return "It was built, but not trained."
    return " ".join(part for part in (_end(run, outcome), _state(run, outcome), _health(run)) if part)


def _end(run: RunRecord, outcome: Outcome) -> str:
    if math.isfinite(outcome.test_accuracy):
        return f"It gets {percent(outcome.test_accuracy)} of the test samples right, at a loss of {number(outcome.test_loss)}."
    if math.isfinite(outcome.test_loss):
        return f"Its loss on the test set is {number(outcome.test_loss)}."
    if math.isfinite(outcome.accuracy):
        return (
            f"It gets {percent(outcome.accuracy)} of {outcome.measured_on} right, at a loss of {number(outcome.loss)}."
        )
    if math.isfinite(outcome.loss):
        return f"Its loss on {outcome.measured_on} is {number(outcome.loss)}."
    if run.state is State.DIVERGED:
        return "It has no final loss."
    return f"Its loss on the last batch is {number(outcome.train_loss)}."


def _state(run: RunRecord, outcome: Outcome) -> str:
    length = f"{count(outcome.steps, 'step')} ({number(outcome.epochs)} epochs"
    length += f", {duration(outcome.seconds)})" if outcome.seconds else ")"
    if run.state is State.FINISHED:
        return f"It was trained for {length}."
    if run.state is State.DIVERGED:
        return f"It diverged after {length}: the loss was no number any more."
    if run.state is State.FAILED:
        return f"It failed after {length}. {run.message}".strip()
    return f"It stands at {length} and was not trained to its end."


def _health(run: RunRecord) -> str:
    findings = current_findings(run)
    ill = [finding for severity in (Severity.ERROR, Severity.WARNING) for finding in findings
           if finding.severity is severity]  # fmt: skip
    if ill:
        names = list(dict.fromkeys(_called(finding) for finding in ill))
        more = len(names) - NAMED_ILLNESSES
        shown = names[:NAMED_ILLNESSES] + ([f"{more} more"] if more > 0 else [])
        return f"The network is {HEALTH[ill[0].severity]}: {listed(shown)}."
    if any(finding.severity is Severity.HEALTHY for finding in findings):
        return "The network is healthy."
    return "No illness was found." if findings else ""


def _called(finding: Finding) -> str:
    name = finding.title[:1].lower() + finding.title[1:]
    return f"{name} (layer {finding.layer_title})" if finding.layer_title else name


def _best(losses: np.ndarray, accuracies: np.ndarray) -> int | None:
    """Where the validation was best; None where nothing was measured."""
    if len(accuracies) and np.isfinite(accuracies).any():
        return int(np.nanargmax(accuracies))
    finite = np.where(np.isfinite(losses), losses, np.inf) if len(losses) else losses
    return int(np.argmin(finite)) if len(finite) and np.isfinite(finite).any() else None


def _extreme(better: np.ufunc, values: np.ndarray) -> float:
    finite = values[np.isfinite(values)] if len(values) else values
    return float(better.reduce(finite)) if len(finite) else math.nan


def _last_step(run: RunRecord) -> int:
    """The newest step that anything was measured at, or the newest checkpoint."""
    columns = [run.history.columns(kind, "step")[0] for kind in (StepRecord, EvaluationRecord)]
    measured = [int(column[-1]) for column in columns if len(column)]
    return max([*measured, *(checkpoint.step for checkpoint in run.checkpoints)], default=0)
