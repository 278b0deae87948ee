"""The rows on what watching costs: ages are those of what is on the screen."""

from pathlib import Path
from time import perf_counter

import pytest

from benchmarks import live
from benchmarks.live import Ages, bare_seconds, live_seconds
from benchmarks.session import recorded_run
from benchmarks.window import LiveWindow
from relulab.data.loading import load_dataset
from relulab.experiment.presets import load_preset
from relulab.session.file.files import save_session
from relulab.session.session import Session

STEPS = 12_000  # many looks, also where they take a second


@pytest.mark.slow
def test_a_panel_that_stands_still_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the others drawn as ever; and a run takes time with a window and without."""
    spec = load_preset("digits-mlp")
    spec = spec.replace(training=spec.training.replace(steps=STEPS, epochs=None))
    assert bare_seconds(spec, load_dataset(spec.data)) > 0.0
    window = LiveWindow(spec)
    newest = live._newest
    shown: list[int] = []

    def first(history: object, kind: type | None) -> int | None:
        step = newest(history, kind)
        if kind is not window.lab.panels["units"].measured_by or step is None:
            return step
        shown.append(step)
        return shown[0]

    try:
        monkeypatch.setattr(live, "_newest", first)
        ages, began = Ages(window), perf_counter()
        seconds = live_seconds(window, ages)
        passed = perf_counter() - began
    finally:
        window.close()
    assert seconds > 0.0
    later = [when for when, step in ages._reached if step > shown[0]]
    assert ages.of["units"] >= later[-1] - later[0] > 0.0, "as old as the whole run since then"
    assert ages.oldest == ages.of[ages.oldest_name] >= ages.of["units"]
    assert ages.oldest < passed


@pytest.mark.slow
def test_the_window_of_the_benchmarks_opens_a_session(tmp_path: Path) -> None:
    """As the rows of copies and of opening do: until its run is drawn and can go on."""
    spec, path = load_preset("moons-healthy"), tmp_path / "one.relulab"
    record = recorded_run(spec, load_dataset(spec.data))
    save_session(Session(experiments=(spec,), runs=(record,)), path)
    window = LiveWindow(load_preset("digits-mlp"))
    try:
        window.open(path)
        assert window.lab.store.runs[-1].info.spec == spec
    finally:
        window.close()
