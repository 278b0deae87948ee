"""How fast a run is, over the last moments."""

from time import perf_counter

RATE_WINDOW = 0.5  # seconds over which samples per second are averaged


class Throughput:
    """Steps per second over the last moments."""

    def __init__(self) -> None:
        self.restart(0)

    def restart(self, step: int) -> None:
        self._step, self._time, self.steps_per_second = step, perf_counter(), 0.0

    def update(self, step: int) -> None:
        now = perf_counter()
        if now - self._time >= RATE_WINDOW or not self.steps_per_second:
            self.steps_per_second = (step - self._step) / max(1e-9, now - self._time)
            self._step, self._time = step, now
