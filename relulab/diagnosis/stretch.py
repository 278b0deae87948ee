"""What a run must have shown before a rule can tell: a part of it that was long enough and measured often enough.

A rule that has seen too little is silent; where a run ends that silence is told apart from "nothing is wrong"
(``rules/too_few_measurements.py``).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from relulab.diagnosis.evidence import Evidence
from relulab.diagnosis.moment import Moment
from relulab.text import Text, text

Requirement = Callable[[Evidence], Text | None]  # what is missing yet, to stand behind "because"; None: nothing


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a run that begins at the share ``begins`` of its steps so far, and not before step ``after``.

    It tells something in runs of ``steps`` steps and more that were measured ``moments`` times in it, or more often.
    """

    steps: int
    moments: int
    begins: float = 0.0
    after: int = 0

    def of(self, evidence: Evidence) -> tuple[Moment, ...]:
        """The moments in it whose loss is a number, the present one last."""
        if self not in evidence.answers:
            evidence.answers[self] = self._among(evidence)
        found: tuple[Moment, ...] = evidence.answers[self]
        return found

    def _among(self, evidence: Evidence) -> tuple[Moment, ...]:
        if evidence.moment is None:
            return ()
        first = max(self.begins * evidence.moment.step, self.after)
        return tuple([m for m in evidence.moments if m.step >= first and math.isfinite(m.loss)])

    def tells(self, evidence: Evidence) -> bool:
        """Whether it is long enough, and was measured often enough."""
        return evidence.now.step >= self.steps and len(self.of(evidence)) >= self.moments

    def missing(self, evidence: Evidence) -> Text | None:
        """What it lacks."""
        if self.tells(evidence):
            return None
        step, moments = evidence.now.step, len(self.of(evidence))
        if step < self.steps:
            return text(
                "the run ended after {step:step|steps}, and this shows only after {steps:step|steps}",
                step=step,
                steps=self.steps,
            )
        return text(
            "the network was measured {moments:time|times} from step {first:,} on, and this takes {least:time|times}",
            moments=moments,
            first=math.ceil(max(self.begins * step, self.after)),
            least=self.moments,
        )


def compared(evidence: Evidence) -> Text | None:
    """Simple methods on the same data, on samples that nobody learned from."""
    return text("there are no validation samples") if evidence.baselines is None else None
