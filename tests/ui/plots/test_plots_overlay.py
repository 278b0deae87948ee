"""Several runs in one plot, in every panel that draws runs together."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from relulab.session.bands import band
from relulab.session.history import RunHistory
from relulab.session.results import dead_shares
from relulab.training.telemetry import EvaluationRecord, StepRecord
from tests.helpers.histories import evaluation, probe_record, started, step_record
from ui.live.gradients import OUTPUT, SHARE, GradientsPanel
from ui.live.loss import LossPanel
from ui.live.units import UnitsPanel
from ui.plots.curves import Look
from ui.plots.overlay import Compared
from ui.widgets.palette import DARK, LIGHT

PANELS = (LossPanel, GradientsPanel, UnitsPanel)


def run(shift=0.0, units=(64, 64, 2), steps=300, dying=lambda step: 0.0):
    found = RunHistory(started(units))
    for step in range(0, steps + 1, 10):
        record = step_record(step, len(units))
        found.append(step_record(step, len(units), loss=record.loss + shift))
        found.append(evaluation(step, loss=evaluation(step).loss + shift))
        found.append(probe_record(step, units, dying(step)))
    return found


def overlay(*runs, labels=("learning rate 0.1", "learning rate 0.01", "ReLU", "Tanh")):
    return tuple(Compared(labels[i % 4], i, (one,)) for i, one in enumerate(runs))


@pytest.fixture
def shown(qtbot):
    panels = []  # held to the end: Python's collector must not take a widget apart while it is painted

    def show(kind, size=(560, 380)):
        panel = kind()
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(*size)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return show


def plots_of(panel):
    return {
        LossPanel: lambda: (panel.loss, panel.accuracy),
        GradientsPanel: lambda: (panel.gradients, panel.updates),
        UnitsPanel: lambda: (panel.dead,),
    }[type(panel)]()


@pytest.mark.parametrize("kind", PANELS)
def test_each_run_has_its_line_in_its_colour_and_dash_with_its_label(shown, kind):
    panel, runs = shown(kind), [run(0.0), run(0.2), run(0.4)]
    panel.show_overlay(overlay(*runs))
    panel.show_history(runs[0])
    for plot in plots_of(panel):
        assert [line.style for line in plot.lines] == [LIGHT.run_line(i) for i in range(3)]
        assert [line.name for line in plot.lines] == ["learning rate 0.1", "learning rate 0.01", "ReLU"]
    assert [entry.name for entry in panel.legend.entries] == ["learning rate 0.1", "learning rate 0.01", "ReLU"]
    assert [entry.dash for entry in panel.legend.entries] == [LIGHT.run_line(i).dash for i in range(3)]
    panel.set_theme(DARK)
    assert [line.style for line in plots_of(panel)[0].lines] == [DARK.run_line(i) for i in range(3)]
    assert "learning rate 0.01" in panel.summary()


@pytest.mark.parametrize("kind", PANELS)
def test_without_an_overlay_the_panel_is_as_before(shown, kind, qtbot):
    one = run()
    plain, panel = shown(kind), shown(kind)
    for candidate in (plain, panel):
        candidate.show_history(one)
    panel.show_overlay(overlay(one, run(0.1)))
    panel.show_history(one)
    panel.show_overlay(())
    panel.show_history(one)
    assert panel.legend.entries == plain.legend.entries
    assert [plot.lines for plot in plots_of(panel)] == [plot.lines for plot in plots_of(plain)]
    visible = lambda of: [w.isVisible() for w in of.findChildren(QWidget) if w.accessibleName()]  # noqa: E731
    assert visible(panel) == visible(plain)


def test_the_loss_is_that_of_validation_or_of_the_batches(shown):
    panel, runs = shown(LossPanel), [run(0.0), run(0.2)]
    panel.show_overlay(overlay(*runs))
    panel.show_history(runs[0])
    for i, one in enumerate(runs):
        np.testing.assert_array_equal(panel.loss.data[f"run {i}"], one.columns(EvaluationRecord, "step", "loss"))
    panel.compared.setCurrentIndex(1)
    for i, one in enumerate(runs):
        steps, loss, accuracy = one.columns(StepRecord, "step", "loss", "accuracy")
        np.testing.assert_array_equal(panel.loss.data[f"run {i}"], (steps, loss))
        np.testing.assert_array_equal(panel.accuracy.data[f"run {i}"], (steps, 100 * accuracy))


def test_exact_values_name_the_run(shown):
    panel, runs = shown(LossPanel), [run(0.0), run(0.25)]
    panel.show_overlay(overlay(*runs))
    panel.show_history(runs[0])
    rows = panel.plots.reading.read(120.0).rows
    assert [row.name for row in rows] == ["learning rate 0.1", "learning rate 0.01"]
    assert [row.texts[0] for row in rows] == [f"{evaluation(120).loss + shift:.6g}" for shift in (0.0, 0.25)]


def test_seeds_of_one_design_are_a_median_in_a_band(shown):
    panel, runs = shown(LossPanel), [run(0.1 * i, steps=300 + 50 * i) for i in range(5)]
    panel.show_overlay((Compared("ReLU", 3, tuple(runs)), Compared("Tanh", 1, (run(),))))
    panel.show_history(runs[0])
    area, median, single = panel.loss.lines
    assert (area.look, area.quiet, median.name) == (Look.AREA, True, "ReLU: 5 seeds, median and quartiles")
    assert median.style == LIGHT.run_line(3)
    assert single.name == "Tanh"
    expected = band([one.columns(EvaluationRecord, "step", "loss") for one in runs])
    np.testing.assert_array_equal(panel.loss.data[median.key], (expected.steps, expected.median))
    x, y = panel.loss.data[area.key]
    np.testing.assert_array_equal(x[::2], expected.steps)
    np.testing.assert_array_equal((y[::2], y[1::2]), (expected.lower, expected.upper))
    drawn = [stroke for stroke in panel.loss._strokes.strokes if stroke.area]
    assert len(drawn) == 1
    assert [entry.name for entry in panel.legend.entries] == [median.name, "Tanh"]


def test_the_band_is_seen_behind_its_median(shown):
    panel, runs = shown(LossPanel), [run(0.0), run(2.0)]
    panel.show_overlay((Compared("ReLU", 0, tuple(runs)),))
    panel.show_history(runs[0])
    axes = panel.loss.axes

    def colour_at(step, share):
        """Between the quartiles for shares from 0 to 1."""
        low, high = (panel.loss.data["area 0"][1][place][200] for place in (slice(0, None, 2), slice(1, None, 2)))
        pixel = axes.pixel_of(QPointF(step, low + share * (high - low))).toPoint()
        return axes.plot.grab().toImage().pixelColor(pixel).name()

    assert colour_at(200, 0.25) == colour_at(200, 0.75) not in (LIGHT.background, LIGHT.grid), (
        "tinted on both sides of the median"
    )
    assert colour_at(200, 1.4) in (LIGHT.background, LIGHT.grid)


def test_the_live_run_grows_and_the_others_are_not_read_again(shown, monkeypatch):
    panel, live, old = shown(LossPanel), run(steps=100), run(0.2)
    panel.show_overlay(overlay(live, old))
    panel.show_history(live)
    reads = []
    monkeypatch.setattr(old, "columns", lambda *names: reads.append(names))
    live.append(evaluation(110))
    panel.show_history(live)
    assert panel.loss.data["run 0"][0][-1] == 110
    assert not reads


def test_gradients_are_compared_in_one_layer_or_first_against_last(shown):
    panel, deep, shallow = shown(GradientsPanel), run(units=(8, 8, 8, 8, 2)), run(units=(8, 2))
    panel.show_overlay(overlay(deep, shallow))
    panel.show_history(deep)

    def choose(key):
        panel.layer.setValue(key)
        panel.layer.edited.emit(key)

    def drawn(i):
        return panel.gradients.data[f"run {i}"][1]

    sizes = [one.columns(StepRecord, "gradient_rms")[0] for one in (deep, shallow)]
    np.testing.assert_array_equal(drawn(0), sizes[0][:, 0])
    choose(OUTPUT)
    np.testing.assert_array_equal(drawn(1), sizes[1][:, -1])
    choose("2")
    np.testing.assert_array_equal(drawn(0), sizes[0][:, 2])
    assert not len(drawn(1)), "the other run has no such layer"
    assert panel.updates.isVisible()
    choose(SHARE)
    np.testing.assert_allclose(drawn(0), sizes[0][:, 0] / sizes[0][:, -1])
    assert not panel.updates.isVisible(), "the update has no such share"


def test_dead_units_are_compared_as_shares_over_the_steps(shown):
    panel = shown(UnitsPanel)
    dying, healthy = run(dying=lambda step: 0.5 if step > 100 else 0.0), run()
    panel.show_overlay(overlay(dying, healthy))
    panel.show_history(dying)
    assert panel.dead.isVisible()
    assert not panel.map.isVisible()
    for i, one in enumerate((dying, healthy)):
        steps, shares = dead_shares(one)
        np.testing.assert_array_equal(panel.dead.data[f"run {i}"], (steps, 100 * shares))
    assert panel.dead.data["run 0"][1][-1] > 40
    panel.layer.setValue("1")
    panel.layer.edited.emit("1")
    np.testing.assert_array_equal(panel.dead.data["run 0"][1], 100 * dead_shares(dying, 1)[1])
    panel.show_overlay(())
    panel.show_history(dying)
    assert panel.map.isVisible()


@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize("width", [240, 360, 900])
def test_t16_the_card_is_never_wider_than_the_plots(shown, kind, width):
    panel = shown(kind, (width, 380))
    runs = [run(0.05 * i, steps=100) for i in range(3)]
    long = "hidden layers: Leaky ReLU (negative slope 0.003), learning rate 0.003, "
    panel.show_overlay(overlay(*runs, labels=[long + "seed 1", long * 3, "ReLU", ""]))
    panel.show_history(runs[0])
    panel.plots.reading.show_at(50.0)
    card = panel.plots.reading.card
    assert card.isVisible()
    assert card.width() <= panel.plots.width()
    assert panel.plots.rect().contains(card.geometry())
    assert "ReLU" in card.text(), "what fits stays whole"
    assert panel.plots.reading.read(50.0).rows[0].name.endswith("seed 1"), "screen readers hear all of it"


def test_t16_seeds_of_a_band_have_names_of_their_own_in_tables(shown):
    panel = shown(LossPanel)
    panel.show_overlay((Compared("ReLU", 0, (run(), run())), Compared("Tanh", 1, (run(),))))
    panel.show_history(run())
    assert [one.label for one in panel.shown_runs()] == ["ReLU, seed 0", "ReLU, seed 0", "Tanh"]


@pytest.mark.parametrize("kind", PANELS)
@pytest.mark.parametrize("count", [8, 20])
def test_many_runs_do_not_push_a_narrow_panel_apart(shown, kind, count):
    panel = shown(kind, (360, 380))
    runs = [run(0.05 * i, steps=100) for i in range(count)]
    panel.show_overlay(overlay(*runs, labels=["hidden layers: Leaky ReLU, learning rate 0.003"] * 4))
    panel.show_history(runs[0])
    assert panel.width() == 360
    assert panel.legend.height() <= 70
    assert panel._help_button.geometry().right() <= 360
    assert all(plot.height() > 60 for plot in plots_of(panel))


def test_runs_have_lines_of_their_own_in_both_themes():
    for colours in (LIGHT, DARK):
        styles = [colours.run_line(place) for place in range(64)]
        assert len(set(styles)) == 64
        assert len({style.colour for style in styles[:8]}) == len({style.dash for style in styles[:8]}) == 8


@pytest.mark.parametrize("kind", PANELS)
def test_runs_without_measurements_show_the_words(shown, kind):
    panel = shown(kind)
    empty = RunHistory(started())
    panel.show_overlay(overlay(empty, empty))
    panel.show_history(empty)
    assert panel.is_empty
