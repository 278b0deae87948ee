"""What a panel tells a screen reader is what the figure of a report tells: both say the same view."""

import pytest

from relulab.report.figures.catalogue import FIGURES
from tests.helpers.histories import history
from ui.live.loss import LossPanel
from ui.plots.overlay import Compared


@pytest.mark.parametrize("panel_type", [LossPanel])
@pytest.mark.parametrize("count", [1, 2])
def test_panel_and_figure_say_the_same(qtbot, panel_type, count):
    panel = panel_type()
    qtbot.addWidget(panel)
    runs = [history(steps=60, probe_every=20) for _ in range(count)]
    if count > 1:
        panel.show_overlay(tuple(Compared(f"run {i}", i, (run,)) for i, run in enumerate(runs)))
    panel.show_history(runs[0])
    figure = FIGURES[panel.figures[0]].draw(panel.shown_runs())
    assert panel.summary() == panel.accessibleDescription() == figure.alternative
