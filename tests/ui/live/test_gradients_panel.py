"""The gradients panel: a line per layer on a log axis, exact zeros on the floor, updates over weights."""

from dataclasses import replace

import numpy as np
import pytest

from relulab.formatting import signed
from relulab.session.history import RunHistory
from relulab.training.telemetry import ChangeRecord, StepRecord
from tests.helpers.histories import history, started, step_record
from ui.live.gradients import GradientsPanel
from ui.plots.legend import Sample


@pytest.fixture
def panel(qtbot):
    panel = GradientsPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 380)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def bold(plot):
    return [stroke for stroke in plot._strokes.strokes if stroke.bold]


def silent_from(step_of_silence, steps=40):
    """The first layer gets no gradient from some step on."""
    run = RunHistory(started())
    for step in range(steps):
        record = step_record(step)
        if step >= step_of_silence:
            mask = np.array([0, 1, 1], np.float32)
            ratio = np.where(mask == 0, np.nan, record.update_ratio)
            record = replace(record, gradient_rms=record.gradient_rms * mask, update_ratio=ratio.astype(np.float32))
        run.append(record)
    return run


def test_every_layer_has_its_line(panel):
    run = history(steps=100)
    panel.show_history(run)
    steps, rms, ratio = run.columns(StepRecord, "step", "gradient_rms", "update_ratio")
    for index, layer in enumerate(run.info.layout.layers):
        np.testing.assert_array_equal(panel.gradients.data[layer.name], [steps, rms[:, index]])
        np.testing.assert_array_equal(panel.updates.data[layer.name][1], ratio[:, index])
    drawn = bold(panel.gradients)
    assert [stroke.colour for stroke in drawn] == [style.colour for style in panel.palette_now.layer_lines(3)]
    assert len({stroke.dash for stroke in drawn}) == 3
    assert [entry.name for entry in panel.legend.entries] == ["1 Dense", "2 Dense", "Output"]


def test_the_axis_is_logarithmic_and_trends_are_geometric_means(panel):
    run = history(steps=3999)
    panel.show_history(run)
    assert panel.gradients.axes.log
    rms = run.columns(StepRecord, "gradient_rms")[0].astype(float)
    trend = bold(panel.gradients)[0]
    assert np.nanmean(trend.y) == pytest.approx(np.log10(rms[:, 0]).mean(), rel=0.01)
    raw = panel.gradients._strokes.strokes[0]
    assert 10 ** raw.y.max() == pytest.approx(rms[:, 0].max())
    assert 10 ** raw.y.min() == pytest.approx(rms[:, 0].min())


def test_norm_instead_of_rms(panel):
    run = history(steps=50)
    panel.show_history(run)
    panel.measure.setCurrentIndex(panel.measure.findData("gradient_norm"))
    norm = run.columns(StepRecord, "gradient_norm")[0]
    np.testing.assert_array_equal(panel.gradients.data["output"][1], norm[:, 2])
    low, high = panel.gradients.axes.y_range
    assert 10**low <= norm.min()
    assert norm.max() <= 10**high


def test_the_healthy_band_and_the_target_are_in_view(panel):
    panel.show_history(history(steps=50))
    low, high = panel.updates.axes.y_range
    assert low <= -4
    assert high >= -2
    (guide,) = panel.updates.annotations.guides
    assert guide.value == -3
    assert panel.updates.annotations._band == (-4.0, -2.0)


def test_exact_zeros_lie_on_the_floor_and_are_said(panel):
    panel.show_history(silent_from(20))
    floor, _ = panel.gradients.axes.y_range
    line = bold(panel.gradients)[0]
    assert np.isfinite(line.y).all()
    assert line.y[20:].max() == line.y[20:].min() < np.log10(step_record(0).gradient_rms.min())
    assert line.y[20] > floor, "on the floor, not below it"
    assert [str(guide.name) for guide in panel.gradients.annotations.guides] == ["0: no gradient reaches this layer"]
    assert panel.footer.text().startswith("Exactly 0: no gradient reaches 1 Dense ·")
    assert panel.plots.reading.read(30.0).rows[0].texts == ("0", "no update")
    assert panel.gradients.axes.ticks_from > line.y[20], "no tick gives zero a value"


def test_without_zeros_nothing_is_said_of_them(panel):
    panel.show_history(silent_from(1000))
    assert panel.gradients.annotations.guides == ()
    assert panel.footer.text().startswith("Over the training batch")


def test_the_reading_is_exact(panel):
    run = history(steps=100)
    panel.show_history(run)
    record = step_record(42)
    rows = panel.plots.reading.read(42.0).rows
    assert [row.name for row in rows] == ["1 Dense", "2 Dense", "Output"]
    for layer, row in enumerate(rows):
        assert row.texts == (f"{record.gradient_rms[layer]:.4g}", signed(f"{record.update_ratio[layer]:.3f}"))


def test_many_layers_get_a_scale_and_the_nearest_are_read(panel):
    run = history(units=(8,) * 30, steps=20)
    panel.show_history(run)
    (entry,) = panel.legend.entries
    assert entry.sample is Sample.SCALE
    assert entry.name == "1 Dense → Output"
    reading = panel.plots.reading
    rms = step_record(10, 30).gradient_rms
    reading._near = float(np.log10(rms[14]))
    found = reading.read(10.0)
    assert len(found.rows) == 10
    assert found.left_out == 20
    assert "15 Dense" in [row.name for row in found.rows]
    assert "1 Dense" not in [row.name for row in found.rows]


def test_changes_made_by_hand_are_marked(panel):
    run = history(steps=30)
    run.append(ChangeRecord(12, "learning rate", "0.1", "0.01"))
    panel.show_history(run)
    assert [str(mark.name) for mark in panel.gradients.annotations.marks] == ["learning rate 0.1 → 0.01"]


def test_items_are_updated_in_place(panel):
    run = silent_from(5)
    panel.show_history(run)
    before = set(panel.gradients.axes.plot.scene().items())
    for step in range(40, 50):
        run.append(step_record(step))
        panel.show_history(run)
    assert set(panel.gradients.axes.plot.scene().items()) == before
