"""Findings for a report: worst first, each with its evidence, its reason and what to try."""

import math
from collections.abc import Iterable

from relulab.diagnosis.findings import Finding, Severity
from relulab.formatting import capital
from relulab.report.content.blocks import Verdict
from relulab.report.content.words import quantity

WORDS = {
    Severity.ERROR: "Problem",
    Severity.WARNING: "Warning",
    Severity.HEALTHY: "Healthy",
    Severity.INFO: "Note",
}
WORST_FIRST = tuple(WORDS)


def verdicts(findings: Iterable[Finding]) -> tuple[Verdict, ...]:
    """Findings as blocks, the worst first; of equal severity in their order, causes before consequences."""
    return tuple(verdict(one) for one in sorted(findings, key=lambda one: WORST_FIRST.index(one.severity)))


def verdict(finding: Finding) -> Verdict:
    """One finding as a block."""
    place = f", layer {finding.layer_title}" if finding.layer_title else ""
    return Verdict(
        severity=finding.severity,
        word=WORDS[finding.severity],
        title=f"{finding.title}{place}",
        explanation=str(finding.explanation),
        evidence=evidence(finding),
        why=str(finding.why),
        advice=tuple(str(fix.title) for fix in finding.fixes),
    )


def evidence(finding: Finding) -> str:
    """What was measured, what it is compared with, over which samples, and when it held."""
    parts = []
    if not math.isnan(finding.measured):
        parts.append(f"measured {quantity(finding.measured, finding.unit)}")
        if not math.isnan(finding.threshold):
            parts.append(f"threshold {quantity(finding.threshold, finding.unit, named=False)}")
    if sample := str(finding.sample):
        parts.append(sample)
    if finding.began is not None and finding.ended is not None:
        parts.append(f"held from step {finding.began:,} to step {finding.ended:,}")
    elif finding.began is not None:
        parts.append(f"since step {finding.began:,}")
    return f"{capital(', '.join(parts))}." if parts else ""
