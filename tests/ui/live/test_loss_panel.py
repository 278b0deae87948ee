"""The loss panel draws what was measured, and reads it out exactly."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from relulab.data.dataset import Dataset
from relulab.experiment import ExperimentSpec
from relulab.session.history import RunHistory
from relulab.training.telemetry import ChangeRecord, EvaluationRecord, StepRecord
from relulab.views.loss import guesses
from tests.helpers.axes import ticks_of
from tests.helpers.histories import digits, evaluation, history, moons, sine, started, step_record
from ui.live.loss import LossPanel
from ui.plots.overlay import Compared


@pytest.fixture
def panel(qtbot):
    panel = LossPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 380)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def strokes(plot):
    return plot._strokes.strokes


def test_the_curves_are_those_of_the_history(panel):
    run = history(steps=300, probe_every=30)
    panel.show_history(run)
    steps, loss, accuracy = run.columns(StepRecord, "step", "loss", "accuracy")
    checks, checked = run.columns(EvaluationRecord, "step", "loss")
    np.testing.assert_array_equal(panel.loss.data["train"], [steps, loss])
    np.testing.assert_array_equal(panel.loss.data["checked"], [checks, checked])
    np.testing.assert_array_equal(panel.accuracy.data["train"], [steps, 100 * accuracy])
    bold = strokes(panel.loss)[-1]
    np.testing.assert_array_equal(bold.x, checks)
    np.testing.assert_array_equal(bold.y, checked)
    assert bold.dotted, "few evaluations are marked one by one"


def test_what_is_drawn_of_a_long_run_keeps_every_spike(panel):
    run = history(steps=4000, probe_every=100)
    run.append(step_record(4001, loss=7.5, loss_low=7.5, loss_high=7.5))
    for step in range(4002, 4050):
        run.append(step_record(step))
    panel.show_history(run)
    band, raw = strokes(panel.loss)[:2]
    _, low, high = run.columns(StepRecord, "step", "loss_low", "loss_high")
    assert len(band.y) <= 2 * panel.loss.axes.pixels
    assert (band.y.min(), band.y.max()) == (low.min(), high.max())
    assert raw.y.max() == 7.5


def test_the_reading_is_exact_at_the_nearest_step(panel):
    run = history(steps=300, probe_every=30)
    panel.show_history(run)
    _steps, loss, accuracy = run.columns(StepRecord, "step", "loss", "accuracy")
    panel.plots.reading.show_at(137.4)
    assert panel.plots.reading.step == 137
    reading = panel.plots.reading.read(137.0)
    assert reading.heading == "step 137"
    assert reading.rows[0].texts == (f"{loss[137]:.6g}", f"{100 * accuracy[137]:.2f} %")
    assert reading.rows[1].name == "validation (step 120)"
    checked = evaluation(120)
    assert reading.rows[1].texts == (f"{checked.loss:.6g}", f"{100 * checked.accuracy:.2f} %")


def test_the_mouse_shows_the_card_and_takes_it_away(panel, qtbot):
    panel.show_history(history(steps=200))
    plot = panel.accuracy.axes.plot
    place = panel.accuracy.axes.pixel_of(QPointF(100.2, 50.0)).toPoint()
    qtbot.mouseMove(plot.viewport(), place)
    assert panel.plots.reading.step == 100
    assert panel.plots.reading.card.isVisible()
    assert "step 100" in panel.plots.reading.card.text()
    QApplication.sendEvent(plot.viewport(), QEvent(QEvent.Type.Leave))
    assert not panel.plots.reading.card.isVisible()


def test_the_arrow_keys_walk_from_record_to_record(panel, qtbot):
    panel.show_history(history(steps=200, every=10, probe_every=50))
    plot = panel.loss.axes.plot
    walked = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End):
        qtbot.keyClick(plot, key)
        walked.append(panel.plots.reading.step)
    assert walked == [190, 180, 0, 0, 10, 200]
    assert "step 200" in plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert math.isnan(panel.plots.reading.step)


def test_a_new_record_under_the_resting_cursor_is_read(panel):
    run = history(steps=100)
    panel.show_history(run)
    panel.plots.reading.show_at(100)
    run.append(step_record(100, loss=0.123456))
    panel.show_history(run)
    assert "0.123456" in panel.plots.reading.card.text()


def test_log_and_linear_axes(panel, qtbot):
    run = history(steps=300)
    panel.show_history(run)
    panel.log_button.click()
    assert panel.loss.axes.log
    np.testing.assert_allclose(strokes(panel.loss)[-1].y, np.log10(run.columns(EvaluationRecord, "loss")[0]))
    low, high = panel.loss.axes.y_range
    loss = run.columns(StepRecord, "loss")[0]
    assert 10**low <= loss.min()
    assert loss.max() <= 10**high
    assert panel.plots.reading.read(0.0).rows[0].texts[0] == f"{loss[0]:.6g}", "readings are values, not logarithms"
    panel.log_button.click()
    assert panel.loss.axes.y_range[0] == 0.0


@pytest.mark.parametrize(
    ("dataset", "classes", "text"), [(moons(), 2, "guessing: 0.69"), (digits(), 10, "guessing: 2.29")]
)
def test_the_loss_of_guessing_is_marked(panel, dataset, classes, text):
    panel.show_history(history(steps=10, dataset=dataset))
    (guide,) = panel.loss.annotations.guides
    assert str(guide.name).startswith(text)
    assert guide.value == pytest.approx(math.log(classes), rel=0.01), "the classes are nearly balanced"
    assert panel.accuracy.annotations.guides[0].value == 100 * np.bincount(dataset.train.targets).max() / len(
        dataset.train
    )


def test_t13_no_guess_of_another_data_set_stays(panel):
    for dataset in (moons(), digits(), moons()):
        run = history(steps=10, dataset=dataset)
        panel.show_history(run)
        assert (panel.loss.annotations.guides, panel.accuracy.annotations.guides) == guesses([run])
    other = history(steps=10, dataset=digits())
    panel.show_overlay((Compared("moons", 0, (run,)), Compared("digits", 1, (other,))))
    panel.refresh()
    assert panel.loss.annotations.guides == panel.accuracy.annotations.guides == ()
    panel.show_overlay(())
    panel.refresh()
    assert panel.loss.annotations.guides == guesses([run])[0]


def test_a_regression_has_no_accuracy(panel):
    run = RunHistory(started((8, 1), sine(), ExperimentSpec.parse({"training": {"loss": "mse"}})))
    run.append(step_record(0, 2, accuracy=math.nan))
    panel.show_history(run)
    assert panel.accuracy.isHidden()
    assert panel.plots.reading.read(0.0).rows[0].texts == (f"{step_record(0).loss:.6g}",)
    panel.show_history(history(steps=10))
    assert not panel.accuracy.isHidden()


def test_the_second_curve_says_what_it_is_measured_on(panel):
    assert_names = {True: "validation", False: "training set"}
    for has_validation, name in assert_names.items():
        data = moons()
        if not has_validation:
            empty = type(data.validation)(data.validation.inputs[:0], data.validation.targets[:0])
            data = Dataset(data.description, data.train, empty, data.test)
        panel.show_history(history(steps=40, dataset=data))
        assert [line.name for line in panel.loss.lines if not line.quiet] == ["train", name]
        assert name in [entry.name for entry in panel.legend.entries]
        assert f"{name}: {100 if has_validation else 500} samples" in panel.footer.text()


def test_the_penalty_is_said_and_not_drawn(panel):
    run = RunHistory(started())
    run.append(step_record(0, loss=0.5, loss_low=0.5, loss_high=0.5))
    panel.show_history(run)
    assert panel.footer.text().startswith("Loss without L1/L2 penalty ·")
    run.append(step_record(1, loss=0.4, loss_low=0.4, loss_high=0.4, penalty=0.0123))
    panel.show_history(run)
    assert panel.footer.text().startswith("Loss without L1/L2 penalty (now 0.0123) ·")
    assert panel.loss.data["train"][1].tolist() == [0.5, 0.4]


def test_live_changes_are_marked(panel):
    run = history(steps=100)
    run.append(ChangeRecord(40, "learning rate", "0.1", "{0.01}"))
    panel.show_history(run)
    (mark,) = panel.loss.annotations.marks
    assert (mark.step, str(mark.name)) == (40, "learning rate 0.1 → {0.01}")
    assert panel.plots.reading.read(40.0).notes == (str(mark.name),)
    assert panel.plots.reading.read(41.0).notes == ()
    panel.grab()


def test_a_loss_that_is_not_finite_leaves_a_gap_and_is_said(panel):
    run = RunHistory(started())
    for step in range(20):
        bad = dict.fromkeys(("loss", "loss_low", "loss_high"), math.inf) if step == 10 else {}
        run.append(step_record(step, **bad))
    panel.show_history(run)
    trend = strokes(panel.loss)[-2]
    assert np.isnan(trend.y[10])
    assert np.isfinite(np.delete(trend.y, 10)).all()
    assert panel.plots.reading.read(10.0).rows[0].texts[0] == "not a finite number"


def scroll(plot, place):
    wheel = QWheelEvent(
        QPointF(place),
        QPointF(plot.viewport().mapToGlobal(place)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), wheel)


def test_zooming_by_hand_stops_following_until_a_double_click(panel, qtbot):
    run = history(steps=200)
    panel.show_history(run)
    before = panel.loss.axes.x_range
    plot = panel.loss.axes.plot
    place = panel.loss.axes.pixel_of(QPointF(100, 0.5)).toPoint()
    scroll(plot, place)
    zoomed = panel.loss.axes.x_range
    assert zoomed[1] - zoomed[0] < before[1] - before[0]
    assert panel.accuracy.axes.x_range == pytest.approx(zoomed), "both plots show the same steps"
    run.append(step_record(900))
    panel.show_history(run)
    assert panel.loss.axes.x_range == pytest.approx(zoomed), "new records do not take the view away"
    qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.loss.axes.x_range == (0.0, 1000.0)
    assert panel.accuracy.axes.x_range == (0.0, 1000.0)


def test_items_are_updated_in_place(panel):
    run = history(steps=50)
    panel.show_history(run)
    before = set(panel.loss.axes.plot.scene().items())
    for step in range(51, 60):
        run.append(step_record(step))
        panel.show_history(run)
    assert set(panel.loss.axes.plot.scene().items()) == before


def test_zooming_in_draws_more_of_what_is_there(panel):
    run = history(steps=4000, probe_every=500)
    panel.show_history(run)
    panel.loss.axes.set_x_range((1000.0, 1050.0))
    panel.loss.redraw(4000)
    trend = strokes(panel.loss)[-2]
    loss = run.columns(StepRecord, "loss")[0]
    assert set(loss[1001:1050]) <= set(trend.y), "every single step"


def test_a_short_outburst_is_said_and_does_not_flatten_the_rest(panel):
    run = RunHistory(started())
    for step in range(100):
        run.append(step_record(step, **dict.fromkeys(("loss", "loss_low", "loss_high"), 4900.0 if step == 5 else 0.7)))
    panel.show_history(run)
    assert panel.loss.axes.y_range == (0.0, 1.5)
    assert panel.loss.axes._note.text() == "▲ up to 4,900 (see log)"
    panel.log_button.click()
    assert panel.loss.axes.y_range[1] > np.log10(4900)
    assert panel.loss.axes._note.text() == ""


def test_a_validation_loss_that_climbs_stays_in_view(panel):
    run = RunHistory(started())
    for step in range(100):
        run.append(step_record(step, **dict.fromkeys(("loss", "loss_low", "loss_high"), 0.7 / (1 + step))))
        run.append(evaluation(step, loss=0.7 + 0.02 * step))
    panel.show_history(run)
    assert panel.loss.axes.y_range[1] >= 2.68
    assert panel.loss.axes._note.text() == ""


def test_trials_are_dashed_curves_named_after_their_change(panel):
    run = history(steps=200, probe_every=20)
    panel.show_history(run)
    assert not any("trial" in entry.name for entry in panel.legend.entries)
    for number, title in enumerate(("learning rate 0.01", "batch norm", "clip", "leaky ReLU")):
        record = run.trial(title)
        record(started())
        for step in range(0, 301, 20):
            record(evaluation(step, loss=0.5 - 0.1 * number, accuracy=0.6 + 0.1 * number))
        panel.show_history(run)
    assert [entry.name for entry in panel.legend.entries[3:]] == [
        "trial: batch norm", "trial: clip", "trial: leaky ReLU",
    ]  # fmt: skip
    steps, loss = run.trials[-1].columns(EvaluationRecord, "step", "loss")
    np.testing.assert_array_equal(panel.loss.data["trial 2"], [steps, loss])
    np.testing.assert_allclose(panel.accuracy.data["trial 2"][1], 90.0)
    newest = strokes(panel.loss)[-1]
    assert newest.dash
    np.testing.assert_array_equal(newest.y, loss)
    assert len({entry.colours for entry in panel.legend.entries}) == len(panel.legend.entries)
    assert panel.loss.axes.x_range[1] >= 300, "a trial may be longer than the run"


def test_another_run_has_no_trials(panel):
    run = history(steps=50)
    record = run.trial("clip")
    record(started())
    record(evaluation(0))
    panel.show_history(run)
    panel.show_history(history(steps=50))
    assert len(panel.legend.entries) == 3
    assert "trial 0" not in panel.loss.data


def test_a_loss_that_falls_from_far_above_is_shown_whole(panel):
    run = RunHistory(started())
    for step in range(100):
        run.append(step_record(step, **dict.fromkeys(("loss", "loss_low", "loss_high"), 5000.0 / (1 + step) ** 3)))
    panel.show_history(run)
    assert panel.loss.axes.y_range[1] >= 5000
    assert panel.loss.axes._note.text() == ""


def test_another_run_is_shown_whole_and_in_its_own_range(panel):
    panel.show_history(history(steps=300))
    panel.loss.axes.set_x_range((100.0, 120.0))
    panel.plots.reading.show_at(110)
    small = RunHistory(started())
    for step in range(40):
        small.append(step_record(step, **dict.fromkeys(("loss", "loss_low", "loss_high"), 0.55)))
    panel.show_history(small)
    assert panel.loss.axes.x_range == (0.0, 40.0)
    assert not panel.plots.reading.card.isVisible()


def test_the_axis_of_a_run_that_has_ended_ends_there(qtbot, panel):
    run = history(steps=173)
    panel.set_training(True)
    panel.show_history(run)
    qtbot.waitUntil(lambda: panel.accuracy.axes.x_range[1] > 173)  # it moves seldom while the run goes on
    growing = panel.loss.axes.x_range[1]
    assert growing == panel.accuracy.axes.x_range[1]
    panel.set_training(False, ended=True)
    assert panel.loss.axes.x_range == panel.accuracy.axes.x_range
    assert panel.loss.axes.x_range[1] == run.latest(StepRecord)["step"] < growing


def test_the_words_of_a_guide_cover_no_curve(panel):
    panel.show_history(history(steps=50))
    guides = panel.loss.annotations._guide_items
    assert guides
    assert all(guide.zValue() < panel.loss._strokes.zValue() for guide in guides)


@pytest.mark.parametrize("size", [(560, 380), (300, 200)])
def test_no_curve_runs_through_the_words_of_a_guide(panel, size):
    panel.resize(*size)
    panel.show_history(history(steps=300, probe_every=30))
    plot, steps = panel.accuracy, np.linspace(0, 300, 301)
    QApplication.processEvents()
    (label,) = (item.label for item in plot.annotations._guide_items)
    guess = plot.annotations.guides[0].value
    for beside in (8.0, -8.0):
        for key in plot.data:
            plot.set_data(key, steps, np.full(len(steps), guess + beside))
        plot.redraw(300)
        words = label.mapRectToScene(label.boundingRect())
        ends = [plot.axes.box.mapSceneToView(corner).y() for corner in (words.topLeft(), words.bottomRight())]
        assert not min(ends) < guess + beside < max(ends), f"the curve at {guess + beside} runs through {ends}"


def test_the_title_says_what_is_drawn(panel):
    said = []
    panel.windowTitleChanged.connect(said.append)
    regression = RunHistory(started((8, 1), sine(), ExperimentSpec.parse({"training": {"loss": "mse"}})))
    regression.append(step_record(0))
    panel.show_history(regression)
    assert (panel.title, panel.accessibleName()) == ("Loss", "Loss")
    panel.show_history(history())
    assert panel.title == "Loss and accuracy"
    panel.show_history(regression)
    panel.show_history(None)
    assert panel.title == "Loss and accuracy"
    assert said == ["Loss", "Loss and accuracy", "Loss", "Loss and accuracy"]


def marked(plot):
    """The words of the marks that are seen, and where."""
    plot.grab()  # words get their place when they are painted
    labels = [item.label for item in plot.annotations._mark_items if getattr(item, "label", None)]
    return {label.toPlainText(): label.mapRectToScene(label.boundingRect()) for label in labels if label.isVisible()}


def test_the_words_of_marks_never_lie_over_each_other(panel):
    run = history()
    panel.show_history(run)
    steps = run.columns(StepRecord, "step")[0]
    at = int(steps[len(steps) // 2])
    for step, field in ((at, "learning_rate"), (at, "momentum"), (at + 1, "clipping")):
        run.append(ChangeRecord(step, field, "0.1", "0.3"))
    panel.show_history(run)
    places = marked(panel.loss)
    assert len(places) == 3
    for name, place in places.items():
        assert not [other for other in places if other != name and places[other].intersects(place)]
        assert panel.loss.axes.box.sceneBoundingRect().contains(place.center())
    panel.resize(560, 150)  # too low for three rows: the newest are said
    panel.refresh()
    assert len(marked(panel.loss)) < 3


def test_numbers_below_zero_have_a_minus_sign(panel):
    panel.loss.set_data("train", np.arange(4), np.array([-2.0, -1.0, -0.5, -1.5]))
    panel.loss.redraw(3)
    ticks = ticks_of(panel.loss.axes, "left")
    assert any(tick.startswith("−") for tick in ticks)
    assert not any("-" in tick for tick in ticks)
    assert panel.loss.value_at("train", 0).text.startswith("−2")
