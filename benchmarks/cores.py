"""What a thread spent its time with, as Linux counts it: a slow loop and a busy machine look alike on the clock."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter_ns


class ThreadClock:
    """Adds up the time of one thread between ``start`` and ``stop``, and the steps it made meanwhile."""

    def __init__(self, thread: int) -> None:
        self._file = Path(f"/proc/self/task/{thread}/schedstat")
        self._begun = (0, 0, 0)
        self._steps = 0
        self._totals = [0, 0, 0]

    def start(self) -> None:
        self._begun = self._read()

    def stop(self, steps: int) -> None:
        """``steps``: how many were made since ``start``."""
        self._steps += steps
        for index, (before, now) in enumerate(zip(self._begun, self._read(), strict=True)):
            self._totals[index] += now - before

    @property
    def words(self) -> str:
        """Steps per second of processor time, and the shares of the time without a core and of waiting for others."""
        wall, computing, without_core = self._totals
        if not computing:
            return "not known on this system"
        blocked = wall - computing - without_core
        return (
            f"{self._steps / computing * 1e9:,.0f} steps per processor second, "
            f"{without_core / wall:.0%} without a core, {blocked / wall:.0%} blocked"
        )

    def _read(self) -> tuple[int, int, int]:
        """Nanoseconds: on the clock, computing, ready to compute but without a core. Zeros where nobody counts."""
        try:
            computing, without_core, _ = self._file.read_text().split()
        except OSError:
            return perf_counter_ns(), 0, 0
        return perf_counter_ns(), int(computing), int(without_core)
