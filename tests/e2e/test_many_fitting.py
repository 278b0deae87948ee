"""What networks can draw, and what they learn by heart: questions that many networks answer."""

import pytest

from relulab.views.many.map import MEASURES
from tests.helpers.asking import among, cell, scores


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
def test_what_helps_against_overfitting(asking):
    """Experiment 15."""
    view = asking.map_of("overfitting")
    for cure, share in {
        "none": 0.82, "more_data": 0.927, "l2": 0.89, "one_layer": 0.887, "l1": 0.883, "dropout": 0.857,
    }.items():  # fmt: skip
        assert among(share, scores(view, cure)), cure


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_error_falls_with_the_width(asking):
    """Experiment 26: with spread biases the best start is below what zero biases reached, and falls on and on."""
    view = asking.map_of("width")
    best = [MEASURES["best"].value(view.ended(cell(view, units))) for units in (4, 8, 16, 32, 64)]
    assert all(one < other for one, other in zip(best, (0.125, 0.125, 0.135, 0.084, 0.0075), strict=True))
    assert best[0] > best[1] > best[2] > best[3]
    lines = [MEASURES["line"].value(view.ended(cell(view, units))) for units in (4, 8, 16, 32, 64)]
    assert lines == sorted(lines, reverse=True)
    assert all(line < 1.05 * one for line, one in zip(lines, best, strict=True)), "as many pieces, fitted directly"
    table = asking.lab.maps.dialog.map
    assert not table.isColumnHidden(list(MEASURES).index("line")), "it stands beside the error"
