"""The keys of the windows of many networks: filter, order, table, keep; the starts of a cell, and more of them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from relulab.diagnosis.ends import End
from relulab.population.standing import Standing
from relulab.population.sweep import Sweep
from relulab.views.many.map import MapView
from relulab.views.many.seeds import SEEDS, Starts
from relulab.views.many.strips import design_of
from tests.helpers.labs import moons, open_lab
from tests.helpers.windows import standing
from tests.relulab.population.designs import design
from ui.features.population.map_window import MapWindow
from ui.features.population.seeds_window import KEPT_SIDE, SeedsWindow
from ui.widgets.palette import LIGHT

ENDED = (End.DEAD, End.LEARNED, End.STUCK, End.DEAD)


@pytest.fixture
def seeds(qtbot):
    with standing(qtbot, lambda parent: SeedsWindow(parent, LIGHT), 1366, 768) as window:
        window.begin(Starts(design(), 4))
        for run, end in enumerate(ENDED):
            window.take(
                Standing(run, seed=run, end=end.value, step=9, loss=0.4 - run / 10, test_accuracy=0.5 + run / 10)
            )
        window.refresh()
        window.grid.setFocus()
        window.grid.point(0)
        yield window


def test_f_shows_those_that_ended_alike_and_all_again(qtbot, seeds):
    qtbot.keyClick(seeds.grid, Qt.Key.Key_F)
    assert seeds.chips.value is End.DEAD
    assert seeds.grid.order == (0, 3)
    qtbot.keyClick(seeds.grid, Qt.Key.Key_F)
    assert seeds.chips.value is None
    assert seeds.grid.order == (0, 1, 2, 3)


def test_o_goes_through_the_orders(qtbot, seeds):
    found = []
    for _ in range(3):
        qtbot.keyClick(seeds.grid, Qt.Key.Key_O)
        found.append((seeds.order.value(), seeds.grid.order))
    assert found == [("end", (1, 2, 3, 0)), ("loss", (3, 2, 1, 0)), ("seed", (0, 1, 2, 3))]


def test_t_shows_the_same_as_numbers_and_the_same_start(qtbot, seeds):
    seeds.order.setValue("loss")
    qtbot.keyClick(seeds.grid, Qt.Key.Key_Right)
    qtbot.keyClick(seeds.grid, Qt.Key.Key_T)
    table = seeds.table
    assert seeds.places.currentWidget() is table
    assert seeds.as_table.isChecked()
    assert [table.item(row, 0).text() for row in range(4)] == ["3", "2", "1", "0"]
    assert [table.item(row, 1).text() for row in range(4)] == ["dead", "stuck", "learned", "dead"]
    assert table.item(2, 3).text() == "0.3"
    assert table.item(2, 6).text() == "60 %"
    assert table.current == 1
    assert seeds.strip.text().startswith("Seed 1: learned")
    with qtbot.waitSignal(seeds.openWanted) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [1]
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_T)
    assert seeds.places.currentWidget() is seeds.grid
    assert seeds.grid.current == 2


def test_space_keeps_a_start_for_the_report(qtbot, seeds):
    with qtbot.waitSignal(seeds.pinned) as kept:
        qtbot.keyClick(seeds.grid, Qt.Key.Key_Space)
    (picture,) = kept.args
    assert picture.title.endswith(", seed 0")
    assert picture.note.startswith("Seed 0: dead")
    assert QImage.fromData(picture.png).width() == KEPT_SIDE


@pytest.fixture
def maps(qtbot):
    sweep = Sweep.of(design(), {"training.learning_rate": [0.1, 1.0], "hidden.units": [4, 8]}, 2, "fresh")
    with standing(qtbot, lambda parent: MapWindow(parent, LIGHT), 1366, 768) as window:
        window.begin(sweep)
        for run in range(8):
            end, reason = (End.FAILED, "No.") if run >= 6 else (End.LEARNED, "")
            window.take(Standing(run, end=end.value, reason=reason))
        window.refresh()
        yield window


def test_figures_open_the_starts_of_a_cell_and_plus_asks_for_more(qtbot, maps):
    opened, more = [], []
    maps.openWanted.connect(opened.append)
    maps.moreWanted.connect(more.append)
    maps.map.setCurrentCell(1, 1)
    for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_Plus):
        qtbot.keyClick(maps.map, key)
    assert opened == [5, 4], "there are two"
    (spec,) = more
    assert (spec.training.learning_rate, spec.model.layers[0].parameters["units"]) == (1.0, 4)
    assert spec.name.endswith(", 1, 4")
    maps.map.setCurrentCell(0, 1)
    for key in (Qt.Key.Key_1, Qt.Key.Key_Plus):
        qtbot.keyClick(maps.map, key)
    assert (len(opened), len(more)) == (2, 1), "what cannot be built has no starts"


def test_more_starts_of_a_cell_come_in_the_window_of_many_starts(qtbot):
    with open_lab(qtbot, moons(steps=5)) as lab:
        dialog = lab.maps.show_map()
        view = MapView(Sweep.of(design(), {"training.learning_rate": [0.1], "hidden.units": [4, 8]}, 2, "fresh"))
        dialog.moreWanted.emit(design_of(view, (0, 1)))
        assert lab.seeds.dialog.isVisible()
        assert lab.seeds.dialog.starts.total == SEEDS
        assert lab.seeds.dialog.starts.spec.model.layers[0].parameters["units"] == 8
        lab.seeds.dialog.close()
        assert not lab.seeds.training.busy
