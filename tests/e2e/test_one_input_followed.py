"""What students find out about one input, from a fresh start in the real window, with the clicks counted."""

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QTabBar, QToolButton

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, open_lab, press, stroke, wait_for
from ui.platform.settings import Settings
from ui.shell.layouts import WATCH
from ui.widgets.number_field import NumberField

MOST_CLICKS = 12
SMALL_SCREEN = (1366, 768)


class Student:
    """Clicks on what can be seen, and counts."""

    def __init__(self, qtbot, lab):
        self.qtbot, self.lab, self.clicks = qtbot, lab, 0
        self.panel = lab.one_input

    def click(self, button):
        assert self.lab.window.rect().contains(button.mapTo(self.lab.window, QPoint(0, 0))), "on the small screen"
        press(self.qtbot, button)
        self.clicks += 1

    def open_preset(self, key):
        """The button, the group, the entry."""
        picker = self.lab.design.presets
        assert picker.isVisible()
        groups = [action.menu() for action in picker.menu().actions()]
        next(action for menu in groups for action in menu.actions() if action.data() == key).trigger()
        self.clicks += 3
        self.qtbot.waitUntil(lambda: self.lab.polling.shown.history is not None, timeout=SECONDS_30)
        wait_for(self.qtbot, self.lab, State.READY)

    def open_tab(self, title, inside):
        """A real click on a tab that can be seen."""
        bars = [bar for bar in inside.findChildren(QTabBar) if bar.isVisible()]
        bar, index = next((bar, i) for bar in bars for i in range(bar.count()) if bar.tabText(i) == title)
        at = bar.tabRect(index).center()
        assert self.lab.window.rect().contains(bar.mapTo(self.lab.window, at)), "on the small screen"
        self.qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=at)
        self.clicks += 1

    def open_panel(self):
        self.open_tab(self.panel.title, self.lab.window)
        self.qtbot.waitUntil(lambda: self.panel.look is not None and not self.panel.is_empty, timeout=SECONDS_30)

    def open_card(self, index):
        """The card of a layer, unfolded."""
        card = self.lab.design.network.layers.cards[index]
        self.qtbot.waitUntil(lambda: not card.header.visibleRegion().isEmpty())
        if not card.expanded:
            self.click(card.header)
        self.qtbot.waitUntil(lambda: card.form is not None and card.form.isVisible())
        return card

    def train(self, steps):
        """Press Train, and again when so many steps are made."""
        self.click(self.lab.control_bar.train_button)
        self.qtbot.waitUntil(lambda: self.lab.trainer.status.step >= steps, timeout=2 * SECONDS_30)
        self.click(self.lab.control_bar.train_button)
        wait_for(self.qtbot, self.lab, State.PAUSED, State.FINISHED)
        self.qtbot.waitUntil(lambda: self.panel.look.step == self.lab.trainer.status.step, timeout=SECONDS_30)


@pytest.fixture
def student(qtbot):
    with open_lab(qtbot, None, Settings(), size=SMALL_SCREEN, layout=WATCH) as lab:
        wait_for(qtbot, lab, State.READY)
        yield Student(qtbot, lab)


def test_a_relu_is_an_if_and_nothing_is_lost(student):
    """Experiment 5: lamps in every layer, the units that are off hidden, the formula of the region."""
    student.open_preset("moons-healthy")
    student.open_panel()
    student.train(50)
    page = student.panel.forward
    student.click(page.hide_off)
    off = int(re.search(r"without the (\d+) values switched off", page.walk.verdict.text())[1])
    assert page.walk.verdict.text().endswith("the outputs change by exactly 0.")
    columns = page.walk.picture.columns
    assert off == sum(int((~column.on).sum()) for column in columns if column.on is not None)
    assert all(0 < column.on.sum() < column.on.size for column in columns if column.on is not None)
    student.open_tab("Why", student.panel)
    assert "one affine map: a matrix of 2 × 2, 4 numbers in all, and 2 biases" in student.panel.why.about.text()
    assert student.panel.why.matrix.rowCount() == 2
    assert student.clicks <= MOST_CLICKS


def test_backpropagation_in_slow_motion(student):
    """Experiment 16, without its many seeds: 2-3-2, values forward, deltas back, every product, a check."""
    student.open_preset("moons-healthy")
    student.open_tab("Network", student.lab.design)
    student.click(student.open_card(1).findChild(QToolButton, "remove-layer"))
    field = student.open_card(0).form.findChild(NumberField)
    field.selectAll()
    student.qtbot.keyClicks(field, "3")
    student.qtbot.keyClick(field, Qt.Key.Key_Return)
    student.qtbot.waitUntil(lambda: student.lab.polling.shown.history.info.layout.layers[0].units == 3)
    student.open_panel()
    student.open_tab("Backward", student.panel)
    walk = student.panel.backward.walk
    assert walk.verdict.text().startswith("✓ Checked: ")
    assert walk.lines.text().startswith("loss = ")
    student.click(walk.steps.ahead)
    student.click(walk.steps.ahead)
    assert walk.lines.text().count(" × slope ") == 3
    assert [column.values.size for column in walk.picture.columns] == [3, 2]
    assert student.clicks <= MOST_CLICKS


def test_slopes_multiply(student):
    """Experiment 20: eight sigmoids let next to nothing back, by product and by measurement."""
    student.open_preset("sigmoid-vanishing")
    student.open_panel()
    student.open_tab("Slopes", student.panel)
    page = student.panel.slopes
    student.qtbot.waitUntil(lambda: page.table.rowCount() == 8, timeout=SECONDS_30)
    assert "No slope is above 0.25: through 8 layers they leave at most 1.53e-5." in page.alone.text()
    slopes = student.panel.look.slopes
    assert slopes.products[0] < 1e-4
    assert 0.1 < slopes.measured[0] / slopes.products[0] < 10
    assert student.clicks <= MOST_CLICKS


def test_maps_of_a_digit_of_ones_own(student):
    """Experiment 23: a digit is drawn, and its maps are there layer by layer with their kernels."""
    student.open_preset("mnist-small-cnn")
    student.open_panel()
    student.train(10)
    student.click(student.panel.source.pad.empty)
    paper = student.panel.source.pad.paper
    stroke(paper, [(84, y) for y in range(25, 146, 10)])
    student.clicks += 1
    look = lambda: student.panel.look.inputs[0]  # noqa: E731  # it changes
    student.qtbot.waitUntil(lambda: look()[5:23, 12:17].max(axis=1).min() > 150, timeout=SECONDS_30)
    assert abs(look()[:, :9]).max() < 1e-3, "an upright line in the middle"
    walk = student.panel.forward.walk
    assert [column.values.shape for column in walk.picture.columns][:4] == [
        (1, 28, 28), (8, 26, 26), (8, 13, 13), (16, 11, 11),
    ]  # fmt: skip
    assert len(student.panel.bars.bars) == 10
    for place in range(len(walk.picture.columns) - 1, 0, -1):
        assert walk.picture.revealed == range(place + 1)
        if student.clicks < MOST_CLICKS:
            student.click(walk.steps.back)
        else:
            break
    assert walk.picture.columns[1].kernels.shape == (8, 3, 3)
    assert student.clicks <= MOST_CLICKS
