"""The rows on what watching costs: ages are those of what is on the screen."""

import pytest

from benchmarks import live
from benchmarks.live import Ages, bare_seconds, live_seconds
from benchmarks.window import LiveWindow
from relulab.data.loading import load_dataset
from relulab.experiment.presets import load_preset

STEPS = 6000  # longer than any panel rests


@pytest.mark.slow
def test_a_panel_that_stands_still_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the others drawn as ever; and a run takes time with a window and without."""
    spec = load_preset("digits-mlp")
    spec = spec.replace(training=spec.training.replace(steps=STEPS, epochs=None))
    assert bare_seconds(spec, load_dataset(spec.data)) > 0.0
    window = LiveWindow(spec)
    try:
        newest, shown = live._newest, []

        def first(history: object, kind: type | None) -> int | None:
            step = newest(history, kind)
            if kind is window.lab.panels["units"].measured_by:
                shown.append(step)
                return shown[0]
            return step

        monkeypatch.setattr(live, "_newest", first)
        ages = Ages(window)
        seconds = live_seconds(window, ages)
    finally:
        window.close()
    assert seconds > 0.0
    assert ages.oldest_name in {"units", "histograms"}, "both are measured by the probe"
    assert 0.0 < ages.oldest < 2 * seconds + 1.0
