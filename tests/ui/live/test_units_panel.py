"""The heatmap of units: colours, counts, readings, clicks and keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from relulab.measurements.status import UnitStatus
from relulab.model.layout import Layout
from relulab.report.figures.catalogue import FIGURES
from relulab.session.history import RunHistory
from tests.helpers.histories import history, layout, probe_record, started
from ui.live.units import BY_RATE, BY_STATUS, UnitsPanel

UNITS = (70, 30, 1)
INSIDE = QPoint(1, 1)  # of the corner of a cell, which is its edge


@pytest.fixture
def panel(qtbot):
    panel = UnitsPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 380)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def run_with(status, units=UNITS, **fields):
    run = RunHistory(started(units))
    run.append(probe_record(7, units, unit_status=np.asarray(status, np.uint8), **fields))
    return run


@pytest.fixture
def mixed():
    status = np.zeros(101, np.uint8)
    status[[3, 5, 66]] = UnitStatus.DEAD
    status[70:80] = UnitStatus.NEVER_ACTIVE
    status[99] = UnitStatus.DORMANT
    status[100] = UnitStatus.SATURATED
    return status


def test_counts_per_layer_are_said(panel, mixed):
    panel.show_history(run_with(mixed))
    assert panel.captions() == [
        "1 Dense · 70 units · 3 dead",
        "2 Dense · 30 units · 10 never active · 1 dormant",
        "Output · 1 unit · 1 saturated",
    ]
    drawing = FIGURES["units"].draw(panel.shown_runs())
    assert panel.accessibleDescription() == drawing.alternative


def test_every_cell_is_coloured_by_the_status_of_its_unit(panel, mixed):
    panel.show_history(run_with(mixed))
    cells = panel.map.cells
    picture = cells.grab().toImage()
    seen = []
    for layer, count in enumerate(UNITS):
        for unit in range(count):
            seen.append(picture.pixelColor(cells.rect_of((layer, unit)).topLeft() + INSIDE).name())
    assert seen == [panel.palette_now.status[UnitStatus(value)].colour for value in mixed]


def test_t20_units_that_are_never_off_are_grey_and_a_network_of_them_offers_no_rates(panel):
    numbers = started(UNITS)
    mixed_layers = (replace(numbers.layout.layers[0], activation="sigmoid"), *numbers.layout.layers[1:])
    run = RunHistory(replace(numbers, layout=Layout(mixed_layers)))
    run.append(probe_record(7, UNITS, unit_status=np.zeros(101, np.uint8), firing_rate=np.ones(101, np.float32)))
    panel.show_history(run)
    panel.colouring.setCurrentIndex(panel.colouring.findData(BY_RATE))
    picture = panel.map.cells.grab().toImage()
    colours = [picture.pixelColor(panel.map.cells.rect_of((layer, 0)).topLeft() + INSIDE).name() for layer in range(3)]
    assert colours[0] == colours[2] == panel.palette_now.grid
    assert colours[1] != panel.palette_now.grid
    assert panel.footer.text().startswith("grey: the activation is never off")
    never = RunHistory(replace(numbers, layout=layout(UNITS, activation="sigmoid")))
    never.append(probe_record(7, UNITS))
    panel.show_history(never)
    assert not panel.colouring.isVisible()
    assert "fires" not in " ".join(entry.name for entry in panel.legend.entries)
    panel.show_history(run)
    assert panel.colouring.isVisible()


def test_coloured_by_firing_rate(panel):
    rate = np.zeros(101, np.float32)
    rate[70:] = 1.0
    panel.show_history(run_with(np.zeros(101), firing_rate=rate))
    panel.colouring.setCurrentIndex(panel.colouring.findData(BY_RATE))
    cells = panel.map.cells
    picture = cells.grab().toImage()
    colours = {picture.pixelColor(cells.rect_of((0, unit)).topLeft() + INSIDE).name() for unit in range(70)}
    others = {picture.pixelColor(cells.rect_of((1, unit)).topLeft() + INSIDE).name() for unit in range(30)}
    assert len(colours) == len(others) == 1
    assert colours != others
    assert "fires on 0 to 100 %" in [entry.name for entry in panel.legend.entries]
    panel.colouring.setCurrentIndex(panel.colouring.findData(BY_STATUS))
    status = cells.grab().toImage().pixelColor(cells.rect_of((0, 0)).topLeft() + INSIDE)
    assert status == QColor(panel.palette_now.status[UnitStatus.ACTIVE].colour)


def test_the_legend_names_each_status_with_its_symbol(panel, mixed):
    panel.show_history(run_with(mixed))
    entries = {entry.name: entry.symbol for entry in panel.legend.entries}
    assert entries == {"active": "·", "dead": "×", "never active": "–", "dormant": "z", "saturated": "="}


def test_a_low_panel_names_those_that_occur(panel):
    panel.resize(320, 200)
    panel.show_history(run_with(np.r_[np.zeros(100), UnitStatus.SATURATED]))
    assert [entry.name for entry in panel.legend.entries] == ["active", "dead", "saturated"]


@pytest.mark.parametrize("cell", [(0, 0), (0, 69), (1, 0), (1, 29), (2, 0)])
def test_a_click_tells_layer_and_unit(panel, qtbot, mixed, cell):
    panel.show_history(run_with(mixed))
    assert panel.map.cells.grid.layers[0].rows > 1, "the first layer is wrapped"
    with qtbot.waitSignal(panel.unitClicked) as clicked:
        qtbot.mouseClick(panel.map.cells, Qt.MouseButton.LeftButton, pos=panel.map.cells.rect_of(cell).center())
    assert tuple(clicked.args) == cell


def test_a_click_beside_the_cells_tells_nothing(panel, qtbot, mixed):
    panel.show_history(run_with(mixed))
    with qtbot.assertNotEmitted(panel.unitClicked):
        qtbot.mouseClick(panel.map.cells, Qt.MouseButton.LeftButton, pos=panel.map.cells.rect().bottomRight())


def test_hovering_reads_the_numbers_of_the_unit(panel, qtbot, mixed):
    numbers = {f: np.zeros(101, np.float32) for f in ("firing_rate", "max_pre_activation", "dormancy")}
    numbers["firing_rate"][66], numbers["max_pre_activation"][66], numbers["dormancy"][66] = 0.0, -0.3125, 0.01
    numbers["max_pre_activation"][5] = np.nan
    panel.show_history(run_with(mixed, **numbers))
    cells = panel.map.cells
    qtbot.mouseMove(cells, cells.rect_of((0, 66)).center())
    assert panel.map.cells.reader.card.isVisible()
    reading = panel.read(0, 66)
    assert reading.text == "1 Dense, unit 67 · × dead · fires on 0 % · greatest input z −0.3125 · dormancy score 0.01"
    assert cells.accessibleDescription() == reading.text
    assert "greatest input z not a finite number" in panel.read(0, 5).text
    QApplication.sendEvent(cells, QEvent(QEvent.Type.Leave))
    assert not panel.map.cells.reader.card.isVisible()


def test_the_reading_follows_new_measurements(panel):
    run = run_with(np.zeros(101))
    panel.show_history(run)
    panel.map.cells.reader.show_cell((0, 4))
    assert "active" in panel.map.cells.reader.card.text()
    status = np.zeros(101, np.uint8)
    status[4] = UnitStatus.DEAD
    run.append(probe_record(9, UNITS, unit_status=status))
    panel.show_history(run)
    assert "dead" in panel.map.cells.reader.card.text()


def test_keys_walk_read_and_click(panel, qtbot, mixed):
    panel.show_history(run_with(mixed))
    cells = panel.map.cells
    columns = cells.grid.layers[0].columns
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(cells, key)
        walked.append(cells.reader.current)
    assert walked == [(0, 0), (0, 1), (0, 1 + columns), (0, columns), (0, 0)]
    assert cells.accessibleDescription().startswith("1 Dense, unit 1")
    with qtbot.waitSignal(panel.unitClicked) as clicked:
        qtbot.keyClick(cells, Qt.Key.Key_Return)
    assert clicked.args == [0, 0]
    qtbot.keyClick(cells, Qt.Key.Key_Escape)
    assert cells.reader.current is None


def test_the_keyboard_cursor_scrolls_into_view(panel):
    panel.show_history(history(units=(200,) * 12, steps=1, probe_every=1))
    cells = panel.map.cells
    QApplication.processEvents()  # the sample line and the scroll bar take their room
    assert cells.height() == cells.grid.height > panel.map.height()
    cells.reader.show_cell((11, 199))
    bottom = cells.mapTo(panel.map, cells.rect_of((11, 199)).bottomRight())
    assert panel.map.rect().contains(bottom)


def test_another_network_forgets_the_cursor(panel, mixed):
    panel.show_history(run_with(mixed))
    panel.map.cells.reader.show_cell((1, 29))
    panel.show_history(history(units=(4, 2), steps=1, probe_every=1))
    assert panel.map.cells.reader.current is None
    assert not panel.map.cells.reader.card.isVisible()


def test_the_sample_is_named(panel):
    panel.show_history(history(steps=100, probe_every=20))
    assert panel.footer.text() == "Probe set: 500 training samples, dropout off · measurements: 6, last at step 100"
