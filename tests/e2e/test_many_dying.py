"""Which cure cures dying ReLUs, and what a learning rate does: questions that many networks answer."""

import pytest

from relulab.views.many.map import MEASURES
from tests.helpers.asking import MINUTES_25, agree, cell, counted


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
def test_at_which_rate_units_die_in_the_middle_half_of_the_starts(qtbot, asking):
    """The learning-rate test, with the quartiles of its twenty starts."""
    lab = asking.lab
    lab.window.commands["rate-test"].trigger()
    rates = lab.rates
    qtbot.waitUntil(lambda: rates.dialog.test.is_complete and not rates.training.busy, timeout=MINUTES_25)
    curves, dead = rates.dialog.test.starts.curves, rates.dialog.test.dead
    assert len(rates.dialog.test.runs) == 20
    assert (curves.low <= curves.median).all()
    assert (curves.median <= curves.high).all()
    assert (curves.low < curves.high).any(), "starts differ"
    assert (dead.low <= dead.median).all()
    assert (dead.median <= dead.high).all()
