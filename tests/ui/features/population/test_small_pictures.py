"""What networks of maps and tables compute is seen: three small pictures in each row, those of a cell beside a map."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from relulab.diagnosis.ends import End
from relulab.population.kept_pictures import packed
from relulab.population.standing import PLANE, Samples, Scene, Standing
from relulab.population.sweep import Sweep
from relulab.views.many.ends import DEAD_GROUND
from tests.helpers.labs import SECONDS_30
from tests.helpers.windows import standing
from tests.relulab.population.designs import design
from ui.features.population.map_window import MapWindow
from ui.features.population.table_columns import FIRSTS_AT, TRY_AT
from ui.plots.plane_plot import class_pixels
from ui.widgets.palette import LIGHT

SCENE = Scene(0.7, 2, ((0.0, 1.0), (0.0, 1.0)))
NOTHING = Samples(0, np.empty((0, 2), np.float32), np.empty(0, np.float32))
ACTIVATIONS, CURES = {"hidden.activation": ["relu", "tanh"]}, {"cure": ["none", "gelu"]}


def plane(label):
    """All of it of one class."""
    shares = np.zeros((2, 32, 32), np.float32)
    shares[label] = 1.0
    return packed(PLANE, shares, SCENE, NOTHING)


@pytest.fixture
def window(qtbot):
    with standing(qtbot, lambda parent: MapWindow(parent, LIGHT), 1366, 768) as window:
        yield window


def fill(window, over, starts=4):
    """Of each cell the first start says class 0, the second class 1, the third died, the fourth says 0."""
    sweep = Sweep.of(design(), over, starts, "same" if len(over) == 1 else "fresh")
    window.begin(sweep)
    for run in range(len(sweep)):
        place = run % starts
        end = End.DEAD if place == 2 else End.LEARNED
        window.take(Standing(run, place, end.value, test_accuracy=0.9, picture="" if place == 2 else plane(place == 1)))
    window.refresh()
    return window


def corners(widget, places):
    """The colours in a corner of each place, where no sign is."""
    picture = widget.grab().toImage()
    found = (place.topLeft().toPoint() for place in places)
    return [picture.pixelColor(at.x() + 5, at.y() + 5).name() for at in found]


def ground(label):
    """The colour of where a network is sure of a class."""
    red, green, blue = class_pixels(np.eye(2)[label], LIGHT).tolist()
    return QColor(red, green, blue).name()


def area_of(table, row):
    return QRectF(table.visualRect(table.model().index(row, FIRSTS_AT)))


def test_each_row_shows_three_starts_which_a_click_opens(qtbot, window):
    table = fill(window, ACTIVATIONS).map
    assert not table.isColumnHidden(FIRSTS_AT)
    firsts = dict(table.pictures.firsts(area_of(table, 1), table.view, (1, 0)))
    assert list(firsts) == [4, 5, 6], "the first three of the second row"
    colours = corners(table.viewport(), firsts.values())
    assert colours == [ground(0), ground(1), DEAD_GROUND[False]]
    assert table.item(1, FIRSTS_AT).text() == "2 came through, 1 a layer dead"
    at = firsts[5].center().toPoint()
    qtbot.mouseMove(table.viewport(), at)
    qtbot.waitUntil(lambda: "seed 1: learned" in window.strip.text(), timeout=SECONDS_30)
    with qtbot.waitSignal(window.openWanted) as opened:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert opened.args == [5]


def test_cures_show_them_where_there_is_room(qtbot, window):
    window.resize(1000, 700)
    fill(window, CURES)
    assert window.map.isColumnHidden(FIRSTS_AT)
    window.resize(1900, 700)
    qtbot.waitUntil(lambda: not window.map.isColumnHidden(FIRSTS_AT))


@pytest.mark.parametrize("width", [1000, 1366])
def test_beside_the_pictures_there_is_room_for_the_button(qtbot, window, width):
    window.resize(width, 700)
    table = fill(window, ACTIVATIONS).map
    qtbot.waitUntil(lambda: table.width() > width - 60, timeout=SECONDS_30)
    button = QRectF(table.visualRect(table.model().index(1, TRY_AT)))
    assert 0 < button.left() < button.right() <= table.viewport().width() + 1
    assert area_of(table, 1).left() >= 0


def test_a_table_without_pictures_has_no_column_for_them(window):
    window.begin(Sweep.of(design(), ACTIVATIONS, 2))
    for run in range(4):
        window.take(Standing(run, end=End.LEARNED.value, test_accuracy=0.9))
    window.refresh()
    assert window.map.isColumnHidden(FIRSTS_AT)


def test_beside_a_map_the_starts_of_a_cell_are_seen(qtbot, window):
    fill(window, {"training.learning_rate": [0.1, 1.0], "hidden.units": [4, 8]})
    window.map.setCurrentCell(0, 1)
    grid = window.cell_starts
    qtbot.waitUntil(grid.isVisible)
    colours = corners(grid, grid.cells())
    assert colours[:2] == [ground(0), ground(1)]
    assert colours[3] == ground(0)
    assert colours[2] == DEAD_GROUND[False]
