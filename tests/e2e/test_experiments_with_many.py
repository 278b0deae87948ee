"""Questions that many networks answer, asked in the real window with three clicks: menu, menu below it, entry.

What LESSONS.md measured is compared as chance allows: a count of starts, or of test samples, agrees with another where
their 95 % intervals have something in common.
"""

import numpy as np
import pytest
from PySide6.QtCore import QRegularExpression
from PySide6.QtWidgets import QToolButton

from relulab.diagnosis.ends import End
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


@pytest.fixture
def asking(qtbot):
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


def test_straight_or_curved(asking):
    """Experiment 3."""
    view = asking.map_of("straight-or-curved")
    assert "accuracy" in asking.lab.maps.dialog.headline.text()
    measured = {
        ("moons", "identity"): 0.890, ("moons", "relu"): 0.987,
        ("circle", "identity"): 0.340, ("circle", "relu"): 0.997,
    }  # fmt: skip
    for values, share in measured.items():
        assert among(share, scores(view, *values)), values


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_which_cure_cures(asking):
    """Experiment 7 at a rate of 1."""
    view = asking.map_of("cures")
    rescued = {"smaller_rate": 20, "prelu": 19, "leaky_0.1": 15, "leaky_0.01": 5, "batch_norm": 9, "layer_norm": 1}
    for cure in view.across.values[1:]:
        assert agree(counted(view, "through", cure), (rescued.get(cure, 0), 20)), cure


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_which_cure_cures_at_a_lower_rate(asking):
    """Experiment 7 at a rate of 0.3, of which 10 of 20 starts died when it was drawn for MANY.md."""
    view = asking.map_of("cures-lower")
    assert agree(counted(view, "dead", "none"), (10, 20))
    assert view.share(cell(view, "smaller_rate"), MEASURES["through"]).is_most


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_noise_makes_units_differ(asking):
    """Experiment 8: equal units can draw one straight line; noise lets most starts do better than that."""
    view = asking.map_of("noise")
    equal, noisy = (view.ended(cell(view, noise)) for noise in (0, 1))
    better = sum(other.accuracy > one.accuracy for one, other in zip(equal, noisy, strict=True))
    assert wilson_interval(better, len(equal))[0] > 0.5
    assert among(0.89, [run.test_accuracy for run in equal]), "a straight line through the moons"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_do_more_units_fit_more(asking):
    """Experiment 8: all of the training samples from some width on, and no more of the others."""
    view = asking.map_of("units")
    for units, share in {2: 0.861, 4: 0.831, 8: 0.842, 32: 0.839, 128: 0.846}.items():
        assert among(share, scores(view, units)), units
    assert all(run.accuracy == 1.0 for run in view.ended(cell(view, 128)))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_other_activations(asking):
    """Experiment 13."""
    view = asking.map_of("activations")
    for name in view.across.values:
        assert counted(view, "dead", name) == (0, 5)
        assert among(0.89 if name == "sigmoid" else 0.987, scores(view, name)), name


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_first_weights(asking):
    """Experiment 14."""
    view = asking.map_of("first-weights")
    for name, shares in {
        "zeros": (0.103,), "he_normal": (0.95, 0.96, 0.97), "he_uniform": (0.957, 0.953, 0.953),
    }.items():  # fmt: skip
        assert all(among(share, scores(view, name)) for share in shares), name


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_helps_against_overfitting(asking):
    """Experiment 15."""
    view = asking.map_of("overfitting")
    for cure, share in {
        "none": 0.82, "more_data": 0.927, "l2": 0.89, "one_layer": 0.887, "l1": 0.883, "dropout": 0.857,
    }.items():  # fmt: skip
        assert among(share, scores(view, cure)), cure


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_large_inputs_kill_and_clipping_saves(asking):
    """Experiment 19: 16 is the factor of pixels that were not scaled; all of them died at 10 %."""
    view = asking.map_of("input-factor")
    for clipping, factor, through in (("none", 1, 5), ("none", 16, 0), ("norm", 1, 5), ("norm", 16, 5)):
        assert agree(counted(view, "through", factor, clipping), (through, 5)), (factor, clipping)
    assert agree(counted(view, "dead", 16, "none"), (5, 5))
    assert among(0.10, scores(view, 16, "none"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_error_falls_with_the_width(asking):
    """Experiment 26: with spread biases the best start is below what zero biases reached, and falls on and on."""
    view = asking.map_of("width")
    best = [MEASURES["best"].value(view.ended(cell(view, units))) for units in (4, 8, 16, 32, 64)]
    assert all(one < other for one, other in zip(best, (0.125, 0.125, 0.135, 0.084, 0.0075), strict=True))
    assert best[0] > best[1] > best[2] > best[3]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_starts_end_in_several_minima(qtbot, asking):
    """Experiment 16: groups of final losses, with nothing between them."""
    asking.choose("minima")
    seeds = asking.lab.seeds
    qtbot.waitUntil(lambda: seeds.dialog.starts.is_complete and not seeds.training.busy, timeout=MINUTES_25)
    assert seeds.dialog.starts.counts.total == 100
    assert seeds.dialog.starts.counts[End.FAILED] == 0
    losses = np.sort([run.loss for run in seeds.dialog.starts.runs.values()])
    gap = int(np.argmax(losses[1:] / losses[:-1])) + 1
    assert losses[gap] > 10 * losses[gap - 1]
    assert min(wilson_interval(count, 100)[0] for count in (gap, 100 - gap)) > 0.1, "both are no accident"
