"""What watching costs a run, and how old what is seen of it gets: presets from their first step to the last.

Seconds of training are those that the worker counts: steps and all that is measured between them.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from os import getloadavg
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from benchmarks.result import Result
from benchmarks.window import LiveWindow, choose_platform

if TYPE_CHECKING:
    from relulab.data.dataset import Dataset
    from relulab.experiment import ExperimentSpec

PAIRS = 3
TICK = 0.02  # seconds between two looks at the window
LONGEST = 900.0  # seconds that a run may take on a busy machine
OLDEST_S = 1.2
LEAST_SHARE = 0.95
DEEP_SECONDS, OLDEST_DEEP_S = 60.0, 5.0
REST_SECONDS, IDLE_SECONDS = 4.0, 20.0


class Ages:
    """How old what each panel shows gets: the time since the run was at the step that is on the screen."""

    def __init__(self, window: LiveWindow) -> None:
        self._lab = window.lab
        self._reached: list[tuple[float, int]] = []
        self._drawn: dict[str, int] = {}
        self.of: dict[str, float] = {}
        for name, panel in window.lab.panels.items():
            vars(panel)["show_history"] = partial(self._note, name, panel, panel.show_history)

    @property
    def oldest_name(self) -> str:
        """The panel that got oldest; none before one was drawn in view."""
        return max(self.of, key=self.of.__getitem__, default="")

    @property
    def oldest(self) -> float:
        """Its age, in seconds."""
        return self.of.get(self.oldest_name, 0.0)

    def begin(self) -> None:
        """A run begins."""
        self._reached.clear()
        self._drawn.clear()

    def _note(self, name: str, panel: Any, draw: Any, history: Any) -> None:
        step = None if history is None else _newest(history, panel.measured_by)
        draw(history)
        if step is not None:
            self._drawn[name] = step

    def look(self) -> None:
        """Now, while the run goes on."""
        from relulab.training.state import State

        assert self._lab.trainer is not None
        now, status = perf_counter(), self._lab.trainer.status
        if status.state is not State.RUNNING:
            return
        if not self._reached or status.step > self._reached[-1][1]:
            self._reached.append((now, status.step))
        for name, step in self._drawn.items():
            if self._lab.panels[name].visibleRegion().isEmpty():
                continue
            began = next((when for when, reached in self._reached if reached > step), now)
            self.of[name] = max(self.of.get(name, 0.0), now - began)


def _newest(history: Any, kind: type | None) -> int | None:
    """The step of the newest of what a panel draws; None of what is planned in steps, as findings are."""
    from relulab.training.telemetry import EvaluationRecord, FindingsRecord, ProbeRecord, StepRecord

    if kind is FindingsRecord:
        return None
    if kind in (None, StepRecord, ProbeRecord, EvaluationRecord):
        row = history.latest(kind or StepRecord, glance=True)
        return None if row is None else int(row["step"])
    return None if history.picture is None else int(history.picture.step)


def bare_seconds(spec: ExperimentSpec, dataset: Dataset) -> float:
    """One run of the engine without a window and without instruments."""
    from relulab.training.run import TrainingRun
    from relulab.training.schedule import NEVER, UNWATCHED

    nothing = replace(UNWATCHED, steps=NEVER, probes=NEVER, evaluations=NEVER)
    run = TrainingRun(spec, dataset, recording=nothing)
    began = perf_counter()
    run.run_until(run.total_steps)
    return perf_counter() - began


def live_seconds(window: LiveWindow, ages: Ages) -> float:
    """One run in the window with all panels in view."""
    from relulab.training.state import State

    trainer = window.lab.trainer
    assert trainer is not None
    trainer.reset()
    window.until(lambda: window.lab.status.state is State.READY)
    ages.begin()
    trainer.train()
    deadline = perf_counter() + LONGEST
    while not trainer.status.state.has_ended:
        window.spin(TICK)
        ages.look()
        if perf_counter() > deadline:
            raise TimeoutError(f"still {trainer.status} after {LONGEST} s")
    if trainer.status.state is not State.FINISHED:
        raise RuntimeError(trainer.status.message)
    return trainer.status.seconds


def live_cost(name: str, preset: str, dataset: Dataset, data_root: Path | None) -> tuple[Result, Ages]:
    """The speed of a run in the window over that without, in pairs; and how old what was in view got."""
    from relulab.experiment.presets import load_preset

    spec = load_preset(preset)
    window = LiveWindow(spec, data_root)
    try:
        ages = Ages(window)
        pairs = [(bare_seconds(spec, dataset), live_seconds(window, ages)) for _ in range(PAIRS)]
    finally:
        window.close()
    bare, live = (statistics.median(part) for part in zip(*pairs, strict=True))
    against = f"the engine alone, {bare:.2f} s a run of {preset}; in the window {live:.2f} s; {PAIRS} pairs"
    return Result(name, statistics.median(one / other for one, other in pairs), "x", LEAST_SHARE, True, against), ages


def oldest_of_a_deep_network() -> Result:
    """How old what is shown of 30 layers of 512 units gets, every panel in view, for a minute."""
    from relulab.experiment import ExperimentSpec

    layer = {"kind": "dense", "parameters": {"units": 512}}
    training = {"steps": 10**9, "batch_size": 128, "optimizer": "adam", "learning_rate": 1e-4}
    spec = ExperimentSpec.parse({"data": {"dataset": "moons"}, "model": {"layers": [layer] * 30}, "training": training})
    window = LiveWindow(spec)
    try:
        ages = Ages(window)
        ages.begin()
        trainer = window.start_training()
        began = perf_counter()
        while perf_counter() - began < DEEP_SECONDS:
            window.spin(TICK)
            ages.look()
        steps = trainer.status.step
    finally:
        window.close()
    against = (
        f"30 x 512 on moons, {steps:,} steps in {DEEP_SECONDS:.0f} s ({ages.oldest_name}); load {getloadavg()[0]:.0f}"
    )
    return Result("oldest_shown_30x512_s", ages.oldest, "s", OLDEST_DEEP_S, False, against)


def idle_share() -> Result:
    """What the window takes of a core while it shows a paused run and nothing happens."""
    from relulab.experiment.presets import load_preset

    window = LiveWindow(load_preset("moons-healthy"))
    try:
        window.start_training().pause()
        window.spin(REST_SECONDS)
        began = process_time()
        window.spin(IDLE_SECONDS)
        share = 100 * (process_time() - began) / IDLE_SECONDS
    finally:
        window.close()
    return Result("idle_share", share, "%", 0.2, False, f"of a core, all threads, {IDLE_SECONDS:.0f} s of a paused run")


def measure() -> Iterator[Result]:
    """What watching costs, and what it costs to keep the window open."""
    choose_platform()
    import torch

    from benchmarks.engine import SHARED_DATA, mnist
    from relulab.training.trainer import default_threads

    torch.set_num_threads(default_threads())
    yield idle_share()
    yield oldest_of_a_deep_network()
    if (dataset := mnist()) is None:
        print("MNIST is not on this machine: what watching costs is left out.", file=sys.stderr)
        return
    root = SHARED_DATA if SHARED_DATA.is_dir() else None
    ages = {}
    for name, preset in (("live_cost_mlp", "mnist-mlp"), ("live_cost_cnn", "mnist-cnn")):
        result, ages[preset] = live_cost(name, preset, dataset, root)
        yield result
    each = ", ".join(f"{preset} {one.oldest:.2f} s ({one.oldest_name})" for preset, one in ages.items())
    against = f"{each}; all panels but the findings, which are planned"
    yield Result("oldest_shown_s", max(one.oldest for one in ages.values()), "s", OLDEST_S, False, against)
