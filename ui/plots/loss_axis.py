"""A logarithmic axis of losses for plots that are painted by hand."""

import math
from collections.abc import Iterable

from relulab.formatting import number
from ui.plots.scales import log_range, log_ticks

LOWEST = 1e-12  # smaller losses lie at the end of the axis


class LossAxis:
    """Losses from ``begin`` to ``end`` in pixels. The range holds all finite ``losses``."""

    def __init__(self, losses: Iterable[float], begin: float, end: float) -> None:
        finite = [max(loss, LOWEST) for loss in losses if math.isfinite(loss)]
        self.low, self.high = log_range(min(finite, default=0.1), max(finite, default=1.0))
        self._begin, self._end = begin, end

    def place(self, loss: float) -> float:
        """Where a loss lies; beyond the ends at the ends."""
        share = (math.log10(max(loss, LOWEST)) - self.low) / (self.high - self.low) if loss < math.inf else 1.0
        return self._begin + min(max(share, 0.0), 1.0) * (self._end - self._begin)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Places and what stands at them."""
        found = log_ticks(self.low, self.high, most)
        return [(self.place(10**place), word) for place, word in zip(found.places, found.texts, strict=True)]


def loss_word(loss: float) -> str:
    """A loss in two digits."""
    return number(loss, 2, printed=True)
