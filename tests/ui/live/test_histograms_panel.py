"""The histograms panel draws the measured histograms and says their numbers."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication

from relulab.session.history import RunHistory
from tests.helpers.histories import BINS as RECORDED_BINS
from tests.helpers.histories import history, probe_record, started
from ui.live.histograms import HistogramsPanel
from ui.plots.histogram_map import BINS
from ui.widgets.elided import fitting


@pytest.fixture
def panel(qtbot):
    panel = HistogramsPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 380)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def point_masses(steps, places):
    """One layer whose values all lie in one bin of [0, 8], another bin at each step."""
    run = RunHistory(started((4,)))
    for step, place in zip(steps, places, strict=True):
        histogram = np.zeros((1, RECORDED_BINS), np.float32)
        histogram[0, place] = 1.0
        high = np.full(1, 7.5, np.float32)
        record = probe_record(step, (4,), histogram=histogram, histogram_low=0 * high, histogram_high=high)
        run.append(replace(record, sparsity=np.zeros(1, np.float32), mean=np.full(1, 1e9, np.float32)))
    return run


def test_layers_can_be_chosen_where_there_are_any(panel):
    assert not panel.layer.isEnabled()
    assert panel.layer.currentText() == "all layers"
    panel.show_history(point_masses([0, 100], [10, 60]))
    assert panel.layer.isEnabled()
    panel.show_history(None)
    assert not panel.layer.isEnabled()


def test_the_picture_shows_the_values_at_their_place_and_step(panel):
    panel.show_history(point_masses([0, 50, 100], [0, 32, 60]))
    (strip,) = panel.map.strips
    picture = panel.map.grab().toImage()
    background = QColor(panel.palette_now.background)

    def stained_rows(step):
        x = strip.picture.left() + round(step / 100 * (strip.picture.width() - 1))
        rows = range(strip.picture.top() + 1, strip.picture.bottom())
        hit = [y for y in rows if picture.pixelColor(x, y) != background]
        return [(strip.picture.bottom() - y) / strip.picture.height() for y in hit]

    for step, place in ((10, 0), (49, 0), (60, 32), (99, 32)):
        value = (place + 0.5) / RECORDED_BINS * 7.5 / 8.0  # the axis runs from 0 to 8
        assert np.mean(stained_rows(step)) == pytest.approx(value, abs=1.5 / BINS), step


def test_the_present_histogram_stands_beside_its_history(panel):
    panel.show_history(point_masses([0, 100], [10, 60]))
    (layer,) = panel.map._layers
    assert layer.values.histogram[-1].argmax() == 60
    assert layer.values.range == (0.0, 7.5)
    (strip,) = panel.map.strips
    picture = panel.map.grab().toImage()
    height = 60.5 / RECORDED_BINS * 7.5 / 8 * strip.bars.height()
    inside = QPoint(strip.bars.center().x(), round(strip.bars.bottom() - height))
    assert picture.pixelColor(inside) != QColor(panel.palette_now.background)
    assert picture.pixelColor(inside - QPoint(0, -30)) == QColor(panel.palette_now.background)


def test_captions_say_the_numbers(panel):
    run = history(steps=40, probe_every=20)
    record = probe_record(60, saturated=np.array([0.25, 0.0, np.nan], np.float32))
    run.append(record)
    panel.show_history(run)
    mean, std = record.mean, record.std
    first, _, last = (layer.caption for layer in panel.map._layers)
    assert first == f"1 Dense · exactly 0: 52 % · saturated: 25 % · mean {mean[0]:.3g} · std {std[0]:.3g}"
    assert last == f"Output · mean {mean[2]:.3g} · std {std[2]:.3g}"


@pytest.mark.parametrize("width", [285, 340, 560])
def test_a_narrow_panel_cuts_no_word(panel, monkeypatch, width):
    """Captions say less, and the legend has a line of its own where the choices leave it too little."""
    written = []
    monkeypatch.setattr("ui.plots.histogram_map.fitting", lambda *given: written.append(fitting(*given)) or written[-1])
    panel.resize(width, 380)
    panel.show_history(history(steps=40, probe_every=20))
    panel.grab()
    assert written
    assert not [caption for caption in written if "…" in caption]
    assert all(caption.startswith(("1 Dense", "2 Dense", "Output")) for caption in written)
    metrics = QFontMetrics(panel.legend.font())
    assert max(entry.width(metrics) for entry in panel.legend.entries) <= panel.legend.width()
    assert (panel.legend.y() > panel.what.y()) == (width < 400)


def test_weights_instead_of_activations(panel):
    panel.show_history(history(steps=40, probe_every=20))
    panel.what.setCurrentIndex(panel.what.findData("weights"))
    layer = panel.map._layers[1]
    assert layer.caption == "2 Dense · weights from −0.6 to 0.6"
    assert layer.history.axis[0] < -0.6
    assert layer.values.means is None
    panel.what.setCurrentIndex(panel.what.findData("activations"))
    assert panel.map._layers[1].history.axis[0] == 0.0


def test_one_layer_can_be_seen_alone(panel):
    panel.show_history(history(units=(8,) * 9 + (2,), steps=40, probe_every=20))
    assert len(panel.map.strips) == 10
    assert panel.map.minimumHeight() > panel.map.parentWidget().height(), "many layers scroll"
    panel.layer.setCurrentIndex(panel.layer.findText("3 Dense"))
    (strip,) = panel.map.strips
    assert strip.area.height() > 250
    assert panel.map._layers[0].caption.startswith("3 Dense")


@pytest.mark.parametrize("layers", [1, 3, 5, 6])
def test_few_layers_are_all_in_view_and_none_overlap(panel, layers):
    panel.show_history(history(units=(8,) * layers, steps=20, probe_every=20))
    areas = [strip.area for strip in panel.map.strips]
    assert len(areas) == layers
    assert all(panel.map.rect().contains(area) for area in areas)
    assert not any(a.intersects(b) for i, a in enumerate(areas) for b in areas[:i])


def test_the_reading_names_layer_step_values_and_share(panel):
    panel.show_history(point_masses([0, 50, 100], [0, 32, 60]))
    value = 32.5 / RECORDED_BINS * 7.5
    reading = panel.read(0, 77.0, value)
    assert reading.heading == "Output, step 50"
    low, high = (float(part) for part in reading.rows[0].name.split(" to "))
    assert low <= value <= high
    everywhere = [panel.read(0, 77.0, (i + 0.5) * 8 / BINS).rows[0].texts[0] for i in range(BINS)]
    assert sum(float(text.removesuffix(" %")) for text in everywhere) == pytest.approx(100, abs=0.1)


def test_the_mouse_reads_the_strip_it_is_over(panel, qtbot):
    panel.show_history(history(steps=100, probe_every=20))
    QApplication.processEvents()  # the sample line appears and takes its room
    strip = panel.map.strips[1]
    qtbot.mouseMove(panel.map, strip.picture.center())
    assert panel.map.reader.current.strip == 1
    step, value = panel.map.meaning_of(panel.map.reader.current)
    assert step == pytest.approx(50, abs=1)
    assert value == pytest.approx(sum(panel.map._layers[1].history.axis) / 2, rel=0.05)
    assert panel.map.reader.card.isVisible()
    qtbot.mouseMove(panel.map, strip.area.topLeft() + QPoint(2, 2))
    assert not panel.map.reader.card.isVisible()


def test_nothing_is_computed_again_without_a_new_measurement(panel, monkeypatch):
    run = history(steps=100, probe_every=20)
    panel.show_history(run)
    calls, show_layers = [], panel.map.show_layers
    monkeypatch.setattr(panel.map, "show_layers", lambda *given: (calls.append(1), show_layers(*given)))
    panel.show_history(run)
    assert not calls
    run.append(probe_record(120))
    panel.show_history(run)
    assert calls


def test_the_sample_is_named(panel):
    panel.show_history(history(steps=100, probe_every=20))
    assert panel.footer.text() == "Probe set: 500 training samples, dropout off · measurements: 6, last at step 100"


def test_the_keyboard_reads_values_steps_and_layers(panel, qtbot):
    panel.show_history(history(steps=100, probe_every=20))
    qtbot.keyClick(panel.map, Qt.Key.Key_Up)
    assert panel.map.accessibleDescription().startswith("1 Dense, step 100 · 0 to ")
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, *[Qt.Key.Key_Left] * 20, Qt.Key.Key_Up):
        qtbot.keyClick(panel.map, key)
    assert panel.map.accessibleDescription().startswith("Output, step 40 · ")
    assert not panel.map.accessibleDescription().startswith("Output, step 40 · 0 to")
    assert panel.map.reader.card.isVisible()
    qtbot.keyClick(panel.map, Qt.Key.Key_Escape)
    assert not panel.map.reader.card.isVisible()


def test_values_that_are_not_finite_are_said(panel):
    run = RunHistory(started())
    run.append(probe_record(0, mean=np.array([np.inf, 0.5, np.nan], np.float32)))
    panel.show_history(run)
    first, second, _ = (layer.caption for layer in panel.map._layers)
    assert first == "1 Dense · exactly 0: 52 % · values that are not finite"
    assert "mean 0.5" in second
