"""Plots as tests draw them."""

import pytest

from ui.plots.network.canvas import NetworkCanvas
from ui.widgets.palette import LIGHT


@pytest.fixture
def canvas(qtbot):
    canvas = NetworkCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(998, 622)
    canvas.set_theme(LIGHT)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas
