"""How a run ended, without judging all of it: what a map shows of thousands of runs.

What diverged, died or learned is known by its numbers. Of the others the rules say whether an illness stands at the
end; as a finding ends once it has not held ``LINGER`` times, the last moments mostly tell.
"""

from collections.abc import Mapping, Sequence

from relulab.diagnosis.causes import cause_of
from relulab.diagnosis.diagnose import Key, raw_findings
from relulab.diagnosis.ends import HEALTHY_RIGHT, End, end_of
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding
from relulab.diagnosis.rules import RULES
from relulab.diagnosis.trend import lost_at

HEALTHY: Key = ("healthy", "")


def last_end(latest: Sequence[Evidence]) -> End | None:
    """What ``end_of`` says after a whole diagnosis; None where only that can tell.

    ``latest``: the evidence of the last ``LINGER`` moments of the run, or of all where it has fewer.
    """
    now, end = latest[-1], end_of(latest[-1], ())
    if end is End.DIVERGED:
        return end
    if not now.now.final or any(map(lost_at, latest)):
        return None
    return end if end is not End.LEARNING else _judged([{f.key: f for f in raw_findings(e)} for e in latest], now)


def _judged(holding: Sequence[Mapping[Key, Finding]], now: Evidence) -> End | None:
    """What the findings say that held at each of the last moments."""
    if any(finding.severity.is_illness for finding in holding[-1].values()):
        return End.STUCK if _one_is_shown(holding) else None
    if any(finding.severity.is_illness for held in holding for finding in held.values()):
        return None  # one that was shown may stand yet
    if not now.now.accuracy >= HEALTHY_RIGHT or not any(HEALTHY in held for held in holding):
        return End.LEARNING
    return End.LEARNED if HEALTHY in holding[-1] else None


def _one_is_shown(holding: Sequence[Mapping[Key, Finding]]) -> bool:
    """Whether an illness that holds at the end has held long enough; one that stands from before changes nothing."""
    ill: dict[str, bool] = {}  # rule -> whether its illness is shown, as in ``Diagnosis``
    for key, finding in holding[-1].items():
        if finding.severity.is_illness:
            latest = holding[-RULES[finding.rule].hold :]
            shown = all(key in held for held in latest) and ill.get(cause_of(finding.rule, ill), True)
            ill[finding.rule] = ill.get(finding.rule, False) or shown
    return any(ill.values())
