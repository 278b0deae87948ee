"""One run by itself: what somebody wrote to it, what was found, changed and tried, and what it looks like inside."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from relulab.diagnosis.findings import Finding
from relulab.experiment.changes import against
from relulab.formatting import NOTHING, capital, date_text, listed
from relulab.report.content.blocks import Block, Paragraph, Quote, Section, Table, Verdict
from relulab.report.content.numbered_figures import NumberedFigures
from relulab.report.content.report_runs import ReportRun
from relulab.report.content.run_summary import current_findings, sentence
from relulab.session.results import final_check
from relulab.session.session import RunRecord, Session
from relulab.views.findings import evidence, worst_first
from relulab.views.runs import checked_part, loss_text, share_text

NO_FINDINGS = "The diagnosis found nothing to say, or the run was too short for it."


def run_section(one: ReportRun, runs: Sequence[ReportRun], session: Session, album: NumberedFigures) -> Section:
    """Everything that belongs to one run."""
    pictures = [picture for picture in session.pictures if picture.run == one.run.key]
    sections = (
        _findings(one),
        _changes(one),
        Section("Inside the network", tuple(album.of_one(one.shown))),
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
    """When it began, which run it branched from, and what differs from that or the first run."""
    run, parts = one.run, []
    if run.started:
        parts.append(f"It was started on {_moment(run.started)}.")
    parent = next((other for other in runs if other.run.key == run.parent), None)
    if run.parent:
        name = f"“{parent.name}”" if parent is not None else "a run that is not part of this report"
        parts.append(f"It branched from {name} after step {run.branched_at:,}.")
    reference = parent or runs[0]
    if reference is not one and (words := against(run.spec, reference.run.spec)):
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
    return [verdict(finding) for finding in worst_first(findings)]


def verdict(finding: Finding) -> Verdict:
    """One finding as a block."""
    layer = f", layer {finding.layer_title}" if finding.layer_title else ""
    proof = capital(str(evidence(finding, printed=True)))
    return Verdict(
        severity=finding.severity,
        title=f"{finding.title}{layer}",
        explanation=str(finding.explanation),
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
        rows.append((trial.title, loss_text(loss), share_text(accuracy)))
    if not rows:
        return None
    caption = f"What was tried beside it: the same run with one change, as it ended on the {checked_part(run)} samples."
    return Table(caption, ("Change", "Loss", "Accuracy"), tuple(rows), frozenset({1, 2}))
