"""What a run was too short, or too little measured, to be judged by: silence is no verdict."""

from collections.abc import Sequence

from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Severity
from relulab.diagnosis.rule import Findings, Rule
from relulab.formatting import listed
from relulab.text import NOTHING, Text, joined, text

WHY = text(
    "A verdict rests on how a run goes on, not on one look at it: a loss that stands still for three steps has not "
    "stalled. What could not be judged may be well or ill."
)


def too_few_measurements(others: Sequence[Rule]) -> Rule:
    """The rule that says at the end of a run which of ``others`` could not judge it, and why."""

    def check(evidence: Evidence) -> Findings:
        if evidence.moment is None or not evidence.moment.final:
            return
        unjudged: dict[Text, list[str]] = {}
        for other in others:
            lacking = other.lacks(evidence)
            if lacking is not None and not (other.applies(evidence) and any(True for _ in other.check(evidence))):
                unjudged.setdefault(lacking, []).append(f"“{other.title}”")
        if unjudged:
            sentences = [
                text("Too few measurements to judge {verdicts}, because {reason}.", verdicts=listed(titles), reason=why)
                for why, titles in unjudged.items()
            ]
            yield rule.finding(evidence, Severity.INFO, joined(sentences, " "), WHY, sample=NOTHING)

    rule = Rule("too_few_measurements", "Too few measurements", check, ends_run=True)
    return rule
