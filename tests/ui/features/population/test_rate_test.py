"""The learning-rate test in the real window: many starts in a child process; the run of the window is left alone."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from relulab.population.rate_test import HIGHEST, LOWEST, rate_at
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.training.state import State
from relulab.training.telemetry import ProbeRecord
from relulab.views.colours import BAND_OPACITY, mix
from relulab.views.many.rate_test import RateTest
from tests.helpers.labs import SECONDS_30, moons, open_lab, press, train_some, wait_for
from tests.helpers.windows import standing
from tests.relulab.population.designs import design
from ui.features.population.rate_window import RateWindow
from ui.widgets.palette import DARK, LIGHT


@pytest.fixture
def window(qtbot):
    with standing(qtbot, lambda parent: RateWindow(parent, LIGHT), 1366, 768) as window:
        yield window


@pytest.fixture(scope="module")
def tested():
    test = RateTest(design(units=(8,)))
    Asked(Sweep.of(test.starts.spec, {}, test.starts.total)).train(None, test.take)
    return test


def test_the_run_stays_and_the_rate_is_taken_over_by_a_click(qtbot):
    with open_lab(qtbot, moons()) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        before, step, design_before = lab.store.current, lab.trainer.status.step, lab.run_controller.design
        loss = before.latest(ProbeRecord)["loss"]
        lab.window.commands["rate-test"].trigger()
        rates = lab.rates
        qtbot.waitUntil(lambda: rates.dialog.test.is_complete and not rates.training.busy, timeout=4 * SECONDS_30)
        assert lab.store.current is before
        assert before.latest(ProbeRecord)["loss"] == loss
        assert lab.trainer.status.step == step
        assert lab.run_controller.design == design_before
        suggestion = rates.dialog.test.suggestion
        assert LOWEST < suggestion < HIGHEST
        qtbot.waitUntil(rates.dialog.use.isVisible, timeout=SECONDS_30)
        press(qtbot, rates.dialog.use)
        training = design_before.training.replace(learning_rate=suggestion)
        assert lab.run_controller.design == design_before.replace(training=training)


def test_pointing_reads_and_both_themes_are_drawn(qtbot, window, tested):
    window.begin(tested)
    light = window.plot.grab().toImage()
    with qtbot.waitSignal(window.plot.pointed) as pointed:
        qtbot.mouseMove(window.plot, QPoint(window.plot.width() // 2, 80))
    assert LOWEST < pointed.args[0] < HIGHEST
    assert window.strip.text() == str(tested.at(pointed.args[0]))
    assert "median loss" in window.strip.text()
    window.set_theme(DARK)
    assert window.plot.grab().toImage() != light
    with qtbot.waitSignal(window.rateWanted) as wanted:
        press(qtbot, window.use)
    assert wanted.args == [tested.suggestion]


def is_near(one, other):
    """Whether two colours are the same but for rounding."""
    return all(abs(a - b) <= 3 for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


def test_the_middle_half_of_the_starts_is_tinted(window, tested):
    window.begin(tested)
    curves = tested.starts.curves
    place = int(np.abs(curves.steps - 240).argmin())  # where all have learned something, and none has diverged
    upper, _ = window.plot._strips()
    x = round(window.plot._rates().place(rate_at(curves.steps[place])))
    picture = window.plot.grab().toImage()
    ground = picture.pixelColor(x, round(upper.bottom()) + 14).name()
    tint = QColor(mix(LIGHT.train, ground, BAND_OPACITY))
    column = [
        picture.pixelColor(x + beside, y) for beside in (1, 2) for y in range(round(upper.top()), round(upper.bottom()))
    ]
    assert sum(is_near(colour, tint) for colour in column) > 10


def test_before_anything_is_known_nothing_is_suggested(qtbot, window):
    window.begin(RateTest(design()))
    assert not window.use.isVisible()
    assert "your own run and its weights stay" in window.reasons.text()
    window.show_busy(True)
    with qtbot.waitSignal(window.stopWanted):
        press(qtbot, window.stop)
    window.show_busy(False)
    with qtbot.waitSignal(window.trainWanted):
        press(qtbot, window.again)
