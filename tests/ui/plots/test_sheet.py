"""What a plot is drawn on: its two axes show what the box does, and it brings no widget that nobody sees."""

import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QCheckBox, QMenu, QWidget
from shiboken6 import isValid

from ui.plots.axes import Axes
from ui.plots.sheet import Sheet


@pytest.fixture
def sheet(qtbot):
    sheet = Sheet()
    qtbot.addWidget(sheet)
    sheet.resize(400, 300)
    sheet.show()
    return sheet


def test_its_axes_show_the_range_and_stand_at_the_left_and_below(qtbot, sheet):
    sheet.box.setRange(xRange=(2.0, 5.0), yRange=(-1.0, 7.0), padding=0)
    qtbot.waitUntil(lambda: sheet.axes["bottom"].range == [2.0, 5.0])
    assert sheet.axes["left"].range == [-1.0, 7.0]

    def stands():
        box, left, bottom = (part.geometry() for part in (sheet.box, sheet.axes["left"], sheet.axes["bottom"]))
        return box.width() > 300 and left.right() <= box.left() + 1 and bottom.top() >= box.bottom() - 1

    qtbot.waitUntil(stands)


def test_it_makes_no_menus_and_no_forms(qapp, qtbot):
    def hidden():
        return {widget for widget in qapp.allWidgets() if isinstance(widget, QMenu | QCheckBox)}

    before = hidden()
    sheet = Sheet()
    qtbot.addWidget(sheet)
    assert hidden() == before
    assert len(sheet.findChildren(QWidget)) < 10


def test_what_is_taken_out_of_a_plot_leaves_nothing_to_the_collector(qtbot):
    """A line has its label in it, and the label the line: deleted in a ring, the label would be deleted twice."""
    axes = Axes("step", "loss")
    qtbot.addWidget(axes)
    line = pg.InfiniteLine(0.5, angle=0, label="healthy")
    band = pg.LinearRegionItem((0.2, 0.4), orientation="horizontal")
    for item in (line, band):
        axes.add(item)
    inside = [line, line.label, band, *band.lines]
    assert all(map(isValid, inside))
    for item in (line, band):
        axes.remove(item)
    assert not any(map(isValid, inside))


def test_a_handle_that_somebody_may_hold_is_only_taken_out(qtbot):
    axes = Axes("step", "loss")
    qtbot.addWidget(axes)
    handle = pg.TargetItem(movable=True)
    axes.add(handle)
    axes.remove(handle)
    assert isValid(handle)
    assert handle.scene() is None
