"""The rows of a legend: a name goes to the next one before it is cut."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from ui.plots.legend import SPACE, Legend, LegendEntry, Sample
from ui.widgets.sizes import px

NAMES = ("upper moon", "lower moon", "training", "test", "never active", "their range")


@pytest.mark.parametrize("sample", [Sample.CELL, Sample.LINE, Sample.POINT])
def test_no_name_is_cut_that_has_room_in_a_row_of_its_own(qtbot, sample):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries(tuple(LegendEntry(name, ("#0072b2",), sample) for name in NAMES))
    metrics = QFontMetrics(legend.font())
    widest = max(entry.width(metrics) for entry in legend.entries)
    cut = []
    for width in range(widest, 500):
        legend.resize(width, 200)
        for index, entry in enumerate(legend.entries):
            room = width - legend.area_of(index).left() - entry.sample_width(metrics) - px(SPACE)
            if metrics.elidedText(entry.name, Qt.TextElideMode.ElideRight, room) != entry.name:
                cut.append((width, entry.name))
    assert not cut
