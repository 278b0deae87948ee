"""The regions of trained networks: what computing and drawing them costs, and how much of a core they take live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic, process_time, sleep
from typing import Any

from benchmarks.loops import engine_run
from benchmarks.result import Result
from relulab import train
from relulab.data.loading import load_dataset
from relulab.experiment import ExperimentSpec
from relulab.introspection.kinks import Kinks
from relulab.introspection.plane_regions import PlaneRegions
from relulab.introspection.reading import stack_of
from relulab.session.history import RunHistory
from relulab.session.store import SessionStore
from relulab.training.schedule import MeasurementSchedule
from relulab.training.telemetry import PlanePicture

SQUARE = ((-1.5, 1.5), (-1.5, 1.5))
TRAINED_STEPS = 1000
REPEATS = 5
LIVE_SECONDS = 8.0
PICTURES_PER_S = 10
# hidden layers, milliseconds at most: what a prototype of 300 lines took on two busy cores, and a quarter more
SIZES = {(8, 8): 2.5, (64, 64): 36.0, (128, 128): 140.0}


def spec_of(units: tuple[int, ...], data: str = "moons", **training: Any) -> ExperimentSpec:
    """ReLU layers of so many units, to be trained with Adam."""
    layers = [{"kind": "dense", "parameters": {"units": count}} for count in units]
    settings = {"optimizer": "adam", "learning_rate": 0.01, "steps": TRAINED_STEPS} | training
    return ExperimentSpec.parse({"data": {"dataset": data}, "model": {"layers": layers}, "training": settings})


def milliseconds(compute: Callable[[], object]) -> float:
    """The least CPU time of some repetitions."""
    times = []
    for _ in range(REPEATS):
        began = process_time()
        compute()
        times.append(1000 * (process_time() - began))
    return min(times)


def regions_ms(units: tuple[int, ...], most: float) -> Result:
    """Polygons of a trained network, and its lines as the window draws them."""
    from ui.plots.region_lines import path_of

    stack = stack_of(train(spec_of(units)).network)

    def compute() -> PlaneRegions:
        regions = PlaneRegions.of(stack, SQUARE)
        for segments in regions.lines.values():
            path_of(segments)
        return regions

    name = "-".join(map(str, (2, *units, 2)))
    against = f"{name} after {TRAINED_STEPS} Adam steps, {compute().count:,} regions, lines as paths; CPU time"
    return Result(f"regions_ms_{name}", milliseconds(compute), "ms", most, False, against)


def kinks_ms() -> Result:
    """A curve's kinks, which are computed for every picture."""
    stack = stack_of(train(spec_of((128, 128), "sine", loss="mse")).network)
    count = len(Kinks.of(stack, (-2.0, 2.0)).positions)
    took = milliseconds(lambda: Kinks.of(stack, (-2.0, 2.0)))
    return Result("kinks_ms_1-128-128-1", took, "ms", 1.0, False, f"{count} kinks; CPU time")


def live_share() -> Result:
    """What the switch costs while pictures of 2-64-64-2 come ten times a second: CPU time with it minus without."""
    from PySide6.QtWidgets import QApplication

    from ui.live.output import OutputPanel

    application = QApplication.instance() or QApplication([])
    history = pictured(spec_of((64, 64), steps=20))
    picture = history.picture
    assert isinstance(picture, PlanePicture)
    panel = OutputPanel()
    panel.resize(560, 480)
    panel.show()
    panel.set_training(True)
    used = []
    for on in (False, True):
        panel.regions_button.setChecked(on)
        began, busy, shown = monotonic(), process_time(), 0
        while (now := monotonic()) - began < LIVE_SECONDS:
            application.processEvents()
            if now - began > shown / PICTURES_PER_S:
                shown += 1
                history.append(replace(picture, step=20 + shown))
                panel.show_history(history)
            sleep(0.002)
        used.append((process_time() - busy) / LIVE_SECONDS)
    panel.close()
    against = f"2-64-64-2, {PICTURES_PER_S} pictures a second, {used[0]:.3f} cores without regions"
    return Result("regions_live_cores", used[1] - used[0], "cores", 0.03, False, against)


def pictured(spec: ExperimentSpec) -> RunHistory:
    """A short run with the picture of its output."""
    store = SessionStore()
    run = engine_run(spec, load_dataset(spec.data), recording=MeasurementSchedule.every(20), record=store.append)
    run.run_until(run.total_steps)
    run.instruments.measure_picture()
    assert store.current is not None
    return store.current


def measure() -> Iterator[Result]:
    """All of it."""
    for units, most in SIZES.items():
        yield regions_ms(units, most)
    yield kinks_ms()
    yield live_share()
