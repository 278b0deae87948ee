"""From moment to moment: which findings stand, without flicker, and which have ended.

A finding appears after it has held for as many measurements in a row as its rule says, and ends after it
has not held for as many, three at least. It keeps the step at which it began.
"""

from dataclasses import dataclass, replace

from relulab.diagnosis.cure import Cure
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Rule
from relulab.diagnosis.rules import RULES
from relulab.diagnosis.trend import lost_at
from relulab.registry import Registry
from relulab.text import NOTHING, text

Key = tuple[str, str]
LINGER = 3  # measurements in a row without it before a finding is over


@dataclass(slots=True)
class _Track:
    """One finding through time. ``shown`` once it has held long enough."""

    latest: Finding
    began: int | None
    held: int = 1
    missed: int = 0
    missed_since: int | None = None
    shown: bool = False


class Diagnosis:
    """The diagnosis of one run. Not thread-safe: it belongs to the thread that measures.

    ``current`` are the findings that stand, ``ended`` those that stood once, oldest first.
    """

    def __init__(self, rules: Registry[Rule] = RULES) -> None:
        self._rules = rules
        self._tracks: dict[Key, _Track] = {}
        self._cures: dict[str, tuple[Cure, ...]] = {}  # of a rule; the design stays the same in a run
        self.ended: tuple[Finding, ...] = ()

    @property
    def current(self) -> tuple[Finding, ...]:
        """What stands now, in the order of the rules, in each rule by layer."""
        order = {key: place for place, key in enumerate(self._rules)}
        shown = [track.latest for track in self._tracks.values() if track.shown]
        return tuple(sorted(shown, key=lambda finding: order[finding.rule]))

    @property
    def all(self) -> tuple[Finding, ...]:
        """Everything that stood or stands."""
        return (*self.ended, *self.current)

    def observe(self, evidence: Evidence) -> tuple[Finding, ...]:
        """Judge one more moment and return ``current``. Never raises: a rule that fails says so in a finding."""
        holding = {finding.key: finding for finding in raw_findings(evidence, self._rules)}
        step = evidence.moment.step if evidence.moment else None
        for key, finding in holding.items():
            self._hold(key, finding, evidence)
        for key in [key for key in self._tracks if key not in holding]:
            self._miss(key, step)
        return self.current

    def _hold(self, key: Key, finding: Finding, evidence: Evidence) -> None:
        # what holds at the last moment of a run that broke will get no second measurement
        hold = 1 if lost_at(evidence) else self._rules[finding.rule].hold
        track = self._tracks.get(key)
        if track is None or (evidence.now.diverged and self._rules[key[0]].ends_run):
            track = self._tracks[key] = _Track(finding, finding.began)
        else:
            track.held += 1
            track.missed, track.missed_since = 0, None
        cures = track.latest.cures if track.shown else ()
        if not track.shown and track.held >= hold:
            track.shown, cures = True, self._cures_of(finding.rule, evidence)
        track.latest = replace(finding, began=track.began, cures=cures)

    def _cures_of(self, rule: str, evidence: Evidence) -> tuple[Cure, ...]:
        if rule not in self._cures:
            self._cures[rule] = self._rules[rule].cures_of(evidence)
        return self._cures[rule]

    def _miss(self, key: Key, step: int | None) -> None:
        track = self._tracks[key]
        if track.missed == 0:
            track.missed_since = step
        track.missed += 1
        if track.shown and track.missed < max(LINGER, self._rules[track.latest.rule].hold):
            return
        del self._tracks[key]
        if track.shown:
            self.ended = (*self.ended, track.latest.lasting(track.began, track.missed_since))


def design_findings(evidence: Evidence, rules: Registry[Rule] = RULES) -> tuple[Finding, ...]:
    """What can be said of a design before it is built, with its cures: for ``Evidence.design(...)``."""
    return tuple(
        replace(finding, cures=rules[finding.rule].cures_of(evidence)) for finding in raw_findings(evidence, rules)
    )


def raw_findings(evidence: Evidence, rules: Registry[Rule] = RULES) -> list[Finding]:
    """What every rule says of this one moment, without cures; consequences of a named cause are left out."""
    by_rule: dict[str, list[Finding]] = {}
    for rule in rules.values():
        if rule.applies(evidence):
            by_rule[rule.key] = _checked(rule, evidence)
    held = {key for key, findings in by_rule.items() if any(finding.severity.is_illness for finding in findings)}
    kept = [rules[key] for key in by_rule if not held.intersection(rules[key].yields_to)]
    ill = any(finding.severity.is_illness for rule in kept for finding in by_rule[rule.key])
    return [finding for rule in kept if not (rule.when_clear and ill) for finding in by_rule[rule.key]]


def _checked(rule: Rule, evidence: Evidence) -> list[Finding]:
    try:
        return list(rule.check(evidence))
    except Exception as error:  # whatever goes wrong in a rule must not stop the run
        explanation = text(
            "“{title}” could not be measured, because: {reason}. The other findings are not affected.",
            title=rule.title,
            reason=str(error) or type(error).__name__,
        )
        why = text("This is a fault of ReLU Lab, not of your network. Please report it with the experiment file.")
        return [rule.finding(evidence, Severity.INFO, explanation, why, sample=NOTHING)]
