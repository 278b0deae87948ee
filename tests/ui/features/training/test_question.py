"""The question of a preset above the panels."""

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from relulab.experiment.presets import PRESETS, load_preset
from tests.helpers.labs import SECONDS_30, moons, open_lab, press
from ui.platform.settings import Settings


def plain(label):
    """The words of a label with HTML."""
    document = QTextDocument()
    document.setHtml(label.text())
    return " ".join(document.toPlainText().split())


def settle():
    for _ in range(4):
        QApplication.processEvents()


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings()) as lab:
        yield lab


def test_each_preset_asks_its_own_and_an_own_design_nothing(lab):
    bar = lab.question_bar
    assert not bar.isVisible()
    lab.window.resize(1024, 700)
    for preset in PRESETS.values():
        lab.run_controller.load(preset.spec())
        assert bar.isVisible()
        assert bar.words.accessibleName() == f"{preset.question} {preset.summary}"
        assert plain(bar.words) == f"{preset.question} {preset.summary}"
        settle()
        assert bar.words.height() >= bar.words.heightForWidth(bar.words.width()), f"{preset.key} is cut"
        hint = lab.window.minimumSizeHint()
        assert hint.width() <= 1024, preset.key
        assert hint.height() <= 700
    lab.run_controller.load(moons())
    assert not bar.isVisible()


def test_it_stays_while_one_tries_and_goes_with_the_name(qtbot, lab):
    spec = load_preset("zero-init")
    lab.run_controller.load(spec)
    lab.run_controller.edit(spec.replace(training=spec.training.replace(learning_rate=0.5)))
    assert lab.question_bar.isVisible()
    lab.run_controller.edit(None)
    assert lab.question_bar.isVisible(), "half of a number is typed"
    lab.run_controller.edit(spec.replace(name="Mine"))
    qtbot.waitUntil(lambda: not lab.question_bar.isVisible(), timeout=SECONDS_30)


def test_its_button_takes_it_away_until_another_is_asked(qtbot, lab):
    spec = load_preset("zero-init")
    lab.run_controller.load(spec)
    press(qtbot, lab.question_bar.hide_button)
    assert not lab.question_bar.isVisible()
    lab.run_controller.edit(spec.replace(training=spec.training.replace(learning_rate=0.5)))
    assert not lab.question_bar.isVisible()
    lab.run_controller.load(load_preset("constant-init"))
    assert lab.question_bar.isVisible()
