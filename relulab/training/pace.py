"""How fast a run may go while somebody watches: an upper bound, kept by waiting between two steps.

It is no part of the experiment: the same steps are made, only later. On a busy machine the run is simply slower.
"""


class Pace:
    """``limit``: steps per second at most; None: as fast as it can. Times are seconds of one clock."""

    def __init__(self) -> None:
        self.limit: float | None = None
        self._last = 0.0  # when the newest step began

    def rest(self, now: float) -> float:
        """How long to wait before the next step."""
        return 0.0 if self.limit is None else max(0.0, self._last + 1.0 / self.limit - now)

    def note_step(self, now: float) -> None:
        """A step begins; what is late is not caught up with."""
        self._last = now
