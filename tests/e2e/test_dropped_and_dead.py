"""Experiment 27, from a fresh start in the real window: what is the difference between dropped and dead units?"""

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from relulab.measurements.status import UnitStatus
from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, open_lab, press, wait_for
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH

MOST_CLICKS = 12
SMALL_SCREEN = (1366, 768)


class Student:
    """Clicks on what can be seen, and counts."""

    def __init__(self, qtbot, lab):
        self.qtbot, self.lab, self.clicks = qtbot, lab, 0

    def click(self, button):
        assert self.lab.window.rect().contains(button.mapTo(self.lab.window, QPoint(0, 0))), "on the small screen"
        press(self.qtbot, button)
        self.clicks += 1

    def choose(self, menus, wanted):
        """Open a menu, its group if it has groups, and take the entry."""
        entries = [(entry, 2) for entry in menus] + [
            (entry, 3) for group in menus if group.menu() is not None for entry in group.menu().actions()
        ]
        action, clicks = next((entry, clicks) for entry, clicks in entries if wanted(entry))
        action.trigger()
        self.clicks += clicks

    def go_on(self, words, until):
        """Press a button that trains a little, and look at the picture after it."""
        bar = self.lab.control_bar
        buttons = bar.findChildren(type(bar.train_button))
        self.click(next(button for button in buttons if button.text().replace("&", "") == words))
        canvas = self.lab.network.canvas
        self.qtbot.waitUntil(lambda: canvas.view.step == until and canvas.view.drops, timeout=SECONDS_30)
        wait_for(self.qtbot, self.lab, State.PAUSED)
        return canvas.view


@pytest.fixture
def student(qtbot):
    with open_lab(qtbot, None, Settings(), size=SMALL_SCREEN, layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        yield Student(qtbot, lab)


def test_a_step_changes_who_is_dropped_and_not_who_is_dead(qtbot, student):
    lab = student.lab
    student.choose(lab.design.presets.menu().actions(), lambda entry: entry.data() == "dying-relu")
    wait_for(qtbot, lab, State.READY)
    lab.design.tabs.setCurrentWidget(lab.design.tabs.widget(1))
    student.clicks += 1
    student.choose(lab.design.network.add_button.menu().actions(), lambda entry: entry.text() == "Dropout")
    qtbot.waitUntil(lambda: lab.run_controller.built == lab.run_controller.design, timeout=SECONDS_30)
    wait_for(qtbot, lab, State.READY)
    per_epoch = -(-700 // lab.design.value().training.batch_size)
    student.go_on("One epoch", per_epoch)
    seen = []
    for batch in (1, 2):
        view = student.go_on("One batch", per_epoch + batch)
        dropped = view.dropped(4)
        assert 0 < dropped.sum() < len(dropped)
        seen.append((view.status == UnitStatus.DEAD, dropped))
    (dead, dropped), (dead_then, dropped_then) = seen
    assert 0 < dead.sum() < len(dead)
    assert np.array_equal(dead, dead_then), "dead units stay"
    assert not np.array_equal(dropped, dropped_then), "dropped ones change with each batch"
    assert student.clicks <= MOST_CLICKS
