"""Regions in the output panel: what is drawn and said, what a click tells, and what they may cost."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from relulab.introspection.plane_regions import PlaneRegions
from relulab.training.state import State
from relulab.views.output import CurveOutput, PlaneOutput
from relulab.views.regions import FILLED_PIXELS
from tests.helpers.designs import dense
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, train, wait_for
from tests.helpers.pictured_runs import pictured_run
from ui.live.output import OutputPanel
from ui.live.output_regions import SHARE
from ui.platform.settings import Settings


@pytest.fixture(scope="module")
def run():
    return pictured_run(dense(8), dense(8))


@pytest.fixture
def panel(qtbot):
    panel = OutputPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 420)
    panel.show()
    qtbot.waitExposed(panel)
    yield panel
    qtbot.waitUntil(lambda: panel.regions._job is None)


def show(qtbot, panel, run):
    panel.show_history(run)
    panel.regions_button.setChecked(True)
    qtbot.waitUntil(lambda: "region" in panel.note.text())


def test_nothing_is_computed_until_it_is_wanted_nor_afterwards(qtbot, panel, run):
    panel.show_history(run)
    assert panel.regions_button.isVisible()
    assert panel.regions.view is None
    assert not panel.regions.lines.paths
    show(qtbot, panel, run)
    assert panel.note.isVisible()
    panel.regions_button.setChecked(False)
    assert not panel.regions.lines.paths
    assert not panel.note.isVisible()
    assert panel.views[PlaneOutput].widget.picture.opacity() == 1


def test_every_layer_draws_its_bends_in_its_colour(qtbot, panel, run):
    show(qtbot, panel, run)
    alone = PlaneRegions.of(run.picture.stack, (run.picture.x_range, run.picture.y_range))
    assert f"{alone.count} regions in view, at step 20." in panel.note.text()
    colours = panel.palette_now.layer_lines(3)
    assert [colour for colour, _ in panel.regions.lines.paths] == [colours[0].colour, colours[1].colour]
    for (_, path), segments in zip(panel.regions.lines.paths, alone.lines.values(), strict=True):
        assert path.elementCount() == 2 * len(segments)
    assert [entry.name for entry in panel.legend.entries][-2:] == ["1 Dense", "2 Dense"]


def test_a_click_tells_the_map_of_the_region_and_draws_its_rim(qtbot, panel, run):
    show(qtbot, panel, run)
    plot = panel.views[PlaneOutput].widget
    pixel = plot.axes.pixel_of(QPointF(0.3, 0.4)).toPoint()
    QTest.mouseClick(plot.axes.plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel)
    assert "upper moon = " in panel.note.text()
    assert "On in this region: 1 Dense: " in panel.note.text()
    corners = panel.regions.lines.chosen
    assert corners.containsPoint(QPointF(0.3, 0.4), Qt.FillRule.OddEvenFill)


def test_keys_walk_to_a_region_and_enter_reads_it(qtbot, panel, run):
    show(qtbot, panel, run)
    plot = panel.views[PlaneOutput].widget.axes.plot
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    assert "On in this region" in panel.note.text()


def test_while_it_learns_pictures_rest_so_that_they_cost_three_percent(qtbot, panel, run):
    panel.set_training(True)
    show(qtbot, panel, run)
    regions = panel.regions
    assert regions._rest.isActive()
    assert regions._rest.interval() >= int(1000 * regions._cost / SHARE)
    assert "pieces" not in panel.note.text()
    before = regions.view
    regions._rest.start(100_000)
    other = pictured_run(dense(8), dense(8), steps=3)
    regions.show(before.output, other.picture, live=True)
    assert regions._job is None, "it rests"
    regions.show(before.output, other.picture, live=False)
    assert regions._job is not None, "what stands still is drawn at once"
    qtbot.waitUntil(lambda: regions._job is None)


def test_what_learns_no_more_is_worked_out(qtbot, panel):
    one_layer = pictured_run(dense(5))
    panel.set_training(True)
    show(qtbot, panel, one_layer)
    assert "whole plane" not in panel.note.text()
    panel.set_training(False)
    qtbot.waitUntil(lambda: "in the whole plane" in panel.note.text())


def test_a_curved_network_says_why_it_has_none(qtbot, panel):
    show(qtbot, panel, pictured_run(dense(4, "tanh")))
    assert "1 Dense uses Tanh, which is curved" in panel.note.text()
    assert not panel.regions.lines.paths


def test_another_run_takes_its_regions_with_it(qtbot, panel, run):
    show(qtbot, panel, run)
    panel.show_history(pictured_run(dense(4), data="sine", loss="mse"))
    assert not panel.regions_button.isVisible()
    assert not panel.note.isVisible()
    assert not panel.regions.lines.paths


def test_kinks_are_always_marked_on_a_curve(qtbot, panel):
    curve = pictured_run(dense(6), data="sine", loss="mse", steps=40, learning_rate=0.05)
    panel.show_history(curve)
    x, y = panel.views[CurveOutput].kinks.getData()
    expected = curve.picture.stack(np.asarray(x)[:, None])[:, 0]
    assert len(x) >= 1
    np.testing.assert_allclose(y, expected, atol=0.02)
    assert f"{len(x)} kink" in str(panel.sample_text())
    assert [entry.name for entry in panel.legend.entries][-1] == "kinks"
    assert panel.explained_entry(len(panel.legend.entries) - 1).key == "kinks"
    assert panel.explained_entry(0).key == "output"
    panel.show_history(pictured_run(dense(6, "tanh"), data="sine", loss="mse"))
    assert len(panel.views[CurveOutput].kinks.getData()[0]) == 0
    assert "kinks" not in panel.legend.accessibleName()


def test_a_linear_network_shows_its_one_map_without_a_click(qtbot, panel):
    panel.show_history(pictured_run(dense(5, "identity")))
    panel.regions_button.setChecked(True)
    qtbot.waitUntil(lambda: "one affine map, of rank 2 of 2" in panel.note.text())
    assert "upper moon = " in panel.note.text()
    assert "Click" not in panel.note.text()


def test_in_the_window_regions_are_seen_before_while_and_after_it_learns(qtbot, no_leaks):
    with open_lab(qtbot, moons(), Settings()) as lab:
        wait_for(qtbot, lab, State.READY)
        lab.window.dock("output").raise_()
        panel = lab.panels["output"]
        qtbot.waitUntil(panel.regions_button.isVisible, timeout=SECONDS_30)
        panel.regions_button.setChecked(True)
        qtbot.waitUntil(lambda: "at step 0." in panel.note.text(), timeout=SECONDS_30)
        train(qtbot, lab)
        qtbot.waitUntil(lambda: step_told(panel) > 0, timeout=SECONDS_30)
        press(qtbot, lab.control_bar.train_button)
        wait_for(qtbot, lab, State.PAUSED)
        qtbot.waitUntil(lambda: step_told(panel) == lab.status.step, timeout=SECONDS_30)
        qtbot.waitUntil(lambda: "in the whole plane" in panel.note.text(), timeout=SECONDS_30)
        first = lab.timeline_bar.slider.steps[1]
        lab.timeline_controller.look_at(first)
        qtbot.waitUntil(lambda: step_told(panel) == first, timeout=SECONDS_30)


def step_told(panel):
    """The step of the regions that are drawn."""
    _, _, step = panel.note.text().partition(", at step ")
    return int(step.partition(".")[0].replace(",", "") or 0)


def test_every_other_region_is_filled_where_that_is_wanted(qtbot, panel, run):
    assert panel.filled_button.isHidden()
    show(qtbot, panel, run)
    assert panel.filled_button.isVisible()
    assert not panel.regions.fill.isVisible()
    press(qtbot, panel.filled_button)
    qtbot.waitUntil(lambda: panel.regions.fill.isVisible(), timeout=SECONDS_30)
    regions, image = panel.regions.view.regions, panel.regions.fill.image
    (x0, x1), (y0, y1) = regions.box
    rng = np.random.default_rng(0)
    for column, row in rng.integers(0, FILLED_PIXELS, (200, 2)):
        x = x0 + (column + 0.5) * (x1 - x0) / FILLED_PIXELS
        y = y0 + (row + 0.5) * (y1 - y0) / FILLED_PIXELS
        layers = zip(regions.stack.layers[:2], regions.stack.pre_activations(np.array([[x, y]])), strict=False)
        on = sum(int((z > 0).sum()) for _, z in layers)
        assert (image.pixelColor(int(column), int(row)).alpha() > 0) == (on % 2 == 1)
    assert panel.regions.lines.paths, "the lines stay"
    press(qtbot, panel.filled_button)
    qtbot.waitUntil(lambda: not panel.regions.fill.isVisible(), timeout=SECONDS_30)
    panel.regions_button.setChecked(False)
    assert panel.filled_button.isHidden()


def test_too_many_regions_are_not_filled_and_it_says_so(qtbot, panel):
    wide = pictured_run(dense(160), dense(160), dense(160), steps=1)
    panel.filled_button.setChecked(True)
    show(qtbot, panel, wide)
    qtbot.waitUntil(lambda: "These are too many to be filled." in panel.note.text(), timeout=SECONDS_30)
    assert panel.note.text().startswith("More than 20,000 regions")
    assert not panel.regions.fill.isVisible()
