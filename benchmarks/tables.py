"""Reading a table of 42,000 x 785 (about 75 MB), against the library's own reader on the same file."""

from __future__ import annotations

import gc
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import perf_counter, process_time, sleep

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
TICK_MS = 10
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
        yield from in_the_window(path)


def in_the_window(path: Path) -> Iterator[Result]:
    """The open reader over the real window, from the choice of a large file until its table is in use."""
    from benchmarks.window import LiveWindow
    from relulab.experiment.presets import load_preset
    from relulab.training.state import State
    from ui.features.design.controller import DesignController

    class AnyArrangement(LiveWindow):
        def _show_all_panels(self) -> None:
            self.spin(0.2)  # the reader covers them

    window = AnyArrangement(load_preset("moons-healthy"))
    (design,) = [one for one in window.lab.controllers if isinstance(one, DesignController)]
    gc.collect()
    gc.freeze()  # as the program does when the engine is there
    small = path.with_name("small.csv")
    small.write_text("x,y\n1.5,0\n2.5,1\n3.5,0\n", "ascii")
    design.tables.open(str(small))
    dialog = design.tables.dialog
    assert dialog is not None
    window.until(lambda: not dialog.reader.busy and dialog.is_shown)
    window.spin(0.5)
    ticker, began = HeldTicker(), perf_counter()
    design.tables.open(str(path))
    window.until(lambda: dialog.reading is not None)
    first = perf_counter() - began
    window.until(lambda: not dialog.reader.busy and dialog.is_shown)
    whole = perf_counter() - began
    dialog.footer.use_button.click()
    window.until(lambda: window.lab.status.state is State.READY)
    late, held = ticker.stop()
    window.close()
    against = f"{path.stat().st_size / 1e6:.0f} MB chosen in the real window, the table used"
    yield Result("table_window_first_s", first, "s", 0.5, False, f"{against}: until its first rows are shown")
    yield Result("table_window_whole_s", whole, "s", 5.0, False, f"{against}: until all rows are checked")
    yield Result("table_window_held_ms", held, "ms", 50.0, False, f"{against}: processor time between 10 ms ticks")
    yield Result(
        "table_window_late_ms", late, "ms", 50.0, False, f"{against}: latest 10 ms tick, other programs included"
    )


class HeldTicker:
    """The latest tick of the window's event loop, and the most processor time of the program between two ticks.

    On a machine that others use, too, the first says how busy it is; the second what the program itself holds up.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._late, self._held = 0.0, 0.0
        self._last, self._used = perf_counter(), process_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def stop(self) -> tuple[float, float]:
        """Both, in ms."""
        self._tick()
        self._timer.stop()
        return self._late, self._held

    def _tick(self) -> None:
        now, used = perf_counter(), process_time()
        self._late = max(self._late, 1000 * (now - self._last) - TICK_MS)
        self._held = max(self._held, 1000 * (used - self._used))
        self._last, self._used = now, used
