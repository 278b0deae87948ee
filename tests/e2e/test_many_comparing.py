"""Activations, straight lines and large inputs: questions that many networks answer."""

import pytest
from PySide6.QtCore import Qt

from relulab.views.many.map import MEASURES
from tests.helpers.asking import agree, among, cell, counted, scores


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
def test_other_activations(asking):
    """Experiment 13."""
    view = asking.map_of("activations")
    for name in view.across.values:
        assert counted(view, "dead", name) == (0, 5)
        assert among(0.89 if name == "sigmoid" else 0.987, scores(view, name)), name
    steps = {name: MEASURES["steps"].value(view.ended(cell(view, name))) for name in view.across.values}
    assert max(steps, key=steps.get) == "sigmoid", "the slowest to learn"
    assert all(0 < steps[name] < 500 for name in steps if name != "sigmoid")
    paces = [MEASURES["pace"].value(view.ended(cell(view, name))) for name in view.across.values]
    assert min(paces) > 0
    assert max(paces) < 20 * min(paces), "no activation costs an order of magnitude more"
    table = asking.lab.maps.dialog.map
    heads = [table.model().headerData(column, Qt.Orientation.Horizontal) for column in range(table.columnCount())]
    shown = {
        title: table.item(0, column).text() for column, title in enumerate(heads) if not table.isColumnHidden(column)
    }
    assert shown["median time per step"].endswith(" µs")
    middle, *half = shown["median steps to 90 %"].split("\n")  # and where half of the starts lie
    assert middle.isdecimal()
    assert len(half) == 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_large_inputs_kill_and_clipping_saves(asking):
    """Experiment 19: 16 is the factor of pixels that were not scaled; all of them died at 10 %."""
    view = asking.map_of("input-factor")
    for clipping, factor, through in (("none", 1, 5), ("none", 16, 0), ("norm", 1, 5), ("norm", 16, 5)):
        assert agree(counted(view, "through", factor, clipping), (through, 5)), (factor, clipping)
    assert agree(counted(view, "dead", 16, "none"), (5, 5))
    assert among(0.10, scores(view, 16, "none"))
    norms = [MEASURES["gradient"].value(view.ended(cell(view, factor, "none"))) for factor in view.across.values]
    assert 4 * norms[0] < norms[1] < norms[2], "the larger the inputs, the larger the gradient"
    assert norms[3] > 1000 * norms[0], "until they are so large that all dies in the first step"
