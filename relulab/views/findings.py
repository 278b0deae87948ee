"""A finding in words: how grave it is, how it is shown, and the evidence for it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rules import RULES
from relulab.formatting import percentage, reason, rounded
from relulab.text import NOTHING, Text, as_it_stands, joined, text
from relulab.views.explained.entry import Value

SHARE = "share of "

# units that do not simply stand behind their number
QUANTITIES: Mapping[str, Text] = {
    "ratio": text("a ratio of {number}"),
    "gradient norm": text("a gradient norm of {number}"),
    "loss": text("a loss of {number}"),
    "score": text("a score of {number}"),
    "R²": text("R² = {number}"),
    "log10": text("{number} on the log₁₀ scale"),
}


@dataclass(frozen=True, slots=True)
class SeverityStyle:
    """How a severity is shown, never by colour alone.

    ``role`` names a field of ``Colours``, ``icon`` a file of resources/icons; ``one`` and ``many`` count findings,
    ``health`` says of a run that this is the worst that was found in it.
    """

    word: Text
    symbol: str
    icon: str
    role: str
    one: Text
    many: Text
    health: str


# the worst first, notes after all verdicts
SEVERITIES: Mapping[Severity, SeverityStyle] = {
    Severity.ERROR: SeverityStyle(
        text("Problem"), "×", "error", "error", text("1 problem"), text("{count} problems"), "ill"
    ),
    Severity.WARNING: SeverityStyle(
        text("Warning"), "!", "warning", "warning", text("1 warning"), text("{count} warnings"), "not well"
    ),
    Severity.HEALTHY: SeverityStyle(
        text("Healthy"), "✓", "success", "good", text("healthy"), text("healthy"), "healthy"
    ),
    Severity.LEARNING: SeverityStyle(
        text("Learning"), "…", "live", "muted", text("learning"), text("learning"), "learning"
    ),
    Severity.INFO: SeverityStyle(
        text("Note"), "i", "info", "accent", text("1 note"), text("{count} notes"), "no illness found"
    ),
}  # fmt: skip


def explanation(finding: Finding) -> Text:
    """What it means; of a consequence first what it comes from."""
    cause = RULES.get(finding.because)
    if cause is None:
        return finding.explanation
    return joined([text("A consequence of “{cause}”.", cause=as_it_stands(cause.title)), finding.explanation], " ")


def count_text(severity: Severity, count: int) -> Text:
    """How many findings of one severity there are; health is not counted."""
    style = SEVERITIES[severity]
    return style.one if count == 1 else style.many.filled(count=count)


def heading(severity: Severity, title: str) -> Text:
    """``Problem: Dead layer``; the word alone where the title says the same."""
    word = SEVERITIES[severity].word
    return word if title == str(word) else text("{severity}: {title}", severity=word, title=as_it_stands(title))


def evidence(finding: Finding, *, printed: bool = False) -> Text:
    """What was measured, what it is compared with, over which samples, and when it held; empty where nothing was."""
    parts: list[Text] = []
    if not math.isnan(finding.measured):
        parts.append(text("measured {value}", value=quantity(finding.measured, finding.unit, printed=printed)))
        if not math.isnan(finding.threshold):
            limit = quantity(finding.threshold, finding.unit, named=False, printed=printed)
            parts.append(text("threshold {value}", value=limit))
    parts.append(finding.sample)
    parts.append(text("held from {steps}", steps=lasted(finding)) if finding.ended is not None else lasted(finding))
    return joined([part for part in parts if part.template], ", ")


def explained(finding: Finding) -> Value:
    """What was measured and its threshold, as the card of an explanation shows them."""
    measured, threshold = float(finding.measured), float(finding.threshold)
    if math.isnan(measured):
        return Value()
    is_good = finding.severity not in (Severity.ERROR, Severity.WARNING)
    return Value(
        words=quantity(measured, finding.unit),
        facts={"measured": measured, "threshold": threshold, "is_good": is_good},
        along=measured,
        place=finding.layer_title,
    )


def lasted(finding: Finding) -> Text:
    """From which step on, or between which steps, it held; empty for a design that was never run."""
    if finding.began is None:
        return NOTHING
    if finding.ended is None:
        return text("since step {first:,}", first=finding.began)
    return text("step {first:,} to {last:,}", first=finding.began, last=finding.ended)


def quantity(value: float, unit: str, *, named: bool = True, printed: bool = False) -> Text:
    """A measured value with its unit: shares in percent, all else with three digits. ``named``: say the unit too."""
    if not math.isfinite(value):
        return text(reason(value))
    if unit.startswith(SHARE):
        written = percentage(value)
        unit = f"of {unit.removeprefix(SHARE)}"
    else:
        written = rounded(value, printed=printed)
        written = "1.00" if written == "1" and unit not in QUANTITIES else written
    if not (named and unit):
        return text("{number}", number=written)
    return QUANTITIES.get(unit, text("{number} {unit}")).filled(number=written, unit=as_it_stands(unit))
