"""How weights begin, and where they end: questions that many networks answer."""

import numpy as np
import pytest

from relulab.diagnosis.ends import End
from relulab.population.wilson import wilson_interval
from tests.helpers.asking import MINUTES_25, among, cell, scores


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
def test_first_weights(asking):
    """Experiment 14."""
    view = asking.map_of("first-weights")
    for name, shares in {
        "zeros": (0.103,), "he_normal": (0.95, 0.96, 0.97), "he_uniform": (0.957, 0.953, 0.953),
    }.items():  # fmt: skip
        assert all(among(share, scores(view, name)) for share in shares), name


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
