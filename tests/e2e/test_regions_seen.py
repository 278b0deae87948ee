"""What students find out about regions, from a fresh start in the real window, with the clicks counted."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from relulab.training.state import State
from relulab.views.output import PlaneOutput
from tests.helpers.labs import SECONDS_30, open_lab, press, wait_for
from ui.platform.settings import Settings

MOST_CLICKS = 12
SMALL_SCREEN = (1366, 768)


class Student:
    """Clicks on what can be seen, and counts."""

    def __init__(self, qtbot, lab):
        self.qtbot, self.lab, self.clicks = qtbot, lab, 0
        self.panel = lab.panels["output"]

    def click(self, button):
        assert self.lab.window.rect().contains(button.mapTo(self.lab.window, QPoint(0, 0))), "on the small screen"
        press(self.qtbot, button)
        self.clicks += 1

    def open_preset(self, key):
        """The button, the group, the entry."""
        picker = self.lab.design.presets
        assert picker.isVisible()
        groups = [action.menu() for action in picker.menu().actions()]
        action = next(action for menu in groups for action in menu.actions() if action.data() == key)
        action.trigger()
        self.clicks += 3
        self.qtbot.waitUntil(self.panel.regions_button.isVisible, timeout=SECONDS_30)

    def see(self, words):
        self.qtbot.waitUntil(lambda: words in self.panel.note.text(), timeout=SECONDS_30)


@pytest.fixture
def student(qtbot):
    with open_lab(qtbot, None, Settings(), size=SMALL_SCREEN) as lab:
        wait_for(qtbot, lab, State.READY)
        yield Student(qtbot, lab)


def test_layers_without_a_nonlinearity_are_one_matrix(qtbot, student):
    """Experiment 1: the whole network as one map, and what one layer in its place would change."""
    student.open_preset("linear-collapse")
    student.click(student.panel.regions_button)
    student.see("one affine map, of rank 2 of 2")
    student.click(student.lab.control_bar.train_button)
    wait_for(qtbot, student.lab, State.FINISHED)
    student.see("at step 500.")
    student.see("no output by more than ")  # is worked out when nothing trains any more
    difference = student.panel.note.text().partition("no output by more than ")[2].partition(",")[0]
    assert 0 <= float(difference) < 1e-4
    assert "upper moon = " in student.panel.note.text()
    panel = student.lab.one_input
    student.lab.window.bring_to_front("one_input")
    panel.pages.setCurrentWidget(panel.one_map)
    student.clicks += 2
    qtbot.waitUntil(lambda: panel.one_map.replace.isVisible() and panel.look.step == 500, timeout=SECONDS_30)
    student.click(panel.one_map.replace)
    wait_for(qtbot, student.lab, State.READY)
    assert student.lab.run_controller.design.model.layers == ()
    assert student.clicks <= MOST_CLICKS


def test_relu_cuts_the_plane_and_the_lines_part_in_the_first_step(qtbot, student):
    """Experiment 4: at the start all lines of the first layer meet in the origin; a click tells a region's map."""
    student.open_preset("moons-healthy")
    student.click(student.panel.regions_button)
    student.see("at step 0.")
    at_the_start = student.panel.regions.view.regions.count
    student.lab.window.commands["batch"].trigger()
    student.clicks += 1
    student.see("at step 1.")
    assert student.panel.regions.view.regions.count > 2 * at_the_start
    plot = student.panel.views[PlaneOutput].widget.axes
    pixel = plot.pixel_of(QPointF(0.5, 0.2)).toPoint()
    qtbot.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel)
    student.clicks += 1
    student.see("On in this region: 1 Dense: ")
    assert student.clicks <= MOST_CLICKS
