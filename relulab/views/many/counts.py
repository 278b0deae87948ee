"""Counts of runs in sentences: how many of those that were tried, and between what limits the share of all lies."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from relulab.diagnosis.ends import End
from relulab.population.wilson import wilson_interval
from relulab.text import NOTHING, Text, joined, text
from relulab.views.many.ends import ENDS, ORDER

LEAST_FOR_INTERVAL = 5  # of fewer runs nothing but the count is said
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Share:
    """``found`` of ``of`` starts that were tried, and the 95 % interval of the share of all starts."""

    found: int
    of: int

    @property
    def value(self) -> float:
        return self.found / self.of

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.found, self.of)

    @property
    def has_interval(self) -> bool:
        """Whether there are enough runs to speak of all starts."""
        return self.of >= LEAST_FOR_INTERVAL

    @property
    def is_most(self) -> bool | None:
        """Whether most starts do it; None where so few runs cannot tell."""
        low, high = self.interval
        return True if low > HALF else False if high < HALF else None

    @property
    def limits(self) -> Text:
        """The interval in whole per cent: "30 to 70 %"."""
        low, high = self.interval
        return text("{low:,} to {high:percent}", low=round(100 * low), high=high)


class Counts:
    """How a number of runs ended. ``steps``: how many they were to make."""

    def __init__(self, ends: Iterable[End], steps: int = 0) -> None:
        self._counted = Counter(ends)
        self._steps = steps

    def __getitem__(self, end: End) -> int:
        return self._counted[end]

    @property
    def total(self) -> int:
        return self._counted.total()

    def share(self, end: End) -> Share:
        """How many ended so."""
        return Share(self[end], self.total)

    @property
    def subject(self) -> End:
        """What is worth speaking of: death where it is the most frequent end, else learning."""
        most = max(self._counted.values(), default=0)
        return End.DEAD if self[End.DEAD] == most > 0 else End.LEARNED

    def headline(self, subject: End) -> Text:
        """How many of how many it was."""
        past = ENDS[subject].past
        return text("{found} of {total} {past};", found=self[subject], total=self.total, past=past)

    def rest(self, subject: End) -> Text:
        """What the others did, the most frequent first."""
        others = sorted((end for end in ORDER if end is not subject and self[end]), key=lambda end: -self[end])
        if not others:
            return text("no other end was seen.")
        return text("{others}.", others=joined([ENDS[end].happened.filled(runs=self[end]) for end in others], ", "))

    def all_starts(self, subject: End) -> Text:
        """What that means for all starts; nothing for so few runs that it means little."""
        share = self.share(subject)
        if not share.has_interval:
            return NOTHING
        return text("Of all starts, {limits} {will}", limits=share.limits, will=ENDS[subject].will)

    @property
    def verdict(self) -> Text:
        """Whether this design learns, as far as the runs can tell."""
        share = self.share(End.LEARNED)
        if not share.has_interval:
            return text("Too few starts to speak of all of them.")
        if share.is_most is None:
            return text("(95 % interval): whether it learns depends on the start.")
        if share.is_most:
            return text("(95 % interval): most starts learn.")
        return text("(95 % interval): most starts do not learn in {steps:step|steps}.", steps=self._steps)
