"""How long the window's thread works at a stretch: what one would feel as a gap, on a machine with a core to spare.

Counted in processor time of that thread between two ticks of its event loop, which others hardly change.
"""

from __future__ import annotations

from time import perf_counter, thread_time

from PySide6.QtCore import Qt, QTimer

TICK_MS = 5


class Stretches:
    """``processor`` and ``clock``: milliseconds between two ticks, from when it is made until it is stopped."""

    def __init__(self) -> None:
        self.processor: list[float] = []
        self.clock: list[float] = []
        self._last = thread_time(), perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def stop(self) -> float:
        """The longest stretch, in ms of the processor."""
        self._tick()
        self._timer.stop()
        return max(self.processor)

    def _tick(self) -> None:
        now = thread_time(), perf_counter()
        self.processor.append(1e3 * (now[0] - self._last[0]))
        self.clock.append(1e3 * (now[1] - self._last[1]))
        self._last = now
