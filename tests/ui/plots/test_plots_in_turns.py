"""While a network trains, the plots of a panel are drawn one after the other, with time for a click in between."""

import pytest

from relulab.views.colours import LineStyle
from ui.live.gradients import GradientsPanel
from ui.live.loss import LossPanel
from ui.plots.curves import Line
from ui.plots.line_plot import LinePlot
from ui.plots.plot_pair import PlotPair


@pytest.fixture
def pair(qtbot):
    pair = PlotPair(LinePlot("loss"), LinePlot("accuracy"))
    qtbot.addWidget(pair)
    pair.resize(400, 300)
    pair.show()
    qtbot.waitExposed(pair)
    return pair


def put(pair, last):
    for plot in pair.plots:
        plot.set_lines([Line("train", "train", LineStyle("#000000"))])
        plot.set_data("train", [0, last], [1.0, 0.5])
    pair.redraw(last)


def ends(pair):
    """Where the step axis of each plot ends."""
    return [plot.axes.x_range[1] for plot in pair.plots]


def test_at_rest_all_are_drawn_at_once(pair):
    put(pair, 20)
    assert ends(pair) == [20, 20]


def test_in_training_each_has_a_turn_of_its_own(qtbot, pair):
    put(pair, 20)
    pair.in_turns = True
    after_each = []
    pair._turn.timeout.connect(lambda: after_each.append(ends(pair)))
    put(pair, 40)
    assert ends(pair) == [20, 20]
    qtbot.waitUntil(lambda: ends(pair) == [40, 40])
    assert after_each == [[40, 20], [40, 40]]


def test_where_training_ends_in_between_none_stays_behind(qtbot, pair):
    put(pair, 20)
    pair.in_turns = True
    put(pair, 40)
    pair.in_turns = False
    qtbot.waitUntil(lambda: ends(pair) == [40, 40])


def test_what_comes_in_between_is_drawn_by_both(qtbot, pair):
    pair.in_turns = True
    put(pair, 40)
    put(pair, 60)
    qtbot.waitUntil(lambda: ends(pair) == [60, 60])


def test_a_new_run_leaves_nothing_to_be_drawn(qtbot, pair):
    put(pair, 20)
    pair.in_turns = True
    put(pair, 40)
    pair.start_over()
    pair.redraw(1)
    qtbot.waitUntil(lambda: ends(pair) == [1, 1])


def test_panels_of_curves_do_so_while_a_network_trains(qtbot):
    for panel in (LossPanel(), GradientsPanel()):
        qtbot.addWidget(panel)
        panel.set_training(True)
        assert panel.plots.in_turns
        panel.set_training(False, ended=True)
        assert not panel.plots.in_turns
