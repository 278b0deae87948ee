"""From moment to moment: which findings stand, without flicker, and which have ended.

A run is judged at steps that are planned before it begins. A finding appears after it has held at as many of them in
a row as its rule says and over ``HELD_STEPS`` steps, and ends after it has not held at as many, three at least. Where
the run ends, what holds then has held long enough over as many as there were, and of a run that is well it is always
said how it is. A finding keeps the step at which it began. One that is explained by another waits until that one has
appeared, and is told under it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import NoReturn

from relulab.diagnosis.causes import cause_of, folded, in_order
from relulab.diagnosis.cure import Cure
from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.findings import Finding, Severity
from relulab.diagnosis.rule import Rule
from relulab.diagnosis.rules import RULES
from relulab.diagnosis.trend import lost_at
from relulab.registry import Registry
from relulab.text import NOTHING, text

log = logging.getLogger(__name__)

Key = tuple[str, str]
LINGER = 3  # judged moments in a row without it before a finding is over
HELD_STEPS = 10  # the first moments of a run lie only steps apart


@dataclass(slots=True)
class _Track:
    """One finding through time: held ``since`` a step. ``shown`` once it has held long enough."""

    latest: Finding
    began: int | None
    since: int
    held: int = 1
    missed: int = 0
    missed_since: int | None = None
    shown: bool = False


class Diagnosis:
    """The diagnosis of one run. Not thread-safe: it belongs to the thread that measures.

    ``current`` are the findings that stand, ``ended`` those that stood once, oldest first.
    """

    def __init__(self, rules: Registry[Rule] = RULES) -> None:
        self._rules, self._order = rules, {key: place for place, key in enumerate(rules)}
        self._tracks: dict[Key, _Track] = {}
        self._cures: dict[str, tuple[Cure, ...]] = {}  # of a rule; the design stays the same in a run
        self._asked: dict[frozenset[str], list[Rule]] = {}  # by what was measured: the same at most moments of a run
        self.ended: tuple[Finding, ...] = ()

    @property
    def current(self) -> tuple[Finding, ...]:
        """What stands now, the worst first, under each cause its consequences."""
        shown = [track.latest for track in self._in_order_of_rules() if track.shown]
        return in_order(folded(shown)) if len(shown) > 1 else tuple(shown)

    @property
    def all(self) -> tuple[Finding, ...]:
        """Everything that stood or stands."""
        return (*self.ended, *self.current)

    def observe(self, evidence: Evidence) -> tuple[Finding, ...]:
        """Judge one more moment and return ``current``. Never raises: a rule that fails says so in a finding."""
        measured = evidence.measured
        if measured not in self._asked:
            self._asked[measured] = _applying(evidence, self._rules)
        holding = {finding.key: finding for finding in _said_by(self._asked[measured], evidence)}
        step = evidence.moment.step if evidence.moment else None
        for key, finding in holding.items():
            self._hold(key, finding, evidence)
        for key in [key for key in self._tracks if key not in holding]:
            self._miss(key, step, went_on=bool(evidence.history) and evidence.history[-1].final)
        self._show(evidence)
        return self.current

    def _hold(self, key: Key, finding: Finding, evidence: Evidence) -> None:
        now = evidence.moment
        track = self._tracks.get(key)
        if track is None or (now is not None and now.diverged and self._rules[key[0]].ends_run):
            track = self._tracks[key] = _Track(finding, finding.began, 0 if now is None else now.step)
        else:
            track.held += 1
            track.missed, track.missed_since = 0, None
        track.latest = replace(finding, began=track.began, cures=track.latest.cures)

    def _show(self, evidence: Evidence) -> None:
        """Show what has held long enough, causes first; what explains it and may appear yet is waited for."""
        ill: dict[str, bool] = {}  # rule -> whether its illness is shown
        for track in self._in_order_of_rules():
            rule = track.latest.rule
            ready = track.missed == 0 and self._has_held(track, evidence)
            if not track.shown and ready and ill.get(cause_of(rule, ill), True):
                track.shown = True
                track.latest = replace(track.latest, cures=self._cures_of(rule, evidence))
            if track.latest.severity.is_illness:
                ill[rule] = ill.get(rule, False) or track.shown
        self._clear(any(ill.values()), evidence)

    def _clear(self, ill: bool, evidence: Evidence) -> None:
        """What is said where all is well ends with the first illness that is shown, and with what is said instead."""
        well = [(key, track) for key, track in self._tracks.items() if self._rules[key[0]].when_clear]
        instead = any(track.shown and track.missed == 0 for _, track in well)
        for key, track in well:
            if ill or (instead and track.missed):
                self._end(key, evidence.moment.step if evidence.moment else None)

    def _has_held(self, track: _Track, evidence: Evidence) -> bool:
        """Whether a finding has held long enough to be shown."""
        rule, now = self._rules[track.latest.rule], evidence.moment
        hold = rule.hold
        # what holds at the last moment of a run that broke will get no second measurement
        if now is None or hold == 1 or lost_at(evidence):
            return True
        if now.final:
            return rule.when_clear or track.held >= min(hold, len(evidence.moments))
        return track.held >= hold and now.step - track.since >= HELD_STEPS

    def _in_order_of_rules(self) -> list[_Track]:
        tracks = [*self._tracks.values()]
        return sorted(tracks, key=lambda track: self._order[track.latest.rule]) if len(tracks) > 1 else tracks

    def _cures_of(self, rule: str, evidence: Evidence) -> tuple[Cure, ...]:
        if rule not in self._cures:
            self._cures[rule] = self._rules[rule].cures_of(evidence)
        return self._cures[rule]

    def _miss(self, key: Key, step: int | None, *, went_on: bool) -> None:
        """``went_on``: the run had ended, and did not stay so."""
        track, rule = self._tracks[key], self._rules[key[0]]
        if track.missed == 0:
            track.missed_since = step
        track.missed += 1
        over = rule.ends_run and went_on
        if track.shown and not over and track.missed < max(LINGER, rule.hold):
            return
        self._end(key, track.missed_since)

    def _end(self, key: Key, step: int | None) -> None:
        track = self._tracks.pop(key)
        if track.shown:
            ill = [one.latest.rule for one in self._in_order_of_rules() if one.shown and one.latest.severity.is_illness]
            over = replace(track.latest, because=cause_of(track.latest.rule, ill))
            self.ended = (*self.ended, over.lasting(track.began, step))


def design_findings(evidence: Evidence, rules: Registry[Rule] = RULES) -> tuple[Finding, ...]:
    """What can be said of a design before it is built, with its cures: for ``Evidence.design(...)``."""
    found = raw_findings(evidence, rules)
    return in_order(folded([replace(finding, cures=rules[finding.rule].cures_of(evidence)) for finding in found]))


def raw_findings(evidence: Evidence, rules: Registry[Rule] = RULES) -> list[Finding]:
    """What every rule says of this one moment, in the order of the rules, without cures and causes."""
    return _said_by(_applying(evidence, rules), evidence)


def _applying(evidence: Evidence, rules: Registry[Rule]) -> list[Rule]:
    """The rules that are to be asked; one that cannot even say whether it is fails when it is asked."""
    asked = list[Rule]()
    for rule in rules.values():
        try:
            if rule.applies(evidence):
                asked.append(rule)
        except Exception as error:
            asked.append(replace(rule, check=partial(_fail, error)))
    return asked


def _fail(error: Exception, evidence: Evidence) -> NoReturn:
    raise error


def _said_by(rules: Iterable[Rule], evidence: Evidence) -> list[Finding]:
    found, ill = list[tuple[Rule, Finding]](), False
    for rule in rules:
        if ill and rule.when_clear:
            continue
        try:
            said = [*rule.check(evidence)]
        except Exception as error:  # whatever goes wrong in a rule must not stop the run
            said = [_failed(rule, error, evidence)]
        for finding in said:
            found.append((rule, finding))
            ill = ill or finding.severity.is_illness
    return [finding for rule, finding in found if not (ill and rule.when_clear)]


def _failed(rule: Rule, error: Exception, evidence: Evidence) -> Finding:
    log.exception("the rule %s failed", rule.key)
    explanation = text(
        "“{title}” could not be measured, because: {reason}. The other findings are not affected.",
        title=rule.title,
        reason=str(error) or type(error).__name__,
    )
    why = text("This is a fault of ReLU Lab, not of your network. Please report it with the experiment file.")
    return rule.finding(evidence, Severity.INFO, explanation, why, sample=NOTHING)
