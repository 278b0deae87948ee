"""The theme is switched fast, and everything follows it (FAULTS R15)."""

from time import process_time

import pytest
from PySide6.QtWidgets import QApplication

from relulab.training.state import State
from tests.helpers.labs import moons, open_lab, wait_for
from ui.platform.settings import Settings
from ui.shell.first_look import DARK, LIGHT
from ui.shell.theme import style_sheet
from ui.widgets.palette import palette


@pytest.fixture
def lab(qtbot):
    with open_lab(qtbot, moons(), Settings(theme=LIGHT)) as lab:
        wait_for(qtbot, lab, State.READY)
        qtbot.waitUntil(lab.polling.drawn)
        yield lab


def seconds(act):
    """Of this process, the least of three times, with the painting."""

    def once():
        began = process_time()
        act()
        QApplication.processEvents()
        return process_time() - began

    return min(once() for _ in range(3))


def test_r15_a_theme_takes_far_less_than_to_replace_the_style_sheet_of_every_widget(lab):
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    themes = (DARK, LIGHT)
    replaced = seconds(lambda: [app.setStyleSheet(style_sheet(palette(theme == DARK))) for theme in themes])
    switched = seconds(lambda: [lab.theme.choose(theme) for theme in themes])
    assert switched < 0.7 * replaced


def test_there_and_back_the_window_looks_the_same(qtbot, lab):
    def picture():
        qtbot.waitUntil(lab.polling.drawn)
        QApplication.processEvents()
        return lab.window.grab().toImage()

    lab.theme.choose(LIGHT)
    light = picture()
    lab.theme.choose(DARK)
    dark = picture()
    lab.theme.choose(LIGHT)
    assert dark != light
    assert picture() == light
