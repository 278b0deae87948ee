"""Networks that are dead before their first step: as many as Lu et al. (2019) prove, and said beside the map."""

import pytest

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.population.told import Asked
from relulab.population.wilson import wilson_interval
from relulab.views.many.born_dead import born_dead_words
from relulab.views.many.experiments import EXPERIMENTS
from relulab.views.many.kept import map_words
from relulab.views.many.map import MEASURES, MapView
from tests.relulab.population.designs import design

ONE_STEP = EXPERIMENTS["born-dead"].spec()
NETWORKS = 1000


@pytest.mark.slow
def test_a_thousand_networks_die_at_birth_as_often_as_theory_says():
    few = ONE_STEP.replace(data=ONE_STEP.data.replace(train_size=100, validation_size=10, test_size=10))
    over = {"hidden.depth": [10], "hidden.units": [2, 3, 5]}
    view = MapView(Sweep.of(few, over, NETWORKS, same_data=True))
    Asked(view.sweep, is_map=True).train(None, view.take)
    for cell in view.cells():
        counted = view.share(cell, MEASURES["dead"])
        risk = bounds_of(view, cell)
        low, high = wilson_interval(counted.found, counted.of)
        assert counted.of == NETWORKS
        assert low <= risk.upper, cell
        assert high >= risk.lower, cell
        assert counted.value == pytest.approx(risk.likely, abs=0.07), "and as often as the forecast says"


def bounds_of(view, cell):
    from relulab.diagnosis.forecast import forecast
    from relulab.model.plan import DesignPlan

    return forecast(DesignPlan.of(view.sweep.design(view.runs_of(cell)[0]))).born_dead


def test_the_bounds_are_said_of_depth_and_width_alone():
    view = MapView(Sweep.of(ONE_STEP, {"hidden.depth": [2, 15], "hidden.units": [3, 5]}, 2, "fresh"))
    risk = bounds_of(view, (1, 0))
    assert 0 < risk.lower < risk.likely < risk.upper < 1
    words = str(born_dead_words(view, (1, 0)))
    assert words.startswith(f"Born dead are {100 * risk.lower:.0f} % to {100 * risk.upper:.0f} % of all starts")
    assert "Lu et al. 2019" in words
    for run in range(8):
        view.take(Standing(run, end=End.DEAD.value))
    assert words in map_words(view, MEASURES["dead"]), "of the design, in reports"
    other = MapView(Sweep.of(design(), {"hidden.depth": [2, 3], "training.learning_rate": [0.1, 1.0]}, 2, "fresh"))
    assert not str(born_dead_words(other, (0, 0)))
    smooth = MapView(Sweep.of(design(activation="tanh"), {"hidden.depth": [2, 3]}, 2))
    assert not str(born_dead_words(smooth, (0, 0)))
    broken = MapView(Sweep.of(design(), {"hidden.units": [-1, 3]}, 2))
    assert not str(born_dead_words(broken, (0, 0)))
