"""The size of the text, and of everything with it."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import (
    QApplication,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionSpinBox,
)

from relulab.experiment.presets import load_preset
from relulab.text import text
from relulab.training.state import State
from relulab.views.parts import Reference
from tests.helpers.clipped import clipped
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from ui.platform.settings import Settings, load_settings
from ui.shell.layouts import LAYOUTS, WATCH
from ui.shell.text_size import STEPS
from ui.shell.theme import style_sheet
from ui.widgets.sizes import px, scaled_sheet, share


@pytest.fixture(autouse=True)
def normal_size_again(qapp):
    size = qapp.font().pointSizeF()
    yield
    assert share() == 1.0, "a window gives back the size that it took"
    assert qapp.font().pointSizeF() == size


def opened(qtbot, percent, layout=WATCH, size=(1366, 768)):
    return open_lab(qtbot, moons(), Settings(text_size=percent), size=size, layout=layout)


@pytest.mark.parametrize("percent", [80, 100, 200])
def test_no_word_is_clipped(qtbot, percent):
    with opened(qtbot, percent) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)

        def whole():
            assert not list(clipped(lab.window))

        for key in lab.panels.keys() | {"design"}:
            lab.window.bring_to_front(key)
            qtbot.waitUntil(whole, timeout=SECONDS_30)  # layouts settle bit by bit
        assert lab.window.size() == QSize(1366, 768)
        lab.control_bar.state.setMaximumWidth(px(20))
        qtbot.waitUntil(lambda: len(list(clipped(lab.window))) == 1, timeout=SECONDS_30)  # a word that is cut is found


def test_a_window_that_is_open_stays_in_the_screen_when_its_text_grows(qtbot):
    with open_lab(qtbot, load_preset("moons-healthy"), size=(1366, 768)) as lab:
        lab.text_size.choose(200)
        for layout in LAYOUTS:
            lab.window.arrange(layout)
            QApplication.processEvents()
            assert lab.window.size() == QSize(1366, 768), layout
        lab.text_size.choose(100)
        QApplication.processEvents()
        assert lab.window.dock("network").minimumSizeHint().height() < 300


def test_keys_change_it_and_it_is_kept(qtbot):
    with open_lab(qtbot, moons(), size=(1366, 768)) as lab:
        commands = lab.window.commands
        width = lab.design.minimumSizeHint().width()
        high = lab.control_bar.train_button.height()
        letters = QFontMetrics(lab.control_bar.state.font()).height()
        commands["text-larger"].trigger()
        assert lab.text_size.percent == 110
        while commands["text-larger"].isEnabled():
            commands["text-larger"].trigger()
        assert lab.text_size.percent == STEPS[-1] == 200
        QApplication.processEvents()
        qtbot.waitUntil(lambda: lab.control_bar.train_button.height() > 1.5 * high, timeout=SECONDS_30)
        assert QFontMetrics(lab.control_bar.state.font()).height() >= 1.8 * letters
        assert lab.control_bar.step_buttons["stop"].iconSize() == QSize(40, 40)
        assert "(now 200 %)" in commands["text-normal"].text()
        commands["text-normal"].trigger()
        assert share() == 1.0
        qtbot.waitUntil(lambda: lab.control_bar.train_button.height() == high, timeout=SECONDS_30)
        assert lab.design.minimumSizeHint().width() == width
        commands["text-smaller"].trigger()
        assert lab.text_size.percent == 90
    assert load_settings().text_size == 90


def test_the_window_stays_as_large_as_it_was(qtbot):
    """Arrangements on their way from one size to another ask for more than either."""
    with opened(qtbot, 100, size=(1306, 708)) as lab:
        wait_for(qtbot, lab, State.READY)
        sizes = []
        for percent in (110, 100, 200, 100, 80, 100):
            lab.text_size.choose(percent)
            qtbot.waitUntil(lambda: lab.window.minimumSize() != QSize(1, 1), timeout=SECONDS_30)
            sizes.append(lab.window.size().toTuple())
        sizes.pop(2)  # so much text may need more
        assert sizes == [(1306, 708)] * 5


def test_panels_become_tabs_by_the_room_they_get(qtbot):
    with opened(qtbot, 100) as lab:
        network, loss = lab.window.dock("network"), lab.window.dock("loss")

        def in_view():
            return {key for key in (*lab.panels, "design") if not lab.window.dock(key).visibleRegion().isEmpty()}

        assert {"design", "network", "output", "loss"} <= in_view()
        lab.text_size.choose(150)
        qtbot.waitUntil(lambda: in_view() == {"design", "network"}, timeout=SECONDS_30)
        lab.text_size.choose(200)
        qtbot.waitUntil(lambda: in_view() == {"network"}, timeout=SECONDS_30)
        assert set(lab.window.tabifiedDockWidgets(network)) >= {loss, lab.window.dock("design")}
        for layout in LAYOUTS.values():
            lab.window.arrange(layout.key)
            qtbot.waitUntil(lambda front=layout.first[0]: in_view() == {front}, timeout=SECONDS_30)
        lab.window.arrange(WATCH)
        lab.text_size.choose(100)
        qtbot.waitUntil(lambda: {"design", "network", "output", "loss"} <= in_view(), timeout=SECONDS_30)
        assert network.titleBarWidget().isVisible()


def test_pixels_are_shares_of_it():
    assert px(10) == 10
    assert scaled_sheet("padding: 4px 1px; font-size: 115%") == "padding: 4px 1px; font-size: 115%"


def test_arrows_of_fields_and_thin_lines_grow_with_the_text(qtbot):
    with opened(qtbot, 100) as lab:
        axes, rate, device = lab.panels["loss"].loss.axes, lab.control_bar.rate, lab.control_bar.device
        lab.panels["loss"].loss.set_guides([Reference(0.5, text("guessing"))])
        before = arrow(rate, QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl.SC_SpinBoxUp)
        beside = arrow(device, QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxArrow)
        lab.text_size.choose(200)
        assert arrow(rate, QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl.SC_SpinBoxUp) >= 1.7 * before
        assert arrow(device, QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxArrow) >= 1.5 * beside
        assert axes._grid.opts["pen"].widthF() == 2.0
        (line,) = lab.panels["loss"].loss.annotations._guide_items
        assert line.pen.widthF() == 2.0
        for name in re.findall(r'url\("([^"]+)"\)', style_sheet(lab.theme.palette)):
            assert Path(name).is_file(), name


def arrow(field, control, part):
    """The width of the arrow of a field, in pixels."""
    option = QStyleOptionSpinBox() if control is QStyle.ComplexControl.CC_SpinBox else QStyleOptionComboBox()
    field.initStyleOption(option)
    return field.style().subControlRect(control, option, part, field).width()


def test_the_arrow_at_an_end_is_grey_and_there(qtbot):
    """Where a field cannot go further down its arrow was left out: it looked cut."""
    with opened(qtbot, 200) as lab:
        wait_for(qtbot, lab, State.READY)
        field = QSpinBox(lab.window, minimum=1, maximum=9)
        field.show()
        option = QStyleOptionSpinBox()
        field.initStyleOption(option)
        down = QStyle.SubControl.SC_SpinBoxDown
        part = field.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, down, field)
        part.adjust(4, 2, -2, -4)  # without the frame

        def darkest(value):
            field.setValue(value)
            image = field.grab(part).toImage()
            return min(image.pixelColor(x, y).lightness() for x in range(part.width()) for y in range(part.height()))

        ground = QColor(lab.theme.palette.background).lightness()
        assert darkest(5) < darkest(1) < ground - 50
