"""The window while a child process trains many networks: the longest that its thread works at a stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.result import Result
from benchmarks.stretches import Stretches
from benchmarks.window import LiveWindow
from relulab.experiment.presets import load_preset
from relulab.views.many.ready import TABLES

PRESET, TABLE = "dying-relu", "cures"
MAP = {"training.learning_rate": "log:0.01:10:8", "hidden.bias": "lin:-2:1:8"}
STARTS = 4
GAP_MS = 50.0
PATIENCE = 900.0  # seconds


def measure() -> Iterator[Result]:
    """Seeds, a map and a table, each from the click until all of it is drawn; their windows are open before."""
    window = LiveWindow(load_preset(PRESET))
    lab = window.lab
    stretches = Stretches()
    lab.seeds.show_seeds()
    window.until(lambda: lab.seeds.training.busy, PATIENCE)
    against = f"{PRESET}; from the click until the child process is asked"
    yield Result("seeds_first_opening", stretches.stop(), "ms", GAP_MS, False, against)
    window.until(lambda: not lab.seeds.training.busy, PATIENCE)
    seeds, dialog = lab.seeds.dialog, lab.maps.show_map()
    if seeds is None or dialog is None:
        raise RuntimeError("the windows of many networks did not open")

    def train_map() -> None:
        dialog.controls.choose(MAP, STARTS)
        dialog.controls.start()

    try:
        for name, begin, busy in (
            ("seeds", seeds.again.click, lambda: lab.seeds.training.busy),
            ("map", train_map, lambda: lab.maps.training.busy),
            ("table", lambda: lab.maps.show_table(TABLES[TABLE]), lambda: lab.maps.training.busy),
        ):
            yield _longest(window, name, begin, busy)
    finally:
        window.close()


def _longest(window: LiveWindow, name: str, begin: Callable[[], object], busy: Callable[[], bool]) -> Result:
    stretches = Stretches()
    begin()
    window.spin(0.2)
    window.until(lambda: not busy(), PATIENCE)
    window.spin(0.3)
    longest = stretches.stop()
    ticks = sorted(stretches.clock)
    against = f"{PRESET}; {len(ticks):,} ticks; by the clock 99 % within {ticks[int(0.99 * len(ticks))]:,.0f} ms"
    return Result(f"{name}_longest_stretch", longest, "ms", GAP_MS, False, against)
