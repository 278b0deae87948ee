"""A start of the window as a user waits for it: real starts, watched through their log.

``RELULAB_BEFORE``: the folder of another checkout, started in turns with this one; the rows are shares of its times
then. A start is an empty window first, then the tool bar and the design, then all of it, then the engine; or an empty
window, then the start page, then the rest behind it: see ``ui/startup``.
"""

from __future__ import annotations

import compileall
import json
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from benchmarks.result import Result

HERE = Path(__file__).resolve().parents[1]
STARTS = 5  # that count; one before them warms the disk up
LONGEST = 120.0  # seconds
LOOK_EVERY = 0.003
FRAME, DESIGN, WHOLE, READY = "frame painted", "design painted", "window: painted", "ready at step 0"  # in the log
PAGE = "start page painted"
# name, the moments of the log (the first that there is counts), seconds at most, share of the commit before at most
ROWS = (
    ("window_painted_s", (FRAME, WHOLE), 0.35, 0.25),
    ("design_usable_s", (DESIGN, WHOLE), 0.7, 0.5),
    ("window_visible_s", (WHOLE,), 1.1, 0.8),
    ("engine_ready_s", (READY,), 2.1, 0.7),
)
WITH_PAGE = (("start_page_s", (PAGE, WHOLE), 0.5, 0.35),)  # of who did not switch it off

Row = tuple[str, tuple[str, ...], float, float]
Moment = tuple[float, float]  # seconds by the clock and of computing since the start of the process


def one_start(checkout: Path, start_page: bool = False) -> dict[str, Moment]:
    """Start the window of a checkout until its engine is ready, and end it. Raises TimeoutError.

    It is that of a user who knows the window, and begins with the bench or with the ``start_page``.
    """
    with TemporaryDirectory() as folder:
        settings = {"tour_seen": True, "start_page": start_page}
        (Path(folder) / "settings.json").write_text(json.dumps(settings))
        here = {"RELULAB_CONFIG": folder, "RELULAB_LOG": folder, "PYTHONPATH": str(checkout)}
        command = [sys.executable, "-m", "ui.startup.launch"]
        began = monotonic()
        process = subprocess.Popen(command, cwd=checkout, env=os.environ | here, stderr=subprocess.DEVNULL)
        try:
            return _watch(process.pid, Path(folder) / "relulab.log", began)
        finally:
            process.terminate()
            process.wait()


def _watch(process: int, log: Path, began: float) -> dict[str, Moment]:
    seen: dict[str, Moment] = {}
    while READY not in seen:
        text = log.read_text("utf-8", errors="replace") if log.exists() else ""
        for words in (FRAME, PAGE, DESIGN, WHOLE, READY):
            if words not in seen and re.search(words, text):
                seen[words] = monotonic() - began, _computing(process)
        if monotonic() - began > LONGEST:
            raise TimeoutError(f"The engine was not ready after {LONGEST:.0f} s:\n{text[-1000:]}")
        sleep(LOOK_EVERY)
    return seen


def _computing(process: int) -> float:
    """Seconds of the processor so far; 0 where Linux does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> Iterator[Result]:
    """What a user waits for, in seconds, or as shares of another checkout's start."""
    from benchmarks.window import choose_platform

    choose_platform()
    before = os.environ.get("RELULAB_BEFORE")
    checkouts = [HERE] if not before else [HERE, Path(before)]
    for checkout in checkouts:  # a start must not pay for compiling
        for package in ("relulab", "ui"):
            compileall.compile_dir(checkout / package, quiet=1)
    for rows, start_page in ((ROWS, False), (WITH_PAGE, True)):
        starts = [[one_start(checkout, start_page) for checkout in checkouts] for _ in range(STARTS + 1)][1:]
        yield from _rows(rows, starts)


def _rows(rows: tuple[Row, ...], starts: list[list[dict[str, Moment]]]) -> Iterator[Result]:
    """Of starts of this checkout, each with one of the checkout before, if there is one."""
    before = len(starts[0]) > 1
    for name, moments, seconds, share in rows:
        times = [[_first(moments, seen) for seen in pair] for pair in starts]
        clock, computing = (statistics.median(pair[0][which] for pair in times) for which in (0, 1))
        words = f"median of {STARTS} warm starts: {clock:.2f} s by the clock, {computing:.2f} s of computing"
        if not before:
            yield Result(name, clock, "s", seconds, False, words)
            continue
        ratio, computed = (statistics.median(here[w] / other[w] for here, other in times) for w in (0, 1))
        old = statistics.median(other[0] for _, other in times)
        words = f"{words}; before {old:.2f} s; {computed:.2f} x in computing"
        yield Result(name, ratio, "x", share, False, words)


def _first(moments: tuple[str, ...], seen: dict[str, Moment]) -> Moment:
    return next(seen[words] for words in moments if words in seen)
