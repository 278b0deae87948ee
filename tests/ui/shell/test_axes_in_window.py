"""Every plot that is seen in the window says what its axes are, at the sizes that windows have."""

import pytest

from relulab.training.state import State
from tests.helpers.axes import in_view, missing_names
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from ui.shell.layouts import LAYOUTS

SIZES = ((1024, 700), (1366, 768), (1920, 1080))
PLOTTED = ("loss", "gradients", "output")  # panels whose axes are plots


@pytest.mark.slow
def test_no_plot_lacks_the_names_of_its_axes(qtbot):
    with open_lab(qtbot, moons(), size=SIZES[0]) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)

        def named():
            assert not list(missing_names(lab.window))

        for size in SIZES:
            lab.window.resize(*size)
            for layout in LAYOUTS:
                lab.window.arrange(layout)
                for panel in PLOTTED:
                    if lab.window.dock(panel).isHidden():
                        continue
                    lab.window.bring_to_front(panel)
                    qtbot.waitUntil(lambda: bool(in_view(lab.window)), timeout=SECONDS_30)
                    qtbot.waitUntil(named, timeout=SECONDS_30)  # layouts settle bit by bit
