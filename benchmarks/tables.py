"""Reading a table of 42,000 x 785 (about 75 MB), against the library's own reader on the same file."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep

import numpy as np

from benchmarks.result import Result
from relulab.callbacks import ignore
from relulab.data.dataset import Progress
from relulab.data.tables.choices import Choices
from relulab.data.tables.letters import letters_of, read_bytes
from relulab.data.tables.understanding import Understanding, understanding_of
from relulab.errors import CancelledError

ROWS, PIXELS = 42_000, 784
ROUNDS = 3
INK = 0.2  # share of pixels that are not 0


def write_table(path: Path) -> None:
    """A label and 784 pixels in each row, most of them 0."""
    generator = np.random.default_rng(0)
    with path.open("w", encoding="ascii") as file:
        file.write("label," + ",".join(f"pixel{index}" for index in range(PIXELS)) + "\n")
        for _ in range(ROWS):
            pixels = generator.integers(0, 256, PIXELS) * (generator.random(PIXELS) < INK)
            file.write(f"{generator.integers(10)}," + ",".join(map(str, pixels)) + "\n")


def read(path: Path, progress: Progress = ignore, *, complete: bool = True) -> Understanding:
    """As the window reads a file that it does not know yet."""
    letters = letters_of(read_bytes(path, progress), "", path.name, progress)
    return understanding_of(letters, Choices(), path.name, progress, complete=complete)


def seconds(call: object, *arguments: object, **options: object) -> float:
    began = perf_counter()
    call(*arguments, **options)  # type: ignore[operator]
    return perf_counter() - began


def seconds_to_cancel(path: Path) -> float:
    """How long a read goes on after it was asked to stop: the longest time between two looks."""
    last, longest = perf_counter(), 0.0

    def look(done: int, total: int, what: str) -> None:
        nonlocal last, longest
        now = perf_counter()
        last, longest = now, max(longest, now - last)
        if done > 0.9 * total and what == "Reading the table":
            raise CancelledError(what)

    try:
        read(path, look)
    except CancelledError:
        return longest
    raise AssertionError("the read was not stopped")


def longest_hold_ms(path: Path) -> float:
    """The longest time for which another thread cannot run while the table is read."""
    worker = Thread(target=read, args=(path,))
    worker.start()
    longest, last = 0.0, perf_counter()
    while worker.is_alive():
        sleep(0.001)
        now = perf_counter()
        longest, last = max(longest, now - last), now
    return 1000 * longest


def measure() -> Iterator[Result]:
    """All benchmarks of the reader of tables."""
    import chardet  # noqa: F401  # the first import is none of the reading
    import pandas

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(path)
        against = f"{ROWS:,} x {PIXELS + 1}, {path.stat().st_size / 1e6:.0f} MB"
        first = statistics.median(seconds(read, path, complete=False) for _ in range(ROUNDS))
        yield Result("table_first_look_s", first, "s", 0.5, False, against)
        ratios = [seconds(read, path) / seconds(pandas.read_csv, path) for _ in range(ROUNDS)]
        yield Result("table_ratio", statistics.median(ratios), "x pandas", 1.5, False, against)
        yield Result("table_cancel_s", seconds_to_cancel(path), "s", 0.3, False, "longest time between two looks")
        yield Result("table_hold_ms", longest_hold_ms(path), "ms", 50.0, False, "another thread, while it is read")
