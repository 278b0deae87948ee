"""A progress bar on the console; in a log file, a line now and then."""

import sys
from time import perf_counter
from typing import TYPE_CHECKING, TextIO

from relulab.durations import remaining
from relulab.formatting import number, percent

if TYPE_CHECKING:
    from relulab.training.run import TrainingRun

REDRAW_SECONDS = 0.1
LOG_STEPS = 10  # lines in a log
BAR_WIDTH = 24


class ProgressBar:
    """Draws how far a run or a download is. ``stream`` is stderr, so that results can be piped."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._began: float | None = None
        self._first = 0
        self._next = 0.0
        self._logged = -1
        self._width = 0

    def loading(self, done: int, total: int, what: str) -> None:
        """A progress callback for data sets."""
        if total and self._due(done / total):
            self._draw(done / total, what)

    def training(self, run: "TrainingRun", loss: float) -> None:
        """A callback after every training step."""
        share = run.step_index / run.total_steps
        if self._began is None:  # the first step has been made: warm-up is no measure of what is left
            self._began, self._first = perf_counter(), run.step_index
        if self._due(share):
            per_step = (perf_counter() - self._began) / max(1, run.step_index - self._first)
            left = remaining(per_step * (run.total_steps - run.step_index))
            self._draw(share, f"epoch {run.epoch:.1f}  step {run.step_index:,}  loss {number(loss)}  {left} left")

    def runs(self, done: float, total: int) -> None:
        """How many of some runs are done."""
        if self._began is None:
            self._began, self._first = perf_counter(), int(done)
        if self._due(done / total):
            per_run = (perf_counter() - self._began) / max(1.0, done - self._first)
            left = remaining(per_run * (total - done))
            self._draw(done / total, f"{int(done):,} of {total:,} runs  {left} left")

    def moments(self, done: int, total: int) -> None:
        """How many moments of a film are drawn."""
        self._began = self._began or perf_counter()
        if self._due(done / total):
            left = remaining((perf_counter() - self._began) / done * (total - done))
            self._draw(done / total, f"{done:,} of {total:,} moments  {left} left")

    def finish(self) -> None:
        """Leave the line."""
        if self._width:
            self._stream.write("\n")
            self._stream.flush()
        self._width = 0

    def _due(self, share: float) -> bool:
        """Whether to draw now: ten times a second on a console, at every tenth of the way in a log."""
        if not self._terminal:
            tenth = int(share * LOG_STEPS)
            due, self._logged = tenth > self._logged, max(tenth, self._logged)
            return due
        now = perf_counter()
        if now < self._next and share < 1.0:
            return False
        self._next = now + REDRAW_SECONDS
        return True

    def _draw(self, share: float, text: str) -> None:
        filled = round(share * BAR_WIDTH)
        line = f"[{'#' * filled}{'-' * (BAR_WIDTH - filled)}] {percent(share, 0):>5}  {text}"
        if self._terminal:
            self._stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._stream.write(line + "\n")
        self._stream.flush()
