"""The line above each panel: its choices, the legend and the question mark stand on one line."""

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox

from relulab.training.state import State
from tests.helpers.labs import SECONDS_30, moons, open_lab, train_some, wait_for
from ui.live.base import LivePanel
from ui.platform.settings import Settings
from ui.plots.legend import Legend
from ui.shell.layouts import ALL, WATCH
from ui.widgets.contents import widgets_in

KINDS = (QAbstractButton, QAbstractSpinBox, QComboBox, Legend)


def middles(panel: LivePanel) -> dict[str, int]:
    """Of what is on the first line of the header, how many pixels below its top the middle of the words is."""
    found = {}
    for widget in widgets_in(panel.header):
        if not isinstance(widget, KINDS) or widget.visibleRegion().isEmpty():
            continue
        middle = widget.height() // 2
        if isinstance(widget, Legend):
            if not widget.entries:
                continue
            middle = widget.area_of(0).center().y()
        name = f"{type(widget).__name__} {widget.accessibleName()!r}"
        found[name] = widget.y() + middle - panel.header.geometry().y()
    return found


@pytest.mark.parametrize(("percent", "layout"), [(100, ALL), (200, WATCH)])
def test_words_in_the_header_of_a_panel_stand_on_one_line(qtbot, percent, layout):
    with open_lab(qtbot, moons(), Settings(text_size=percent), size=(1366, 768), layout=layout) as lab:
        wait_for(qtbot, lab, State.READY)
        train_some(qtbot, lab)
        seen = 0
        for key in ("network", "loss", "output", "findings", "units", "histograms", "gradients"):
            panel = lab.panels[key]
            lab.window.bring_to_front(key)

            def even(panel=panel):
                found = middles(panel)
                assert found
                assert max(found.values()) - min(found.values()) <= percent // 50, found

            qtbot.waitUntil(even, timeout=SECONDS_30)  # layouts settle bit by bit
            seen += len(middles(panel))
        assert seen >= 14  # two of each at least
