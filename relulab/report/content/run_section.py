"""One run by itself: what came out of it, what was written, found, changed and tried, and what it looks like inside."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from relulab.diagnosis.causes import in_order
from relulab.diagnosis.findings import Finding, Severity
from relulab.durations import duration
from relulab.experiment.changes import against
from relulab.formatting import NOTHING, capital, count, date_text, listed, mid_sentence, number
from relulab.report.content.blocks import Block, Paragraph, Quote, Section, Table, Verdict
from relulab.report.content.numbered_figures import OF_ONE, NumberedFigures
from relulab.report.content.report_runs import ReportRun
from relulab.session.compare import nearest_before
from relulab.session.results import final_check, last_step, results
from relulab.session.session import RunRecord, Session
from relulab.training.state import State
from relulab.training.telemetry import StepRecord
from relulab.views.findings import SEVERITIES, evidence, explanation
from relulab.views.loss import LOST, error_unit_of
from relulab.views.own_unit import error_words
from relulab.views.runs import KEY_FIGURES, checked_part, loss_text, share_text

NAMED_ILLNESSES = 2  # in a sentence
NO_FINDINGS = "The diagnosis found nothing to say, or the run was not judged."


def run_section(one: ReportRun, runs: Sequence[ReportRun], session: Session, album: NumberedFigures) -> Section:
    """Everything that belongs to one run."""
    pictures = [picture for picture in session.pictures if picture.run == one.run.key]
    sections = (
        _findings(one),
        _changes(one),
        Section("Inside the network", tuple(album.draw([one.shown], *OF_ONE))),
        Section("Pinned pictures", tuple(album.pinned(pictures, {one.run.key: one.name}))),
    )
    filled = tuple(section for section in sections if section.blocks)
    title = "The run" if len(runs) == 1 else one.name
    return Section(title, tuple(_opening(one, runs)), filled)


def _opening(one: ReportRun, runs: Sequence[ReportRun]) -> list[Block]:
    """The result again, where it came from, and the notes to it."""
    run = one.run
    blocks: list[Block] = [Paragraph(" ".join(part for part in (sentence(run), _origin(one, runs)) if part))]
    if run.message:
        blocks.append(Paragraph(run.message))
    if run.notes.strip():
        blocks.append(Quote(run.notes))
    return blocks


def _origin(one: ReportRun, runs: Sequence[ReportRun]) -> str:
    """When it began, which run it branched from, and what differs from that or its nearest."""
    run, parts = one.run, []
    if run.started:
        parts.append(f"It was started on {_moment(run.started)}.")
    parent = next((other for other in runs if other.run.key == run.parent), None)
    if run.parent:
        name = f"“{parent.name}”" if parent is not None else "a run that is not part of this report"
        parts.append(f"It branched from {name} after step {run.branched_at:,}.")
    nearest = nearest_before(runs.index(one), [other.run.spec for other in runs])
    reference = parent or (None if nearest is None else runs[nearest])
    if reference is not None and (words := against(run.spec, reference.run.spec)):
        parts.append(f"Compared with “{reference.name}” it has {listed(words)}.")
    return " ".join(parts)


def _moment(started: str) -> str:
    """A time of a run as people write it; as it stands where it is no time."""
    try:
        moment = datetime.fromisoformat(started).astimezone(UTC)
    except (ValueError, OverflowError):
        return started
    return f"{date_text(moment)} at {moment:%H:%M} UTC"


def _findings(one: ReportRun) -> Section:
    findings = one.run.history.findings
    ended = () if findings is None else findings.ended
    blocks: list[Block] = _verdicts(current_findings(one.run)) or [Paragraph(NO_FINDINGS)]
    if ended:
        blocks += [Paragraph("What was found earlier, and is over:"), *_verdicts(ended)]
    return Section("Findings", tuple(blocks))


def _verdicts(findings: Iterable[Finding]) -> list[Block]:
    return [verdict(finding) for finding in in_order(findings)]


def verdict(finding: Finding) -> Verdict:
    """One finding as a block."""
    layer = f", layer {finding.layer_title}" if finding.layer_title else ""
    proof = capital(str(evidence(finding, printed=True)))
    return Verdict(
        severity=finding.severity,
        title=f"{finding.title}{layer}",
        explanation=str(explanation(finding)),
        evidence=f"{proof}." if proof else "",
        why=str(finding.why),
        advice=tuple(str(cure.title) for cure in finding.cures),
    )


def _changes(one: ReportRun) -> Section:
    tables = (change_table(one.run), trial_table(one.run))
    return Section("Changes and trials", tuple(table for table in tables if table is not None))


def change_table(run: RunRecord) -> Table | None:
    """One row per change, in order; None where nothing was changed."""
    rows = tuple(
        (f"{change.step:,}", change.what, change.before or NOTHING, change.after or NOTHING)
        for change in run.history.changes
    )
    if not rows:
        return None
    caption = "What was changed by hand while it was trained, and after which step."
    return Table(caption, ("Step", "What", "Before", "After"), rows, frozenset({0}))


def trial_table(run: RunRecord) -> Table | None:
    """One row per change that was tried beside the run; None where nothing was tried."""
    rows = []
    for trial in run.history.trials:
        loss, accuracy = final_check(trial)
        rows.append((trial.title, loss_text(loss, error_unit_of(trial)), share_text(accuracy)))
    if not rows:
        return None
    caption = f"What was tried beside it: the same run with one change, as it ended on {measured_on(run)}."
    return Table(caption, ("Change", "Loss", "Accuracy"), tuple(rows), frozenset({1, 2}))


def measured_on(run: RunRecord) -> str:
    """The samples that loss and accuracy are measured on while a run goes on."""
    seen, there = run.history.info.validation_samples, run.data.validation or run.data.train
    return f"{seen:,} {'of the ' + f'{there:,} ' if seen < there else ''}{checked_part(run)} samples"


def current_findings(run: RunRecord) -> tuple[Finding, ...]:
    """The findings that stood when the run was measured last."""
    findings = run.history.findings
    return () if findings is None else findings.current


def key_figure(run: RunRecord) -> tuple[str, str]:
    """The number that counts most, and what it is; empty texts where nothing was measured."""
    found, samples = results(run), measured_on(run)
    for key, name in (
        ("test_accuracy", str(KEY_FIGURES["test_accuracy"].title)),
        ("test_loss", str(KEY_FIGURES["test_loss"].title)),
        ("final_accuracy", f"accuracy on {samples}"),
        ("final_loss", f"loss on {samples}"),
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
        info = run.history.info
        off = str(error_words(info.spec.training.loss, loss, info.dataset))
        return f"Its loss on {samples} is {loss_text(loss)}{f': {off}' if off else ''}."
    return "It has no loss at its end." if run.state is State.DIVERGED else ""


def _length(run: RunRecord) -> str:
    last = run.history.latest(StepRecord)
    details = [f"{number(float(last['epoch']), 3)} epochs"] if last else []
    details += [str(duration(run.seconds))] if run.seconds else []
    length = f"{count(last_step(run.history), 'step')} ({', '.join(details)})"
    if run.state is State.FINISHED:
        return f"It was trained for {length}."
    if run.state is State.DIVERGED:
        findings = run.history.findings
        lost = next((found for found in findings.current if found.rule == LOST), None) if findings else None
        when = f" in step {lost.began:,}," if lost is not None and lost.began is not None else ""
        return f"It diverged{when} after {length}: its loss was no number any more."
    if run.state is State.FAILED:
        return f"It failed after {length}."
    return f"It stands at {length} and was not trained to its end."


def _health(run: RunRecord) -> str:
    findings = current_findings(run)
    ill = [finding for finding in in_order(findings) if finding.severity.is_illness and not finding.because]
    if ill:
        names = list(dict.fromkeys(_called(finding) for finding in ill))
        more = len(names) - NAMED_ILLNESSES
        shown = names[:NAMED_ILLNESSES] + ([f"{more} more"] if more > 0 else [])
        return f"The network is {health(run)[1]}: {listed(shown)}."
    if any(finding.severity is Severity.HEALTHY for finding in findings):
        return "The network is healthy."
    return "No illness was found." if findings else ""


def _called(finding: Finding) -> str:
    name = mid_sentence(finding.title)
    return f"{name} (layer {finding.layer_title})" if finding.layer_title else name
