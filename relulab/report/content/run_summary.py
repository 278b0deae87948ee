"""What came out of a run: the number that counts most, and the sentences that a reader needs first."""

import math

from relulab.diagnosis.findings import Finding, Severity
from relulab.formatting import count, duration, listed, mid_sentence, number
from relulab.session.results import final_check, last_step, results
from relulab.session.session import RunRecord
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from relulab.views.findings import SEVERITIES, worst_first
from relulab.views.runs import KEY_FIGURES, checked_part, loss_text, share_text

NAMED_ILLNESSES = 2  # in a sentence


def measured_on(run: RunRecord) -> str:
    """The samples that loss and accuracy are measured on while a run goes on."""
    return f"{run.history.info.validation_samples:,} {checked_part(run)} samples"


def current_findings(run: RunRecord) -> tuple[Finding, ...]:
    """The findings that stood when the run was measured last."""
    findings = run.history.findings
    return () if findings is None else findings.current


def key_figure(run: RunRecord) -> tuple[str, str]:
    """The number that counts most, and what it is; empty texts where nothing was measured."""
    found, part = results(run), checked_part(run)
    for key, name in (
        ("test_accuracy", str(KEY_FIGURES["test_accuracy"].title)),
        ("test_loss", str(KEY_FIGURES["test_loss"].title)),
        ("final_accuracy", f"{part} accuracy"),
        ("final_loss", f"{part} loss"),
    ):
        if math.isfinite(KEY_FIGURES[key].value(found)):
            return KEY_FIGURES[key].of(found), name
    return "", ""


def health(run: RunRecord) -> tuple[Severity, str]:
    """The worst that can be said of the run, and how it is called; notes say nothing about its health."""
    found = {finding.severity for finding in current_findings(run)}
    for severity, style in SEVERITIES.items():
        if severity in found:
            return severity, style.health
    return Severity.INFO, "not examined"


def sentence(run: RunRecord) -> str:
    """How the run ended and whether it is well: a few plain sentences, without its name."""
    if not last_step(run.history):
        return "It was built, but not trained."
    return " ".join(part for part in (_end(run), _length(run), _health(run)) if part)


def _end(run: RunRecord) -> str:
    loss, accuracy = final_check(run.history)
    samples = measured_on(run)
    if math.isfinite(run.test_loss):
        loss, accuracy = run.test_loss, run.test_accuracy
        samples = f"the {run.data.test:,} test samples"
    if math.isfinite(accuracy):
        return f"It gets {share_text(accuracy)} of {samples} right, at a loss of {loss_text(loss)}."
    if math.isfinite(loss):
        return f"Its loss on {samples} is {loss_text(loss)}."
    return "It has no loss at its end." if run.state is State.DIVERGED else ""


def _length(run: RunRecord) -> str:
    last = run.history.latest(StepRecord)
    details = [f"{number(float(last['epoch']), 3)} epochs"] if last else []
    details += [str(duration(run.seconds))] if run.seconds else []
    length = f"{count(last_step(run.history), 'step')} ({', '.join(details)})"
    if run.state is State.FINISHED:
        return f"It was trained for {length}."
    if run.state is State.DIVERGED:
        return f"It diverged after {length}: its loss was no number any more."
    if run.state is State.FAILED:
        return f"It failed after {length}."
    return f"It stands at {length} and was not trained to its end."


def _health(run: RunRecord) -> str:
    findings = current_findings(run)
    ill = [finding for finding in worst_first(findings) if finding.severity.is_illness]
    if ill:
        names = list(dict.fromkeys(_called(finding) for finding in ill))
        more = len(names) - NAMED_ILLNESSES
        shown = names[:NAMED_ILLNESSES] + ([f"{more} more"] if more > 0 else [])
        return f"The network is {SEVERITIES[ill[0].severity].health}: {listed(shown)}."
    if any(finding.severity is Severity.HEALTHY for finding in findings):
        return "The network is healthy."
    return "No illness was found." if findings else ""


def _called(finding: Finding) -> str:
    name = mid_sentence(finding.title)
    return f"{name} (layer {finding.layer_title})" if finding.layer_title else name
