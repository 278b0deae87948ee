"""The names of axes: whole in the lowest plot, beside what is drawn and not over it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from tests.helpers.axes import ticks_of
from ui.plots.axes import Axes
from ui.plots.legend import DIAMOND, Legend, LegendEntry, Sample
from ui.plots.line_plot import LinePlot
from ui.plots.plot_pair import PlotPair
from ui.widgets.sizes import px

LONG = "length of the petal in centimetres"


@pytest.fixture
def make(qtbot):
    def made(x_title, y_title, width, height):
        axes = Axes(x_title, y_title)
        qtbot.addWidget(axes)
        axes.resize(width, height)
        axes.show()
        qtbot.waitExposed(axes)
        axes.set_ranges((0.0, 100.0), (0.0, 1.0))
        return axes

    return made


def area(axes):
    return axes.box.sceneBoundingRect().toRect()


@pytest.mark.parametrize("height", [50, 300])
def test_the_name_of_the_y_axis_stands_above_a_plot_however_low(qtbot, make, height):
    axes = make("step", "log₁₀ ΔW/W", 300, height)
    qtbot.waitUntil(lambda: axes._y_name.x() == area(axes).x())
    assert axes._y_name.isVisible()
    assert axes._y_name.text() == "log₁₀ ΔW/W"
    metrics = QFontMetrics(axes.font())
    baseline = axes._y_name.y() + metrics.ascent()
    assert baseline - metrics.capHeight() >= 0, "its letters are in the widget"
    assert baseline + metrics.descent() <= area(axes).top() + 1, "and above what is drawn"


@pytest.mark.parametrize("points", [7, 9, 18])
def test_the_name_of_the_x_axis_lies_in_line_with_its_numbers(qtbot, make, points):
    axes = make("step", "loss", 300, 150)
    font = axes.font()
    font.setPointSize(points)
    axes.setFont(font)
    axes.resize(301, 150)
    bottom = axes.plot.axes["bottom"]
    top = bottom.sceneBoundingRect().top() + bottom.style["tickTextOffset"][1]
    qtbot.waitUntil(lambda: abs(axes._x_title.y() - top) <= 1)


def test_a_plot_without_a_name_keeps_its_height(make):
    named, nameless = make("step", "loss", 300, 100), make("step", "", 300, 100)
    assert area(nameless).height() > area(named).height()


def test_a_name_that_is_too_long_is_whole_in_its_tip(qtbot, make):
    axes = make("step", LONG, 150, 100)
    qtbot.waitUntil(lambda: axes._y_name.text().endswith("…"))
    assert axes._y_name.geometry().right() <= axes.plot.width()
    assert axes._y_name.toolTip() == LONG
    axes.resize(600, 100)
    qtbot.waitUntil(lambda: axes._y_name.text() == LONG)
    assert not axes._y_name.toolTip()


def test_a_long_name_of_the_x_axis_stands_at_its_end_where_no_tick_is_written(qtbot, make):
    axes = make("step", "loss", 460, 100)
    qtbot.waitUntil(lambda: "100" in ticks_of(axes, "bottom"))
    assert axes._x_title.geometry().right() < area(axes).x()
    axes.set_titles(LONG, "loss")
    qtbot.waitUntil(lambda: axes._x_title.x() > area(axes).x())
    assert len(axes._x_title.text()) > len(LONG) / 3
    ticks = ticks_of(axes, "bottom")
    assert len(ticks) >= 2
    for place, words in axes.plot.axes["bottom"]._tickLevels[0]:
        half = QFontMetrics(axes.font()).horizontalAdvance(words) / 2
        assert area(axes).x() + place / 100 * area(axes).width() + half < axes._x_title.x()
    axes.show_steps(False)
    qtbot.waitUntil(lambda: not axes._x_title.isVisible())


def test_a_note_stands_beside_the_name_or_beneath_it_where_there_is_no_room(qtbot, make):
    axes = make("step", "loss", 400, 100)
    axes.set_note("▲ up to 4,900 (see log)")
    qtbot.waitUntil(lambda: axes._note.x() > axes._y_name.geometry().right())
    assert axes._note.geometry().bottom() <= area(axes).top() + QFontMetrics(axes.font()).descent()
    axes.resize(200, 100)
    qtbot.waitUntil(lambda: axes._note.y() >= area(axes).top())
    assert not axes._note.geometry().intersects(axes._y_name.geometry())


def test_two_low_plots_stand_beside_each_other_and_both_name_their_steps(qtbot):
    pair = PlotPair(LinePlot("loss"), LinePlot("accuracy", fixed=(0.0, 100.0), tick_unit=" %"))
    qtbot.addWidget(pair)
    pair.resize(600, 300)
    with qtbot.waitExposed(pair):
        pair.show()
    top, bottom = pair.plots
    assert bottom.y() > top.geometry().bottom()
    assert not top.axes._x_title.isVisible()
    pair.resize(600, 80)
    qtbot.waitUntil(lambda: bottom.x() > top.geometry().right())
    assert top.axes._x_title.isVisible()
    assert bottom.axes._x_title.isVisible()
    for plot in pair.plots:
        plot.set_data("train", np.arange(3), np.ones(3))
    pair.show_bottom(False)
    qtbot.waitUntil(lambda: top.width() == pair.width())
    pair.resize(300, 80)  # too narrow for two
    pair.show_bottom(True)
    qtbot.waitUntil(lambda: bottom.y() > top.geometry().bottom())
    assert not top.axes._x_title.isVisible()


def test_the_corner_is_as_wide_in_plots_that_stand_above_each_other(qtbot):
    both = QWidget()
    qtbot.addWidget(both)
    widths = {LinePlot(name, parent=both).axes.plot.axes["left"].width() for name in ("loss", "accuracy")}
    assert len(widths) == 1


def test_diamonds_of_a_legend_have_the_colours_of_the_layers(qtbot):
    colours = ("#0072b2", "#d55e00")
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries((LegendEntry("kinks of layers 1–2", colours, Sample.DIAMONDS),))
    legend.resize(300, 20)
    image = legend.grab().toImage()
    for place, colour in enumerate(colours):
        at = QPoint(round((2 * place + 1) * px(DIAMOND) / 2), legend.area_of(0).center().y())
        assert image.pixelColor(at).name() == colour
    assert legend.entries[0].sample_width(QFontMetrics(legend.font())) == 2 * px(DIAMOND)
