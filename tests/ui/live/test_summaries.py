"""What a panel tells a screen reader is what the figures of a report tell: both say the same view."""

import pytest

from relulab.formatting import signed
from relulab.report.figures.catalogue import FIGURES
from tests.helpers.histories import history, plane
from ui.live.gradients import GradientsPanel
from ui.live.histograms import HistogramsPanel
from ui.live.loss import LossPanel
from ui.live.output import OutputPanel
from ui.plots.overlay import Compared


@pytest.mark.parametrize(
    ("panel_type", "count", "keys"),
    [
        (LossPanel, 1, ("loss",)),
        (LossPanel, 2, ("loss",)),
        (GradientsPanel, 1, ("gradients", "updates")),
        (HistogramsPanel, 1, ("histograms",)),
        (OutputPanel, 1, ("output",)),
        (OutputPanel, 2, ("output",)),
    ],
)
def test_panel_and_figures_say_the_same(qtbot, panel_type, count, keys):
    panel = panel_type()
    qtbot.addWidget(panel)
    runs = [history(steps=60, probe_every=20) for _ in range(count)]
    for run in runs:
        run.append(plane(60))
    if count > 1:
        panel.show_overlay(tuple(Compared(f"run {i}", i, (run,)) for i, run in enumerate(runs)))
    panel.show_history(runs[0])
    words = " ".join(FIGURES[key].draw(panel.shown_runs()).alternative for key in keys)
    assert panel.summary() == panel.accessibleDescription() == signed(words)
