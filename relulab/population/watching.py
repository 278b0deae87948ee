"""Networks shown while they are trained: now and then, with their weights of now in place, and once more at the end.

To show them costs time that training would have, so there is a while between two looks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from relulab.diagnosis.evidence import Evidence
from relulab.population.preparation import Prepared

EVERY = 0.15  # seconds between two looks


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One network as it is at ``step``. ``place``: of its design among those that are trained. ``evidence``: what was
    measured until now. ``is_over``: its training has ended.
    """

    place: int
    prepared: Prepared
    evidence: Evidence
    step: int
    total_steps: int
    is_over: bool


Show = Callable[[Sequence[Seen]], object]


class Watching:
    """Whether it is time for another look; without ``show`` nobody looks."""

    def __init__(self, show: Show | None = None) -> None:
        self._show = show
        self._last = -EVERY

    def is_due(self, *, is_over: bool) -> bool:
        """Whether networks are to be shown now; where training ends they always are."""
        return self._show is not None and (is_over or monotonic() - self._last >= EVERY)

    def tell(self, seen: Sequence[Seen]) -> None:
        """Show these."""
        if self._show is not None:
            self._last = monotonic()
            self._show(seen)
