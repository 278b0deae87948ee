"""A finding in words: its severity, its evidence, its texts in the user's language. No widgets."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from relulab.diagnosis.findings import Finding, Severity
from ui.platform.translation import ENGINE, said, translate
from ui.widgets.palette import Palette

CONTEXT = "Findings"
SHARE = "share of "
MEASURES = ("ratio", "gradient norm", "loss", "score")  # units that name what was measured
WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.HEALTHY, Severity.INFO)  # notes after all verdicts


@dataclass(frozen=True, slots=True)
class Badge:
    """How a severity is shown, never by colour alone: an icon of resources/icons, a symbol, a word, a colour."""

    icon: str
    symbol: str
    word: str
    colour: str


def badge(severity: Severity, colours: Palette) -> Badge:
    """The badge of ``severity`` in the colours of a theme."""
    return {
        Severity.ERROR: Badge("error", "×", translate(CONTEXT, "Problem"), colours.error),
        Severity.WARNING: Badge("warning", "!", translate(CONTEXT, "Warning"), colours.warning),
        Severity.INFO: Badge("info", "i", translate(CONTEXT, "Note"), colours.accent),
        Severity.HEALTHY: Badge("success", "✓", translate(CONTEXT, "Healthy"), colours.good),
    }[severity]


def count_text(severity: Severity, count: int) -> str:
    """How many findings of one severity there are; health is not counted."""
    one, many = {
        Severity.ERROR: (translate(CONTEXT, "1 problem"), translate(CONTEXT, "{count} problems")),
        Severity.WARNING: (translate(CONTEXT, "1 warning"), translate(CONTEXT, "{count} warnings")),
        Severity.INFO: (translate(CONTEXT, "1 note"), translate(CONTEXT, "{count} notes")),
        Severity.HEALTHY: (translate(CONTEXT, "healthy"), translate(CONTEXT, "healthy")),
    }[severity]
    return one if count == 1 else many.format(count=count)


def title(finding: Finding) -> str:
    """What it is called, without its layer."""
    return translate(ENGINE, finding.title)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity; findings of equal severity stay in their order, causes before consequences."""
    return sorted(findings, key=lambda finding: WORST_FIRST.index(finding.severity))


def evidence(finding: Finding) -> str:
    """What was measured, what it is compared with, on what sample, since when."""
    parts = []
    if not math.isnan(finding.measured):
        parts.append(translate(CONTEXT, "measured {value}").format(value=quantity(finding.measured, finding.unit)))
        if not math.isnan(finding.threshold):
            limit = quantity(finding.threshold, finding.unit, named=False)
            parts.append(translate(CONTEXT, "threshold {value}").format(value=limit))
    if finding.sample.template:
        parts.append(said(finding.sample))
    if lasted := duration(finding):
        parts.append(lasted)
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def duration(finding: Finding) -> str:
    """From which step on, or between which steps, it held; empty for a design that was never run."""
    if finding.began is None:
        return ""
    if finding.ended is None:
        return translate(CONTEXT, "since step {step}").format(step=f"{finding.began:,}")
    steps = translate(CONTEXT, "step {first} to {last}")
    return steps.format(first=f"{finding.began:,}", last=f"{finding.ended:,}")


def quantity(value: float, unit: str, named: bool = True) -> str:
    """A measured value with its unit: shares in percent, all else with three digits. ``named``: say the unit."""
    if math.isnan(value):
        return translate(CONTEXT, "not a number")
    if math.isinf(value):
        return translate(CONTEXT, "infinite")
    if unit.startswith(SHARE):
        number, unit = f"{_percent(value)}%", "of " + unit.removeprefix(SHARE)
    else:
        number = f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
    if not (named and unit):
        return number
    template = translate(CONTEXT, "{number} {unit}")
    if unit in MEASURES:
        template = translate(CONTEXT, "a {unit} of {number}")
    elif unit == "R²":
        template = translate(CONTEXT, "R² = {number}")
    elif unit == "log10":
        template = translate(CONTEXT, "{number} on the log10 scale")
    return template.format(number=number, unit=translate(ENGINE, unit))


def _percent(share: float) -> str:
    """Two digits where a whole percent would say nothing: 0.26, 3.1, 54, 100."""
    percent = 100 * share
    return f"{percent:.0f}" if percent >= 10 or percent == 0 else f"{percent:.2g}"
