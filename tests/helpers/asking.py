"""Questions that many networks answer, asked in the real window with three clicks: menu, menu below it, entry.

What was measured before is compared as chance allows: a count of starts, or of test samples, agrees with another where
their 95 % intervals have something in common.
"""

from contextlib import contextmanager

from PySide6.QtCore import QRegularExpression
from PySide6.QtWidgets import QToolButton

from relulab.population.wilson import wilson_interval
from relulab.training.state import State
from relulab.views.many.map import MEASURES
from tests.helpers.labs import SECONDS_30, moons, open_lab, wait_for

MINUTES_25 = 50 * SECONDS_30  # for half a minute of a processor that many others want, too
TESTED = 300  # samples that a number of LESSONS.md was counted on
MOST_CLICKS = 3


class Asking:
    """Asks a question from the menus, and counts the clicks."""

    def __init__(self, qtbot, lab):
        self._qtbot, self.lab, self.clicks = qtbot, lab, 0

    def choose(self, key):
        window = self.lab.window
        run, below = window.menu("run"), window.menu("experiments")
        entry = window.commands[f"experiment-{key}"]
        assert not self.lab.control_bar.findChildren(QToolButton, QRegularExpression("^experiment-")), "menus only"
        for menu, action in ((window.menuBar(), run.menuAction()), (run, below.menuAction()), (below, entry)):
            assert action in menu.actions()
            assert action.isEnabled()
            self.clicks += 1
        entry.trigger()

    def map_of(self, key):
        """The map of an experiment, trained to its end."""
        self.choose(key)
        maps = self.lab.maps
        self._qtbot.waitUntil(lambda: maps.dialog.view.is_complete and not maps.training.busy, timeout=MINUTES_25)
        assert maps.dialog.isVisible()
        return maps.dialog.view


@contextmanager
def asked_in_a_lab(qtbot):
    """Somebody who asks in a lab whose own run stays as it was."""
    with open_lab(qtbot, moons(steps=5), size=(1366, 768)) as lab:
        wait_for(qtbot, lab, State.READY)
        before, design = lab.store.current, lab.run_controller.design
        asking = Asking(qtbot, lab)
        yield asking
        assert asking.clicks <= MOST_CLICKS
        assert lab.store.current is before, "the run of the window stays as it was"
        assert lab.run_controller.design == design


def cell(view, across, up=None):
    """The cell of these values, as they are written in its name."""
    (found,) = [
        cell
        for cell in view.cells()
        if view.across.values[cell[0]] == across and (up is None or view.up.values[cell[1]] == up)
    ]
    return found


def counted(view, measure, *values):
    """How many of the starts of a cell did it, and of how many."""
    share = view.share(cell(view, *values), MEASURES[measure])
    return share.found, share.of


def scores(view, *values):
    """The test accuracy of each start of a cell."""
    return [run.test_accuracy for run in view.ended(cell(view, *values))]


def agree(first, second):
    """Whether two counts can be of one share."""
    (low, high), (other_low, other_high) = wilson_interval(*first), wilson_interval(*second)
    return low <= other_high and other_low <= high


def among(share, found):
    """Whether a share of right answers that one start reached lies among those of several starts."""
    low = min(wilson_interval(round(TESTED * one), TESTED)[0] for one in found)
    high = max(wilson_interval(round(TESTED * one), TESTED)[1] for one in found)
    one_low, one_high = wilson_interval(round(TESTED * share), TESTED)
    return low <= one_high and one_low <= high
